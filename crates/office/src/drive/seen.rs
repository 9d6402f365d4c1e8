//! What of all files exists for a viewer. Whoever needs a space or an entry for somebody asks here; to a stranger there is
//! nothing.

use kernel::{Error, Result};

use super::errors::Refused;
use super::model::{Entry, OF_MEMBER, Place, SeenSpace, Space};
use super::store::{self, From};
use super::{EntryId, SpaceId};
use crate::desk::Desk;
use crate::subjects::{self, Card};
use crate::viewer::Viewer;

/// An entry as somebody sees it who may.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) entry: Entry,
    /// Where it is kept; nothing when it was sent somewhere.
    pub(super) space: Option<SeenSpace>,
}

impl Seen {
    /// The space it is kept in, if the viewer may change what is there.
    pub(super) fn writable(&self) -> Result<&SeenSpace> {
        let space = self.space.as_ref().ok_or(Refused::NotAllowed)?;
        if space.can_write { Ok(space) } else { Err(Refused::NotAllowed.into()) }
    }
}

/// How a space looks to the viewer; nothing to a stranger.
pub(super) async fn look(desk: &Desk, viewer: &Viewer, space: Space) -> Result<Option<SeenSpace>> {
    if space.owner_kind == OF_MEMBER {
        let is_own = space.is_own_of(viewer.member);
        return Ok(is_own.then_some(SeenSpace { space, title: String::new(), can_write: true, can_manage: true, people: Vec::new() }));
    }
    let card = subjects::card(desk, viewer, &space.owner_kind, space.owner).await?;
    let seen = |Card { title, can_write, can_manage, people, .. }: Card| SeenSpace { space, title, can_write, can_manage, people };
    Ok(card.map(seen))
}

/// A space that exists for the viewer.
pub(super) async fn space(desk: &Desk, viewer: &Viewer, id: SpaceId) -> Result<SeenSpace> {
    let found = store::spaces::of_organisation(&desk.db, viewer.organisation, id).await?.ok_or_else(Error::not_found)?;
    look(desk, viewer, found).await?.ok_or_else(Error::not_found)
}

/// A space that the viewer may change.
pub(super) async fn writable_space(desk: &Desk, viewer: &Viewer, id: SpaceId) -> Result<SeenSpace> {
    let seen = space(desk, viewer, id).await?;
    if seen.can_write { Ok(seen) } else { Err(Refused::NotAllowed.into()) }
}

/// An entry that exists for the viewer and was not thrown away.
pub(super) async fn entry(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<Seen> {
    let seen = entry_or_binned(desk, viewer, id).await?;
    if seen.entry.binned_at.is_none() { Ok(seen) } else { Err(Error::not_found()) }
}

/// The same, thrown away or not.
pub(super) async fn entry_or_binned(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<Seen> {
    let entry = store::entries::of_organisation(From::Db(&desk.db), viewer.organisation, id).await?.ok_or_else(Error::not_found)?;
    of_viewer(desk, viewer, entry).await?.ok_or_else(Error::not_found)
}

/// An entry as it looks to the viewer; nothing to a stranger. What was sent and is not attached yet is its sender's.
pub(super) async fn of_viewer(desk: &Desk, viewer: &Viewer, entry: Entry) -> Result<Option<Seen>> {
    match &entry.place {
        Place::Kept { space, .. } => {
            let Some(space) = store::spaces::of_organisation(&desk.db, viewer.organisation, *space).await? else { return Ok(None) };
            Ok(look(desk, viewer, space).await?.map(|space| Seen { entry, space: Some(space) }))
        }
        Place::Sent { attached: None, .. } => Ok((entry.created_by == viewer.member).then_some(Seen { entry, space: None })),
        Place::Sent { attached: Some((kind, id)), .. } => {
            let card = subjects::card(desk, viewer, kind, *id).await?;
            Ok(card.map(|_| Seen { entry, space: None }))
        }
    }
}

/// Every space that the viewer sees: their own, and those of the things they belong to.
pub(super) async fn spaces(desk: &Desk, viewer: &Viewer) -> Result<Vec<SeenSpace>> {
    let own = store::spaces::own(desk, viewer.organisation, viewer.member).await?;
    let mut seen: Vec<SeenSpace> = look(desk, viewer, own).await?.into_iter().collect();
    for kind in subjects::kinds() {
        let mine = subjects::mine(desk, viewer, kind).await?;
        if mine.is_empty() {
            continue;
        }
        for space in store::spaces::of_owners(&desk.db, viewer.organisation, kind.name, mine).await? {
            seen.extend(look(desk, viewer, space).await?);
        }
    }
    Ok(seen)
}
