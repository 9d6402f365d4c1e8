//! Notices on the wire. Everybody has their own and sees no other.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::{Error, Kind, Refusal, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::Marked;
use super::rules::{self, Quiet, Settings};
use super::store::{self, Which};
use super::wire::{self, NoticeList, NoticeSettings};
use super::{KEPT_MAX, NoticeId, kinds, settings};
use crate::desk::Desk;
use crate::http::{Cursor, Json, Path, Query};
use crate::viewer::Viewer;

/// Notices on one page, when the asker does not say.
const PAGE_DEFAULT: u32 = 30;
const PAGE_MAX: u32 = 100;

pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(unread))
        .routes(routes!(remove))
        .routes(routes!(restore))
        .routes(routes!(settings, change_settings))
}

/// Which notices are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    cursor: Option<String>,
    /// Only those that are not read.
    unread: Option<bool>,
    limit: Option<u32>,
}

/// The viewer's notices, the latest first.
#[utoipa::path(get, path = "/api/notify/notices", tag = "notify", security(("session" = [])), params(ListQuery), responses((status = 200, body = NoticeList)))]
async fn list(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<ListQuery>) -> Result<Json<NoticeList>> {
    let before: Option<NoticeId> = Cursor::read(query.cursor.as_deref())?;
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let mut page = store::page(&desk.db, viewer.member, query.unread.unwrap_or(false), before, i64::from(limit) + 1).await?;
    let more = page.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        page.pop();
    }
    let next_cursor = page.last().filter(|_| more).and_then(|last| Cursor::write(&last.id));
    let notices = wire::notices(&desk, viewer.organisation, page).await?;
    let unread = store::unread(&desk.db, viewer.member).await?;
    Ok(Json(NoticeList { notices, next_cursor, unread }))
}

/// Which notices have been read: some of them, or one and everything older.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadNotices {
    ids: Option<Vec<NoticeId>>,
    up_to: Option<NoticeId>,
}

/// What a mark has changed.
#[derive(Serialize, ToSchema)]
struct NoticesMarked {
    /// Those that were unread before; to be given back when it is undone.
    ids: Vec<NoticeId>,
    /// How many are unread now.
    unread: i64,
}

/// Marks notices as read, on every device.
#[utoipa::path(post, path = "/api/notify/notices/read", tag = "notify", security(("session" = [])), request_body = ReadNotices, responses((status = 200, body = NoticesMarked)))]
async fn read(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<ReadNotices>) -> Result<Json<NoticesMarked>> {
    let which = match (body.ids, body.up_to) {
        (Some(ids), None) => Which::These(not_too_many(&desk, ids)?),
        (None, Some(id)) => Which::UpTo(id),
        (None, None) | (Some(_), Some(_)) => {
            let (zh, en) = ("说明是哪些通知：ids 或 up_to，选一个。", "Say which notices are meant: either ids or up_to.");
            return Err(Refusal::new(Kind::Invalid, "notify.which", zh, en).about("ids").into());
        }
    };
    let mut tx = desk.db.begin().await?;
    let ids = store::read(&mut tx, viewer.member, which, desk.now()).await?;
    if !ids.is_empty() {
        desk.announce(&mut tx, &Marked { member: viewer.member }).await?;
    }
    tx.commit().await?;
    Ok(Json(NoticesMarked { ids, unread: store::unread(&desk.db, viewer.member).await? }))
}

/// Which notices are to be unread again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnreadNotices {
    ids: Vec<NoticeId>,
}

/// Takes the mark of reading back.
#[utoipa::path(post, path = "/api/notify/notices/unread", tag = "notify", security(("session" = [])), request_body = UnreadNotices, responses((status = 204)))]
async fn unread(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<UnreadNotices>) -> Result<StatusCode> {
    let ids = not_too_many(&desk, body.ids)?;
    let mut tx = desk.db.begin().await?;
    if store::unmark(&mut tx, viewer.member, ids).await? > 0 {
        desk.announce(&mut tx, &Marked { member: viewer.member }).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// More than are kept cannot be meant.
fn not_too_many(desk: &Desk, ids: Vec<NoticeId>) -> Result<Vec<NoticeId>> {
    let max = desk.limits.count(&KEPT_MAX);
    if ids.len() <= max {
        return Ok(ids);
    }
    let (zh, en) = (format!("一次最多 {max} 条通知。"), format!("At most {max} notices at once."));
    Err(Refusal::new(Kind::Invalid, "notify.too_many", zh, en).about("ids").into())
}

/// Removes a notice. For an hour it can be brought back.
#[utoipa::path(delete, path = "/api/notify/notices/{id}", tag = "notify", security(("session" = [])), params(("id" = NoticeId, Path)), responses((status = 204)))]
async fn remove(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<NoticeId>) -> Result<StatusCode> {
    set_removed(&desk, &viewer, id, true).await
}

/// Brings a removed notice back.
#[utoipa::path(post, path = "/api/notify/notices/{id}/restore", tag = "notify", security(("session" = [])), params(("id" = NoticeId, Path)), responses((status = 204)))]
async fn restore(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<NoticeId>) -> Result<StatusCode> {
    set_removed(&desk, &viewer, id, false).await
}

async fn set_removed(desk: &Desk, viewer: &Viewer, id: NoticeId, removed: bool) -> Result<StatusCode> {
    let mut tx = desk.db.begin().await?;
    if !store::set_removed(&mut tx, viewer.member, id, removed.then(|| desk.now())).await? {
        return Err(Error::not_found());
    }
    desk.announce(&mut tx, &Marked { member: viewer.member }).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the viewer wants to be told.
#[utoipa::path(get, path = "/api/notify/settings", tag = "notify", security(("session" = [])), responses((status = 200, body = NoticeSettings)))]
async fn settings(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<NoticeSettings>> {
    Ok(Json(wire::settings(settings::of(&desk.db, &viewer).await?)))
}

/// Changes what the viewer wants to be told.
#[utoipa::path(put, path = "/api/notify/settings", tag = "notify", security(("session" = [])), request_body = NoticeSettings, responses((status = 200, body = NoticeSettings)))]
async fn change_settings(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<NoticeSettings>) -> Result<Json<NoticeSettings>> {
    let wanted = parse(body)?;
    let mut tx = desk.db.begin().await?;
    settings::save(&mut tx, &viewer, wanted.clone()).await?;
    desk.announce(&mut tx, &Marked { member: viewer.member }).await?;
    tx.commit().await?;
    Ok(Json(wire::settings(wanted)))
}

fn parse(body: NoticeSettings) -> Result<Settings> {
    if body.kinds.iter().any(|setting| kinds().all(|kind| kind != setting.kind)) {
        let (zh, en) = ("没有这种通知。", "There is no such kind of notice.");
        return Err(Refusal::new(Kind::Invalid, "notify.unknown_kind", zh, en).about("kinds").into());
    }
    let wire::QuietHours { on, from_minute, to_minute, time_zone } = body.quiet;
    let quiet = Quiet { on, from_minute, to_minute, time_zone };
    if let Some(field) = rules::fault_in_quiet(&quiet) {
        let (zh, en) = match field {
            "time_zone" => ("没有这个时区。", "There is no such time zone."),
            _ => ("时间要在 0:00 到 23:59 之间。", "Choose a time between 0:00 and 23:59."),
        };
        return Err(Refusal::new(Kind::Invalid, "notify.quiet", zh, en).about(field).into());
    }
    let switched_off = body.kinds.into_iter().filter(|setting| !setting.on).map(|setting| setting.kind).collect();
    Ok(Settings { switched_off, quiet })
}
