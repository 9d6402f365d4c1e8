//! The pictures that people collect to answer with. A sticker is a copy of its own of the picture, and what is sent is a
//! copy of that: whatever becomes of the message it came from, it stays.

use std::collections::BTreeMap;

use kernel::{Error, Result};

use super::super::errors::Refused;
use super::super::model::Sticker;
use super::super::store::stickers::{self as kept, Collected};
use super::super::subject::STICKER;
use super::super::{STICKER_BYTES_MAX, STICKERS_MAX, StickerId};
use crate::desk::Desk;
use crate::drive::{self, EntryId, FileCard};
use crate::viewer::Viewer;

/// What every browser shows, still or moving.
const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The viewer's stickers, in their order. One whose file is no more is not shown.
pub(crate) async fn all(desk: &Desk, viewer: &Viewer) -> Result<Vec<Sticker>> {
    let all = kept::all(&desk.db, viewer).await?;
    let files: Vec<EntryId> = all.iter().map(|(_, file)| *file).collect();
    let mut cards: BTreeMap<EntryId, FileCard> =
        drive::cards(desk, viewer, &files).await?.into_iter().map(|card| (card.id, card)).collect();
    Ok(all.into_iter().filter_map(|(id, file)| cards.remove(&file).map(|file| Sticker { id, file })).collect())
}

/// Collects a picture that the viewer sees. One they have already stays as it is.
pub(crate) async fn add(desk: &Desk, viewer: &Viewer, picture: EntryId) -> Result<Sticker> {
    let (card, hash) = drive::look_at(desk, viewer, picture).await?;
    let hash = hash.filter(|_| TYPES.contains(&card.media_type.as_str())).ok_or(Refused::Field("file_id"))?;
    let bytes_max = desk.limits.of(&STICKER_BYTES_MAX);
    if u64::try_from(card.size).unwrap_or(u64::MAX) > bytes_max {
        return Err(Refused::TooLarge(bytes_max).into());
    }
    if let Some(sticker) = known(desk, viewer, &hash).await? {
        return Ok(sticker);
    }
    let now = desk.now();
    let id = StickerId::draw(&desk.chance, now);
    let thing = (STICKER, id.uuid());
    let file = drive::copy_for(desk, viewer, thing, picture).await?;
    let mut tx = desk.db.begin().await?;
    let new = Collected { id, file: file.id, hash: hash.clone(), added_at: now };
    if !kept::add(&mut tx, viewer.member, &new).await? {
        drop(tx);
        return known(desk, viewer, &hash).await?.ok_or_else(Error::not_found);
    }
    let max = desk.limits.of(&STICKERS_MAX);
    if kept::count(&mut tx, viewer.member).await? > max {
        return Err(Refused::TooMany(max).into());
    }
    if !drive::attach(&mut tx, viewer.member, thing, thing, &[file.id]).await? {
        return Err(Refused::FilesGone.into());
    }
    tx.commit().await?;
    Ok(Sticker { id, file })
}

/// The sticker of the viewer's with these bytes. One whose file is no more gives its place up.
async fn known(desk: &Desk, viewer: &Viewer, hash: &str) -> Result<Option<Sticker>> {
    let Some((id, file)) = kept::with_bytes(&desk.db, viewer, hash).await? else { return Ok(None) };
    if let Some(file) = drive::cards(desk, viewer, &[file]).await?.pop() {
        return Ok(Some(Sticker { id, file }));
    }
    let mut tx = desk.db.begin().await?;
    kept::remove(&mut tx, viewer.member, id).await?;
    tx.commit().await?;
    Ok(None)
}

/// Puts the viewer's stickers in that order.
pub(crate) async fn order(desk: &Desk, viewer: &Viewer, ids: &[StickerId]) -> Result<()> {
    let max = desk.limits.of(&STICKERS_MAX);
    if u64::try_from(ids.len()).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooMany(max).into());
    }
    let mut tx = desk.db.begin().await?;
    kept::order(&mut tx, viewer.member, ids).await?;
    tx.commit().await
}

/// Forgets a sticker of the viewer's. What was sent stays.
pub(crate) async fn remove(desk: &Desk, viewer: &Viewer, id: StickerId) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    if !kept::remove(&mut tx, viewer.member, id).await? {
        return Err(Error::not_found());
    }
    drive::forget_attached(&mut tx, desk, id.uuid(), desk.now()).await?;
    tx.commit().await
}
