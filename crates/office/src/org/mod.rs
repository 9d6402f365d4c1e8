//! The organisation: people and their departments, how they sign in, what they may do, who is here.
//!
//! This file is its face; everything else is private. An *account* is how a person signs in, a
//! *member* is what that person is in one organisation. Rows are fetched with a
//! [`Viewer`](crate::viewer::Viewer) and never cross from one organisation to another; to a
//! stranger nothing of it exists. It must never know of meetings or messages: those capabilities
//! tell it who is in a meeting.

mod avatar;
mod errors;
mod events;
mod import;
mod jobs;
mod letters;
mod passwords;
mod presence;
mod routes;
mod rules;
mod sessions;

mod store;
mod terms;

use std::sync::Arc;

use kernel::db::{Migration, Tx};
use kernel::{Result, limit};
use serde_json::json;

use crate::OfficeParts;
use crate::desk::Desk;
use crate::features::Feature;

pub(crate) use events::{Changed, PasswordWasReset, RoleChanged, SessionsEnded, SignedIn};
pub(crate) use presence::{Presence, PresenceBoard};
pub(crate) use routes::{SESSION_COOKIE, session_token};
pub(crate) use rules::{Permission, Role};
pub(crate) use store::audit::{Actor, record};
pub(crate) use store::cards::{PersonCard, Reach, cards, departments_of, people_by_handles, reach};
pub(crate) use store::departments::{seat, set_head};
pub(crate) use store::entry::{is_session_open, viewer_by_token, viewer_of_member};
pub(crate) use store::find::find_people;
pub(crate) use store::rolls::{Active, DepartmentRoll, department_roll, name, organisation_roll};
pub(crate) use store::set_up::{NewOffice, NewPerson, create_office, create_person, is_set_up, use_link_up as use_set_up_link_up};

pub(crate) use terms::{is_called, sounds, sounds_like};

use passwords::{Gate, Passwords};
use sessions::Sessions;

limit!(MEMBERS_MAX: "org.members", 20_000, "people", "How many people an organisation may have.");
limit!(DEPARTMENTS_MAX: "org.departments", 2_000, "departments", "How many departments an organisation may have.");
limit!(SESSION_DAYS: "org.session_days", 30, "days", "How long a device stays signed in when it is told to remember.");
limit!(SESSION_HOURS: "org.session_hours", 24, "hours", "How long a device stays signed in otherwise.");
limit!(PASSWORD_LINK_MINUTES: "org.password_link_minutes", 60, "minutes", "How long a mailed link for a new password is good.");
limit!(PASSWORD_LINKS_MAX: "org.password_links_per_hour", 3, "mails", "How many links for a new password one account is sent within an hour.");
limit!(INVITATION_MAILS_MAX: "org.invitation_mails", 50, "mails", "How many people may be invited by mail at once.");
limit!(IMPORT_BYTES_MAX: "org.import_bytes", 4_194_304, "bytes", "How large a table of people may be.");

kernel::id! {
    /// One organisation.
    pub(crate) struct OrganisationId;
}
kernel::id! {
    /// How one person signs in.
    pub(crate) struct AccountId;
}
kernel::id! {
    /// One person in one organisation.
    pub(crate) struct MemberId;
}
kernel::id! {
    /// One department.
    pub(crate) struct DepartmentId;
}
kernel::id! {
    /// One signed-in device.
    pub(crate) struct SessionId;
}
kernel::id! {
    /// One invitation.
    pub(crate) struct InvitationId;
}
kernel::id! {
    /// One line of the audit log.
    pub(crate) struct AuditId;
}

/// What the organisation brings along.
pub(crate) const FEATURE: Feature = Feature {
    name: "org",
    routes: routes::routes,
    migrations: &[
        Migration { capability: "org", number: 1, text: include_str!("migrations/0001_org.sql") },
        Migration { capability: "org", number: 2, text: include_str!("migrations/0002_mail.sql") },
    ],
    listens: events::listens,
    jobs: jobs::jobs,
    follows: None,
    notices: events::NOTICES,
    subjects: &[],
};

/// What the organisation keeps in memory.
#[derive(Debug)]
pub(crate) struct Org {
    passwords: Passwords,
    gate: Gate,
    presence: PresenceBoard,
    sessions: Arc<Sessions>,
    seen: store::entry::SeenWriter,
}

impl Org {
    pub(crate) fn new(parts: &OfficeParts) -> Self {
        let OfficeParts { limits, chance, metrics, .. } = parts;
        Self {
            passwords: Passwords::new(parts.config.password_cost, chance, limits, metrics),
            gate: Gate::new(&parts.clock, limits),
            presence: PresenceBoard::default(),
            sessions: Arc::default(),
            seen: store::entry::seen_writer(&parts.db),
        }
    }

    /// Has nobody be taken any more for whom they were before this change, once it is made.
    fn forget_sessions(&self, tx: &mut Tx) {
        let sessions = Arc::clone(&self.sessions);
        tx.then(move || sessions.forget());
    }

    /// Who is here.
    pub(crate) fn presence(&self) -> &PresenceBoard {
        &self.presence
    }
}

/// The hash of a password, for people who are not created by a request.
pub(crate) async fn hash_password(desk: &Desk, password: &str) -> Result<String> {
    desk.org.passwords.hash(password).await
}

/// Whether a password is the one whose hash was kept.
pub(crate) async fn is_password(desk: &Desk, password: &str, kept: &str) -> Result<bool> {
    desk.org.passwords.is_right(password, Some(kept)).await
}

/// Founds an organisation for whoever runs the deployment: names and password must be as if typed in.
pub(crate) async fn found(desk: &Desk, name: &str, owner: &str, username: &str, password: &str) -> Result<()> {
    let owner = NewPerson {
        name: rules::person_name(owner)?,
        username: rules::username(username)?,
        email: None,
        phone: None,
        password_hash: hash_password(desk, rules::password("password", password)?).await?,
        role: Role::Owner,
        title: String::new(),
        employee_no: String::new(),
        language: "zh-CN".to_owned(),
    };
    let office = NewOffice { name: rules::office_name(name)?, owner };
    let mut tx = desk.db.begin().await?;
    create_office(&mut tx, desk, &office).await?;
    tx.commit().await
}

/// A new password for whoever signs in by that name, drawn here; nothing when there is nobody. Whoever runs the machine
/// may do that, and it is written down like every other reset.
pub(crate) async fn reset_password_by_operator(desk: &Desk, login: &str) -> Result<Option<String>> {
    let Some(known) = store::entry::account_by_login(desk, &rules::login(login)).await? else {
        return Ok(None);
    };
    let password = passwords::draw(&desk.chance);
    let hash = hash_password(desk, &password).await?;
    let mut tx = desk.db.begin().await?;
    store::entry::set_password(&mut tx, known.account_id, hash).await?;
    store::entry::end_sessions(&mut tx, desk, known.account_id, None).await?;
    let actor = Actor { organisation: known.organisation_id, member: None, ip: "" };
    let details = json!({ "by": "operator" });
    record(&mut tx, desk, actor, "org.password_reset", &known.name, details).await?;
    letters::tell_password_changed(&mut tx, desk, known.account_id, letters::ChangedBy::Operator).await?;
    tx.commit().await?;
    Ok(Some(password))
}

/// Everybody, whatever their organisation, for whoever runs the machine: username, name, role, whether disabled.
pub(crate) async fn everybody(desk: &Desk) -> Result<Vec<(String, String, Role, bool)>> {
    store::members::everybody(desk).await
}

/// Creates a department at the end of its siblings.
pub(crate) async fn create_department(
    tx: &mut Tx,
    desk: &Desk,
    organisation: OrganisationId,
    parent: Option<DepartmentId>,
    name: &str,
) -> Result<DepartmentId> {
    store::departments::create(tx, desk, organisation, parent, name, None).await
}

/// What is done once at every start: plan the sweep, and draw the one-time link when nobody has set
/// the office up yet.
pub(crate) async fn prepare(desk: &Desk) -> Result<Option<String>> {
    let mut tx = desk.db.begin().await?;
    jobs::plan_sweep(&mut tx, desk, jobs::next_sweep(desk.now())).await?;
    let token = store::set_up::draw_token(&mut tx, desk).await?;
    tx.commit().await?;
    let base = desk.config.public_url.as_deref().unwrap_or("http://localhost:8080");
    Ok(token.map(|token| format!("{}/set-up?token={}", base.trim_end_matches('/'), token.secret())))
}
