//! What the token file keeps, and what it never loses.

use oauth_signing::ExposeSecret;
use token_store::{StoreError, TokenFile};

use crate::{KEY, SECRET, TOKEN, TOKEN_SECRET, account, folder};

const ADA: &str = "12345678@N00";
const BOB: &str = "87654321@N00";

#[test]
fn nothing_is_made_by_looking() {
    let folder = folder();
    let config = folder.path().join("config");

    let mut tokens = TokenFile::open(&config).unwrap();

    assert!(tokens.accounts().is_empty() && tokens.only().is_none());
    assert!(!tokens.forget(ADA).unwrap());
    assert!(!config.exists());
}

#[test]
fn an_account_comes_back_as_it_was_saved() {
    let folder = folder();
    TokenFile::open(folder.path()).unwrap().save(&account(ADA)).unwrap();

    let tokens = TokenFile::open(folder.path()).unwrap();

    let kept = tokens.account(ADA).unwrap();
    let expected = account(ADA);
    assert_eq!(kept.nsid, ADA);
    assert_eq!((&kept.username, &kept.fullname), (&expected.username, &expected.fullname));
    assert_eq!((&kept.permission, &kept.signed_in), (&expected.permission, &expected.signed_in));
    assert_eq!((kept.keys.key(), kept.keys.secret().expose_secret()), (KEY, SECRET));
    let token = kept.token.token();
    assert_eq!((token.text().expose_secret(), token.secret().expose_secret()), (TOKEN, TOKEN_SECRET));
    assert!(tokens.repaired().is_empty());
}

#[test]
fn accounts_live_side_by_side_until_they_are_forgotten() {
    let folder = folder();
    let mut tokens = TokenFile::open(folder.path()).unwrap();
    tokens.save(&account(BOB)).unwrap();
    tokens.save(&account(ADA)).unwrap();
    let mut changed = account(ADA);
    changed.username = "countess".to_owned();
    tokens.save(&changed).unwrap();

    let ids: Vec<_> = tokens.accounts().iter().map(|account| account.nsid.as_str()).collect();
    assert_eq!(ids, [ADA, BOB]);
    assert!(tokens.only().is_none());
    assert!(tokens.forget(BOB).unwrap());
    assert!(!tokens.forget(BOB).unwrap());
    assert_eq!(tokens.only().unwrap().username, "countess");
    assert_eq!(TokenFile::open(folder.path()).unwrap().only().unwrap().username, "countess");
    let text = std::fs::read_to_string(tokens.path()).unwrap();
    assert!(!text.contains(BOB));
}

#[test]
fn a_change_of_another_run_is_not_lost() {
    let folder = folder();
    let mut one = TokenFile::open(folder.path()).unwrap();
    let mut other = TokenFile::open(folder.path()).unwrap();

    one.save(&account(ADA)).unwrap();
    other.save(&account(BOB)).unwrap();

    assert_eq!(other.accounts().len(), 2);
    assert_eq!(TokenFile::open(folder.path()).unwrap().accounts().len(), 2);
}

#[test]
fn keys_of_a_later_version_survive_every_change() {
    let folder = folder();
    let mut tokens = TokenFile::open(folder.path()).unwrap();
    tokens.save(&account(ADA)).unwrap();
    let text = std::fs::read_to_string(tokens.path()).unwrap();
    let more = format!("colour = \"blue\"\n{text}renewed = 1979-05-27T07:32:00Z\n[later]\nmuch = [1, 2]\n");
    std::fs::write(tokens.path(), more).unwrap();

    tokens.save(&account(ADA)).unwrap();
    tokens.save(&account(BOB)).unwrap();
    tokens.forget(BOB).unwrap();

    let table: toml::Table = std::fs::read_to_string(tokens.path()).unwrap().parse().unwrap();
    assert_eq!(table["colour"].as_str(), Some("blue"));
    assert_eq!(table["later"]["much"].as_array().unwrap().len(), 2);
    assert_eq!(table["accounts"][ADA]["renewed"].to_string(), "1979-05-27T07:32:00Z");
    assert_eq!(table["format"].as_integer(), Some(1));
}

#[test]
fn a_file_that_cannot_be_understood_is_named_and_left_alone() {
    let entry = |lines: &str| format!("[accounts.\"{ADA}\"]\n{lines}");
    let keys = format!("api_key = \"{KEY}\"\napi_secret = \"{SECRET}\"\n");
    let cases = [
        ("format = 1\ntoken = feedbeef\n".to_owned(), "line 2 of PATH is not valid TOML"),
        (format!("[accounts]\n\ntoken = \"{TOKEN_SECRET}\n"), "line 3 of PATH is not valid TOML"),
        ("format = 2\n".to_owned(), "PATH has format 2, and this version"),
        (entry(&keys), "the account 12345678@N00 in PATH has no proper token"),
        (entry("api_key = 5\n"), "the account 12345678@N00 in PATH has no proper api_key"),
        (
            entry("api_key = \"5\"\napi_secret = \"6\"\n"),
            "the account 12345678@N00 in PATH has no proper API keys",
        ),
        ("accounts = 5\n".to_owned(), "the account list in PATH has no proper table"),
        (format!("accounts = {{ \"{ADA}\" = 5 }}\n"), "the account 12345678@N00 in PATH has no proper table"),
    ];

    for (text, expected) in cases {
        let folder = folder();
        let mut tokens = TokenFile::open(folder.path()).unwrap();
        std::fs::write(tokens.path(), &text).unwrap();
        let expected = expected.replace("PATH", tokens.path().to_str().unwrap());

        for error in [
            TokenFile::open(folder.path()).unwrap_err(),
            tokens.save(&account(ADA)).unwrap_err(),
            tokens.forget(ADA).unwrap_err(),
        ] {
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with(&expected), "{shown}\n{expected}");
            assert!(!shown.contains("feedbeef"), "{shown}");
        }
        assert_eq!(std::fs::read_to_string(tokens.path()).unwrap(), text);
    }
}

#[test]
fn no_debug_text_holds_a_secret() {
    let folder = folder();
    let mut tokens = TokenFile::open(folder.path()).unwrap();
    tokens.save(&account(ADA)).unwrap();

    let shown = format!("{tokens:?} {tokens:#?} {:?}", account(BOB));

    assert!(shown.contains("[redacted]"));
    for secret in [KEY, SECRET, TOKEN, TOKEN_SECRET] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn a_writing_that_fails_says_so_and_keeps_the_old_file() {
    let folder = folder();
    let config = folder.path().join("config");
    std::fs::write(&config, "a file where a folder should be").unwrap();

    let result = TokenFile::open(&config).and_then(|mut tokens| tokens.save(&account(ADA)));

    assert!(
        matches!(result, Err(StoreError::Unreadable { .. } | StoreError::Unwritable { .. })),
        "{result:?}"
    );
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "a file where a folder should be");
}
