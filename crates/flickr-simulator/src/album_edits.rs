//! What a person does to albums, galleries and favourites while the simulator runs.

use crate::account::Account;
use crate::albums::{Member, album_id, members_written, number_of, own};
use crate::edits::Edit;
use crate::foreign;
use crate::galleries;
use crate::overlay::{AlbumOverlay, Edits};
use crate::people::Who;
use crate::said::Comment;

/// Makes an album; gives its id.
pub(crate) fn create(account: &Account, edits: &mut Edits, edit: Edit, now: i64) -> Option<u64> {
    let Edit::CreateAlbum { title, photos } = edit else { return None };
    edits.generation += 1;
    let number = account.mix.facts.albums + edits.albums_made;
    let members: Vec<Member> = photos.iter().filter_map(|id| own(account, edits, *id)).collect();
    touch(edits, &members, now);
    edits.albums_made += 1;
    let album = AlbumOverlay {
        title: Some(title),
        members: Some(members),
        created: Some(now),
        updated: Some(now),
        ..AlbumOverlay::default()
    };
    edits.albums.insert(number, album);
    Some(album_id(account, number))
}

/// Changes an album; gives its id, or nothing if there is none such or nothing to change.
pub(crate) fn change(account: &Account, edits: &mut Edits, wanted: u64, edit: Edit, now: i64) -> Option<u64> {
    let number = number_of(account, edits, wanted)?;
    let mut members = members_written(account, edits, number);
    let (touched, is_dated) = match &edit {
        Edit::AddToAlbum { photo, .. } => {
            let member = own(account, edits, *photo).filter(|member| !members.contains(member))?;
            members.push(member);
            (vec![member], edits.bumps.album_contents)
        }
        Edit::RemoveFromAlbum { photo, .. } => {
            let member = own(account, edits, *photo)?;
            let place = members.iter().position(|known| *known == member)?;
            members.remove(place);
            (vec![member], edits.bumps.album_contents)
        }
        Edit::ReorderAlbum { photos, .. } => {
            let first: Vec<Member> = photos
                .iter()
                .filter_map(|id| own(account, edits, *id))
                .filter(|member| members.contains(member))
                .collect();
            let rest = members.iter().copied().filter(|member| !first.contains(member)).collect();
            members = [first, rest].concat();
            (Vec::new(), edits.bumps.album_contents)
        }
        Edit::CommentAlbum { .. } => (Vec::new(), edits.bumps.album_comment),
        _ => (Vec::new(), true),
    };
    edits.generation += 1;
    touch(edits, &touched, now);
    let serial = edits.new_serial();
    let album = edits.albums.entry(number).or_default();
    if is_dated {
        album.updated = Some(now);
    }
    match edit {
        Edit::RenameAlbum { title, .. } => album.title = Some(title),
        Edit::RedescribeAlbum { description, .. } => album.description = Some(description),
        Edit::DeleteAlbum { .. } => album.deleted = true,
        Edit::CommentAlbum { by, text, .. } => {
            album.comments.push(Comment { serial, author: Who::Person(by), when: now, text });
        }
        _ => album.members = Some(members),
    }
    Some(wanted)
}

fn touch(edits: &mut Edits, members: &[Member], now: i64) {
    if !edits.bumps.album {
        return;
    }
    for member in members {
        if let Member::Own(index) = member {
            edits.touch(*index, now);
        }
    }
}

/// Makes a photo of somebody else a favourite of the owner's; gives its id.
pub(crate) fn like(account: &Account, edits: &mut Edits, now: i64) -> u64 {
    edits.generation += 1;
    edits.liked.push(now);
    foreign::id(account.mix.facts.favorites + edits.liked.len() as u64 - 1)
}

/// Changes a gallery; gives its id.
pub(crate) fn gallery(
    account: &Account,
    edits: &mut Edits,
    wanted: u64,
    edit: Edit,
    now: i64,
) -> Option<u64> {
    let number = galleries::number_of(account, wanted)?;
    edits.generation += 1;
    let new_photo = 800_000 + edits.generation;
    let gallery = edits.galleries.entry(number).or_default();
    gallery.updated = Some(now);
    match edit {
        Edit::RenameGallery { title, .. } => gallery.title = Some(title),
        Edit::AddToGallery { comment, .. } => gallery.added.push((new_photo, comment)),
        _ => gallery.removed += 1,
    }
    Some(wanted)
}
