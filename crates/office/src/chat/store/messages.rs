//! Messages as they are read. A page is found by its numbers and costs the same wherever in the conversation it lies.

use std::collections::HashMap;

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Error, Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::data::Data;
use super::super::gist::Gist;
use super::super::model::{Message, MessageKind, Program, ProgramKind, Quote, Reaction, Seen, UrgentCount};
use super::super::previews::Preview;
use super::super::{ConversationId, MessageId, ProgramId, UrgentId, rules};
use super::conversations::seen;
use super::{From, read};
use crate::org::MemberId;
use crate::viewer::Viewer;

#[derive(sqlx::FromRow)]
struct Row {
    id: MessageId,
    conversation_id: ConversationId,
    seq: i64,
    change: i64,
    client_id: String,
    sender_id: Option<MemberId>,
    kind: String,
    text: String,
    data: Option<Json<Value>>,
    mentions: Json<Vec<MemberId>>,
    mentions_all: bool,
    thread_root: Option<i64>,
    thread_replies: i64,
    sent_at: Time,
    edited_at: Option<Time>,
    recalled_at: Option<Time>,
    recalled_by: Option<MemberId>,
    pinned_at: Option<Time>,
    pinned_by: Option<MemberId>,
    urgent_id: Option<UrgentId>,
    preview: Option<Json<Preview>>,
    quote_id: Option<MessageId>,
    quote_seq: Option<i64>,
    quote_sender: Option<MemberId>,
    quote_program: Option<String>,
    quote_text: Option<String>,
    quote_kind: Option<String>,
    quote_data: Option<Json<Value>>,
    program_id: Option<ProgramId>,
    program_kind: Option<String>,
    program_name: Option<String>,
    program_avatar: Option<String>,
}

impl Row {
    fn message(self) -> Result<Message> {
        let kind = read("message.kind", &self.kind, MessageKind::from_word)?;
        let quote_kind = self.quote_kind.as_deref().map(|word| read("message.kind", word, MessageKind::from_word)).transpose()?;
        let quote_kind = quote_kind.unwrap_or(MessageKind::Text);
        let quote_data = self.quote_data.and_then(|Json(json)| Data::from_json(quote_kind, json));
        let quote = match (self.quote_id, self.quote_seq) {
            (Some(id), Some(seq)) => Some(Quote {
                id,
                seq,
                sender: self.quote_sender,
                program: self.quote_program,
                text: rules::quote(&self.quote_text.unwrap_or_default()),
                gist: Gist::of(quote_kind, quote_data.as_ref()),
            }),
            _ => None,
        };
        let program = match (self.program_id, self.program_kind) {
            (Some(id), Some(word)) => {
                let kind = read("program.kind", &word, ProgramKind::from_word)?;
                let (name, avatar) = (self.program_name.unwrap_or_default(), self.program_avatar.unwrap_or_default());
                Some(Program { id, kind, name, avatar })
            }
            _ => None,
        };
        Ok(Message {
            id: self.id,
            conversation: self.conversation_id,
            seq: self.seq,
            change: self.change,
            client_id: self.client_id,
            sender: self.sender_id,
            program,
            kind,
            text: self.text,
            data: self.data.and_then(|Json(json)| Data::from_json(kind, json)),
            mentions: self.mentions.0,
            mentions_all: self.mentions_all,
            quote,
            thread_root: self.thread_root,
            thread_replies: self.thread_replies,
            sent_at: self.sent_at,
            edited_at: self.edited_at,
            recalled_at: self.recalled_at,
            recalled_by: self.recalled_by,
            pinned_at: self.pinned_at,
            pinned_by: self.pinned_by,
            urgent: self.urgent_id.map(|id| UrgentCount { id, to: 0, confirmed: 0 }),
            reactions: Vec::new(),
            votes: Vec::new(),
            preview: self.preview.map(|Json(preview)| preview),
        })
    }
}

/// The columns of [`Row`]; it is given when the answered message is shown. What that carries is read where a line about it
/// needs it.
macro_rules! columns {
    ($is_shown:literal) => {
        concat!(
            "m.id, m.conversation_id, m.seq, m.change, m.client_id, m.sender_id, m.kind, m.text, m.data, m.mentions, m.mentions_all,
             m.thread_root, m.thread_replies, m.sent_at, m.edited_at, m.recalled_at, m.recalled_by, m.pinned_at, m.pinned_by, m.urgent_id, m.preview,
             q.id AS quote_id, q.seq AS quote_seq, q.sender_id AS quote_sender,
             m.program_id, p.kind AS program_kind, p.name AS program_name, p.avatar AS program_avatar,
             (SELECT o.name FROM chat_programs o WHERE o.id = q.program_id) AS quote_program,
             CASE WHEN ",
            $is_shown,
            " THEN SUBSTR(q.text, 1, 200) ELSE '' END AS quote_text, CASE WHEN ",
            $is_shown,
            " AND q.recalled_at IS NULL THEN q.kind ELSE 'text' END AS quote_kind, CASE WHEN ",
            $is_shown,
            " AND q.kind IN ('files', 'voice', 'poll', 'call', 'location', 'contact') THEN q.data ELSE NULL END AS quote_data"
        )
    };
}

/// Messages that exist for the member `$1`, in the statement's own `$2`, `$3`, …: a part of a conversation, found by its
/// place there, or some that are found by their ids. A cross join is read in the order in which it is written.
/// What follows the number `$3` has one lower bound: of two, SQLite would walk from the smaller one.
macro_rules! seen_by {
    (in_place, $rest:expr) => {
        seen_by!(from "chat_members v CROSS JOIN chat_messages m", "v.from_seq", $rest)
    };
    (in_place_after, $rest:expr) => {
        seen_by!(
            from "chat_members v CROSS JOIN chat_messages m",
            "CASE WHEN v.from_seq > $3 THEN v.from_seq ELSE $3 END",
            $rest
        )
    };
    (by_id, $rest:expr) => {
        seen_by!(from "chat_messages m CROSS JOIN chat_members v", "v.from_seq", $rest)
    };
    (from $tables:literal, $after:literal, $rest:expr) => {
        sql!(concat!(
            "SELECT ",
            columns!("q.seq > v.from_seq"),
            " FROM ",
            $tables,
            " LEFT JOIN chat_messages q ON q.conversation_id = m.conversation_id AND q.seq = m.reply_seq
             LEFT JOIN chat_programs p ON p.id = m.program_id
             WHERE v.member_id = $1 AND m.conversation_id = v.conversation_id AND m.seq > ",
            $after,
            " AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id) ",
            $rest
        ))
    };
}

/// Which part of a conversation is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// The last ones before that number.
    Before(i64),
    /// The first ones after that number.
    After(i64),
}

/// A part of a conversation, in the order of its messages; and whether there are more in that direction.
pub(crate) async fn page(db: &Db, viewer: &Viewer, id: ConversationId, part: Part, limit: i64) -> Result<(Vec<Message>, bool)> {
    let ask = match part {
        Part::Before(seq) => db
            .read(seen_by!(in_place, "AND v.conversation_id = $2 AND m.seq < $3 ORDER BY m.seq DESC LIMIT $4"))
            .bind(viewer.member)
            .bind(id)
            .bind(seq),
        Part::After(seq) => {
            db.read(seen_by!(in_place_after, "AND v.conversation_id = $2 ORDER BY m.seq LIMIT $4")).bind(viewer.member).bind(id).bind(seq)
        }
    };
    let rows: Vec<Row> = ask.bind(limit.saturating_add(1)).all().await?;
    let (mut rows, more) = cut(rows, limit);
    if matches!(part, Part::Before(_)) {
        rows.reverse();
    }
    Ok((whole(From::Db(db), rows).await?, more))
}

/// The last answers in the thread of a message before that number, in their order; and whether there are more before them.
pub(crate) async fn thread(
    db: &Db,
    viewer: &Viewer,
    id: ConversationId,
    root: i64,
    before: i64,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let ask = db.read(seen_by!(in_place, "AND v.conversation_id = $2 AND m.thread_root = $3 AND m.seq < $4 ORDER BY m.seq DESC LIMIT $5"));
    let rows: Vec<Row> = ask.bind(viewer.member).bind(id).bind(root).bind(before).bind(limit.saturating_add(1)).all().await?;
    let (mut rows, more) = cut(rows, limit);
    rows.reverse();
    Ok((whole(From::Db(db), rows).await?, more))
}

/// What has changed since then, in the order of the changes; and whether there is more.
pub(crate) async fn changes(db: &Db, viewer: &Viewer, id: ConversationId, after: i64, limit: i64) -> Result<(Vec<Message>, bool)> {
    let ask = db.read(seen_by!(in_place, "AND v.conversation_id = $2 AND m.change > $3 ORDER BY m.change LIMIT $4"));
    let rows: Vec<Row> = ask.bind(viewer.member).bind(id).bind(after).bind(limit.saturating_add(1)).all().await?;
    let (rows, more) = cut(rows, limit);
    Ok((whole(From::Db(db), rows).await?, more))
}

fn cut(mut rows: Vec<Row>, limit: i64) -> (Vec<Row>, bool) {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    (rows, more)
}

/// The last message of each of these conversations that exists for the viewer.
pub(crate) async fn last_of(db: &Db, viewer: &Viewer, conversations: &[ConversationId]) -> Result<HashMap<ConversationId, Message>> {
    let rows: Vec<Row> = db
        .read(seen_by!(
            in_place,
            "AND v.conversation_id = ANY($2) AND m.seq = (
                SELECT l.seq FROM chat_messages l WHERE l.conversation_id = v.conversation_id AND l.seq > v.from_seq
                  AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = l.id)
                ORDER BY l.seq DESC LIMIT 1)"
        ))
        .bind(viewer.member)
        .bind(Ids::from_iter(conversations.iter().map(|id| id.uuid())))
        .all()
        .await?;
    let messages = whole(From::Db(db), rows).await?;
    Ok(messages.into_iter().map(|message| (message.conversation, message)).collect())
}

/// A message that exists for the viewer, with the conversation it is in.
pub(crate) async fn one(db: &Db, viewer: &Viewer, id: MessageId) -> Result<(Seen, Message)> {
    let row: Option<Row> = db.read(seen_by!(by_id, "AND m.id = $2")).bind(viewer.member).bind(id).optional().await?;
    let row = row.ok_or_else(Error::not_found)?;
    let seen = seen(From::Db(db), viewer, row.conversation_id).await?;
    let mut messages = whole(From::Db(db), vec![row]).await?;
    let message = messages.pop().ok_or_else(Error::not_found)?;
    Ok((seen, message))
}

/// Where a message is that exists for the viewer and was not recalled, and whose it is.
pub(crate) async fn place_of(db: &Db, viewer: &Viewer, id: MessageId) -> Result<Option<(ConversationId, i64, Option<MemberId>)>> {
    db.read(sql!(
        "SELECT m.conversation_id, m.seq, m.sender_id FROM chat_messages m
         CROSS JOIN chat_members v
         WHERE m.id = $2 AND v.conversation_id = m.conversation_id AND v.member_id = $1 AND m.seq > v.from_seq
           AND m.recalled_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id)"
    ))
    .bind(viewer.member)
    .bind(id)
    .optional()
    .await
}

/// The message of that number that exists for the viewer.
pub(crate) async fn at(db: &Db, viewer: &Viewer, id: ConversationId, seq: i64) -> Result<Message> {
    let ask = db.read(seen_by!(in_place, "AND v.conversation_id = $2 AND m.seq = $3")).bind(viewer.member).bind(id).bind(seq);
    let row: Option<Row> = ask.optional().await?;
    let row = row.ok_or_else(Error::not_found)?;
    whole(From::Db(db), vec![row]).await?.pop().ok_or_else(Error::not_found)
}

/// Those of these messages that exist for the viewer, the latest first.
pub(crate) async fn some(db: &Db, viewer: &Viewer, ids: impl IntoIterator<Item = MessageId>) -> Result<Vec<Message>> {
    let ids = Ids::from_iter(ids.into_iter().map(MessageId::uuid));
    let rows: Vec<Row> = db.read(seen_by!(by_id, "AND m.id = ANY($2) ORDER BY m.id DESC")).bind(viewer.member).bind(ids).all().await?;
    whole(From::Db(db), rows).await
}

/// The pinned messages of a conversation, the latest pinned first.
pub(crate) async fn pinned(db: &Db, viewer: &Viewer, id: ConversationId) -> Result<Vec<Message>> {
    let ask = db.read(seen_by!(
        by_id,
        "AND m.id IN (SELECT p.id FROM chat_messages p WHERE p.conversation_id = $2 AND p.pinned_at IS NOT NULL)
         ORDER BY m.pinned_at DESC, m.seq DESC LIMIT 500"
    ));
    let rows: Vec<Row> = ask.bind(viewer.member).bind(id).all().await?;
    whole(From::Db(db), rows).await
}

/// A message for everybody, found by its id alone.
pub(crate) async fn anywhere(db: &Db, id: MessageId) -> Result<Option<Message>> {
    let found: Option<(ConversationId,)> =
        db.read(sql!("SELECT conversation_id FROM chat_messages WHERE id = $1")).bind(id).optional().await?;
    match found {
        Some((conversation,)) => for_everybody(db, conversation, id).await,
        None => Ok(None),
    }
}

/// Messages with files that exist for the viewer, the latest first, before that number.
pub(crate) async fn with_files(db: &Db, viewer: &Viewer, id: ConversationId, before: i64, limit: i64) -> Result<Vec<Message>> {
    let ask = db.read(seen_by!(
        in_place,
        "AND v.conversation_id = $2 AND m.kind = 'files' AND m.recalled_at IS NULL AND m.seq < $3 ORDER BY m.seq DESC LIMIT $4"
    ));
    let rows: Vec<Row> = ask.bind(viewer.member).bind(id).bind(before).bind(limit).all().await?;
    rows.into_iter().map(Row::message).collect()
}

/// A message for everybody in its conversation.
pub(crate) async fn for_everybody(db: &Db, conversation: ConversationId, id: MessageId) -> Result<Option<Message>> {
    for_everybody_in(From::Db(db), conversation, id).await
}

/// The same, within a change perhaps.
pub(crate) async fn for_everybody_in(mut from: From<'_>, conversation: ConversationId, id: MessageId) -> Result<Option<Message>> {
    let statement = sql!(concat!(
        "SELECT ",
        columns!("q.seq > 0"),
        " FROM chat_messages m LEFT JOIN chat_messages q ON q.conversation_id = m.conversation_id AND q.seq = m.reply_seq
         LEFT JOIN chat_programs p ON p.id = m.program_id
         WHERE m.conversation_id = $1 AND m.id = $2"
    ));
    let row: Option<Row> = from.ask(statement).bind(conversation).bind(id).optional().await?;
    let mut messages = whole(from, row.into_iter().collect()).await?;
    Ok(messages.pop())
}

/// A message of any conversation and those that were written before it, the latest first: what is needed to index them.
pub(crate) async fn up_to(db: &Db, latest: MessageId, limit: i64) -> Result<Vec<Message>> {
    let statement = sql!(concat!(
        "SELECT ",
        columns!("FALSE"),
        " FROM chat_messages m LEFT JOIN chat_messages q ON q.conversation_id = m.conversation_id AND q.seq = m.reply_seq
         LEFT JOIN chat_programs p ON p.id = m.program_id
         WHERE m.id <= $1 ORDER BY m.id DESC LIMIT $2"
    ));
    let rows: Vec<Row> = db.read(statement).bind(latest).bind(limit).all().await?;
    rows.into_iter().map(Row::message).collect()
}

/// Removes the first messages of a conversation, with what they are found by; says how many there were.
pub(crate) async fn remove_first(tx: &mut Tx, id: ConversationId, limit: u64) -> Result<u64> {
    let first: Vec<(MessageId, i64)> = tx
        .ask(sql!("SELECT id, seq FROM chat_messages WHERE conversation_id = $1 ORDER BY seq LIMIT $2"))
        .bind(id)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all()
        .await?;
    let Some((_, last)) = first.last().copied() else { return Ok(0) };
    let ids: Vec<MessageId> = first.into_iter().map(|(id, _)| id).collect();
    super::words::remove(tx, &ids).await?;
    tx.ask(sql!("DELETE FROM chat_messages WHERE conversation_id = $1 AND seq <= $2")).bind(id).bind(last).run().await
}

/// The first messages after that number, for everybody in the conversation; and whether there are more.
pub(crate) async fn page_for_everybody(db: &Db, id: ConversationId, after: i64, limit: i64) -> Result<(Vec<Message>, bool)> {
    let statement = sql!(concat!(
        "SELECT ",
        columns!("q.seq > 0"),
        " FROM chat_messages m LEFT JOIN chat_messages q ON q.conversation_id = m.conversation_id AND q.seq = m.reply_seq
         LEFT JOIN chat_programs p ON p.id = m.program_id
         WHERE m.conversation_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3"
    ));
    let rows: Vec<Row> = db.read(statement).bind(id).bind(after).bind(limit.saturating_add(1)).all().await?;
    let (rows, more) = cut(rows, limit);
    Ok((whole(From::Db(db), rows).await?, more))
}

/// Adds reactions and votes, with one question each for all of these messages.
async fn whole(mut from: From<'_>, rows: Vec<Row>) -> Result<Vec<Message>> {
    let mut messages = rows.into_iter().map(Row::message).collect::<Result<Vec<_>>>()?;
    if messages.is_empty() {
        return Ok(messages);
    }
    let ids = Ids::from_iter(messages.iter().map(|message| message.id.uuid()));
    let reactions: Vec<(MessageId, String, MemberId)> = from
        .ask(sql!(
            "SELECT message_id, emoji, member_id FROM chat_reactions WHERE message_id = ANY($1) ORDER BY reacted_at, emoji, member_id"
        ))
        .bind(ids)
        .all()
        .await?;
    let polls = || messages.iter().filter(|message| message.kind == MessageKind::Poll).map(|message| message.id.uuid());
    let votes: Vec<(MessageId, MemberId, i64)> = match polls().next() {
        None => Vec::new(),
        Some(_) => {
            from.ask(sql!("SELECT message_id, member_id, choice FROM chat_votes WHERE message_id = ANY($1) ORDER BY choice, member_id"))
                .bind(Ids::from_iter(polls()))
                .all()
                .await?
        }
    };
    let urgent: Vec<UrgentId> = messages.iter().filter_map(|message| message.urgent.map(|urgent| urgent.id)).collect();
    let counts = match urgent.is_empty() {
        true => HashMap::new(),
        false => super::urgent::counts(&mut from, &urgent).await?,
    };
    for message in &mut messages {
        message.urgent = message.urgent.and_then(|urgent| counts.get(&urgent.id).copied());
    }
    let places: HashMap<MessageId, usize> = messages.iter().enumerate().map(|(place, message)| (message.id, place)).collect();
    let place = |id: MessageId| places.get(&id).copied();
    for (id, emoji, member) in reactions {
        let Some(message) = place(id).and_then(|place| messages.get_mut(place)) else { continue };
        match message.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.members.push(member),
            None => message.reactions.push(Reaction { emoji, members: vec![member] }),
        }
    }
    for (id, member, choice) in votes {
        if let Some(message) = place(id).and_then(|place| messages.get_mut(place)) {
            message.votes.push((member, choice));
        }
    }
    Ok(messages)
}

/// What a message said before it was edited, the oldest first.
pub(crate) async fn edits(db: &Db, id: MessageId) -> Result<Vec<(String, Time)>> {
    db.read(sql!("SELECT text, written_at FROM chat_edits WHERE message_id = $1 ORDER BY id LIMIT 1000")).bind(id).all().await
}

/// The messages that a client has sent under these ids before.
pub(crate) async fn of_clients(mut from: From<'_>, sent: &[(MemberId, &str)]) -> Result<Vec<(MemberId, String, MessageId)>> {
    let rows: Vec<Value> = sent.iter().map(|(sender, client)| json!({ "sender": sender, "client": client })).collect();
    from.ask(sql!(
        "SELECT m.sender_id, m.client_id, m.id FROM jsonb_to_recordset($1) AS n (sender UUID, client TEXT)
         JOIN chat_messages m ON m.sender_id = n.sender AND m.client_id = n.client"
    ))
    .bind(Json(json!(rows)))
    .all()
    .await
}
