//! Base64 in its two alphabets: signatures and `Content-MD5` use the first, stream addresses the second.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_ADDRESSES: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes bytes in the usual alphabet, with padding.
pub(crate) fn standard(bytes: &[u8]) -> String {
    let mut text = coded(bytes, STANDARD);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Writes bytes in the alphabet for addresses, without padding.
pub(crate) fn for_address(bytes: &[u8]) -> String {
    coded(bytes, FOR_ADDRESSES)
}

fn coded(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..=three.len() {
            text.push(char::from(alphabet[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{for_address, standard};

    #[test]
    fn the_vectors_of_rfc_4648_come_out() {
        let expected = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];

        for (length, text) in expected.iter().enumerate() {
            assert_eq!(standard(&b"foobar"[..length]), *text);
        }
        assert_eq!(for_address(&[0xfb, 0xff, 0xfe, 0xff]), "-__-_w");
    }
}
