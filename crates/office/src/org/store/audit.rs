//! The audit log: administrative acts, written in the transaction of the act itself.

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::{Result, sql};
use sqlx::types::Json;

use super::super::{AuditId, MemberId, OrganisationId};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// One act.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) id: AuditId,
    pub(crate) at: Time,
    pub(crate) actor_id: Option<MemberId>,
    pub(crate) actor_name: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) details: Json<serde_json::Value>,
    pub(crate) ip: String,
}

/// Whoever acts: a member, or somebody who is only just becoming one.
#[derive(Clone, Debug)]
pub(crate) struct Actor<'a> {
    pub(crate) organisation: OrganisationId,
    pub(crate) member: Option<MemberId>,
    pub(crate) ip: &'a str,
}

impl<'a> From<&'a Viewer> for Actor<'a> {
    fn from(viewer: &'a Viewer) -> Self {
        Actor { organisation: viewer.organisation, member: Some(viewer.member), ip: &viewer.ip }
    }
}

/// Records an act. `action` is a verb of its capability, such as `org.member_created`; `subject` is
/// whom or what it befell, in words.
pub(crate) async fn record(
    tx: &mut Tx,
    desk: &Desk,
    actor: Actor<'_>,
    action: &'static str,
    subject: &str,
    details: serde_json::Value,
) -> Result<()> {
    let now = desk.now();
    tx.ask(sql!(
        "INSERT INTO org_audit (id, organisation_id, at, actor_id, actor_name, action, subject, details, ip)
         VALUES ($1, $2, $3, $4, COALESCE((SELECT name FROM org_members WHERE id = $4), ''), $5, $6, $7, $8)"
    ))
    .bind(AuditId::draw(&desk.chance, now))
    .bind(actor.organisation)
    .bind(now)
    .bind(actor.member)
    .bind(action)
    .bind(subject.to_owned())
    .bind(Json(details))
    .bind(actor.ip.to_owned())
    .run()
    .await?;
    Ok(())
}

/// The log, newest first.
pub(crate) async fn entries(
    desk: &Desk,
    viewer: &Viewer,
    action: Option<String>,
    actor: Option<MemberId>,
    before: Option<AuditId>,
    limit: i64,
) -> Result<Vec<Entry>> {
    desk.db
        .read(sql!(
            "SELECT id, at, actor_id, actor_name, action, subject, details, ip FROM org_audit
             WHERE organisation_id = $1 AND (action = $2 OR $2 IS NULL)
               AND (actor_id = $3 OR $3 IS NULL) AND (id < $4 OR $4 IS NULL)
             ORDER BY id DESC LIMIT $5"
        ))
        .bind(viewer.organisation)
        .bind(action)
        .bind(actor)
        .bind(before)
        .bind(limit)
        .all()
        .await
}
