//! Links that let in whoever has them, and the tickets of those who have passed a link's password.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};

use super::super::{EntryId, LinkId};
use crate::org::{MemberId, OrganisationId};

/// A link.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Link {
    pub(crate) id: LinkId,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) entry_id: EntryId,
    pub(crate) password_hash: Option<String>,
    pub(crate) can_download: bool,
    pub(crate) expires_at: Option<Time>,
    pub(crate) visits: i64,
    pub(crate) created_by: MemberId,
    pub(crate) created_at: Time,
}

/// Makes a link.
pub(crate) async fn insert(tx: &mut Tx, link: &Link, token_hash: Vec<u8>) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO drive_links (id, organisation_id, entry_id, token_hash, password_hash, can_download, expires_at, visits, created_by,
            created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)"
    ))
    .bind(link.id)
    .bind(link.organisation_id)
    .bind(link.entry_id)
    .bind(token_hash)
    .bind(link.password_hash.clone())
    .bind(link.can_download)
    .bind(link.expires_at)
    .bind(link.created_by)
    .bind(link.created_at)
    .run()
    .await?;
    Ok(())
}

/// The links to an entry, the latest first.
pub(crate) async fn of_entry(db: &Db, entry: EntryId) -> Result<Vec<Link>> {
    db.read(sql!(
        "SELECT id, organisation_id, entry_id, password_hash, can_download, expires_at, visits, created_by, created_at FROM drive_links
         WHERE entry_id = $1 ORDER BY id DESC LIMIT 1000"
    ))
    .bind(entry)
    .all()
    .await
}

/// A link of the organisation. Who may end it is decided by who may see what it leads to.
pub(crate) async fn of_organisation(db: &Db, organisation: OrganisationId, id: LinkId) -> Result<Option<Link>> {
    db.read(sql!(
        "SELECT id, organisation_id, entry_id, password_hash, can_download, expires_at, visits, created_by, created_at FROM drive_links
         WHERE id = $1 AND organisation_id = $2"
    ))
    .bind(id)
    .bind(organisation)
    .optional()
    .await
}

/// The link of that token, for whoever has it.
pub(crate) async fn of_token(db: &Db, token_hash: Vec<u8>) -> Result<Option<Link>> {
    db.read(sql!(
        "SELECT id, organisation_id, entry_id, password_hash, can_download, expires_at, visits, created_by, created_at FROM drive_links
         WHERE token_hash = $1"
    ))
    .bind(token_hash)
    .optional()
    .await
}

/// Ends a link.
pub(crate) async fn remove(tx: &mut Tx, id: LinkId) -> Result<()> {
    tx.ask(sql!("DELETE FROM drive_links WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

/// Counts a visit and hands out a ticket.
pub(crate) async fn admit(tx: &mut Tx, id: LinkId, ticket_hash: Vec<u8>, until: Time, now: Time) -> Result<()> {
    tx.ask(sql!("UPDATE drive_links SET visits = visits + 1 WHERE id = $1")).bind(id).run().await?;
    tx.ask(sql!("DELETE FROM drive_tickets WHERE link_id = $1 AND expires_at <= $2")).bind(id).bind(now).run().await?;
    tx.ask(sql!("INSERT INTO drive_tickets (ticket_hash, link_id, expires_at) VALUES ($1, $2, $3)"))
        .bind(ticket_hash)
        .bind(id)
        .bind(until)
        .run()
        .await?;
    Ok(())
}

/// Whether a ticket is good for that link.
pub(crate) async fn is_admitted(db: &Db, id: LinkId, ticket_hash: Vec<u8>, now: Time) -> Result<bool> {
    let found: Option<(i64,)> = db
        .read(sql!("SELECT CAST(1 AS BIGINT) FROM drive_tickets WHERE ticket_hash = $1 AND link_id = $2 AND expires_at > $3"))
        .bind(ticket_hash)
        .bind(id)
        .bind(now)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Forgets tickets that are over, and links that ended long ago.
pub(crate) async fn sweep(db: &Db, now: Time, links_before: Time) -> Result<()> {
    db.write(sql!("DELETE FROM drive_tickets WHERE expires_at <= $1")).bind(now).run().await?;
    db.write(sql!("DELETE FROM drive_links WHERE expires_at <= $1")).bind(links_before).run().await?;
    Ok(())
}
