//! Messages looked for by their words.

use axum::extract::State;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::acts::{finding, searching};
use super::super::store::search::{Sort, Wanted};
use super::super::wire::{self, Conversation, Message, Person};
use super::super::{ConversationId, MessageId, store};
use crate::desk::Desk;
use crate::http::{Cursor, Json, Query};
use crate::org::MemberId;
use crate::terms::Question;
use crate::viewer::Viewer;

/// What is being looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Words, all of which must stand in the message. Without any, something else must be said, and all that fits is found.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// Only in that conversation.
    conversation: Option<ConversationId>,
    /// Only of that member.
    from: Option<MemberId>,
    /// Not before that moment; milliseconds UTC.
    since: Option<i64>,
    /// Not after that moment; milliseconds UTC.
    until: Option<i64>,
    /// Only messages of that kind: `text`, `poll`, `merged` or another kind of message; `image` for pictures, `link` for
    /// texts with a link.
    kind: Option<String>,
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

/// Messages found by their words, or by who wrote them, when, where and what, the latest first, within what the viewer sees.
#[utoipa::path(get, path = "/api/chat/search", tag = "chat", security(("session" = [])), params(SearchQuery), responses((status = 200, body = Hits)))]
pub(super) async fn search(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<SearchQuery>) -> Result<Json<Hits>> {
    let before: Option<MessageId> = Cursor::read(query.cursor.as_deref())?;
    let question = Question::read(&query.q);
    if question.is_none() && !query.q.trim().is_empty() {
        return Ok(Json(Hits { hits: Vec::new(), next_cursor: None }));
    }
    let wanted = Wanted {
        conversation: query.conversation,
        sender: query.from,
        since: query.since.map(Time::from_ms),
        until: query.until.map(Time::from_ms),
        kind: query.kind.as_deref().map(Sort::read).transpose()?,
    };
    let (messages, next) = searching::search(&desk, &viewer, question.as_ref(), wanted, before).await?;
    let ids: Vec<ConversationId> = messages.iter().map(|message| message.conversation).collect();
    let titles = wire::titles(&desk, &viewer, &ids).await?;
    let hit = |message: &super::super::model::Message| Hit {
        message: wire::message(message),
        conversation_title: titles.get(&message.conversation).cloned().unwrap_or_default(),
    };
    Ok(Json(Hits { hits: messages.iter().map(hit).collect(), next_cursor: next.and_then(|next| Cursor::write(&next)) }))
}

/// What is being looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FindQuery {
    /// A part of a name or title, of its pinyin or its initials.
    words: String,
}

/// People and conversations that are called so.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatFound)]
pub(super) struct Found {
    people: Vec<Person>,
    /// The viewer's, the latest first.
    conversations: Vec<Conversation>,
}

/// Colleagues, and conversations of the viewer's, found by what they are called: in Chinese, in pinyin, by initials.
#[utoipa::path(get, path = "/api/chat/find", tag = "chat", security(("session" = [])), params(FindQuery), responses((status = 200, body = Found)))]
pub(super) async fn find(State(desk): State<Desk>, viewer: Viewer, Query(query): Query<FindQuery>) -> Result<Json<Found>> {
    let finding::Found { people, conversations } = finding::find(&desk, &viewer, &query.words).await?;
    let mut seen = store::conversations::some_seen(&desk.db, &viewer, &conversations).await?;
    seen.sort_by_key(|seen| conversations.iter().position(|id| *id == seen.conversation.id));
    let conversations = wire::conversations(&desk, &viewer, seen).await?;
    Ok(Json(Found { people: people.iter().map(Person::from).collect(), conversations }))
}
