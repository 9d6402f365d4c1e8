//! The pictures that the viewer has collected to answer with.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::stickers as acts;
use super::super::{StickerId, model};
use crate::desk::Desk;
use crate::drive::{EntryId, FileCard};
use crate::http::{Json, Path};
use crate::viewer::Viewer;

/// A picture that somebody has collected.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatSticker)]
pub(super) struct Sticker {
    id: StickerId,
    file: FileCard,
}

/// Somebody's stickers, in their order.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatStickers)]
pub(super) struct Stickers {
    stickers: Vec<Sticker>,
}

fn sticker(model::Sticker { id, file }: model::Sticker) -> Sticker {
    Sticker { id, file }
}

/// The viewer's stickers, in their order.
#[utoipa::path(get, path = "/api/chat/stickers", tag = "chat", security(("session" = [])), responses((status = 200, body = Stickers)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Stickers>> {
    let stickers = acts::all(&desk, &viewer).await?.into_iter().map(sticker).collect();
    Ok(Json(Stickers { stickers }))
}

/// What is to be collected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewSticker)]
pub(super) struct NewSticker {
    /// A PNG, JPEG, GIF or WebP that the viewer sees: in a message, in a drive, or just uploaded.
    file_id: EntryId,
}

/// Collects a picture as a sticker; it comes first. The same picture is collected once.
#[utoipa::path(post, path = "/api/chat/stickers", tag = "chat", security(("session" = [])), request_body = NewSticker,
    responses((status = 201, body = Sticker)))]
pub(super) async fn add(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<NewSticker>) -> Result<(StatusCode, Json<Sticker>)> {
    let added = acts::add(&desk, &viewer, body.file_id).await?;
    Ok((StatusCode::CREATED, Json(sticker(added))))
}

/// In which order they are to stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatStickerOrder)]
pub(super) struct Order {
    ids: Vec<StickerId>,
}

/// Puts the viewer's stickers in an order.
#[utoipa::path(put, path = "/api/chat/stickers/order", tag = "chat", security(("session" = [])), request_body = Order, responses((status = 204)))]
pub(super) async fn order(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<Order>) -> Result<StatusCode> {
    acts::order(&desk, &viewer, &body.ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets a sticker. Messages it was sent with stay.
#[utoipa::path(delete, path = "/api/chat/stickers/{id}", tag = "chat", security(("session" = [])), params(("id" = StickerId, Path)),
    responses((status = 204)))]
pub(super) async fn remove(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<StickerId>) -> Result<StatusCode> {
    acts::remove(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
