//! Albums and group pools: who is in which, by listing each album and pool once and only when it changed.

use std::cell::RefCell;

use flickr_client::{Trouble, now};
use flickr_model::{Album, AlbumId, UserId};
use futures_util::{StreamExt, stream};
use photo_archive::{AccountFile, Archive, Gathering, GatheringSeen, Known};
use serde_json::Map;
use tokio::task::block_in_place;

use crate::account;
use crate::fetch::chain;
use crate::{Report, Run, SyncError};

/// How many lists are asked for at the same time.
pub(crate) const AT_ONCE: usize = 8;

/// Brings the albums up to date: one call for 500 of them, and for each that changed its photos and comments. Returns
/// whether the members of all of them are known.
pub(crate) async fn albums(
    run: &Run<'_>,
    archive: &RefCell<&mut Archive>,
    owner: &UserId,
    report: &mut Report,
) -> Result<bool, SyncError> {
    // A new order, or a photo for another, need not be dated: now and then each album is looked at.
    let looks_at_all = !account::lists_are_fresh(run, &archive.borrow())?;
    let mut pages = run.flickr.albums(owner);
    let (mut listed, mut are_known): (Vec<AlbumId>, _) = (Vec::new(), true);
    while let Some(portion) = pages.next_page().await? {
        let mut changed = Vec::new();
        for told in portion.rows {
            block_in_place(|| archive.borrow_mut().put_people(&told.people))?;
            listed.push(told.value.id.clone());
            let known = archive.borrow().gathering(Gathering::Album, told.value.id.as_str())?;
            if looks_at_all || known != Some(seen(&told.value)) {
                changed.push((told, known.is_some()));
            }
        }
        let mut brought = stream::iter(changed)
            .map(|(told, is_known)| async move {
                let name = format!("album {}", told.value.id);
                (name, is_known, album(run, archive, owner, told.value, told.raw).await)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((name, is_known, ended)) = brought.next().await {
            if let Err(error) = ended {
                are_known &= is_known || !comes_later(&error);
                report.one_thing_failed(name, error)?;
            }
        }
    }
    let mut archive = archive.borrow_mut();
    if pages.complete() {
        block_in_place(|| {
            archive.keep_albums(&listed, now())?;
            archive.put_account(AccountFile::Albums(&listed), Map::new(), now())
        })?;
    }
    let known = Known { albums: are_known, groups: false };
    report.regrouped(&block_in_place(|| archive.record_memberships(known, now()))?);
    Ok(are_known)
}

/// Whether the next run is likely to have what this one could not: what Flickr refuses or garbles, it will again.
fn comes_later(error: &SyncError) -> bool {
    let SyncError::Flickr(error) = error else { return true };
    !matches!(error.trouble(), Trouble::Refused { .. } | Trouble::Unreadable)
}

/// What is remembered of an album, by which the next run sees that it did not change.
fn seen(album: &Album) -> GatheringSeen {
    let photos = album.photos_count.map(|photos| photos + album.videos_count.unwrap_or(0));
    let face = Some(GatheringSeen::face_of(&album.title, &album.description, album.cover));
    GatheringSeen { updated: album.updated, photos, comments: album.comments_count, face, is_gone: false }
}

async fn album(
    run: &Run<'_>,
    archive: &RefCell<&mut Archive>,
    owner: &UserId,
    mut album: Album,
    list: serde_json::Value,
) -> Result<(), SyncError> {
    let id = album.id.clone();
    let photos = run.flickr.album_photos(&id, owner).await?;
    album.photos = photos.photos;
    let mut answers = Map::from_iter([("list".to_owned(), list)]);
    let known = archive.borrow().gathering(Gathering::Album, id.as_str())?;
    let known = known.and_then(|seen| seen.comments).unwrap_or(0);
    if album.comments_count.unwrap_or(0) + known > 0 {
        let told = run.flickr.album_comments(&id).await?;
        block_in_place(|| archive.borrow_mut().put_people(&told.people))?;
        album.comments = told.value;
        answers.insert("comments".to_owned(), told.raw);
    }
    let mut archive = archive.borrow_mut();
    block_in_place(|| archive.put_album(&album, answers, now()))?;
    if photos.complete {
        archive.note_gathering(Gathering::Album, id.as_str(), seen(&album))?;
    }
    Ok(())
}

impl Report {
    /// Notes that one thing (not a photo) could not be had; what ends the run is given back.
    pub(crate) fn one_thing_failed(&mut self, name: String, error: SyncError) -> Result<(), SyncError> {
        match &error {
            // Also one that Flickr is silent about: whether it is silent about everything, the photos will show.
            SyncError::Flickr(flickr) if !flickr.ends_the_run() || flickr.trouble() == Trouble::Temporary => {
                self.not_had(name, chain(flickr));
                Ok(())
            }
            SyncError::Archive(archive) if !archive.ends_the_run() => {
                self.not_had(name, chain(archive));
                Ok(())
            }
            _ => Err(error),
        }
    }
}
