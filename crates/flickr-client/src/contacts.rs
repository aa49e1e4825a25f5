//! The contacts of the signed-in person.

use flickr_model::Contact;
use serde_json::{Map, Value};

use crate::FlickrClient;
use crate::lenient::Scalar;
use crate::pages::{List, Pages};

/// 1000 is the most that Flickr gives (recorded).
pub(crate) const CONTACTS: List<Contact> = List {
    method: "flickr.contacts.getList",
    per_page: 1000,
    noun: "contacts",
    row: "contact",
    read: contact,
};

impl FlickrClient {
    /// Walks through the contacts of the signed-in person: 1000 for each call.
    #[must_use]
    pub fn contacts(&self) -> Pages<'_, Contact> {
        Pages::of(self, CONTACTS, Vec::new())
    }
}

fn contact(fields: &Map<String, Value>) -> Option<Contact> {
    let yes = |name: &str| Scalar::field(fields, name).flag().unwrap_or(false);
    Some(Contact {
        person: Scalar::field(fields, "nsid").filled()?.parse().ok()?,
        is_friend: yes("friend"),
        is_family: yes("family"),
        ignored: yes("ignored"),
        location: Scalar::field(fields, "location").into_filled(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::read;

    #[test]
    fn a_contact_is_a_person_and_how_near_they_are() {
        let answer = json!({"contacts": {"page": 1, "pages": 1, "per_page": 1000, "perpage": 1000, "total": 2, "contact": [
            {"nsid": "2@N00", "username": "bob", "realname": "Bob B.", "friend": "1", "family": 0, "ignored": "0", "path_alias": "bobs", "location": ""},
            {"nsid": "3@N00", "username": "cleo", "friend": false, "family": true, "ignored": 1, "location": "Far away"}]}, "stat": "ok"});

        let (portion, _) = read(&CONTACTS, answer);

        let [bob, cleo]: [_; 2] = portion.rows.try_into().unwrap();
        assert_eq!((bob.value.is_friend, bob.value.is_family, bob.value.ignored), (true, false, false));
        assert_eq!(bob.people.first().unwrap().path_alias.as_deref(), Some("bobs"));
        assert_eq!((cleo.value.ignored, cleo.value.location.as_deref()), (true, Some("Far away")));
    }
}
