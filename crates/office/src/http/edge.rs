//! The layers that every request passes through, from the outside in: an id and a count, the words
//! of a refusal, panics, requests from other sites, characters no database can keep.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use kernel::error::{answer_to_a_panic, speak};
use kernel::{Error, Kind, Refusal, limit};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use super::describe::api;
use super::extract::malformed;
use crate::desk::Desk;
use crate::open::PATHS_OF_PROGRAMS;
use crate::realtime;

limit!(pub(crate) BODY_BYTES_MAX: "http.body_bytes", 1_048_576, "bytes", "How large the body of a request may be where nothing else is said.");

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// Every route of the office, with every layer around it.
pub(crate) fn router(desk: Desk) -> Router {
    let (routes, document) = api();
    let document = document.to_json().unwrap_or_default();
    let routes = routes
        .route("/api/openapi.json", get(move || answer_document(document.clone())))
        .route("/api/events", get(realtime::connect))
        .route("/api/{*rest}", any(async || Error::not_found()))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(async || wrong_method());
    routes
        .layer(DefaultBodyLimit::max(desk.limits.count(&BODY_BYTES_MAX)))
        .layer(from_fn(refuse_nul))
        .layer(from_fn(refuse_other_sites))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(speak))
        .layer(from_fn_with_state(desk.clone(), observe))
        .with_state(desk)
}

async fn answer_document(document: String) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], document)
}

async fn ready(State(desk): State<Desk>) -> Result<&'static str, Error> {
    if desk.db.is_well().await {
        return Ok("ready\n");
    }
    Err(Refusal::new(Kind::Unavailable, "office.not_ready", "数据库没有回应。", "The database does not answer.").into())
}

async fn metrics(State(desk): State<Desk>) -> impl IntoResponse {
    let text = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, text)], desk.metrics.encode())
}

fn wrong_method() -> Error {
    Refusal::new(Kind::WrongMethod, "request.method", "这个地址不支持这种操作。", "This address does not take that method.").into()
}

#[expect(clippy::needless_pass_by_value, reason = "the layer wants a function of this shape")]
fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("?"), "a handler panicked");
    answer_to_a_panic()
}

/// Gives the request an id, writes it into the log and the answer, and counts the answer.
async fn observe(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let began = desk.now();
    let id = desk.chance.uuid(began).simple().to_string();
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("unknown", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", %id, %method, %route);
    let mut response = next.run(request).instrument(span).await;
    let took: Duration = desk.now().since(began);
    let status = response.status().as_u16();
    desk.metrics.request(&method, &route, status, took);
    tracing::debug!(%id, %method, %route, status, took_ms = took.as_millis(), "answered");
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if route.starts_with("/api/") {
        let never = HeaderValue::from_static("no-store");
        headers.entry(CACHE_CONTROL).or_insert(never);
        let no_sniff = HeaderValue::from_static("nosniff");
        headers.insert("x-content-type-options", no_sniff);
    }
    response
}

/// A page of another site can have a browser send a form with our cookie, but it can neither set a
/// header of its own nor hide where it comes from.
async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrade = request.headers().contains_key("sec-websocket-key");
    let is_programs = PATHS_OF_PROGRAMS.iter().any(|prefix| request.uri().path().starts_with(prefix));
    let ours = match (safe, upgrade) {
        _ if is_programs => true,
        (true, false) => true,
        (true, true) => comes_from_here(request.headers()).unwrap_or(true),
        (false, _) => {
            let header = request.headers().get(REQUESTED_WITH);
            header.is_some_and(|value| value == "hutong") || comes_from_here(request.headers()).unwrap_or(false)
        }
    };
    if ours {
        return next.run(request).await;
    }
    let refusal = Refusal::new(Kind::Forbidden, "request.cross_site", "这个请求来自别的网站。", "That request comes from another site.");
    Error::from(refusal).into_response()
}

/// Whether the page that asks was served by the host that is asked; `None` when it does not say.
fn comes_from_here(headers: &HeaderMap) -> Option<bool> {
    let origin = headers.get(ORIGIN)?.to_str().ok()?;
    let host = headers.get(HOST)?.to_str().ok()?;
    let page = origin.split_once("://").map(|(_, authority)| authority);
    Some(page == Some(host))
}

async fn refuse_nul(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let in_path = uri.path().contains("%00");
    let in_query = uri.query().is_some_and(|query| query.contains("%00"));
    match (in_path, in_query) {
        (false, false) => next.run(request).await,
        (true, _) => Error::not_found().into_response(),
        (false, true) => malformed("%00").into_response(),
    }
}
