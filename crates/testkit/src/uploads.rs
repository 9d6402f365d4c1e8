//! Bringing files as clients do: begun, continued piece by piece, finished.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{Stream, stream};

use crate::answer::Answer;
use crate::people::Person;

const BYTES: &str = "application/offset+octet-stream";

impl Person {
    /// Begins an upload of so many bytes.
    pub async fn begin_upload(&self, length: usize, about: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = about.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).collect();
        let request =
            tus(Method::POST, "/api/drive/uploads").header("upload-length", length.to_string()).header("upload-metadata", pairs.join(","));
        self.send_raw(request.body(Body::empty()).expect("a request")).await
    }

    /// Continues an upload.
    pub async fn append(&self, place: &str, offset: usize, bytes: impl Into<Bytes>) -> Answer {
        self.append_body(place, offset, &[], Body::from(bytes.into())).await
    }

    /// Continues an upload with bytes that come one by one, and with other headers.
    pub async fn append_stream(
        &self,
        place: &str,
        offset: usize,
        pieces: impl Stream<Item = Bytes> + Send + 'static,
        headers: &[(&str, &str)],
    ) -> Answer {
        use futures::StreamExt as _;
        self.append_body(place, offset, headers, Body::from_stream(pieces.map(Ok::<_, Infallible>))).await
    }

    /// Continues an upload until the line breaks.
    pub async fn append_and_break(&self, place: &str, offset: usize, bytes: impl Into<Bytes>) -> Answer {
        let broken = stream::iter([Ok(bytes.into()), Err(std::io::Error::other("the line broke"))]);
        self.append_body(place, offset, &[], Body::from_stream(broken)).await
    }

    async fn append_body(&self, place: &str, offset: usize, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = tus(Method::PATCH, place).header("upload-offset", offset.to_string()).header("content-type", BYTES);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send_raw(request.body(body).expect("a request")).await
    }

    /// Asks how far an upload has come.
    pub async fn standing(&self, place: &str) -> Answer {
        self.send_raw(tus(Method::HEAD, place).body(Body::empty()).expect("a request")).await
    }

    /// Uploads a file as a whole; gives its id.
    pub async fn upload(&self, about: &[(&str, &str)], bytes: impl Into<Bytes>) -> String {
        let bytes = bytes.into();
        let begun = self.begin_upload(bytes.len(), about).await;
        begun.created();
        if !begun.header("hutong-file").is_empty() {
            return begun.header("hutong-file").to_owned();
        }
        let ended = self.append(begun.header("location"), 0, bytes).await;
        ended.done();
        ended.header("hutong-file").to_owned()
    }
}

fn tus(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header("x-requested-with", "hutong").header("tus-resumable", "1.0.0")
}
