//! Collections: a tree of albums, as deep as asked for, with empty ones in it.

use crate::account::Account;
use crate::albums::{album, album_id, numbers};
use crate::chance::{Of, draw};
use crate::json::Json;
use crate::overlay::Edits;
use crate::rest::{Call, Refusal};
use crate::titles;

/// A collection and what lies in it.
#[derive(Clone, Debug)]
pub(crate) struct Collection {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Numbers of albums.
    pub(crate) albums: Vec<u64>,
    pub(crate) collections: Vec<Collection>,
}

/// Makes the tree of an account.
pub(crate) fn tree(account: &Account, edits: &Edits) -> Vec<Collection> {
    let albums = numbers(account, edits);
    (0..account.mix.facts.collections).map(|number| top(account, &albums, number)).collect()
}

fn top(account: &Account, albums: &[u64], number: u64) -> Collection {
    let depth = if number == 0 { account.mix.facts.collection_depth.max(1) } else { 1 + number % 3 };
    let is_empty = number == 1;
    let levels = if is_empty { 1 } else { depth };
    let mut inner: Option<Collection> = None;
    for level in (0..levels).rev() {
        let drawn = draw(account.seed, number * 1_000 + level, Of::Collection);
        let chosen = albums.iter().enumerate().filter(|(place, _)| {
            !is_empty && (*place as u64 + level + number).is_multiple_of(levels.min(5) + 1)
        });
        inner = Some(Collection {
            id: format!("12037-721576{:011}", number * 1_000 + level),
            title: match drawn % 5 {
                0 => titles::hostile(drawn >> 20),
                _ => titles::ordinary(drawn),
            },
            description: titles::description(drawn >> 12),
            albums: chosen.map(|(_, number)| *number).collect(),
            collections: inner.into_iter().collect(),
        });
    }
    inner.unwrap_or_else(|| Collection {
        id: format!("12037-721576{:011}", number * 1_000),
        title: String::new(),
        description: String::new(),
        albums: Vec::new(),
        collections: Vec::new(),
    })
}

/// Answers `flickr.collections.getTree`.
pub(crate) fn get_tree(call: &Call<'_>) -> Result<String, Refusal> {
    if call.value("user_id").is_some_and(|user| !call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let account = &call.world.account;
    let tree = call.world.with_edits(|edits| tree(account, edits));
    let mut json = call.object();
    if tree.is_empty() && call.world.behaviour().no_collections_key {
        return Ok(json.finish_ok());
    }
    json.open("collections");
    if !tree.is_empty() {
        json.list("collection");
        call.world.with_edits(|edits| tree.iter().for_each(|one| tell(account, edits, &mut json, one)));
        json.close_list();
    }
    json.close();
    Ok(json.finish_ok())
}

/// What holds nothing has no key for it.
fn tell(account: &Account, edits: &Edits, json: &mut Json, collection: &Collection) {
    json.open_item();
    json.string("id", &collection.id);
    json.string("title", &collection.title);
    json.string("description", &collection.description);
    json.string("iconlarge", "/images/collection_default_l.gif");
    json.string("iconsmall", "/images/collection_default_s.gif");
    if !collection.albums.is_empty() {
        json.list("set");
        for number in &collection.albums {
            let album = album(account, edits, *number);
            json.open_item();
            json.string("id", &album_id(account, *number).to_string());
            json.string("title", &album.title);
            json.string("description", &album.description);
            json.close();
        }
        json.close_list();
    }
    if !collection.collections.is_empty() {
        json.list("collection");
        collection.collections.iter().for_each(|inner| tell(account, edits, json, inner));
        json.close_list();
    }
    json.close();
}
