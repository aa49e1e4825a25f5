//! Reads and parses the whole listing of an account and does nothing with it: what the listing costs at the very least.
//!
//! `read_listing ENDPOINT KEY SECRET TOKEN TOKEN_SECRET` asks a stand-in on this computer for every page, several at once,
//! as the program does, and prints how many records came. The bench holds the program's own listing against it.
#![expect(clippy::print_stdout, reason = "an example is a program of its own")]

use std::error::Error;
use std::time::Duration;

use flickr_client::{ClientSettings, Endpoint, FlickrClient, Spent};
use futures_util::{StreamExt, TryStreamExt, stream};
use oauth_signing::{ApiKeys, Token};
use serde_json::Value;

const EXTRAS: &str = "description,license,date_upload,date_taken,owner_name,original_format,\
last_update,geo,tags,machine_tags,o_dims,views,media,path_alias,url_o,url_l,url_c,url_z,url_m,\
count_comments,count_faves,count_views,safety_level,content_type,visibility,rotation,can_download,\
publiceditability,url_h,url_k,url_3k,url_4k,url_f,url_5k,url_6k";
const CALLS_AT_ONCE: usize = 4;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [endpoint, key, secret, token, token_secret] = words.as_slice() else {
        return Err("usage: read_listing ENDPOINT KEY SECRET TOKEN TOKEN_SECRET".into());
    };
    let client = FlickrClient::new(ClientSettings {
        endpoint: Endpoint::loopback(endpoint)?,
        keys: ApiKeys::new(key, secret)?,
        token: Some(Token::new(token.as_str(), token_secret.as_str())),
        user_agent: "flickr-backup (example read_listing)".to_owned(),
        patience: Duration::from_secs(10),
        calls_per_hour: None,
        spent: Spent::default(),
        calls_at_once: CALLS_AT_ONCE,
        downloads_at_once: 1,
    })?;
    let (first, pages) = page(&client, 1).await?;
    let others = stream::iter(2..=pages).map(|number| page(&client, number)).buffer_unordered(CALLS_AT_ONCE);
    let records = others.try_fold(first, |sum, (records, _)| async move { Ok(sum + records) }).await?;
    println!("{records}");
    Ok(())
}

/// Asks for one page; gives its records, and how many pages there are.
async fn page(client: &FlickrClient, number: u64) -> Result<(usize, u64), Box<dyn Error>> {
    let number = number.to_string();
    let parameters =
        [("user_id", "me"), ("safe_search", "3"), ("extras", EXTRAS), ("per_page", "500"), ("page", &number)];
    let answer = client.call::<Value>("flickr.people.getPhotos", &parameters).await?;
    let photos = &answer.value["photos"];
    let pages = photos["pages"].as_u64().or_else(|| photos["pages"].as_str()?.parse().ok());
    Ok((photos["photo"].as_array().map_or(0, Vec::len), pages.unwrap_or(0)))
}
