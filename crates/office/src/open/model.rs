//! The plain values of programs. They neither serialise nor touch the database; `wire` and `store` convert.

use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{EventId, MediaId};
use crate::chat::{ConversationId, MessageId, Program, ProgramId, ProgramKind};
use crate::org::{MemberId, OrganisationId};
use crate::words::words;

/// Whose robots a tool was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vendor {
    Dingtalk,
    Wecom,
    Feishu,
    Slack,
}

words!(Vendor { Dingtalk = "dingtalk", Wecom = "wecom", Feishu = "feishu", Slack = "slack" });

/// What a robot asks of a message besides the token. All of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Safety {
    /// One of these stands in the message; any will do when there is none.
    pub(super) keywords: Vec<String>,
    /// It is signed.
    pub(super) signed: bool,
    /// It comes from one of these networks; from anywhere when there is none.
    pub(super) addresses: Vec<String>,
}

/// A robot.
#[derive(Clone, Debug)]
pub(super) struct Robot {
    pub(super) id: ProgramId,
    pub(super) organisation: OrganisationId,
    pub(super) conversation: ConversationId,
    pub(super) vendor: Vendor,
    pub(super) name: String,
    pub(super) avatar: String,
    /// The last letters of its token.
    pub(super) token_end: String,
    pub(super) safety: Safety,
    /// What signatures are made with.
    pub(super) secret: String,
    pub(super) is_on: bool,
    pub(super) created_by: MemberId,
    pub(super) created_at: Time,
    pub(super) last_used_at: Option<Time>,
}

impl Robot {
    /// As it signs what it says.
    pub(super) fn program(&self) -> Program {
        Program { id: self.id, kind: ProgramKind::Robot, name: self.name.clone(), avatar: self.avatar.clone() }
    }
}

/// What a bot may hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    /// Somebody said something where the bot is.
    Message,
    /// Somebody called the bot by its name.
    Mention,
    /// Somebody came or went.
    Member,
    /// Somebody pressed a button of the bot's, or chose something.
    Action,
    /// Somebody gave the bot a command.
    Command,
}

words!(EventKind { Message = "message", Mention = "mention", Member = "member", Action = "action", Command = "command" });

/// A command that people may give a bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenCommand)]
pub(super) struct Command {
    /// With a slash before it, such as `/deploy`.
    pub(super) command: String,
    /// What may follow it.
    #[serde(default)]
    pub(super) hint: String,
    #[serde(default)]
    pub(super) description: String,
}

/// A bot.
#[derive(Clone, Debug)]
pub(super) struct Bot {
    pub(super) id: ProgramId,
    pub(super) organisation: OrganisationId,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) avatar: String,
    /// The last letters of its token.
    pub(super) token_end: String,
    /// Where it is called; empty when it hears by its socket.
    pub(super) callback_url: String,
    /// What calls are signed with.
    pub(super) secret: String,
    pub(super) events: Vec<EventKind>,
    pub(super) commands: Vec<Command>,
    pub(super) is_on: bool,
    /// Calls in a row that failed.
    pub(super) failures: i64,
    /// When calling it was given up.
    pub(super) stopped_at: Option<Time>,
    pub(super) created_by: MemberId,
    pub(super) created_at: Time,
    pub(super) last_used_at: Option<Time>,
}

impl Bot {
    /// As it signs what it says.
    pub(super) fn program(&self) -> Program {
        Program { id: self.id, kind: ProgramKind::Bot, name: self.name.clone(), avatar: self.avatar.clone() }
    }

    /// Whether it is called rather than calling.
    pub(super) fn is_called(&self) -> bool {
        !self.callback_url.is_empty()
    }

    pub(super) fn hears(&self, kind: EventKind) -> bool {
        kind == EventKind::Command || self.events.contains(&kind)
    }
}

/// Where a bot is.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub(super) bot: ProgramId,
    pub(super) conversation: ConversationId,
    pub(super) added_by: MemberId,
    pub(super) added_at: Time,
    /// What was written up to there does not exist for it.
    pub(super) from_seq: i64,
}

/// Something a bot has not taken yet.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) id: EventId,
    pub(super) kind: EventKind,
    pub(super) at: Time,
    pub(super) data: Value,
}

impl Event {
    /// As it is sent, by the socket and to the bot's address alike.
    pub(super) fn frame(&self) -> String {
        json!({ "id": self.id, "type": self.kind.word(), "at": self.at, "data": self.data }).to_string()
    }
}

/// What a program has uploaded a file for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaKind {
    File,
    Voice,
}

words!(MediaKind { File = "file", Voice = "voice" });

/// A file that a program has uploaded.
#[derive(Clone, Debug)]
pub(super) struct Media {
    pub(super) id: MediaId,
    pub(super) program: ProgramId,
    pub(super) kind: MediaKind,
    pub(super) name: String,
    /// How long somebody speaks, and how loud; nothing of a file, and of speech that browsers do not play.
    pub(super) speech: Option<(i64, Vec<i64>)>,
    pub(super) created_at: Time,
}

/// Where a bot may answer later.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) bot: ProgramId,
    pub(super) conversation: ConversationId,
    /// Who asked.
    pub(super) member: MemberId,
    /// The card that was pressed.
    pub(super) message: Option<MessageId>,
}
