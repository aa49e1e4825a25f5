//! What a body is, whether it is whole, and how large its picture is, from its bytes alone.
//!
//! Every reader here is bounded in time and memory and takes any bytes without stumbling. None decodes a picture:
//! they follow the structure that a cut or a replacement would break.

pub(crate) mod body;
mod containers;
pub(crate) mod dimensions;
pub(crate) mod end_mark;
mod jpeg;
pub(crate) mod kind;
#[cfg(test)]
pub(crate) mod samples;
