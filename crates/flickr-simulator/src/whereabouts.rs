//! Where a photo was taken: coordinates, how sure they are, the names of the place, and who may see it.

use crate::account::Account;
use crate::chance::{Of, draw, place};
use crate::json::Json;
use crate::overlay::Overlay;

/// The place of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Degrees, as decimal text.
    pub(crate) latitude: String,
    /// Degrees, as decimal text.
    pub(crate) longitude: String,
    /// 16 a street, 1 the world; 0 means the coordinates are of no use.
    pub(crate) accuracy: i64,
    pub(crate) names: Names,
    pub(crate) viewers: Viewers,
}

/// What the place is called; an empty name is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) neighbourhood: &'static str,
    pub(crate) locality: &'static str,
    pub(crate) county: &'static str,
    pub(crate) region: &'static str,
    pub(crate) country: &'static str,
}

/// Who may see the place; with all at 0 the owner alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Viewers {
    pub(crate) public: i64,
    pub(crate) contact: i64,
    pub(crate) friend: i64,
    pub(crate) family: i64,
}

const EVERYBODY: Viewers = Viewers { public: 1, contact: 0, friend: 0, family: 0 };
const NAMES: [[&str; 5]; 6] = [
    ["", "Lövånger", "Skellefteå", "Västerbotten", "Sweden"],
    ["Gornji Grad", "Zagreb", "Zagreb", "City of Zagreb", "Croatia"],
    ["Shibuya", "東京", "", "東京都", "日本"],
    ["", "Abbey Dore", "Herefordshire", "England", "United Kingdom"],
    ["", "", "", "", "Antarctica"],
    ["", "", "", "", ""],
];

/// Finds the place of a photo, if it has one.
pub(crate) fn of_photo(account: &Account, index: u64, overlay: &Overlay) -> Option<Place> {
    let (latitude, longitude) = match &overlay.place {
        Some(moved) => moved.clone()?,
        None => at_first(account, index)?,
    };
    let drawn = draw(account.seed, index, Of::OddPlace);
    let is_odd = place(account.seed, index, Of::OddPlace) < account.mix.facts.odd_places;
    let moves = u64::from(overlay.place.is_some());
    Some(Place {
        latitude,
        longitude,
        accuracy: if is_odd { [16, 11, 6, 3, 1, 0][drawn as usize % 6] } else { 16 },
        names: names((drawn >> 8) + moves),
        viewers: if is_odd { viewers(drawn >> 16) } else { EVERYBODY },
    })
}

fn names(drawn: u64) -> Names {
    let [neighbourhood, locality, county, region, country] = NAMES[drawn as usize % NAMES.len()];
    Names { neighbourhood, locality, county, region, country }
}

fn viewers(drawn: u64) -> Viewers {
    let nobody = Viewers { public: 0, contact: 0, friend: 0, family: 0 };
    match drawn % 6 {
        0 => EVERYBODY,
        1 => Viewers { contact: 1, ..nobody },
        2 => Viewers { friend: 1, ..nobody },
        3 => Viewers { family: 1, ..nobody },
        4 => Viewers { friend: 1, family: 1, ..nobody },
        _ => nobody,
    }
}

fn at_first(account: &Account, index: u64) -> Option<(String, String)> {
    let seed = account.seed;
    if place(seed, index, Of::Geo) >= account.mix.located {
        return None;
    }
    let drawn = draw(seed, index, Of::Geo);
    let latitude = (drawn % 120_000_000) as i64 - 60_000_000;
    let longitude = ((drawn >> 32) % 350_000_000) as i64 - 175_000_000;
    let decimal = |millionths: i64| format!("{:.6}", millionths as f64 / 1e6);
    Some((decimal(latitude), decimal(longitude)))
}

/// Writes a place as the listing's `geo` does; without one there are zeros.
pub(crate) fn in_listing(json: &mut Json, place: Option<&Place>) {
    let Some(place) = place else {
        for name in ["latitude", "longitude", "accuracy", "context"] {
            json.int(name, 0);
        }
        return;
    };
    coordinates(json, place);
    json.string("place_id", "00j4IylZV7scWik");
    json.string("woeid", "851128");
    json.int("geo_is_public", place.viewers.public);
    json.int("geo_is_contact", place.viewers.contact);
    json.int("geo_is_friend", place.viewers.friend);
    json.int("geo_is_family", place.viewers.family);
}

/// Writes a place as `photos.getInfo` does, which leaves it out where there is none.
pub(crate) fn in_info(json: &mut Json, place: Option<&Place>, is_owner: bool) {
    let Some(place) = place.filter(|place| is_owner || place.viewers == EVERYBODY) else { return };
    json.open("location");
    coordinates(json, place);
    let names = place.names;
    let rows = [
        ("neighbourhood", names.neighbourhood),
        ("locality", names.locality),
        ("county", names.county),
        ("region", names.region),
        ("country", names.country),
    ];
    for (key, name) in rows.into_iter().filter(|(_, name)| !name.is_empty()) {
        json.open(key);
        json.string("_content", name);
        json.string("place_id", "1cJME1VZVrOra9Y");
        json.string("woeid", "849427");
        json.close();
    }
    json.string("place_id", "00j4IylZV7scWik");
    json.string("woeid", "851128");
    json.close();
    json.open("geoperms");
    json.int("ispublic", place.viewers.public);
    json.int("iscontact", place.viewers.contact);
    json.int("isfriend", place.viewers.friend);
    json.int("isfamily", place.viewers.family);
    json.close();
}

fn coordinates(json: &mut Json, place: &Place) {
    json.text_decimal("latitude", &place.latitude);
    json.text_decimal("longitude", &place.longitude);
    json.text_int("accuracy", place.accuracy);
    json.loose_int("context", 0);
}
