//! What is being looked for among messages, and which of those that the index names the viewer may see.

use std::collections::BTreeSet;
use std::time::Duration;

use kernel::clock::Time;
use kernel::db::Db;
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::errors::Refused;
use super::super::model::MessageKind;
use super::super::{ConversationId, MessageId};
use super::words::{Number, Term};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// A message may have been sent that much before or after its id was drawn.
const SLACK: Duration = Duration::from_secs(60);

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
    /// Those in which a link stands.
    Link,
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

impl Wanted {
    /// Whether anything is asked for at all.
    pub(crate) fn is_any(&self) -> bool {
        let Wanted { conversation, sender, since, until, kind } = self;
        conversation.is_some() || sender.is_some() || since.is_some() || until.is_some() || kind.is_some()
    }

    /// What such a message is found by.
    pub(crate) fn terms(&self) -> BTreeSet<Term> {
        let kind = self.kind.map(|sort| match sort {
            Sort::Kind(kind) => Term::kind(kind),
            Sort::Image => Term::picture(),
            Sort::Link => Term::link(),
        });
        let (conversation, sender) = (self.conversation.map(Term::conversation), self.sender.map(Term::sender));
        conversation.into_iter().chain(sender).chain(kind).collect()
    }

    /// The numbers between which it lies.
    pub(crate) fn between(&self) -> (Number, Number) {
        let after = self.since.map_or(Number::FIRST, |since| Number::of_time(since - SLACK));
        let before = self.until.map_or(Number::LAST, |until| Number::of_time(until + SLACK));
        (after, before)
    }
}

/// Everywhere the viewer is, as far as it is no more than `limit` conversations.
pub(crate) async fn everywhere(db: &Db, viewer: &Viewer, limit: i64) -> Result<Vec<ConversationId>> {
    let found: Vec<(ConversationId,)> = db
        .read(sql!("SELECT conversation_id FROM chat_members WHERE member_id = $1 LIMIT $2"))
        .bind(viewer.member)
        .bind(limit.saturating_add(1))
        .all()
        .await?;
    let is_all = i64::try_from(found.len()).is_ok_and(|count| count <= limit);
    Ok(found.into_iter().filter(|_| is_all).map(|(id,)| id).collect())
}

/// Those of these messages that exist for the viewer and were sent when it is wanted.
pub(crate) async fn visible(db: &Db, viewer: &Viewer, numbers: &[Number], wanted: &Wanted) -> Result<Vec<MessageId>> {
    let rows: Vec<Value> = numbers.iter().map(|number| json!({ "low": number.ids().0, "high": number.ids().1 })).collect();
    let found: Vec<(MessageId,)> = db
        .read(sql!(
            "SELECT m.id FROM jsonb_to_recordset($2) AS n (low UUID, high UUID)
             CROSS JOIN chat_messages m CROSS JOIN chat_members v
             WHERE m.id >= n.low AND m.id <= n.high AND v.conversation_id = m.conversation_id AND v.member_id = $1
               AND m.seq > v.from_seq AND m.sent_at >= $3 AND m.sent_at <= $4
               AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id)"
        ))
        .bind(viewer.member)
        .bind(Json(json!(rows)))
        .bind(wanted.since.unwrap_or(Time::from_ms(i64::MIN)))
        .bind(wanted.until.unwrap_or(Time::from_ms(i64::MAX)))
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
