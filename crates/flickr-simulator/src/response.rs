//! One HTTP answer and the way it is delivered: the answer says what, the delivery how honestly.

use std::time::Duration;

use crate::bulk::Bulk;
use crate::edits::Edit;

/// An answer before it is written.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// A body that is not in memory; it stands in place of the other.
    pub(crate) bulk: Option<Bulk>,
    pub(crate) delivery: Delivery,
    /// A change of the account that takes place right after this answer was made.
    pub(crate) then: Option<Edit>,
}

/// How an answer goes out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) framing: Framing,
    /// A length that is declared instead of the true one.
    pub(crate) declared: Option<u64>,
    /// How many bytes of the body go out before `ending` happens; all, if nothing is said.
    pub(crate) stop_after: Option<usize>,
    pub(crate) ending: Ending,
    pub(crate) bytes_per_second: Option<u64>,
    pub(crate) delay: Option<Duration>,
    /// Bytes that follow the body although nothing announces them.
    pub(crate) behind: Vec<u8>,
}

/// How the end of the body is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Framing {
    #[default]
    Length,
    Chunked,
    UntilClose,
}

/// What happens after the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ending {
    #[default]
    KeepAlive,
    Close,
    /// The connection is torn down; with nothing sent before it, not even the head.
    Reset,
    /// Nothing more comes, and the connection stays open.
    Stall,
    /// The body goes on for ever.
    Endless,
}

impl Response {
    /// An answer with a body of a kind.
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), kind.into())],
            body: body.into(),
            bulk: None,
            delivery: Delivery::default(),
            then: None,
        }
    }

    /// An answer with a body that is not in memory.
    pub(crate) fn in_bulk(kind: &str, bulk: Bulk) -> Self {
        Self { bulk: Some(bulk), ..Self::new(200, kind, "") }
    }

    /// How long the body is.
    pub(crate) fn length(&self) -> u64 {
        self.bulk.as_ref().map_or(self.body.len() as u64, Bulk::len)
    }

    /// Brings the body into memory, for a fault that changes its bytes.
    pub(crate) fn gathered(mut self) -> Self {
        if let Some(bulk) = self.bulk.take() {
            self.body = bulk.gather();
        }
        self
    }

    /// JSON with status 200.
    pub(crate) fn json(text: String) -> Self {
        Self::new(200, "application/json", text)
    }

    /// A page with status 200.
    pub(crate) fn page(text: String) -> Self {
        Self::new(200, "text/html; charset=utf-8", text)
    }

    /// A redirect with an empty body.
    pub(crate) fn redirect(address: &str) -> Self {
        Self::new(302, "text/html; charset=UTF-8", "").with("location", address)
    }

    /// 404 as the image host gives it.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "text/html; charset=utf-8", "").with("x-cache", "Error from cloudfront")
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Finds a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        crate::percent::value(&self.headers, name)
    }

    /// Takes headers away.
    pub(crate) fn without(&mut self, names: &[&str]) {
        self.headers.retain(|(name, _)| !names.contains(&name.as_str()));
    }
}

/// The words that stand behind a status.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}
