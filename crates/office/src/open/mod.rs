//! Programs: robots that other tools post through, just as they would at the vendor they were written for, and bots with
//! accounts of their own that hear and answer. This file is its face; everything else is private.
//!
//! What programs say is a message like any other: `chat` writes it and knows nothing of vendors. A token is kept as a
//! hash and shown once. A robot knows one conversation; a bot knows those it was let into, from then on.

mod acts;
mod errors;
mod model;
mod pace;
mod people;
mod routes;
mod rules;
mod signatures;
mod store;
mod vendors;
mod wire;

use kernel::db::Migration;
use kernel::limit;

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
limit!(SLACK_BODY_BYTES_MAX: "open.slack_body_bytes", 524_288, "bytes", "How large a message to a robot of Slack's kind may be.");

/// Paths that programs call. They look at no cookie, so a page of another site gains nothing there.
pub(crate) const PATHS_OF_PROGRAMS: &[&str] =
    &["/robot/", "/cgi-bin/webhook/", "/open-apis/bot/", "/services/", "/hooks/", "/api/open/bot/", "/api/open/responses/"];

pub(crate) const FEATURE: Feature = Feature {
    name: "open",
    routes: routes::routes,
    migrations: &[Migration { capability: "open", number: 1, text: include_str!("migrations/0001_open.sql") }],
    listens: |_, _| {},
    jobs: |_, _| {},
    follows: None,
    notices: &[],
};

/// What is kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Open {
    /// How often each program has come lately.
    pace: pace::Pace,
}
