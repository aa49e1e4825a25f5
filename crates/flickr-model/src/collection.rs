//! A collection: albums and further collections under one title.

use serde::{Deserialize, Serialize};

use crate::AlbumId;

/// A collection. It holds albums or collections, and may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Flickr's id for it: two numbers with a dash.
    pub id: String,
    /// The title as written.
    #[serde(default)]
    pub title: String,
    /// The description as written.
    #[serde(default)]
    pub description: String,
    /// The albums in it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub albums: Vec<AlbumId>,
    /// The collections in it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<Collection>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn an_empty_collection_within_another_survives() {
        let json = r#"{"id":"1-2","title":"Years","description":"","collections":[{"id":"1-3","title":"","description":""}]}"#;

        let collection: Collection = serde_json::from_str(json).unwrap();

        assert_eq!(collection.collections.len(), 1);
        assert_eq!(serde_json::to_string(&collection).unwrap(), json);
    }
}
