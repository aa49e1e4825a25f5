//! Examples that others have published, with the numbers they state: RFC 5849, OAuth Core 1.0, Flickr's SDK.
//!
//! Their keys have other shapes than Flickr's and some leave out what Flickr's requests always hold, so that
//! these tests stand below the checks of the public functions.

use oauth1_request::Request;
use oauth1_request::signature_method::{Sign, SignatureMethod};

use super::*;

/// A "signature method" whose signature is the base string itself.
#[derive(Clone)]
struct Shown;

struct BaseString(String);

impl SignatureMethod for Shown {
    type Sign = BaseString;

    fn sign_with(self, _: &str, _: Option<&str>) -> BaseString {
        BaseString(String::new())
    }
}

impl Sign for BaseString {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        "HMAC-SHA1"
    }

    fn request_method(&mut self, method: &str) {
        self.0 = format!("{method}&");
    }

    fn uri<T: std::fmt::Display>(&mut self, uri: T) {
        self.0 += &format!("{uri}&");
    }

    fn parameter<V: std::fmt::Display>(&mut self, key: &str, value: V) {
        self.0 += &format!("{key}%3D{value}");
    }

    fn delimiter(&mut self) {
        self.0 += "%26";
    }

    fn end(self) -> String {
        self.0
    }
}

/// Parameters signed alone, without the protocol's own, as the functions of Flickr's SDK are tested.
struct Bare(Parameters);

impl Request for Bare {
    fn serialize<S: Serializer>(&self, mut serializer: S) -> S::Output {
        for (name, value) in &self.0.0 {
            serializer.serialize_parameter_encoded(&encoded(name), value);
        }
        serializer.end()
    }
}

/// The request of RFC 5849 section 3.4.1.1, with its query and form joined.
const SECTION_3_4_1: [(&str, &str); 6] =
    [("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"), ("c2", ""), ("a3", "2 q")];

#[test]
fn rfc_5849_section_3_4_1_gives_the_printed_base_string() {
    let mut builder: Builder<'_, _, &str> =
        Builder::new(Credentials::new("9djdj82h48djs9d2", "j49sk3j29djd"), Shown);
    builder.token(Credentials::new("kkk9d7dh3k39sjv7", "dh893hdasih9"));
    builder.nonce("7d8f3e4a").timestamp(NonZeroU64::new(137_131_201));

    let header = builder.authorize("POST", "http://example.com/request", &Parameters::sorted(&SECTION_3_4_1));

    let shown = header.rsplit_once("oauth_signature=\"").map(|(_, rest)| rest.trim_end_matches('"'));
    let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
                    %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
                    %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201\
                    %26oauth_token%3Dkkk9d7dh3k39sjv7";
    assert_eq!(shown, Some(expected));
}

/// What one published example is made of, and the signature it states.
struct Example<'a> {
    verb_and_address: (&'a str, &'a str),
    parameters: &'a [(&'a str, &'a str)],
    consumer: (&'a str, &'a str),
    token: Option<(&'a str, &'a str)>,
    attempt: Attempt<'a>,
    callback: Option<&'a str>,
    verifier: Option<&'a str>,
    version: bool,
    signature: &'a str,
}

fn assert_signature(example: Example<'_>) {
    let consumer = Credentials::new(example.consumer.0, example.consumer.1);
    let Ok(mut builder) = builder(consumer, &example.attempt) else {
        unreachable!("every example has a nonce and a timestamp")
    };
    builder.token(example.token.map(|(text, secret)| Credentials::new(text, secret)));
    builder.callback(example.callback).verifier(example.verifier).version(example.version);

    let (verb, address) = example.verb_and_address;
    let header = builder.authorize(verb, address, &Parameters::sorted(example.parameters));

    assert_eq!(signature_of(&header), example.signature, "{verb} {address}");
}

/// The RFC names no secrets for this request. With these, which other libraries use to test it as well,
/// HMAC-SHA1 over the printed base string gives the signature below; oauthlib computes the same.
#[test]
fn the_request_of_rfc_5849_section_3_4_1_is_signed_over_that_base_string() {
    assert_signature(Example {
        verb_and_address: ("POST", "http://example.com/request"),
        parameters: &SECTION_3_4_1,
        consumer: ("9djdj82h48djs9d2", "j49sk3j29djd"),
        token: Some(("kkk9d7dh3k39sjv7", "dh893hdasih9")),
        attempt: Attempt { nonce: "7d8f3e4a", timestamp: 137_131_201 },
        callback: None,
        verifier: None,
        version: false,
        signature: "r6/TJjbCOr97/+UU0NsvSne7s5g=",
    });
}

const PRINTER: (&str, &str) = ("dpf43f3p2l4k3l03", "kd94hf93k423kf44");

#[test]
fn rfc_5849_section_1_2_gives_the_three_printed_signatures() {
    assert_signature(Example {
        verb_and_address: ("POST", "https://photos.example.net/initiate"),
        parameters: &[],
        consumer: PRINTER,
        token: None,
        attempt: Attempt { nonce: "wIjqoS", timestamp: 137_131_200 },
        callback: Some("http://printer.example.com/ready"),
        verifier: None,
        version: false,
        signature: "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
    });
    assert_signature(Example {
        verb_and_address: ("POST", "https://photos.example.net/token"),
        parameters: &[],
        consumer: PRINTER,
        token: Some(("hh5s93j4hdidpola", "hdhd0244k9j7ao03")),
        attempt: Attempt { nonce: "walatlh", timestamp: 137_131_201 },
        callback: None,
        verifier: Some("hfdp7dh39dks9884"),
        version: false,
        signature: "gKgrFCywp7rO0OXSjdot/IHF7IU=",
    });
    assert_signature(Example {
        verb_and_address: ("GET", "http://photos.example.net/photos"),
        parameters: &[("size", "original"), ("file", "vacation.jpg")],
        consumer: PRINTER,
        token: Some(("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")),
        attempt: Attempt { nonce: "chapoH", timestamp: 137_131_202 },
        callback: None,
        verifier: None,
        version: false,
        signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
    });
}

#[test]
fn oauth_core_1_0_appendix_a_5_gives_the_printed_signature() {
    assert_signature(Example {
        verb_and_address: ("GET", "http://photos.example.net/photos"),
        parameters: &[("file", "vacation.jpg"), ("size", "original")],
        consumer: PRINTER,
        token: Some(("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")),
        attempt: Attempt { nonce: "kllo9940pd9333jh", timestamp: 1_191_242_096 },
        callback: None,
        verifier: None,
        version: true,
        signature: "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
    });
}

/// From `test/oauth.ts` of flickr/flickr-sdk.
#[test]
fn the_vectors_of_flickrs_own_sdk_give_the_stated_signatures() {
    let parameters = Bare(Parameters::sorted(&[("foo", "123"), ("bar", "456")]));
    let mut builder: Builder<'_, _, &str> =
        Builder::new(Credentials::new("key", "consumer secret"), HMAC_SHA1);

    let without_token = builder.authorize("GET", "http://www.example.com", &parameters);
    builder.token(Credentials::new("token", "keyboard cat"));
    let with_token = builder.authorize("GET", "http://www.example.com", &parameters);

    assert_eq!(signature_of(&without_token), "lNBTzyWRRHBuoXmgK13Nht5oiKs=");
    assert_eq!(signature_of(&with_token), "pytjoWTzMmvq13/Bai9YVX1tV9c=");
}
