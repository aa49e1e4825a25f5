//! Every way in which the program is disturbed: what it needs, and how much of it a short sweep does.

use anyhow::Result;

use super::machine::Need;
use super::tally::Tally;
use super::wish::Sweep;
use super::{disks, errno, kill, limits};

/// One way to disturb the program.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) needs: &'static [Need],
    /// How many trials a short sweep makes.
    pub(super) short: u64,
    pub(super) run: fn(&mut Sweep<'_>) -> Result<Tally>,
}

/// All of them, in the order in which they are gone through.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "kill",
        about: "a first run killed at a write, rename, fsync, unlink …",
        needs: &[Need::Tracing],
        short: 10,
        run: kill::first,
    },
    Case {
        name: "kill-rich",
        about: "the same with albums, groups, comments and people",
        needs: &[Need::Tracing],
        short: 2,
        run: kill::rich,
    },
    Case {
        name: "kill-update",
        about: "the run that brings an archive up to date, killed",
        needs: &[Need::Tracing],
        short: 4,
        run: kill::update,
    },
    Case {
        name: "kill-rebuild",
        about: "`rebuild` killed",
        needs: &[Need::Tracing],
        short: 3,
        run: kill::rebuild,
    },
    Case {
        name: "kill-twice",
        about: "a run killed, and the run after it killed too",
        needs: &[Need::Tracing],
        short: 4,
        run: kill::twice,
    },
    Case {
        name: "errno",
        about: "a first run whose writes, fsyncs, renames, opens … fail",
        needs: &[Need::Tracing],
        short: 10,
        run: errno::first,
    },
    Case {
        name: "errno-update",
        about: "the run that brings an archive up to date, failing so",
        needs: &[Need::Tracing],
        short: 3,
        run: errno::update,
    },
    Case {
        name: "errno-rebuild",
        about: "`rebuild` failing so",
        needs: &[Need::Tracing],
        short: 3,
        run: errno::rebuild,
    },
    Case {
        name: "sockets",
        about: "sockets that cannot be made, reset, time out",
        needs: &[Need::Tracing],
        short: 3,
        run: errno::sockets,
    },
    Case {
        name: "full-bytes",
        about: "a disk in memory that has too little room",
        needs: &[Need::Mounts],
        short: 3,
        run: disks::full_bytes,
    },
    Case {
        name: "full-state",
        about: "the same under the catalog only",
        needs: &[Need::Mounts],
        short: 2,
        run: disks::full_state,
    },
    Case {
        name: "full-ext4",
        about: "an ext4 that has too little room",
        needs: &[Need::Loop],
        short: 2,
        run: disks::full_ext4,
    },
    Case {
        name: "full-inodes",
        about: "an ext4 that can hold no more files",
        needs: &[Need::Loop],
        short: 2,
        run: disks::full_inodes,
    },
    Case {
        name: "read-only",
        about: "an ext4 that finds an error in itself and becomes read-only",
        needs: &[Need::Tracing, Need::Loop, Need::Sys],
        short: 2,
        run: disks::read_only,
    },
    Case {
        name: "vanished",
        about: "the archive's disk taken away, an empty folder left in its place",
        needs: &[Need::Tracing, Need::Mounts],
        short: 2,
        run: disks::vanished,
    },
    Case {
        name: "power",
        about: "the power cut under an ext4 that holds everything",
        needs: &[Need::Tracing, Need::Loop],
        short: 4,
        run: disks::power,
    },
    Case {
        name: "power-writeback",
        about: "the same where names reach the disk before contents, in an update",
        needs: &[Need::Tracing, Need::Loop],
        short: 3,
        run: disks::power_writeback,
    },
    Case {
        name: "power-disk",
        about: "the power cut under the archive only: the catalog remembers more",
        needs: &[Need::Tracing, Need::Loop],
        short: 3,
        run: disks::power_disk,
    },
    Case {
        name: "network",
        about: "the network lost in the middle, for a moment or to the end",
        needs: &[Need::Tracing, Need::Tool("ip", "iproute2"), Need::Network],
        short: 2,
        run: limits::network,
    },
    Case {
        name: "memory",
        about: "too little memory",
        needs: &[Need::Tool("prlimit", "util-linux")],
        short: 2,
        run: limits::memory,
    },
    Case {
        name: "files",
        about: "too few files open at a time",
        needs: &[Need::Tool("prlimit", "util-linux")],
        short: 3,
        run: limits::files,
    },
    Case {
        name: "file-size",
        about: "no file may grow beyond a size",
        needs: &[Need::Tool("prlimit", "util-linux")],
        short: 2,
        run: limits::file_size,
    },
    Case {
        name: "clock",
        about: "the clock wrong, or jumping in the middle",
        needs: &[Need::Tool("faketime", "faketime")],
        short: 4,
        run: limits::clock,
    },
    Case {
        name: "interrupt",
        about: "Ctrl-C, SIGTERM, a closed terminal or pipe",
        needs: &[Need::Tracing],
        short: 4,
        run: limits::interrupt,
    },
];
