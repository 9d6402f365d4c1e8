//! Who belongs to a conversation.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::ConversationId;
use super::super::acts::{members as acts, settings};
use super::super::model;
use super::super::store::{self, From};
use super::super::wire::{Member, Person};
use super::conversations::not_too_many;
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::org::{self, MemberId};
use crate::viewer::Viewer;

/// Everybody in a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMembers)]
pub(super) struct Members {
    /// Those who have been there longest first.
    members: Vec<Member>,
    people: Vec<Person>,
}

/// Everybody in a conversation, and how far each has read.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/members", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    responses((status = 200, body = Members)))]
pub(super) async fn members(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<Json<Members>> {
    store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let mut members = store::members::all(From::Db(&desk.db), id).await?;
    if !settings::of(&desk, viewer.organisation).await?.read_lists {
        for member in members.iter_mut().filter(|member| member.id != viewer.member) {
            member.read_seq = 0;
        }
    }
    let people = org::cards(&desk, viewer.organisation, members.iter().map(|member| member.id)).await?;
    let people = people.values().map(Person::from).collect();
    Ok(Json(Members { members: members.into_iter().map(Member::from).collect(), people }))
}

/// Who is brought in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatNewMembers)]
pub(super) struct NewMembers {
    member_ids: Vec<MemberId>,
}

/// Brings colleagues into a group.
#[utoipa::path(post, path = "/api/chat/conversations/{id}/members", tag = "chat", security(("session" = [])), params(("id" = ConversationId, Path)),
    request_body = NewMembers, responses((status = 204)))]
pub(super) async fn add(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Json(body): Json<NewMembers>,
) -> Result<StatusCode> {
    acts::add(&desk, &viewer, id, not_too_many(&desk, body.member_ids)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes somebody out of a group, or leaves it.
#[utoipa::path(delete, path = "/api/chat/conversations/{id}/members/{member_id}", tag = "chat", security(("session" = [])),
    params(("id" = ConversationId, Path), ("member_id" = MemberId, Path)), responses((status = 204)))]
pub(super) async fn remove(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, member)): Path<(ConversationId, MemberId)>,
) -> Result<StatusCode> {
    acts::remove(&desk, &viewer, id, member).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What somebody is to be.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatRole)]
enum Role {
    Member,
    Admin,
    /// The group is handed over.
    Owner,
}

/// Another role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatRoleChange)]
pub(super) struct RoleChange {
    role: Role,
}

/// Gives somebody another role, or hands the group over. Its owner only.
#[utoipa::path(patch, path = "/api/chat/conversations/{id}/members/{member_id}", tag = "chat", security(("session" = [])),
    params(("id" = ConversationId, Path), ("member_id" = MemberId, Path)), request_body = RoleChange, responses((status = 204)))]
pub(super) async fn set_role(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, member)): Path<(ConversationId, MemberId)>,
    Json(body): Json<RoleChange>,
) -> Result<StatusCode> {
    let role = match body.role {
        Role::Member => model::Role::Member,
        Role::Admin => model::Role::Admin,
        Role::Owner => model::Role::Owner,
    };
    acts::set_role(&desk, &viewer, id, member, role).await?;
    Ok(StatusCode::NO_CONTENT)
}
