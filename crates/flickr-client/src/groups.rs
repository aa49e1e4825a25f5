//! The groups of the account, and which of its photos are in the pool of each.

use flickr_model::{Group, GroupId, GroupPrivacy, PhotoId, UserId};
use serde_json::{Map, Value};

use crate::FlickrClient;
use crate::albums::photo_id;
use crate::lenient::Scalar;
use crate::pages::{List, Pages};

/// 400 is what Flickr gives at most (recorded).
pub(crate) const GROUPS: List<Group> = List {
    method: "flickr.groups.pools.getGroups",
    per_page: 400,
    noun: "groups",
    row: "group",
    read: group,
};

pub(crate) const PHOTOS: List<PhotoId> = List {
    method: "flickr.groups.pools.getPhotos",
    per_page: 500,
    noun: "photos",
    row: "photo",
    read: photo_id,
};

impl FlickrClient {
    /// Walks through the groups that the signed-in person can add photos to: 400 for each call.
    #[must_use]
    pub fn groups(&self) -> Pages<'_, Group> {
        Pages::of(self, GROUPS, Vec::new())
    }

    /// Walks through one person's photos in the pool of a group: 500 for each call.
    #[must_use]
    pub fn group_photos(&self, group: &GroupId, owner: &UserId) -> Pages<'_, PhotoId> {
        Pages::of(self, PHOTOS, vec![("group_id", group.to_string()), ("user_id", owner.to_string())])
    }
}

fn group(fields: &Map<String, Value>) -> Option<Group> {
    let field = |name: &str| Scalar::field(fields, name);
    let number = |names: &[&str]| names.iter().find_map(|name| field(name).number());
    let yes = |names: &[&str]| names.iter().find_map(|name| field(name).flag()).unwrap_or(false);
    let id = ["nsid", "id"].iter().find_map(|name| field(name).filled()?.parse().ok());
    Some(Group {
        id: id?,
        name: unescaped(&unescaped(field("name").text().unwrap_or_default())),
        members: number(&["members", "member_count"]),
        photos: number(&["photos", "pool_count"]),
        is_admin: yes(&["admin", "is_admin"]),
        is_moderator: yes(&["moderator", "is_moderator"]),
        privacy: field("privacy").number().and_then(privacy),
    })
}

/// 1 to 3, as the answer of `groups.getInfo` is documented.
fn privacy(number: u64) -> Option<GroupPrivacy> {
    match number {
        1 => Some(GroupPrivacy::Private),
        2 => Some(GroupPrivacy::ByInvitation),
        3 => Some(GroupPrivacy::Public),
        _ => None,
    }
}

/// Undoes one escaping of `&`, `<`, `>` and quotes. Names of groups come escaped twice (recorded: `&amp;#039;`); undone
/// twice, a name that came escaped once is right as well.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        // The longest is `&#1114111;`: what has no semicolon near is no escape.
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, behind)| Some((character(name)?, behind))) {
            Some((character, behind)) => {
                plain.push(character);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| !character.is_control())
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::pages::read;

    #[test]
    fn a_group_is_read_from_both_of_its_forms() {
        let answer = json!({"groups": {"page": 1, "pages": 1, "per_page": 400, "total": "2", "group": [
            {"nsid": "12@N01", "name": "Ada&amp;#039;s &amp;amp; friends", "admin": "1", "privacy": "3", "photos": "10", "member_count": 5},
            {"id": "13@N01", "name": "Trees", "is_admin": 0, "is_moderator": true, "privacy": 2, "pool_count": 4, "members": "6"},
            {"name": "no id"}]}, "stat": "ok"});

        let (portion, _) = read(&GROUPS, answer);

        let [first, second]: [_; 2] = portion.rows.try_into().unwrap();
        assert_eq!((first.value.name.as_str(), first.value.is_admin), ("Ada's & friends", true));
        assert_eq!(first.raw["name"], json!("Ada&amp;#039;s &amp;amp; friends"));
        assert_eq!((first.value.members, first.value.photos), (Some(5), Some(10)));
        assert_eq!(second.value.privacy, Some(GroupPrivacy::ByInvitation));
        assert_eq!((second.value.is_moderator, portion.unreadable), (true, 1));
    }

    #[test]
    fn one_escaping_is_undone_and_what_is_none_stays() {
        assert_eq!(unescaped("a &lt;b&gt; &quot;c&quot; &#x1F600;"), "a <b> \"c\" \u{1f600}");
        assert_eq!(unescaped("&amp;amp;"), "&amp;");
        for plain in ["R&B; and more", "Q & A", "&", "&;", "&#;", "&#xzz;", "&#0;", "&nbsp;", "&#99999999;"] {
            assert_eq!(unescaped(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn a_name_escaped_once_comes_back(name in any::<String>()) {
            let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            prop_assert_eq!(unescaped(&escaped), name);
        }
    }
}
