//! An answer of the office, with the questions a story asks of it.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// What came back. Every question panics with the whole answer when it is not as expected.
#[derive(Debug)]
pub struct Answer {
    /// What was asked, for the message of a failed test.
    pub asked: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// It was done; here is the body.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.must_be(StatusCode::OK)
    }

    /// Something was created; here it is.
    #[track_caller]
    pub fn created(&self) -> Value {
        self.must_be(StatusCode::CREATED)
    }

    /// It was done and there is nothing to say.
    #[track_caller]
    pub fn done(&self) {
        self.must_be(StatusCode::NO_CONTENT);
    }

    /// To this person it does not exist.
    #[track_caller]
    pub fn is_not_found(&self) {
        self.must_be(StatusCode::NOT_FOUND);
    }

    /// It was refused with that code; here is the body.
    #[track_caller]
    pub fn refused(&self, code: &str) -> Value {
        let body = self.json();
        let is_refusal = self.status.is_client_error() || self.status == StatusCode::INSUFFICIENT_STORAGE;
        assert!(is_refusal && body["code"] == code, "expected {code}: {}", self.picture());
        body
    }

    /// The value of a header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[track_caller]
    fn must_be(&self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.picture());
        self.json()
    }

    fn picture(&self) -> String {
        format!("{} answered {} {}", self.asked, self.status, String::from_utf8_lossy(&self.bytes))
    }
}
