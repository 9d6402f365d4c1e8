//! Programs as the API shows them. Models are converted here and nowhere else.

use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::acts::robots::Shown;
use super::{model, rules};
use crate::chat::{ConversationId, ProgramId};
use crate::org::MemberId;

/// Whose robots a tool was written for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OpenVendor)]
pub(super) enum Vendor {
    Dingtalk,
    Wecom,
    Feishu,
    Slack,
}

impl From<Vendor> for model::Vendor {
    fn from(vendor: Vendor) -> Self {
        match vendor {
            Vendor::Dingtalk => model::Vendor::Dingtalk,
            Vendor::Wecom => model::Vendor::Wecom,
            Vendor::Feishu => model::Vendor::Feishu,
            Vendor::Slack => model::Vendor::Slack,
        }
    }
}

/// What a robot asks of a message besides the secrecy of its address. All of it must hold.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = OpenSafety)]
pub(super) struct Safety {
    /// One of these stands in the message; ten at most.
    keywords: Vec<String>,
    /// It is signed with the secret. Of DingTalk's and Feishu's kind only.
    signed: bool,
    /// It comes from one of these addresses or networks, such as `10.0.0.0/8`.
    addresses: Vec<String>,
}

impl From<Safety> for model::Safety {
    fn from(safety: Safety) -> Self {
        let Safety { keywords, signed, addresses } = safety;
        Self { keywords, signed, addresses }
    }
}

/// A robot.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenRobot)]
pub(super) struct Robot {
    id: ProgramId,
    name: String,
    /// An emoji, or empty.
    avatar: String,
    /// `dingtalk`, `wecom`, `feishu` or `slack`.
    vendor: String,
    conversation_id: ConversationId,
    /// Where tools send their messages. It is shown when it is drawn, and never again.
    url: Option<String>,
    /// The address without what is secret in it.
    masked_url: String,
    safety: Safety,
    /// What signatures are made with. It is shown when it is drawn, and never again.
    secret: Option<String>,
    created_by: MemberId,
    created_at: Time,
    last_used_at: Option<Time>,
    is_on: bool,
}

/// A robot with what is shown once.
pub(super) fn shown(base: &str, shown: Shown) -> Robot {
    let Shown { robot, token, secret } = shown;
    let url = token.map(|token| rules::url(base, robot.vendor, robot.id, &token));
    Robot { url, secret, ..self::robot(base, robot) }
}

/// A robot.
pub(super) fn robot(base: &str, robot: model::Robot) -> Robot {
    let model::Safety { keywords, signed, addresses } = robot.safety;
    Robot {
        id: robot.id,
        vendor: robot.vendor.word().to_owned(),
        conversation_id: robot.conversation,
        url: None,
        masked_url: rules::url(base, robot.vendor, robot.id, &format!("…{}", robot.token_end)),
        name: robot.name,
        avatar: robot.avatar,
        safety: Safety { keywords, signed, addresses },
        secret: None,
        created_by: robot.created_by,
        created_at: robot.created_at,
        last_used_at: robot.last_used_at,
        is_on: robot.is_on,
    }
}
