//! What others may do with a photo: permissions, rights of use, the licence and the licences before it.

use crate::account::Account;
use crate::chance::{Of, draw, place};
use crate::json::Json;
use crate::overlay::Overlay;
use crate::photo::Photo;
use crate::rest::{Call, Refusal};
use crate::sizes::visible_photo;

/// Flickr's licences by number, name and address, in the odd order of its own list.
pub(crate) const LICENCES: [(i64, &str, &str); 17] = [
    (0, "All Rights Reserved", ""),
    (4, "Attribution License", "https://creativecommons.org/licenses/by/2.0/"),
    (6, "Attribution-NoDerivs License", "https://creativecommons.org/licenses/by-nd/2.0/"),
    (3, "Attribution-NonCommercial-NoDerivs License", "https://creativecommons.org/licenses/by-nc-nd/2.0/"),
    (2, "Attribution-NonCommercial License", "https://creativecommons.org/licenses/by-nc/2.0/"),
    (1, "Attribution-NonCommercial-ShareAlike License", "https://creativecommons.org/licenses/by-nc-sa/2.0/"),
    (5, "Attribution-ShareAlike License", "https://creativecommons.org/licenses/by-sa/2.0/"),
    (7, "No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    (8, "United States Government Work", "http://www.usa.gov/copyright.shtml"),
    (9, "Public Domain Dedication (CC0)", "https://creativecommons.org/publicdomain/zero/1.0/"),
    (10, "Public Domain Mark", "https://creativecommons.org/publicdomain/mark/1.0/"),
    (11, "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    (12, "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    (13, "CC BY-ND 4.0", "https://creativecommons.org/licenses/by-nd/4.0/"),
    (14, "CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    (15, "CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
    (16, "CC BY-NC-ND 4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
];

/// What others may do with a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights {
    /// Who may comment: 0 nobody, 1 friends and family, 2 contacts, 3 everybody.
    pub(crate) comment: i64,
    /// Who may add tags, notes and people, in the same numbers.
    pub(crate) add_meta: i64,
    pub(crate) blog: i64,
    pub(crate) print: i64,
    pub(crate) share: i64,
}

/// Finds what others may do with a photo.
pub(crate) fn of_photo(account: &Account, index: u64) -> Rights {
    let drawn = draw(account.seed, index, Of::Rights);
    if place(account.seed, index, Of::Rights) >= account.mix.facts.odd_rights {
        return Rights { comment: 3, add_meta: 2, blog: 1, print: 1, share: 1 };
    }
    Rights {
        comment: (drawn % 4) as i64,
        add_meta: (drawn >> 8) as i64 % 4,
        blog: (drawn >> 16) as i64 % 2,
        print: (drawn >> 24) as i64 % 2,
        share: (drawn >> 32) as i64 % 2,
    }
}

/// The licence a photo had when it was uploaded.
pub(crate) fn first_licence(account: &Account, index: u64) -> i64 {
    [0, 0, 0, 1, 4, 9, 11][draw(account.seed, index, Of::Licence) as usize % 7]
}

/// The licence a photo has now.
pub(crate) fn licence(account: &Account, index: u64, overlay: &Overlay) -> i64 {
    overlay.licences.last().map_or_else(|| first_licence(account, index), |(_, licence)| *licence)
}

/// The changes of a photo's licence: when, from which, to which.
pub(crate) fn licence_changes(account: &Account, index: u64, overlay: &Overlay) -> Vec<(i64, i64, i64)> {
    let mut before = first_licence(account, index);
    let mut changes = Vec::new();
    for (when, after) in &overlay.licences {
        changes.push((*when, before, *after));
        before = *after;
    }
    changes
}

/// Finds the name and the address of a licence.
pub(crate) fn licence_words(number: i64) -> (&'static str, &'static str) {
    LICENCES.iter().find(|row| row.0 == number).map_or(("", ""), |row| (row.1, row.2))
}

/// Answers `flickr.photos.licenses.getInfo`.
pub(crate) fn licences(call: &Call<'_>) -> String {
    let mut json = call.object();
    json.open("licenses");
    json.list("license");
    for (number, name, address) in LICENCES {
        json.open_item();
        json.loose_int("id", number);
        json.string("name", name);
        json.string("url", address);
        json.close();
    }
    json.close_list();
    json.close();
    json.finish_ok()
}

/// Answers `flickr.photos.licenses.getLicenseHistory`.
pub(crate) fn licence_history(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let changes = call.world.with_edits(|edits| licence_changes(account, photo.index, edits.of(photo.index)));
    let mut json = call.object();
    json.list("license_history");
    for (when, before, after) in changes {
        json.open_item();
        json.text_int("date_change", when);
        json.string("old_license", licence_words(before).0);
        json.string("new_license", licence_words(after).0);
        json.string("old_license_url", licence_words(before).1);
        json.string("new_license_url", licence_words(after).1);
        json.close();
    }
    json.close_list();
    Ok(json.finish_ok())
}

/// Writes permissions and rights as `photos.getInfo` does; permissions are for the owner's eyes.
pub(crate) fn in_info(call: &Call<'_>, json: &mut Json, photo: &Photo) {
    let rights = photo.rights;
    let owner = i64::from(call.is_owner);
    if call.is_owner {
        json.open("permissions");
        json.int("permcomment", rights.comment);
        json.int("permaddmeta", rights.add_meta);
        json.close();
    }
    json.text_int("views", photo.views);
    json.open("editability");
    json.int("cancomment", owner);
    json.int("canaddmeta", owner);
    json.close();
    json.open("publiceditability");
    json.int("cancomment", i64::from(rights.comment == 3));
    json.int("canaddmeta", i64::from(rights.add_meta == 3));
    json.close();
    json.open("usage");
    json.int("candownload", i64::from(call.is_owner && !call.world.behaviour().free_account));
    json.int("canblog", owner * rights.blog);
    json.int("canprint", owner * rights.print);
    json.int("canshare", rights.share);
    json.close();
}
