//! A person on Flickr, as far as somebody else's words or boxes name them.

use serde::{Deserialize, Serialize};

use crate::UserId;

/// A person; comments, notes, favourites and tags name their person by id only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account's id (NSID), which never changes.
    pub id: UserId,
    /// The name the account goes by; the person may change it, and it may be empty.
    #[serde(default)]
    pub username: String,
    /// The person's own name, where they told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realname: Option<String>,
    /// The name in the account's addresses, where the person chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_alias: Option<String>,
    /// Whether the account is known to be deleted; its words stay.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_deleted: bool,
}

impl Person {
    /// Adds what another answer tells of the same person; a later word on a name wins, silence changes nothing.
    pub fn learn(&mut self, later: Self) {
        if !later.username.is_empty() {
            self.username = later.username;
        }
        self.realname = later.realname.or(self.realname.take());
        self.path_alias = later.path_alias.or(self.path_alias.take());
        self.is_deleted |= later.is_deleted;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_later_answer_adds_and_never_forgets() {
        let person = |json: &str| serde_json::from_str::<Person>(json).unwrap();
        let mut ada = person(r#"{"id":"1@N00","username":"ada","realname":"Ada L."}"#);

        ada.learn(person(r#"{"id":"1@N00","path_alias":"ada"}"#));

        let whole = r#"{"id":"1@N00","username":"ada","realname":"Ada L.","path_alias":"ada"}"#;
        assert_eq!(ada, person(whole));
        assert_eq!(serde_json::to_string(&ada).unwrap(), whole);
    }
}
