//! Edits written as a query, for the control desk.
//!
//! `kind` names the edit. Those of a photo take `id=N`: `retitle&title=`, `redescribe&description=`, `replace`,
//! `new-secret`, `delete`, `touch`, `redate&uploaded=S`, `visibility&to=public|friends|family|friends-family|private`,
//! `comment&by=N&text=`, `remove-comment&comment=ID`, `favorite&by=N`, `unfavorite&by=N`, `tag&raw=`, `untag&raw=`,
//! `note&text=`, `remove-note&note=N`, `show-person&person=N`, `hide-person&person=N`, `restore`, `move&latitude=&longitude=` (without them the place is taken away), `licence&to=N`, `rotate&degrees=N`,
//! `look&times=N`. `add` takes `uploaded=S`, `like-others` nothing. Those of an album take `album=N`: `rename-album&title=`,
//! `redescribe-album&description=`, `add-to-album&photo=N`, `remove-from-album&photo=N`, `reorder-album&photos=N,N`,
//! `delete-album`, `comment-album&by=N&text=`; `create-album` takes `title=` and `photos=`. Those of a gallery take
//! `gallery=N`: `rename-gallery&title=`, `add-to-gallery&text=`, `remove-from-gallery`.

use crate::edits::Edit;
use crate::percent::value;
use crate::photo::Visibility;

type Fields = [(String, String)];

/// Reads an edit; nothing if it is unknown or something is missing.
pub(crate) fn read(fields: &Fields) -> Option<Edit> {
    let kind = value(fields, "kind")?;
    of_photo(kind, fields).or_else(|| of_album(kind, fields))
}

fn number<T: std::str::FromStr>(fields: &Fields, name: &str) -> Option<T> {
    value(fields, name)?.parse().ok()
}

fn text(fields: &Fields, name: &str) -> Option<String> {
    value(fields, name).map(str::to_owned)
}

fn of_photo(kind: &str, fields: &Fields) -> Option<Edit> {
    if kind == "add" {
        return Some(Edit::Add { uploaded: number(fields, "uploaded") });
    }
    if kind == "like-others" {
        return Some(Edit::LikeOthers);
    }
    let id: u64 = number(fields, "id")?;
    let edit = match kind {
        "retitle" => Edit::Retitle { id, title: text(fields, "title")? },
        "redescribe" => Edit::Redescribe { id, description: text(fields, "description")? },
        "replace" => Edit::Replace { id },
        "new-secret" => Edit::NewSecret { id },
        "delete" => Edit::Delete { id },
        "touch" => Edit::Touch { id },
        "redate" => Edit::Redate { id, uploaded: number(fields, "uploaded")? },
        "visibility" => Edit::SetVisibility { id, visibility: visibility(value(fields, "to")?)? },
        "comment" => Edit::Comment { id, by: number(fields, "by")?, text: text(fields, "text")? },
        "remove-comment" => Edit::RemoveComment { id, comment: text(fields, "comment")? },
        "favorite" => Edit::Favorite { id, by: number(fields, "by")? },
        "unfavorite" => Edit::Unfavorite { id, by: number(fields, "by")? },
        "tag" => Edit::Tag { id, raw: text(fields, "raw")? },
        "untag" => Edit::Untag { id, raw: text(fields, "raw")? },
        "note" => Edit::Note { id, text: text(fields, "text")? },
        "remove-note" => Edit::RemoveNote { id, note: number(fields, "note")? },
        "show-person" => Edit::ShowPerson { id, person: number(fields, "person")? },
        "hide-person" => Edit::HidePerson { id, person: number(fields, "person")? },
        "restore" => Edit::Restore { id },
        "move" => Edit::Move { id, place: number(fields, "latitude").zip(number(fields, "longitude")) },
        "licence" => Edit::SetLicence { id, licence: number(fields, "to")? },
        "rotate" => Edit::Rotate { id, degrees: number(fields, "degrees")? },
        "look" => Edit::Look { id, times: number(fields, "times")? },
        _ => return None,
    };
    Some(edit)
}

fn visibility(word: &str) -> Option<Visibility> {
    match word {
        "public" => Some(Visibility::Public),
        "friends" => Some(Visibility::Friends),
        "family" => Some(Visibility::Family),
        "friends-family" => Some(Visibility::FriendsAndFamily),
        "private" => Some(Visibility::Private),
        _ => None,
    }
}

fn of_album(kind: &str, fields: &Fields) -> Option<Edit> {
    let photos = || -> Option<Vec<u64>> {
        let list = value(fields, "photos").unwrap_or_default();
        list.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().ok()).collect()
    };
    if kind == "create-album" {
        return Some(Edit::CreateAlbum { title: text(fields, "title")?, photos: photos()? });
    }
    if let Some(gallery) = number(fields, "gallery") {
        return match kind {
            "rename-gallery" => Some(Edit::RenameGallery { gallery, title: text(fields, "title")? }),
            "add-to-gallery" => Some(Edit::AddToGallery { gallery, comment: text(fields, "text")? }),
            "remove-from-gallery" => Some(Edit::RemoveFromGallery { gallery }),
            _ => None,
        };
    }
    let album: u64 = number(fields, "album")?;
    let edit = match kind {
        "rename-album" => Edit::RenameAlbum { album, title: text(fields, "title")? },
        "redescribe-album" => Edit::RedescribeAlbum { album, description: text(fields, "description")? },
        "add-to-album" => Edit::AddToAlbum { album, photo: number(fields, "photo")? },
        "remove-from-album" => Edit::RemoveFromAlbum { album, photo: number(fields, "photo")? },
        "reorder-album" => Edit::ReorderAlbum { album, photos: photos()? },
        "delete-album" => Edit::DeleteAlbum { album },
        "comment-album" => {
            Edit::CommentAlbum { album, by: number(fields, "by")?, text: text(fields, "text")? }
        }
        _ => return None,
    };
    Some(edit)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::edits::Edit;
    use crate::percent::form;

    #[test]
    fn edits_are_read_from_their_query() {
        let reorder = read(&form("kind=reorder-album&album=7&photos=3,1"));
        assert!(matches!(reorder, Some(Edit::ReorderAlbum { album: 7, photos }) if photos == [3, 1]));
        let away = read(&form("kind=move&id=4"));
        assert!(matches!(away, Some(Edit::Move { id: 4, place: None })));
        assert!(read(&form("kind=comment&id=4&by=1")).is_none());
        assert!(read(&form("kind=nothing&id=4")).is_none());
    }
}
