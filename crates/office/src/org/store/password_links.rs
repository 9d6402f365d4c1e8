//! Whom to write to about a password, and the mailed links by which it is set anew.

use kernel::chance::Token;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::{Result, sql};

use super::super::rules::Login;
use super::super::{AccountId, MemberId, OrganisationId};
use crate::desk::Desk;

/// Somebody who can be written to.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Reader {
    pub(crate) account_id: AccountId,
    pub(crate) member_id: MemberId,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) office: String,
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) language: String,
}

macro_rules! readers {
    ($where:literal) => {
        concat!(
            "SELECT a.id AS account_id, m.id AS member_id, m.organisation_id, o.name AS office, m.name,
                 a.username, a.email, a.language
             FROM org_accounts a JOIN org_members m ON m.account_id = a.id
             JOIN org_organisations o ON o.id = m.organisation_id
             WHERE a.email IS NOT NULL AND m.disabled_at IS NULL AND ",
            $where,
            " ORDER BY m.id LIMIT 1"
        )
    };
}

/// Whoever signs in by that and has an address, unless disabled.
pub(crate) async fn reader_by_login(tx: &mut Tx, login: &Login) -> Result<Option<Reader>> {
    tx.ask(sql!(readers!("(a.username = $1 OR a.email = $1 OR a.phone = $2)")))
        .bind(login.name.clone())
        .bind(login.phone.clone())
        .optional()
        .await
}

/// Whoever has that account and an address, unless disabled.
pub(crate) async fn reader_by_account(tx: &mut Tx, account: AccountId) -> Result<Option<Reader>> {
    tx.ask(sql!(readers!("a.id = $1"))).bind(account).optional().await
}

/// How many links that account was sent since then, used ones not counted.
pub(crate) async fn sent_since(tx: &mut Tx, account: AccountId, since: Time) -> Result<u64> {
    let (count,): (i64,) = tx
        .ask(sql!("SELECT COUNT(*) FROM org_password_links WHERE account_id = $1 AND created_at > $2"))
        .bind(account)
        .bind(since)
        .one()
        .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Draws a link's token.
pub(crate) async fn draw(tx: &mut Tx, desk: &Desk, reader: &Reader, expires_at: Time) -> Result<Token> {
    let token = desk.chance.token();
    tx.ask(sql!("INSERT INTO org_password_links (token_hash, account_id, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)"))
        .bind(token.hash())
        .bind(reader.account_id)
        .bind(reader.email.clone())
        .bind(desk.now())
        .bind(expires_at)
        .run()
        .await?;
    Ok(token)
}

/// Whose password that link sets, as long as it is good.
pub(crate) async fn reader_by_token(desk: &Desk, token: &Token) -> Result<Option<Reader>> {
    desk.db
        .read(sql!(readers!(
            "EXISTS (SELECT 1 FROM org_password_links l
                     WHERE l.token_hash = $1 AND l.expires_at > $2 AND l.account_id = a.id AND l.email = a.email)"
        )))
        .bind(token.hash())
        .bind(desk.now())
        .optional()
        .await
}

/// Takes a link out of use; false when somebody else was faster.
pub(crate) async fn use_up(tx: &mut Tx, token: &Token) -> Result<bool> {
    let used = tx.ask(sql!("DELETE FROM org_password_links WHERE token_hash = $1")).bind(token.hash()).run().await?;
    Ok(used > 0)
}
