//! The door: what a stranger may see of the office, setting it up, signing in and out.

use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::chance::Token;
use kernel::db::Tx;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

use super::super::errors::Refused;
use super::super::events::SignedIn;
use super::super::rules::{self, Role};
use super::super::store::audit::{Actor, record};
use super::super::store::entry::{self, NewSession};
use super::super::store::set_up::{self, NewOffice, NewPerson};
use super::super::{AccountId, MemberId, OrganisationId, SESSION_DAYS, SESSION_HOURS};
use super::me::{Me, me_of};
use crate::demo;
use crate::desk::Desk;
use crate::http::{Caller, Json, Query};
use crate::viewer::Viewer;

/// The cookie that signs a browser in.
pub(crate) const SESSION_COOKIE: &str = "hutong_session";

/// The token a request shows, in whichever of its cookie headers it stands.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == SESSION_COOKIE && !value.is_empty()).then(|| Token::shown(value))
    })
}

/// What everybody may know of this office.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfficeView {
    /// Whether somebody has set it up.
    set_up: bool,
    name: Option<String>,
    version: String,
    /// Whether it sends mail: invitations, and links for whoever forgot their password.
    mail: bool,
    /// Whether this is a demonstration, whose accounts are open to everybody.
    demo: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    demo_accounts: Vec<DemoAccount>,
}

/// Somebody to try the office as.
#[derive(Serialize, ToSchema)]
pub(crate) struct DemoAccount {
    login: String,
    password: String,
    name: String,
}

/// The office as a stranger sees it.
#[utoipa::path(get, path = "/api/office", tag = "org", security(()), responses((status = 200, body = OfficeView)))]
pub(super) async fn office(State(desk): State<Desk>) -> Result<Json<OfficeView>> {
    let name = set_up::is_set_up(&desk).await?;
    let accounts = match desk.config.demo {
        true => demo::accounts(),
        false => Vec::new(),
    };
    let demo_accounts = accounts.into_iter().map(|(login, name)| DemoAccount {
        login: login.to_owned(),
        password: demo::PASSWORD.to_owned(),
        name: name.to_owned(),
    });
    Ok(Json(OfficeView {
        set_up: name.is_some(),
        name,
        version: desk.config.version.to_owned(),
        mail: desk.mail_base().is_some(),
        demo: desk.config.demo,
        demo_accounts: demo_accounts.collect(),
    }))
}

/// The one-time link's secret.
#[derive(Deserialize, IntoParams)]
pub(super) struct SetUpToken {
    token: Option<String>,
}

/// Whether the one-time link may still be used.
#[derive(Serialize, ToSchema)]
pub(super) struct SetUpCheck {
    valid: bool,
}

/// Looks whether a one-time link is good, before a form is shown.
#[utoipa::path(get, path = "/api/org/set-up", tag = "org", security(()), params(SetUpToken), responses((status = 200, body = SetUpCheck)))]
pub(super) async fn check_set_up(State(desk): State<Desk>, Query(query): Query<SetUpToken>) -> Result<Json<SetUpCheck>> {
    let token = Token::shown(query.token.unwrap_or_default());
    let valid = set_up::is_token_good(&desk, &token).await?;
    Ok(Json(SetUpCheck { valid }))
}

/// The first start: the office and its owner.
#[derive(Deserialize, ToSchema)]
pub(super) struct SetUp {
    token: String,
    office_name: String,
    name: String,
    username: String,
    email: Option<String>,
    password: String,
    /// `zh-CN` or `en`.
    language: Option<String>,
}

/// Sets the office up and signs its owner in.
#[utoipa::path(post, path = "/api/org/set-up", tag = "org", security(()), request_body = SetUp, responses((status = 201, body = Me)))]
pub(super) async fn set_up(State(desk): State<Desk>, caller: Caller, Json(body): Json<SetUp>) -> Result<Response> {
    if set_up::is_set_up(&desk).await?.is_some() {
        return Err(Refused::AlreadySetUp.into());
    }
    let token = Token::shown(body.token);
    if !set_up::is_token_good(&desk, &token).await? {
        return Err(Refused::LinkInvalid.into());
    }
    let person = ParsedPerson {
        name: rules::person_name(&body.name)?,
        username: rules::username(&body.username)?,
        email: rules::email(body.email.as_deref().unwrap_or_default())?,
        language: rules::language(body.language.as_deref().unwrap_or("zh-CN"))?,
    };
    let name = rules::office_name(&body.office_name)?;
    let password = rules::password("password", &body.password)?;
    let password_hash = desk.org.passwords.hash(password).await?;
    let owner = person.become_new(password_hash, Role::Owner);
    let office = NewOffice { name, owner };
    let mut tx = desk.db.begin().await?;
    set_up::use_token(&mut tx, &token).await?;
    let (organisation, account, member) = set_up::create_office(&mut tx, &desk, &office).await?;
    let actor = Actor { organisation, member: Some(member), ip: &caller.ip };
    record(&mut tx, &desk, actor, "org.set_up", &office.name, json!({})).await?;
    let newcomer = Newcomer { organisation, account, member, role: Role::Owner };
    let (viewer, cookie) = let_in(&mut tx, &desk, &caller, newcomer, true).await?;
    tx.commit().await?;
    welcome(&desk, &viewer, cookie, StatusCode::CREATED).await
}

/// The part of a new person that set-up and invitations have in common.
pub(super) struct ParsedPerson {
    pub(super) name: String,
    pub(super) username: String,
    pub(super) email: Option<String>,
    pub(super) language: String,
}

impl ParsedPerson {
    pub(super) fn become_new(self, password_hash: String, role: Role) -> NewPerson {
        NewPerson {
            name: self.name,
            username: self.username,
            email: self.email,
            phone: None,
            password_hash,
            role,
            title: String::new(),
            employee_no: String::new(),
            language: self.language,
        }
    }
}

/// Who is about to be let in.
pub(super) struct Newcomer {
    pub(super) organisation: OrganisationId,
    pub(super) account: AccountId,
    pub(super) member: MemberId,
    pub(super) role: Role,
}

/// Opens a session and makes its cookie.
pub(super) async fn let_in(tx: &mut Tx, desk: &Desk, caller: &Caller, newcomer: Newcomer, remember: bool) -> Result<(Viewer, HeaderValue)> {
    let lasts = match remember {
        true => Duration::from_secs(desk.limits.of(&SESSION_DAYS).saturating_mul(86_400)),
        false => Duration::from_secs(desk.limits.of(&SESSION_HOURS).saturating_mul(3_600)),
    };
    let new = NewSession {
        account: newcomer.account,
        member: newcomer.member,
        device: rules::device_name(&caller.user_agent),
        ip: &caller.ip,
        lasts,
    };
    let (session, token) = entry::open_session(tx, desk, new).await?;
    let viewer = Viewer {
        organisation: newcomer.organisation,
        account: newcomer.account,
        member: newcomer.member,
        role: newcomer.role,
        session,
        ip: caller.ip.clone(),
    };
    let age = remember.then_some(lasts.as_secs());
    Ok((viewer, cookie(token.secret(), age, caller.is_secure())?))
}

/// Without an age the cookie goes when the browser is closed.
fn cookie(secret: &str, age_s: Option<u64>, secure: bool) -> Result<HeaderValue> {
    let age = age_s.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{SESSION_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
    HeaderValue::from_str(&text).map_err(|e| Error::internal("writing a cookie", e))
}

pub(super) async fn welcome(desk: &Desk, viewer: &Viewer, cookie: HeaderValue, status: StatusCode) -> Result<Response> {
    let me = me_of(desk, viewer).await?;
    Ok((status, [(SET_COOKIE, cookie)], Json(me)).into_response())
}

/// Who somebody says to be.
#[derive(Deserialize, ToSchema)]
pub(super) struct SignIn {
    /// Username, e-mail address or telephone number.
    login: String,
    password: String,
    /// Whether to stay signed in when the browser is closed.
    #[serde(default)]
    remember: bool,
}

/// Signs in. Whatever is wrong, the answer is the same and takes as long.
#[utoipa::path(post, path = "/api/org/sign-in", tag = "org", security(()), request_body = SignIn, responses((status = 200, body = Me)))]
pub(super) async fn sign_in(State(desk): State<Desk>, caller: Caller, Json(body): Json<SignIn>) -> Result<Response> {
    let login = rules::login(&body.login);
    desk.org.gate.pass(&login.name, &caller.ip)?;
    let known = entry::account_by_login(&desk, &login).await?;
    let password: String = body.password.chars().take(rules::PASSWORD_CHARS_MAX + 1).collect();
    let kept = known.as_ref().map(|known| known.password_hash.as_str());
    let right = desk.org.passwords.is_right(&password, kept).await?;
    let Some(known) = known.filter(|_| right) else {
        return Err(Refused::SignInFailed.into());
    };
    let mut tx = desk.db.begin().await?;
    let newcomer = Newcomer {
        organisation: known.organisation_id,
        account: known.account_id,
        member: known.member_id,
        role: Role::of_word(&known.role),
    };
    let elsewhere = entry::is_signed_in(&mut tx, known.account_id, desk.now()).await?;
    let (viewer, cookie) = let_in(&mut tx, &desk, &caller, newcomer, body.remember).await?;
    if elsewhere {
        let Viewer { organisation, member, session, .. } = viewer;
        let device = rules::device_name(&caller.user_agent);
        desk.announce(&mut tx, &SignedIn { organisation, member, session, device }).await?;
    }
    tx.commit().await?;
    welcome(&desk, &viewer, cookie, StatusCode::OK).await
}

/// Signs this device out. Signing out twice is signing out once.
#[utoipa::path(post, path = "/api/org/sign-out", tag = "org", security((), ("session" = [])), responses((status = 204)))]
pub(super) async fn sign_out(State(desk): State<Desk>, caller: Caller, viewer: Option<Viewer>) -> Result<Response> {
    if let Some(viewer) = viewer {
        let mut tx = desk.db.begin().await?;
        entry::end_session(&mut tx, &desk, viewer.account, viewer.session).await?;
        tx.commit().await?;
    }
    let gone = cookie("", Some(0), caller.is_secure())?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, gone)]).into_response())
}
