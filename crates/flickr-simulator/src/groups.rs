//! Groups the owner is in, and the owner's photos in their pools. Names come escaped twice, as recorded.

use crate::account::Account;
use crate::chance::{Of, draw, further};
use crate::foreign;
use crate::overlay::Edits;
use crate::paging::{Lengths, Page};
use crate::photo::Photo;
use crate::record::{Extras, Teller};
use crate::rest::{Call, Refusal};

/// A group.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) number: u64,
    pub(crate) nsid: String,
    /// The name as people see it.
    pub(crate) name: String,
    pub(crate) is_admin: bool,
    pub(crate) is_moderator: bool,
    pub(crate) is_adult: bool,
    pub(crate) is_by_invitation: bool,
    pub(crate) members: i64,
    pub(crate) pool_count: i64,
    start: u64,
    length: u64,
}

impl Group {
    /// The name as Flickr's answers write it.
    pub(crate) fn escaped_name(&self) -> String {
        escaped(&escaped(&self.name))
    }

    /// The numbers of the owner's photos in its pool, the latest first.
    pub(crate) fn photos(&self, edits: &Edits) -> Vec<u64> {
        let all = (self.start..self.start + self.length).rev();
        all.filter(|index| !edits.of(*index).deleted).collect()
    }

    /// Whether a photo is in its pool.
    pub(crate) fn contains(&self, index: u64) -> bool {
        index >= self.start && index < self.start + self.length
    }

    /// When a photo came into the pool.
    pub(crate) fn added(&self, photo: &Photo) -> i64 {
        photo.uploaded.max(1_109_635_200) + 7_200 + self.number as i64
    }
}

/// All groups of the owner.
pub(crate) fn groups(account: &Account) -> Vec<Group> {
    (0..account.mix.facts.groups).map(|number| group(account, number)).collect()
}

fn group(account: &Account, number: u64) -> Group {
    const NAMES: [&str; 5] = [
        "Darren's darkroom",
        "Sea & shore <no people>",
        "Nordic \"light\"",
        "日本の写真",
        "&amp; already escaped",
    ];
    let drawn = draw(account.seed, number, Of::Group);
    let length = (further(drawn, 1) % 40).min(account.photos);
    Group {
        number,
        nsid: format!("{}@N2{}", 1_400_000 + number * 53, number % 6),
        name: format!("{} {number}", NAMES[number as usize % NAMES.len()]),
        is_admin: number == 0,
        is_moderator: number == 1,
        is_adult: number % 7 == 5,
        is_by_invitation: number % 3 == 2,
        members: (drawn >> 8) as i64 % 90_000,
        pool_count: length as i64 + (drawn >> 30) as i64 % 500_000,
        start: further(drawn, 2) % (account.photos - length + 1),
        length,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#039;")
}

/// Answers `flickr.people.getGroups`, which has no pages.
pub(crate) fn people_get_groups(call: &Call<'_>) -> Result<String, Refusal> {
    if !call.value("user_id").is_some_and(|user| call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let mut json = call.object();
    json.open("groups");
    json.list("group");
    for group in groups(&call.world.account) {
        json.open_item();
        json.string("nsid", &group.nsid);
        json.string("name", &group.escaped_name());
        json.string("iconserver", "65535");
        json.int("iconfarm", 66);
        json.loose_int("admin", group.is_admin.into());
        json.loose_int("eighteenplus", group.is_adult.into());
        json.loose_int("invitation_only", group.is_by_invitation.into());
        json.text_int("members", group.members);
        json.text_int("pool_count", group.pool_count);
        json.int("is_member", 1);
        json.int("is_moderator", group.is_moderator.into());
        json.int("is_admin", group.is_admin.into());
        json.close();
    }
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}

/// Answers `flickr.groups.pools.getGroups`.
pub(crate) fn pools_get_groups(call: &Call<'_>) -> String {
    let groups = groups(&call.world.account);
    let page = Page::of(call, groups.len(), Lengths { usual: 400, most: 400 });
    let mut json = call.object();
    json.open("groups");
    page.tell_twice(&mut json);
    json.list("group");
    for group in page.cut(&groups) {
        json.open_item();
        json.string("nsid", &group.nsid);
        json.string("id", &group.nsid);
        json.string("name", &group.escaped_name());
        json.int("member", 1);
        json.int("moderator", group.is_moderator.into());
        json.int("admin", group.is_admin.into());
        json.loose_int("privacy", if group.is_by_invitation { 1 } else { 3 });
        json.text_int("photos", group.pool_count);
        json.string("iconserver", "65535");
        json.int("iconfarm", 66);
        json.text_int("member_count", group.members);
        json.text_int("pool_count", group.pool_count);
        json.close();
    }
    json.close_list();
    json.close();
    json.finish_ok()
}

/// Answers `flickr.groups.pools.getPhotos`; without `user_id` a few photos of others stand before the owner's.
pub(crate) fn pools_get_photos(call: &Call<'_>) -> Result<String, Refusal> {
    let account = &call.world.account;
    let asked = call.value("group_id").unwrap_or_default();
    let group = groups(account).into_iter().find(|group| group.nsid == asked);
    let group = group.ok_or_else(|| Refusal(1, "Group not found".to_owned()))?;
    let others = match call.value("user_id").filter(|user| !user.is_empty()) {
        None => 4,
        Some(user) if call.means_owner(user) => 0,
        Some(_) => return Err(Refusal(3, "Unknown user".into())),
    };
    let teller = Teller::new(call, Extras::read(call.value("extras").unwrap_or_default()));
    Ok(call.world.with_edits(|edits| {
        let mine = group.photos(edits);
        let strangers = (0..others).map(|nth| (600_000 + group.number * 10 + nth, true));
        let all: Vec<(u64, bool)> = strangers.chain(mine.iter().map(|index| (*index, false))).collect();
        let page = Page::of(call, all.len(), Lengths { usual: 100, most: 500 });
        let mut json = call.object();
        json.open("photos");
        page.tell(&mut json);
        json.list("photo");
        for (number, is_foreign) in page.cut(&all) {
            json.open_item();
            if *is_foreign {
                foreign::photo(account, *number).head(&mut json);
                json.text_int("dateadded", 1_700_000_000);
            } else {
                let photo = Photo::new(account, *number, edits.of(*number));
                teller.facts(&mut json, &photo, edits.of(*number));
                json.text_int("dateadded", group.added(&photo));
            }
            json.close();
        }
        json.close_list();
        json.close();
        json.finish_ok()
    }))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_name_is_escaped_twice_as_recorded() {
        assert_eq!(escaped(&escaped("Darren's")), "Darren&amp;#039;s");
    }
}
