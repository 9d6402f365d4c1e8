//! Messages found by their words, or by who wrote them, when and what, the latest first, within what the viewer may see.
//! The words of a conversation lie together and in the order of time, so a question looks at the recent past first and
//! goes back only as far as it must; without words, the messages of a person or of a kind lie together in the same way.

use kernel::clock::Time;
use kernel::db::Db;
use kernel::uuid::Uuid;
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::errors::Refused;
use super::super::model::MessageKind;
use super::super::{ConversationId, MessageId};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// What is being looked for, besides the words.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) sender: Option<MemberId>,
    pub(crate) since: Option<Time>,
    pub(crate) until: Option<Time>,
    pub(crate) kind: Option<Sort>,
}

/// What sort of message is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Of that kind.
    Kind(MessageKind),
    /// Files among which there is a picture.
    Image,
    /// Texts in which a link stands.
    Link,
}

impl Wanted {
    /// Whether anything is asked for at all.
    pub(crate) fn is_any(self) -> bool {
        let Wanted { conversation, sender, since, until, kind } = self;
        conversation.is_some() || sender.is_some() || since.is_some() || until.is_some() || kind.is_some()
    }

    fn kind(self) -> Option<MessageKind> {
        match self.kind? {
            Sort::Kind(kind) => Some(kind),
            Sort::Image => Some(MessageKind::Files),
            Sort::Link => None,
        }
    }
}

impl Sort {
    /// From what the asker says.
    pub(crate) fn read(word: &str) -> Result<Sort, Refused> {
        match word {
            "image" => Ok(Sort::Image),
            "link" => Ok(Sort::Link),
            word => MessageKind::from_word(word).map(Sort::Kind).ok_or(Refused::Field("kind")),
        }
    }
}

/// Messages between two ids that have all of these terms, the latest first.
pub(crate) async fn with_terms(
    db: &Db,
    viewer: &Viewer,
    terms: &[String],
    wanted: Wanted,
    (after, before): (Uuid, Uuid),
    limit: i64,
) -> Result<Vec<MessageId>> {
    let Some((first, others)) = terms.split_first() else { return Ok(Vec::new()) };
    let rows: Vec<Value> = others.iter().map(|term| json!({ "term": term })).collect();
    let found: Vec<(MessageId,)> = db
        .read(sql!(
            "SELECT t.message_id FROM chat_members v
             JOIN chat_terms t ON t.conversation_id = v.conversation_id AND t.term = $2 AND t.message_id > $3 AND t.message_id < $4
             JOIN chat_messages m ON m.id = t.message_id AND m.seq > v.from_seq
             WHERE v.member_id = $1 AND (v.conversation_id = $5 OR $5 IS NULL) AND (m.sender_id = $6 OR $6 IS NULL)
               AND m.sent_at >= $7 AND m.sent_at <= $8 AND (m.kind = $12 OR $12 IS NULL) AND (NOT $13 OR m.text LIKE '%://%')
               AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id)
               AND (SELECT COUNT(*) FROM jsonb_to_recordset($9) AS n (term TEXT)
                    CROSS JOIN chat_terms o
                    WHERE o.conversation_id = t.conversation_id AND o.term = n.term AND o.message_id = t.message_id) = $10
             ORDER BY t.message_id DESC LIMIT $11"
        ))
        .bind(viewer.member)
        .bind(first.clone())
        .bind(after)
        .bind(before)
        .bind(wanted.conversation)
        .bind(wanted.sender)
        .bind(wanted.since.unwrap_or(Time::from_ms(i64::MIN)))
        .bind(wanted.until.unwrap_or(Time::from_ms(i64::MAX)))
        .bind(Json(json!(rows)))
        .bind(i64::try_from(others.len()).unwrap_or(i64::MAX))
        .bind(limit)
        .bind(wanted.kind().map(MessageKind::word))
        .bind(wanted.kind == Some(Sort::Link))
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The messages of a stretch of time before an id, the latest first, as far as `$rest` allows. What the office itself says
/// is not looked for. A cross join is read in the order in which it is written: conversation by conversation.
macro_rules! between {
    ($rest:literal) => {
        sql!(concat!(
            "SELECT m.id FROM chat_members v CROSS JOIN chat_messages m
             WHERE v.member_id = $1 AND m.conversation_id = v.conversation_id AND m.sent_at >= $2 AND m.sent_at <= $3 AND m.seq > v.from_seq
               AND (v.conversation_id = $4 OR $4 IS NULL) AND m.id < $5 AND m.recalled_at IS NULL AND m.kind <> 'system'
               AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id) ",
            $rest,
            " ORDER BY m.id DESC LIMIT $6"
        ))
    };
}

/// Messages sent within that time, before that id, the latest first; by whom or of which kind is what they lie together by.
pub(crate) async fn without_terms(
    db: &Db,
    viewer: &Viewer,
    wanted: Wanted,
    (since, until): (Time, Time),
    before: Uuid,
    limit: i64,
) -> Result<Vec<MessageId>> {
    let kind = wanted.kind();
    let statement = match (wanted.sender, kind) {
        (Some(_), _) => between!("AND m.sender_id = $7 AND (m.kind = $8 OR $8 IS NULL)"),
        (None, Some(MessageKind::Text)) | (None, None) => between!("AND (m.sender_id = $7 OR $7 IS NULL) AND (m.kind = $8 OR $8 IS NULL)"),
        (None, Some(_)) => between!("AND (m.sender_id = $7 OR $7 IS NULL) AND m.kind = $8 AND m.kind <> 'text'"),
    };
    let ask = db.read(statement).bind(viewer.member).bind(since).bind(until).bind(wanted.conversation).bind(before).bind(limit);
    let found: Vec<(MessageId,)> = ask.bind(wanted.sender).bind(kind.map(MessageKind::word)).all().await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
