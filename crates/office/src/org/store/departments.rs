//! The department tree, and who sits where in it.

use std::collections::BTreeMap;

use kernel::db::{Ids, Tx};
use kernel::{Error, Result, sql};

use super::super::errors::Refused;
use super::super::rules::Parents;
use super::super::{DEPARTMENTS_MAX, DepartmentId, MemberId, OrganisationId};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// A department, with everybody in it and below it counted once.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Department {
    pub(crate) id: DepartmentId,
    pub(crate) parent_id: Option<DepartmentId>,
    pub(crate) name: String,
    pub(crate) position: i64,
    pub(crate) head_id: Option<MemberId>,
    pub(crate) member_count: i64,
}

/// Where a person sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) department: DepartmentId,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) position: i64,
}

/// The whole tree, in order.
pub(crate) async fn tree(desk: &Desk, viewer: &Viewer) -> Result<Vec<Department>> {
    desk.db
        .read(sql!(
            "WITH RECURSIVE above (id, ancestor) AS (
                SELECT id, id FROM org_departments WHERE organisation_id = $1
                UNION
                SELECT above.id, d.parent_id FROM above
                JOIN org_departments d ON d.id = above.ancestor WHERE d.parent_id IS NOT NULL
             ), counted AS (
                SELECT above.ancestor, COUNT(DISTINCT m.id) AS people FROM above
                JOIN org_department_members x ON x.department_id = above.id
                JOIN org_members m ON m.id = x.member_id AND m.disabled_at IS NULL
                GROUP BY above.ancestor
             )
             SELECT d.id, d.parent_id, d.name, d.position, d.head_id,
                 COALESCE(counted.people, 0) AS member_count
             FROM org_departments d LEFT JOIN counted ON counted.ancestor = d.id
             WHERE d.organisation_id = $1 ORDER BY d.position, d.id"
        ))
        .bind(viewer.organisation)
        .all()
        .await
}

/// Where these people sit, each in their own order.
pub(super) async fn places(
    desk: &Desk,
    viewer: &Viewer,
    members: impl Iterator<Item = MemberId>,
) -> Result<BTreeMap<MemberId, Vec<Place>>> {
    let rows: Vec<(MemberId, DepartmentId, String, String, i64)> = desk
        .db
        .read(sql!(
            "SELECT x.member_id, d.id, d.name, x.title, x.position
             FROM org_department_members x JOIN org_departments d ON d.id = x.department_id
             WHERE x.member_id = ANY($1) AND d.organisation_id = $2
             ORDER BY d.position, d.id"
        ))
        .bind(Ids::from_iter(members.map(MemberId::uuid)))
        .bind(viewer.organisation)
        .all()
        .await?;
    let mut places: BTreeMap<MemberId, Vec<Place>> = BTreeMap::new();
    for (member, department, name, title, position) in rows {
        let place = Place { department, name, title, position };
        places.entry(member).or_default().push(place);
    }
    Ok(places)
}

/// How the departments lie, to check a change against.
pub(crate) async fn parents(tx: &mut Tx, viewer: &Viewer) -> Result<Parents> {
    let rows: Vec<(DepartmentId, Option<DepartmentId>)> =
        tx.ask(sql!("SELECT id, parent_id FROM org_departments WHERE organisation_id = $1")).bind(viewer.organisation).all().await?;
    Ok(rows.into_iter().collect())
}

/// The ids of the departments, by what they lie in and their name.
pub(crate) async fn by_name(tx: &mut Tx, viewer: &Viewer) -> Result<BTreeMap<(Option<DepartmentId>, String), DepartmentId>> {
    let rows: Vec<(DepartmentId, Option<DepartmentId>, String)> =
        tx.ask(sql!("SELECT id, parent_id, name FROM org_departments WHERE organisation_id = $1")).bind(viewer.organisation).all().await?;
    Ok(rows.into_iter().map(|(id, parent, name)| ((parent, name), id)).collect())
}

/// Creates a department at the end of its siblings, unless a position is given.
pub(crate) async fn create(
    tx: &mut Tx,
    desk: &Desk,
    organisation: OrganisationId,
    parent: Option<DepartmentId>,
    name: &str,
    position: Option<i64>,
) -> Result<DepartmentId> {
    let (count, last): (i64, i64) = tx
        .ask(sql!(
            "SELECT COUNT(*), COALESCE(MAX(CASE WHEN parent_id = $2 OR (parent_id IS NULL AND $2 IS NULL)
                 THEN position END), -1)
             FROM org_departments WHERE organisation_id = $1"
        ))
        .bind(organisation)
        .bind(parent)
        .one()
        .await?;
    let max = desk.limits.of(&DEPARTMENTS_MAX);
    if u64::try_from(count).unwrap_or(0) >= max {
        let (what_zh, what_en) = ("部门", "departments");
        return Err(Refused::TooMany { what_zh, what_en, max }.into());
    }
    let id = DepartmentId::draw(&desk.chance, desk.now());
    tx.ask(sql!(
        "INSERT INTO org_departments (id, organisation_id, parent_id, name, position, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)"
    ))
    .bind(id)
    .bind(organisation)
    .bind(parent)
    .bind(name.to_owned())
    .bind(position.unwrap_or(last + 1))
    .bind(desk.now())
    .run()
    .await?;
    Ok(id)
}

/// One department as it stands, for a change.
pub(crate) async fn department(tx: &mut Tx, viewer: &Viewer, id: DepartmentId) -> Result<Department> {
    let found: Option<Department> = tx
        .ask(sql!(
            "SELECT id, parent_id, name, position, head_id, CAST(0 AS BIGINT) AS member_count
             FROM org_departments WHERE id = $1 AND organisation_id = $2"
        ))
        .bind(id)
        .bind(viewer.organisation)
        .optional()
        .await?;
    found.ok_or_else(Error::not_found)
}

/// Writes a changed department back.
pub(crate) async fn save(tx: &mut Tx, viewer: &Viewer, department: &Department) -> Result<()> {
    if let Some(head) = department.head_id {
        let known: Option<(MemberId,)> = tx
            .ask(sql!("SELECT id FROM org_members WHERE id = $1 AND organisation_id = $2"))
            .bind(head)
            .bind(viewer.organisation)
            .optional()
            .await?;
        known.ok_or(Refused::HeadNotMember)?;
    }
    tx.ask(sql!(
        "UPDATE org_departments SET parent_id = $3, name = $4, position = $5, head_id = $6
         WHERE id = $1 AND organisation_id = $2"
    ))
    .bind(department.id)
    .bind(viewer.organisation)
    .bind(department.parent_id)
    .bind(department.name.clone())
    .bind(department.position)
    .bind(department.head_id)
    .run()
    .await?;
    Ok(())
}

/// Removes a department that has none inside it. Its people stay, elsewhere or nowhere.
pub(crate) async fn remove(tx: &mut Tx, viewer: &Viewer, id: DepartmentId) -> Result<()> {
    let (inside,): (i64,) = tx
        .ask(sql!("SELECT COUNT(*) FROM org_departments WHERE parent_id = $1 AND organisation_id = $2"))
        .bind(id)
        .bind(viewer.organisation)
        .one()
        .await?;
    if inside > 0 {
        return Err(Refused::DepartmentNotEmpty.into());
    }
    tx.ask(sql!("DELETE FROM org_departments WHERE id = $1 AND organisation_id = $2")).bind(id).bind(viewer.organisation).run().await?;
    Ok(())
}

/// Seats a person in exactly these departments.
pub(crate) async fn seat(
    tx: &mut Tx,
    organisation: OrganisationId,
    member: MemberId,
    places: &[(DepartmentId, String, Option<i64>)],
) -> Result<()> {
    tx.ask(sql!("DELETE FROM org_department_members WHERE member_id = $1")).bind(member).run().await?;
    for (department, title, position) in places {
        let seated = tx
            .ask(sql!(
                "INSERT INTO org_department_members (department_id, member_id, title, position)
                 SELECT d.id, $2, $3, COALESCE($4, (SELECT COALESCE(MAX(x.position) + 1, 0)
                     FROM org_department_members x WHERE x.department_id = d.id))
                 FROM org_departments d WHERE d.id = $1 AND d.organisation_id = $5
                 ON CONFLICT (department_id, member_id) DO NOTHING"
            ))
            .bind(*department)
            .bind(member)
            .bind(title.clone())
            .bind(*position)
            .bind(organisation)
            .run()
            .await?;
        if seated == 0 {
            return Err(Refused::DepartmentUnknown.into());
        }
    }
    Ok(())
}

/// Names the head of a department; both must be of the organisation.
pub(crate) async fn set_head(tx: &mut Tx, organisation: OrganisationId, department: DepartmentId, head: MemberId) -> Result<()> {
    tx.ask(sql!(
        "UPDATE org_departments SET head_id = (SELECT id FROM org_members WHERE id = $3 AND organisation_id = $2)
         WHERE id = $1 AND organisation_id = $2"
    ))
    .bind(department)
    .bind(organisation)
    .bind(head)
    .run()
    .await?;
    Ok(())
}
