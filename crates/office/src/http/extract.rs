//! How the parts of a request are read, and what is said when they cannot be.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, OptionalFromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Error, Kind, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::edge::BODY_BYTES_MAX;
use crate::OfficeConfig;
use crate::desk::Desk;

/// How long the body of a request may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(120);

/// A request that cannot be read.
pub(crate) fn malformed(detail: &str) -> Error {
    Refusal::new(Kind::Malformed, "request.malformed", format!("看不懂这个请求：{detail}"), format!("That request can’t be read: {detail}"))
        .into()
}

/// A JSON body, in and out.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned> FromRequest<Desk> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Error> {
        if !content_type(request.headers()).starts_with("application/json") {
            return Err(unsupported("application/json"));
        }
        let bytes = read_body(request, desk).await?;
        // PostgreSQL cannot keep U+0000 in a text, so it is refused before anything looks at it.
        if bytes.windows(6).any(|six| six == br"\u0000") {
            return Err(malformed("U+0000"));
        }
        match serde_json::from_slice(&bytes) {
            Ok(body) => Ok(Json(body)),
            Err(e) if e.is_data() => Err(invalid_body(&e)),
            Err(e) => Err(malformed(&e.to_string())),
        }
    }
}

/// A body that may be left out: without a type there is none.
impl<T: DeserializeOwned> OptionalFromRequest<Desk> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, desk: &Desk) -> Result<Option<Self>, Error> {
        if content_type(request.headers()).is_empty() {
            return Ok(None);
        }
        <Json<T> as FromRequest<Desk>>::from_request(request, desk).await.map(Some)
    }
}

fn invalid_body(error: &serde_json::Error) -> Error {
    Refusal::new(
        Kind::Invalid,
        "request.invalid",
        format!("请求里有一项不对：{error}"),
        format!("Something in that request is not right: {error}"),
    )
    .into()
}

/// A body of bytes with the type its sender gives it. It is not read before its reader says how
/// much it takes.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) content_type: String,
    pub(super) announced: Option<u64>,
    pub(super) body: Body,
}

impl Raw {
    /// The bytes, if there are no more than `max`.
    pub(crate) async fn bytes(self, max: usize) -> Result<Bytes, Error> {
        refuse_announced(self.announced, max)?;
        in_time(to_bytes(self.body, max)).await?.map_err(|_| too_large())
    }
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let content_type = content_type(request.headers()).to_owned();
        let announced = announced(request.headers());
        let body = request.into_body();
        Ok(Raw { content_type, announced, body })
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    value.unwrap_or_default()
}

/// A body of a type that is not taken.
pub(crate) fn unsupported(wanted: &str) -> Error {
    Refusal::new(Kind::Unsupported, "request.content_type", format!("这里只接受 {wanted}。"), format!("Only {wanted} is accepted here."))
        .into()
}

/// A client that announces too much is told so before it sends it.
pub(super) fn refuse_announced(announced: Option<u64>, max: usize) -> Result<(), Error> {
    match announced.is_some_and(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX) > max) {
        true => Err(too_large()),
        false => Ok(()),
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A client that begins a body and never ends it must not be waited for.
pub(super) async fn in_time<R>(reading: impl Future<Output = R>) -> Result<R, Error> {
    tokio::time::timeout(BODY_WITHIN, reading).await.map_err(|_| {
        Refusal::new(Kind::TooSlow, "request.too_slow", "内容传得太慢了，再试一次。", "That took too long to arrive. Try again.").into()
    })
}

async fn read_body(request: Request, desk: &Desk) -> Result<Bytes, Error> {
    refuse_announced(announced(request.headers()), desk.limits.count(&BODY_BYTES_MAX))?;
    in_time(Bytes::from_request(request, desk)).await?.map_err(|rejection| {
        if rejection.status() != StatusCode::PAYLOAD_TOO_LARGE {
            return malformed(&BytesRejection::body_text(&rejection));
        }
        too_large()
    })
}

pub(super) fn too_large() -> Error {
    Refusal::new(Kind::TooLarge, "request.too_large", "内容太大了。", "That is too large.").into()
}

/// The variable parts of the path. One that cannot be is one that is not there.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|p| Path(p.0)).map_err(|_| Error::not_found())
    }
}

/// The query of the request.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let query = axum::extract::Query::try_from_uri(&parts.uri);
        query.map(|q| Query(q.0)).map_err(|e| malformed(&e.body_text()))
    }
}

/// A place in a list, as its reader carries it from page to page.
#[derive(Debug)]
pub(crate) struct Cursor;

impl Cursor {
    /// Writes the sort key of the last row.
    pub(crate) fn write(key: &impl Serialize) -> Option<String> {
        let json = serde_json::to_vec(key).ok()?;
        Some(URL_SAFE_NO_PAD.encode(json))
    }

    /// Reads it back; whatever we did not write is refused.
    pub(crate) fn read<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, Error> {
        let Some(text) = text else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let key = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        key.map(Some).ok_or_else(|| {
            Refusal::new(
                Kind::Malformed,
                "request.cursor",
                "翻页位置不对，从第一页重新看。",
                "That page marker is not ours. Start from the first page.",
            )
            .about("cursor")
            .into()
        })
    }
}

/// Where a request comes from, as far as it can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) ip: String,
    pub(crate) user_agent: String,
    /// The address by which the caller knows us, without a slash at its end.
    pub(crate) base_url: String,
}

/// Characters of a user agent that are looked at.
const USER_AGENT_CHARS_MAX: usize = 300;

impl Caller {
    pub(crate) fn of(parts: &Parts, config: &OfficeConfig) -> Self {
        let header = |name| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let forwarded = |name: &'static str| {
            let value = parts.headers.get(name).and_then(|v| v.to_str().ok());
            value.filter(|_| config.behind_proxy)
        };
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip().to_string());
        // The last address is the one our own proxy wrote; those before it are the caller's claims.
        let ip =
            forwarded("x-forwarded-for").and_then(|list| list.rsplit(',').next()).map(|ip| ip.trim().chars().take(45).collect()).or(peer);
        let host = forwarded("x-forwarded-host").or(header(HOST)).unwrap_or("localhost");
        let scheme = match forwarded("x-forwarded-proto") {
            Some("https") => "https",
            None if config.encrypted => "https",
            _ => "http",
        };
        let own = config.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        Self {
            ip: ip.unwrap_or_else(|| "unknown".to_owned()),
            user_agent: header(USER_AGENT).unwrap_or_default().chars().take(USER_AGENT_CHARS_MAX).collect(),
            base_url: own.unwrap_or_else(|| format!("{scheme}://{host}")),
        }
    }

    /// Whether the caller's connection is encrypted all the way.
    pub(crate) fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

impl FromRequestParts<Desk> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Self::Rejection> {
        Ok(Caller::of(parts, &desk.config))
    }
}
