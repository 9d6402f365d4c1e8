//! What is arriving, and for whom.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::uuid::Uuid;
use kernel::{Result, sql};

use super::super::{EntryId, SpaceId, UploadId};
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

/// An upload.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Upload {
    pub(crate) id: UploadId,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) member_id: MemberId,
    pub(crate) name: String,
    pub(crate) declared_type: String,
    pub(crate) sha256: Option<String>,
    pub(crate) length: i64,
    pub(crate) space_id: Option<SpaceId>,
    pub(crate) folder_id: Option<EntryId>,
    pub(crate) sent_kind: Option<String>,
    pub(crate) sent_to: Option<Uuid>,
    /// The file that it will be a new version of.
    pub(crate) file_id: Option<EntryId>,
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
    /// What became of it.
    pub(crate) entry_id: Option<EntryId>,
}

/// Begins an upload.
pub(crate) async fn insert(tx: &mut Tx, upload: &Upload) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO drive_uploads (id, organisation_id, member_id, name, declared_type, sha256, length, space_id, folder_id, sent_kind,
            sent_to, file_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    ))
    .bind(upload.id)
    .bind(upload.organisation_id)
    .bind(upload.member_id)
    .bind(upload.name.clone())
    .bind(upload.declared_type.clone())
    .bind(upload.sha256.clone())
    .bind(upload.length)
    .bind(upload.space_id)
    .bind(upload.folder_id)
    .bind(upload.sent_kind.clone())
    .bind(upload.sent_to)
    .bind(upload.file_id)
    .bind(upload.created_at)
    .bind(upload.expires_at)
    .run()
    .await?;
    Ok(())
}

/// An upload of the viewer's own; nobody else has any business with it.
pub(crate) async fn own(db: &Db, viewer: &Viewer, id: UploadId) -> Result<Option<Upload>> {
    db.read(sql!(
        "SELECT id, organisation_id, member_id, name, declared_type, sha256, length, space_id, folder_id, sent_kind, sent_to, file_id,
            created_at, expires_at, entry_id FROM drive_uploads WHERE id = $1 AND member_id = $2 AND organisation_id = $3"
    ))
    .bind(id)
    .bind(viewer.member)
    .bind(viewer.organisation)
    .optional()
    .await
}

/// How many uploads of the member are under way, and how many bytes they announce together.
pub(crate) async fn under_way(tx: &mut Tx, member: MemberId) -> Result<(i64, i64)> {
    tx.ask(sql!("SELECT COUNT(*), CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM drive_uploads WHERE member_id = $1 AND entry_id IS NULL"))
        .bind(member)
        .one()
        .await
}

/// Writes down what became of an upload; says whether nobody else had.
pub(crate) async fn finish(tx: &mut Tx, id: UploadId, entry: EntryId) -> Result<bool> {
    let finished =
        tx.ask(sql!("UPDATE drive_uploads SET entry_id = $2 WHERE id = $1 AND entry_id IS NULL")).bind(id).bind(entry).run().await?;
    Ok(finished > 0)
}

/// Lets an upload live longer: bytes are still coming.
pub(crate) async fn prolong(db: &Db, id: UploadId, until: Time) -> Result<()> {
    db.write(sql!("UPDATE drive_uploads SET expires_at = $2 WHERE id = $1")).bind(id).bind(until).run().await?;
    Ok(())
}

/// Forgets an upload.
pub(crate) async fn remove(db: &Db, id: UploadId) -> Result<()> {
    db.write(sql!("DELETE FROM drive_uploads WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

/// Uploads whose time is over.
pub(crate) async fn expired(db: &Db, now: Time) -> Result<Vec<UploadId>> {
    let found: Vec<(UploadId,)> = db.read(sql!("SELECT id FROM drive_uploads WHERE expires_at <= $1 LIMIT 1000")).bind(now).all().await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Whether there is an upload of that id whose bytes are still needed.
pub(crate) async fn is_under_way(db: &Db, id: Uuid) -> Result<bool> {
    let found: Option<(i64,)> =
        db.read(sql!("SELECT CAST(1 AS BIGINT) FROM drive_uploads WHERE id = $1 AND entry_id IS NULL")).bind(id).optional().await?;
    Ok(found.is_some())
}
