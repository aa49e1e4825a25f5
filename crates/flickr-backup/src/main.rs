//! The program `flickr-backup`; everything it does lives in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    flickr_backup::run(std::env::args_os())
}
