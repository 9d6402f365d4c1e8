//! Conversations as the API and the event socket show them. Models are converted here and nowhere else.

use std::collections::HashMap;

use kernel::Result;
use kernel::clock::Time;
use kernel::uuid::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::card::Card;
use super::data::{self, Data, Merged, System};
use super::gist::Gist;
use super::model;
use super::previews::Preview;
use super::{ConversationId, MessageId, ProgramId, UrgentId, store};
use crate::desk::Desk;
use crate::org::{self, MemberId, PersonCard};
use crate::viewer::Viewer;

/// A person as conversations show them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatPerson)]
pub(super) struct Person {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) avatar_url: Option<String>,
    /// They are no longer here.
    pub(super) is_disabled: bool,
}

impl From<&PersonCard> for Person {
    fn from(card: &PersonCard) -> Self {
        let PersonCard { id, name, title, avatar_url, is_disabled } = card.clone();
        Self { id, name, title, avatar_url, is_disabled }
    }
}

/// Somebody in a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMember)]
pub(super) struct Member {
    pub(super) member_id: MemberId,
    /// `owner`, `admin` or `member`.
    pub(super) role: String,
    /// What they call themselves here; often empty.
    pub(super) nickname: String,
    /// They have read every message up to this one; 0 for others than the viewer where the organisation does not show it.
    pub(super) read_seq: i64,
    /// What had been written when they came.
    pub(super) joined_seq: i64,
}

impl From<model::Member> for Member {
    fn from(member: model::Member) -> Self {
        let model::Member { id, role, nickname, read_seq, joined_seq, level: _ } = member;
        Self { member_id: id, role: role.word().to_owned(), nickname, read_seq, joined_seq }
    }
}

/// What owner and administrators decide about a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatRules)]
pub(super) struct Rules {
    /// Who may call everybody: `everyone` or `admins`.
    at_all: String,
    /// Who may bring people in: `everyone` or `admins`.
    add_members: String,
    /// Who may pin messages: `everyone` or `admins`.
    pin: String,
    /// Who may change title and announcement: `everyone` or `admins`.
    edit: String,
    /// Those who come later see what was written before.
    history_for_new: bool,
    /// Only owner and administrators may write.
    muted_all: bool,
}

impl From<model::Rules> for Rules {
    fn from(rules: model::Rules) -> Self {
        let model::Rules { at_all, add_members, pin, edit, history_for_new, muted_all } = rules;
        let word = |who: model::Who| who.word().to_owned();
        Self { at_all: word(at_all), add_members: word(add_members), pin: word(pin), edit: word(edit), history_for_new, muted_all }
    }
}

/// Who may do something.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatWho)]
pub(super) enum Who {
    Everyone,
    Admins,
}

/// What of the rules changes; the rest stays.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatRulesChange)]
pub(super) struct RulesChange {
    at_all: Option<Who>,
    add_members: Option<Who>,
    pin: Option<Who>,
    edit: Option<Who>,
    history_for_new: Option<bool>,
    muted_all: Option<bool>,
}

impl RulesChange {
    /// The rules with the change made.
    pub(super) fn over(self, now: model::Rules) -> model::Rules {
        let who = |wanted: Option<Who>, now: model::Who| match wanted {
            Some(Who::Everyone) => model::Who::Everyone,
            Some(Who::Admins) => model::Who::Admins,
            None => now,
        };
        model::Rules {
            at_all: who(self.at_all, now.at_all),
            add_members: who(self.add_members, now.add_members),
            pin: who(self.pin, now.pin),
            edit: who(self.edit, now.edit),
            history_for_new: self.history_for_new.unwrap_or(now.history_for_new),
            muted_all: self.muted_all.unwrap_or(now.muted_all),
        }
    }
}

/// What a conversation is to the viewer.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMine)]
pub(super) struct Mine {
    /// `owner`, `admin` or `member`.
    role: String,
    nickname: String,
    read_seq: i64,
    joined_seq: i64,
    /// Messages of others that are not read; a thousand at most.
    unread: i64,
    /// Of these, how many call the viewer, by name or all together.
    mentions: i64,
    /// Not every new message makes a noise: the level is another one than `all`.
    muted: bool,
    /// What makes a noise: `all`, `mentions` or `none`. What calls the viewer is marked all the same.
    level: String,
    pinned: bool,
    pin_position: i64,
    /// What the viewer has begun to write, on all devices.
    draft: String,
    marked_unread: bool,
}

/// What a conversation is to a member.
pub(super) fn mine(mine: &model::Mine, waiting: model::Waiting) -> Mine {
    let model::Mine { role, nickname, read_seq, joined_seq, level, pinned, pin_position, draft, marked_unread } = mine.clone();
    let model::Waiting { unread, mentions } = waiting;
    let role = role.word().to_owned();
    let (muted, level) = (level != model::Level::All, level.word().to_owned());
    Mine { role, nickname, read_seq, joined_seq, unread, mentions, muted, level, pinned, pin_position, draft, marked_unread }
}

/// A conversation as the viewer sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatConversation)]
pub(super) struct Conversation {
    pub(super) id: ConversationId,
    /// `direct`, `group`, `department` or `everyone`.
    pub(super) kind: String,
    /// Empty between two people.
    pub(super) title: String,
    /// The other one, between two people.
    pub(super) peer: Option<Person>,
    pub(super) member_count: i64,
    pub(super) announcement: String,
    pub(super) created_at: Time,
    /// How often anything has changed.
    pub(super) change: i64,
    /// The number of the last message.
    pub(super) last_seq: i64,
    /// The last message the viewer sees.
    pub(super) last_message: Option<Message>,
    pub(super) rules: Rules,
    pub(super) mine: Mine,
    /// People who ask to be let in; 0 for those who do not decide about it.
    pub(super) waiting_requests: i64,
}

/// Conversations as the viewer sees them, in the order they are given.
pub(super) async fn conversations(desk: &Desk, viewer: &Viewer, seen: Vec<model::Seen>) -> Result<Vec<Conversation>> {
    let ids: Vec<ConversationId> = seen.iter().map(|seen| seen.conversation.id).collect();
    let mut last = store::messages::last_of(&desk.db, viewer, &ids).await?;
    let waiting: HashMap<ConversationId, model::Waiting> = match ids.as_slice() {
        [id] => HashMap::from([(*id, store::conversations::waiting_in(&desk.db, viewer, *id).await?)]),
        _ => store::conversations::waiting_in_all(&desk.db, viewer).await?.iter().map(|row| (row.conversation_id, row.waiting())).collect(),
    };
    let peers = peers(desk, viewer, &seen).await?;
    let asking = store::links::count_requests(&desk.db, viewer, &ids).await?;
    let shown = seen.into_iter().map(|model::Seen { conversation, mine: own }| Conversation {
        id: conversation.id,
        kind: conversation.kind.word().to_owned(),
        title: conversation.title,
        peer: peers.get(&conversation.id).map(Person::from),
        member_count: conversation.member_count,
        announcement: conversation.announcement,
        created_at: conversation.created_at,
        change: conversation.change,
        last_seq: conversation.last_seq,
        last_message: last.remove(&conversation.id).as_ref().map(message),
        rules: conversation.rules.into(),
        mine: mine(&own, waiting.get(&conversation.id).copied().unwrap_or_default()),
        waiting_requests: asking.get(&conversation.id).copied().unwrap_or(0),
    });
    Ok(shown.collect())
}

/// The other one in each conversation of two.
async fn peers(desk: &Desk, viewer: &Viewer, seen: &[model::Seen]) -> Result<HashMap<ConversationId, PersonCard>> {
    let direct = seen.iter().filter(|seen| seen.conversation.kind == model::Kind::Direct).map(|seen| seen.conversation.id);
    let peers = store::members::peers(&desk.db, viewer, &direct.collect::<Vec<_>>()).await?;
    let people = org::cards(desk, viewer.organisation, peers.iter().map(|(_, member)| *member)).await?;
    Ok(peers.into_iter().filter_map(|(id, member)| people.get(&member).map(|card| (id, card.clone()))).collect())
}

/// What each of these conversations is called for the viewer.
pub(super) async fn titles(desk: &Desk, viewer: &Viewer, ids: &[ConversationId]) -> Result<HashMap<ConversationId, String>> {
    let seen = store::conversations::some_seen(&desk.db, viewer, ids).await?;
    let peers = peers(desk, viewer, &seen).await?;
    let title = |seen: model::Seen| {
        let id = seen.conversation.id;
        (id, peers.get(&id).map_or(seen.conversation.title, |card| card.name.clone()))
    };
    Ok(seen.into_iter().map(title).collect())
}

/// The message that another one answers, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatQuote)]
pub(super) struct Quote {
    id: MessageId,
    seq: i64,
    sender_id: Option<MemberId>,
    /// What the program is called that said it.
    program_name: Option<String>,
    /// Its beginning; empty when it was recalled.
    text: String,
    #[serde(flatten)]
    gist: Gist,
}

/// One emoji and who chose it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatReaction)]
pub(super) struct Reaction {
    emoji: String,
    member_ids: Vec<MemberId>,
}

/// How far the confirming of an urgent message has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatUrgentCount)]
pub(super) struct UrgentCount {
    id: UrgentId,
    /// Of how many it is wanted.
    to: i64,
    confirmed: i64,
}

/// Somebody who has confirmed an urgent message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatConfirmed)]
pub(super) struct Confirmed {
    member_id: MemberId,
    at: Time,
}

/// A message that its sender wants confirmed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatUrgent)]
pub(super) struct Urgent {
    id: UrgentId,
    /// Absent when the viewer has deleted it for themselves.
    message: Option<Message>,
    conversation_id: ConversationId,
    /// Who wants it.
    by: MemberId,
    /// From when on those concerned are told.
    at: Time,
    /// They are told again after so many minutes, until they confirm it.
    repeat_minutes: Option<i64>,
    /// How often they were told.
    rounds: i64,
    told_at: Option<Time>,
    confirmed: Vec<Confirmed>,
    /// Those who have not confirmed it.
    waiting: Vec<MemberId>,
    ended_at: Option<Time>,
}

/// An urgent message with the message itself.
pub(super) fn urgent(urgent: model::Urgent, message: Option<Message>) -> Urgent {
    let model::Urgent { id, message: _, conversation, by, at, repeat_minutes, rounds, told_at, ended_at, people } = urgent;
    let confirmed = people.iter().filter_map(|(member, at)| at.map(|at| Confirmed { member_id: *member, at })).collect();
    let waiting = people.iter().filter(|(_, at)| at.is_none()).map(|(member, _)| *member).collect();
    Urgent { id, message, conversation_id: conversation, by, at, repeat_minutes, rounds, told_at, confirmed, waiting, ended_at }
}

/// Several urgent messages, with one question for all the messages.
pub(super) async fn urgents(desk: &Desk, viewer: &Viewer, all: Vec<model::Urgent>) -> Result<Vec<Urgent>> {
    let messages = store::messages::some(&desk.db, viewer, all.iter().map(|urgent| urgent.message)).await?;
    let shown = all.into_iter().map(|one| {
        let message = messages.iter().find(|message| message.id == one.message).map(message);
        urgent(one, message)
    });
    Ok(shown.collect())
}

/// A poll with its votes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatPoll)]
pub(super) struct Poll {
    question: String,
    options: Vec<String>,
    /// One may choose several.
    multiple: bool,
    anonymous: bool,
    /// Milliseconds UTC.
    closed_at: Option<i64>,
    /// How many chose each option.
    counts: Vec<usize>,
    /// Who chose each option; empty lists when it is anonymous.
    voters: Vec<Vec<MemberId>>,
}

/// What a message carries besides its text, by its kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ChatData)]
pub(super) enum Carried {
    System(System),
    Poll(Poll),
    Call(data::Call),
    Merged(Merged),
    Card(Card),
    Files(data::Files),
    Voice(data::Voice),
    Location(data::Location),
    Contact(data::Contact),
    Sticker(data::Sticker),
    Subject(Subject),
}

/// A thing of some capability. How it looks, whoever may see it asks for its card.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatSubject)]
pub(super) struct Subject {
    /// `capability.thing`.
    kind: String,
    #[schema(value_type = String)]
    id: Uuid,
}

/// Whoever writes without being a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatProgram)]
pub(super) struct Program {
    id: ProgramId,
    /// `robot` or `bot`.
    kind: String,
    name: String,
    /// An emoji, or nothing.
    avatar: String,
}

fn program(program: &model::Program) -> Program {
    let model::Program { id, kind, name, avatar } = program.clone();
    Program { id, kind: kind.word().to_owned(), name, avatar }
}

/// A message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatMessage)]
pub(crate) struct Message {
    id: MessageId,
    conversation_id: ConversationId,
    /// Its number in the conversation.
    seq: i64,
    /// The change it was last touched by.
    change: i64,
    /// The id its sender's device gave it.
    client_id: String,
    /// Absent when the office itself or a program says it.
    sender_id: Option<MemberId>,
    /// The program that says it.
    program: Option<Program>,
    sent_at: Time,
    edited_at: Option<Time>,
    recalled_at: Option<Time>,
    recalled_by: Option<MemberId>,
    pinned_at: Option<Time>,
    pinned_by: Option<MemberId>,
    /// `text`, `system`, `poll`, `call`, `merged`, `card`, `files`, `voice`, `location`, `contact`
    /// or `subject`.
    kind: String,
    /// Markdown, of which clients show a part; empty when it was recalled.
    text: String,
    /// Who is called by name.
    mentions: Vec<MemberId>,
    /// Whether everybody is called.
    mentions_all: bool,
    reply_to: Option<Quote>,
    /// The number of the message whose thread it belongs to.
    thread_root: Option<i64>,
    thread_replies: i64,
    data: Option<Carried>,
    /// Its sender wants it confirmed.
    urgent: Option<UrgentCount>,
    /// What its first link leads to, once that was looked up.
    preview: Option<Preview>,
    reactions: Vec<Reaction>,
}

impl Message {
    /// Leaves out what the answered message says, for those who may not see it.
    pub(super) fn hide_quote(&mut self) {
        if let Some(quote) = &mut self.reply_to {
            quote.text.clear();
            quote.gist = Gist::default();
        }
    }
}

/// One message.
pub(super) fn message(message: &model::Message) -> Message {
    let quote = |quote: &model::Quote| Quote {
        id: quote.id,
        seq: quote.seq,
        sender_id: quote.sender,
        program_name: quote.program.clone(),
        text: quote.text.clone(),
        gist: quote.gist.clone(),
    };
    let reaction = |reaction: &model::Reaction| Reaction { emoji: reaction.emoji.clone(), member_ids: reaction.members.clone() };
    Message {
        id: message.id,
        conversation_id: message.conversation,
        seq: message.seq,
        change: message.change,
        client_id: message.client_id.clone(),
        sender_id: message.sender,
        program: message.program.as_ref().map(program),
        sent_at: message.sent_at,
        edited_at: message.edited_at,
        recalled_at: message.recalled_at,
        recalled_by: message.recalled_by,
        pinned_at: message.pinned_at,
        pinned_by: message.pinned_by,
        kind: message.kind.word().to_owned(),
        text: message.text.clone(),
        mentions: message.mentions.clone(),
        mentions_all: message.mentions_all,
        reply_to: message.quote.as_ref().map(quote),
        thread_root: message.thread_root,
        thread_replies: message.thread_replies,
        data: message.data.as_ref().map(|data| carried(data, &message.votes)),
        urgent: message.urgent.map(|model::UrgentCount { id, to, confirmed }| UrgentCount { id, to, confirmed }),
        preview: message.preview.clone(),
        reactions: message.reactions.iter().map(reaction).collect(),
    }
}

/// Several messages.
pub(super) fn messages(messages: &[model::Message]) -> Vec<Message> {
    messages.iter().map(message).collect()
}

fn carried(data: &Data, votes: &[(MemberId, i64)]) -> Carried {
    match data {
        Data::System(system) => Carried::System(system.clone()),
        Data::Poll(poll) => Carried::Poll(counted(poll, votes)),
        Data::Call(call) => Carried::Call(call.clone()),
        Data::Merged(merged) => Carried::Merged(merged.clone()),
        Data::Card(card) => Carried::Card(card.clone()),
        Data::Files(files) => Carried::Files(files.clone()),
        Data::Voice(voice) => Carried::Voice(voice.clone()),
        Data::Location(location) => Carried::Location(location.clone()),
        Data::Contact(contact) => Carried::Contact(contact.clone()),
        Data::Sticker(sticker) => Carried::Sticker(sticker.clone()),
        Data::Subject(data::Subject { kind, id, title: _ }) => Carried::Subject(Subject { kind: kind.clone(), id: *id }),
    }
}

fn counted(poll: &data::Poll, votes: &[(MemberId, i64)]) -> Poll {
    let data::Poll { question, options, multiple, anonymous, closed_at } = poll.clone();
    let mut voters: Vec<Vec<MemberId>> = vec![Vec::new(); options.len()];
    for (member, choice) in votes {
        if let Some(chosen) = usize::try_from(*choice).ok().and_then(|choice| voters.get_mut(choice)) {
            chosen.push(*member);
        }
    }
    let counts = voters.iter().map(Vec::len).collect();
    if anonymous {
        voters = vec![Vec::new(); options.len()];
    }
    Poll { question, options, multiple, anonymous, closed_at, counts, voters }
}

/// A page of a conversation, in the order of its messages.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatHistory)]
pub(super) struct History {
    pub(super) messages: Vec<Message>,
    pub(super) has_before: bool,
    pub(super) has_after: bool,
    /// The change of the conversation; whoever has this page asks for what follows it.
    pub(super) change: i64,
}

/// What has changed, in the order of the changes.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatChanges)]
pub(super) struct Changes {
    pub(super) messages: Vec<Message>,
    /// The change the asker has now.
    pub(super) change: i64,
    /// Whether there are more behind these.
    pub(super) more: bool,
}

/// Some messages.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMessages)]
pub(super) struct Messages {
    pub(super) messages: Vec<Message>,
}
