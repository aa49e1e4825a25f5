//! `replay DIR`: hands a folder of recorded answers to flickr-client's own example, which decodes each of them.

use std::path::absolute;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cargo;

/// Runs the example over `folder` and passes its exit code on.
///
/// It is built with the whole workspace, as the tests are: built alone, it would have other features of the same
/// libraries, and half of them would be compiled and stored a second time.
pub(crate) fn run(folder: &str) -> Result<ExitCode> {
    let folder = absolute(folder).with_context(|| format!("could not make sense of the path {folder}"))?;
    let built = cargo::build(&["--quiet", "--workspace", "--example", "replay"], &["replay"])?;
    let status = Command::new(&built[0])
        .arg(&folder)
        .status()
        .with_context(|| format!("could not run {}", built[0].display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
