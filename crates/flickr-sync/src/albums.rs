//! Albums and group pools: who is in which, by listing each album and pool once and only when it changed.

use flickr_client::now;
use flickr_model::{Album, AlbumId, UserId};
use photo_archive::{AccountFile, Archive, Gathering, GatheringSeen, Known};
use serde_json::Map;
use tokio::task::block_in_place;

use crate::fetch::chain;
use crate::{Report, Run, SyncError};

/// Brings the albums up to date: one call for 500 of them, and for each that changed its photos and comments.
pub(crate) async fn albums(
    run: &Run<'_>,
    archive: &mut Archive,
    owner: &UserId,
    report: &mut Report,
) -> Result<(), SyncError> {
    let mut pages = run.flickr.albums(owner);
    let mut listed: Vec<AlbumId> = Vec::new();
    while let Some(portion) = pages.next_page().await? {
        for told in portion.rows {
            block_in_place(|| archive.put_people(&told.people))?;
            listed.push(told.value.id.clone());
            if archive.gathering(Gathering::Album, told.value.id.as_str())? == Some(seen(&told.value)) {
                continue;
            }
            let name = format!("album {}", told.value.id);
            if let Err(error) = album(run, archive, owner, told.value, told.raw).await {
                report.one_thing_failed(name, error)?;
            }
        }
    }
    if pages.complete() {
        block_in_place(|| {
            archive.keep_albums(&listed, now())?;
            archive.put_account(AccountFile::Albums(&listed), Map::new(), now())
        })?;
    }
    report.sidecars(block_in_place(|| archive.record_memberships(Known::Albums, now()))?);
    Ok(())
}

/// What is remembered of an album, by which the next run sees that it did not change.
fn seen(album: &Album) -> GatheringSeen {
    let photos = album.photos_count.map(|photos| photos + album.videos_count.unwrap_or(0));
    GatheringSeen { updated: album.updated, photos, comments: album.comments_count, is_gone: false }
}

async fn album(
    run: &Run<'_>,
    archive: &mut Archive,
    owner: &UserId,
    mut album: Album,
    list: serde_json::Value,
) -> Result<(), SyncError> {
    let id = album.id.clone();
    let photos = run.flickr.album_photos(&id, owner).await?;
    album.photos = photos.photos;
    let mut answers = Map::from_iter([("list".to_owned(), list)]);
    let known = archive.gathering(Gathering::Album, id.as_str())?.and_then(|seen| seen.comments).unwrap_or(0);
    if album.comments_count.unwrap_or(0) + known > 0 {
        let told = run.flickr.album_comments(&id).await?;
        block_in_place(|| archive.put_people(&told.people))?;
        album.comments = told.value;
        answers.insert("comments".to_owned(), told.raw);
    }
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
            SyncError::Flickr(flickr) if !flickr.ends_the_run() => {
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
