//! A small client for these tests, with a signature of its own.

use std::time::{Duration, SystemTime};

use flickr_simulator::{Account, Simulator};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use sha1::Sha1;

/// A simulator and somebody who calls it.
pub(crate) struct Caller {
    pub(crate) flickr: Simulator,
    pub(crate) client: Client,
    pub(crate) token: (String, String),
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) nonce: Option<String>,
    pub(crate) timestamp: Option<i64>,
}

impl Caller {
    pub(crate) async fn of(account: Account) -> Self {
        let flickr = Simulator::start(account).await.unwrap();
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self {
            client,
            token: flickr.access_token(),
            key: flickr.api_key().to_owned(),
            secret: flickr.api_secret().to_owned(),
            flickr,
            nonce: None,
            timestamp: None,
        }
    }

    /// Prepares a signed request; the OAuth parameters go into the header.
    pub(crate) fn signed(
        &self,
        verb: Method,
        path: &str,
        more: &[(&str, &str)],
        oauth: &[(&str, &str)],
    ) -> RequestBuilder {
        let address = format!("{}{path}", self.flickr.endpoint());
        let header = self.header(&verb, &address, more, oauth);
        let query: Vec<String> =
            more.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = if verb == Method::POST {
            let form = "application/x-www-form-urlencoded";
            self.client.post(&address).header("content-type", form).body(query.join("&"))
        } else {
            self.client.get(format!("{address}?{}", query.join("&")))
        };
        request.header("authorization", header)
    }

    fn header(&self, verb: &Method, address: &str, more: &[(&str, &str)], oauth: &[(&str, &str)]) -> String {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let timestamp = self.timestamp.unwrap_or(since_1970.as_secs() as i64).to_string();
        let nonce = self.nonce.clone().unwrap_or_else(|| since_1970.as_nanos().to_string());
        let mut own = vec![
            ("oauth_consumer_key", self.key.as_str()),
            ("oauth_nonce", &nonce),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", &timestamp),
            ("oauth_version", "1.0"),
        ];
        if !self.token.0.is_empty() {
            own.push(("oauth_token", &self.token.0));
        }
        own.extend_from_slice(oauth);
        let mut all: Vec<String> = own
            .iter()
            .chain(more)
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        all.sort();
        let base = format!("{verb}&{}&{}", encoded(address), encoded(&all.join("&")));
        let key = format!("{}&{}", self.secret, self.token.1);
        let signature = hmac_in_base64(&key, &base);
        own.push(("oauth_signature", &signature));
        let pairs: Vec<String> =
            own.iter().map(|(name, value)| format!("{name}=\"{}\"", encoded(value))).collect();
        format!("OAuth {}", pairs.join(", "))
    }

    /// Calls a method and gives status and body.
    pub(crate) async fn call(&self, method: &str, more: &[(&str, &str)]) -> (u16, String) {
        let mut parameters = vec![("method", method), ("format", "json"), ("nojsoncallback", "1")];
        parameters.extend_from_slice(more);
        let answer = self.signed(Method::GET, "/services/rest/", &parameters, &[]).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Calls a method and gives its JSON.
    pub(crate) async fn json(&self, method: &str, more: &[(&str, &str)]) -> Value {
        let (status, text) = self.call(method, more).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Lists one page and gives the whole answer.
    pub(crate) async fn page(&self, more: &[(&str, &str)]) -> Value {
        let mut parameters =
            vec![("user_id", "me"), ("safe_search", "3"), ("extras", "date_upload,media,url_o")];
        parameters.extend_from_slice(more);
        self.json("flickr.people.getPhotos", &parameters).await
    }

    /// Fetches an address without any credential.
    pub(crate) async fn get(&self, address: &str) -> Response {
        self.client.get(address).send().await.unwrap()
    }

    /// The original's address of a photo, as a listing gives it.
    pub(crate) async fn original_address(&self, id: u64) -> String {
        let sizes = self.json("flickr.photos.getSizes", &[("photo_id", &id.to_string())]).await;
        let sizes = sizes["sizes"]["size"].as_array().unwrap();
        let original = sizes.iter().find(|size| size["label"] == "Original").unwrap();
        original["source"].as_str().unwrap().to_owned()
    }
}

/// The ids on a page.
pub(crate) fn ids(page: &Value) -> Vec<u64> {
    let photos = page["photos"]["photo"].as_array().unwrap();
    photos.iter().map(|photo| photo["id"].as_str().unwrap().parse().unwrap()).collect()
}

/// A number that may be written as a text.
pub(crate) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect()
}

fn hmac_in_base64(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    let bits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:08b}")).collect();
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let sixes = bits.as_bytes().chunks(6).map(|six| format!("{:0<6}", String::from_utf8_lossy(six)));
    let text: String = sixes.map(|six| letters[usize::from_str_radix(&six, 2).unwrap()]).collect();
    format!("{text}=")
}

/// The items of a list; a list that is absent is empty.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A decimal that may be written as a text.
pub(crate) fn decimal(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

/// The texts under a key of every item.
pub(crate) fn texts(list: &Value, key: &str) -> Vec<String> {
    items(list).iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

impl Caller {
    /// Reads all pages of a list, and checks that its total is what was read.
    pub(crate) async fn all(
        &self,
        method: &str,
        more: &[(&str, &str)],
        envelope: &str,
        key: &str,
    ) -> Vec<Value> {
        let mut seen = Vec::new();
        for page in 1.. {
            let asked = page.to_string();
            let answer = self.json(method, &[more, &[("page", &asked)]].concat()).await;
            assert_eq!(answer["stat"], "ok", "{answer}");
            seen.extend_from_slice(items(&answer[envelope][key]));
            if page >= number(&answer[envelope]["pages"]) {
                break;
            }
        }
        seen
    }
}
