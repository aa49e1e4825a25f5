//! The simulator's own OAuth 1.0a signature (RFC 5849, HMAC-SHA1), which the program's signatures are held against.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::base64;
use crate::percent::encode;

/// Writes the signature base string: verb, address without query, and all parameters but the signature.
pub(crate) fn base_string(verb: &str, address: &str, parameters: &[(String, String)]) -> String {
    let mut encoded: Vec<(String, String)> = parameters
        .iter()
        .filter(|(name, _)| name != "oauth_signature" && name != "realm")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    encoded.sort();
    let joined: Vec<String> = encoded.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}&{}&{}", verb.to_uppercase(), encode(address), encode(&joined.join("&")))
}

/// Signs a base string with the two secrets.
pub(crate) fn sign(base_string: &str, consumer_secret: &str, token_secret: &str) -> String {
    let key = format!("{}&{}", encode(consumer_secret), encode(token_secret));
    base64::standard(&hmac_sha1(key.as_bytes(), base_string.as_bytes()))
}

/// Computes HMAC-SHA1.
pub(crate) fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else {
        return Vec::new(); // cannot happen: HMAC takes keys of every length
    };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{base_string, sign};
    use crate::percent::form;

    #[test]
    fn flickrs_own_published_vectors_come_out() {
        let parameters = form("foo=123&bar=456");
        let base = base_string("GET", "http://www.example.com", &parameters);

        assert_eq!(sign(&base, "consumer secret", "keyboard cat"), "pytjoWTzMmvq13/Bai9YVX1tV9c=");
        assert_eq!(sign(&base, "consumer secret", ""), "lNBTzyWRRHBuoXmgK13Nht5oiKs=");
    }

    #[test]
    fn the_photo_example_of_oauth_core_comes_out() {
        let parameters = form(
            "oauth_consumer_key=dpf43f3p2l4k3l03&oauth_token=nnch734d00sl2jdk&oauth_signature_method=HMAC-SHA1\
             &oauth_timestamp=1191242096&oauth_nonce=kllo9940pd9333jh&oauth_version=1.0&file=vacation.jpg&size=original",
        );
        let base = base_string("get", "http://photos.example.net/photos", &parameters);

        assert_eq!(sign(&base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"), "tR3+Ty81lMeYAr/Fid0kMTYa/WM=");
    }

    #[test]
    fn the_base_string_of_rfc_5849_comes_out() {
        let parameters = form(
            "b5=%3D%253D&a3=a&c%40=&a2=r%20b&oauth_consumer_key=9djdj82h48djs9d2&oauth_token=kkk9d7dh3k39sjv7\
             &oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131201&oauth_nonce=7d8f3e4a&c2&a3=2+q\
             &oauth_signature=left-out&realm=left-out",
        );

        let base = base_string("POST", "http://example.com/request", &parameters);

        assert_eq!(
            base,
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c\
             %2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }
}
