//! The two-line files of the original script: `apikeys` and `token`.

use std::path::PathBuf;

use oauth_signing::ExposeSecret;
use token_store::{StoreError, read_api_keys, read_script_token};

use crate::{KEY, SECRET, TOKEN, TOKEN_SECRET, folder};

/// Writes `text` into a file, reads it with `read`, and gives what came out with the path.
fn with_file<T>(text: impl AsRef<[u8]>, read: impl Fn(&std::path::Path) -> T) -> (T, PathBuf) {
    let folder = folder();
    let path = folder.path().join("file");
    std::fs::write(&path, text).unwrap();
    (read(&path), path)
}

/// The error and everything below it, as a person sees it.
fn whole_message(error: &StoreError) -> String {
    let source = std::error::Error::source(error).map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default())
}

#[test]
fn api_keys_are_read_in_whatever_way_an_editor_saved_them() {
    let forms = [
        format!("{KEY}\n{SECRET}\n"),
        format!("{KEY}\n{SECRET}"),
        format!("\u{feff}{KEY}\r\n{SECRET}\r\n"),
        format!("  {KEY}\t\n\n {SECRET} \n\n"),
        format!("# Key and secret of my app\n{KEY}\n{SECRET}\n"),
    ];

    for form in forms {
        let keys = with_file(&form, read_api_keys).0.unwrap();
        assert_eq!((keys.key(), keys.secret().expose_secret()), (KEY, SECRET), "{form:?}");
    }
}

#[test]
fn a_bad_file_of_api_keys_is_named_with_its_line() {
    let cases = [
        (
            format!("{SECRET}\n{KEY}\n"),
            "line 1 of PATH is not as it should be: the API key and the API secret look swapped: the key has 32 hexadecimal digits, the secret 16",
        ),
        (
            format!("{KEY}\n\n{SECRET}0\n"),
            "line 3 of PATH is not as it should be: the API secret has 17 characters; 16 hexadecimal digits are expected",
        ),
        (
            format!("{}x\n{SECRET}\n", &KEY[1..]),
            "line 1 of PATH is not as it should be: character 32 of the API key is not one of 0-9 and a-f",
        ),
        (KEY.to_owned(), "PATH has no API secret; it holds two lines, the API key and then the API secret"),
        (String::new(), "PATH has no API key; it holds two lines, the API key and then the API secret"),
        (
            format!("{KEY}\n{SECRET}\n{KEY}"),
            "line 3 of PATH is one too many; it holds two lines, the API key and then the API secret",
        ),
    ];

    for (text, expected) in cases {
        let (result, path) = with_file(&text, read_api_keys);
        assert_eq!(whole_message(&result.unwrap_err()), expected.replace("PATH", path.to_str().unwrap()));
    }
}

#[test]
fn what_is_no_text_file_is_refused_without_reading_it_whole() {
    assert!(matches!(with_file(b"\xff\xfe\x00", read_api_keys).0, Err(StoreError::NotText { .. })));
    assert!(matches!(read_api_keys("/dev/zero".as_ref()), Err(StoreError::NotText { .. })));
    let missing = read_api_keys(&folder().path().join("apikeys")).unwrap_err();
    assert!(missing.is_not_found());
}

#[test]
fn the_token_of_the_script_is_read() {
    let token = with_file(format!("{TOKEN}\r\n{TOKEN_SECRET}\r\n"), read_script_token).0.unwrap();

    assert_eq!(token.token().text().expose_secret(), TOKEN);
    assert_eq!(token.token().secret().expose_secret(), TOKEN_SECRET);
}

#[test]
fn a_file_that_is_no_token_is_named_with_its_line() {
    let (one_line, path) = with_file(TOKEN, read_script_token);
    let path = path.display();
    assert_eq!(
        one_line.unwrap_err().to_string(),
        format!("{path} has no token secret; it holds two lines, the access token and then the token secret")
    );

    let (prose, path) = with_file("Dear diary,\n\ntoday I\n", read_script_token);
    let path = path.display();
    assert_eq!(
        prose.unwrap_err().to_string(),
        format!("line 1 of {path} cannot be the access token, which is one word of plain letters and digits")
    );
}
