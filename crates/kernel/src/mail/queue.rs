//! Mail that waits: rows with a lease, as jobs have, so that several programs may hand over the mail of one database.

use std::time::Duration;

use uuid::Uuid;

use super::Mail;
use crate::chance::Chance;
use crate::clock::Time;
use crate::db::{Db, Tx};
use crate::error::{Language, Result};
use crate::sql;

/// A mail on its way.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Waiting {
    pub(super) id: Uuid,
    pub(super) recipient: String,
    pub(super) language: String,
    pub(super) subject: String,
    pub(super) plain: String,
    pub(super) html: String,
    pub(super) queued_at: Time,
    pub(super) worth_until: Time,
    /// Tries that were begun, with the one under way.
    pub(super) attempts: i64,
}

impl Waiting {
    pub(super) fn mail(&self) -> Mail {
        Mail {
            to: self.recipient.clone(),
            language: Language::of_tag(&self.language),
            subject: self.subject.clone(),
            text: self.plain.clone(),
            html: self.html.clone(),
        }
    }

    pub(super) fn is_last_of(&self, attempts_max: u64) -> bool {
        u64::try_from(self.attempts).unwrap_or(0) >= attempts_max
    }
}

pub(super) async fn waiting(tx: &mut Tx) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM kernel_mail")).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

pub(super) async fn insert(tx: &mut Tx, mail: &Mail, worth_until: Time, chance: &Chance, now: Time) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO kernel_mail (id, recipient, language, subject, plain, html, queued_at, worth_until, run_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)"
    ))
    .bind(chance.uuid(now))
    .bind(mail.to.clone())
    .bind(mail.language.tag())
    .bind(mail.subject.clone())
    .bind(mail.text.clone())
    .bind(mail.html.clone())
    .bind(now)
    .bind(worth_until)
    .run()
    .await?;
    Ok(())
}

/// When the next waiting mail comes due.
pub async fn next_due(db: &Db) -> Result<Option<Time>> {
    let due: Option<(Time,)> = db.read(sql!("SELECT run_at FROM kernel_mail ORDER BY run_at LIMIT 1")).optional().await?;
    Ok(due.map(|(run_at,)| run_at))
}

pub(super) async fn claim(db: &Db, now: Time, lease: Duration, mails_max: u64) -> Result<Vec<Waiting>> {
    db.write(sql!(
        "UPDATE kernel_mail SET leased_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM kernel_mail WHERE run_at <= $1 AND leased_until <= $1 ORDER BY run_at, id LIMIT $3)
           AND leased_until <= $1
         RETURNING id, recipient, language, subject, plain, html, queued_at, worth_until, attempts"
    ))
    .bind(now)
    .bind(now + lease)
    .bind(i64::try_from(mails_max).unwrap_or(i64::MAX))
    .all()
    .await
}

pub(super) async fn remove(db: &Db, id: Uuid) -> Result<()> {
    db.write(sql!("DELETE FROM kernel_mail WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

pub(super) async fn postpone(db: &Db, id: Uuid, until: Time) -> Result<()> {
    db.write(sql!("UPDATE kernel_mail SET run_at = $2, leased_until = 0 WHERE id = $1")).bind(id).bind(until).run().await?;
    Ok(())
}
