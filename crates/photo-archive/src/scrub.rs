//! Takes the secrets out of Flickr's answers before they are written down: who has a photo's secret or a signed
//! address can open the photo, whatever its privacy says.
//!
//! Removed are the values of keys that are secrets by name, every ready-made address of an image (`url_o` and
//! its kin), and the secret parts of any text that is an address as a whole. Words that a person wrote around
//! an address, such as a description, are theirs and stay.

use serde_json::{Map, Value};

/// What stands in the place of a secret.
pub(crate) const REMOVED: &str = "removed";

/// Returns the answer without secrets, its keys in alphabetical order on every level.
pub(crate) fn answer(answer: Map<String, Value>) -> Map<String, Value> {
    level(answer, DEEPEST)
}

/// Returns any answer, or part of one, without secrets.
pub(crate) fn value(answer: Value) -> Value {
    clean(answer, DEEPEST)
}

/// How many levels an answer may have; what lies deeper would make a file that no reader of JSON takes.
const DEEPEST: usize = 60;

fn level(answer: Map<String, Value>, left: usize) -> Map<String, Value> {
    let mut entries: Vec<(String, Value)> = answer.into_iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries
        .into_iter()
        .map(|(key, value)| {
            let value = if is_secret(&key) { hidden(value) } else { clean(value, left) };
            (key, value)
        })
        .collect()
}

fn clean(value: Value, left: usize) -> Value {
    let Some(left) = left.checked_sub(1) else { return Value::String(REMOVED.to_owned()) };
    match value {
        Value::Object(map) => Value::Object(level(map, left)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| clean(item, left)).collect()),
        Value::String(text) => Value::String(address(&text).unwrap_or(text)),
        other => other,
    }
}

/// An absent or empty secret stays as it is: that there is none is worth knowing.
fn hidden(value: Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::String(text) if text.is_empty() => Value::String(text),
        _ => Value::String(REMOVED.to_owned()),
    }
}

/// Says whether a key names a secret or the ready-made address of an image.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.contains("secret")
        || key.contains("token")
        || key.starts_with("url_")
        || key == "api_key"
        || key == "api_sig"
}

/// Returns an address without its secret parts; `None` for a text that is no address.
fn address(text: &str) -> Option<String> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (format!("{scheme}://"), rest),
        Some(_) => return None,
        None => ("//".to_owned(), text.strip_prefix("//")?),
    };
    if rest.contains(char::is_whitespace) {
        return None;
    }
    let (before, fragment) =
        rest.split_once('#').map_or((rest, None), |(before, after)| (before, Some(after)));
    let (place, query) = before.split_once('?').map_or((before, None), |(place, query)| (place, Some(query)));
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let mut clean = format!("{scheme}{host}");
    if place.contains('/') {
        clean.push('/');
        clean.push_str(&clean_path(host, path));
    }
    if let Some(query) = query {
        clean.push('?');
        clean.push_str(&clean_query(host, query));
    }
    if let Some(fragment) = fragment {
        clean.push('#');
        clean.push_str(fragment);
    }
    Some(clean)
}

/// Whether `host` is `domain` or below it.
fn is_below(host: &str, domain: &str) -> bool {
    let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
    host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// Image addresses end in `id_secret.jpg` or `id_secret_b.jpg`; streams have the secret as a part of its own,
/// after `/video/ID/` on the image host and after `/play/LABEL/` on the site (recorded answers).
fn clean_path(host: &str, path: &str) -> String {
    let is_images = is_below(host, "staticflickr.com") || is_below(host, "static.flickr.com");
    if !is_images && !is_below(host, "flickr.com") {
        return path.to_owned();
    }
    let parts: Vec<&str> = path.split('/').collect();
    let clean = parts.iter().enumerate().map(|(at, part)| {
        let two_before = at.checked_sub(2).and_then(|at| parts.get(at)).copied();
        let follows = matches!(two_before, Some("video" | "play"));
        if follows && !part.is_empty() {
            return REMOVED.to_owned();
        }
        if is_images && at + 1 == parts.len() { image_name(part) } else { (*part).to_owned() }
    });
    clean.collect::<Vec<String>>().join("/")
}

/// `123_0a1b2c_b.jpg` becomes `123_removed_b.jpg`; other names, such as those of icons, stay.
fn image_name(name: &str) -> String {
    let Some((id, rest)) = name.split_once('_') else { return name.to_owned() };
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return name.to_owned();
    }
    let end = rest.find(['_', '.']).unwrap_or(rest.len());
    format!("{id}_{REMOVED}{}", rest.get(end..).unwrap_or(""))
}

/// On Flickr's hosts every value of a query can open something; elsewhere those that sound like it.
fn clean_query(host: &str, query: &str) -> String {
    let is_flickrs = is_below(host, "staticflickr.com") || is_below(host, "flickr.com");
    let clean = query.split('&').map(|pair| {
        let Some((key, _)) = pair.split_once('=') else { return pair.to_owned() };
        let name = key.to_ascii_lowercase();
        let sounds = ["token", "secret", "sig", "auth", "key", "pass"].iter().any(|word| name.contains(word));
        if is_flickrs || sounds { format!("{key}={REMOVED}") } else { pair.to_owned() }
    });
    clean.collect::<Vec<String>>().join("&")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;

    fn cleaned(value: Value) -> Value {
        Value::Object(answer(value.as_object().unwrap().clone()))
    }

    #[test]
    fn secrets_are_removed_by_the_name_of_their_key_on_every_level() {
        let raw = json!({
            "secret": "0a1b2c3d4e", "originalsecret": "ffff", "url_o": "https://x/y", "height_o": 3, "server": "65535",
            "primary_photo_secret": 12, "deep": [{"secret": "x", "title": "my secret"}], "secret_k": "",
        });

        let expected = json!({
            "secret": "removed", "originalsecret": "removed", "url_o": "removed", "height_o": 3, "server": "65535",
            "primary_photo_secret": "removed", "deep": [{"secret": "removed", "title": "my secret"}], "secret_k": "",
        });
        assert_eq!(cleaned(raw), expected);
    }

    #[test]
    fn secrets_inside_addresses_are_removed_and_the_rest_of_the_address_stays() {
        for (address_, expected) in [
            (
                "https://live.staticflickr.com/65535/521_0a1b2c_b.jpg",
                "https://live.staticflickr.com/65535/521_removed_b.jpg",
            ),
            (
                "http://farm8.static.flickr.com/7/521_0a1b2c.jpg",
                "http://farm8.static.flickr.com/7/521_removed.jpg",
            ),
            (
                "//farm8.staticflickr.com/7/521_0a1b2c_o.png?zz=1",
                "//farm8.staticflickr.com/7/521_removed_o.png?zz=removed",
            ),
            (
                "https://live.staticflickr.com/video/52/0a1b/360p.mp4?s=eyJp",
                "https://live.staticflickr.com/video/52/removed/360p.mp4?s=removed",
            ),
            (
                "https://www.flickr.com/photos/me/52/play/360p/0a1b/",
                "https://www.flickr.com/photos/me/52/play/360p/removed/",
            ),
            ("https://example.org/a?access_token=x&b=2", "https://example.org/a?access_token=removed&b=2"),
            ("https://www.flickr.com/photos/me/52/", "https://www.flickr.com/photos/me/52/"),
            (
                "https://live.staticflickr.com/7/buddyicons/1@N00.jpg",
                "https://live.staticflickr.com/7/buddyicons/1@N00.jpg",
            ),
        ] {
            assert_eq!(address(address_).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_nested_without_end_is_cut() {
        let mut deep = json!({"secret": "x"});
        for _ in 0..120 {
            deep = json!({ "a": [deep] });
        }

        let text = cleaned(deep).to_string();

        assert!(text.len() < 600 && text.contains(REMOVED), "{text}");
    }

    #[test]
    fn what_a_person_wrote_around_an_address_stays() {
        let words = json!({"_content": "see https://live.staticflickr.com/1/2_ab_o.jpg and smile"});

        assert_eq!(cleaned(words.clone()), words);
    }
}
