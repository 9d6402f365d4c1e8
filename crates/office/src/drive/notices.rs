//! What members are told of files: that something harmful was found in one of theirs, that somebody's files are theirs now.
//! Which words they read is the clients' business.

use kernel::Result;
use kernel::db::Tx;
use serde_json::{Value, json};

use super::EntryId;
use crate::desk::Desk;
use crate::notify::{self, Notice};
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

const INFECTED: &str = "drive.infected";
const HANDED_OVER: &str = "drive.handed_over";

/// Every kind, in the order in which people choose among them.
pub(super) const KINDS: &[&str] = &[INFECTED, HANDED_OVER];

/// Tells everybody who has brought bytes that something harmful was found in them.
pub(super) async fn infected(desk: &Desk, bringers: &[(OrganisationId, MemberId, EntryId, String)]) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    for (organisation, member, id, name) in bringers {
        let notice = notice(*organisation, INFECTED, *id, name, json!({}), None);
        notify::tell(&mut tx, desk, [*member], &notice).await?;
    }
    tx.commit().await
}

/// Tells somebody that the files of one who left are theirs now.
pub(super) async fn handed_over(tx: &mut Tx, desk: &Desk, viewer: &Viewer, to: MemberId, of: &str, folder: EntryId) -> Result<()> {
    let notice = notice(viewer.organisation, HANDED_OVER, folder, of, json!({ "folder_id": folder }), Some(viewer.member));
    notify::tell(tx, desk, [to], &notice).await
}

fn notice(organisation: OrganisationId, kind: &'static str, id: EntryId, title: &str, data: Value, actor: Option<MemberId>) -> Notice {
    Notice { organisation, kind, subject: format!("drive:{id}"), title: title.to_owned(), link: format!("/drive?entry={id}"), data, actor }
}
