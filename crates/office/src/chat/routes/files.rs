//! The files that were sent in a conversation.

use axum::extract::State;
use kernel::Result;
use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::acts::files::{self, Wanted};
use super::super::store::{self, From};
use super::super::{ConversationId, MessageId};
use crate::desk::Desk;
use crate::drive::FileCard;
use crate::http::{Json, Path, Query};
use crate::org::MemberId;
use crate::terms::Question;
use crate::viewer::Viewer;

/// Files on one page, when the asker does not say.
const PAGE_DEFAULT: usize = 50;
const PAGE_MAX: usize = 100;

/// Which files are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FilesQuery {
    /// `image`, `video`, `audio`, `pdf`, `text`, `code`, `archive`, `office` or `other`; all when it is absent.
    group: Option<String>,
    /// Words of their names.
    words: Option<String>,
    /// The `next` of the page before.
    before: Option<i64>,
    /// 50 when nothing is said, 100 at most.
    limit: Option<usize>,
}

/// A file and the message it was sent with.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatSentFile)]
struct SentFile {
    message_id: MessageId,
    seq: i64,
    sent_at: Time,
    sender_id: Option<MemberId>,
    /// What the program is called that sent it.
    program_name: Option<String>,
    file: FileCard,
}

/// Files of a conversation, the latest message first.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatSentFiles)]
pub(super) struct SentFiles {
    files: Vec<SentFile>,
    /// Where the next page begins; there is none when it is absent.
    next: Option<i64>,
}

/// The files of a conversation, the latest message first.
#[utoipa::path(get, path = "/api/chat/conversations/{id}/files", tag = "chat", operation_id = "files", security(("session" = [])),
    params(("id" = ConversationId, Path), FilesQuery), responses((status = 200, body = SentFiles)))]
pub(super) async fn list(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<ConversationId>,
    Query(query): Query<FilesQuery>,
) -> Result<Json<SentFiles>> {
    store::conversations::seen(From::Db(&desk.db), &viewer, id).await?;
    let wanted = Wanted {
        group: query.group,
        words: query.words.as_deref().and_then(Question::read),
        before: query.before.unwrap_or(i64::MAX),
        limit: query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX),
    };
    let (found, next) = files::of_conversation(&desk, &viewer, id, wanted).await?;
    let sent = found.into_iter().map(|(message, file)| SentFile {
        message_id: message.id,
        seq: message.seq,
        sent_at: message.sent_at,
        sender_id: message.sender,
        program_name: message.program.map(|program| program.name),
        file,
    });
    Ok(Json(SentFiles { files: sent.collect(), next }))
}
