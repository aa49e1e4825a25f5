//! `replay DIR`: hands a folder of recorded answers to flickr-client's own example, which decodes each of them.

use std::path::absolute;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cargo;

/// Runs the example over `folder` and passes its exit code on.
pub(crate) fn run(folder: &str) -> Result<ExitCode> {
    let folder = absolute(folder).with_context(|| format!("could not make sense of the path {folder}"))?;
    let status = cargo::command()
        .args(["run", "--quiet", "--locked", "--package", "flickr-client", "--example", "replay", "--"])
        .arg(&folder)
        .status()
        .context("could not run cargo")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
