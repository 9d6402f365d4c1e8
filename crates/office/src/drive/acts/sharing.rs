//! Links that let in whoever has them, until they end, with a password or without. What is shared is looked up anew at
//! each visit: an entry that was thrown away is shared with nobody.

use std::time::Duration;

use kernel::chance::Token;
use kernel::clock::Time;
use kernel::{Error, Kind, Refusal, Result};
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, Scan};
use super::super::store::links::{self, Link};
use super::super::store::{self, From, settings};
use super::super::{EntryId, LINKS_MAX, LinkId, TICKET_HOURS, TREE_MAX, seen};
use crate::desk::Desk;
use crate::org::{self, Actor};
use crate::viewer::Viewer;

/// Characters of a link's password.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 4..=64;

/// Characters of a token that tell it from others.
const TOKEN_CHARS: usize = 43;

/// How an entry is shared.
pub(crate) struct NewLink {
    pub(crate) password: Option<String>,
    pub(crate) expires_at: Option<Time>,
    pub(crate) can_download: bool,
}

/// Makes a link to an entry of a space that the viewer may change; gives it with its secret.
pub(crate) async fn share(desk: &Desk, viewer: &Viewer, id: EntryId, wanted: NewLink) -> Result<(Link, Token)> {
    let seen = seen::entry(desk, viewer, id).await?;
    seen.writable()?;
    if !settings::of(From::Db(&desk.db), viewer.organisation).await?.links_allowed {
        return Err(Refused::NoLinks.into());
    }
    if seen.entry.looks.scan == Scan::Infected {
        return Err(Refused::Infected.into());
    }
    let now = desk.now();
    if wanted.expires_at.is_some_and(|at| at <= now) {
        return Err(Refused::Field("expires_at").into());
    }
    let max = desk.limits.of(&LINKS_MAX);
    if u64::try_from(links::of_entry(&desk.db, id).await?.len()).unwrap_or(u64::MAX) >= max {
        return Err(Refused::TooMany(max).into());
    }
    let password_hash = match wanted.password.as_deref().filter(|password| !password.is_empty()) {
        Some(password) if PASSWORD_CHARS.contains(&password.chars().count()) => Some(org::hash_password(desk, password).await?),
        Some(_) => return Err(Refused::Field("password").into()),
        None => None,
    };
    let token = desk.chance.token();
    let link = Link {
        id: LinkId::draw(&desk.chance, now),
        organisation_id: viewer.organisation,
        entry_id: id,
        password_hash,
        can_download: wanted.can_download,
        expires_at: wanted.expires_at,
        visits: 0,
        created_by: viewer.member,
        created_at: now,
    };
    let mut tx = desk.db.begin().await?;
    links::insert(&mut tx, &link, token.hash()).await?;
    let details = json!({
        "link_id": link.id, "entry_id": id, "has_password": link.password_hash.is_some(), "expires_at": link.expires_at,
        "download": link.can_download,
    });
    org::record(&mut tx, desk, Actor::from(viewer), "drive.link_created", &seen.entry.name, details).await?;
    tx.commit().await?;
    Ok((link, token))
}

/// The links to an entry that the viewer may end.
pub(crate) async fn all(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<Vec<Link>> {
    seen::entry(desk, viewer, id).await?.writable()?;
    links::of_entry(&desk.db, id).await
}

/// Ends a link.
pub(crate) async fn end(desk: &Desk, viewer: &Viewer, id: LinkId) -> Result<()> {
    let link = links::of_organisation(&desk.db, viewer.organisation, id).await?.ok_or_else(Error::not_found)?;
    let seen = seen::entry_or_binned(desk, viewer, link.entry_id).await?;
    seen.writable()?;
    let mut tx = desk.db.begin().await?;
    links::remove(&mut tx, id).await?;
    let details = json!({ "link_id": id, "entry_id": link.entry_id, "visits": link.visits });
    org::record(&mut tx, desk, Actor::from(viewer), "drive.link_ended", &seen.entry.name, details).await?;
    tx.commit().await
}

/// What a visitor without an account finds behind a link.
pub(crate) struct Opened {
    pub(crate) link: Link,
    pub(crate) entry: Entry,
    /// Of a folder, everything in it.
    pub(crate) children: Option<Vec<Entry>>,
    pub(crate) by: String,
    pub(crate) ticket: Token,
}

/// Opens a link for whoever has it and knows its password.
pub(crate) async fn open(desk: &Desk, token: &str, password: Option<&str>) -> Result<Opened> {
    let (link, entry) = lead(desk, token).await?;
    if let Some(kept) = &link.password_hash {
        let Some(password) = password.filter(|password| !password.is_empty()) else { return Err(asks_for_password()) };
        if !org::is_password(desk, password, kept).await? {
            return Err(Refused::WrongPassword.into());
        }
    }
    let children = match entry.kind {
        EntryKind::File => None,
        EntryKind::Folder => {
            let limit = i64::try_from(desk.limits.of(&TREE_MAX)).unwrap_or(i64::MAX);
            let mut tx = desk.db.begin().await?;
            let inside = store::subtree::whole(&mut tx, entry.id, limit).await?;
            Some(inside.into_iter().filter(|inner| inner.id != entry.id).collect())
        }
    };
    let now = desk.now();
    let ticket = desk.chance.token();
    let until = now + Duration::from_secs(desk.limits.of(&TICKET_HOURS).saturating_mul(3_600));
    let mut tx = desk.db.begin().await?;
    links::admit(&mut tx, link.id, ticket.hash(), until, now).await?;
    tx.commit().await?;
    let people = org::cards(desk, link.organisation_id, [link.created_by]).await?;
    let by = people.into_values().next().map(|card| card.name).unwrap_or_default();
    Ok(Opened { link, entry, children, by, ticket })
}

/// A file behind a link, for whoever has been let in.
pub(crate) async fn file(desk: &Desk, token: &str, ticket: &str, wanted: Option<EntryId>) -> Result<(Link, Entry)> {
    let (link, entry) = lead(desk, token).await?;
    if !links::is_admitted(&desk.db, link.id, Token::shown(ticket).hash(), desk.now()).await? {
        return Err(Error::not_found());
    }
    let Some(wanted) = wanted.filter(|wanted| *wanted != entry.id) else { return Ok((link, entry)) };
    let found = store::entries::of_organisation(From::Db(&desk.db), link.organisation_id, wanted).await?;
    let found = found.filter(|found| found.binned_at.is_none()).ok_or_else(Error::not_found)?;
    let mut tx = desk.db.begin().await?;
    match store::subtree::is_inside(&mut tx, wanted.uuid(), entry.id).await? {
        true => Ok((link, found)),
        false => Err(Error::not_found()),
    }
}

/// The link of a token and what it leads to, if it still does.
async fn lead(desk: &Desk, token: &str) -> Result<(Link, Entry)> {
    let link = links::of_token(&desk.db, Token::shown(token).hash()).await?.ok_or_else(Error::not_found)?;
    if link.expires_at.is_some_and(|at| at <= desk.now()) || !settings::of(From::Db(&desk.db), link.organisation_id).await?.links_allowed {
        return Err(is_over());
    }
    let entry = store::entries::of_organisation(From::Db(&desk.db), link.organisation_id, link.entry_id).await?;
    let entry = entry.filter(|entry| entry.binned_at.is_none()).ok_or_else(is_over)?;
    Ok((link, entry))
}

/// Refuses whoever tries links too often from one address, and everybody when one link is tried from too many.
pub(crate) fn count_try(desk: &Desk, token: &str, ip: &str) -> Result<()> {
    let link: String = token.chars().take(TOKEN_CHARS).collect();
    let counted = desk.drive.tries_from.pass(&ip.to_owned()).and_then(|()| desk.drive.tries_of.pass(&link));
    counted.map_err(|wait| Refused::TooOften(wait.as_secs() + 1).into())
}

fn is_over() -> Error {
    Refusal::new(Kind::Gone, "drive.link_over", "链接已经失效了，请对方再发一次。", "This link is no longer good. Ask for a new one.")
        .into()
}

fn asks_for_password() -> Error {
    Refusal::new(Kind::Forbidden, "drive.password_needed", "输入提取码。", "Enter the password.").about("password").into()
}
