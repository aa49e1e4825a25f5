//! `init`: makes an empty archive for the account that is signed in.

use std::path::Path;

use anyhow::{Context, Result};
use flickr_client::{FlickrClient, now, random_bytes};
use photo_archive::{Account, Archive};

use crate::doors::{self, SignedIn};
use crate::failure::Exit;
use crate::settings::{Limits, Settings};
use crate::words;

pub(crate) async fn init(settings: &Settings, dir: &Path) -> Result<Exit> {
    let dir = settings.archive(Some(dir))?;
    let signed_in = SignedIn::open(settings, None)?;
    let flickr = doors::client(settings, &signed_in, &Limits::of_sign_in())?;
    create(settings, &flickr, &dir).await?;
    words::say("Next: flickr-backup sync");
    Ok(Exit::Complete)
}

/// Makes the archive, and the config's default of it when there is none yet.
pub(crate) async fn create(settings: &Settings, flickr: &FlickrClient, dir: &Path) -> Result<()> {
    let person = flickr.who_am_i().await.context("the account could not be asked for its name")?;
    let account = Account { nsid: person.nsid, username: person.username, path_alias: person.path_alias };
    Archive::create(dir, &account, now(), random_bytes())?;
    words::say(&format!("Made an archive for {} in {}.", words::clean(&account.username), dir.display()));
    if settings.config.archive.is_none() {
        doors::remember_archive(settings, dir);
    }
    Ok(())
}
