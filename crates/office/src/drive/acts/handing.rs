//! The files of somebody who is no longer here, handed over to somebody who is.

use kernel::db::Tx;
use kernel::{Error, Result};
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, OF_MEMBER, Place};
use super::super::store;
use super::super::{EntryId, SpaceId, TREE_MAX, notices};
use super::keeping::fresh;
use crate::desk::Desk;
use crate::org::{self, Actor, MemberId, Permission};
use crate::viewer::Viewer;

/// Puts everything in the space of a member who is disabled into a folder of another one's, which bears their name. A
/// quota is no reason to lose anything, so none is asked for.
pub(crate) async fn hand_over(desk: &Desk, viewer: &Viewer, id: SpaceId, to: MemberId) -> Result<Entry> {
    viewer.must(Permission::Members)?;
    let space = store::spaces::of_organisation(&desk.db, viewer.organisation, id).await?.filter(|space| space.owner_kind == OF_MEMBER);
    let space = space.ok_or_else(Error::not_found)?;
    let from: MemberId = space.owner.to_string().parse().map_err(|_| Refused::NotFound)?;
    let people = org::cards(desk, viewer.organisation, [from, to]).await?;
    let (leaver, heir) = people.get(&from).zip(people.get(&to)).ok_or(Refused::Field("member_id"))?;
    match (leaver.is_disabled, heir.is_disabled) {
        (true, false) => {}
        (false, _) => return Err(Refused::StillHere.into()),
        (true, true) => return Err(Refused::Field("member_id").into()),
    }
    let goal = store::spaces::own(desk, viewer.organisation, to).await?;
    let folder = Entry {
        created_by: to,
        ..fresh(
            desk,
            (viewer.organisation, viewer.member),
            EntryKind::Folder,
            Place::Kept { space: goal.id, parent: goal.id.uuid() },
            &leaver.name,
        )
    };
    let mut tx = desk.db.begin().await?;
    let name = store::entries::insert(&mut tx, &folder).await?;
    store::search::index(&mut tx, goal.id, folder.id, &name).await?;
    for top in store::subtree::tops(&mut tx, id).await? {
        pass(&mut tx, desk, top, &folder, goal.id, to).await?;
    }
    org::record(&mut tx, desk, Actor::from(viewer), "drive.handed_over", &leaver.name, json!({ "to": to, "name": heir.name })).await?;
    notices::handed_over(&mut tx, desk, viewer, to, &leaver.name, folder.id).await?;
    tx.commit().await?;
    store::entries::of_organisation(store::From::Db(&desk.db), viewer.organisation, folder.id).await?.ok_or_else(Error::not_found)
}

async fn pass(tx: &mut Tx, desk: &Desk, top: EntryId, folder: &Entry, goal: SpaceId, to: MemberId) -> Result<()> {
    let limit = i64::try_from(desk.limits.of(&TREE_MAX)).unwrap_or(i64::MAX).saturating_mul(20);
    let tree = store::subtree::whole(tx, top, limit).await?;
    for entry in tree.iter().filter(|entry| entry.kind == EntryKind::File) {
        store::versions::recharge(tx, entry, goal.uuid(), Some(to)).await?;
    }
    let Some(first) = tree.first() else { return Ok(()) };
    store::entries::put(tx, first, folder.id.uuid(), &first.name, desk.now()).await?;
    store::subtree::change_space(tx, top, goal).await
}

/// The spaces of those who are no longer here, for whoever hands them over.
pub(crate) async fn left(desk: &Desk, viewer: &Viewer) -> Result<Vec<(SpaceId, MemberId, String)>> {
    viewer.must(Permission::Members)?;
    let spaces = store::spaces::of_members(&desk.db, viewer.organisation).await?;
    let owners = spaces.iter().filter_map(|space| space.owner.to_string().parse::<MemberId>().ok().map(|owner| (space.id, owner)));
    let owners: Vec<(SpaceId, MemberId)> = owners.collect();
    let people = org::cards(desk, viewer.organisation, owners.iter().map(|(_, owner)| *owner)).await?;
    let left = owners.into_iter().filter_map(|(space, owner)| {
        let card = people.get(&owner).filter(|card| card.is_disabled)?;
        Some((space, owner, card.name.clone()))
    });
    Ok(left.collect())
}
