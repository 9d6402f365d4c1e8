//! Invitations by link: so many uses, until a certain time.

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::{Error, Result, sql};
use sqlx::types::Json;

use super::super::errors::Refused;
use super::super::rules::Role;
use super::super::{DepartmentId, InvitationId, OrganisationId};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// One invitation.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Invitation {
    pub(crate) id: InvitationId,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) organisation_name: String,
    pub(crate) token: String,
    pub(crate) role: String,
    pub(crate) department_ids: Json<Vec<DepartmentId>>,
    pub(crate) created_by_name: String,
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) max_uses: i64,
    pub(crate) uses: i64,
    /// Whom it was mailed to; none for a link that is passed on by hand.
    pub(crate) email: Option<String>,
}

impl Invitation {
    pub(crate) fn role(&self) -> Role {
        Role::of_word(&self.role)
    }
}

macro_rules! invitations {
    ($where:literal) => {
        concat!(
            "SELECT i.id, i.organisation_id, o.name AS organisation_name, i.token, i.role,
                 i.department_ids, m.name AS created_by_name, i.created_at,
                 i.expires_at, i.max_uses, i.uses, i.email
             FROM org_invitations i JOIN org_organisations o ON o.id = i.organisation_id
             JOIN org_members m ON m.id = i.created_by ",
            $where
        )
    };
}

/// What the viewer's organisation has open or lately had, newest first.
pub(crate) async fn all(desk: &Desk, viewer: &Viewer) -> Result<Vec<Invitation>> {
    const INVITATIONS_SHOWN_MAX: i64 = 200;
    desk.db
        .read(sql!(invitations!("WHERE i.organisation_id = $1 ORDER BY i.id DESC LIMIT $2")))
        .bind(viewer.organisation)
        .bind(INVITATIONS_SHOWN_MAX)
        .all()
        .await
}

/// A new invitation.
#[derive(Clone, Debug)]
pub(crate) struct NewInvitation {
    pub(crate) role: Role,
    pub(crate) departments: Vec<DepartmentId>,
    pub(crate) expires_at: Time,
    pub(crate) max_uses: i64,
    pub(crate) email: Option<String>,
}

/// Creates an invitation.
pub(crate) async fn create(tx: &mut Tx, desk: &Desk, viewer: &Viewer, new: NewInvitation) -> Result<Invitation> {
    let now = desk.now();
    let id = InvitationId::draw(&desk.chance, now);
    tx.ask(sql!(
        "INSERT INTO org_invitations (id, organisation_id, token, role, department_ids, created_by,
             created_at, expires_at, max_uses, uses, email)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)"
    ))
    .bind(id)
    .bind(viewer.organisation)
    .bind(desk.chance.token().secret().to_owned())
    .bind(new.role.word())
    .bind(Json(new.departments))
    .bind(viewer.member)
    .bind(now)
    .bind(new.expires_at)
    .bind(new.max_uses)
    .bind(new.email)
    .run()
    .await?;
    tx.ask(sql!(invitations!("WHERE i.id = $1"))).bind(id).one().await
}

/// Takes an invitation back.
pub(crate) async fn remove(tx: &mut Tx, viewer: &Viewer, id: InvitationId) -> Result<()> {
    let removed =
        tx.ask(sql!("DELETE FROM org_invitations WHERE id = $1 AND organisation_id = $2")).bind(id).bind(viewer.organisation).run().await?;
    match removed {
        0 => Err(Error::not_found()),
        _ => Ok(()),
    }
}

/// The invitation of that token, for whoever holds it.
pub(crate) async fn by_token(desk: &Desk, token: &str) -> Result<Invitation> {
    let found: Option<Invitation> = desk.db.read(sql!(invitations!("WHERE i.token = $1"))).bind(token.to_owned()).optional().await?;
    let invitation = found.ok_or(Refused::LinkInvalid)?;
    match invitation.uses >= invitation.max_uses || invitation.expires_at <= desk.now() {
        true => Err(Refused::LinkExpired.into()),
        false => Ok(invitation),
    }
}

/// Uses an invitation once. Of two who take the last place, one is refused.
pub(crate) async fn use_once(tx: &mut Tx, invitation: &Invitation, now: Time) -> Result<()> {
    let used = tx
        .ask(sql!(
            "UPDATE org_invitations SET uses = uses + 1
             WHERE id = $1 AND uses < max_uses AND expires_at > $2"
        ))
        .bind(invitation.id)
        .bind(now)
        .run()
        .await?;
    match used {
        0 => Err(Refused::LinkExpired.into()),
        _ => Ok(()),
    }
}
