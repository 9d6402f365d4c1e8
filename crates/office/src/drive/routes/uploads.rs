//! Uploads as tus 1.0.0 has them (tus.io): begun with POST, continued with PATCH at the byte that HEAD tells.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use kernel::clock::Time;
use kernel::parts::Appended;
use kernel::{Error, Kind, Refusal, Result};

use super::super::acts::uploading::{self, Goal, NewUpload};
use super::super::errors::Refused;
use super::super::store::uploads::Upload;
use super::super::{FILE_BYTES_MAX, UPLOAD_SILENCE_S, UploadId, tus};
use crate::desk::Desk;
use crate::http::{Path, malformed, unsupported};
use crate::viewer::Viewer;

const BYTES: &str = "application/offset+octet-stream";
/// What tus answers when a sum is not that of the bytes.
const CHECKSUM_MISMATCH: u16 = 460;

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn count(headers: &HeaderMap, name: &'static str) -> Result<u64> {
    header(headers, name).and_then(tus::count).ok_or_else(|| malformed(name))
}

/// Answers in the one version of the protocol we speak.
fn answer(status: StatusCode, headers: &[(&'static str, String)]) -> Response {
    let mut response = status.into_response();
    let into = response.headers_mut();
    into.insert("tus-resumable", HeaderValue::from_static(tus::VERSION));
    into.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            into.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Refuses clients of another version, as the protocol wants it.
fn other_version(headers: &HeaderMap) -> Option<Response> {
    let is_ours = header(headers, "tus-resumable") == Some(tus::VERSION);
    (!is_ours).then(|| answer(StatusCode::PRECONDITION_FAILED, &[("tus-version", tus::VERSION.to_owned())]))
}

/// Where an upload stands, as every answer about one says it.
fn told(upload: &Upload, offset: u64) -> Vec<(&'static str, String)> {
    let mut headers = vec![("upload-offset", offset.to_string())];
    match upload.entry_id {
        Some(entry) => headers.push(("hutong-file", entry.to_string())),
        None => headers.push(("upload-expires", date(upload.expires_at))),
    }
    headers
}

fn date(time: Time) -> String {
    let since = Duration::from_millis(u64::try_from(time.as_ms()).unwrap_or(0));
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + since)
}

/// What of tus is spoken here.
#[utoipa::path(options, path = "/api/drive/uploads", tag = "drive", operation_id = "upload_options",
    responses((status = 204, description = "See the headers `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`.")))]
pub(super) async fn options(State(desk): State<Desk>) -> Response {
    answer(
        StatusCode::NO_CONTENT,
        &[
            ("tus-version", tus::VERSION.to_owned()),
            ("tus-extension", tus::EXTENSIONS.to_owned()),
            ("tus-max-size", desk.limits.of(&FILE_BYTES_MAX).to_string()),
            ("tus-checksum-algorithm", tus::ALGORITHMS.to_owned()),
        ],
    )
}

/// Begins an upload. `Upload-Metadata` has `filename`, and where it goes: `space` with or without `folder`, or
/// `conversation`, or `file` for a new version of it; also `filetype` and `sha256`. The body may have the first bytes.
#[utoipa::path(post, path = "/api/drive/uploads", tag = "drive", operation_id = "begin_upload", security(("session" = [])),
    params(("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Length" = Option<i64>, Header),
        ("Upload-Metadata" = Option<String>, Header, description = "Keys with values in Base64, separated by commas.")),
    responses((status = 201, description = "Begun: see `Location`. With `Hutong-File` it is there already.")))]
pub(super) async fn begin(State(desk): State<Desk>, viewer: Viewer, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    if let Some(other) = other_version(&parts.headers) {
        return Ok(other);
    }
    let length = count(&parts.headers, "upload-length")?;
    let wanted = wanted(header(&parts.headers, "upload-metadata").unwrap_or_default(), length)?;
    let upload = uploading::begin(&desk, &viewer, wanted).await?;
    let location = [("location", format!("/api/drive/uploads/{}", upload.id))];
    if upload.entry_id.is_some() {
        let offset = u64::try_from(upload.length).unwrap_or(0);
        return Ok(answer(StatusCode::CREATED, &[&location[..], &told(&upload, offset)].concat()));
    }
    let has_bytes = header(&parts.headers, "content-type").is_some_and(|kind| kind.starts_with(BYTES));
    if !has_bytes {
        return Ok(answer(StatusCode::CREATED, &[&location[..], &told(&upload, 0)].concat()));
    }
    let offset = match receive(&desk, &upload, 0, None, body).await? {
        Received::Upto(offset) => offset,
        Received::Refused(refused) => return Ok(refused),
    };
    let upload = uploading::came_to(&desk, &viewer, upload, offset).await?;
    let mut response = answer(StatusCode::CREATED, &told(&upload, offset));
    if let Ok(location) = HeaderValue::from_str(&location[0].1) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

fn wanted(metadata: &str, length: u64) -> Result<NewUpload> {
    const FIELD: Refused = Refused::Field("upload-metadata");
    let mut pairs = tus::metadata(metadata)?;
    let mut take = |key: &str| pairs.remove(key).filter(|value| !value.is_empty());
    let goal = match (take("space"), take("conversation"), take("file")) {
        (Some(space), None, None) => {
            let folder = take("folder").map(|folder| folder.parse().map_err(|_| FIELD)).transpose()?;
            Goal::Space { space: space.parse().map_err(|_| FIELD)?, folder }
        }
        (None, Some(conversation), None) => Goal::Conversation(conversation.parse().map_err(|_| FIELD)?),
        (None, None, Some(file)) => Goal::File(file.parse().map_err(|_| FIELD)?),
        _ => return Err(FIELD.into()),
    };
    let sha256 = take("sha256").map(|sum| sum.to_ascii_lowercase());
    if sha256.as_deref().is_some_and(|sum| !kernel::blobs::is_name(sum)) {
        return Err(FIELD.into());
    }
    let name = take("filename").ok_or(FIELD)?;
    Ok(NewUpload { goal, name, declared_type: take("filetype").unwrap_or_default(), sha256, length })
}

/// Where an upload stands.
#[utoipa::path(head, path = "/api/drive/uploads/{id}", tag = "drive", operation_id = "upload_standing", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, description = "See `Upload-Offset`, `Upload-Length`, and `Hutong-File` once it is whole.")))]
pub(super) async fn standing(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<UploadId>) -> Result<Response> {
    let (upload, offset) = uploading::standing(&desk, &viewer, id).await?;
    let length = [("upload-length", upload.length.to_string())];
    Ok(answer(StatusCode::OK, &[&length[..], &told(&upload, offset)].concat()))
}

/// Continues an upload at `Upload-Offset`; the last byte makes it a file.
#[utoipa::path(patch, path = "/api/drive/uploads/{id}", tag = "drive", operation_id = "continue_upload", security(("session" = [])),
    params(("id" = String, Path), ("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Offset" = Option<i64>, Header),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha256` and the sum in Base64.")),
    responses((status = 204, description = "See `Upload-Offset`, and `Hutong-File` once it is whole."),
        (status = 460, description = "The bytes are not what their sum says; none was kept.")))]
pub(super) async fn append(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<UploadId>, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let upload = uploading::own(&desk, &viewer, id).await?;
    if let Some(other) = other_version(&parts.headers) {
        return Ok(other);
    }
    if !header(&parts.headers, "content-type").is_some_and(|kind| kind.starts_with(BYTES)) {
        return Err(unsupported(BYTES));
    }
    let offset = count(&parts.headers, "upload-offset")?;
    let sum = header(&parts.headers, "upload-checksum").map(tus::checksum).transpose()?;
    let length = u64::try_from(upload.length).unwrap_or(0);
    if upload.entry_id.is_some() {
        let is_end = offset == length;
        return if is_end { Ok(answer(StatusCode::NO_CONTENT, &told(&upload, length))) } else { Err(Refused::Elsewhere(length).into()) };
    }
    let offset = match receive(&desk, &upload, offset, sum, body).await? {
        Received::Upto(offset) => offset,
        Received::Refused(refused) => return Ok(refused),
    };
    let upload = uploading::came_to(&desk, &viewer, upload, offset).await?;
    Ok(answer(StatusCode::NO_CONTENT, &told(&upload, offset)))
}

/// What became of a body.
enum Received {
    /// The upload has come that far.
    Upto(u64),
    /// Answered as the protocol wants it.
    Refused(Response),
}

/// Gives a body to the disk, piece by piece. One that breaks off has brought what it has brought.
async fn receive(desk: &Desk, upload: &Upload, offset: u64, sum: Option<Vec<u8>>, body: Body) -> Result<Received> {
    let length = u64::try_from(upload.length).unwrap_or(0);
    let appending = match desk.drive.parts.append(upload.id.uuid(), offset, length, sum).await? {
        Ok(appending) => appending,
        Err(refused) => return outcome(refused),
    };
    let silence = desk.limits.seconds(&UPLOAD_SILENCE_S);
    let mut pieces = body.into_data_stream();
    let broken = loop {
        match tokio::time::timeout(silence, pieces.next()).await {
            Ok(None) => break None,
            Ok(Some(Ok(piece))) => {
                if !appending.give(piece).await {
                    break None;
                }
            }
            Ok(Some(Err(_))) => break Some(broken_off()),
            Err(_) => break Some(too_slow()),
        }
    };
    let appended = appending.finish().await?;
    match broken {
        Some(broken) => Err(broken),
        None => outcome(appended),
    }
}

fn outcome(appended: Appended) -> Result<Received> {
    match appended {
        Appended::Upto(offset) => Ok(Received::Upto(offset)),
        Appended::Busy => Err(Refused::Busy.into()),
        Appended::Elsewhere(at) => Ok(Received::Refused(elsewhere(at))),
        Appended::Over => Err(Refused::Over.into()),
        Appended::Spoilt => {
            let status = StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::CONFLICT);
            Ok(Received::Refused(answer(status, &[])))
        }
        Appended::Gone => Err(Refused::Expired.into()),
    }
}

/// A client that has lost count is told where to go on.
fn elsewhere(at: u64) -> Response {
    let mut response = Error::from(Refused::Elsewhere(at)).into_response();
    if let Ok(at) = HeaderValue::from_str(&at.to_string()) {
        response.headers_mut().insert("upload-offset", at);
    }
    response.headers_mut().insert("tus-resumable", HeaderValue::from_static(tus::VERSION));
    response
}

fn broken_off() -> Error {
    Refusal::new(Kind::Malformed, "drive.broken_off", "上传中断了，可以继续。", "The upload broke off. It can be continued.").into()
}

fn too_slow() -> Error {
    Refusal::new(Kind::TooSlow, "request.too_slow", "内容传得太慢了，再试一次。", "That took too long to arrive. Try again.").into()
}

/// Forgets an upload.
#[utoipa::path(delete, path = "/api/drive/uploads/{id}", tag = "drive", operation_id = "end_upload", security(("session" = [])),
    params(("id" = String, Path)), responses((status = 204)))]
pub(super) async fn end(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<UploadId>) -> Result<Response> {
    uploading::end(&desk, &viewer, id).await?;
    Ok(answer(StatusCode::NO_CONTENT, &[]))
}
