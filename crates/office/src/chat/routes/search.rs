//! Messages looked for by their words.

use axum::extract::State;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::acts::searching;
use super::super::store::search::Wanted;
use super::super::wire::{self, Message};
use super::super::{ConversationId, MessageId};
use crate::desk::Desk;
use crate::http::{Cursor, Json, Query};
use crate::org::MemberId;
use crate::terms::Question;
use crate::viewer::Viewer;

/// What is being looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Words, all of which must stand in the message.
    q: String,
    /// Only in that conversation.
    conversation: Option<ConversationId>,
    /// Only of that member.
    sender: Option<MemberId>,
    /// Milliseconds UTC.
    from: Option<i64>,
    /// Milliseconds UTC.
    to: Option<i64>,
    cursor: Option<String>,
}

/// A message that was found, and where.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatHit)]
struct Hit {
    message: Message,
    conversation_title: String,
}

/// What was found, the latest first.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatHits)]
pub(super) struct Hits {
    hits: Vec<Hit>,
    next_cursor: Option<String>,
}

/// Messages found by their words, the latest first, within what the viewer sees.
#[utoipa::path(get, path = "/api/chat/search", tag = "chat", security(("session" = [])), params(SearchQuery), responses((status = 200, body = Hits)))]
pub(super) async fn search(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<SearchQuery>) -> Result<Json<Hits>> {
    let before: Option<MessageId> = Cursor::read(query.cursor.as_deref())?;
    let Some(question) = Question::read(&query.q) else { return Ok(Json(Hits { hits: Vec::new(), next_cursor: None })) };
    let wanted = Wanted {
        conversation: query.conversation,
        sender: query.sender,
        from: query.from.map(Time::from_ms),
        to: query.to.map(Time::from_ms),
    };
    let (messages, next) = searching::search(&desk, &viewer, &question, wanted, before).await?;
    let ids: Vec<ConversationId> = messages.iter().map(|message| message.conversation).collect();
    let titles = wire::titles(&desk, &viewer, &ids).await?;
    let hit = |message: &super::super::model::Message| Hit {
        message: wire::message(message),
        conversation_title: titles.get(&message.conversation).cloned().unwrap_or_default(),
    };
    Ok(Json(Hits { hits: messages.iter().map(hit).collect(), next_cursor: next.and_then(|next| Cursor::write(&next)) }))
}
