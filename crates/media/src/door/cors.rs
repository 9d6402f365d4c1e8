//! Cross-origin rules of the door: pages from everywhere may use it, since every call carries its own token.
//!
//! Errors carry the headers as well; without them a browser's script could not read why it was refused.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const METHODS: HeaderValue = HeaderValue::from_static("OPTIONS, HEAD, GET, POST, PATCH, DELETE");
const MAX_AGE_S: HeaderValue = HeaderValue::from_static("86400");
const EVERYTHING: HeaderValue = HeaderValue::from_static("*");

/// Answers preflight requests and marks every other answer as readable.
pub(super) async fn allow_everybody(request: Request, next: Next) -> Response {
    let wanted_headers = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let preflight = request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, EVERYTHING);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EVERYTHING);
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted_headers.unwrap_or(EVERYTHING));
    }
    response
}
