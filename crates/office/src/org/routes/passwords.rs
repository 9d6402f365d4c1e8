//! A forgotten password: asking for a link by mail, and setting a new one with it.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::chance::Token;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::errors::Refused;
use super::super::events::PasswordForgotten;
use super::super::letters::{ChangedBy, tell_password_changed};
use super::super::rules;
use super::super::store::audit::{Actor, record};
use super::super::store::{entry, password_links};
use crate::desk::Desk;
use crate::http::{Caller, Json};

/// Who forgot.
#[derive(Deserialize, ToSchema)]
pub(super) struct Forgotten {
    /// Username, e-mail address or telephone number.
    login: String,
}

/// Mails a link for a new password to the address of that account. Whoever is named, and whether there is anybody of
/// that name, the answer is the same and takes as long: only the event's listener looks.
#[utoipa::path(post, path = "/api/org/password-links", tag = "org", security(()), request_body = Forgotten, responses((status = 204)))]
pub(super) async fn forget(State(desk): State<Desk>, caller: Caller, Json(body): Json<Forgotten>) -> Result<StatusCode> {
    if desk.mail_base().is_none() {
        return Err(Refused::NoMail.into());
    }
    let login = rules::login(&body.login);
    // Tries of this kind are counted by themselves: whoever mistyped their password too often needs the link most.
    desk.org.gate.pass(&format!("forgotten {}", login.name), &caller.ip)?;
    let mut tx = desk.db.begin().await?;
    let forgotten = PasswordForgotten { name: login.name, phone: login.phone, ip: caller.ip };
    desk.announce(&mut tx, &forgotten).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The secret of a mailed link.
#[derive(Deserialize, ToSchema)]
pub(super) struct LinkShown {
    token: String,
}

/// Whose password a link sets.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkSeen {
    name: String,
    username: String,
}

/// Looks whether a mailed link is good, before a form is shown. It stays good.
#[utoipa::path(post, path = "/api/org/password-links/look", tag = "org", security(()), request_body = LinkShown, responses((status = 200, body = LinkSeen)))]
pub(super) async fn look(State(desk): State<Desk>, Json(body): Json<LinkShown>) -> Result<Json<LinkSeen>> {
    let token = Token::shown(body.token);
    let reader = password_links::reader_by_token(&desk, &token).await?.ok_or(Refused::PasswordLinkSpent)?;
    Ok(Json(LinkSeen { name: reader.name, username: reader.username }))
}

/// A new password, by a mailed link.
#[derive(Deserialize, ToSchema)]
pub(super) struct LinkUsed {
    token: String,
    password: String,
}

/// Sets a new password with a mailed link, which is spent by it, and signs out every device.
#[utoipa::path(post, path = "/api/org/password-links/use", tag = "org", security(()), request_body = LinkUsed, responses((status = 204)))]
pub(super) async fn spend(State(desk): State<Desk>, caller: Caller, Json(body): Json<LinkUsed>) -> Result<StatusCode> {
    let token = Token::shown(body.token);
    desk.org.gate.pass("a mailed link", &caller.ip)?;
    let reader = password_links::reader_by_token(&desk, &token).await?.ok_or(Refused::PasswordLinkSpent)?;
    let hash = desk.org.passwords.hash(rules::password("password", &body.password)?).await?;
    let mut tx = desk.db.begin().await?;
    if !password_links::use_up(&mut tx, &token).await? {
        return Err(Refused::PasswordLinkSpent.into());
    }
    entry::set_password(&mut tx, reader.account_id, hash).await?;
    entry::end_sessions(&mut tx, &desk, reader.account_id, None).await?;
    let actor = Actor { organisation: reader.organisation_id, member: Some(reader.member_id), ip: &caller.ip };
    record(&mut tx, &desk, actor, "org.password_set_by_link", "", json!({})).await?;
    tell_password_changed(&mut tx, &desk, reader.account_id, ChangedBy::Link).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
