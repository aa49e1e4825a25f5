//! The oracle: what a perfect archive of the account must contain at this moment, fact by fact, in neutral words.
//!
//! It is written from the account itself and not from the answers. Everything lies in one object (ids are texts, times
//! are seconds since 1970, people stand by their nsid, a fact that is not known is `null`):
//!
//! | key | holds |
//! |---|---|
//! | `photos` | object by id, see below; its keys are all ids there are, its count the total |
//! | `albums` | list in the owner's order: `id title description cover created updated views photo_ids photos videos comments` |
//! | `collections` | list, nested: `id title description album_ids collections` |
//! | `galleries` | list: `id title description url owner cover created updated views comments_count photos`, where a photo is `{id owner title words}` |
//! | `favorites` | list, latest first: `{id owner title when}` of others' photos that are still there |
//! | `contacts` | list: `{person friend family ignored}` |
//! | `groups` | list: `{id name admin moderator members photo_ids}`, the name unescaped, photos the latest first |
//! | `tags` | object: text to the sorted list of its raw spellings by the owner |
//! | `testimonials` | list: `{id by about text created approved}`, those about the owner first; `approved` is `null` while pending |
//! | `preferences` | `content_type geo_viewers hidden privacy safety_level` in Flickr's numbers |
//! | `profile` | `nsid username realname path_alias location description occupation hometown website first_name last_name city country joined timezone first_taken first_uploaded pro photos` |
//! | `people` | object by nsid of all who are named above with more than their nsid: `{username realname path_alias deleted}`; a key is absent where no answer tells it |
//!
//! A photo: `media` (`photo`, `video`), `title`, `description`, `tags` (`{raw text author machine}`), `uploaded`,
//! `updated`, `taken` (`{text granularity unknown}`), `place` (`null` or `{latitude longitude accuracy neighbourhood
//! locality county region country viewers}`; `viewers` is the sorted list of `contacts family friends public`, empty for
//! the owner alone), `privacy` (`public`, `friends`, `family`, `friends and family`, `private`), `permissions`
//! (`{comment add_meta}` as `nobody`, `friends and family`, `contacts`, `everybody`), `usage` (`{download blog print
//! share}`), `licence` (`{number name url}`), `licence_changes` (`{when from to}` in numbers), `safety` (0 to 2),
//! `content` (0 photo, 1 screenshot, 2 other, 3 virtual), `rotation`, `views`, `width`, `height`, `notes` (`{id author
//! text area}`), `people` (`{person added_by area}`); an `area` is `null` or `{x y w h canvas_width canvas_height}` in
//! pixels of that canvas; `comments` (`{id author when text}`, oldest first), `favorites` (`{person when}`, latest
//! first), `albums` and `groups` (ids, in the order of the lists above), `in_galleries` (`{id title owner}`, of others),
//! `exif` (`null` where it is hidden, else `{space tag label raw clean}`), `video` (`null` or `{seconds streams}`, where
//! `streams` is `original`, `derived`, `player only` or `pending`), `has_original`, and `file_md5`, the MD5 of the best
//! bytes there are.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::account_lists::{preferences, profile, spellings};
use crate::albums::{Album, Member, album, album_id, member_id, numbers};
use crate::circle::{Side, Testimonial, contacts, favorites, testimonials};
use crate::collections::{Collection, tree};
use crate::foreign;
use crate::galleries::{address, gallery};
use crate::groups::{Group, groups};
use crate::oracle_photo::{Everywhere, photo};
use crate::order::{By, Sight};
use crate::overlay::Edits;
use crate::people::{Person, Who, person};
use crate::photo::id;
use crate::said::Comment;
use crate::world::World;

/// How much an answer tells of somebody it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The nsid alone.
    Nothing,
    /// The screen name.
    Name,
    /// The screen name, the real name, and whether the account is deleted: notes.
    Author,
    /// The screen name, the real name and the name in addresses: lists of people.
    Listed,
    /// All of it: comments.
    All,
}

/// Everybody who is named somewhere, with what is told of them; at the end they are told once.
#[derive(Default)]
pub(crate) struct Named(Map<String, Value>);

impl Named {
    /// Names somebody.
    pub(crate) fn nsid(&mut self, account: &Account, who: Who, told: Told) -> String {
        self.meet(person(account, who), told)
    }

    fn meet(&mut self, person: Person, told: Told) -> String {
        let facts: &[&str] = match told {
            Told::Nothing => return person.nsid,
            Told::Name => &["username"],
            Told::Author => &["username", "realname", "deleted"],
            Told::Listed => &["username", "realname", "path_alias"],
            Told::All => &["username", "realname", "path_alias", "deleted"],
        };
        let known = self.0.entry(person.nsid.clone()).or_insert_with(|| json!({}));
        for fact in facts {
            known[*fact] = match *fact {
                "username" => person.username.as_str().into(),
                "realname" => person.realname.as_str().into(),
                "path_alias" => json!(person.path_alias),
                _ => person.is_deleted.into(),
            };
        }
        person.nsid
    }
}

/// Writes down what a perfect archive must contain.
pub(crate) fn write(world: &World) -> Value {
    let account = &world.account;
    let order = world.order(Sight { by: By::Upload, sees_private: true, highest_safety_level: 2 });
    let mut named = Named::default();
    world.with_edits(|edits| {
        let albums: Vec<Album> =
            numbers(account, edits).into_iter().map(|number| album(account, edits, number)).collect();
        let everywhere = everywhere(&albums, &groups(account), edits);
        let mut photos = Map::new();
        for place in 0..order.len() {
            let index = order.at(place);
            let facts = photo(world, edits, index, &everywhere, &mut named);
            photos.insert(id(account.seed, index).to_string(), facts);
        }
        let mut all = Map::new();
        all.insert("photos".into(), Value::Object(photos));
        let albums = albums.iter().map(|one| tell_album(account, edits, one, &mut named)).collect();
        all.insert("albums".into(), Value::Array(albums));
        let tree = tree(account, edits).iter().map(|one| collection(account, one)).collect();
        all.insert("collections".into(), Value::Array(tree));
        all.insert("galleries".into(), galleries(account, edits, &mut named));
        all.insert("favorites".into(), liked(account, edits, &mut named));
        all.insert("contacts".into(), circle(account, &mut named));
        let groups = groups(account).iter().map(|one| group(account, edits, one)).collect();
        all.insert("groups".into(), Value::Array(groups));
        all.insert("tags".into(), json!(spellings(account, edits)));
        all.insert("testimonials".into(), words_about(account, &mut named));
        all.insert("preferences".into(), preferred(account));
        all.insert("profile".into(), owner(world, order.len()));
        all.insert("people".into(), Value::Object(named.0));
        Value::Object(all)
    })
}

fn everywhere(albums: &[Album], groups: &[Group], edits: &Edits) -> Everywhere {
    let mut everywhere = Everywhere { albums: HashMap::new(), groups: HashMap::new() };
    for album in albums {
        for member in &album.members {
            if let Member::Own(index) = member {
                everywhere.albums.entry(*index).or_default().push(album.id.to_string());
            }
        }
    }
    for group in groups {
        for index in group.photos(edits) {
            everywhere.groups.entry(index).or_default().push(group.nsid.clone());
        }
    }
    everywhere
}

/// Tells comments on a photo or an album.
pub(crate) fn comments(account: &Account, on: u64, comments: &[Comment], named: &mut Named) -> Value {
    let told = comments.iter().map(|comment| {
        json!({
            "id": comment.id(on),
            "author": named.nsid(account, comment.author, Told::All),
            "when": comment.when,
            "text": comment.text,
        })
    });
    told.collect()
}

fn tell_album(account: &Account, edits: &Edits, album: &Album, named: &mut Named) -> Value {
    let ids: Vec<String> =
        album.members.iter().map(|member| member_id(account, *member).to_string()).collect();
    let videos = album.videos(account, edits);
    json!({
        "id": album.id.to_string(),
        "title": album.title,
        "description": album.description,
        "cover": if ids.is_empty() { Value::Null } else { album.cover(account).to_string().into() },
        "created": album.created,
        "updated": album.updated,
        "views": album.views,
        "photos": ids.len() as u64 - videos,
        "videos": videos,
        "photo_ids": ids,
        "comments": comments(account, album.id, &album.comments, named),
    })
}

fn collection(account: &Account, one: &Collection) -> Value {
    let ids: Vec<String> = one.albums.iter().map(|number| album_id(account, *number).to_string()).collect();
    json!({
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "album_ids": ids,
        "collections": one.collections.iter().map(|inner| collection(account, inner)).collect::<Vec<_>>(),
    })
}

fn galleries(account: &Account, edits: &Edits, named: &mut Named) -> Value {
    let all = (0..account.mix.facts.galleries).map(|number| {
        let gallery = gallery(account, edits, number);
        let photos = gallery.photos.iter().map(|(number, words)| {
            let photo = foreign::photo(account, *number);
            let owner = named.meet(photo.owner, Told::Name);
            json!({ "id": photo.id.to_string(), "owner": owner, "title": photo.title, "words": words })
        });
        let photos: Vec<Value> = photos.collect();
        let cover = photos.first().map_or(Value::Null, |photo| photo["id"].clone());
        json!({
            "id": gallery.id.to_string(),
            "title": gallery.title,
            "description": gallery.description,
            "url": address(account, gallery.id),
            "owner": account.nsid,
            "cover": cover,
            "created": gallery.created,
            "updated": gallery.updated,
            "views": gallery.views,
            "comments_count": gallery.comments,
            "photos": photos,
        })
    });
    all.collect()
}

fn liked(account: &Account, edits: &Edits, named: &mut Named) -> Value {
    let all = favorites(account, edits).into_iter().map(|one| {
        let photo = foreign::photo(account, one.number);
        let owner = named.meet(photo.owner, Told::Name);
        json!({ "id": photo.id.to_string(), "owner": owner, "title": photo.title, "when": one.when })
    });
    all.collect()
}

fn circle(account: &Account, named: &mut Named) -> Value {
    let all = contacts(account).into_iter().map(|one| {
        json!({
            "person": named.nsid(account, one.who, Told::Listed),
            "friend": one.is_friend,
            "family": one.is_family,
            "ignored": one.is_ignored,
        })
    });
    all.collect()
}

fn group(account: &Account, edits: &Edits, one: &Group) -> Value {
    let photos = one.photos(edits).into_iter().map(|index| id(account.seed, index).to_string());
    json!({
        "id": one.nsid,
        "name": one.name,
        "admin": one.is_admin,
        "moderator": one.is_moderator,
        "members": one.members,
        "photo_ids": photos.collect::<Vec<_>>(),
    })
}

fn words_about(account: &Account, named: &mut Named) -> Value {
    let both = [testimonials(account, Side::About), testimonials(account, Side::By)].concat();
    let mut tell = |one: &Testimonial| {
        json!({
            "id": one.id.to_string(),
            "by": named.nsid(account, one.by, Told::Listed),
            "about": named.nsid(account, one.about, Told::Listed),
            "text": one.text,
            "created": one.created,
            "approved": one.approved,
        })
    };
    both.iter().map(&mut tell).collect()
}

fn preferred(account: &Account) -> Value {
    let set = preferences(account);
    json!({
        "content_type": set.content_type,
        "geo_viewers": set.geo_viewers,
        "hidden": set.hidden,
        "privacy": set.privacy,
        "safety_level": set.safety_level,
    })
}

fn owner(world: &World, photos: u64) -> Value {
    let account = &world.account;
    let profile = profile(account);
    json!({
        "nsid": account.nsid,
        "username": account.username,
        "realname": account.fullname,
        "path_alias": account.path_alias,
        "location": profile.location,
        "description": profile.description,
        "occupation": profile.occupation,
        "hometown": profile.hometown,
        "website": profile.website,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "city": profile.city,
        "country": profile.country,
        "joined": profile.joined,
        "timezone": profile.timezone,
        "first_taken": profile.first_taken,
        "first_uploaded": profile.first_uploaded,
        "pro": !world.behaviour().free_account,
        "photos": photos,
    })
}
