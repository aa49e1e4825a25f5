//! The owner's circle: contacts, testimonials, and the photos of others that the owner likes.

use crate::account::Account;
use crate::chance::{Of, draw, further};
use crate::foreign;
use crate::json::Json;
use crate::overlay::Edits;
use crate::paging::{Lengths, Page};
use crate::people::{PEOPLE, Person, Who, icon, person};
use crate::rest::{Call, Refusal};
use crate::said::text;

/// Somebody whom the owner knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    pub(crate) who: Who,
    pub(crate) is_friend: bool,
    pub(crate) is_family: bool,
    pub(crate) is_ignored: bool,
}

/// All contacts; nobody comes twice.
pub(crate) fn contacts(account: &Account) -> Vec<Contact> {
    let start = draw(account.seed, 0, Of::Contact);
    let count = account.mix.facts.contacts.min(PEOPLE);
    (0..count)
        .map(|nth| Contact {
            who: Who::Person((start + nth * 3) % PEOPLE),
            is_friend: nth % 3 == 0,
            is_family: nth % 5 == 0,
            is_ignored: nth % 13 == 12,
        })
        .collect()
}

/// Answers `flickr.contacts.getList`.
pub(crate) fn contacts_get_list(call: &Call<'_>) -> String {
    let account = &call.world.account;
    let contacts = contacts(account);
    let page = Page::of(call, contacts.len(), Lengths { usual: 1_000, most: 1_000 });
    let mut json = call.object();
    json.open("contacts");
    page.tell_twice(&mut json);
    json.list("contact");
    for contact in page.cut(&contacts) {
        let person = person(account, contact.who);
        json.open_item();
        json.string("nsid", &person.nsid);
        json.string("username", &person.username);
        icon(&mut json, &person);
        json.int("ignored", contact.is_ignored.into());
        json.int("rev_ignored", 0);
        json.string("realname", &person.realname);
        json.loose_int("friend", contact.is_friend.into());
        json.loose_int("family", contact.is_family.into());
        json.string_or_null("path_alias", person.path_alias.as_deref());
        json.string("location", person.location);
        json.close();
    }
    json.close_list();
    json.close();
    json.finish_ok()
}

/// Words of one member about another.
#[derive(Clone, Debug)]
pub(crate) struct Testimonial {
    pub(crate) id: u64,
    pub(crate) by: Who,
    pub(crate) about: Who,
    pub(crate) text: String,
    pub(crate) created: i64,
    /// When the one it is about approved it.
    pub(crate) approved: Option<i64>,
}

/// Which testimonials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    About,
    By,
}

/// The testimonials of one side; each fifth is pending.
pub(crate) fn testimonials(account: &Account, side: Side) -> Vec<Testimonial> {
    let salt = if side == Side::About { 0 } else { 100_000 };
    (0..account.mix.facts.testimonials)
        .map(|nth| {
            let drawn = draw(account.seed, salt + nth, Of::Testimonial);
            let other = Who::Person((salt + nth * 7) % PEOPLE);
            let (by, about) = if side == Side::About { (other, Who::Owner) } else { (Who::Owner, other) };
            let created = 1_300_000_000 + nth as i64 * 1_000_000;
            Testimonial {
                id: 72_157_659_000_000_000 + salt + nth,
                by,
                about,
                text: text(account, further(drawn, 1), nth),
                created,
                approved: (nth % 5 != 4).then_some(created + 5_000),
            }
        })
        .collect()
}

/// Answers the testimonial methods, all of them or the pending ones. A page has 10 of them, 50 at most.
pub(crate) fn get_testimonials(call: &Call<'_>, side: Side, only_pending: bool) -> String {
    let account = &call.world.account;
    let mut all = testimonials(account, side);
    all.retain(|one| !only_pending || one.approved.is_none());
    let page = Page::of(call, all.len(), Lengths { usual: 10, most: 50 });
    let mut json = call.object();
    json.open("testimonials");
    page.tell_twice(&mut json);
    json.list("testimonial");
    for one in page.cut(&all) {
        json.open_item();
        json.string("id", &one.id.to_string());
        json.text_int("date_create", one.created);
        json.text_int("date_approved", one.approved.unwrap_or(0));
        json.loose_int("approved", one.approved.is_some().into());
        json.string("body", &one.text);
        member(&mut json, "by_user", &person(account, one.by));
        member(&mut json, "about_user", &person(account, one.about));
        json.close();
    }
    json.close_list();
    json.close();
    json.finish_ok()
}

fn member(json: &mut Json, name: &str, person: &Person) {
    json.open(name);
    json.string("nsid", &person.nsid);
    json.string("path_alias", person.path_alias.as_deref().unwrap_or_default());
    json.string("username", &person.username);
    json.loose_int("ispro", person.is_pro.into());
    json.loose_int("is_ad_free", 0);
    json.string("realname", &person.realname);
    json.close();
}

/// A photo of somebody else that the owner likes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Liked {
    pub(crate) number: u64,
    pub(crate) when: i64,
}

/// What the owner likes, the latest first, without what has vanished.
pub(crate) fn favorites(account: &Account, edits: &Edits) -> Vec<Liked> {
    let first = account.mix.facts.favorites;
    let later = (first..).zip(&edits.liked).map(|(number, when)| Liked { number, when: *when });
    let mut all: Vec<Liked> = later.collect();
    all.reverse();
    let of_seed = (0..first).rev().filter(|nth| nth % 29 != 28);
    all.extend(of_seed.map(|nth| Liked { number: nth, when: 1_320_000_000 + nth as i64 * 70_000 }));
    all
}

/// Answers `flickr.favorites.getList`, whose total still counts what has vanished.
pub(crate) fn favorites_get_list(call: &Call<'_>) -> Result<String, Refusal> {
    if call.value("user_id").is_some_and(|user| !call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let account = &call.world.account;
    let bound = |name: &str| call.value(name).and_then(|text| text.parse::<i64>().ok());
    let least = bound("min_fave_date").unwrap_or(i64::MIN);
    let most = bound("max_fave_date").unwrap_or(i64::MAX);
    let mut liked = call.world.with_edits(|edits| favorites(account, edits));
    let vanished = (account.mix.facts.favorites / 29) as usize;
    liked.retain(|one| (least..=most).contains(&one.when));
    let page = Page::of(call, liked.len(), Lengths { usual: 100, most: 500 }).claiming(vanished);
    let mut json = call.object();
    json.open("photos");
    page.tell(&mut json);
    json.list("photo");
    for one in page.cut(&liked) {
        json.open_item();
        foreign::photo(account, one.number).head(&mut json);
        json.text_int("date_faved", one.when);
        json.close();
    }
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}
