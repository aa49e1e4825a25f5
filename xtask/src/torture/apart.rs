//! A torture goes on in namespaces of its own, where the machine has them: its mounts and its network end with it,
//! however it ends, and nobody else on the machine sees them.

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use super::machine;

/// The word by which the program knows that it was started apart.
const WORD: &str = "--apart=";

/// How far this process is from the rest of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apart {
    /// Not at all: no case that mounts or cuts a network can be run.
    No,
    /// In namespaces that anybody may have: tmpfs can be mounted, loop devices not.
    AsAnybody,
    /// In namespaces, as the machine's root.
    AsRoot,
}

/// Takes the word out of what was typed; `None` when the process was started by a person.
pub(super) fn take(words: &mut Vec<String>) -> Option<Apart> {
    let place = words.iter().position(|word| word.starts_with(WORD))?;
    match words.remove(place).trim_start_matches(WORD) {
        "root" => Some(Apart::AsRoot),
        "anybody" => Some(Apart::AsAnybody),
        _ => Some(Apart::No),
    }
}

/// Starts this program again, with the same words, as far apart as the machine allows, and waits for it.
pub(super) fn again(words: &[String]) -> Result<ExitCode> {
    // Without `ip` nobody could open the new network's loopback.
    let net = if machine::has("ip") { &["--net"][..] } else { &[] };
    let as_root = [&["--mount"], net].concat();
    let as_anybody = [&["--user", "--map-root-user", "--mount"], net].concat();
    let (apart, name) = if works(&as_root) {
        (as_root, "root")
    } else if works(&as_anybody) {
        (as_anybody, "anybody")
    } else {
        (Vec::new(), "no")
    };
    let this = std::env::current_exe().context("could not find this program")?;
    let mut command = if apart.is_empty() { Command::new(&this) } else { Command::new("unshare") };
    if !apart.is_empty() {
        command.args(&apart).arg("--").arg(&this);
    }
    let status = command.arg("torture").args(words).arg(format!("{WORD}{name}")).status();
    let code = status.context("could not start this program again")?.code();
    Ok(ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// Opens the loopback of the network that this process was started in.
pub(super) fn open_loopback() -> Result<()> {
    let status = Command::new("ip").args(["link", "set", "lo", "up"]).status();
    anyhow::ensure!(status.context("could not run ip")?.success(), "the loopback network cannot be opened");
    Ok(())
}

/// Whether a process may be started so, mount there, and have a loopback network.
fn works(apart: &[&str]) -> bool {
    let loopback = if apart.contains(&"--net") { "ip link set lo up && " } else { "" };
    let mut command = Command::new("unshare");
    command.args(apart).args(["--", "sh", "-c", &format!("{loopback}mount -t tmpfs none /tmp")]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_says_how_far_apart_is_taken_out() {
        let mut words: Vec<String> = ["kill", "--apart=root", "--long"].map(str::to_owned).into();

        assert_eq!(take(&mut words), Some(Apart::AsRoot));
        assert_eq!(words, ["kill", "--long"]);
        assert_eq!(take(&mut words), None);
    }
}
