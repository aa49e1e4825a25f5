//! The commands, one file each; every one returns the exit code that tells the truth about it.

pub(crate) mod accept;
pub(crate) mod auth;
pub(crate) mod doctor;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod rebuild;
pub(crate) mod repair;
pub(crate) mod share;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod verify;
