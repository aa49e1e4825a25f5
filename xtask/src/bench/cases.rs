//! The list of what is measured.

use anyhow::Result;

use super::place::Workshop;
use super::table::Came;
use super::{first_sync, kept, listing, offline, transfer};

/// One thing that is measured.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) weight: Weight,
    /// Bytes of disk that it needs.
    pub(super) disk: u64,
    pub(super) run: fn(&Workshop) -> Result<Came>,
}

/// Whether a case belongs to every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Usual,
    /// It takes an hour, or a great deal of disk.
    Big,
}

const GB: u64 = 1_000_000_000;

const fn usual(
    name: &'static str,
    what: &'static str,
    disk: u64,
    run: fn(&Workshop) -> Result<Came>,
) -> Case {
    Case { name, what, weight: Weight::Usual, disk, run }
}

const fn big(name: &'static str, what: &'static str, disk: u64, run: fn(&Workshop) -> Result<Came>) -> Case {
    Case { name, what, weight: Weight::Big, disk, run }
}

/// Every case, the quick ones first.
pub(super) const CASES: &[Case] = &[
    usual("start", "start of the program, size of the binary", GB, offline::start),
    usual("ceiling", "what the simulator itself can serve", GB, transfer::ceiling),
    usual(
        "first",
        "2,000 photos of 50-200 kB, 20 videos, 30 albums; --details listing",
        GB,
        first_sync::listing,
    ),
    usual("first-full", "the same with --details full", GB, first_sync::full),
    usual("first-20000", "20,000 photos of 50-200 kB: the same memory", 5 * GB, first_sync::memory),
    usual(
        "slow",
        "306 items, 200 ms a call, 50 ms a photo, 4 MB/s a connection; listing and full",
        GB,
        first_sync::slow,
    ),
    usual("small", "20,000 photos of 50 kB, beside curl; CPU a photo", 4 * GB, transfer::small),
    usual("large", "2,000 photos of 2 MB, 8 downloads, beside curl", 14 * GB, transfer::large),
    usual("growth", "first syncs of 1,000 and 10,000 photos of 3 kB", GB, kept::growth),
    usual("offline", "status and rebuild of 10,000 photos", GB, kept::offline),
    usual("quiet-10000", "nothing changed, 10,000 photos kept", GB, kept::quiet_small),
    usual("quiet", "nothing changed, 100,000 photos kept", 3 * GB, kept::quiet_large),
    usual("dry", "first listing of 100,000 photos (dry run), beside a bare reader", GB, listing::dry),
    usual("verify", "verify of 1 GB in cache, beside sha256sum", 3 * GB, offline::verify),
    big("verify-10", "verify of 10 GB in cache, beside sha256sum", 22 * GB, offline::verify_large),
    big("video", "one video of 6 GB, beside curl", 14 * GB, transfer::video),
    big("dry-million", "first listing of 1,000,000 photos (dry run)", GB, listing::dry_million),
    big("million", "nothing changed, status and list with 1,000,000 photos kept", 25 * GB, kept::million),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_case_has_a_name_of_its_own() {
        assert_eq!(CASES.iter().map(|case| case.name).collect::<BTreeSet<_>>().len(), CASES.len());
    }
}
