//! Who is signed in, and what Flickr counts in the account.

use flickr_model::UserId;
use serde::Deserialize;

use crate::lenient::Scalar;
use crate::{FlickrClient, FlickrError};

/// The person whose token signs the calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account's id.
    pub nsid: UserId,
    /// The name the account goes by; may be empty.
    pub username: String,
    /// The name in the account's addresses, where the person chose one.
    pub path_alias: Option<String>,
}

/// What `people.getInfo` tells of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// Whose account.
    pub person: Person,
    /// Photos and videos in it, private ones included when its owner asks. It can differ from the total of the
    /// listing by a few.
    pub photos: Option<u64>,
}

/// The answer of `flickr.test.login`.
#[derive(Debug, Deserialize)]
pub(crate) struct LoginAnswer {
    user: PersonFields,
}

/// The answer of `flickr.people.getInfo`.
#[derive(Debug, Deserialize)]
pub(crate) struct InfoAnswer {
    person: PersonFields,
}

#[derive(Debug, Deserialize)]
struct PersonFields {
    #[serde(default)]
    id: Scalar,
    #[serde(default)]
    nsid: Scalar,
    #[serde(default)]
    username: Scalar,
    #[serde(default)]
    path_alias: Scalar,
    #[serde(default)]
    photos: serde_json::Value,
}

impl PersonFields {
    fn person(&self, method: &'static str) -> Result<Person, FlickrError> {
        let id = self.nsid.filled().or(self.id.filled()).unwrap_or_default();
        let nsid = id.parse().map_err(|error: flickr_model::BadId| FlickrError::Misshapen {
            method,
            reason: error.to_string(),
        })?;
        let username = self.username.text().unwrap_or_default().to_owned();
        Ok(Person { nsid, username, path_alias: self.path_alias.filled().map(str::to_owned) })
    }
}

const LOGIN: &str = "flickr.test.login";
const INFO: &str = "flickr.people.getInfo";

impl LoginAnswer {
    pub(crate) fn person(&self) -> Result<Person, FlickrError> {
        self.user.person(LOGIN)
    }
}

impl InfoAnswer {
    pub(crate) fn facts(&self) -> Result<AccountFacts, FlickrError> {
        let count = self.person.photos.get("count").map(Scalar::of).unwrap_or_default();
        Ok(AccountFacts { person: self.person.person(INFO)?, photos: count.number() })
    }
}

impl FlickrClient {
    /// Asks who is signed in: the cheapest way to learn whether the token works.
    pub async fn who_am_i(&self) -> Result<Person, FlickrError> {
        self.call::<LoginAnswer>(LOGIN, &[]).await?.value.person()
    }

    /// Asks for the name and the number of photos of an account.
    pub async fn account(&self, nsid: &UserId) -> Result<AccountFacts, FlickrError> {
        self.call::<InfoAnswer>(INFO, &[("user_id", nsid.as_str())]).await?.value.facts()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_read_from_answers_old_and_new() {
        let old = r#"{"user":{"id":"12345678@N00", "username":{"_content":"ada"}}, "stat":"ok"}"#;
        let new = r#"{"user":{"id":"12345678@N00","username":"ada","path_alias":"adas"},"stat":"ok"}"#;
        let person = |text: &str| serde_json::from_str::<LoginAnswer>(text).unwrap().person().unwrap();

        assert_eq!((person(old).username.as_str(), person(old).path_alias), ("ada", None));
        assert_eq!(person(new).path_alias.as_deref(), Some("adas"));
    }

    #[test]
    fn the_count_of_photos_comes_in_three_types() {
        for count in ["98", "\"98\"", "{\"_content\":98}", "{\"_content\":\"98\"}"] {
            let text = format!(r#"{{"person":{{"nsid":"1@N00","photos":{{"count":{count}}}}}}}"#);
            let facts = serde_json::from_str::<InfoAnswer>(&text).unwrap().facts().unwrap();
            assert_eq!(facts.photos, Some(98), "{count}");
        }
    }

    #[test]
    fn an_answer_without_an_id_is_not_a_person() {
        let answer = serde_json::from_str::<LoginAnswer>(r#"{"user":{"username":"ada"}}"#).unwrap();

        assert!(matches!(answer.person(), Err(FlickrError::Misshapen { .. })));
    }
}
