//! The door for LiveKit's clients and server SDKs: signalling sockets, token checks, and the server API.
//!
//! It speaks HTTP and knows tokens; rooms it knows only by name. Whatever a caller may not do is refused here, before
//! anything is allocated for it.

mod cors;
mod json;
mod signal;
mod twirp;
mod wire;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use signalling::token::ApiKeys;

use crate::control::Control;
use crate::directory::Directory;
use crate::mailbox::Mailbox;

/// What the door needs to know of the media server behind it.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) keys: Arc<ApiKeys>,
    pub(crate) control: Control,
    pub(crate) directory: Arc<Directory>,
    pub(crate) mailboxes: Vec<Mailbox>,
}

/// A header that should carry a token and does not.
#[derive(Debug)]
struct MalformedHeader;

/// The routes of the door.
pub(crate) fn router(door: Door) -> Router {
    let api = Router::new()
        .route("/twirp/livekit.RoomService/{method}", post(twirp::room_service))
        .route("/twirp/{*rest}", any(twirp::bad_route));
    Router::new()
        .route("/rtc/v1", get(signal::enter))
        .route("/rtc/v1/validate", get(signal::validate))
        .route("/rtc", any(no_two_connections))
        .route("/rtc/{*rest}", any(no_two_connections))
        .merge(api)
        .layer(middleware::from_fn(cors::allow_everybody))
        .with_state(door)
}

/// Answers the older path, on which clients use two peer connections.
async fn no_two_connections() -> Response {
    let text = "this server speaks /rtc/v1 (one peer connection); update the client or enable single peer connection";
    (StatusCode::NOT_FOUND, text).into_response()
}

/// The token in the header of a call to the server API.
fn token_of(headers: &HeaderMap) -> Result<Option<&str>, MalformedHeader> {
    let Some(header) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = header.to_str().map_err(|_| MalformedHeader)?;
    let token = text.strip_prefix("Bearer ").ok_or(MalformedHeader)?.trim();
    if token.is_empty() {
        return Err(MalformedHeader);
    }
    Ok(Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_header_is_not_taken_for_none() {
        assert!(matches!(token_of(&HeaderMap::new()), Ok(None)));
        for value in ["Basic x", "Bearer ", "h"] {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().expect("a value"))]);
            assert!(token_of(&headers).is_err(), "{value}");
        }
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, "Bearer h".parse().expect("a value"))]);
        assert!(matches!(token_of(&headers), Ok(Some("h"))));
    }
}
