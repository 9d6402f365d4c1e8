//! Where files are kept, and what becomes of the files of those who leave.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::uuid::Uuid;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::handing;
use super::super::store::{self, From, settings};
use super::super::wire::{self, Entry, Space, Spaces};
use super::super::{CONVERSATION, SpaceId, seen};
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::org::MemberId;
use crate::subjects;
use crate::viewer::Viewer;

/// The viewer's spaces, their own first.
#[utoipa::path(get, path = "/api/drive/spaces", tag = "drive", security(("session" = [])), responses((status = 200, body = Spaces)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Spaces>> {
    let mut spaces = Vec::new();
    for space in seen::spaces(&desk, &viewer).await? {
        spaces.push(wire::space(&desk, &space).await?);
    }
    let used_bytes = settings::used(From::Db(&desk.db), viewer.member.uuid()).await?;
    let quota_bytes = settings::of(From::Db(&desk.db), viewer.organisation).await?.member_quota_bytes;
    Ok(Json(Spaces { spaces, used_bytes, quota_bytes }))
}

/// Whose space is opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveSpaceWanted)]
pub(super) struct SpaceWanted {
    #[schema(value_type = String)]
    conversation_id: Uuid,
}

/// Opens the space of a conversation, or gives the one it has.
#[utoipa::path(post, path = "/api/drive/spaces", tag = "drive", security(("session" = [])), request_body = SpaceWanted,
    responses((status = 200, body = Space)))]
pub(super) async fn open(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<SpaceWanted>) -> Result<Json<Space>> {
    subjects::card(&desk, &viewer, CONVERSATION, body.conversation_id).await?.ok_or_else(Error::not_found)?;
    let space = store::spaces::of_owner(&desk, viewer.organisation, CONVERSATION, body.conversation_id).await?;
    let seen = seen::look(&desk, &viewer, space).await?.ok_or_else(Error::not_found)?;
    Ok(Json(wire::space(&desk, &seen).await?))
}

/// The space of somebody who is no longer here.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveSpaceLeft)]
struct SpaceLeft {
    id: SpaceId,
    member_id: MemberId,
    name: String,
    used_bytes: i64,
}

/// The spaces of those who are no longer here.
#[derive(Serialize, ToSchema)]
#[schema(as = DriveSpacesLeft)]
pub(super) struct SpacesLeft {
    spaces: Vec<SpaceLeft>,
}

/// The spaces that wait to be handed over; for administrators.
#[utoipa::path(get, path = "/api/drive/spaces/left", tag = "drive", security(("session" = [])), responses((status = 200, body = SpacesLeft)))]
pub(super) async fn left(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<SpacesLeft>> {
    let mut spaces = Vec::new();
    for (id, member_id, name) in handing::left(&desk, &viewer).await? {
        let used_bytes = settings::used(From::Db(&desk.db), id.uuid()).await?;
        spaces.push(SpaceLeft { id, member_id, name, used_bytes });
    }
    Ok(Json(SpacesLeft { spaces }))
}

/// Who gets the files.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveHeir)]
pub(super) struct Heir {
    member_id: MemberId,
}

/// Puts the files of a disabled member into a folder of another one's; for administrators.
#[utoipa::path(post, path = "/api/drive/spaces/{id}/hand_over", tag = "drive", security(("session" = [])), params(("id" = SpaceId, Path)),
    request_body = Heir, responses((status = 201, body = Entry)))]
pub(super) async fn hand_over(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<SpaceId>,
    Json(body): Json<Heir>,
) -> Result<(StatusCode, Json<Entry>)> {
    let folder = handing::hand_over(&desk, &viewer, id, body.member_id).await?;
    Ok((StatusCode::CREATED, Json(wire::entry(&desk, &folder).await?)))
}
