//! What the administrators of an organisation decide about messages.

use kernel::db::{Db, Tx};
use kernel::{Result, sql};

use super::super::model::Settings;
use crate::org::OrganisationId;

/// What holds in an organisation.
pub(crate) async fn of(db: &Db, organisation: OrganisationId) -> Result<Settings> {
    let row: Option<(bool, bool)> = db
        .read(sql!("SELECT read_lists, link_previews FROM chat_settings WHERE organisation_id = $1"))
        .bind(organisation)
        .optional()
        .await?;
    Ok(row.map_or_else(Settings::default, |(read_lists, link_previews)| Settings { read_lists, link_previews }))
}

/// Writes down what holds from now on.
pub(crate) async fn save(tx: &mut Tx, organisation: OrganisationId, settings: Settings) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO chat_settings (organisation_id, read_lists, link_previews) VALUES ($1, $2, $3)
         ON CONFLICT (organisation_id) DO UPDATE SET read_lists = excluded.read_lists, link_previews = excluded.link_previews"
    ))
    .bind(organisation)
    .bind(settings.read_lists)
    .bind(settings.link_previews)
    .run()
    .await?;
    Ok(())
}
