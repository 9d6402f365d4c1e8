//! Messages as they are written: many of them, in many conversations, with a handful of statements and one commit.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures::FutureExt as _;
use kernel::bus::announce;
use kernel::chance::Chance;
use kernel::clock::Time;
use kernel::db::{Db, GroupWriter, Tx};
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::crier::{Crier, News};
use super::super::data::Data;
use super::super::errors::Refused;
use super::super::events::{Mentioned, Posted};
use super::super::model::{Kind, Message, MessageKind, Program, Quote, Role, Who};
use super::super::subject::{CONVERSATION, MESSAGE};
use super::super::{ConversationId, MessageId, ProgramId, rules};
use super::cursors::{self, Read};
use super::messages::of_clients;
use super::programs::of_program_clients;
use super::{From, read, words, writing};
use crate::drive;
use crate::org::MemberId;

/// A message on its way in.
#[derive(Clone, Debug)]
pub(crate) struct NewMessage {
    pub(crate) id: MessageId,
    pub(crate) conversation: ConversationId,
    /// Nobody when the office itself or a program says it.
    pub(crate) sender: Option<MemberId>,
    pub(crate) program: Option<Speaking>,
    pub(crate) client_id: String,
    pub(crate) kind: MessageKind,
    pub(crate) text: String,
    pub(crate) data: Option<Data>,
    pub(crate) mentions: Vec<MemberId>,
    pub(crate) mentions_all: bool,
    pub(crate) quote: Option<Quote>,
    pub(crate) thread_root: Option<i64>,
    pub(crate) sent_at: Time,
}

/// A program that says something.
#[derive(Clone, Debug)]
pub(crate) struct Speaking {
    pub(crate) program: Program,
    /// Who has brought the files that go with it.
    pub(crate) files_by: Option<MemberId>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub(crate) enum Sent {
    /// It stands there now; so does the count of the thread it belongs to.
    New {
        message: Arc<Message>,
        thread: Option<MessageId>,
    },
    /// It had been sent before.
    Again(MessageId),
    Refused(Refused),
}

impl Sent {
    /// What devices are to hear of it.
    pub(crate) fn news(&self) -> Vec<News> {
        match self {
            Sent::New { message, thread } => {
                let sent = News::Sent(Arc::clone(message));
                let thread = thread.map(|root| News::Changed(message.conversation, root));
                std::iter::once(sent).chain(thread).collect()
            }
            Sent::Again(_) | Sent::Refused(_) => Vec::new(),
        }
    }
}

/// The way in for what people send. Whoever listens is told in the order of the commits.
pub(crate) fn writer(db: &Db, chance: &Chance, crier: &Crier) -> GroupWriter<NewMessage, Sent> {
    let (chance, crier) = (chance.clone(), crier.clone());
    GroupWriter::start_telling(
        db.clone(),
        move |tx, rows: &[NewMessage]| {
            let chance = chance.clone();
            async move { append(tx, &chance, rows).await }.boxed()
        },
        move |sent: &[Sent]| {
            let (crier, news) = (crier.clone(), sent.iter().flat_map(Sent::news).collect::<Vec<_>>());
            async move {
                for news in news {
                    crier.cry(news).await;
                }
            }
            .boxed()
        },
    )
}

/// Where a message of the group stands so far.
enum Step {
    Open,
    Done(Sent),
    /// The same as an earlier one of this group.
    SameAs(usize),
}

/// Writes these messages, in their order, as far as they may be written.
pub(crate) async fn append(tx: &mut Tx, chance: &Chance, rows: &[NewMessage]) -> Result<Vec<Sent>> {
    let mut steps: Vec<Step> = rows.iter().map(|_| Step::Open).collect();
    find_repeats(tx, rows, &mut steps).await?;
    find_refused(tx, rows, &mut steps).await?;
    attach_files(tx, rows, &mut steps).await?;
    let (messages, listened) = number(tx, rows, &mut steps).await?;
    if !messages.is_empty() {
        insert(tx, &messages).await?;
        let read = |message: &Message| message.sender.map(|member| Read { conversation: message.conversation, member, seq: message.seq });
        let reads: Vec<Read> = messages.iter().filter_map(|(_, message)| read(message)).collect();
        cursors::forward(tx, &reads).await?;
        let all: Vec<&Message> = messages.iter().map(|(_, message)| message).collect();
        writing::add_mentions(tx, &all).await?;
        words::add(tx, &all).await?;
        call_by_name(tx, chance, &all).await?;
        tell_programs(tx, chance, &all, &listened).await?;
    }
    for (place, message) in messages {
        let thread = match message.thread_root {
            Some(root) => writing::count_reply(tx, message.conversation, root, 1).await?,
            None => None,
        };
        steps[place] = Step::Done(Sent::New { message: Arc::new(message), thread });
    }
    Ok(outcomes(&steps))
}

fn outcomes(steps: &[Step]) -> Vec<Sent> {
    let outcome = |step: &Step| match step {
        Step::Done(sent) => sent.clone(),
        Step::Open | Step::SameAs(_) => Sent::Refused(Refused::NotFound),
    };
    let outcomes = steps.iter().map(|step| match step {
        Step::SameAs(earlier) => match steps.get(*earlier).map(outcome) {
            Some(Sent::New { message, .. }) => Sent::Again(message.id),
            Some(other) => other,
            None => Sent::Refused(Refused::NotFound),
        },
        other => outcome(other),
    });
    outcomes.collect()
}

/// Whoever gives its messages ids of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Author {
    Member(MemberId),
    Program(ProgramId),
}

fn author(row: &NewMessage) -> Option<Author> {
    row.sender.map(Author::Member).or_else(|| row.program.as_ref().map(|speaking| Author::Program(speaking.program.id)))
}

/// What was sent before under the same id of its sender's is not written again.
async fn find_repeats(tx: &mut Tx, rows: &[NewMessage], steps: &mut [Step]) -> Result<()> {
    let of_people: Vec<(MemberId, &str)> =
        rows.iter().filter_map(|row| row.sender.map(|sender| (sender, row.client_id.as_str()))).collect();
    let of_programs: Vec<(ProgramId, &str)> =
        rows.iter().filter_map(|row| row.program.as_ref().map(|speaking| (speaking.program.id, row.client_id.as_str()))).collect();
    let mut known: HashMap<(Author, String), MessageId> = HashMap::new();
    if !of_people.is_empty() {
        let sent = of_clients(From::Tx(tx), &of_people).await?;
        known.extend(sent.into_iter().map(|(sender, client, id)| ((Author::Member(sender), client), id)));
    }
    if !of_programs.is_empty() {
        let sent = of_program_clients(tx, &of_programs).await?;
        known.extend(sent.into_iter().map(|(program, client, id)| ((Author::Program(program), client), id)));
    }
    let mut first: HashMap<(Author, String), usize> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        let Some(author) = author(row) else { continue };
        let key = (author, row.client_id.clone());
        if let Some(id) = known.get(&key) {
            steps[place] = Step::Done(Sent::Again(*id));
        } else if let Some(earlier) = first.get(&key) {
            steps[place] = Step::SameAs(*earlier);
        } else {
            first.insert(key, place);
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Standing {
    place: i64,
    role: String,
    kind: String,
    muted_all: bool,
    at_all: String,
}

/// Asked again here, because the sender may have been taken out or silenced since.
async fn find_refused(tx: &mut Tx, rows: &[NewMessage], steps: &mut [Step]) -> Result<()> {
    let asked: Vec<Value> = open(rows, steps)
        .filter_map(|(place, row)| row.sender.map(|sender| json!({ "place": place, "conversation": row.conversation, "sender": sender })))
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let standing: Vec<Standing> = tx
        .ask(sql!(
            "SELECT n.place, v.role, c.kind, c.muted_all, c.at_all
             FROM jsonb_to_recordset($1) AS n (place BIGINT, conversation UUID, sender UUID)
             JOIN chat_members v ON v.conversation_id = n.conversation AND v.member_id = n.sender
             JOIN chat_conversations c ON c.id = v.conversation_id"
        ))
        .bind(Json(json!(asked)))
        .all()
        .await?;
    let standing: HashMap<usize, Standing> =
        standing.into_iter().filter_map(|standing| usize::try_from(standing.place).ok().map(|place| (place, standing))).collect();
    for (place, row) in rows.iter().enumerate() {
        if row.sender.is_none() || !matches!(steps[place], Step::Open) {
            continue;
        }
        if let Err(refused) = may_stand(standing.get(&place), row)? {
            steps[place] = Step::Done(Sent::Refused(refused));
        }
    }
    Ok(())
}

/// Files are attached by the change that writes their message; one that was sent already, or swept up, refuses it. Messages
/// without any cost nothing here.
async fn attach_files(tx: &mut Tx, rows: &[NewMessage], steps: &mut [Step]) -> Result<()> {
    for (place, row) in rows.iter().enumerate() {
        let files = row.data.as_ref().map(Data::file_ids).unwrap_or_default();
        let brought_by = row.sender.or(row.program.as_ref().and_then(|speaking| speaking.files_by));
        let Some(sender) = brought_by.filter(|_| !files.is_empty() && matches!(steps[place], Step::Open)) else { continue };
        let (to, message) = ((CONVERSATION, row.conversation.uuid()), (MESSAGE, row.id.uuid()));
        if !drive::attach(tx, sender, to, message, &files).await? {
            steps[place] = Step::Done(Sent::Refused(Refused::FilesGone));
        }
    }
    Ok(())
}

fn may_stand(standing: Option<&Standing>, row: &NewMessage) -> Result<Result<(), Refused>> {
    let Some(standing) = standing else { return Ok(Err(Refused::NotFound)) };
    let kind = read("kind", &standing.kind, Kind::from_word)?;
    let role = read("role", &standing.role, Role::from_word)?;
    let at_all = read("at_all", &standing.at_all, Who::from_word)?;
    Ok(rules::may_write(kind, (standing.muted_all, at_all), role, row.mentions_all))
}

fn open<'a>(rows: &'a [NewMessage], steps: &'a [Step]) -> impl Iterator<Item = (usize, &'a NewMessage)> {
    rows.iter().enumerate().filter(|(place, _)| matches!(steps[*place], Step::Open))
}

/// Gives each message its number and its change, and says where programs listen. Touching the conversations has whoever else writes there wait.
async fn number(tx: &mut Tx, rows: &[NewMessage], steps: &mut [Step]) -> Result<(Vec<(usize, Message)>, HashSet<ConversationId>)> {
    let mut counts: BTreeMap<ConversationId, (i64, Time)> = BTreeMap::new();
    for (_, row) in open(rows, steps) {
        let (count, last_at) = counts.entry(row.conversation).or_insert((0, row.sent_at));
        *count += 1;
        *last_at = row.sent_at.max(*last_at);
    }
    if counts.is_empty() {
        return Ok((Vec::new(), HashSet::new()));
    }
    let asked: Vec<Value> = counts.iter().map(|(id, (count, last_at))| json!({ "id": id, "count": count, "at": last_at })).collect();
    let raised: Vec<(ConversationId, i64, i64, bool)> = tx
        .ask(sql!(
            "UPDATE chat_conversations SET last_seq = last_seq + n.count, change = change + n.count,
                last_at = CASE WHEN n.at > last_at THEN n.at ELSE last_at END
             FROM jsonb_to_recordset($1) AS n (id UUID, count BIGINT, at BIGINT)
             WHERE chat_conversations.id = n.id RETURNING chat_conversations.id, last_seq, change, listened"
        ))
        .bind(Json(json!(asked)))
        .all()
        .await?;
    let mut next: HashMap<ConversationId, (i64, i64)> = HashMap::new();
    let mut listened = HashSet::new();
    for (id, last_seq, change, is_listened) in raised {
        if is_listened {
            listened.insert(id);
        }
        let count = counts.get(&id).map_or(0, |(count, _)| *count);
        next.insert(id, (last_seq - count, change - count));
    }
    let mut messages = Vec::new();
    for (place, row) in open(rows, steps) {
        // Whoever dissolved the conversation was faster.
        let Some((seq, change)) = next.get_mut(&row.conversation) else { continue };
        *seq += 1;
        *change += 1;
        messages.push((place, message(row, *seq, *change)));
    }
    Ok((messages, listened))
}

fn message(row: &NewMessage, seq: i64, change: i64) -> Message {
    let row = row.clone();
    Message {
        id: row.id,
        conversation: row.conversation,
        seq,
        change,
        client_id: row.client_id,
        sender: row.sender,
        program: row.program.map(|speaking| speaking.program),
        kind: row.kind,
        text: row.text,
        data: row.data,
        mentions: row.mentions,
        mentions_all: row.mentions_all,
        quote: row.quote,
        thread_root: row.thread_root,
        thread_replies: 0,
        sent_at: row.sent_at,
        edited_at: None,
        recalled_at: None,
        recalled_by: None,
        pinned_at: None,
        pinned_by: None,
        urgent: None,
        reactions: Vec::new(),
        votes: Vec::new(),
        preview: None,
    }
}

async fn insert(tx: &mut Tx, messages: &[(usize, Message)]) -> Result<()> {
    let row = |message: &Message| {
        json!({
            "conversation": message.conversation, "seq": message.seq, "id": message.id, "change": message.change,
            "client": message.client_id, "sender": message.sender, "program": message.program.as_ref().map(|program| program.id), "kind": message.kind.word(), "text": message.text,
            "data": message.data.as_ref().map(Data::to_json), "mentions": message.mentions, "to_all": message.mentions_all,
            "reply": message.quote.as_ref().map(|quote| quote.seq), "root": message.thread_root, "at": message.sent_at,
        })
    };
    let rows: Vec<Value> = messages.iter().map(|(_, message)| row(message)).collect();
    tx.ask(sql!(
        "INSERT INTO chat_messages (conversation_id, seq, id, change, client_id, sender_id, program_id, kind, text, data, mentions,
            mentions_all, reply_seq, thread_root, thread_replies, sent_at)
         SELECT conversation, seq, id, change, client, sender, program, kind, text, data, mentions, to_all, reply, root, 0, at
         FROM jsonb_to_recordset($1) AS n (conversation UUID, seq BIGINT, id UUID, change BIGINT, client TEXT, sender UUID, program UUID,
            kind TEXT, text TEXT, data JSONB, mentions JSONB, to_all BOOLEAN, reply BIGINT, root BIGINT, at BIGINT)"
    ))
    .bind(Json(json!(rows)))
    .run()
    .await?;
    Ok(())
}

/// Has those who are called by name told, beyond the count of their mentions.
async fn call_by_name(tx: &mut Tx, chance: &Chance, messages: &[&Message]) -> Result<()> {
    for message in messages {
        let members: Vec<MemberId> = message.mentions.iter().copied().filter(|member| Some(*member) != message.sender).collect();
        if members.is_empty() {
            continue;
        }
        let event = Mentioned { conversation: message.conversation, message: message.id, members };
        announce(tx, &event, chance, message.sent_at).await?;
    }
    Ok(())
}

/// Announces what people and the office say where programs listen. Programs do not hear each other, or two of them would
/// talk for ever.
async fn tell_programs(tx: &mut Tx, chance: &Chance, messages: &[&Message], listened: &HashSet<ConversationId>) -> Result<()> {
    for message in messages.iter().filter(|message| message.program.is_none() && listened.contains(&message.conversation)) {
        let event = Posted { conversation: message.conversation, message: message.id };
        announce(tx, &event, chance, message.sent_at).await?;
    }
    Ok(())
}
