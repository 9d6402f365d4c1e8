//! What the administrators decide about messages in the whole organisation.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::settings as acts;
use super::super::model;
use crate::desk::Desk;
use crate::http::Json;
use crate::viewer::Viewer;

/// What holds in the organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatSettings)]
pub(super) struct Settings {
    /// People see who has read what they wrote.
    read_lists: bool,
    /// The office looks up what links lead to.
    link_previews: bool,
    /// Whoever runs the office has chosen a service that translates.
    can_translate: bool,
}

/// What holds in the organisation.
#[utoipa::path(get, path = "/api/chat/settings", tag = "chat", security(("session" = [])), responses((status = 200, body = Settings)))]
pub(super) async fn settings(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Settings>> {
    let model::Settings { read_lists, link_previews } = acts::of(&desk, viewer.organisation).await?;
    Ok(Json(Settings { read_lists, link_previews, can_translate: desk.config.translator.is_some() }))
}

/// What is to hold from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatSettingsChange)]
pub(super) struct SettingsChange {
    read_lists: bool,
    link_previews: bool,
}

/// Decides what holds in the organisation. Its owners and administrators do.
#[utoipa::path(put, path = "/api/chat/settings", tag = "chat", security(("session" = [])), request_body = SettingsChange,
    responses((status = 204)))]
pub(super) async fn decide(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<SettingsChange>) -> Result<StatusCode> {
    let SettingsChange { read_lists, link_previews } = body;
    acts::decide(&desk, &viewer, model::Settings { read_lists, link_previews }).await?;
    Ok(StatusCode::NO_CONTENT)
}
