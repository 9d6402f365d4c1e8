//! Invitations: made by administrators, accepted by whoever holds the link.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Result;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::error::Language;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::errors::Refused;
use super::super::events::Changed;
use super::super::letters::{self, Invited};
use super::super::rules::{self, Permission, Role};
use super::super::store::audit::{Actor, record};
use super::super::store::invitations::{self, Invitation, NewInvitation};
use super::super::store::set_up::create_person;
use super::super::store::{departments, members};
use super::super::{DepartmentId, INVITATION_MAILS_MAX, InvitationId};
use super::entry::{Newcomer, ParsedPerson, let_in, welcome};
use super::me::Me;
use super::members::{PLACES_MAX, refuse_above, refuse_full};
use crate::desk::Desk;
use crate::http::{Caller, Json, Path};
use crate::viewer::Viewer;

const HOURS_DEFAULT: u32 = 7 * 24;
const HOURS_MAX: u32 = 365 * 24;
const USES_DEFAULT: u32 = 1;
const USES_MAX: u32 = 10_000;

/// An invitation, as administrators see it.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(super) struct InvitationView {
    id: InvitationId,
    /// The whole link, for a message or a QR code.
    link: String,
    token: String,
    role: Role,
    department_ids: Vec<DepartmentId>,
    created_by: String,
    created_at: Time,
    expires_at: Time,
    uses: i64,
    max_uses: i64,
    /// Whom it was mailed to; none for a link that is passed on by hand.
    email: Option<String>,
}

impl InvitationView {
    fn of(invitation: Invitation, base_url: &str) -> Self {
        Self {
            id: invitation.id,
            link: format!("{base_url}/invite/{}", invitation.token),
            role: invitation.role(),
            token: invitation.token,
            department_ids: invitation.department_ids.0,
            created_by: invitation.created_by_name,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            uses: invitation.uses,
            max_uses: invitation.max_uses,
            email: invitation.email,
        }
    }
}

/// All invitations.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitationList {
    invitations: Vec<InvitationView>,
}

/// The organisation's invitations, newest first.
#[utoipa::path(get, path = "/api/org/invitations", tag = "org", security(("session" = [])), responses((status = 200, body = InvitationList)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer, caller: Caller) -> Result<Json<InvitationList>> {
    viewer.must(Permission::Invitations)?;
    let all = invitations::all(&desk, &viewer).await?;
    let shown = all.into_iter().map(|one| InvitationView::of(one, &caller.base_url));
    Ok(Json(InvitationList { invitations: shown.collect() }))
}

/// A new invitation.
#[derive(Deserialize, ToSchema)]
pub(super) struct InvitationWanted {
    role: Option<Role>,
    #[serde(default)]
    department_ids: Vec<DepartmentId>,
    /// A week when it is left out.
    #[schema(minimum = 1, maximum = 8760)]
    expires_in_hours: Option<u32>,
    /// Once when it is left out.
    #[schema(minimum = 1, maximum = 10000)]
    max_uses: Option<u32>,
}

/// Makes a link by which people join on their own.
#[utoipa::path(post, path = "/api/org/invitations", tag = "org", security(("session" = [])), request_body = InvitationWanted, responses((status = 201, body = InvitationView)))]
pub(super) async fn create(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Json(body): Json<InvitationWanted>,
) -> Result<(StatusCode, Json<InvitationView>)> {
    let hours = body.expires_in_hours.unwrap_or(HOURS_DEFAULT);
    let uses = within("max_uses", body.max_uses.unwrap_or(USES_DEFAULT), USES_MAX)?;
    let (mut tx, new) = begin(&desk, &viewer, body.role, body.department_ids, hours).await?;
    let role = new.role;
    let invitation = invitations::create(&mut tx, &desk, &viewer, NewInvitation { max_uses: i64::from(uses), ..new }).await?;
    let details = json!({ "role": role, "max_uses": uses, "expires_at": invitation.expires_at });
    record(&mut tx, &desk, (&viewer).into(), "org.invitation_created", role.word(), details).await?;
    tx.commit().await?;
    let view = InvitationView::of(invitation, &caller.base_url);
    Ok((StatusCode::CREATED, Json(view)))
}

/// Begins to make invitations of that kind, each good for one person, if the viewer may.
async fn begin(
    desk: &Desk,
    viewer: &Viewer,
    role: Option<Role>,
    departments: Vec<DepartmentId>,
    hours: u32,
) -> Result<(Tx, NewInvitation)> {
    viewer.must(Permission::Invitations)?;
    let role = role.unwrap_or(Role::Member);
    refuse_above(viewer, role)?;
    let hours = within("expires_in_hours", hours, HOURS_MAX)?;
    if departments.len() > PLACES_MAX {
        return Err(Refused::DepartmentUnknown.into());
    }
    let mut tx = desk.db.begin().await?;
    let known = departments::parents(&mut tx, viewer).await?;
    if departments.iter().any(|id| !known.contains_key(id)) {
        return Err(Refused::DepartmentUnknown.into());
    }
    let expires_at = desk.now() + Duration::from_secs(u64::from(hours) * 3_600);
    Ok((tx, NewInvitation { role, departments, expires_at, max_uses: 1, email: None }))
}

fn within(field: &'static str, number: u32, max: u32) -> Result<u32, Refused> {
    match (1..=max).contains(&number) {
        true => Ok(number),
        false => Err(Refused::Field { field, zh: "这个数字太小或太大。", en: "That number is too small or too large." }),
    }
}

/// People to be invited by mail.
#[derive(Deserialize, ToSchema)]
pub(super) struct MailsWanted {
    emails: Vec<String>,
    /// What the mails are written in, `zh-CN` or `en`; one's own language when it is left out.
    language: Option<String>,
    role: Option<Role>,
    #[serde(default)]
    department_ids: Vec<DepartmentId>,
    /// A week when it is left out.
    #[schema(minimum = 1, maximum = 8760)]
    expires_in_hours: Option<u32>,
}

/// Invites people by mail: each gets a link of their own that works once.
#[utoipa::path(post, path = "/api/org/invitations/mails", tag = "org", security(("session" = [])), request_body = MailsWanted, responses((status = 201, body = InvitationList)))]
pub(super) async fn mail(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Json(body): Json<MailsWanted>,
) -> Result<(StatusCode, Json<InvitationList>)> {
    viewer.must(Permission::Invitations)?;
    let base = desk.mail_base().ok_or(Refused::NoMail)?;
    let emails = addresses(&body.emails, desk.limits.of(&INVITATION_MAILS_MAX))?;
    let me = members::member(&desk, &viewer, viewer.member).await?;
    let language = Language::of_tag(&rules::language(body.language.as_deref().unwrap_or(&me.language))?);
    let hours = body.expires_in_hours.unwrap_or(HOURS_DEFAULT);
    let (mut tx, new) = begin(&desk, &viewer, body.role, body.department_ids, hours).await?;
    let (role, expires_at) = (new.role, new.expires_at);
    let mut invited = Vec::with_capacity(emails.len());
    for email in &emails {
        let new = NewInvitation { email: Some(email.clone()), ..new.clone() };
        let invitation = invitations::create(&mut tx, &desk, &viewer, new).await?;
        let link = format!("{base}/invite/{}", invitation.token);
        let letter = letters::invitation(Invited { language, office: &invitation.organisation_name, by: &me.name, link, hours });
        desk.mailer.enqueue(&mut tx, &letter.to(email), expires_at, &desk.chance, desk.now()).await?;
        invited.push(InvitationView::of(invitation, &caller.base_url));
    }
    let details = json!({ "role": role, "expires_at": expires_at, "people": emails.len() });
    record(&mut tx, &desk, (&viewer).into(), "org.invitations_mailed", &emails.join(", "), details).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(InvitationList { invitations: invited })))
}

/// Every address once, in the order written.
fn addresses(written: &[String], max: u64) -> Result<Vec<String>, Refused> {
    if u64::try_from(written.len()).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooMany { what_zh: "一次邀请的人", what_en: "people invited at once", max });
    }
    let mut emails = Vec::with_capacity(written.len());
    for text in written {
        let email = rules::email(text).ok().flatten().filter(|email| kernel::mail::is_address(email)).ok_or(Refused::Field {
            field: "emails",
            zh: "有一个邮箱写得不对。",
            en: "One of these isn’t an e-mail address.",
        })?;
        if !emails.contains(&email) {
            emails.push(email);
        }
    }
    match emails.is_empty() {
        true => Err(Refused::Field { field: "emails", zh: "写下至少一个邮箱。", en: "Write at least one e-mail address." }),
        false => Ok(emails),
    }
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/org/invitations/{id}", tag = "org", security(("session" = [])), params(("id" = InvitationId, Path)), responses((status = 204)))]
pub(super) async fn remove(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<InvitationId>) -> Result<StatusCode> {
    viewer.must(Permission::Invitations)?;
    let mut tx = desk.db.begin().await?;
    invitations::remove(&mut tx, &viewer, id).await?;
    record(&mut tx, &desk, (&viewer).into(), "org.invitation_removed", "", json!({})).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An invitation, as whoever holds its link sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitationSeen {
    organisation_name: String,
    invited_by: String,
    role: Role,
    expires_at: Time,
    /// Whom it was mailed to.
    email: Option<String>,
}

/// What a link invites to.
#[utoipa::path(get, path = "/api/org/invitations/by-token/{token}", tag = "org", security(()), params(("token" = String, Path)), responses((status = 200, body = InvitationSeen)))]
pub(super) async fn by_token(State(desk): State<Desk>, Path(token): Path<String>) -> Result<Json<InvitationSeen>> {
    let invitation = invitations::by_token(&desk, &token).await?;
    Ok(Json(InvitationSeen {
        role: invitation.role(),
        organisation_name: invitation.organisation_name,
        invited_by: invitation.created_by_name,
        expires_at: invitation.expires_at,
        email: invitation.email,
    }))
}

/// Whoever accepts.
#[derive(Deserialize, ToSchema)]
pub(super) struct Acceptance {
    name: String,
    username: String,
    password: String,
    email: Option<String>,
    /// `zh-CN` or `en`.
    language: Option<String>,
}

/// Joins the organisation and signs in.
#[utoipa::path(post, path = "/api/org/invitations/by-token/{token}/accept", tag = "org", security(()), params(("token" = String, Path)), request_body = Acceptance, responses((status = 201, body = Me)))]
pub(super) async fn accept(
    State(desk): State<Desk>,
    caller: Caller,
    Path(token): Path<String>,
    Json(body): Json<Acceptance>,
) -> Result<Response> {
    let invitation = invitations::by_token(&desk, &token).await?;
    let person = ParsedPerson {
        name: rules::person_name(&body.name)?,
        username: rules::username(&body.username)?,
        email: rules::email(body.email.as_deref().unwrap_or_default())?,
        language: rules::language(body.language.as_deref().unwrap_or("zh-CN"))?,
    };
    let password = rules::password("password", &body.password)?;
    desk.org.gate.pass(&token, &caller.ip)?;
    let role = invitation.role();
    let person = person.become_new(desk.org.passwords.hash(password).await?, role);
    let mut tx = desk.db.begin().await?;
    invitations::use_once(&mut tx, &invitation, desk.now()).await?;
    let organisation = invitation.organisation_id;
    let (account, member) = create_person(&mut tx, &desk, organisation, &person).await?;
    let newcomer = Newcomer { organisation, account, member, role };
    let (viewer, cookie) = let_in(&mut tx, &desk, &caller, newcomer, true).await?;
    refuse_full(&mut tx, &desk, &viewer).await?;
    let known = departments::parents(&mut tx, &viewer).await?;
    let places: Vec<_> =
        invitation.department_ids.iter().filter(|id| known.contains_key(id)).map(|id| (*id, String::new(), None)).collect();
    departments::seat(&mut tx, viewer.organisation, member, &places).await?;
    let actor = Actor { organisation, member: Some(member), ip: &caller.ip };
    let details = json!({ "invited_by": invitation.created_by_name });
    record(&mut tx, &desk, actor, "org.invitation_accepted", &person.name, details).await?;
    desk.announce(&mut tx, &Changed { organisation }).await?;
    tx.commit().await?;
    welcome(&desk, &viewer, cookie, StatusCode::CREATED).await
}
