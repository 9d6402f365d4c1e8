//! The doors of four vendors, on their own paths. Whatever comes is answered as that vendor answers.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::super::acts::incoming::{Knock, Parcel, admit, answer, take, upload};
use super::super::model::{Robot, Vendor};
use super::super::vendors::{Fault, Reply, Unfit, slack::Dialect, wecom};
use super::super::{BODY_BYTES_MAX, MEDIA_BYTES_MAX, PICTURE_BODY_BYTES_MAX, SLACK_BODY_BYTES_MAX, rules};
use crate::desk::Desk;
use crate::http::{Caller, Path, Query, Raw};

/// What two of the vendors answer; zero is good.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenErrcode)]
struct Errcode {
    errcode: i64,
    errmsg: String,
}

/// What Feishu answers; zero is good.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenFeishuCode)]
struct FeishuCode {
    code: i64,
    msg: String,
    data: Value,
}

fn respond(reply: Reply) -> Response {
    let Reply { status, body, is_json, retry_after_s } = reply;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if is_json { "application/json; charset=utf-8" } else { "text/plain; charset=utf-8" };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Asks who comes before the body is read.
async fn serve(desk: &Desk, knock: Knock<'_>, raw: Raw, signed: (String, String), dialect: Dialect) -> Response {
    let vendor = knock.vendor;
    let outcome = match admit(desk, &knock, &desk.open.quotas).await {
        Ok(robot) => receive(desk, &robot, raw, signed, dialect).await,
        Err(fault) => Err(fault),
    };
    respond(answer(vendor, outcome.as_ref().copied()))
}

async fn receive(desk: &Desk, robot: &Robot, raw: Raw, signed: (String, String), dialect: Dialect) -> Result<(), Fault> {
    let max = match robot.vendor {
        Vendor::Dingtalk | Vendor::Feishu => &BODY_BYTES_MAX,
        Vendor::Wecom => &PICTURE_BODY_BYTES_MAX,
        Vendor::Slack => &SLACK_BODY_BYTES_MAX,
    };
    let content_type = raw.content_type.clone();
    let bytes = raw.bytes(desk.limits.count(max)).await.map_err(|_| Fault::TooLong)?;
    take(desk, robot, &Parcel { content_type: &content_type, bytes: &bytes, signed, dialect }).await
}

/// What stands in an address of DingTalk's.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DingtalkQuery {
    #[serde(default)]
    access_token: String,
    /// Milliseconds, when the robot wants signatures.
    #[serde(default)]
    timestamp: String,
    /// Base64 of HMAC-SHA256 over stamp, line feed and secret.
    #[serde(default)]
    sign: String,
}

/// DingTalk's robots: `text`, `link`, `markdown`, `actionCard`, `feedCard`. A refusal is status 200 with a code.
#[utoipa::path(post, path = "/robot/send", tag = "open", params(DingtalkQuery), request_body = Value,
    responses((status = 200, body = Errcode)))]
pub(super) async fn dingtalk(State(desk): State<Desk>, caller: Caller, Query(query): Query<DingtalkQuery>, raw: Raw) -> Response {
    let knock = Knock { vendor: Vendor::Dingtalk, token: &query.access_token, ip: &caller.ip };
    serve(&desk, knock, raw, (query.timestamp, query.sign), Dialect::Slack).await
}

/// What stands in an address of WeCom's.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WecomQuery {
    #[serde(default)]
    key: String,
    /// `file` or `voice`, of an upload.
    #[serde(default, rename = "type")]
    kind: String,
}

/// WeCom's robots: `text`, `markdown`, `markdown_v2`, `image`, `news`, `file`, `voice`, `template_card`. A refusal is
/// status 200 with a code.
#[utoipa::path(post, path = "/cgi-bin/webhook/send", tag = "open", params(WecomQuery), request_body = Value,
    responses((status = 200, body = Errcode)))]
pub(super) async fn wecom(State(desk): State<Desk>, caller: Caller, Query(query): Query<WecomQuery>, raw: Raw) -> Response {
    let knock = Knock { vendor: Vendor::Wecom, token: &query.key, ip: &caller.ip };
    serve(&desk, knock, raw, Default::default(), Dialect::Slack).await
}

/// What WeCom answers to an upload; without an id there is only the code.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenUploaded)]
struct Uploaded {
    errcode: i64,
    errmsg: String,
    r#type: Option<String>,
    media_id: Option<String>,
    /// Seconds since 1970, as a text.
    created_at: Option<String>,
}

/// Uploads a file for a robot of WeCom's to send, as the field `media` of a form. The id that is answered is good for three
/// days, for that robot alone.
#[utoipa::path(post, path = "/cgi-bin/webhook/upload_media", tag = "open", params(WecomQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data"), responses((status = 200, body = Uploaded)))]
pub(super) async fn wecom_upload(State(desk): State<Desk>, caller: Caller, Query(query): Query<WecomQuery>, raw: Raw) -> Response {
    let knock = Knock { vendor: Vendor::Wecom, token: &query.key, ip: &caller.ip };
    respond(take_upload(&desk, &knock, &query.kind, raw).await.unwrap_or_else(|fault| answer(Vendor::Wecom, Err(&fault))))
}

/// Nothing of the body is read before it is known who comes.
async fn take_upload(desk: &Desk, knock: &Knock<'_>, word: &str, raw: Raw) -> Result<Reply, Fault> {
    let robot = admit(desk, knock, &desk.open.uploads).await?;
    let kind = wecom::purpose(word)?;
    let part = raw.part("media", desk.limits.count(&MEDIA_BYTES_MAX)).await.map_err(|error| match error.refusal().map(Refusal::code) {
        Some("request.too_large") => Fault::Media(Unfit::TooLarge),
        _ => Fault::Malformed,
    })?;
    upload(desk, &robot, kind, part).await
}

/// Feishu's robots: `text`, `post`, `interactive`. Stamp and signature stand in the body. A refusal has a code.
#[utoipa::path(post, path = "/open-apis/bot/v2/hook/{token}", tag = "open", params(("token" = String, Path)), request_body = Value,
    responses((status = 200, body = FeishuCode), (status = 400, body = FeishuCode)))]
pub(super) async fn feishu(State(desk): State<Desk>, caller: Caller, Path(token): Path<String>, raw: Raw) -> Response {
    let knock = Knock { vendor: Vendor::Feishu, token: &token, ip: &caller.ip };
    serve(&desk, knock, raw, Default::default(), Dialect::Slack).await
}

/// Slack's incoming webhooks: `text`, `blocks`, `attachments`, as JSON or as the form field `payload`. The answer is a
/// word.
#[utoipa::path(post, path = "/services/{team}/{service}/{token}", tag = "open",
    params(("team" = String, Path), ("service" = String, Path), ("token" = String, Path)), request_body = Value,
    responses((status = 200, body = String, content_type = "text/plain"), (status = 400, body = String, content_type = "text/plain"),
        (status = 403, body = String, content_type = "text/plain"), (status = 404, body = String, content_type = "text/plain"),
        (status = 410, body = String, content_type = "text/plain"), (status = 429, body = String, content_type = "text/plain")))]
pub(super) async fn slack(
    State(desk): State<Desk>,
    caller: Caller,
    Path((team, service, token)): Path<(String, String, String)>,
    raw: Raw,
) -> Response {
    let knock = Knock { vendor: Vendor::Slack, token: &token, ip: &caller.ip };
    let outcome = match admit(&desk, &knock, &desk.open.quotas).await {
        Ok(robot) if rules::slack_names(robot.id) != (team, service) => Err(Fault::Token),
        Ok(robot) => receive(&desk, &robot, raw, Default::default(), Dialect::Slack).await,
        Err(fault) => Err(fault),
    };
    respond(answer(Vendor::Slack, outcome.as_ref().copied()))
}

/// Mattermost's incoming webhooks: the token of a robot of Slack's kind, with texts in Markdown.
#[utoipa::path(post, path = "/hooks/{token}", tag = "open", params(("token" = String, Path)), request_body = Value,
    responses((status = 200, body = String, content_type = "text/plain"), (status = 400, body = String, content_type = "text/plain"),
        (status = 403, body = String, content_type = "text/plain"), (status = 404, body = String, content_type = "text/plain"),
        (status = 410, body = String, content_type = "text/plain"), (status = 429, body = String, content_type = "text/plain")))]
pub(super) async fn mattermost(State(desk): State<Desk>, caller: Caller, Path(token): Path<String>, raw: Raw) -> Response {
    let knock = Knock { vendor: Vendor::Slack, token: &token, ip: &caller.ip };
    serve(&desk, knock, raw, Default::default(), Dialect::Mattermost).await
}
