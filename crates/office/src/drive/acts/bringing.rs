//! Files that programs bring: their bytes come with one request and count against the member for whom they are brought.
//! They wait attached to something that only the program's own capability knows, so that nobody sees them, and every
//! message they go with gets a file of its own.

use axum::body::Bytes as Body;
use kernel::blobs::name_of;
use kernel::db::Tx;
use kernel::uuid::Uuid;
use kernel::{Error, Result};

use super::super::errors::Refused;
use super::super::model::{Entry, Looks, Place, Scan};
use super::super::store::{self, From, settings};
use super::super::{FILE_BYTES_MAX, FileCard, jobs, look, names, rules, wire};
use super::keeping::{Bytes, NewFile, keep};
use crate::desk::Desk;
use crate::org::{MemberId, OrganisationId};
use crate::subjects::Thing;

/// Bytes that are kept already, with what they are called and whose they are.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    organisation: OrganisationId,
    by: MemberId,
    name: String,
    declared_type: String,
    bytes: Bytes,
    looks: Looks,
    is_looked_at: bool,
}

/// Keeps bytes for a member, as far as there is room. Until something refers to them they may be swept up.
pub(crate) async fn bring(
    desk: &Desk,
    (organisation, by): (OrganisationId, MemberId),
    (name, declared_type): (&str, &str),
    body: Body,
) -> Result<Brought> {
    let name = names::safe(name)?;
    let size = i64::try_from(body.len()).map_err(|e| Error::internal("measuring a file", e))?;
    let max = desk.limits.of(&FILE_BYTES_MAX);
    if u64::try_from(size).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooLarge(max).into());
    }
    let holds = settings::of(From::Db(&desk.db), organisation).await?;
    let member_bytes = settings::used(From::Db(&desk.db), by.uuid()).await?;
    let organisation_bytes = settings::used(From::Db(&desk.db), organisation.uuid()).await?;
    rules::fits(holds, member_bytes.saturating_add(size), organisation_bytes.saturating_add(size))?;
    let hash = keep_bytes(desk, body, size).await?;
    if !desk.drive.scanner.is_on() {
        look::at_once(desk, &hash, names::kind_of(&name, declared_type).1).await?;
    }
    let (looks, is_looked_at) = store::blobs::looks(&desk.db, &hash).await?.ok_or_else(Error::not_found)?;
    if looks.scan == Scan::Infected {
        return Err(Refused::Infected.into());
    }
    let declared_type = declared_type.chars().take(100).collect();
    Ok(Brought { organisation, by, name, declared_type, bytes: Bytes { hash, size }, looks, is_looked_at })
}

/// Keeps bytes under their name, which is noted first, so that they are swept up if nothing ever refers to them.
pub(crate) async fn keep_bytes(desk: &Desk, body: Body, size: i64) -> Result<String> {
    let hashed = tokio::task::spawn_blocking(move || (name_of(&body), body)).await;
    let (hash, body) = hashed.map_err(|e| Error::internal("hashing a file", e))?;
    let scan = if desk.drive.scanner.is_on() { Scan::Waiting } else { Scan::Clean };
    store::blobs::expect(&desk.db, &hash, size, scan, desk.now()).await?;
    desk.drive.blobs.put_as(&hash, body).await?;
    Ok(hash)
}

/// Makes a file of what was brought, as a part of the change that needs it: it waits to be sent to a place, or is attached
/// to a thing already.
pub(crate) async fn put_down(tx: &mut Tx, desk: &Desk, brought: &Brought, to: Thing, attached: Option<Thing>) -> Result<FileCard> {
    let Brought { organisation, by, name, declared_type, bytes, looks, is_looked_at } = brought;
    let place = Place::Sent { to: (to.0.to_owned(), to.1), attached: attached.map(|(kind, id)| (kind.to_owned(), id)) };
    let file = NewFile { name, declared_type, by: *by, charged_to: *by };
    let entry = keep(tx, desk, *organisation, place, &file, bytes).await?;
    if !is_looked_at {
        jobs::plan_look(tx, desk, &bytes.hash).await?;
    }
    jobs::plan_sweep(tx, desk).await?;
    Ok(wire::file_card(&Entry { looks: *looks, ..entry }))
}

/// Copies the file that is attached to a thing, for a member who sends it to a place; nothing when it is gone.
pub(crate) async fn hand_out(
    tx: &mut Tx,
    desk: &Desk,
    (organisation, by): (OrganisationId, MemberId),
    thing: Uuid,
    to: Thing,
) -> Result<Option<FileCard>> {
    let ids = store::entries::attached_to(tx, thing).await?;
    let Some(entry) = store::entries::some(From::Tx(tx), organisation, &ids).await?.pop() else { return Ok(None) };
    let Some(hash) = entry.hash.clone() else { return Ok(None) };
    if entry.looks.scan == Scan::Infected {
        return Err(Refused::Infected.into());
    }
    let place = Place::Sent { to: (to.0.to_owned(), to.1), attached: None };
    let file = NewFile { name: &entry.name, declared_type: &entry.media_type, by, charged_to: by };
    let copy = keep(tx, desk, organisation, place, &file, &Bytes { hash, size: entry.size }).await?;
    jobs::plan_sweep(tx, desk).await?;
    Ok(Some(wire::file_card(&Entry { looks: entry.looks, ..copy })))
}
