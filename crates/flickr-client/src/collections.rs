//! Collections: albums and further collections under one title, from one answer for the whole account.

use flickr_model::{Collection, UserId};
use serde_json::{Map, Value};

use crate::lenient::{Scalar, items};
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

pub(crate) const METHOD: &str = "flickr.collections.getTree";

/// Levels that are read. JSON itself may be nested 128 deep, and each level takes two of those.
const DEEPEST: usize = 64;

impl FlickrClient {
    /// Asks for all collections of an account: one call. Without any, Flickr leaves the whole noun out.
    pub async fn collections(&self, owner: &UserId) -> Result<Told<Vec<Collection>>, FlickrError> {
        Ok(read(self.call_for_one::<Value>(METHOD, &[("user_id", owner.as_str())]).await?.value))
    }
}

pub(crate) fn read(answer: Value) -> Told<Vec<Collection>> {
    let raw = told::noun(answer, "collections");
    Told::new(
        items(raw.get("collection")).into_iter().map(|fields| collection(fields, DEEPEST)).collect(),
        raw,
    )
}

fn collection(fields: &Map<String, Value>, deeper: usize) -> Collection {
    let text = |name: &str| Scalar::field(fields, name).into_text();
    let inner = fields.get("collection").filter(|_| deeper > 1);
    Collection {
        id: text("id"),
        title: text("title"),
        description: text("description"),
        albums: items(fields.get("set"))
            .into_iter()
            .filter_map(|album| Scalar::field(album, "id").filled()?.parse().ok())
            .collect(),
        collections: items(inner).into_iter().map(|fields| collection(fields, deeper - 1)).collect(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn albums_and_collections_are_read_in_their_order() {
        let told = read(json!({"collections": {"collection": [
            {"id": "1-2", "title": "Years", "description": "All", "iconlarge": "x", "collection": [
                {"id": "1-3", "title": {"_content": "2011"}, "set": [{"id": "9", "title": "b"}, {"id": "8"}, {"id": "x"}]},
                {"id": "1-4", "title": "2012"}]},
            {"id": "1-5", "title": "Empty", "set": []},
            {"id": "1-6", "set": {"id": "7"}}]}, "stat": "ok"}));

        let [years, empty, single]: [_; 3] = told.value.try_into().unwrap();
        let first = years.collections.first().unwrap();
        assert_eq!(first.albums.iter().map(ToString::to_string).collect::<Vec<_>>(), ["9", "8"]);
        assert_eq!((first.title.as_str(), years.collections.len(), years.albums.len()), ("2011", 2, 0));
        assert_eq!((empty.albums.len(), single.albums.len()), (0, 1));
    }

    #[test]
    fn an_account_without_collections_leaves_everything_out() {
        for answer in [json!({"stat": "ok"}), json!({"collections": ""}), json!({"collections": {}})] {
            assert!(read(answer).value.is_empty());
        }
    }

    #[test]
    fn the_deepest_collection_that_json_can_hold_is_read() {
        let (mut json, levels) = ("{}".to_owned(), 61);
        for level in 0..levels {
            json = format!(r#"{{"id":"{level}","collection":[{json}]}}"#);
        }
        let answer =
            serde_json::from_str(&format!(r#"{{"collections":{{"collection":[{json}]}}}}"#)).unwrap();

        let told = read(answer);

        let mut deepest = told.value.first().unwrap();
        let mut depth = 1;
        while let Some(inner) = deepest.collections.first() {
            (deepest, depth) = (inner, depth + 1);
        }
        assert_eq!(depth, levels + 1);
    }
}
