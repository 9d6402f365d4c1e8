//! The plain values of programs. They neither serialise nor touch the database; `wire` and `store` convert.

use kernel::clock::Time;

use crate::chat::{ConversationId, Program, ProgramId, ProgramKind};
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
