//! What the simulator saw: every call, every picture, every credential where none belongs.

use std::collections::BTreeMap;

const MOST_PHOTOS: usize = 100_000;

/// Everything that was counted since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// API calls by method name; the OAuth legs stand here as `oauth.request_token`, `oauth.authorize`,
    /// `oauth.access_token`, and a followed play address as `play`.
    pub calls: BTreeMap<String, u64>,
    /// Calls whose signature was wrong.
    pub signature_failures: u64,
    /// Calls that used a nonce a second time.
    pub nonce_reuses: u64,
    /// Calls refused because of their timestamp.
    pub timestamp_refusals: u64,
    /// Requests to the image host by HTTP status, connections that were torn down under status 0.
    pub images: BTreeMap<u16, u64>,
    /// Requests to the image host by the photo they are for, whatever was answered. Only the first 100,000 photos are
    /// kept apart, so that a large account does not grow it without end.
    pub images_by_photo: BTreeMap<u64, u64>,
    /// Bytes of answers made by the API host, before they were cut or slowed.
    pub api_bytes: u64,
    /// Bytes of answers made by the image host, before they were cut or slowed.
    pub image_bytes: u64,
    /// Requests to the API host with a key, token, secret or signature in their address (the approval page's own
    /// `oauth_token` is not one).
    pub credentials_in_addresses: u64,
    /// Requests to the image host or to the foreign host that carried a credential or a cookie.
    pub credentials_at_image_host: u64,
    /// Requests to the foreign host, where placeholders lie and where nobody should go.
    pub foreign_requests: u64,
    /// The most requests to the API host that were under way at once.
    pub most_parallel_calls: u64,
    /// The most requests to the image host that were under way at once.
    pub most_parallel_images: u64,
    /// Faults that were played.
    pub faults_played: u64,
}

impl Counts {
    /// How often a method was called.
    pub fn calls_of(&self, method: &str) -> u64 {
        self.calls.get(method).copied().unwrap_or(0)
    }

    /// All API calls, without the OAuth legs and play addresses.
    pub fn api_calls(&self) -> u64 {
        self.calls.iter().filter(|(method, _)| method.starts_with("flickr.")).map(|(_, count)| count).sum()
    }

    /// How often the image host was asked for something of this photo.
    pub fn images_of(&self, id: u64) -> u64 {
        self.images_by_photo.get(&id).copied().unwrap_or(0)
    }

    /// Notes a request for a photo.
    pub(crate) fn saw_photo(&mut self, id: u64) {
        if self.images_by_photo.len() < MOST_PHOTOS || self.images_by_photo.contains_key(&id) {
            *self.images_by_photo.entry(id).or_default() += 1;
        }
    }

    /// All requests to the image host.
    pub fn image_requests(&self) -> u64 {
        self.images.values().sum()
    }

    /// The counts as one JSON object.
    pub fn to_json(&self) -> String {
        let calls: serde_json::Map<_, _> =
            self.calls.iter().map(|(method, count)| (method.clone(), (*count).into())).collect();
        let images: serde_json::Map<_, _> =
            self.images.iter().map(|(status, count)| (status.to_string(), (*count).into())).collect();
        serde_json::json!({
            "calls": calls,
            "api_calls": self.api_calls(),
            "signature_failures": self.signature_failures,
            "nonce_reuses": self.nonce_reuses,
            "timestamp_refusals": self.timestamp_refusals,
            "images": images,
            "image_requests": self.image_requests(),
            "api_bytes": self.api_bytes,
            "image_bytes": self.image_bytes,
            "credentials_in_addresses": self.credentials_in_addresses,
            "credentials_at_image_host": self.credentials_at_image_host,
            "foreign_requests": self.foreign_requests,
            "most_parallel_calls": self.most_parallel_calls,
            "most_parallel_images": self.most_parallel_images,
            "faults_played": self.faults_played,
        })
        .to_string()
    }
}
