//! Programs: robots that other tools post through, just as they would at the vendor they were written for, and bots with
//! accounts of their own that hear and answer. This file is its face; everything else is private.
//!
//! What programs say is a message like any other: `chat` writes it and knows nothing of vendors. A token is kept as a
//! hash and shown once. A robot knows one conversation; a bot knows those it was let into, from then on.

mod acts;
mod errors;
mod events;
mod jobs;
mod model;
mod notices;
mod people;
mod quotas;
mod routes;
mod rules;
mod signatures;
mod socket;
mod store;
mod vendors;
mod wire;

use kernel::db::Migration;
use kernel::limit;

use crate::chat::MessageId;
use crate::features::Feature;

limit!(ROBOTS_MAX: "open.robots", 20, "robots", "How many robots one conversation may have.");
limit!(BOTS_MAX: "open.bots", 200, "bots", "How many bots an organisation may have.");
limit!(DINGTALK_PER_MINUTE: "open.dingtalk_per_minute", 20, "messages", "How many messages a minute a robot of DingTalk's kind takes.");
limit!(DINGTALK_PAUSE_MINUTES: "open.dingtalk_pause_minutes", 10, "minutes", "How long a robot of DingTalk's kind refuses everything after too many messages.");
limit!(WECOM_PER_MINUTE: "open.wecom_per_minute", 20, "messages", "How many messages a minute a robot of WeCom's kind takes.");
limit!(FEISHU_PER_MINUTE: "open.feishu_per_minute", 100, "messages", "How many messages a minute a robot of Feishu's kind takes.");
limit!(FEISHU_PER_SECOND: "open.feishu_per_second", 5, "messages", "How many messages a second a robot of Feishu's kind takes.");
limit!(SLACK_PER_SECOND: "open.slack_per_second", 1, "messages", "How many messages a second a robot of Slack's kind takes.");
limit!(BODY_BYTES_MAX: "open.body_bytes", 20_480, "bytes", "How large a message to a robot of DingTalk's or Feishu's kind may be.");
limit!(PICTURE_BODY_BYTES_MAX: "open.picture_body_bytes", 3_145_728, "bytes", "How large a message to a robot of WeCom's kind may be, with a picture in it.");
limit!(MEDIA_BYTES_MAX: "open.media_bytes", 20_971_520, "bytes", "How large a file may be that a program uploads.");
limit!(MEDIA_MAX: "open.media", 100, "files", "How many uploaded files of one program are kept to be sent; the oldest go first.");
limit!(MEDIA_HOURS: "open.media_hours", 72, "hours", "How long a file that a program has uploaded can be sent.");
limit!(SLACK_BODY_BYTES_MAX: "open.slack_body_bytes", 524_288, "bytes", "How large a message to a robot of Slack's kind may be.");

limit!(EVENTS_WAITING_MAX: "open.events_waiting", 1_000, "events", "How many events wait for a bot that does not take them; the oldest go first.");
limit!(DELIVERY_FAILURES_MAX: "open.delivery_failures", 8, "calls", "After how many failed calls in a row a bot is called no more.");
limit!(DELIVERY_SECONDS: "open.delivery_seconds", 5, "seconds", "How long a bot may take to accept an event.");
limit!(ANSWER_SECONDS: "open.answer_seconds", 3, "seconds", "How long somebody waits for a bot to answer a command or a button; it may answer later.");
limit!(RESPONSES_MAX: "open.responses", 5, "answers", "How often a bot may answer later.");
limit!(RESPONSE_MINUTES: "open.response_minutes", 30, "minutes", "For how long a bot may answer later.");
limit!(BOT_PER_MINUTE: "open.bot_per_minute", 600, "requests", "How many requests a minute a bot may make.");
limit!(COMMANDS_MAX: "open.commands", 50, "commands", "How many commands a bot may have.");
limit!(SEATS_MAX: "open.bots_in_conversation", 20, "bots", "How many bots may be in one conversation.");

kernel::id! {
    /// Something that a bot hears of.
    pub(crate) struct EventId;
}

kernel::id! {
    /// A file that a program has uploaded.
    pub(crate) struct MediaId;
}

impl EventId {
    /// The event of a message: the same one however often it is announced.
    fn of(message: MessageId) -> EventId {
        EventId(message.uuid())
    }
}

/// Paths that programs call. They look at no cookie, so a page of another site gains nothing there.
pub(crate) const PATHS_OF_PROGRAMS: &[&str] =
    &["/robot/", "/cgi-bin/webhook/", "/open-apis/bot/", "/services/", "/hooks/", "/api/open/bot/", "/api/open/responses/"];

pub(crate) const FEATURE: Feature = Feature {
    name: "open",
    routes: routes::routes,
    migrations: &[
        Migration { capability: "open", number: 1, text: include_str!("migrations/0001_open.sql") },
        Migration { capability: "open", number: 2, text: include_str!("migrations/0002_media.sql") },
    ],
    listens: events::listen,
    jobs: jobs::jobs,
    follows: None,
    notices: notices::KINDS,
    subjects: &[],
};

/// What is kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Open {
    /// How often each program has come lately.
    quotas: quotas::Quotas,
    /// The same for what they upload.
    uploads: quotas::Quotas,
    /// Which bots listen by their sockets.
    ears: socket::Ears,
}

impl Open {
    /// Ends every bot's socket with a word of farewell.
    pub(crate) fn close_sockets(&self) {
        self.ears.cut_all();
    }
}
