//! Spaces: one for each owner, made when it is first needed.

use kernel::db::{Db, Ids};
use kernel::uuid::Uuid;
use kernel::{Result, sql};

use super::super::SpaceId;
use super::super::model::{OF_MEMBER, Space};
use crate::desk::Desk;
use crate::org::{MemberId, OrganisationId};

#[derive(sqlx::FromRow)]
struct Row {
    id: SpaceId,
    organisation_id: OrganisationId,
    owner_kind: String,
    owner_id: Uuid,
}

impl Row {
    fn space(self) -> Space {
        let Row { id, organisation_id, owner_kind, owner_id } = self;
        Space { id, organisation: organisation_id, owner_kind, owner: owner_id }
    }
}

/// A space of the organisation. Who may see it is decided in `seen`.
pub(crate) async fn of_organisation(db: &Db, organisation: OrganisationId, id: SpaceId) -> Result<Option<Space>> {
    let row: Option<Row> = db
        .read(sql!("SELECT id, organisation_id, owner_kind, owner_id FROM drive_spaces WHERE id = $1 AND organisation_id = $2"))
        .bind(id)
        .bind(organisation)
        .optional()
        .await?;
    Ok(row.map(Row::space))
}

/// The space of that owner, which is made when there is none yet.
pub(crate) async fn of_owner(desk: &Desk, organisation: OrganisationId, owner_kind: &str, owner: Uuid) -> Result<Space> {
    if let Some(space) = find(&desk.db, owner_kind, owner).await? {
        return Ok(space);
    }
    let now = desk.now();
    desk.db
        .write(sql!(
            "INSERT INTO drive_spaces (id, organisation_id, owner_kind, owner_id, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (owner_kind, owner_id) DO NOTHING"
        ))
        .bind(SpaceId::draw(&desk.chance, now))
        .bind(organisation)
        .bind(owner_kind.to_owned())
        .bind(owner)
        .bind(now)
        .run()
        .await?;
    find(&desk.db, owner_kind, owner).await?.ok_or_else(kernel::Error::not_found)
}

/// The space of that owner, if there is one.
pub(crate) async fn find(db: &Db, owner_kind: &str, owner: Uuid) -> Result<Option<Space>> {
    let row: Option<Row> = db
        .read(sql!("SELECT id, organisation_id, owner_kind, owner_id FROM drive_spaces WHERE owner_kind = $1 AND owner_id = $2"))
        .bind(owner_kind.to_owned())
        .bind(owner)
        .optional()
        .await?;
    Ok(row.map(Row::space))
}

/// A member's own space.
pub(crate) async fn own(desk: &Desk, organisation: OrganisationId, member: MemberId) -> Result<Space> {
    of_owner(desk, organisation, OF_MEMBER, member.uuid()).await
}

/// The spaces that these owners of a kind have.
pub(crate) async fn of_owners(db: &Db, organisation: OrganisationId, owner_kind: &str, owners: Vec<Uuid>) -> Result<Vec<Space>> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT id, organisation_id, owner_kind, owner_id FROM drive_spaces
             WHERE organisation_id = $1 AND owner_kind = $2 AND owner_id = ANY($3) ORDER BY id"
        ))
        .bind(organisation)
        .bind(owner_kind.to_owned())
        .bind(Ids::from_iter(owners))
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::space).collect())
}

/// The spaces that are people's own and have something in them.
pub(crate) async fn of_members(db: &Db, organisation: OrganisationId) -> Result<Vec<Space>> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT s.id, s.organisation_id, s.owner_kind, s.owner_id FROM drive_spaces s
             WHERE s.organisation_id = $1 AND s.owner_kind = 'member'
               AND EXISTS (SELECT 1 FROM drive_entries e WHERE e.space_id = s.id AND e.binned_at IS NULL) ORDER BY s.id LIMIT 20000"
        ))
        .bind(organisation)
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::space).collect())
}
