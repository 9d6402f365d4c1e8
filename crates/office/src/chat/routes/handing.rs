//! Groups that administrators hand over.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::ConversationId;
use super::super::acts::handing as acts;
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// A group that somebody owns, as administrators see it.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatOwnedGroup)]
struct Group {
    id: ConversationId,
    title: String,
    member_count: i64,
}

/// The groups that somebody owns.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatOwnedGroups)]
pub(super) struct Groups {
    groups: Vec<Group>,
}

/// The groups that a member owns: what they are called and how large they are. For those who look after people.
#[utoipa::path(get, path = "/api/chat/members/{id}/groups", tag = "chat", security(("session" = [])), params(("id" = MemberId, Path)),
    responses((status = 200, body = Groups)))]
pub(super) async fn owned(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MemberId>) -> Result<Json<Groups>> {
    let owned = acts::owned(&desk, &viewer, id).await?.into_iter();
    Ok(Json(Groups { groups: owned.map(|group| Group { id: group.id, title: group.title, member_count: group.member_count }).collect() }))
}

/// To whom groups go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatHandOver)]
pub(super) struct HandOver {
    to: MemberId,
    /// Which groups; all that the member owns when it is absent. 100 at once at most.
    conversations: Option<Vec<ConversationId>>,
}

/// Hands groups of a member's over to a colleague, who comes into them where they were not in. For those who look after
/// people.
#[utoipa::path(post, path = "/api/chat/members/{id}/groups/hand_over", tag = "chat", security(("session" = [])),
    params(("id" = MemberId, Path)), request_body = HandOver, responses((status = 204)))]
pub(super) async fn hand_over(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MemberId>,
    Json(body): Json<HandOver>,
) -> Result<StatusCode> {
    acts::hand_over(&desk, &viewer, id, body.to, body.conversations).await?;
    Ok(StatusCode::NO_CONTENT)
}
