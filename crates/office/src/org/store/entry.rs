//! Signing in and being signed in: accounts by what was typed, sessions by their token's hash.

use std::time::Duration;

use futures::FutureExt as _;
use kernel::chance::Token;
use kernel::clock::Time;
use kernel::db::{Db, GroupWriter, Tx};
use kernel::{Result, sql};

use super::super::events::SessionsEnded;
use super::super::rules::{Login, Role};
use super::super::sessions::Signed;
use super::super::{AccountId, MemberId, OrganisationId, SessionId};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// A session's last use is written at most this often.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// What is needed to let somebody in.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Known {
    pub(crate) account_id: AccountId,
    pub(crate) member_id: MemberId,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) password_hash: String,
}

/// The account somebody tries to sign in to, if it exists and is not disabled.
pub(crate) async fn account_by_login(desk: &Desk, login: &Login) -> Result<Option<Known>> {
    desk.db
        .read(sql!(
            "SELECT a.id AS account_id, m.id AS member_id, m.organisation_id, m.role, m.name, a.password_hash
             FROM org_accounts a JOIN org_members m ON m.account_id = a.id
             WHERE (a.username = $1 OR a.email = $1 OR a.phone = $2) AND m.disabled_at IS NULL
             ORDER BY m.id LIMIT 1"
        ))
        .bind(login.name.clone())
        .bind(login.phone.clone())
        .optional()
        .await
}

/// The hash of the viewer's own password.
pub(crate) async fn own_password_hash(desk: &Desk, viewer: &Viewer) -> Result<String> {
    let (hash,): (String,) = desk.db.read(sql!("SELECT password_hash FROM org_accounts WHERE id = $1")).bind(viewer.account).one().await?;
    Ok(hash)
}

/// Replaces the password of an account. Links that were mailed for the old one are of no use any more.
pub(crate) async fn set_password(tx: &mut Tx, account: AccountId, hash: String) -> Result<()> {
    tx.ask(sql!("UPDATE org_accounts SET password_hash = $2 WHERE id = $1")).bind(account).bind(hash).run().await?;
    tx.ask(sql!("DELETE FROM org_password_links WHERE account_id = $1")).bind(account).run().await?;
    Ok(())
}

/// A device about to be signed in.
#[derive(Debug)]
pub(crate) struct NewSession<'a> {
    pub(crate) account: AccountId,
    pub(crate) member: MemberId,
    pub(crate) device: String,
    pub(crate) ip: &'a str,
    pub(crate) lasts: Duration,
}

/// Signs a device in and gives it its token.
pub(crate) async fn open_session(tx: &mut Tx, desk: &Desk, new: NewSession<'_>) -> Result<(SessionId, Token)> {
    let now = desk.now();
    let (id, token) = (SessionId::draw(&desk.chance, now), desk.chance.token());
    tx.ask(sql!(
        "INSERT INTO org_sessions (id, token_hash, account_id, member_id, device, ip, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)"
    ))
    .bind(id)
    .bind(token.hash())
    .bind(new.account)
    .bind(new.member)
    .bind(new.device)
    .bind(new.ip.to_owned())
    .bind(now)
    .bind(now + new.lasts)
    .run()
    .await?;
    Ok((id, token))
}

/// Whether that account is signed in anywhere.
pub(crate) async fn is_signed_in(tx: &mut Tx, account: AccountId, now: Time) -> Result<bool> {
    let open: Option<(SessionId,)> = tx
        .ask(sql!("SELECT id FROM org_sessions WHERE account_id = $1 AND expires_at > $2 LIMIT 1"))
        .bind(account)
        .bind(now)
        .optional()
        .await?;
    Ok(open.is_some())
}

/// The viewer who holds that token, if it is good; notes that the device was in use.
pub(crate) async fn viewer_by_token(desk: &Desk, token: &Token, ip: String) -> Result<Option<Viewer>> {
    let (now, hash) = (desk.now(), token.hash());
    let Some(signed) = signed(desk, &hash, now).await? else {
        return Ok(None);
    };
    if now.since(signed.last_seen_at) >= SEEN_EVERY {
        desk.org.sessions.seen(&hash, now);
        // A full disk must not keep anybody from reading.
        if let Err(error) = desk.org.seen.write(Seen { session: signed.id, at: now }).await {
            tracing::warn!(%error, "the last use of a device is not kept");
        }
    }
    Ok(Some(Viewer {
        organisation: signed.organisation_id,
        account: signed.account_id,
        member: signed.member_id,
        role: Role::of_word(&signed.role),
        session: signed.id,
        ip,
    }))
}

async fn signed(desk: &Desk, token_hash: &[u8], now: Time) -> Result<Option<Signed>> {
    let asked = match desk.org.sessions.of(token_hash, now) {
        Ok(known) => return Ok(Some(known).filter(|signed| signed.expires_at > now)),
        Err(asked) => asked,
    };
    let signed: Option<Signed> = desk
        .db
        .read(sql!(
            "SELECT s.id, s.account_id, s.member_id, m.organisation_id, m.role, s.last_seen_at, s.expires_at
             FROM org_sessions s JOIN org_members m ON m.id = s.member_id
             WHERE s.token_hash = $1 AND s.expires_at > $2 AND m.disabled_at IS NULL"
        ))
        .bind(token_hash.to_vec())
        .bind(now)
        .optional()
        .await?;
    if let Some(signed) = &signed {
        desk.org.sessions.remember(asked, token_hash.to_vec(), signed.clone(), now);
    }
    Ok(signed)
}

/// Somebody on whose behalf the office acts while none of their devices asks; and whether they are disabled.
pub(crate) async fn viewer_of_member(desk: &Desk, member: MemberId) -> Result<Option<(Viewer, bool)>> {
    let found: Option<(AccountId, OrganisationId, String, bool)> = desk
        .db
        .read(sql!("SELECT account_id, organisation_id, role, disabled_at IS NOT NULL FROM org_members WHERE id = $1"))
        .bind(member)
        .optional()
        .await?;
    Ok(found.map(|(account, organisation, role, is_disabled)| {
        let session = SessionId::draw(&desk.chance, desk.now());
        (Viewer { organisation, account, member, role: Role::of_word(&role), session, ip: String::new() }, is_disabled)
    }))
}

/// A device that was just in use.
#[derive(Debug)]
pub(crate) struct Seen {
    session: SessionId,
    at: Time,
}

/// Where all the requests of a minute leave that note, to be written together.
pub(crate) type SeenWriter = GroupWriter<Seen>;

pub(crate) fn seen_writer(db: &Db) -> SeenWriter {
    GroupWriter::start(db.clone(), |tx, seen: &[Seen]| {
        async move {
            for Seen { session, at } in seen {
                tx.ask(sql!("UPDATE org_sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2"))
                    .bind(*session)
                    .bind(*at)
                    .run()
                    .await?;
            }
            Ok(vec![(); seen.len()])
        }
        .boxed()
    })
}

/// Whether that device is still signed in.
pub(crate) async fn is_session_open(desk: &Desk, session: SessionId) -> Result<bool> {
    let open: Option<(SessionId,)> = desk
        .db
        .read(sql!("SELECT id FROM org_sessions WHERE id = $1 AND expires_at > $2"))
        .bind(session)
        .bind(desk.now())
        .optional()
        .await?;
    Ok(open.is_some())
}

/// One of the viewer's own devices.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) device: String,
    pub(crate) ip: String,
    pub(crate) created_at: Time,
    pub(crate) last_seen_at: Time,
    pub(crate) expires_at: Time,
}

/// The viewer's own devices, the latest used first.
pub(crate) async fn sessions(desk: &Desk, viewer: &Viewer) -> Result<Vec<Session>> {
    const SESSIONS_SHOWN_MAX: i64 = 100;
    desk.db
        .read(sql!(
            "SELECT id, device, ip, created_at, last_seen_at, expires_at FROM org_sessions
             WHERE account_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, id DESC LIMIT $3"
        ))
        .bind(viewer.account)
        .bind(desk.now())
        .bind(SESSIONS_SHOWN_MAX)
        .all()
        .await
}

/// Signs out one device of that account; gives what the device was called, if it was signed in.
pub(crate) async fn end_session(tx: &mut Tx, desk: &Desk, account: AccountId, session: SessionId) -> Result<Option<String>> {
    let ended: Option<(String,)> = tx
        .ask(sql!("DELETE FROM org_sessions WHERE id = $1 AND account_id = $2 RETURNING device"))
        .bind(session)
        .bind(account)
        .optional()
        .await?;
    if ended.is_some() {
        desk.org.forget_sessions(tx);
        desk.announce(tx, &SessionsEnded { sessions: vec![session] }).await?;
    }
    Ok(ended.map(|(device,)| device))
}

/// Signs out every device of that account but one.
pub(crate) async fn end_sessions(tx: &mut Tx, desk: &Desk, account: AccountId, but: Option<SessionId>) -> Result<()> {
    let ended: Vec<(SessionId,)> = tx
        .ask(sql!("DELETE FROM org_sessions WHERE account_id = $1 AND (id <> $2 OR $2 IS NULL) RETURNING id"))
        .bind(account)
        .bind(but)
        .all()
        .await?;
    desk.org.forget_sessions(tx);
    let sessions = ended.into_iter().map(|(id,)| id).collect();
    desk.announce(tx, &SessionsEnded { sessions }).await
}
