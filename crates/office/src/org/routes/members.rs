//! The directory, and what administrators do with the people in it.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use kernel::clock::Time;
use kernel::db::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::super::errors::Refused;
use super::super::events::{Changed, PasswordWasReset, RoleChanged};
use super::super::letters::{ChangedBy, tell_password_changed};
use super::super::passwords;
use super::super::rules::{self, Permission, Role};
use super::super::store::audit::record;
use super::super::store::members::{self, After, Member, Wanted};
use super::super::store::set_up::{NewPerson, create_person};
use super::super::store::{cards, departments, entry};
use super::super::terms::pattern;
use super::super::{DepartmentId, MEMBERS_MAX, MemberId, Presence};
use crate::desk::Desk;
use crate::http::{Cursor, Json, Path, Query};
use crate::viewer::{Viewer, forbidden};

/// People on one page, when the asker does not say.
const PAGE_DEFAULT: u32 = 50;
const PAGE_MAX: u32 = 200;
/// Characters of a search that are looked at.
const SEARCH_CHARS_MAX: usize = 64;
/// Departments one person may be in.
pub(super) const PLACES_MAX: usize = 20;

/// A person in the directory.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberView {
    id: MemberId,
    name: String,
    username: String,
    email: Option<String>,
    phone: Option<String>,
    role: Role,
    title: String,
    status_text: String,
    avatar_url: Option<String>,
    departments: Vec<PlaceView>,
    presence: Presence,
    last_seen_at: Option<Time>,
    disabled: bool,
    created_at: Time,
    employee_no: String,
    language: String,
}

/// Where a person sits.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberDepartment)]
pub(crate) struct PlaceView {
    id: DepartmentId,
    name: String,
    title: String,
    position: i64,
}

impl MemberView {
    pub(super) fn of(desk: &Desk, member: Member) -> Self {
        let role = member.role();
        let departments = member.places.into_iter().map(|place| PlaceView {
            id: place.department,
            name: place.name,
            title: place.title,
            position: place.position,
        });
        Self {
            id: member.id,
            name: member.name,
            username: member.username,
            email: member.email,
            phone: member.phone,
            role,
            title: member.title,
            status_text: member.status_text,
            avatar_url: cards::avatar_url(member.avatar.as_deref()),
            departments: departments.collect(),
            presence: desk.org.presence().of(member.id),
            last_seen_at: desk.org.presence().last_seen(member.id).or(member.last_seen_at),
            disabled: member.disabled_at.is_some(),
            created_at: member.created_at,
            employee_no: member.employee_no,
            language: member.language,
        }
    }
}

/// Which people are wanted.
#[derive(Deserialize, IntoParams)]
pub(super) struct MemberQuery {
    /// Those of this department.
    department: Option<DepartmentId>,
    /// Whether those of the departments inside count too.
    recursive: Option<bool>,
    /// Part of a name, its pinyin or initials, a username, an address or a number.
    q: Option<String>,
    presence: Option<Presence>,
    /// `active` (the default), `disabled` or `all`; only administrators see who is disabled.
    #[param(inline)]
    status: Option<Status>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// Whether somebody is disabled.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Active,
    Disabled,
    All,
}

/// A page of people.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberList {
    members: Vec<MemberView>,
    next_cursor: Option<String>,
    /// How many there are on all pages.
    total: i64,
}

/// The people of the organisation: those of a department in its order, else by name.
#[utoipa::path(get, path = "/api/org/members", tag = "org", security(("session" = [])), params(MemberQuery), responses((status = 200, body = MemberList)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<MemberQuery>) -> Result<Json<MemberList>> {
    let after: Option<After> = Cursor::read(query.cursor.as_deref())?;
    let limit = i64::from(query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX));
    let wanted = wanted(&desk, &viewer, query)?;
    let total = members::count(&desk, &viewer, &wanted).await?;
    let mut page = members::page(&desk, &viewer, &wanted, after, limit + 1).await?;
    let more = page.len() as i64 > limit;
    if more {
        page.pop();
    }
    let last = page.last().filter(|_| more);
    let next_cursor = last.and_then(|m| Cursor::write(&After(m.rank, m.sort_key.clone(), m.id)));
    let members = page.into_iter().map(|member| MemberView::of(&desk, member)).collect();
    Ok(Json(MemberList { members, next_cursor, total }))
}

fn wanted(desk: &Desk, viewer: &Viewer, query: MemberQuery) -> Result<Wanted> {
    let status = query.status.unwrap_or(Status::Active);
    if !matches!(status, Status::Active) {
        viewer.must(Permission::Members)?;
    }
    let board = desk.org.presence();
    let (only, without) = match query.presence {
        None => (None, Vec::new()),
        Some(Presence::Offline) => {
            let here = [Presence::Online, Presence::InMeeting, Presence::Away];
            (None, board.who(&here))
        }
        Some(presence) => (Some(board.who(&[presence])), Vec::new()),
    };
    let q: Option<String> = query.q.map(|q| q.trim().chars().take(SEARCH_CHARS_MAX).collect());
    Ok(Wanted {
        department: query.department,
        recursive: query.recursive.unwrap_or(false),
        like: q.filter(|q| !q.is_empty()).map(|q| pattern(&q)),
        active: matches!(status, Status::Active | Status::All),
        disabled: matches!(status, Status::Disabled | Status::All),
        only,
        without,
    })
}

/// One person.
#[utoipa::path(get, path = "/api/org/members/{id}", tag = "org", security(("session" = [])), params(("id" = MemberId, Path)), responses((status = 200, body = MemberView)))]
pub(super) async fn member(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MemberId>) -> Result<Json<MemberView>> {
    let member = members::member(&desk, &viewer, id).await?;
    Ok(Json(MemberView::of(&desk, member)))
}

/// Where a person is to sit.
#[derive(Deserialize, ToSchema)]
pub(super) struct PlaceChange {
    id: DepartmentId,
    title: Option<String>,
    position: Option<i64>,
}

/// A new person.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewMember {
    name: String,
    username: String,
    email: Option<String>,
    phone: Option<String>,
    role: Option<Role>,
    title: Option<String>,
    employee_no: Option<String>,
    language: Option<String>,
    departments: Option<Vec<PlaceChange>>,
    /// Drawn for you when it is left out.
    password: Option<String>,
}

/// A person just created.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberCreated {
    member: MemberView,
    /// The first password, shown this once, when none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

/// Creates a person.
#[utoipa::path(post, path = "/api/org/members", tag = "org", security(("session" = [])), request_body = NewMember, responses((status = 201, body = MemberCreated)))]
pub(super) async fn create(
    State(desk): State<Desk>,
    viewer: Viewer,
    Json(body): Json<NewMember>,
) -> Result<(StatusCode, Json<MemberCreated>)> {
    viewer.must(Permission::Members)?;
    let role = body.role.unwrap_or(Role::Member);
    refuse_above(&viewer, role)?;
    let drawn = body.password.is_none().then(|| passwords::draw(&desk.chance));
    let password = body.password.as_deref().or(drawn.as_deref()).unwrap_or_default();
    let mut person = NewPerson {
        name: rules::person_name(&body.name)?,
        username: rules::username(&body.username)?,
        email: rules::email(body.email.as_deref().unwrap_or_default())?,
        phone: rules::phone(body.phone.as_deref().unwrap_or_default())?,
        password_hash: String::new(),
        role,
        title: rules::title(body.title.as_deref().unwrap_or_default())?,
        employee_no: rules::employee_no(body.employee_no.as_deref().unwrap_or_default())?,
        language: rules::language(body.language.as_deref().unwrap_or("zh-CN"))?,
    };
    let places = parse_places(body.departments.unwrap_or_default())?;
    person.password_hash = desk.org.passwords.hash(rules::password("password", password)?).await?;
    let mut tx = desk.db.begin().await?;
    refuse_full(&mut tx, &desk, &viewer).await?;
    let (_, id) = create_person(&mut tx, &desk, viewer.organisation, &person).await?;
    departments::seat(&mut tx, viewer.organisation, id, &places).await?;
    let details = json!({ "username": person.username, "role": role });
    record(&mut tx, &desk, (&viewer).into(), "org.member_created", &person.name, details).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    let member = MemberView::of(&desk, members::member(&desk, &viewer, id).await?);
    Ok((StatusCode::CREATED, Json(MemberCreated { member, password: drawn })))
}

/// Somebody of that role is above what the viewer may manage.
pub(super) fn refuse_above(viewer: &Viewer, role: Role) -> Result<()> {
    match viewer.role.may_manage(role) {
        true => Ok(()),
        false if viewer.can(Permission::Members) => Err(Refused::OwnerOnly.into()),
        false => Err(forbidden()),
    }
}

pub(super) async fn refuse_full(tx: &mut Tx, desk: &Desk, viewer: &Viewer) -> Result<()> {
    let max = desk.limits.of(&MEMBERS_MAX);
    let count = members::headcount(tx, viewer).await?;
    match u64::try_from(count).unwrap_or(0) >= max {
        true => Err(Refused::TooMany { what_zh: "成员", what_en: "people", max }.into()),
        false => Ok(()),
    }
}

fn parse_places(places: Vec<PlaceChange>) -> Result<Vec<(DepartmentId, String, Option<i64>)>> {
    if places.len() > PLACES_MAX {
        let (what_zh, what_en) = ("一个人的部门", "departments for one person");
        return Err(Refused::TooMany { what_zh, what_en, max: PLACES_MAX as u64 }.into());
    }
    let parsed = places.into_iter().map(|place| {
        let title = rules::title(place.title.as_deref().unwrap_or_default())?;
        Ok((place.id, title, place.position.map(rules::position)))
    });
    parsed.collect()
}

/// What an administrator may change of a person. What is left out stays.
#[derive(Deserialize, ToSchema)]
pub(super) struct MemberChange {
    name: Option<String>,
    username: Option<String>,
    /// Empty for none.
    email: Option<String>,
    /// Empty for none.
    phone: Option<String>,
    role: Option<Role>,
    title: Option<String>,
    employee_no: Option<String>,
    /// Replaces every department the person is in.
    departments: Option<Vec<PlaceChange>>,
}

/// Changes a person.
#[utoipa::path(patch, path = "/api/org/members/{id}", tag = "org", security(("session" = [])), params(("id" = MemberId, Path)), request_body = MemberChange, responses((status = 200, body = MemberView)))]
pub(super) async fn change(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MemberId>,
    Json(body): Json<MemberChange>,
) -> Result<Json<MemberView>> {
    let before = to_manage(&desk, &viewer, id).await?;
    let places = body.departments.map(parse_places).transpose()?;
    let mut member = before.clone();
    if let Some(name) = body.name {
        member.name = rules::person_name(&name)?;
    }
    if let Some(username) = body.username {
        member.username = rules::username(&username)?;
    }
    if let Some(email) = body.email {
        member.email = rules::email(&email)?;
    }
    if let Some(phone) = body.phone {
        member.phone = rules::phone(&phone)?;
    }
    if let Some(title) = body.title {
        member.title = rules::title(&title)?;
    }
    if let Some(employee_no) = body.employee_no {
        member.employee_no = rules::employee_no(&employee_no)?;
    }
    if let Some(role) = body.role {
        refuse_above(&viewer, role)?;
        member.role = role.word().to_owned();
    }
    let mut tx = desk.db.begin().await?;
    members::save(&mut tx, &desk, &viewer, &member).await?;
    if let Some(places) = &places {
        departments::seat(&mut tx, viewer.organisation, id, places).await?;
    }
    let details = differences(&before, &member, places.is_some());
    record(&mut tx, &desk, (&viewer).into(), "org.member_changed", &member.name, details).await?;
    if before.role != member.role {
        let changed = RoleChanged { organisation: viewer.organisation, member: id, by: viewer.member, role: member.role() };
        desk.announce(&mut tx, &changed).await?;
    }
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    let member = members::member(&desk, &viewer, id).await?;
    Ok(Json(MemberView::of(&desk, member)))
}

/// The person to be managed, if the viewer may.
async fn to_manage(desk: &Desk, viewer: &Viewer, id: MemberId) -> Result<Member> {
    viewer.must(Permission::Members)?;
    let member = members::member(desk, viewer, id).await?;
    refuse_above(viewer, member.role())?;
    Ok(member)
}

/// What the audit log says of a change: each field with what it was and what it is.
fn differences(before: &Member, after: &Member, seated: bool) -> serde_json::Value {
    let none = String::new();
    let fields = [
        ("name", &before.name, &after.name),
        ("username", &before.username, &after.username),
        ("email", before.email.as_ref().unwrap_or(&none), after.email.as_ref().unwrap_or(&none)),
        ("phone", before.phone.as_ref().unwrap_or(&none), after.phone.as_ref().unwrap_or(&none)),
        ("role", &before.role, &after.role),
        ("title", &before.title, &after.title),
        ("employee_no", &before.employee_no, &after.employee_no),
    ];
    let changed = fields.into_iter().filter(|(_, before, after)| before != after);
    let mut details: serde_json::Map<String, serde_json::Value> =
        changed.map(|(name, before, after)| (name.to_owned(), json!([before, after]))).collect();
    if seated {
        details.insert("departments".to_owned(), json!(true));
    }
    details.into()
}

/// Disables a person: every device is signed out, nothing is lost.
#[utoipa::path(post, path = "/api/org/members/{id}/disable", tag = "org", security(("session" = [])), params(("id" = MemberId, Path)), responses((status = 200, body = MemberView)))]
pub(super) async fn disable(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MemberId>) -> Result<Json<MemberView>> {
    let now = desk.now();
    set_disabled(&desk, &viewer, id, Some(now), "org.member_disabled").await
}

/// Enables a person again.
#[utoipa::path(post, path = "/api/org/members/{id}/enable", tag = "org", security(("session" = [])), params(("id" = MemberId, Path)), responses((status = 200, body = MemberView)))]
pub(super) async fn enable(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MemberId>) -> Result<Json<MemberView>> {
    set_disabled(&desk, &viewer, id, None, "org.member_enabled").await
}

async fn set_disabled(desk: &Desk, viewer: &Viewer, id: MemberId, at: Option<Time>, action: &'static str) -> Result<Json<MemberView>> {
    let mut member = to_manage(desk, viewer, id).await?;
    if id == viewer.member {
        return Err(Refused::NotYourself.into());
    }
    member.disabled_at = at.map(|at| member.disabled_at.unwrap_or(at));
    let mut tx = desk.db.begin().await?;
    members::save(&mut tx, desk, viewer, &member).await?;
    if at.is_some() {
        entry::end_sessions(&mut tx, desk, member.account_id, None).await?;
    }
    record(&mut tx, desk, viewer.into(), action, &member.name, json!({})).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    let member = members::member(desk, viewer, id).await?;
    Ok(Json(MemberView::of(desk, member)))
}

/// The new password, when the administrator chooses it.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordReset {
    /// Drawn for you when it is left out.
    password: Option<String>,
}

/// A password just reset.
#[derive(Serialize, ToSchema)]
pub(super) struct PasswordIsReset {
    /// To be handed to its owner; it is shown this once.
    password: String,
}

/// Gives a person a new password and signs out every device.
#[utoipa::path(post, path = "/api/org/members/{id}/reset-password", tag = "org", security(("session" = [])), params(("id" = MemberId, Path)), request_body = PasswordReset, responses((status = 200, body = PasswordIsReset)))]
pub(super) async fn reset_password(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MemberId>,
    Json(body): Json<PasswordReset>,
) -> Result<Json<PasswordIsReset>> {
    let member = to_manage(&desk, &viewer, id).await?;
    if id == viewer.member {
        return Err(Refused::NotYourself.into());
    }
    let password = body.password.unwrap_or_else(|| passwords::draw(&desk.chance));
    let hash = desk.org.passwords.hash(rules::password("password", &password)?).await?;
    let mut tx = desk.db.begin().await?;
    entry::set_password(&mut tx, member.account_id, hash).await?;
    entry::end_sessions(&mut tx, &desk, member.account_id, None).await?;
    record(&mut tx, &desk, (&viewer).into(), "org.password_reset", &member.name, json!({})).await?;
    tell_password_changed(&mut tx, &desk, member.account_id, ChangedBy::Administrator).await?;
    desk.announce(&mut tx, &PasswordWasReset { organisation: viewer.organisation, member: id, by: viewer.member }).await?;
    tx.commit().await?;
    Ok(Json(PasswordIsReset { password }))
}
