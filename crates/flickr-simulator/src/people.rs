//! Other people: 4,096 of them, each computed when they are met, some with names that ask for trouble.

use crate::account::Account;
use crate::chance::{Of, draw, further};
use crate::json::Json;

/// How many people there are besides the owner.
pub(crate) const PEOPLE: u64 = 4_096;

/// Somebody who did something: the owner, or a person by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Who {
    Owner,
    Person(u64),
}

/// A member of Flickr as other people's answers show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) nsid: String,
    pub(crate) username: String,
    pub(crate) realname: String,
    pub(crate) path_alias: Option<String>,
    pub(crate) location: &'static str,
    pub(crate) is_deleted: bool,
    pub(crate) is_pro: bool,
    pub(crate) icon_server: u64,
}

/// Finds out who somebody is.
pub(crate) fn person(account: &Account, who: Who) -> Person {
    match who {
        Who::Owner => Person {
            nsid: account.nsid.clone(),
            username: account.username.clone(),
            realname: account.fullname.clone(),
            path_alias: account.path_alias.clone(),
            location: "Lövånger, Sweden",
            is_deleted: false,
            is_pro: !account.behaviour.free_account,
            icon_server: 65_535,
        },
        Who::Person(number) => stranger(account.seed, number % PEOPLE),
    }
}

fn stranger(seed: u64, number: u64) -> Person {
    const FIRST: [&str; 8] = ["Ana", "Björn", "Chidi", "Dilara", "Éloïse", "王芳", "Gustav", "مريم"];
    const LAST: [&str; 6] = ["Andersson", "O'Neill", "Núñez", "de la Cruz", "Šimić", "Mbeki"];
    const ODD: [&str; 6] = [
        "~*'() & <b>x</b>",
        "\u{202e}desrever",
        "a\tb\u{7}c",
        "@at-sign",
        "🐘🐘🐘",
        "&amp;#039;twice&amp;#039;",
    ];
    let drawn = draw(seed, number, Of::Person);
    let first = FIRST[drawn as usize % FIRST.len()];
    let last = LAST[(drawn >> 8) as usize % LAST.len()];
    let is_odd = number % 11 == 3;
    let is_deleted = number % 23 == 7;
    Person {
        nsid: format!("{}@N0{}", 20_000_000 + number * 37, number % 9),
        username: match (is_deleted, is_odd) {
            (true, _) => String::new(),
            (false, true) => format!("{} {number}", ODD[(drawn >> 16) as usize % ODD.len()]),
            (false, false) => format!("{} {number}", first.to_lowercase()),
        },
        realname: if is_deleted || drawn % 4 == 1 { String::new() } else { format!("{first} {last}") },
        path_alias: (!is_deleted && number % 3 != 1).then(|| format!("member{number}")),
        location: ["", "Zagreb, Croatia", "Lörrach"][(drawn >> 24) as usize % 3],
        is_deleted,
        is_pro: (drawn >> 30).is_multiple_of(3),
        icon_server: if further(drawn, 1).is_multiple_of(4) { 0 } else { 65_535 },
    }
}

/// Writes where a person's icon lies, as it stands in every answer that names them.
pub(crate) fn icon(json: &mut Json, person: &Person) {
    json.string("iconserver", &person.icon_server.to_string());
    json.int("iconfarm", if person.icon_server == 0 { 0 } else { (person.icon_server / 1_000 + 1) as i64 });
}

/// Writes a person as the lists of people do.
pub(crate) fn listed(json: &mut Json, person: &Person) {
    json.string("nsid", &person.nsid);
    json.string("username", &person.username);
    json.string("realname", &person.realname);
    json.string_or_null("path_alias", person.path_alias.as_deref());
    icon(json, person);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{PEOPLE, Who, person};
    use crate::account::Account;

    #[test]
    fn no_two_people_share_an_id() {
        let account = Account::rich(3, 10);

        let ids: HashSet<String> =
            (0..PEOPLE).map(|number| person(&account, Who::Person(number)).nsid).collect();

        assert_eq!(ids.len() as u64, PEOPLE);
    }
}
