//! People in the directory: found, listed page by page, changed.

use kernel::clock::Time;
use kernel::db::{Ids, Tx};
use kernel::{Error, Result, sql};
use serde::{Deserialize, Serialize};

use super::super::errors::Refused;
use super::super::rules::Role;
use super::super::terms::{sort_key, terms};
use super::super::{AccountId, DepartmentId, MemberId};
use super::departments::{Place, places};
use super::set_up::refuse_taken;
use crate::desk::Desk;
use crate::viewer::Viewer;

/// A person as the directory knows them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Member {
    pub(crate) id: MemberId,
    pub(crate) account_id: AccountId,
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) language: String,
    pub(crate) role: String,
    pub(crate) title: String,
    pub(crate) status_text: String,
    pub(crate) employee_no: String,
    pub(crate) avatar: Option<String>,
    pub(crate) last_seen_at: Option<Time>,
    pub(crate) disabled_at: Option<Time>,
    pub(crate) created_at: Time,
    pub(crate) sort_key: String,
    pub(crate) rank: i64,
    #[sqlx(skip)]
    pub(crate) places: Vec<Place>,
}

impl Member {
    pub(crate) fn role(&self) -> Role {
        Role::of_word(&self.role)
    }
}

/// Which people are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) department: Option<DepartmentId>,
    /// Whether those of the departments inside count too.
    pub(crate) recursive: bool,
    /// A pattern for the search terms.
    pub(crate) like: Option<String>,
    pub(crate) active: bool,
    pub(crate) disabled: bool,
    /// Only these people.
    pub(crate) only: Option<Vec<MemberId>>,
    /// All but these people.
    pub(crate) without: Vec<MemberId>,
}

/// The place of a row in the list: its order in the department, its name, itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct After(pub(crate) i64, pub(crate) String, pub(crate) MemberId);

/// Those who are wanted, as the part of a statement that `$1` to `$9` fill in.
macro_rules! wanted {
    () => {
        "WITH RECURSIVE inside (id) AS (
            SELECT id FROM org_departments WHERE id = $2 AND organisation_id = $1
            UNION
            SELECT d.id FROM org_departments d JOIN inside ON d.parent_id = inside.id WHERE $3
         ), wanted AS (
            SELECT m.id, m.account_id, m.name, a.username, a.email, a.phone, a.language, m.role,
                m.title, m.status_text, m.employee_no, m.avatar, m.last_seen_at, m.disabled_at,
                m.created_at, m.sort_key,
                COALESCE((SELECT x.position FROM org_department_members x
                          WHERE x.member_id = m.id AND x.department_id = $2), 1000000) AS rank
            FROM org_members m JOIN org_accounts a ON a.id = m.account_id
            WHERE m.organisation_id = $1
              AND ($2 IS NULL OR EXISTS (SELECT 1 FROM org_department_members x
                   JOIN inside ON inside.id = x.department_id WHERE x.member_id = m.id))
              AND (m.terms LIKE $4 ESCAPE '!' OR $4 IS NULL)
              AND ((m.disabled_at IS NULL AND $5) OR (m.disabled_at IS NOT NULL AND $6))
              AND ($7 OR m.id = ANY($8)) AND NOT (m.id = ANY($9))
         ) "
    };
}

/// A page of people in order, each with their departments.
pub(crate) async fn page(desk: &Desk, viewer: &Viewer, wanted: &Wanted, after: Option<After>, limit: i64) -> Result<Vec<Member>> {
    let After(rank, key, id) = match after {
        Some(after) => after,
        None => After(i64::MIN, String::new(), viewer.member),
    };
    let ask = desk.db.read(sql!(concat!(
        wanted!(),
        "SELECT * FROM wanted
         WHERE rank > $10 OR (rank = $10 AND (sort_key > $11 OR (sort_key = $11 AND id > $12)))
         ORDER BY rank, sort_key, id LIMIT $13"
    )));
    let mut page: Vec<Member> = fill(ask, viewer, wanted).bind(rank).bind(key).bind(id).bind(limit).all().await?;
    add_places(desk, viewer, &mut page).await?;
    Ok(page)
}

/// How many people are wanted in all.
pub(crate) async fn count(desk: &Desk, viewer: &Viewer, wanted: &Wanted) -> Result<i64> {
    let ask = desk.db.read(sql!(concat!(wanted!(), "SELECT COUNT(*) FROM wanted")));
    let (count,): (i64,) = fill(ask, viewer, wanted).one().await?;
    Ok(count)
}

fn fill<'c>(ask: kernel::db::Ask<'c>, viewer: &Viewer, wanted: &Wanted) -> kernel::db::Ask<'c> {
    let ids = |members: &[MemberId]| Ids::from_iter(members.iter().map(|m| m.uuid()));
    ask.bind(viewer.organisation)
        .bind(wanted.department)
        .bind(wanted.recursive)
        .bind(wanted.like.clone())
        .bind(wanted.active)
        .bind(wanted.disabled)
        .bind(wanted.only.is_none())
        .bind(ids(wanted.only.as_deref().unwrap_or_default()))
        .bind(ids(&wanted.without))
}

/// One person of the viewer's organisation.
pub(crate) async fn member(desk: &Desk, viewer: &Viewer, id: MemberId) -> Result<Member> {
    let wanted = Wanted { active: true, disabled: true, only: Some(vec![id]), ..Wanted::default() };
    let found = page(desk, viewer, &wanted, None, 1).await?;
    found.into_iter().next().ok_or_else(Error::not_found)
}

async fn add_places(desk: &Desk, viewer: &Viewer, members: &mut [Member]) -> Result<()> {
    let mut places = places(desk, viewer, members.iter().map(|m| m.id)).await?;
    for member in members {
        member.places = places.remove(&member.id).unwrap_or_default();
    }
    Ok(())
}

/// How many people the organisation has, the disabled ones too.
pub(crate) async fn headcount(tx: &mut Tx, viewer: &Viewer) -> Result<i64> {
    let (count,): (i64,) =
        tx.ask(sql!("SELECT COUNT(*) FROM org_members WHERE organisation_id = $1")).bind(viewer.organisation).one().await?;
    Ok(count)
}

/// Writes a changed person back: everything that can change but the picture and the password.
pub(crate) async fn save(tx: &mut Tx, desk: &Desk, viewer: &Viewer, member: &Member) -> Result<()> {
    desk.org.forget_sessions(tx);
    let (email, phone) = (member.email.as_deref(), member.phone.as_deref());
    refuse_taken(tx, Some(member.account_id), &member.username, email, phone).await?;
    tx.ask(sql!("UPDATE org_accounts SET username = $2, email = $3, phone = $4, language = $5 WHERE id = $1"))
        .bind(member.account_id)
        .bind(member.username.clone())
        .bind(member.email.clone())
        .bind(member.phone.clone())
        .bind(member.language.clone())
        .run()
        .await?;
    let reach = [&member.username, email.unwrap_or(""), phone.unwrap_or("")];
    tx.ask(sql!(
        "UPDATE org_members SET name = $3, role = $4, title = $5, status_text = $6,
             employee_no = $7, terms = $8, sort_key = $9, disabled_at = $10
         WHERE id = $1 AND organisation_id = $2"
    ))
    .bind(member.id)
    .bind(viewer.organisation)
    .bind(member.name.clone())
    .bind(member.role.clone())
    .bind(member.title.clone())
    .bind(member.status_text.clone())
    .bind(member.employee_no.clone())
    .bind(terms(&member.name, reach))
    .bind(sort_key(&member.name))
    .bind(member.disabled_at)
    .run()
    .await?;
    refuse_no_owner(tx, viewer).await
}

/// An organisation without an owner could never be run again.
async fn refuse_no_owner(tx: &mut Tx, viewer: &Viewer) -> Result<()> {
    let (owners,): (i64,) = tx
        .ask(sql!(
            "SELECT COUNT(*) FROM org_members
             WHERE organisation_id = $1 AND role = 'owner' AND disabled_at IS NULL"
        ))
        .bind(viewer.organisation)
        .one()
        .await?;
    match owners {
        0 => Err(Refused::LastOwner.into()),
        _ => Ok(()),
    }
}

/// Replaces the viewer's own picture: the names of both sizes, or none.
pub(crate) async fn set_avatar(tx: &mut Tx, viewer: &Viewer, names: Option<(String, String)>) -> Result<()> {
    let (large, small) = names.unzip();
    tx.ask(sql!("UPDATE org_members SET avatar = $3, avatar_small = $4 WHERE id = $1 AND organisation_id = $2"))
        .bind(viewer.member)
        .bind(viewer.organisation)
        .bind(large)
        .bind(small)
        .run()
        .await?;
    Ok(())
}

/// The name of the small picture, when somebody shows the large one of that name. Whoever knows the
/// name has been shown the picture: it is a hash of what it shows.
pub(crate) async fn small_avatar_of_anybody(desk: &Desk, large: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = desk
        .db
        .read(sql!("SELECT avatar_small FROM org_members WHERE avatar = $1 AND avatar_small IS NOT NULL LIMIT 1"))
        .bind(large.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(name,)| name))
}

/// The name of the viewer's organisation.
pub(crate) async fn organisation_name(desk: &Desk, viewer: &Viewer) -> Result<String> {
    let (name,): (String,) = desk.db.read(sql!("SELECT name FROM org_organisations WHERE id = $1")).bind(viewer.organisation).one().await?;
    Ok(name)
}

/// Everybody in the deployment, by username.
pub(crate) async fn everybody(desk: &Desk) -> Result<Vec<(String, String, Role, bool)>> {
    const PEOPLE_MAX: i64 = 100_000;
    let rows: Vec<(String, String, String, bool)> = desk
        .db
        .read(sql!(
            "SELECT a.username, m.name, m.role, m.disabled_at IS NOT NULL
             FROM org_members m JOIN org_accounts a ON a.id = m.account_id ORDER BY a.username, m.id LIMIT $1"
        ))
        .bind(PEOPLE_MAX)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(username, name, role, is_disabled)| (username, name, Role::of_word(&role), is_disabled)).collect())
}
