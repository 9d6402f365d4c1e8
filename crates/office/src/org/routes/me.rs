//! Oneself: profile, picture, password, devices.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::clock::Time;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::super::avatar::{self, AVATAR_BYTES_MAX};
use super::super::errors::Refused;
use super::super::events::Changed;
use super::super::letters::{ChangedBy, tell_password_changed};
use super::super::rules::{self, Permission};
use super::super::store::audit::record;
use super::super::store::{entry, members};
use super::super::{OrganisationId, SessionId};
use super::members::MemberView;
use crate::desk::Desk;
use crate::http::{Json, Path, Query, Raw, unsupported};
use crate::viewer::Viewer;

/// Oneself.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    member: MemberView,
    permissions: Vec<Permission>,
    organisation: OrganisationView,
    session_id: SessionId,
}

/// The organisation one is in.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrganisationView {
    id: OrganisationId,
    name: String,
}

pub(super) async fn me_of(desk: &Desk, viewer: &Viewer) -> Result<Me> {
    let member = members::member(desk, viewer, viewer.member).await?;
    Ok(Me {
        member: MemberView::of(desk, member),
        permissions: viewer.role.permissions().to_vec(),
        organisation: OrganisationView { id: viewer.organisation, name: members::organisation_name(desk, viewer).await? },
        session_id: viewer.session,
    })
}

/// Oneself.
#[utoipa::path(get, path = "/api/org/me", tag = "org", security(("session" = [])), responses((status = 200, body = Me)))]
pub(super) async fn me(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Me>> {
    Ok(Json(me_of(&desk, &viewer).await?))
}

/// What one may change of oneself. What is left out stays.
#[derive(Deserialize, ToSchema)]
pub(super) struct MeChange {
    name: Option<String>,
    status_text: Option<String>,
    /// Empty for none.
    email: Option<String>,
    /// Empty for none.
    phone: Option<String>,
    /// `zh-CN` or `en`.
    language: Option<String>,
}

/// Changes one's own profile.
#[utoipa::path(patch, path = "/api/org/me", tag = "org", security(("session" = [])), request_body = MeChange, responses((status = 200, body = Me)))]
pub(super) async fn change_me(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<MeChange>) -> Result<Json<Me>> {
    let mut member = members::member(&desk, &viewer, viewer.member).await?;
    if let Some(name) = body.name {
        member.name = rules::person_name(&name)?;
    }
    if let Some(text) = body.status_text {
        member.status_text = rules::status_text(&text)?;
    }
    if let Some(email) = body.email {
        member.email = rules::email(&email)?;
    }
    if let Some(phone) = body.phone {
        member.phone = rules::phone(&phone)?;
    }
    if let Some(language) = body.language {
        member.language = rules::language(&language)?;
    }
    let mut tx = desk.db.begin().await?;
    members::save(&mut tx, &desk, &viewer, &member).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    Ok(Json(me_of(&desk, &viewer).await?))
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordChange {
    current: String,
    new: String,
}

/// Changes one's own password and signs out every other device.
#[utoipa::path(post, path = "/api/org/me/password", tag = "org", security(("session" = [])), request_body = PasswordChange, responses((status = 204)))]
pub(super) async fn change_password(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<PasswordChange>) -> Result<StatusCode> {
    let new = rules::password("new", &body.new)?;
    desk.org.gate.pass(&viewer.account.to_string(), &viewer.ip)?;
    let kept = entry::own_password_hash(&desk, &viewer).await?;
    if !desk.org.passwords.is_right(&body.current, Some(&kept)).await? {
        return Err(Refused::PasswordWrong.into());
    }
    let hash = desk.org.passwords.hash(new).await?;
    let mut tx = desk.db.begin().await?;
    entry::set_password(&mut tx, viewer.account, hash).await?;
    entry::end_sessions(&mut tx, &desk, viewer.account, Some(viewer.session)).await?;
    record(&mut tx, &desk, (&viewer).into(), "org.password_changed", "", json!({})).await?;
    tell_password_changed(&mut tx, &desk, viewer.account, ChangedBy::Owner).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A signed-in device.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionView {
    id: SessionId,
    /// Such as `Chrome · Windows`.
    device: String,
    ip: String,
    created_at: Time,
    last_seen_at: Time,
    expires_at: Time,
    /// Whether it is the device that asks.
    current: bool,
}

/// One's own devices.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionList {
    sessions: Vec<SessionView>,
}

/// One's own signed-in devices, the latest used first.
#[utoipa::path(get, path = "/api/org/sessions", tag = "org", security(("session" = [])), responses((status = 200, body = SessionList)))]
pub(super) async fn sessions(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<SessionList>> {
    let sessions = entry::sessions(&desk, &viewer).await?.into_iter().map(|session| SessionView {
        id: session.id,
        device: session.device,
        ip: session.ip,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
        current: session.id == viewer.session,
    });
    Ok(Json(SessionList { sessions: sessions.collect() }))
}

/// Signs one of one's own devices out.
#[utoipa::path(delete, path = "/api/org/sessions/{id}", tag = "org", security(("session" = [])), params(("id" = SessionId, Path)), responses((status = 204)))]
pub(super) async fn end_session(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<SessionId>) -> Result<StatusCode> {
    let mut tx = desk.db.begin().await?;
    let device = entry::end_session(&mut tx, &desk, viewer.account, id).await?.ok_or_else(Error::not_found)?;
    record(&mut tx, &desk, (&viewer).into(), "org.session_ended", &device, json!({})).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces one's own picture: PNG, JPEG or WebP.
#[utoipa::path(put, path = "/api/org/me/avatar", tag = "org", security(("session" = [])), request_body(content = Vec<u8>, content_type = "image/*"), responses((status = 200, body = Me)))]
pub(super) async fn set_avatar(State(desk): State<Desk>, viewer: Viewer, body: Raw) -> Result<Json<Me>> {
    if !body.content_type.starts_with("image/") {
        return Err(unsupported("image/png, image/jpeg, image/webp"));
    }
    let file = body.bytes(desk.limits.count(&AVATAR_BYTES_MAX)).await?;
    let made = tokio::task::spawn_blocking(move || avatar::make(&file)).await;
    let made = made.map_err(|e| Error::internal("making a picture", e))??;
    let names = (desk.blobs.put(made.large).await?, desk.blobs.put(made.small).await?);
    let mut tx = desk.db.begin().await?;
    members::set_avatar(&mut tx, &viewer, Some(names)).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    Ok(Json(me_of(&desk, &viewer).await?))
}

/// Removes one's own picture.
#[utoipa::path(delete, path = "/api/org/me/avatar", tag = "org", security(("session" = [])), responses((status = 200, body = Me)))]
pub(super) async fn remove_avatar(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Me>> {
    let mut tx = desk.db.begin().await?;
    members::set_avatar(&mut tx, &viewer, None).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    Ok(Json(me_of(&desk, &viewer).await?))
}

/// Which size of a picture.
#[derive(Deserialize, IntoParams)]
pub(super) struct AvatarSize {
    /// 256 (the default) or 64 pixels.
    size: Option<u32>,
}

/// Somebody's picture. Its name is a hash that nobody can guess; guests are shown it as well.
#[utoipa::path(get, path = "/api/org/avatars/{name}", tag = "org", security(()), params(("name" = String, Path), AvatarSize), responses((status = 200, body = Vec<u8>, content_type = "image/jpeg")))]
pub(super) async fn avatar(State(desk): State<Desk>, Path(name): Path<String>, Query(query): Query<AvatarSize>) -> Result<Response> {
    const SMALL: u32 = 64;
    let small = members::small_avatar_of_anybody(&desk, &name).await?;
    let small = small.ok_or_else(Error::not_found)?;
    let wanted = match query.size {
        Some(SMALL) => small,
        _ => name,
    };
    let picture = desk.blobs.read(&wanted).await?.ok_or_else(Error::not_found)?;
    let forever = "public, max-age=31536000, immutable";
    let headers = [(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, forever)];
    Ok((headers, picture).into_response())
}
