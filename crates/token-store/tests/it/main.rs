//! Tests of the public face of token-store, on real folders.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise"
)]

mod calls;
mod files_of_the_script;
mod token_file;
mod token_file_rights;

use oauth_signing::{AccessToken, ApiKeys, Token};
use token_store::Account;

const KEY: &str = "9c4f21d07ab35e68f0d1427b6c8e93a5";
const SECRET: &str = "51de0a97c3b8f246";
const TOKEN: &str = "72157600000000001-00aa11bb22cc33dd";
const TOKEN_SECRET: &str = "feedbeeffeedbeef";

fn keys() -> ApiKeys {
    ApiKeys::new(KEY, SECRET).unwrap()
}

fn account(nsid: &str) -> Account {
    Account {
        nsid: nsid.to_owned(),
        username: "ada".to_owned(),
        fullname: "Ada \"Müller\"\n".to_owned(),
        keys: keys(),
        token: AccessToken::new(Token::new(TOKEN, TOKEN_SECRET)),
        permission: "read".to_owned(),
        signed_in: "2026-11-23T21:00:00Z".to_owned(),
    }
}

/// A folder that is private whatever the umask of a neighbouring test is.
fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o700)).tempdir().unwrap()
}
