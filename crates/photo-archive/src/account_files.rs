//! The files about the account as a whole: profile, collections, galleries, contacts, groups, tags and settings.

use std::collections::HashSet;

use flickr_model::{
    AlbumId, Collection, Contact, Gallery, GalleryId, Group, Preferences, Profile, TagSpelling, Testimonial,
    UploadStatus,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::archive::Archive;
use crate::atomic_file::Draft;
use crate::error::ArchiveError;
use crate::inspect;
use crate::key::Key;
use crate::paper::{self, Form};

/// The folder of galleries.
const GALLERIES: &str = "account/galleries";

/// A file about the account, with what is to stand in it.
#[derive(Debug, Clone, Copy)]
pub enum AccountFile<'a> {
    /// Who the account belongs to.
    Profile(&'a Profile),
    /// The albums that are there, in the order that their owner gave them.
    Albums(&'a [AlbumId]),
    /// Collections of albums, however deep.
    Collections(&'a [Collection]),
    /// People the account follows.
    Contacts(&'a [Contact]),
    /// Groups the account is in.
    Groups(&'a [Group]),
    /// Tags with each of their spellings.
    Tags(&'a [TagSpelling]),
    /// What people say of its owner, and its owner of them.
    Testimonials(&'a [Testimonial]),
    /// How it treats new uploads.
    Preferences(&'a Preferences),
    /// What it may still upload.
    UploadStatus(&'a UploadStatus),
}

impl AccountFile<'_> {
    /// The file's name without its ending; of a list also the name of its field.
    fn name(self) -> &'static str {
        match self {
            Self::Profile(_) => "profile",
            Self::Albums(_) => "albums",
            Self::Collections(_) => "collections",
            Self::Contacts(_) => "contacts",
            Self::Groups(_) => "groups",
            Self::Tags(_) => "tags",
            Self::Testimonials(_) => "testimonials",
            Self::Preferences(_) => "preferences",
            Self::UploadStatus(_) => "upload-status",
        }
    }

    fn facts(self) -> Map<String, Value> {
        match self {
            Self::Profile(profile) => paper::fields(profile),
            Self::Preferences(preferences) => paper::fields(preferences),
            Self::UploadStatus(status) => paper::fields(status),
            Self::Albums(albums) => self.list(albums),
            Self::Collections(collections) => self.list(&flat(collections)),
            Self::Contacts(contacts) => self.list(contacts),
            Self::Groups(groups) => self.list(groups),
            Self::Tags(tags) => self.list(tags),
            Self::Testimonials(testimonials) => self.list(testimonials),
        }
    }

    fn list<T: Serialize>(self, items: &[T]) -> Map<String, Value> {
        let items = items.iter().map(|item| serde_json::to_value(item).unwrap_or_default());
        Map::from_iter([(self.name().to_owned(), items.collect())])
    }

    fn form(self) -> Form {
        let (known, fleeting): (&[&str], &[&str]) = match self {
            Self::Profile(_) => (&PROFILE, &["photos", "views"]),
            Self::Albums(_) => (&["albums"], &[]),
            Self::Collections(_) => (&["collections"], &[]),
            Self::Contacts(_) => (&["contacts"], &[]),
            Self::Groups(_) => (&["groups"], &["members", "photos"]),
            Self::Tags(_) => (&["tags"], &[]),
            Self::Testimonials(_) => (&["testimonials"], &[]),
            Self::Preferences(_) => (&PREFERENCES, &[]),
            Self::UploadStatus(_) => (
                &UPLOADS,
                &["bytes_used", "albums_made", "albums_left", "videos_uploaded", "videos_left", "uploads"],
            ),
        };
        Form { known, fleeting, told_apart: &[] }
    }
}

const PROFILE: [&str; 26] = [
    "id",
    "username",
    "realname",
    "first_name",
    "last_name",
    "path_alias",
    "description",
    "profile_description",
    "location",
    "city",
    "country",
    "hometown",
    "occupation",
    "timezone",
    "joined",
    "is_pro",
    "photos_url",
    "profile_url",
    "elsewhere",
    "showcase",
    "first_taken",
    "first_uploaded",
    "photos",
    "views",
    "icon",
    "picture",
];

const PREFERENCES: [&str; 6] =
    ["content_type", "safety", "privacy", "hidden", "place_viewers", "place_from_file"];

const UPLOADS: [&str; 11] = [
    "is_pro",
    "bytes_a_month",
    "bytes_used",
    "photo_bytes",
    "video_bytes",
    "albums_made",
    "albums_left",
    "videos_uploaded",
    "videos_left",
    "uploads",
    "uploads_limit",
];

const GALLERY: Form = Form {
    known: &[
        "id",
        "title",
        "description",
        "url",
        "owner",
        "created",
        "updated",
        "cover",
        "photos_count",
        "comments_count",
        "views",
        "photos",
        "comments",
    ],
    fleeting: &["updated", "photos_count", "comments_count", "views"],
    told_apart: &[],
};

/// One collection without what is in it: a file of ours is flat, however deep Flickr nests them.
#[derive(Debug, Serialize)]
struct Flat<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<&'a str>,
    albums: &'a [AlbumId],
}

/// Lists collections in the order of the tree, each with the one that it is in.
fn flat(collections: &[Collection]) -> Vec<Flat<'_>> {
    let mut waiting: Vec<(Option<&str>, &Collection)> =
        collections.iter().rev().map(|one| (None, one)).collect();
    let mut flat = Vec::new();
    while let Some((within, one)) = waiting.pop() {
        let Collection { id, title, description, albums, collections } = one;
        flat.push(Flat { id, title, description, within, albums });
        waiting.extend(collections.iter().rev().map(|inner| (Some(id.as_str()), inner)));
    }
    flat
}

impl Archive {
    /// Writes a file about the account when a fact in it changed; says whether it was written.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn put_account(
        &mut self,
        file: AccountFile<'_>,
        answers: Map<String, Value>,
        now: Timestamp,
    ) -> Result<bool, ArchiveError> {
        self.require_writing()?;
        let key = Key::known(format!("account/{}.json", file.name()));
        self.put_paper(&key, file.facts(), answers, file.form(), now)
    }

    /// Writes a gallery that the account has made; says whether a fact about it was new.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn put_gallery(
        &mut self,
        gallery: &Gallery,
        answers: Map<String, Value>,
        now: Timestamp,
    ) -> Result<bool, ArchiveError> {
        self.require_writing()?;
        let key = self.paper_place(GALLERIES, gallery.id.as_str(), &gallery.title)?;
        self.put_paper(&key, paper::fields(gallery), answers, GALLERY, now)
    }

    /// Marks the galleries that are not among these as gone; returns how many were newly marked.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn keep_galleries(&mut self, listed: &[GalleryId], now: Timestamp) -> Result<u64, ArchiveError> {
        self.require_writing()?;
        let listed: HashSet<&str> = listed.iter().map(GalleryId::as_str).collect();
        let mut marked = 0;
        for name in self.catalog.papers_in(GALLERIES)? {
            let Some(stem) = name.strip_suffix(".json") else { continue };
            let id = stem.rsplit_once('_').map_or(stem, |(_, id)| id);
            if !listed.contains(id) {
                let key = Key::known(format!("{GALLERIES}/{name}"));
                marked += u64::from(self.paper_is_gone(&key, now)?);
            }
        }
        Ok(marked)
    }

    /// Keeps the account's small picture; another one stands beside the first. Returns its path when it is new, and
    /// nothing for bytes that are no picture.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn put_avatar(&mut self, bytes: &[u8], now: Timestamp) -> Result<Option<String>, ArchiveError> {
        self.require_writing()?;
        let Some(kind) = inspect::kind::kind_of(bytes) else { return Ok(None) };
        let extension = kind.extension();
        let mut version = 1;
        for name in self.catalog.papers_in("account")? {
            let Some(rest) = name.strip_prefix("avatar.") else { continue };
            let key = Key::known(format!("account/{name}"));
            if self.root.read(&key, 64 << 20)?.as_deref() == Some(bytes) {
                return Ok(None);
            }
            let number = rest.strip_prefix('v').and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
            version = version.max(number.unwrap_or(1) + 1);
        }
        let name = if version > 1 { format!("avatar.v{version}") } else { "avatar".to_owned() };
        let key = Key::known(format!("account/{name}.{extension}"));
        let path = key.as_str().to_owned();
        self.write_papers(vec![Draft { key, bytes: bytes.to_vec(), mode: 0o644 }], now)?;
        Ok(Some(path))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn collections_are_flat_however_deep_they_are() {
        let mut inner: Collection = serde_json::from_value(json!({"id": "0", "albums": ["7"]})).unwrap();
        for depth in 1..200 {
            let outer = Collection {
                id: depth.to_string(),
                title: String::new(),
                description: String::new(),
                albums: Vec::new(),
                collections: vec![inner],
            };
            inner = outer;
        }

        let facts = AccountFile::Collections(std::slice::from_ref(&inner)).facts();

        let list = facts["collections"].as_array().unwrap();
        assert_eq!(list.len(), 200);
        assert_eq!(list.last().unwrap()["within"], "1");
        assert!(list.first().unwrap().get("within").is_none());
    }

    #[test]
    fn every_field_of_ours_is_known_as_ours() {
        let profile = json!({"id": "1@N00", "realname": "x", "first_name": "x", "last_name": "x", "path_alias": "x",
            "location": "x", "city": "x", "country": "x", "hometown": "x", "occupation": "x", "timezone": {},
            "joined": "2026-01-01T00:00:00Z", "is_pro": true, "photos_url": "x", "profile_url": "x",
            "elsewhere": {"website": "x"}, "showcase": "7", "first_taken": "x",
            "first_uploaded": "2026-01-01T00:00:00Z", "photos": 1, "views": 1, "icon": {"server": 1}});
        let profile: Profile = serde_json::from_value(profile).unwrap();

        assert!(AccountFile::Profile(&profile).facts().keys().all(|key| PROFILE.contains(&key.as_str())));
        assert_eq!(AccountFile::Profile(&profile).facts().len(), 24);
    }
}
