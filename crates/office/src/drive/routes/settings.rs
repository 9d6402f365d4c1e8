//! What an organisation has decided about its files.

use axum::extract::State;
use kernel::Result;
use serde_json::json;

use super::super::store::{self, From};
use super::super::wire::Settings;
use super::super::{model, rules};
use crate::desk::Desk;
use crate::http::Json;
use crate::org::{self, Actor, Permission};
use crate::viewer::Viewer;

/// What holds; for administrators.
#[utoipa::path(get, path = "/api/drive/settings", tag = "drive", operation_id = "settings", security(("session" = [])),
    responses((status = 200, body = Settings)))]
pub(super) async fn show(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Settings>> {
    viewer.must(Permission::Members)?;
    Ok(Json(store::settings::of(From::Db(&desk.db), viewer.organisation).await?.into()))
}

/// Decides; for administrators.
#[utoipa::path(put, path = "/api/drive/settings", tag = "drive", operation_id = "set_settings", security(("session" = [])),
    request_body = Settings, responses((status = 200, body = Settings)))]
pub(super) async fn decide(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<Settings>) -> Result<Json<Settings>> {
    viewer.must(Permission::Members)?;
    let wanted = rules::settings(model::Settings::from(body))?;
    let mut tx = desk.db.begin().await?;
    store::settings::save(&mut tx, viewer.organisation, wanted).await?;
    org::record(&mut tx, &desk, Actor::from(&viewer), "drive.settings_changed", "", json!(body)).await?;
    tx.commit().await?;
    Ok(Json(body))
}
