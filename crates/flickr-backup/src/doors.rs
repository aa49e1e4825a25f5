//! Opens the doors that commands need: the token file, the client, the archive; each with its words.

use std::path::Path;

use anyhow::Result;
use flickr_client::{ClientSettings, FlickrClient, random_bytes};
use flickr_model::UserId;
use oauth_signing::{ApiKeys, Token};
use photo_archive::{Access, Archive, Marker, RebuildReport};
use token_store::TokenFile;

use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::settings::{Limits, Settings};
use crate::{call_count, keys, words};

/// Who is signed in, and with which keys.
pub(crate) struct SignedIn {
    pub(crate) nsid: UserId,
    pub(crate) keys: ApiKeys,
    token: Token,
}

impl SignedIn {
    /// The account of the archive, or the only one that is signed in where there is no archive yet.
    pub(crate) fn open(settings: &Settings, account: Option<&UserId>) -> Result<Self> {
        let file = token_file(settings)?;
        let entry = match account {
            Some(nsid) => file.account(nsid.as_str()).ok_or_else(|| {
                Failure::new(Exit::SignIn, format!("nobody is signed in as {nsid}, whose archive this is"))
                    .next("flickr-backup auth")
            })?,
            None => match file.accounts() {
                [] => return Err(nobody_signed_in()),
                [only] => only,
                _ => {
                    return Err(Failure::new(
                        Exit::Usage,
                        "several accounts are signed in, and a new archive must know whose it is; forget the others",
                    )
                    .next("flickr-backup auth status")
                    .into());
                }
            },
        };
        let nsid = entry.nsid.parse().map_err(|error| {
            Failure::new(Exit::SignIn, format!("token.toml: {error}")).next("flickr-backup auth")
        })?;
        Ok(Self { nsid, keys: keys::for_token(settings, entry)?, token: entry.token.token().clone() })
    }
}

pub(crate) fn nobody_signed_in() -> anyhow::Error {
    Failure::new(Exit::SignIn, "nobody is signed in yet").next("flickr-backup auth").into()
}

/// Opens the token file; a file that others could read is mended, with a word.
pub(crate) fn token_file(settings: &Settings) -> Result<TokenFile> {
    let file = TokenFile::open(&settings.config_dir)?;
    for repaired in file.repaired() {
        words::say(&repaired.to_string());
    }
    Ok(file)
}

/// A client for the account that is signed in.
pub(crate) fn client(settings: &Settings, signed_in: &SignedIn, limits: &Limits) -> Result<FlickrClient> {
    bare_client(settings, &signed_in.keys, Some(&signed_in.token), limits)
}

/// A client for any keys, with or without a token.
pub(crate) fn bare_client(
    settings: &Settings,
    keys: &ApiKeys,
    token: Option<&Token>,
    limits: &Limits,
) -> Result<FlickrClient> {
    Ok(FlickrClient::new(ClientSettings {
        endpoint: settings.endpoint.clone(),
        keys: keys.clone(),
        token: token.cloned(),
        user_agent: concat!("flickr-backup/", env!("CARGO_PKG_VERSION")).to_owned(),
        patience: limits.patience,
        calls_per_hour: limits.calls_per_hour,
        spent: call_count::spent(&settings.state_dir, keys),
        calls_at_once: 8,
        downloads_at_once: limits.options.downloads,
    })?)
}

/// The marker of an archive, or `None` where there is none.
pub(crate) fn marker(dir: &Path) -> Result<Option<Marker>> {
    Ok(Archive::marker_of(dir)?)
}

/// Opens an archive; a catalog that has to be made again says so.
pub(crate) fn archive(
    settings: &Settings,
    dir: &Path,
    access: Access,
    progress: &Progress,
) -> Result<Archive> {
    let mut told = false;
    let archive = Archive::open(dir, &settings.state_dir, access, random_bytes(), &mut |so_far| {
        if !std::mem::replace(&mut told, true) {
            progress.say("The catalog is made again from the archive.");
        }
        progress.rebuilt(so_far.photos, so_far.files);
    })?;
    for line in archive.rebuilt().map(rebuilt).unwrap_or_default() {
        progress.say(&line);
    }
    Ok(archive)
}

/// What is to be told of a catalog that was made again: what is not as the archive itself says.
pub(crate) fn rebuilt(report: &RebuildReport) -> Vec<String> {
    let mut lines = Vec::new();
    let files = |number| words::counted(number, "file");
    if report.renamed > 0 {
        lines.push(format!(
            "{} spelled otherwise by a copy; their names were given back.",
            files(report.renamed)
        ));
    }
    if report.lost > 0 {
        lines.push(format!(
            "{} not there, or of another size; the next sync fetches what is missing.",
            files(report.lost)
        ));
    }
    if report.vanished > 0 {
        let what = files(report.vanished);
        lines.push(format!(
            "{what} gone without a trace but in the lists of the archive; what Flickr still has is fetched:"
        ));
        lines.extend(report.vanished_examples.iter().map(|path| format!("  {}", words::clean(path))));
    }
    if report.altered > 0 {
        let what = words::counted(report.altered, "JSON file");
        lines.push(format!("{what} not what the lists of checksums say. Next: flickr-backup repair"));
    }
    for (path, reason) in &report.examples {
        lines.push(format!("  not readable: {}: {}", words::clean(path), words::clean(reason)));
    }
    lines
}

/// Makes the first archive the one that `sync` without a folder means.
pub(crate) fn remember_archive(settings: &Settings, dir: &Path) {
    if let Err(error) = token_store::remember_archive(&settings.config_dir, dir) {
        words::say(&format!(
            "{error}; so that `flickr-backup sync` finds it, name the archive in config.toml yourself."
        ));
    }
}

/// The command that goes on with this archive: without its folder where the config knows it.
pub(crate) fn sync_again(settings: &Settings, dir: &Path) -> String {
    match settings.config.archive.as_deref() {
        Some(known) if known == dir => "flickr-backup sync".to_owned(),
        _ => format!("flickr-backup sync {}", dir.display()),
    }
}

/// The command that comes after a sign-in.
pub(crate) fn first_sync(settings: &Settings) -> &'static str {
    if settings.config.archive.is_some() {
        "flickr-backup sync"
    } else {
        "flickr-backup sync ~/FlickrArchive --create"
    }
}
