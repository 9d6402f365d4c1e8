//! The plain values of conversations. They neither serialise nor touch the database; `wire` and `store` convert.

use kernel::clock::Time;

use super::data::Data;
use super::gist::Gist;
use super::previews::Preview;
use super::{ConversationId, MessageId, ProgramId, RequestId, ScheduledId, StickerId, UrgentId};
use crate::drive::FileCard;
use crate::org::{DepartmentId, MemberId, OrganisationId};
use crate::words::words;

/// What brings people together in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Two people; there is one for each pair.
    Direct,
    /// Whoever was asked to come.
    Group,
    /// The people of a department and those inside it.
    Department,
    /// Everybody in the organisation.
    Everyone,
}

/// What somebody is in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Member,
    Admin,
    Owner,
}

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Everyone,
    /// The owner and the administrators.
    Admins,
}

words!(Kind { Direct = "direct", Group = "group", Department = "department", Everyone = "everyone" });
words!(Role { Member = "member", Admin = "admin", Owner = "owner" });
words!(Level { All = "all", Mentions = "mentions", None = "none" });
words!(Who { Everyone = "everyone", Admins = "admins" });

/// What of a conversation makes a noise on a member's devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Every message.
    All,
    /// What calls them.
    Mentions,
    /// Nothing. What calls them is marked all the same.
    None,
}

/// What owner and administrators decide about a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// Who may call everybody.
    pub(super) at_all: Who,
    pub(super) add_members: Who,
    pub(super) pin: Who,
    /// Who may change the title and the announcement.
    pub(super) edit: Who,
    /// Whether those who come later see what was written before.
    pub(super) history_for_new: bool,
    /// Whether only owner and administrators may write.
    pub(super) muted_all: bool,
}

/// A conversation.
#[derive(Clone, Debug)]
pub(super) struct Conversation {
    pub(super) id: ConversationId,
    pub(super) organisation: OrganisationId,
    pub(super) kind: Kind,
    pub(super) department: Option<DepartmentId>,
    pub(super) title: String,
    pub(super) announcement: String,
    pub(super) rules: Rules,
    pub(super) member_count: i64,
    pub(super) last_seq: i64,
    /// How often anything has changed in it.
    pub(super) change: i64,
    pub(super) created_at: Time,
}

/// What a conversation is to one member.
#[derive(Clone, Debug)]
pub(super) struct Mine {
    pub(super) role: Role,
    pub(super) nickname: String,
    pub(super) read_seq: i64,
    pub(super) joined_seq: i64,
    pub(super) level: Level,
    pub(super) pinned: bool,
    pub(super) pin_position: i64,
    pub(super) draft: String,
    pub(super) marked_unread: bool,
}

/// How much a member has not read yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) unread: i64,
    /// Of these, how many call them.
    pub(super) mentions: i64,
}

/// A conversation as somebody who belongs to it sees it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) conversation: Conversation,
    pub(super) mine: Mine,
}

/// Somebody in a conversation.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) id: MemberId,
    pub(super) role: Role,
    pub(super) nickname: String,
    pub(super) read_seq: i64,
    pub(super) joined_seq: i64,
    pub(super) level: Level,
}

/// A picture that somebody has collected to answer with.
#[derive(Clone, Debug)]
pub(super) struct Sticker {
    pub(super) id: StickerId,
    pub(super) file: FileCard,
}

/// A group that somebody owns, as those see it who look after people.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Owned {
    pub(super) id: ConversationId,
    pub(super) title: String,
    pub(super) member_count: i64,
}

/// What kind of thing a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageKind {
    Text,
    /// The office itself says what was done.
    System,
    Poll,
    /// A meeting called from the conversation.
    Call,
    /// Messages of another conversation, forwarded together.
    Merged,
    /// What a program says when a text is not enough.
    Card,
    /// Files, with a text or without.
    Files,
    /// Somebody's voice.
    Voice,
    /// A place.
    Location,
    /// A colleague's card.
    Contact,
    /// A small picture that says it all.
    Sticker,
    /// A thing of some capability, such as a meeting or a folder.
    Subject,
}

words!(MessageKind {
    Text = "text", System = "system", Poll = "poll", Call = "call", Merged = "merged", Card = "card", Files = "files", Voice = "voice",
    Location = "location", Contact = "contact", Sticker = "sticker", Subject = "subject",
});

/// What sort of program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgramKind {
    /// Tools post through it into one conversation.
    Robot,
    /// It has an account, hears and answers.
    Bot,
}

words!(ProgramKind { Robot = "robot", Bot = "bot" });

/// Whoever writes without being a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) id: ProgramId,
    pub(crate) kind: ProgramKind,
    pub(crate) name: String,
    /// A picture by its name, an emoji or nothing.
    pub(crate) avatar: String,
}

/// The message that another one answers, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) id: MessageId,
    pub(super) seq: i64,
    pub(super) sender: Option<MemberId>,
    /// What the program is called that said it.
    pub(super) program: Option<String>,
    /// Its beginning; empty when it was recalled or is not for this viewer.
    pub(super) text: String,
    /// What it is besides.
    pub(super) gist: Gist,
}

/// One emoji and who chose it, in the order in which they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reaction {
    pub(super) emoji: String,
    pub(super) members: Vec<MemberId>,
}

/// How far the confirming of an urgent message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UrgentCount {
    pub(super) id: UrgentId,
    pub(super) to: i64,
    pub(super) confirmed: i64,
}

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: MessageId,
    pub(super) conversation: ConversationId,
    pub(super) seq: i64,
    /// The change it was last touched by.
    pub(super) change: i64,
    pub(super) client_id: String,
    /// Nobody when the office itself or a program says it.
    pub(super) sender: Option<MemberId>,
    pub(super) program: Option<Program>,
    pub(super) kind: MessageKind,
    pub(super) text: String,
    pub(super) data: Option<Data>,
    pub(super) mentions: Vec<MemberId>,
    pub(super) mentions_all: bool,
    pub(super) quote: Option<Quote>,
    /// The message whose thread it belongs to.
    pub(super) thread_root: Option<i64>,
    pub(super) thread_replies: i64,
    pub(super) sent_at: Time,
    pub(super) edited_at: Option<Time>,
    pub(super) recalled_at: Option<Time>,
    pub(super) recalled_by: Option<MemberId>,
    pub(super) pinned_at: Option<Time>,
    pub(super) pinned_by: Option<MemberId>,
    /// Of whom its sender wants it confirmed, and who has.
    pub(super) urgent: Option<UrgentCount>,
    pub(super) reactions: Vec<Reaction>,
    /// Who chose what, of a poll.
    pub(super) votes: Vec<(MemberId, i64)>,
    /// What its first link leads to, once that was looked up.
    pub(super) preview: Option<Preview>,
}

/// The way into a group.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) token: String,
    /// Owner and administrators decide about everybody who comes.
    pub(super) approval: bool,
    /// Nothing when it is good for ever.
    pub(super) expires_at: Option<Time>,
    pub(super) created_by: MemberId,
}

/// What whoever has a link sees of the group.
#[derive(Clone, Debug)]
pub(super) struct LinkedTo {
    pub(super) id: ConversationId,
    pub(super) title: String,
    pub(super) announcement: String,
    pub(super) member_count: i64,
    pub(super) approval: bool,
    /// Whether the viewer is in it already.
    pub(super) is_member: bool,
    pub(super) has_asked: bool,
}

/// Somebody asks to be let in.
#[derive(Clone, Debug)]
pub(super) struct JoinRequest {
    pub(super) id: RequestId,
    pub(super) conversation: ConversationId,
    pub(super) member: MemberId,
    pub(super) note: String,
    pub(super) asked_at: Time,
}

/// A message that is to be sent later.
#[derive(Clone, Debug)]
pub(super) struct Scheduled {
    pub(super) id: ScheduledId,
    pub(super) member: MemberId,
    pub(super) conversation: ConversationId,
    /// What the conversation was called when it was written.
    pub(super) title: String,
    pub(super) client_id: String,
    pub(super) text: String,
    pub(super) mentions: Vec<MemberId>,
    pub(super) mentions_all: bool,
    pub(super) reply_to: Option<MessageId>,
    pub(super) thread_root: Option<i64>,
    pub(super) send_at: Time,
    /// The code of the refusal that kept it from being sent.
    pub(super) failed: Option<String>,
}

/// A message that its sender wants confirmed.
#[derive(Clone, Debug)]
pub(super) struct Urgent {
    pub(super) id: UrgentId,
    pub(super) message: MessageId,
    pub(super) conversation: ConversationId,
    /// Who wants it.
    pub(super) by: MemberId,
    /// From when on.
    pub(super) at: Time,
    pub(super) repeat_minutes: Option<i64>,
    /// How often it was told.
    pub(super) rounds: i64,
    pub(super) told_at: Option<Time>,
    pub(super) ended_at: Option<Time>,
    /// Of whom, and since when they have.
    pub(super) people: Vec<(MemberId, Option<Time>)>,
}

/// What the administrators decide about messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// Whether people see who has read what they wrote.
    pub(super) read_lists: bool,
    /// Whether the office looks up what links lead to.
    pub(super) link_previews: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { read_lists: true, link_previews: false }
    }
}

/// What somebody keeps for later.
#[derive(Clone, Debug)]
pub(super) struct Later {
    pub(super) message: MessageId,
    pub(super) due_at: Option<Time>,
    pub(super) note: String,
    pub(super) done_at: Option<Time>,
}
