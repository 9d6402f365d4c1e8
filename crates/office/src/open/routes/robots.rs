//! Robots, as people set them up.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::robots::{self, NewRobot, RobotChange};
use super::super::wire::{self, Robot, Safety, Vendor};
use crate::chat::{ConversationId, ProgramId};
use crate::desk::Desk;
use crate::http::{Caller, Json, Path};
use crate::viewer::Viewer;

/// Some robots.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenRobots)]
pub(super) struct Robots {
    robots: Vec<Robot>,
    /// Whether the viewer may set up, change and remove them.
    may_change: bool,
}

/// The robots of a conversation.
#[utoipa::path(get, path = "/api/open/conversations/{id}/robots", tag = "open", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 200, body = Robots)))]
pub(super) async fn list(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> Result<Json<Robots>> {
    let (found, may_change) = robots::of_conversation(&desk, &viewer, id).await?;
    let robots = found.into_iter().map(|robot| wire::robot(&caller.base_url, robot)).collect();
    Ok(Json(Robots { robots, may_change }))
}

/// A robot to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenNewRobot)]
pub(super) struct RobotWanted {
    vendor: Vendor,
    name: String,
    /// An emoji.
    #[serde(default)]
    avatar: String,
    #[serde(default)]
    safety: Safety,
}

/// Sets a robot up. Its address, and its secret if it has one, are in this answer only.
#[utoipa::path(post, path = "/api/open/conversations/{id}/robots", tag = "open", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = RobotWanted, responses((status = 201, body = Robot)))]
pub(super) async fn create(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Json(body): Json<RobotWanted>,
) -> Result<(StatusCode, Json<Robot>)> {
    let RobotWanted { vendor, name, avatar, safety } = body;
    let wanted = NewRobot { vendor: vendor.into(), name, avatar, safety: safety.into() };
    let shown = robots::create(&desk, &viewer, id, wanted).await?;
    Ok((StatusCode::CREATED, Json(wire::shown(&caller.base_url, shown))))
}

/// What changes about a robot; the rest stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenRobotChange)]
pub(super) struct RobotChanged {
    name: Option<String>,
    avatar: Option<String>,
    safety: Option<Safety>,
    is_on: Option<bool>,
}

/// Changes a robot. When messages must be signed from now on, the secret is in this answer only.
#[utoipa::path(patch, path = "/api/open/robots/{id}", tag = "open", security(("session" = [])), params(("id" = ProgramId, Path)),
    request_body = RobotChanged, responses((status = 200, body = Robot)))]
pub(super) async fn change(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ProgramId>,
    Json(body): Json<RobotChanged>,
) -> Result<Json<Robot>> {
    let RobotChanged { name, avatar, safety, is_on } = body;
    let change = RobotChange { name, avatar, safety: safety.map(Into::into), is_on };
    Ok(Json(wire::shown(&caller.base_url, robots::change(&desk, &viewer, id, change).await?)))
}

/// Removes a robot. What it has said stays.
#[utoipa::path(delete, path = "/api/open/robots/{id}", tag = "open", security(("session" = [])), params(("id" = ProgramId, Path)),
    responses((status = 204)))]
pub(super) async fn remove(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ProgramId>) -> Result<StatusCode> {
    robots::remove(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a robot another address, and another secret if it has one; those before are worth nothing from then on.
#[utoipa::path(post, path = "/api/open/robots/{id}/rotate", tag = "open", security(("session" = [])), params(("id" = ProgramId, Path)),
    responses((status = 200, body = Robot)))]
pub(super) async fn rotate(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ProgramId>,
) -> Result<Json<Robot>> {
    Ok(Json(wire::shown(&caller.base_url, robots::rotate(&desk, &viewer, id).await?)))
}
