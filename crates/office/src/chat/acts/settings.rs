//! What the administrators decide about messages in the whole organisation.

use kernel::Result;
use serde_json::json;

use super::super::model::Settings;
use super::super::store;
use crate::desk::Desk;
use crate::org::{self, OrganisationId};
use crate::viewer::{Viewer, forbidden};

/// What holds in an organisation.
pub(crate) async fn of(desk: &Desk, organisation: OrganisationId) -> Result<Settings> {
    store::settings::of(&desk.db, organisation).await
}

/// Decides anew.
pub(crate) async fn decide(desk: &Desk, viewer: &Viewer, settings: Settings) -> Result<()> {
    match viewer.role {
        org::Role::Owner | org::Role::Admin => {}
        org::Role::Member => return Err(forbidden()),
    }
    let mut tx = desk.db.begin().await?;
    store::settings::save(&mut tx, viewer.organisation, settings).await?;
    let details = json!({ "read_lists": settings.read_lists, "link_previews": settings.link_previews });
    org::record(&mut tx, desk, viewer.into(), "chat.settings_changed", "", details).await?;
    tx.commit().await
}
