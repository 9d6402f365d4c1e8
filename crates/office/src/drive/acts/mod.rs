//! What people do with files. Each act fetches through its viewer, asks `rules`, and commits what it changes as one.

pub(super) mod binning;
pub(super) mod bringing;
pub(super) mod copying;
pub(super) mod handing;
pub(super) mod keeping;
pub(super) mod moving;
pub(super) mod sharing;
pub(super) mod uploading;

use kernel::Result;
use kernel::db::Tx;
use kernel::uuid::Uuid;

use super::errors::Refused;
use super::model::{Entry, EntryKind, OF_MEMBER, Place, SeenSpace};
use super::store::settings;
use super::store::{self, From};
use super::{EntryId, rules};
use crate::desk::Desk;
use crate::org::{MemberId, OrganisationId};

/// The folder of a space that is meant, which at the top is the space itself.
async fn folder(desk: &Desk, space: &SeenSpace, id: Option<EntryId>) -> Result<Uuid> {
    let Some(id) = id else { return Ok(space.space.id.uuid()) };
    let found = store::entries::of_organisation(From::Db(&desk.db), space.space.organisation, id).await?;
    let is_there = found.is_some_and(|entry: Entry| {
        let is_here = matches!(entry.place, Place::Kept { space: there, .. } if there == space.space.id);
        is_here && entry.kind == EntryKind::Folder && entry.binned_at.is_none()
    });
    if is_there { Ok(id.uuid()) } else { Err(Refused::NotFound.into()) }
}

/// Against whom counts what somebody keeps in a space: its owner, if it is somebody's own.
fn charged(space: &SeenSpace, member: MemberId) -> Result<MemberId> {
    match space.space.owner_kind == OF_MEMBER {
        true => Ok(space.space.owner.to_string().parse().map_err(|_| Refused::NotFound)?),
        false => Ok(member),
    }
}

/// Takes everything back that does not fit any more.
async fn must_fit(tx: &mut Tx, organisation: OrganisationId, member: MemberId) -> Result<()> {
    let holds = settings::of(From::Tx(tx), organisation).await?;
    let member_bytes = settings::used(From::Tx(tx), member.uuid()).await?;
    let organisation_bytes = settings::used(From::Tx(tx), organisation.uuid()).await?;
    rules::fits(holds, member_bytes, organisation_bytes).map_err(kernel::Error::from)
}
