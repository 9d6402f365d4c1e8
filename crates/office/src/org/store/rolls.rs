//! Who belongs where, for capabilities that follow the directory: everybody, or a department with what lies in it.

use kernel::db::Tx;
use kernel::{Result, sql};

use super::super::rules::Role;
use super::super::{DepartmentId, MemberId, OrganisationId};
use crate::desk::Desk;

/// Somebody who is not disabled, with their role.
pub(crate) type Active = (MemberId, Role);

/// A department as those who follow it know it.
#[derive(Clone, Debug)]
pub(crate) struct DepartmentRoll {
    pub(crate) name: String,
    pub(crate) head: Option<MemberId>,
    /// Everybody in it and in the departments inside, each once.
    pub(crate) people: Vec<Active>,
}

/// What an organisation is called.
pub(crate) async fn name(desk: &Desk, organisation: OrganisationId) -> Result<String> {
    let (name,): (String,) = desk.db.read(sql!("SELECT name FROM org_organisations WHERE id = $1")).bind(organisation).one().await?;
    Ok(name)
}

/// The organisation's name and everybody in it who is not disabled.
pub(crate) async fn organisation_roll(tx: &mut Tx, organisation: OrganisationId) -> Result<(String, Vec<Active>)> {
    let (name,): (String,) = tx.ask(sql!("SELECT name FROM org_organisations WHERE id = $1")).bind(organisation).one().await?;
    let rows: Vec<(MemberId, String)> = tx
        .ask(sql!("SELECT id, role FROM org_members WHERE organisation_id = $1 AND disabled_at IS NULL ORDER BY id"))
        .bind(organisation)
        .all()
        .await?;
    Ok((name, rows.into_iter().map(|(id, role)| (id, Role::of_word(&role))).collect()))
}

/// A department of the organisation, if there still is one of that id.
pub(crate) async fn department_roll(tx: &mut Tx, organisation: OrganisationId, id: DepartmentId) -> Result<Option<DepartmentRoll>> {
    let found: Option<(String, Option<MemberId>)> = tx
        .ask(sql!("SELECT name, head_id FROM org_departments WHERE id = $1 AND organisation_id = $2"))
        .bind(id)
        .bind(organisation)
        .optional()
        .await?;
    let Some((name, head)) = found else { return Ok(None) };
    let rows: Vec<(MemberId, String)> = tx
        .ask(sql!(
            "WITH RECURSIVE inside (id) AS (
                SELECT id FROM org_departments WHERE id = $1 AND organisation_id = $2
                UNION
                SELECT d.id FROM org_departments d JOIN inside ON d.parent_id = inside.id
             )
             SELECT m.id, m.role FROM org_members m WHERE m.organisation_id = $2 AND m.disabled_at IS NULL
               AND EXISTS (SELECT 1 FROM org_department_members x JOIN inside ON inside.id = x.department_id WHERE x.member_id = m.id)
             ORDER BY m.id"
        ))
        .bind(id)
        .bind(organisation)
        .all()
        .await?;
    let people = rows.into_iter().map(|(id, role)| (id, Role::of_word(&role))).collect();
    Ok(Some(DepartmentRoll { name, head, people }))
}
