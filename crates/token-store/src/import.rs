//! The `token` file of the original script: two lines, the access token and then its secret.

use std::path::Path;

use oauth_signing::{AccessToken, Token};

use crate::error::StoreError;
use crate::two_lines::{self, Form, Line};

const FORM: Form =
    Form { lines: ["access token", "token secret"], order: "the access token and then the token secret" };

/// Reads the access token that the original script wrote.
///
/// The file does not say whose token it is nor with which keys it was made: the caller asks Flickr. Its shape
/// is Flickr's affair; only blanks inside a line are refused, because then it is something else.
pub fn read_script_token(path: &Path) -> Result<AccessToken, StoreError> {
    let [token, secret] = two_lines::read(path, &FORM)?;
    for (line, expected) in [(&token, FORM.lines[0]), (&secret, FORM.lines[1])] {
        if !is_one_word(line) {
            return Err(StoreError::BadLine { path: path.to_owned(), line: line.number, expected });
        }
    }
    Ok(AccessToken::new(Token::new(token.text, secret.text)))
}

fn is_one_word(line: &Line) -> bool {
    line.text.bytes().all(|byte| byte.is_ascii_graphic())
}
