//! Which API keys are used: what is given for this run wins, then what is kept, then the files of `auth`.

use anyhow::Result;
use oauth_signing::ApiKeys;
use token_store::{Account, read_api_keys};

use crate::doors;
use crate::failure::{Exit, Failure};
use crate::settings::{GivenKeys, Settings};

/// The keys for a sign-in: given, else kept beside a token, else `./apikeys`, else `<config>/apikeys`.
pub(crate) fn for_auth(settings: &Settings) -> Result<ApiKeys> {
    if let Some(keys) = given(settings)? {
        return Ok(keys);
    }
    if let [only] = doors::token_file(settings)?.accounts() {
        return Ok(only.keys.clone());
    }
    for dir in [&settings.current_dir, &settings.config_dir] {
        let path = dir.join("apikeys");
        if path.exists() {
            return Ok(read_api_keys(&path)?);
        }
    }
    Err(Failure::new(
        Exit::Usage,
        "no API key is known; put key and secret, one a line, into a file called apikeys (Flickr gives them at https://www.flickr.com/services/apps/create/)",
    )
    .next("flickr-backup auth --apikeys FILE")
    .into())
}

/// The keys for a run: those beside the token; other ones that are given cannot go with that token.
pub(crate) fn for_token(settings: &Settings, entry: &Account) -> Result<ApiKeys> {
    match given(settings)? {
        Some(keys) if !keys.is_same_key(&entry.keys) => Err(Failure::new(
            Exit::SignIn,
            format!(
                "the token of {} belongs to the key {}, not to the given key {}",
                crate::words::clean(&entry.username),
                entry.keys.fingerprint(),
                keys.fingerprint()
            ),
        )
        .next("flickr-backup auth")
        .into()),
        Some(keys) => Ok(keys),
        None => Ok(entry.keys.clone()),
    }
}

fn given(settings: &Settings) -> Result<Option<ApiKeys>> {
    match &settings.given_keys {
        GivenKeys::File(path) => Ok(Some(read_api_keys(&settings.at(path))?)),
        GivenKeys::Environment(keys) => Ok(Some(keys.clone())),
        GivenKeys::None => Ok(None),
    }
}
