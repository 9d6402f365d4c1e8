//! Versions of files. Each one holds a reference to its bytes and counts against somebody, in the same change.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::uuid::Uuid;
use kernel::{Result, sql};

use super::super::EntryId;
use super::super::model::{Entry, Place, Version};
use super::{blobs, settings};

/// What a version counts against besides the organisation, which comes first: whoever else changes files there waits, and
/// no two can wait for each other.
fn payers(entry: &Entry, version: &Version) -> impl Iterator<Item = Uuid> {
    let space = match entry.place {
        Place::Kept { space, .. } => Some(space.uuid()),
        Place::Sent { .. } => None,
    };
    std::iter::once(version.charged_to.uuid()).chain(space)
}

/// Adds a version of a file.
pub(crate) async fn add(tx: &mut Tx, entry: &Entry, version: &Version) -> Result<()> {
    settings::charge(tx, entry.organisation.uuid(), version.size).await?;
    tx.ask(sql!(
        "INSERT INTO drive_versions (entry_id, number, hash, size, created_by, created_at, charged_to) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    ))
    .bind(entry.id)
    .bind(version.number)
    .bind(version.hash.clone())
    .bind(version.size)
    .bind(version.created_by)
    .bind(version.created_at)
    .bind(version.charged_to)
    .run()
    .await?;
    blobs::refer(tx, &version.hash, 1, version.created_at).await?;
    for payer in payers(entry, version) {
        settings::charge(tx, payer, version.size).await?;
    }
    Ok(())
}

/// The versions of a file, the latest first.
pub(crate) async fn of(db: &Db, id: EntryId) -> Result<Vec<Version>> {
    db.read(sql!(
        "SELECT number, hash, size, created_by, created_at, charged_to FROM drive_versions WHERE entry_id = $1
         ORDER BY number DESC LIMIT 1000"
    ))
    .bind(id)
    .all()
    .await
}

/// The versions of a file within a change, the latest first.
pub(crate) async fn within(tx: &mut Tx, id: EntryId) -> Result<Vec<Version>> {
    tx.ask(sql!(
        "SELECT number, hash, size, created_by, created_at, charged_to FROM drive_versions WHERE entry_id = $1
         ORDER BY number DESC LIMIT 1000"
    ))
    .bind(id)
    .all()
    .await
}

/// Forgets a version of a file.
pub(crate) async fn remove(tx: &mut Tx, entry: &Entry, version: &Version, now: Time) -> Result<()> {
    settings::charge(tx, entry.organisation.uuid(), -version.size).await?;
    tx.ask(sql!("DELETE FROM drive_versions WHERE entry_id = $1 AND number = $2")).bind(entry.id).bind(version.number).run().await?;
    blobs::refer(tx, &version.hash, -1, now).await?;
    for payer in payers(entry, version) {
        settings::charge(tx, payer, -version.size).await?;
    }
    Ok(())
}

/// Counts everything a file has against another space.
pub(crate) async fn recharge(tx: &mut Tx, entry: &Entry, to: Uuid, charged_to: Option<crate::org::MemberId>) -> Result<()> {
    settings::charge(tx, entry.organisation.uuid(), 0).await?;
    let versions = within(tx, entry.id).await?;
    let from = match entry.place {
        Place::Kept { space, .. } => Some(space.uuid()),
        Place::Sent { .. } => None,
    };
    for version in versions {
        if let Some(from) = from {
            settings::charge(tx, from, -version.size).await?;
        }
        settings::charge(tx, to, version.size).await?;
        if let Some(member) = charged_to {
            settings::charge(tx, version.charged_to.uuid(), -version.size).await?;
            settings::charge(tx, member.uuid(), version.size).await?;
        }
    }
    if let Some(member) = charged_to {
        tx.ask(sql!("UPDATE drive_versions SET charged_to = $2 WHERE entry_id = $1")).bind(entry.id).bind(member).run().await?;
    }
    Ok(())
}
