//! The plain values of conversations. They neither serialise nor touch the database; `wire` and `store` convert.

use kernel::clock::Time;

use super::data::Data;
use super::{ConversationId, MessageId};
use crate::org::{DepartmentId, MemberId, OrganisationId};
use crate::words::words;

/// What brings people together in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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
words!(Who { Everyone = "everyone", Admins = "admins" });

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
    pub(super) muted: bool,
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
    /// Files, with a text or without.
    Files,
    /// Somebody's voice.
    Voice,
    /// A place.
    Location,
    /// A colleague's card.
    Contact,
}

words!(MessageKind {
    Text = "text", System = "system", Poll = "poll", Call = "call", Merged = "merged", Files = "files", Voice = "voice",
    Location = "location", Contact = "contact",
});

/// The message that another one answers, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) id: MessageId,
    pub(super) seq: i64,
    pub(super) sender: Option<MemberId>,
    /// Its beginning; empty when it was recalled or is not for this viewer.
    pub(super) text: String,
}

/// One emoji and who chose it, in the order in which they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reaction {
    pub(super) emoji: String,
    pub(super) members: Vec<MemberId>,
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
    /// Nobody when the office itself says it.
    pub(super) sender: Option<MemberId>,
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
    pub(super) reactions: Vec<Reaction>,
    /// Who chose what, of a poll.
    pub(super) votes: Vec<(MemberId, i64)>,
}
