//! The web client inside the program: files with their types, caching and compression, and the page for every address
//! that is not a file.
//!
//! It knows files, not people: everything here is public.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

/// The built client; read from the disk in debug builds, part of the program otherwise.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const INDEX: &str = "index.html";
/// Files under here carry a digest in their names and never change.
const ASSETS: &str = "assets/";
/// Addresses of programs; a page would be the wrong answer.
const NOT_PAGES: [&str; 4] = ["api/", "assets/", "rtc/", "twirp/"];

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_EVERY_TIME: &str = "no-cache";

/// Shown when the client was not built.
const NO_CLIENT: &str = include_str!("no_client.html");

const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self' ws: wss: data: blob:; \
     font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// Headers of every answer, unless the handler has set them itself.
const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self)"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Adds the security headers to an answer.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        let name = HeaderName::from_static(name);
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Answers whatever no route of the office or of media does.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let page = !NOT_PAGES.iter().any(|prefix| path.starts_with(prefix));
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return if page { StatusCode::METHOD_NOT_ALLOWED.into_response() } else { not_found() };
    }
    if let Some(response) = file(path, request.headers()) {
        return response;
    }
    let looks_like_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if !page || looks_like_file {
        return not_found();
    }
    file(INDEX, request.headers()).unwrap_or_else(|| ([(header::CACHE_CONTROL, ASK_EVERY_TIME)], Html(NO_CLIENT)).into_response())
}

/// Answers whatever no route does where there is no client.
pub(crate) async fn nothing() -> Response {
    not_found()
}

fn not_found() -> Response {
    let body = serde_json::json!({"code": "not_found", "message": "there is nothing at this address"});
    (StatusCode::NOT_FOUND, axum::Json(body)).into_response()
}

/// A file of the client, compressed as the browser likes it best.
fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    // The compressed siblings are encodings of a file, not files of their own.
    if path.is_empty() || path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let plain = Dist::get(path)?;
    let (encoding, chosen) = encoded(path, headers).unwrap_or((None, plain));
    let tag = etag(&chosen);
    let caching = if path.starts_with(ASSETS) { FOREVER } else { ASK_EVERY_TIME };
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(chosen.data).into_response() };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn encoded(path: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let accepts = |wanted: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(wanted) && words.next() != Some("q=0")
        })
    };
    let ways = [("br", ".br"), ("gzip", ".gz")];
    ways.into_iter().find_map(|(encoding, ending)| {
        let file = accepts(encoding).then(|| Dist::get(&format!("{path}{ending}"))).flatten()?;
        Some((Some(encoding), file))
    })
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let digits: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_are_for_people_and_errors_for_programs() {
        assert_eq!(status("/meetings/482106937").await, StatusCode::OK);
        assert_eq!(status("/").await, StatusCode::OK);
        for path in ["/api/nothing", "/assets/nothing.js", "/assets/nothing", "/nothing.png", "/twirp/x"] {
            assert_eq!(status(path).await, StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn webassembly_has_its_own_type() {
        assert_eq!(content_type("assets/x.wasm"), "application/wasm");
        assert_eq!(content_type("LICENSE"), "application/octet-stream");
    }

    async fn status(path: &str) -> StatusCode {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        serve(request).await.status()
    }
}
