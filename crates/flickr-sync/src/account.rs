//! The account as a whole: who it is, and its lists; asked for once in seven days, for none of them says that it
//! changed.

use std::cell::RefCell;

use flickr_client::{DownloadError, Source, Told, Trouble, now};
use flickr_model::{GalleryId, GroupId, Media, UserId};
use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use photo_archive::{AccountFile, Archive, Gathering, GatheringSeen, Known, Mark};
use serde_json::Map;
use tokio::task::block_in_place;

use crate::albums::AT_ONCE;
use crate::details::gathered;
use crate::fetch::chain;
use crate::options::Only;
use crate::{Effort, Report, Run, SyncError};

/// How old the lists of the account may get.
const LISTS_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Brings everything about the account up to date that is not a photo or an album.
pub(crate) async fn account(
    run: &Run<'_>,
    archive: &RefCell<&mut Archive>,
    me: &UserId,
    albums_are_known: bool,
    report: &mut Report,
) -> Result<(), SyncError> {
    let is_fresh = lists_are_fresh(run, &archive.borrow())?;
    // A photo that changed, in this run or in one that was killed, may have brought a new spelling of a tag.
    let is_touched = report.changes.sidecars > 0 || archive.borrow().is_touched()?;
    let parts = match (is_fresh, is_touched) {
        (false, _) => &Part::ALL[..],
        (true, true) => &[Part::Tags],
        (true, false) => return Ok(()),
    };
    let (mut whole, mut known) = (true, Known { albums: albums_are_known, groups: true });
    let mut brought = stream::iter(parts)
        .map(|&part| async move { (part, part.bring(run, archive, me).await) })
        .buffer_unordered(AT_ONCE);
    while let Some((part, ended)) = brought.next().await {
        if let Err(error) = ended {
            if matches!(part, Part::Groups) {
                known.groups = false;
            }
            // What Flickr will not tell is no failure of ours, and not asked for again the next night.
            if let Some(refusal) = refusal(&error) {
                report.note(format!("{}: {refusal}", part.name()));
                continue;
            }
            whole = false;
            report.one_thing_failed(part.name().to_owned(), error)?;
        }
    }
    drop(brought);
    let mut archive = archive.borrow_mut();
    if is_fresh {
        return Ok(());
    }
    report.regrouped(&block_in_place(|| archive.record_memberships(known, now()))?);
    if whole {
        archive.set_mark(Mark::AccountLists, now())?;
    }
    Ok(())
}

/// Whether the lists of the account were asked for a short time ago, and are not to be asked for again.
pub(crate) fn lists_are_fresh(run: &Run<'_>, archive: &Archive) -> Result<bool, SyncError> {
    let asked = archive.mark(Mark::AccountLists)?;
    let is_fresh = asked.is_some_and(|asked| now().duration_since(asked) < LISTS_AGE);
    Ok(is_fresh && run.options.effort == Effort::Usual && run.options.only != Some(Only::Account))
}

/// Flickr's words, where it understood and said no.
fn refusal(error: &SyncError) -> Option<String> {
    match error {
        SyncError::Flickr(error) if matches!(error.trouble(), Trouble::Refused { .. }) => Some(chain(error)),
        _ => None,
    }
}

/// The parts of an account, in the order in which they are asked for.
#[derive(Debug, Clone, Copy)]
enum Part {
    Profile,
    UploadStatus,
    Preferences,
    Collections,
    Galleries,
    Favorites,
    Contacts,
    Groups,
    Tags,
    Testimonials,
}

impl Part {
    const ALL: [Self; 10] = [
        Self::Profile,
        Self::UploadStatus,
        Self::Preferences,
        Self::Collections,
        Self::Galleries,
        Self::Favorites,
        Self::Contacts,
        Self::Groups,
        Self::Tags,
        Self::Testimonials,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::UploadStatus => "upload status",
            Self::Preferences => "preferences",
            Self::Collections => "collections",
            Self::Galleries => "galleries",
            Self::Favorites => "favourites",
            Self::Contacts => "contacts",
            Self::Groups => "groups",
            Self::Tags => "tags",
            Self::Testimonials => "testimonials",
        }
    }

    async fn bring(
        self,
        run: &Run<'_>,
        archive: &RefCell<&mut Archive>,
        me: &UserId,
    ) -> Result<(), SyncError> {
        let flickr = run.flickr;
        match self {
            Self::Profile => {
                let profile = flickr.profile(me).await?;
                let pictures = flickr.avatar(&profile.value);
                put(archive, profile, |it| AccountFile::Profile(it))?;
                avatar(run, archive, &pictures).await
            }
            Self::UploadStatus => {
                put(archive, flickr.upload_status().await?, |it| AccountFile::UploadStatus(it))
            }
            Self::Preferences => put(archive, flickr.preferences().await?, |it| AccountFile::Preferences(it)),
            Self::Collections => {
                put(archive, flickr.collections(me).await?, |list| AccountFile::Collections(list))
            }
            Self::Contacts => {
                put(archive, gathered(flickr.contacts()).await?, |list| AccountFile::Contacts(list))
            }
            Self::Tags => put(archive, flickr.tags_raw().await?, |list| AccountFile::Tags(list)),
            Self::Testimonials => {
                put(archive, flickr.testimonials(me).await?, |list| AccountFile::Testimonials(list))
            }
            Self::Galleries => galleries(run, archive, me).await,
            Self::Favorites => favorites(run, archive).await,
            Self::Groups => groups(run, archive, me).await,
        }
    }
}

/// Writes one file about the account, with the names it told.
fn put<'a, T: 'a>(
    archive: &RefCell<&mut Archive>,
    told: Told<T>,
    file: impl for<'b> FnOnce(&'b T) -> AccountFile<'b>,
) -> Result<(), SyncError> {
    let answers = Map::from_iter([("answer".to_owned(), told.raw)]);
    let mut archive = archive.borrow_mut();
    block_in_place(|| {
        archive.put_people(&told.people)?;
        archive.put_account(file(&told.value), answers, now())
    })?;
    Ok(())
}

/// Keeps the account's small picture, the best that comes. Its address is made by a rule and not told by Flickr, so that
/// one that is not there says nothing.
async fn avatar(
    run: &Run<'_>,
    archive: &RefCell<&mut Archive>,
    pictures: &[Source],
) -> Result<(), SyncError> {
    for source in pictures {
        match picture(run, source).await {
            Ok(Some(bytes)) => {
                block_in_place(|| archive.borrow_mut().put_avatar(&bytes, now()))?;
                return Ok(());
            }
            Ok(None) => {}
            Err(error) => tracing::info!(error = chain(&error), "the account's picture did not come"),
        }
    }
    Ok(())
}

/// The bytes of a small picture; `None` when they are not what was promised, or too many for one.
async fn picture(run: &Run<'_>, source: &Source) -> Result<Option<Vec<u8>>, DownloadError> {
    const LARGEST: usize = 8 << 20;
    let mut download = run.flickr.open(source, Media::Photo).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = download.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            return Ok(None);
        }
    }
    let is_whole = download.promise.length.is_none_or(|length| length == bytes.len() as u64);
    Ok(is_whole.then_some(bytes))
}

async fn galleries(run: &Run<'_>, archive: &RefCell<&mut Archive>, me: &UserId) -> Result<(), SyncError> {
    let mut pages = run.flickr.galleries(me);
    let mut listed: Vec<GalleryId> = Vec::new();
    while let Some(portion) = pages.next_page().await? {
        for told in portion.rows {
            let mut gallery = told.value;
            let photos = gathered(run.flickr.gallery_photos(&gallery.id)).await?;
            gallery.photos = photos.value;
            listed.push(gallery.id.clone());
            let answers = Map::from_iter([("list".to_owned(), told.raw), ("photos".to_owned(), photos.raw)]);
            let mut archive = archive.borrow_mut();
            block_in_place(|| {
                archive.put_people(&told.people)?;
                archive.put_people(&photos.people)?;
                archive.put_gallery(&gallery, answers, now())
            })?;
        }
    }
    if pages.complete() {
        block_in_place(|| archive.borrow_mut().keep_galleries(&listed, now()))?;
    }
    Ok(())
}

/// Others' photos that the account marked; the list may be long, so it goes page by page.
async fn favorites(run: &Run<'_>, archive: &RefCell<&mut Archive>) -> Result<(), SyncError> {
    let mut pages = run.flickr.favorites_of_mine();
    archive.borrow_mut().begin_favorites()?;
    while let Some(portion) = pages.next_page().await? {
        let mut archive = archive.borrow_mut();
        let rows = portion.rows.into_iter().map(|told| {
            archive.put_people(&told.people)?;
            Ok((told.value, told.raw))
        });
        let rows = rows.collect::<Result<Vec<_>, SyncError>>()?;
        archive.add_favorites(rows)?;
    }
    // Flickr goes on counting what its owners took away, so the end of the pages is the end of the list.
    block_in_place(|| archive.borrow_mut().finish_favorites(now()))?;
    Ok(())
}

/// The groups, and which of the account's photos are in the pool of each.
///
/// Sidecars tell of them only after all: a run that ends in between must not leave half of a photo's groups in its
/// sidecar, and then their growth in its history.
async fn groups(run: &Run<'_>, archive: &RefCell<&mut Archive>, me: &UserId) -> Result<(), SyncError> {
    let told = gathered(run.flickr.groups()).await?;
    let ids: Vec<GroupId> = told.value.iter().map(|group| group.id.clone()).collect();
    put(archive, told, |list| AccountFile::Groups(list))?;
    let pool = |id: GroupId| async move {
        let mut pages = run.flickr.group_photos(&id, me);
        let mut photos = Vec::new();
        while let Some(portion) = pages.next_page().await? {
            photos.extend(portion.rows.into_iter().map(|told| told.value));
        }
        Ok::<_, SyncError>((id, photos, pages.complete()))
    };
    let pool = |id: GroupId| async move {
        // A pool that may not be seen leaves what is known of it, and the others, as they are.
        match pool(id).await {
            Err(error) if refusal(&error).is_some() => Ok(None),
            told => told.map(Some),
        }
    };
    let mut pools = stream::iter(ids).map(pool).buffer_unordered(AT_ONCE);
    while let Some(told) = pools.next().await {
        let Some((id, photos, complete)) = told? else { continue };
        if complete {
            let mut archive = archive.borrow_mut();
            archive.put_members(Gathering::Group, id.as_str(), &photos)?;
            let seen = GatheringSeen { photos: Some(photos.len() as u64), ..GatheringSeen::default() };
            archive.note_gathering(Gathering::Group, id.as_str(), seen)?;
        }
    }
    Ok(())
}
