//! Programs as the API shows them. Models are converted here and nowhere else.

use kernel::clock::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::acts::bots::ShownBot;
use super::acts::robots::Shown;
use super::{model, rules};
use crate::chat::{Card, ConversationId, ProgramId, Said};
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

/// What a bot may hear of.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OpenEventKind)]
pub(super) enum EventKind {
    Message,
    Mention,
    Member,
    Action,
    Command,
}

impl From<EventKind> for model::EventKind {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::Message => model::EventKind::Message,
            EventKind::Mention => model::EventKind::Mention,
            EventKind::Member => model::EventKind::Member,
            EventKind::Action => model::EventKind::Action,
            EventKind::Command => model::EventKind::Command,
        }
    }
}

/// A bot.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenBot)]
pub(super) struct Bot {
    id: ProgramId,
    name: String,
    description: String,
    /// An emoji, or empty.
    avatar: String,
    commands: Vec<model::Command>,
    is_on: bool,
    /// What it hears of, as owners and administrators see it, like everything below.
    events: Option<Vec<String>>,
    /// Where it is called; empty when it hears by its socket.
    callback_url: Option<String>,
    /// Its token. It is shown when it is drawn, and never again.
    token: Option<String>,
    masked_token: Option<String>,
    /// What calls to it are signed with. It is shown when it is drawn, and never again.
    secret: Option<String>,
    /// Calls in a row that failed.
    failures: Option<i64>,
    /// When calling it was given up; changing the address or switching it on begins anew.
    stopped_at: Option<Time>,
    created_by: Option<MemberId>,
    created_at: Time,
    last_used_at: Option<Time>,
}

/// A bot as those see it who set it up, or as others do.
pub(super) fn bot(bot: model::Bot, with_settings: bool) -> Bot {
    let events = bot.events.iter().map(|kind| kind.word().to_owned()).collect();
    Bot {
        id: bot.id,
        name: bot.name,
        description: bot.description,
        avatar: bot.avatar,
        commands: bot.commands,
        is_on: bot.is_on,
        events: with_settings.then_some(events),
        callback_url: with_settings.then_some(bot.callback_url),
        token: None,
        masked_token: with_settings.then(|| format!("hb_…{}", bot.token_end)),
        secret: None,
        failures: with_settings.then_some(bot.failures),
        stopped_at: bot.stopped_at.filter(|_| with_settings),
        created_by: with_settings.then_some(bot.created_by),
        created_at: bot.created_at,
        last_used_at: bot.last_used_at.filter(|_| with_settings),
    }
}

/// A bot with what is shown once.
pub(super) fn shown_bot(shown: ShownBot) -> Bot {
    let ShownBot { bot, token, secret } = shown;
    Bot { token, secret, ..self::bot(bot, true) }
}

/// A bot as it signs what it says.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenSpeaker)]
pub(super) struct Speaker {
    id: ProgramId,
    name: String,
    avatar: String,
}

pub(super) fn speaker(bot: &model::Bot) -> Speaker {
    Speaker { id: bot.id, name: bot.name.clone(), avatar: bot.avatar.clone() }
}

/// What a bot answers to one person. It is kept nowhere.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenAnswer)]
pub(super) struct Answer {
    /// Markdown.
    text: Option<String>,
    card: Option<Card>,
}

pub(super) fn answer(said: Said) -> Answer {
    match said {
        Said::Text(text) => Answer { text: Some(text), card: None },
        Said::Card(card) => Answer { text: None, card: Some(*card) },
    }
}
