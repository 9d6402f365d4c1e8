//! The bytes of files. Nothing that a browser would run is ever served as what it is: pages and drawings with scripts come
//! as plain text or as a download, and everything in a sandbox of its own.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{Error, Result};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::super::model::{Entry, EntryKind, Scan};
use super::super::range::{self, Wanted};
use super::super::{EntryId, names, rules, seen, store};
use crate::desk::Desk;
use crate::http::{Path, Query};
use crate::viewer::Viewer;

/// A browser keeps what it has got and asks whether it still holds.
const CACHE: &str = "private, no-cache";
/// No script, no frame, no other site: whatever the bytes are, they can only be looked at.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/// How bytes are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ContentQuery {
    /// To be saved, not shown.
    download: Option<String>,
    /// The latest when it is absent.
    version: Option<i64>,
}

/// Whether a switch in a query is on.
pub(super) fn is_on(switch: Option<&str>) -> bool {
    switch.is_some_and(|value| matches!(value, "1" | "true" | ""))
}

/// The bytes of a file, or a part of them.
#[utoipa::path(get, path = "/api/drive/files/{id}/content", tag = "drive", operation_id = "content", security(("session" = [])),
    params(("id" = EntryId, Path), ContentQuery, ("Range" = Option<String>, Header)),
    responses((status = 200, content_type = "application/octet-stream", description = "The bytes."),
        (status = 206, content_type = "application/octet-stream", description = "The part that was asked for."),
        (status = 304, description = "They are what the asker has."), (status = 416, description = "There are no such bytes.")))]
pub(super) async fn content(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<EntryId>,
    Query(query): Query<ContentQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let seen = seen::entry(&desk, &viewer, id).await?;
    let entry = match query.version {
        None => seen.entry,
        Some(number) => of_version(&desk, seen.entry, number).await?,
    };
    serve(&desk, &entry, is_on(query.download.as_deref()), &headers).await
}

/// The file as it was.
async fn of_version(desk: &Desk, entry: Entry, number: i64) -> Result<Entry> {
    let versions = store::versions::of(&desk.db, entry.id).await?;
    let version = versions.into_iter().find(|version| version.number == number).ok_or_else(Error::not_found)?;
    let (looks, _) = store::blobs::looks(&desk.db, &version.hash).await?.ok_or_else(Error::not_found)?;
    Ok(Entry { hash: Some(version.hash), size: version.size, looks, ..entry })
}

/// Answers with the bytes of a file.
pub(super) async fn serve(desk: &Desk, entry: &Entry, download: bool, headers: &HeaderMap) -> Result<Response> {
    let hash = rules::bytes_of(entry)?;
    let size = u64::try_from(entry.size).unwrap_or(0);
    let tag = format!("\"{hash}\"");
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(IF_NONE_MATCH).is_some_and(|tags| range::names(tags, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag), (CACHE_CONTROL, CACHE.to_owned())]).into_response());
    }
    // A part of other bytes than the asker has would be of no use.
    let is_same = text(IF_RANGE).is_none_or(|tags| range::names(tags, &tag));
    let (status, part) = match range::wanted(text(RANGE).filter(|_| is_same), size) {
        Wanted::All => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nowhere => {
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{size}"))]).into_response());
        }
    };
    let bytes = desk.drive.blobs.read_range(hash, part.clone()).await?;
    let bytes = bytes.ok_or_else(|| Error::internal("serving a file", format!("the bytes of {hash} are not there")))?;
    let mut response = Response::new(Body::from_stream(bytes));
    *response.status_mut() = status;
    let (media_type, is_attachment) = shown_as(entry, download);
    let into = response.headers_mut();
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            into.insert(name, value);
        }
    };
    set(CONTENT_TYPE, media_type);
    set(CONTENT_DISPOSITION, names::disposition(&entry.name, is_attachment));
    set(CONTENT_LENGTH, (part.end - part.start).to_string());
    set(ETAG, tag);
    set(CACHE_CONTROL, CACHE.to_owned());
    set(ACCEPT_RANGES, "bytes".to_owned());
    set(HeaderName::from_static("content-security-policy"), POLICY.to_owned());
    set(HeaderName::from_static("x-content-type-options"), "nosniff".to_owned());
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned());
    if status == StatusCode::PARTIAL_CONTENT {
        set(CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1));
    }
    Ok(response)
}

/// The type that bytes are served as, and whether only to be saved.
fn shown_as(entry: &Entry, download: bool) -> (String, bool) {
    match (names::is_shown(&entry.media_type), names::is_text(entry.family, &entry.media_type)) {
        (true, _) => (entry.media_type.clone(), download),
        (false, true) => ("text/plain; charset=utf-8".to_owned(), download),
        (false, false) => ("application/octet-stream".to_owned(), true),
    }
}

/// How large a small picture is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DriveThumbnailSize)]
pub(super) enum Size {
    Small,
    Large,
}

/// Which small picture is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ThumbnailQuery {
    /// 360 or 1600 pixels along the longest edge; small when nothing is said.
    #[param(inline)]
    size: Option<Size>,
}

/// A smaller picture of a picture or film.
#[utoipa::path(get, path = "/api/drive/files/{id}/thumbnail", tag = "drive", operation_id = "thumbnail", security(("session" = [])),
    params(("id" = EntryId, Path), ThumbnailQuery), responses((status = 200, content_type = "image/jpeg", description = "JPEG or WebP.")))]
pub(super) async fn thumbnail(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<EntryId>,
    Query(query): Query<ThumbnailQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let seen = seen::entry(&desk, &viewer, id).await?;
    serve_small(&desk, &seen.entry, query.size.unwrap_or(Size::Small), &headers).await
}

/// Answers with a smaller picture of a file.
pub(super) async fn serve_small(desk: &Desk, entry: &Entry, size: Size, headers: &HeaderMap) -> Result<Response> {
    let is_there = entry.kind == EntryKind::File && entry.looks.has_thumbnail && entry.looks.scan == Scan::Clean;
    let hash = entry.hash.as_deref().filter(|_| is_there).ok_or_else(Error::not_found)?;
    let (shelf, word) = match size {
        Size::Small => (&desk.drive.small, "small"),
        Size::Large => (&desk.drive.large, "large"),
    };
    let tag = format!("\"{word}-{hash}\"");
    let asked = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if asked.is_some_and(|tags| range::names(tags, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag), (CACHE_CONTROL, CACHE.to_owned())]).into_response());
    }
    let bytes = shelf.read(hash).await?.ok_or_else(Error::not_found)?;
    let media_type = if bytes.starts_with(b"RIFF") { "image/webp" } else { "image/jpeg" };
    let told = [(CONTENT_TYPE, media_type.to_owned()), (ETAG, tag), (CACHE_CONTROL, CACHE.to_owned())];
    Ok((told, bytes).into_response())
}
