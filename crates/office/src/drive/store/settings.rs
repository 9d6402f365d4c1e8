//! What organisations have decided, and what counts against whom.

use kernel::db::{Db, Tx};
use kernel::uuid::Uuid;
use kernel::{Result, sql};

use super::super::model::Settings;
use super::From;
use crate::org::OrganisationId;

/// What holds in an organisation.
pub(crate) async fn of(mut from: From<'_>, organisation: OrganisationId) -> Result<Settings> {
    let found: Option<Settings> = from
        .ask(sql!(
            "SELECT member_quota_bytes, organisation_quota_bytes, retention_days, bin_days, versions_kept, links_allowed
             FROM drive_settings WHERE organisation_id = $1"
        ))
        .bind(organisation)
        .optional()
        .await?;
    Ok(found.unwrap_or_default())
}

/// Decides.
pub(crate) async fn save(tx: &mut Tx, organisation: OrganisationId, settings: Settings) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO drive_settings (organisation_id, member_quota_bytes, organisation_quota_bytes, retention_days, bin_days, versions_kept,
            links_allowed) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (organisation_id) DO UPDATE SET member_quota_bytes = excluded.member_quota_bytes,
            organisation_quota_bytes = excluded.organisation_quota_bytes, retention_days = excluded.retention_days,
            bin_days = excluded.bin_days, versions_kept = excluded.versions_kept, links_allowed = excluded.links_allowed"
    ))
    .bind(organisation)
    .bind(settings.member_quota_bytes)
    .bind(settings.organisation_quota_bytes)
    .bind(settings.retention_days)
    .bind(settings.bin_days)
    .bind(settings.versions_kept)
    .bind(settings.links_allowed)
    .run()
    .await?;
    Ok(())
}

/// Every organisation that has files, with what holds there.
pub(crate) async fn all(db: &Db) -> Result<Vec<(OrganisationId, Settings)>> {
    let organisations: Vec<(OrganisationId,)> =
        db.read(sql!("SELECT DISTINCT organisation_id FROM drive_entries ORDER BY organisation_id")).all().await?;
    let mut all = Vec::with_capacity(organisations.len());
    for (organisation,) in organisations {
        all.push((organisation, of(From::Db(db), organisation).await?));
    }
    Ok(all)
}

/// Counts so many bytes more, or less, against a member, a space or an organisation.
pub(crate) async fn charge(tx: &mut Tx, owner: Uuid, bytes: i64) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO drive_usage (owner_id, used_bytes) VALUES ($1, $2)
         ON CONFLICT (owner_id) DO UPDATE SET used_bytes = drive_usage.used_bytes + excluded.used_bytes"
    ))
    .bind(owner)
    .bind(bytes)
    .run()
    .await?;
    Ok(())
}

/// How many bytes count against them.
pub(crate) async fn used(mut from: From<'_>, owner: Uuid) -> Result<i64> {
    let found: Option<(i64,)> = from.ask(sql!("SELECT used_bytes FROM drive_usage WHERE owner_id = $1")).bind(owner).optional().await?;
    Ok(found.map_or(0, |(bytes,)| bytes))
}
