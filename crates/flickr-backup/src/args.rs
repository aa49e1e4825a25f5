//! What can be typed: commands and flags, nothing of what they mean.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Keeps your whole Flickr account at home, as plain files.
#[derive(Debug, Parser)]
#[command(name = "flickr-backup", version, about, max_term_width = 100, after_help = AFTER)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Words that may stand before or after the command.
    #[command(flatten)]
    pub(crate) global: Global,
}

const AFTER: &str = "Begin with `flickr-backup auth`, then `flickr-backup sync ~/FlickrArchive --create`. \
From then on `flickr-backup sync` is all that cron needs.";

const AFTER_SYNC: &str = "Each flag with a value has a key in config.toml (`max-duration = \"6h\"`) and a name in the \
environment (`FLICKR_BACKUP_MAX_DURATION=6h`); what is typed wins over the environment, and that over the file. The first \
archive that is made becomes `archive` of config.toml.";

/// Words that may stand before or after the command.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "For every command")]
pub(crate) struct Global {
    /// Two-line file with the API key and its secret; needed for `auth` only
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) apikeys: Option<PathBuf>,
    /// Folder of config.toml and token.toml [default: ~/.config/flickr-backup]
    #[arg(long, global = true, value_name = "DIR", env = "FLICKR_BACKUP_CONFIG", hide_env = true)]
    pub(crate) config: Option<PathBuf>,
    /// Folder of the catalogs and call counts [default: ~/.local/state/flickr-backup]
    #[arg(long, global = true, value_name = "DIR", env = "FLICKR_BACKUP_STATE_DIR", hide_env = true)]
    pub(crate) state_dir: Option<PathBuf>,
    /// Say more; twice: say everything (never a secret)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say only what went wrong
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// No colours; NO_COLOR does the same
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to Flickr, once
    Auth(Auth),
    /// Make an empty archive for the account that is signed in
    Init {
        /// The folder to make
        dir: PathBuf,
    },
    /// Bring the archive up to date
    Sync(Sync),
    /// Tell what is kept and what is missing, without asking Flickr
    Status(Read),
    /// Tell of every photo in the archive, one a line, without asking Flickr
    List(List),
    /// Read every byte again and compare it with its checksum, without asking Flickr
    Verify(Verify),
    /// Fetch again what is damaged or missing, and nothing else
    Repair(Repair),
    /// Count missing photos that cannot be had as settled, with your reason
    Accept(Accept),
    /// Remove photos from the archive for good
    Drop(Drop),
    /// Look at keys, token, clock and disk, and say what to do
    Doctor(Doctor),
    /// Make the catalog again from the archive
    Rebuild {
        /// The archive [default: `archive` of the config]
        dir: Option<PathBuf>,
    },
}

/// `auth` and what belongs to it.
#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Auth {
    /// `status` or `forget`
    #[command(subcommand)]
    pub(crate) command: Option<AuthCommand>,
    /// Print the address of the approval page, but open no browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Wait for Flickr's callback on this machine instead of asking for the code
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    pub(crate) listen: Option<u16>,
    /// Take over a two-line token file: token, then secret
    #[arg(long, value_name = "FILE", conflicts_with = "listen")]
    pub(crate) import: Option<PathBuf>,
}

/// What can be done about a sign-in.
#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Tell who is signed in, and whether Flickr still agrees
    Status,
    /// Delete the token from this machine
    Forget {
        /// The account, when there are several
        account: Option<String>,
    },
}

/// `sync` and its limits.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_SYNC)]
pub(crate) struct Sync {
    /// The archive [default: `archive` of the config]
    pub(crate) dir: Option<PathBuf>,
    /// Make the archive when there is none
    #[arg(long)]
    pub(crate) create: bool,
    /// Only tell what would be fetched; writes no byte of the archive
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// List the whole account and all that belongs to it, and ask again for originals that could not be had
    #[arg(long)]
    pub(crate) walk_all: bool,
    /// Do one part of the work alone
    #[arg(long, value_enum, value_name = "photos|details|albums|account", hide_possible_values = true)]
    pub(crate) only: Option<Part>,
    /// Fetch at most so many photos in this run
    #[arg(long, value_name = "N", env = "FLICKR_BACKUP_LIMIT", hide_env = true)]
    pub(crate) limit: Option<u64>,
    /// Begin no new photo after so long, such as 90m or 6h
    #[arg(long, value_name = "TIME", env = "FLICKR_BACKUP_MAX_DURATION", hide_env = true)]
    pub(crate) max_duration: Option<String>,
    /// Begin no new photo after so many bytes, such as 500M or 20G
    #[arg(long, value_name = "BYTES", env = "FLICKR_BACKUP_MAX_BYTES", hide_env = true)]
    pub(crate) max_bytes: Option<String>,
    /// Fetch at most so many photos at the same time [default: 6]
    #[arg(long, value_name = "N", env = "FLICKR_BACKUP_DOWNLOADS", hide_env = true)]
    pub(crate) downloads: Option<usize>,
    /// Call Flickr at most so often an hour, up to the 3600 that it allows [default: 3500]
    #[arg(long, value_name = "N", env = "FLICKR_BACKUP_CALLS_PER_HOUR", hide_env = true)]
    pub(crate) calls_per_hour: Option<u32>,
    /// How much is asked for each photo; from smart on albums and the account too [default: full]
    #[arg(
        long,
        value_enum,
        value_name = "listing|smart|full",
        hide_possible_values = true,
        env = "FLICKR_BACKUP_DETAILS",
        hide_env = true
    )]
    pub(crate) details: Option<Details>,
    /// Ask for the camera's data of each photo too, as Flickr shows it; the file has it anyway
    #[arg(long, env = "FLICKR_BACKUP_EXIF", hide_env = true)]
    pub(crate) exif: bool,
    /// Ask for rarer things too, each a call a photo: exif, licences (each change), galleries (of others)
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "WHAT,…",
        hide_possible_values = true,
        env = "FLICKR_BACKUP_ALSO",
        hide_env = true
    )]
    pub(crate) also: Vec<Also>,
    /// What is written beside each photo: its JSON, or an XMP file for photo programs too [default: both]
    #[arg(
        long,
        value_enum,
        value_name = "both|json",
        hide_possible_values = true,
        env = "FLICKR_BACKUP_SIDECARS",
        hide_env = true
    )]
    pub(crate) sidecars: Option<Beside>,
    /// What to do when a photo fails: go on, stop, or stop after so many [default: continue]
    #[arg(long, value_name = "continue|stop|N", env = "FLICKR_BACKUP_ON_ERRORS", hide_env = true)]
    pub(crate) on_errors: Option<String>,
    /// Give up when nothing has succeeded for so long [default: 5m]
    #[arg(long, value_name = "TIME", env = "FLICKR_BACKUP_PATIENCE", hide_env = true)]
    pub(crate) patience: Option<String>,
    /// Mark at most so many photos as gone from Flickr unasked [default: 1%, at least 20]
    #[arg(long, value_name = "N|P%", env = "FLICKR_BACKUP_MAX_GONE", hide_env = true)]
    pub(crate) max_gone: Option<String>,
    /// Read such a share of old bytes again at the end, 0 for none [default: 1/90]
    #[arg(long, value_name = "1/N", env = "FLICKR_BACKUP_VERIFY_SHARE", hide_env = true)]
    pub(crate) verify_share: Option<String>,
    /// Say that up to so many photos are gone from Flickr, as a run told
    #[arg(long, value_name = "N")]
    pub(crate) accept_gone: Option<u64>,
    /// Tell everything as one JSON object a line on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is written beside each photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Beside {
    /// JSON and XMP
    Both,
    /// JSON alone
    Json,
}

/// One part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The listing and the bytes
    Photos,
    /// What is asked of single photos
    Details,
    /// Albums
    Albums,
    /// The lists of the account
    Account,
}

/// What costs a call for each photo and is asked for on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Also {
    /// The camera's data
    Exif,
    /// Each change of the licence
    Licences,
    /// Galleries of others
    Galleries,
}

/// How much is asked for each photo.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Details {
    /// What the listing tells
    Listing,
    /// Comments and favourites where the listing counts some
    Smart,
    /// Everything for every photo
    Full,
}

/// `accept`.
#[derive(Debug, ClapArgs)]
pub(crate) struct Accept {
    /// The numbers of the photos, as `status --missing` names them
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Why it is well that they are not here
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The archive [default: `archive` of the config]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// `drop`.
#[derive(Debug, ClapArgs)]
pub(crate) struct Drop {
    /// The numbers of the photos
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// The archive [default: `archive` of the config]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// A command that only reads an archive.
#[derive(Debug, ClapArgs)]
pub(crate) struct Read {
    /// The archive [default: `archive` of the config]
    pub(crate) dir: Option<PathBuf>,
    /// Name the missing photos, each with its reason
    #[arg(long)]
    pub(crate) missing: bool,
    /// Tell everything as one JSON object a line on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// `list`.
#[derive(Debug, ClapArgs)]
pub(crate) struct List {
    /// The archive [default: `archive` of the config]
    pub(crate) dir: Option<PathBuf>,
    /// Only photos in this state: kept, not-original, missing, unavailable, gone or accepted
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<String>,
    /// Only photos, or only videos
    #[arg(long, value_name = "KIND")]
    pub(crate) media: Option<Moving>,
    /// Only what was uploaded on this day or later, such as 2024-05-31
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<String>,
    /// Tell everything as one JSON object a line on standard output
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    /// Tell everything as CSV, with a line of names first
    #[arg(long)]
    pub(crate) csv: bool,
}

/// Still or moving.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Moving {
    /// Photos
    Photo,
    /// Videos
    Video,
}

/// `verify`.
#[derive(Debug, ClapArgs)]
pub(crate) struct Verify {
    /// The archive [default: `archive` of the config]
    pub(crate) dir: Option<PathBuf>,
    /// Compare sizes only
    #[arg(long)]
    pub(crate) quick: bool,
    /// Read only one part of the archive, such as 1/30
    #[arg(long, value_name = "K/N")]
    pub(crate) subset: Option<String>,
    /// Tell everything as one JSON object a line on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// `doctor`.
#[derive(Debug, ClapArgs)]
pub(crate) struct Doctor {
    /// The archive [default: `archive` of the config]
    pub(crate) dir: Option<PathBuf>,
    /// Tell everything as one JSON object a line on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// `repair`.
#[derive(Debug, ClapArgs)]
pub(crate) struct Repair {
    /// The archive [default: `archive` of the config]
    pub(crate) dir: Option<PathBuf>,
    /// Set aside and replace also what another program changed
    #[arg(long)]
    pub(crate) replace_edited: bool,
    /// As for sync
    #[arg(long, value_name = "N", env = "FLICKR_BACKUP_CALLS_PER_HOUR", hide_env = true)]
    pub(crate) calls_per_hour: Option<u32>,
    /// Tell everything as one JSON object a line on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

impl Sync {
    /// `sync` as it is without a flag: what the environment says of it is in it.
    pub(crate) fn untyped() -> Result<Self, clap::Error> {
        match Args::try_parse_from(["flickr-backup", "sync"])?.command {
            Command::Sync(sync) => Ok(sync),
            _ => Err(clap::Error::new(clap::error::ErrorKind::InvalidSubcommand)),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_of_the_flags_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn global_words_may_stand_before_or_after_the_command() {
        let before = Args::try_parse_from(["flickr-backup", "--config", "/x", "sync"]);
        let after = Args::try_parse_from(["flickr-backup", "sync", "--config", "/x"]);

        assert!([before, after].into_iter().all(|args| args.is_ok_and(|args| args.global.config.is_some())));
    }

    #[test]
    fn listen_takes_a_port_or_none() {
        let port = |words: &[&str]| match Args::try_parse_from(words).map(|args| args.command) {
            Ok(Command::Auth(auth)) => auth.listen,
            _ => None,
        };

        assert_eq!(port(&["flickr-backup", "auth", "--listen"]), Some(0));
        assert_eq!(port(&["flickr-backup", "auth", "--listen", "8080"]), Some(8080));
        assert_eq!(port(&["flickr-backup", "auth"]), None);
    }
}
