//! Everything that can be wrong with keys, codes, replies and requests to be signed.
//!
//! No message repeats a secret: a wrong character is named by its place, never by the text around it.

use crate::problem::OAuthProblem;

/// Which of the two API keys is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    /// The API key, which Flickr calls "Key": 32 hexadecimal digits.
    Key,
    /// The API secret, which Flickr calls "Secret": 16 hexadecimal digits.
    Secret,
}

impl KeyPart {
    /// Returns how many hexadecimal digits this part has.
    pub fn digits(self) -> usize {
        match self {
            KeyPart::Key => 32,
            KeyPart::Secret => 16,
        }
    }
}

impl std::fmt::Display for KeyPart {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            KeyPart::Key => "API key",
            KeyPart::Secret => "API secret",
        })
    }
}

/// Why two lines of text are not a pair of Flickr API keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadKeys {
    /// The first text has the shape of a secret, and the second that of a key.
    #[error("the API key and the API secret look swapped: the key has 32 hexadecimal digits, the secret 16")]
    Swapped,
    /// There is nothing but blanks.
    #[error("the {part} is empty; {} hexadecimal digits are expected", part.digits())]
    Empty {
        /// Which of the two.
        part: KeyPart,
    },
    /// The text is too long or too short.
    #[error("the {part} has {found} characters; {} hexadecimal digits are expected", part.digits())]
    Length {
        /// Which of the two.
        part: KeyPart,
        /// Its length in characters, blanks around it not counted.
        found: usize,
    },
    /// The length is right, but one character is not a hexadecimal digit.
    #[error("character {position} of the {part} is not one of 0-9 and a-f")]
    Character {
        /// Which of the two.
        part: KeyPart,
        /// The place of the first wrong character, counted from 1.
        position: usize,
    },
}

impl BadKeys {
    /// Returns the part that is to be corrected first.
    pub fn part(&self) -> KeyPart {
        match self {
            BadKeys::Swapped => KeyPart::Key,
            BadKeys::Empty { part } | BadKeys::Length { part, .. } | BadKeys::Character { part, .. } => *part,
        }
    }
}

/// Why a line of text is not the code that Flickr shows after an approval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotACode {
    /// An empty line, or a bare word such as `y`: the person has answered, but not with a code.
    #[error("the code is still awaited: nine digits, as 123-456-789")]
    Nothing,
    /// There is text, but no code in it.
    #[error("no code was found in this text; it is nine digits, as 123-456-789")]
    NoCode,
    /// More than one code is in the text, and nothing tells which is meant.
    #[error("more than one code was found in this text; enter only the one that Flickr shows")]
    Several,
    /// The address says that the approval was refused.
    #[error("the approval was refused on Flickr's page")]
    Refused,
}

/// Why a request cannot be signed. Each of these is a mistake in the calling program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The address holds `?` or `#`; what stands behind them belongs into the parameters, or nowhere.
    #[error("an address to be signed must not hold {mark:?}; its parameters are given apart from it")]
    AddressWithMore {
        /// The mark that was found.
        mark: char,
    },
    /// The address is not `http(s)://host…` in plain ASCII.
    #[error(
        "an address to be signed must begin with http:// or https://, and hold no user name, blanks or non-ASCII text"
    )]
    NotAnAddress,
    /// The name of a parameter holds something else than letters, digits and `-._~`.
    ///
    /// Flickr's server takes brackets in a name for an array of PHP and then computes another signature
    /// than any client (recorded for flickr.photosets.reorderPhotos), so that such names are never sent.
    #[error("the parameter name {name:?} needs percent-encoding, which Flickr does not verify")]
    NameNeedsEncoding {
        /// The refused name.
        name: String,
    },
    /// The name of a parameter begins with `oauth_`, which is reserved to the protocol.
    #[error("the parameter name {name:?} is reserved to OAuth")]
    NameIsReserved {
        /// The refused name.
        name: String,
    },
    /// The nonce is empty.
    #[error("the nonce of a request must not be empty")]
    NoNonce,
    /// The timestamp is zero, which OAuth does not allow.
    #[error("the timestamp of a request must not be zero")]
    NoTimestamp,
}

/// Why a reply of the sign-in could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadReply {
    /// Flickr answered with an `oauth_problem`.
    #[error("Flickr refused the {reply}")]
    Problem {
        /// What was asked for: "request token" or "access token".
        reply: &'static str,
        /// What Flickr said.
        source: OAuthProblem,
    },
    /// A field that cannot be missing is missing or empty; this also meets HTML and JSON in its place.
    #[error("Flickr's reply for the {reply} holds no {field}")]
    Missing {
        /// What was asked for: "request token" or "access token".
        reply: &'static str,
        /// The name of the field as Flickr writes it.
        field: &'static str,
    },
}
