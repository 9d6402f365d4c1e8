//! A message in another language.

use axum::extract::State;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::MessageId;
use super::super::acts::translating;
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::viewer::Viewer;

/// Which language is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatTranslate)]
pub(super) struct Wanted {
    /// Such as `en` or `zh-CN`.
    to: String,
}

/// What a message says, in that language.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatTranslation)]
pub(super) struct Translation {
    text: String,
}

/// What a message says, in another language. The service is the one that whoever runs the office has chosen.
#[utoipa::path(post, path = "/api/chat/messages/{id}/translate", tag = "chat", security(("session" = [])), params(("id" = MessageId, Path)),
    request_body = Wanted, responses((status = 200, body = Translation)))]
pub(super) async fn translate(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<MessageId>,
    Json(Wanted { to }): Json<Wanted>,
) -> Result<Json<Translation>> {
    Ok(Json(Translation { text: translating::translate(&desk, &viewer, id, &to).await? }))
}
