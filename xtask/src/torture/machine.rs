//! What a case needs of the machine, and whether the machine can give it.
//!
//! A tool that Debian has is installed by `.ci/run`, so its lack is a failure in CI. What a container does not allow
//! (mounting, namespaces, loop devices) nobody can install: such a case is skipped there too, aloud.

use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

use super::apart::Apart;

/// Something that a case cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// A program, and the name of its Debian package.
    Tool(&'static str, &'static str),
    /// `strace` may look into processes of its own.
    Tracing,
    /// Mounts of its own: root, or a kernel that lets anybody have a namespace.
    Mounts,
    /// A network of its own, in the same way.
    Network,
    /// Loop devices with an ext4 on them: real root.
    Loop,
    /// The kernel's switches in `/sys`.
    Sys,
}

/// Why a case cannot be run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// It could be installed.
    Tool(String),
    /// The machine does not allow it.
    Machine(String),
}

/// Finds the first thing that is lacking.
pub(super) fn lacks(needs: &[Need], apart: Apart) -> Option<Lack> {
    needs.iter().find_map(|need| lack(*need, apart))
}

fn lack(need: Need, apart: Apart) -> Option<Lack> {
    let machine = |words: &str| Some(Lack::Machine(words.to_owned()));
    match need {
        Need::Tool(tool, package) if !has(tool) => {
            Some(Lack::Tool(format!("{tool} (Debian's package {package})")))
        }
        Need::Tracing if !has("strace") => Some(Lack::Tool("strace (Debian's package strace)".to_owned())),
        Need::Tracing if !may_trace() => machine("a kernel that lets strace trace here"),
        Need::Mounts if apart == Apart::No => machine("root, or a kernel that gives a mount namespace"),
        Need::Network if apart == Apart::No => machine("root, or a kernel that gives a network namespace"),
        Need::Loop if apart != Apart::AsRoot => machine("root, for a loop device"),
        Need::Loop if !has("mkfs.ext4") => {
            Some(Lack::Tool("mkfs.ext4 (Debian's package e2fsprogs)".to_owned()))
        }
        Need::Loop if !may_mount_a_loop() => machine("loop devices that can be mounted"),
        Need::Sys if !is_sys_writable() => machine("a /sys that can be written"),
        _ => None,
    }
}

/// Whether a program can be found; the places of root's tools are looked into as well.
pub(super) fn has(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    places.into_iter().any(|place| place.join(tool).metadata().is_ok_and(|file| file.mode() & 0o111 != 0))
}

fn may_trace() -> bool {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=none", "true"]);
    let status = strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Tries it: a container may have the device and no right to it.
fn may_mount_a_loop() -> bool {
    let script = "d=$(mktemp -d) && truncate -s 4M $d/i && mkfs.ext4 -q $d/i && mkdir $d/m \
        && mount -o loop $d/i $d/m; code=$?; umount $d/m; rm -r $d; exit $code";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.status().is_ok_and(|status| status.success())
}

fn is_sys_writable() -> bool {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    mounts.lines().any(|line| {
        let mut parts = line.split(' ').skip(1);
        parts.next() == Some("/sys") && parts.nth(1).is_some_and(|options| options.starts_with("rw"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_is_lacking_is_told_with_its_package() {
        let needs = [Need::Tool("sh", "dash"), Need::Tool("no-such-tool-here", "no-such-package")];

        let lack = lacks(&needs, Apart::No);

        assert_eq!(lack, Some(Lack::Tool("no-such-tool-here (Debian's package no-such-package)".to_owned())));
        assert_eq!(lacks(&needs[..1], Apart::No), None);
    }

    #[test]
    fn what_only_the_machine_can_give_is_told_apart() {
        assert!(matches!(lacks(&[Need::Mounts], Apart::No), Some(Lack::Machine(_))));
        assert!(matches!(lacks(&[Need::Loop], Apart::AsAnybody), Some(Lack::Machine(_))));
    }
}
