//! Under which licence a photo is shown, in words and with its address.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A licence as Flickr names it. A name that this program has never heard of is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// Flickr's name for it.
    pub name: String,
    /// The page that explains it; empty for all rights reserved.
    pub url: String,
}

/// A change of the licence of a photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceChange {
    /// When it was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
    /// The licence before.
    pub from: Licence,
    /// The licence since.
    pub to: Licence,
}

const CC: &str = "https://creativecommons.org/";

/// Number, name, address; an address that begins with a letter stands below [`CC`].
///
/// 0 to 10 from a recorded answer of `flickr.photos.licenses.getInfo` (2023); 11 to 16 are the
/// Creative Commons 4.0 family that Flickr added in 2025.
const KNOWN: [(u64, &str, &str); 17] = [
    (0, "All Rights Reserved", ""),
    (1, "Attribution-NonCommercial-ShareAlike License", "licenses/by-nc-sa/2.0/"),
    (2, "Attribution-NonCommercial License", "licenses/by-nc/2.0/"),
    (3, "Attribution-NonCommercial-NoDerivs License", "licenses/by-nc-nd/2.0/"),
    (4, "Attribution License", "licenses/by/2.0/"),
    (5, "Attribution-ShareAlike License", "licenses/by-sa/2.0/"),
    (6, "Attribution-NoDerivs License", "licenses/by-nd/2.0/"),
    (7, "No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    (8, "United States Government Work", "http://www.usa.gov/copyright.shtml"),
    (9, "Public Domain Dedication (CC0)", "publicdomain/zero/1.0/"),
    (10, "Public Domain Mark", "publicdomain/mark/1.0/"),
    (11, "CC BY 4.0", "licenses/by/4.0/"),
    (12, "CC BY-SA 4.0", "licenses/by-sa/4.0/"),
    (13, "CC BY-ND 4.0", "licenses/by-nd/4.0/"),
    (14, "CC BY-NC 4.0", "licenses/by-nc/4.0/"),
    (15, "CC BY-NC-SA 4.0", "licenses/by-nc-sa/4.0/"),
    (16, "CC BY-NC-ND 4.0", "licenses/by-nc-nd/4.0/"),
];

impl Licence {
    /// Turns Flickr's number into words; an unknown number is named as such, never dropped.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        let known = KNOWN.iter().find(|(known, _, _)| *known == number);
        let Some((_, name, url)) = known else {
            return Self { name: format!("Flickr licence {number}"), url: String::new() };
        };
        let below_cc = url.starts_with("licenses/") || url.starts_with("publicdomain/");
        let url = if below_cc { format!("{CC}{url}") } else { (*url).to_owned() };
        Self { name: (*name).to_owned(), url }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_own_words_and_a_whole_address() {
        let mut names: Vec<String> = (0..=16).map(|number| Licence::from_number(number).name).collect();
        names.dedup();

        assert_eq!(names.len(), 17);
        assert_eq!(Licence::from_number(4).url, "https://creativecommons.org/licenses/by/2.0/");
        assert!((1..=16).all(|number| Licence::from_number(number).url.starts_with("http")));
    }

    #[test]
    fn a_licence_of_the_future_is_kept_by_its_number() {
        assert_eq!(Licence::from_number(17).name, "Flickr licence 17");
    }
}
