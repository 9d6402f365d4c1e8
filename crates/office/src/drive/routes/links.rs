//! Links: made and ended by members, opened by whoever has one.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::Result;
use kernel::clock::Time;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::super::acts::sharing::{self, NewLink};
use super::super::errors::Refused;
use super::super::wire::{self, LinkView, Links, Shared, Sharer};
use super::super::{EntryId, LinkId};
use super::content::{Size, is_on, serve, serve_small};
use crate::desk::Desk;
use crate::http::{Caller, Json, Path, Query};
use crate::viewer::Viewer;

/// How an entry is shared.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveNewLink)]
pub(super) struct LinkWanted {
    /// 4 to 64 characters; none when it is absent.
    password: Option<String>,
    /// For ever when it is absent.
    expires_at: Option<Time>,
    /// Visitors may save it, not only look at it.
    #[serde(default = "yes")]
    download: bool,
}

fn yes() -> bool {
    true
}

/// Makes a link. Its address is told here only.
#[utoipa::path(post, path = "/api/drive/entries/{id}/links", tag = "drive", operation_id = "share", security(("session" = [])),
    params(("id" = EntryId, Path)), request_body = LinkWanted, responses((status = 201, body = LinkView)))]
pub(super) async fn share(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<EntryId>,
    Json(body): Json<LinkWanted>,
) -> Result<(StatusCode, Json<LinkView>)> {
    let wanted = NewLink { password: body.password, expires_at: body.expires_at, can_download: body.download };
    let (link, token) = sharing::share(&desk, &viewer, id, wanted).await?;
    let view = wire::links(&desk, &viewer, &[link], Some((&caller.base_url, token.secret()))).await?;
    let view = view.into_iter().next().ok_or(Refused::NotFound)?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// The links to an entry, the latest first.
#[utoipa::path(get, path = "/api/drive/entries/{id}/links", tag = "drive", operation_id = "links", security(("session" = [])),
    params(("id" = EntryId, Path)), responses((status = 200, body = Links)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<EntryId>) -> Result<Json<Links>> {
    let links = sharing::all(&desk, &viewer, id).await?;
    Ok(Json(Links { links: wire::links(&desk, &viewer, &links, None).await? }))
}

/// Ends a link.
#[utoipa::path(delete, path = "/api/drive/links/{id}", tag = "drive", operation_id = "end_link", security(("session" = [])),
    params(("id" = LinkId, Path)), responses((status = 204)))]
pub(super) async fn end(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<LinkId>) -> Result<StatusCode> {
    sharing::end(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a visitor knows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveVisit)]
pub(super) struct Visit {
    password: Option<String>,
}

/// Opens a link; nobody needs an account.
#[utoipa::path(post, path = "/api/drive/shared/{token}", tag = "drive", operation_id = "visit", params(("token" = String, Path)),
    request_body = Visit, responses((status = 200, body = Shared)))]
pub(super) async fn visit(
    State(desk): State<Desk>,
    caller: Caller,
    Path(token): Path<String>,
    Json(body): Json<Visit>,
) -> Result<Json<Shared>> {
    sharing::count_try(&desk, &token, &caller.ip)?;
    let opened = sharing::open(&desk, &token, body.password.as_deref()).await?;
    Ok(Json(Shared {
        entry: wire::shared_entry(&opened.entry),
        children: opened.children.map(|children| children.iter().map(wire::shared_entry).collect()),
        by: Sharer { name: opened.by },
        expires_at: opened.link.expires_at,
        download: opened.link.can_download,
        ticket: opened.ticket.secret().to_owned(),
    }))
}

/// Which bytes behind a link are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SharedQuery {
    /// As it was handed out when the link was opened.
    #[serde(default)]
    ticket: String,
    /// A file in a shared folder.
    entry: Option<EntryId>,
    /// To be saved, not shown.
    download: Option<String>,
    /// Of a small picture: 360 or 1600 pixels along the longest edge.
    #[param(inline)]
    size: Option<Size>,
}

/// The bytes of a file behind a link, or a part of them.
#[utoipa::path(get, path = "/api/drive/shared/{token}/content", tag = "drive", operation_id = "content_behind_link",
    params(("token" = String, Path), SharedQuery),
    responses((status = 200, content_type = "application/octet-stream", description = "The bytes.")))]
pub(super) async fn content(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    Query(query): Query<SharedQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let (link, entry) = sharing::file(&desk, &token, &query.ticket, query.entry).await?;
    let download = is_on(query.download.as_deref());
    if download && !link.can_download {
        return Err(Refused::NoDownload.into());
    }
    serve(&desk, &entry, download, &headers).await
}

/// A smaller picture of a file behind a link.
#[utoipa::path(get, path = "/api/drive/shared/{token}/thumbnail", tag = "drive", operation_id = "thumbnail_behind_link",
    params(("token" = String, Path), SharedQuery), responses((status = 200, content_type = "image/jpeg", description = "JPEG or WebP.")))]
pub(super) async fn thumbnail(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    Query(query): Query<SharedQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let (_, entry) = sharing::file(&desk, &token, &query.ticket, query.entry).await?;
    serve_small(&desk, &entry, query.size.unwrap_or(Size::Small), &headers).await
}
