//! Who may know whom: the table of ARCHITECTURE.md as data.
//!
//! A change of the architecture is drawn on that page first, and then here. Versions and features stand in the root
//! `Cargo.toml`; this room holds only names.

/// What one of our crates may name in its normal dependencies.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) ours: &'static [&'static str],
    pub(super) outside: &'static [&'static str],
}

/// Small crates without a subject of their own, which any crate may name.
pub(super) const FREE: &[&str] = &["tracing", "thiserror", "serde", "url", "futures-util"];

/// The crate that shares nothing with what it checks and is only ever there for tests.
pub(super) const SIMULATOR: &str = "flickr-simulator";

/// One row for each crate of the workspace.
pub(super) const ROWS: &[Row] = &[
    Row { name: "oauth-signing", ours: &[], outside: &["oauth1-request", "percent-encoding", "secrecy"] },
    Row { name: "flickr-model", ours: &[], outside: &["jiff"] },
    Row {
        name: "flickr-client",
        ours: &["oauth-signing", "flickr-model"],
        outside: &[
            "reqwest",
            "tokio",
            "tokio-util",
            "serde_json",
            "backon",
            "jiff",
            "secrecy",
            "rand",
            "percent-encoding",
            "base64",
        ],
    },
    Row {
        name: "token-store",
        ours: &["oauth-signing"],
        outside: &["tempfile", "rustix", "toml", "secrecy"],
    },
    Row {
        name: "photo-archive",
        ours: &["flickr-model"],
        outside: &[
            "serde_json",
            "rusqlite",
            "sha2",
            "md-5",
            "tempfile",
            "rustix",
            "infer",
            "jiff",
            "unicode-normalization",
            "quick-xml",
        ],
    },
    Row {
        name: "flickr-sync",
        ours: &["flickr-client", "photo-archive", "flickr-model"],
        outside: &["tokio", "tokio-util", "serde_json", "jiff"],
    },
    Row {
        name: "flickr-backup",
        ours: &[
            "flickr-sync",
            "flickr-client",
            "photo-archive",
            "token-store",
            "flickr-model",
            "oauth-signing",
        ],
        outside: &[
            "clap",
            "indicatif",
            "anyhow",
            "tokio",
            "tokio-util",
            "tracing-subscriber",
            "toml",
            "etcetera",
            "webbrowser",
            "hyper",
            "hyper-util",
            "http-body-util",
            "rcgen",
            "tokio-rustls",
            "rustix",
            "serde_json",
            "secrecy",
            "jiff",
        ],
    },
    Row { name: SIMULATOR, ours: &[], outside: &["tokio", "hmac", "sha1", "md-5", "serde_json", "jiff"] },
    Row { name: "xtask", ours: &[], outside: &["anyhow", "serde_json"] },
];

/// The row of the crate called `name`.
pub(super) fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_down_only() {
        fn reaches(from: &Row, to: &str) -> bool {
            from.ours.iter().any(|name| *name == to || row(name).is_some_and(|next| reaches(next, to)))
        }

        for row in ROWS {
            assert!(!reaches(row, row.name), "{} leads back to itself", row.name);
        }
    }

    #[test]
    fn the_three_doors_do_not_know_each_other() {
        let doors = ["flickr-client", "token-store", "photo-archive"];

        for door in doors {
            let known = row(door).map_or(&[][..], |row| row.ours);
            assert!(known.iter().all(|name| !doors.contains(name)), "{door}");
        }
    }

    #[test]
    fn nothing_may_stand_on_the_simulator() {
        assert!(ROWS.iter().all(|row| !row.ours.contains(&SIMULATOR)));
    }

    #[test]
    fn every_crate_of_ours_that_is_named_has_a_row() {
        assert!(ROWS.iter().flat_map(|row| row.ours).all(|name| row(name).is_some()));
    }
}
