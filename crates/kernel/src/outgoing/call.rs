//! What is asked of somebody else's server, what it answers, and why there may be no answer.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use bytes::Bytes;

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) within: Option<Duration>,
    pub(super) answer_bytes_max: Option<usize>,
    pub(super) beginning_only: bool,
    pub(super) follows: bool,
}

impl Call {
    /// Asks for something, and follows where it has moved.
    pub fn get(url: impl Into<String>) -> Self {
        Self { follows: true, ..Self::new(Method::GET, url) }
    }

    /// Sends something. A redirect is not followed; it is the answer.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::new(Method::POST, url) }
    }

    fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            within: None,
            answer_bytes_max: None,
            beginning_only: false,
            follows: false,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Makes itself known to the server. It is told to nobody else, wherever the call is redirected to.
    #[must_use]
    pub fn authorised(mut self, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.headers.insert(AUTHORIZATION, value);
        self
    }

    /// Gives it less time than `outgoing.total_s`.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Takes an answer of at most so many bytes, if that is less than `outgoing.answer_bytes`.
    #[must_use]
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.answer_bytes_max = Some(bytes);
        self
    }

    /// Reads at most so many bytes of the answer, and does without the rest.
    #[must_use]
    pub fn beginning(mut self, bytes: usize) -> Self {
        self.beginning_only = true;
        self.at_most(bytes)
    }
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or as much of it as was wanted.
    pub body: Bytes,
    /// Where it came from in the end.
    pub url: String,
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// After how many seconds the server wants to be asked again, if it says so in seconds.
    pub fn retry_after_s(&self) -> Option<u64> {
        self.header(&axum::http::header::RETRY_AFTER)?.trim().parse().ok()
    }
}

/// Why there is no answer. The words never hold the address, which may have a secret in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It is not http or https, or it holds a name and a password, or no host.
    #[error("the address cannot be called: it must be http or https, without a name and a password in it")]
    Address,
    /// It leads to a network that is not open to calls.
    #[error("the address is not on the open internet, nor in a network that outgoing.allow names")]
    Closed,
    /// Nobody answers there.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("the server took too long")]
    TooSlow,
    /// The answer is larger than its limit.
    #[error("the answer is too large")]
    TooLarge,
    /// It was sent on and on.
    #[error("the server redirects too often")]
    TooManyRedirects,
    /// The call cannot be made here at all.
    #[error("calls cannot be made: {0}")]
    Broken(String),
}

impl Failure {
    /// Whether the same call can have another end later.
    pub fn is_for_now(&self) -> bool {
        match self {
            Failure::Unreachable(_) | Failure::TooSlow | Failure::Broken(_) => true,
            Failure::Address | Failure::Closed | Failure::TooLarge | Failure::TooManyRedirects => false,
        }
    }
}
