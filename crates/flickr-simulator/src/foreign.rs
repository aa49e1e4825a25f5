//! Photos of other people, which galleries hold and which the owner likes; some have vanished.

use crate::account::Account;
use crate::chance::{Of, draw, hex};
use crate::json::Json;
use crate::people::{PEOPLE, Person, Who, person};
use crate::titles;

const FIRST_ID: u64 = 52_000_000_000;

/// A photo of somebody else.
#[derive(Clone, Debug)]
pub(crate) struct ForeignPhoto {
    pub(crate) id: u64,
    pub(crate) owner: Person,
    pub(crate) title: String,
    secret: String,
    server: u64,
}

/// The id of a foreign photo.
pub(crate) fn id(number: u64) -> u64 {
    FIRST_ID + number * 13
}

/// Computes a foreign photo.
pub(crate) fn photo(account: &Account, number: u64) -> ForeignPhoto {
    let drawn = draw(account.seed, number, Of::Foreign);
    ForeignPhoto {
        id: id(number),
        owner: person(account, Who::Person((drawn >> 8) % PEOPLE)),
        title: if drawn.is_multiple_of(9) { titles::hostile(drawn >> 20) } else { titles::ordinary(drawn) },
        secret: hex(account.seed, number, Of::Foreign, 10),
        server: 65_535,
    }
}

impl ForeignPhoto {
    /// Writes what every list says of a photo, into an open object.
    pub(crate) fn head(&self, json: &mut Json) {
        json.string("id", &self.id.to_string());
        json.string("owner", &self.owner.nsid);
        json.string("secret", &self.secret);
        json.string("server", &self.server.to_string());
        json.int("farm", (self.server / 1_000 + 1) as i64);
        json.string("title", &self.title);
        json.int("ispublic", 1);
        json.int("isfriend", 0);
        json.int("isfamily", 0);
        json.string("ownername", &self.owner.username);
    }
}
