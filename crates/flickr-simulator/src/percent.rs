//! Percent coding and form texts, written for the simulator alone so that a fault in the program's own coding cannot hide.

/// Encodes a text as RFC 3986 wants it in OAuth: all but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
            encoded.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
        }
    }
    encoded
}

/// Decodes percent signs; a plus sign stays a plus sign (Authorization header).
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escaped(bytes, at) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn escaped(bytes: &[u8], at: usize) -> Option<u8> {
    if bytes[at] != b'%' {
        return None;
    }
    let high = char::from(*bytes.get(at + 1)?).to_digit(16)?;
    let low = char::from(*bytes.get(at + 2)?).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

/// Decodes a query or a form body into its pairs, in order; here a plus sign is a blank.
pub(crate) fn form(text: &str) -> Vec<(String, String)> {
    let spaced = |part: &str| decode(&part.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (spaced(name), spaced(value))
        })
        .collect()
}

/// Finds the first value of a name.
pub(crate) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, form};

    #[test]
    fn all_but_the_unreserved_are_encoded_and_come_back() {
        let text = "Ladies + Gentlemen!'()*~-._/é☃%";

        let encoded = encode(text);

        assert_eq!(encoded, "Ladies%20%2B%20Gentlemen%21%27%28%29%2A~-._%2F%C3%A9%E2%98%83%25");
        assert_eq!(decode(&encoded), text);
    }

    #[test]
    fn a_plus_is_a_blank_in_a_form_only() {
        assert_eq!(decode("a+b%2"), "a+b%2");
        assert_eq!(decode("%41"), "A");
        assert_eq!(
            form("a=1+2&b&c=%3D"),
            [("a", "1 2"), ("b", ""), ("c", "=")].map(|(k, v)| (k.into(), v.into()))
        );
    }
}
