//! The `apikeys` file: two lines, the API key and then its secret, as the original script had it.

use std::path::Path;

use oauth_signing::{ApiKeys, KeyPart};

use crate::error::StoreError;
use crate::two_lines::{self, Form};

const FORM: Form = Form { lines: ["API key", "API secret"], order: "the API key and then the API secret" };

/// Reads a pair of API keys, and checks their shape: 32 and 16 hexadecimal digits.
///
/// The file may be readable by others: the person made it, and may share it on purpose.
pub fn read_api_keys(path: &Path) -> Result<ApiKeys, StoreError> {
    let [key, secret] = two_lines::read(path, &FORM)?;
    ApiKeys::new(&key.text, &secret.text).map_err(|source| {
        let line = match source.part() {
            KeyPart::Key => key.number,
            KeyPart::Secret => secret.number,
        };
        StoreError::BadKeys { path: path.to_owned(), line, source }
    })
}
