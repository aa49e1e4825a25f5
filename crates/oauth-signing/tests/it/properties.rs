//! Claims that hold for any text, tried with random ones.

use oauth_signing::{
    ApiKeys, Attempt, ExposeSecret, OAuthExtra, SigningError, SigningRequest, Token, Verifier,
    authorization_header, read_access_token, read_problem, read_request_token, signature,
};
use proptest::prelude::*;

const URL: &str = "https://api.flickr.com/services/rest/";
const ATTEMPT: Attempt<'_> = Attempt { nonce: "n0nce", timestamp: 1_700_000_000 };

fn keys() -> ApiKeys {
    ApiKeys::new("9c4f21d07ab35e68f0d1427b6c8e93a5", "51de0a97c3b8f246").unwrap()
}

fn signed(parameters: &[(String, String)]) -> Result<String, SigningError> {
    let borrowed: Vec<(&str, &str)> =
        parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request = SigningRequest { method: "GET", url: URL, parameters: &borrowed, oauth: OAuthExtra::None };
    signature(&keys(), Some(&Token::new("t", "s")), &request, &ATTEMPT)
}

fn is_plain(name: &str) -> bool {
    name.chars().all(|character| character.is_ascii_alphanumeric() || "-._~".contains(character))
}

proptest! {
    #[test]
    fn the_order_in_which_parameters_are_given_does_not_matter(
        (given, shuffled) in prop::collection::vec(("[a-c_~.-]{0,3}", any::<String>()), 0..8)
            .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle()))
    ) {
        prop_assert_eq!(signed(&given), signed(&shuffled));
    }

    #[test]
    fn a_name_is_signed_exactly_when_it_needs_no_encoding(name in "\\PC{0,6}", value in any::<String>()) {
        let result = signed(&[(name.clone(), value)]);

        prop_assert_eq!(result.is_ok(), is_plain(&name) && !name.starts_with("oauth_"));
    }

    #[test]
    fn another_value_gives_another_signature(one in any::<String>(), other in any::<String>()) {
        prop_assume!(one != other);

        prop_assert_ne!(signed(&[("text".to_owned(), one)]), signed(&[("text".to_owned(), other)]));
    }

    #[test]
    fn a_header_is_always_one_line_of_plain_ascii(token in any::<String>(), callback in any::<String>(), nonce in ".+") {
        let request = SigningRequest { method: "POST", url: URL, parameters: &[], oauth: OAuthExtra::Callback(&callback) };
        let attempt = Attempt { nonce: &nonce, timestamp: 1 };

        let header = authorization_header(&keys(), Some(&Token::new(token, "s")), &request, &attempt).unwrap();

        prop_assert!(header.expose_secret().bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
    }

    #[test]
    fn nine_digits_are_found_with_any_words_around_them(
        digits in "[0-9]{9}", before in "[^0-9A-Za-z=>:_-]{0,9}", after in "( [g-z ]{0,9}|[.!\r\n]{0,3})"
    ) {
        let code = Verifier::parse(&format!("{before} {digits}{after}")).unwrap();

        prop_assert_eq!(code.secret().expose_secret().replace('-', ""), digits);
    }

    #[test]
    fn no_text_from_outside_breaks_a_reader(text in "\\PC{0,80}|[a-z_=&%0-9-]{0,80}|.{0,40}") {
        let read = [
            Verifier::parse(&text).is_ok(),
            read_problem(&text).is_some(),
            read_request_token(&text).is_ok(),
            read_access_token(&text).is_ok(),
        ];

        // Text without "oauth_" can be a typed code at most.
        prop_assert!(text.contains("oauth_") || !(read[1] || read[2] || read[3]));
    }

    #[test]
    fn an_access_token_survives_its_encoding(fullname in any::<String>(), username in "\\PC{0,20}") {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let text = format!(
            "fullname={}&oauth_token=a-b&oauth_token_secret=c&user_nsid=12345678%40N00&username={}\n",
            encode(&fullname), encode(&username)
        );

        let signed_in = read_access_token(&text).unwrap();

        prop_assert_eq!((signed_in.fullname, signed_in.username), (fullname, username));
        prop_assert_eq!(signed_in.nsid, "12345678@N00");
    }
}
