//! What tools post to robots: who comes is asked first, how it is said then, and only then is it written.

use std::time::Duration;

use kernel::chance::Token;
use kernel::clock::Time;
use kernel::{Error, Refusal, Result};
use serde_json::Value;

use super::super::model::{Robot, Vendor};
use super::super::quotas::Quota;
use super::super::vendors::{self, Fault, Posted, Reply, What, dingtalk, feishu, slack, wecom};
use super::super::{
    DINGTALK_PAUSE_MINUTES, DINGTALK_PER_MINUTE, FEISHU_PER_MINUTE, FEISHU_PER_SECOND, SLACK_PER_SECOND, WECOM_PER_MINUTE, people, rules,
    signatures, store,
};
use crate::chat::{self, Post};
use crate::desk::Desk;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
/// That a robot was used is noted again after this long.
const NOTED_AGAIN: Duration = Duration::from_secs(60);

/// What a tool shows at the door.
pub(crate) struct Knock<'a> {
    pub(crate) vendor: Vendor,
    pub(crate) token: &'a str,
    pub(crate) ip: &'a str,
}

/// What it brings.
pub(crate) struct Parcel<'a> {
    pub(crate) content_type: &'a str,
    pub(crate) bytes: &'a [u8],
    /// Stamp and signature, where they are not in the body.
    pub(crate) signed: (String, String),
    /// How texts are marked, of those who differ in that.
    pub(crate) dialect: slack::Dialect,
}

/// The answer of a vendor to what became of a message.
pub(crate) fn answer(vendor: Vendor, outcome: Result<(), &Fault>) -> Reply {
    match vendor {
        Vendor::Dingtalk => dingtalk::answer(outcome),
        Vendor::Wecom => wecom::answer(outcome),
        Vendor::Feishu => feishu::answer(outcome),
        Vendor::Slack => slack::answer(outcome),
    }
}

/// The robot of that token, if it may be used now from there. Every visit counts.
pub(crate) async fn admit(desk: &Desk, knock: &Knock<'_>) -> Result<Robot, Fault> {
    let found = store::robots::by_token(&desk.db, knock.vendor, Token::shown(knock.token).hash()).await;
    let robot = found.map_err(|error| ours(&error))?.ok_or(Fault::Token)?;
    if !robot.is_on {
        return Err(Fault::Off);
    }
    let (quotas, pause) = quotas(desk, robot.vendor);
    let step = desk.open.quotas.step(robot.id, &quotas, pause, desk.now());
    step.map_err(|wait| Fault::TooFast { retry_after_s: wait.as_secs().max(1) })?;
    if !rules::is_listed(&robot.safety.addresses, knock.ip) {
        return Err(Fault::Address(knock.ip.to_owned()));
    }
    Ok(robot)
}

fn ours(error: &Error) -> Fault {
    tracing::error!(%error, "a robot could not be served");
    Fault::Ours
}

fn quotas(desk: &Desk, vendor: Vendor) -> (Vec<Quota>, Option<Duration>) {
    let quota = |limit, within| Quota { count: desk.limits.count(limit), within };
    match vendor {
        Vendor::Dingtalk => {
            let minutes = u32::try_from(desk.limits.of(&DINGTALK_PAUSE_MINUTES)).unwrap_or(u32::MAX);
            (vec![quota(&DINGTALK_PER_MINUTE, MINUTE)], Some(MINUTE.saturating_mul(minutes)))
        }
        Vendor::Wecom => (vec![quota(&WECOM_PER_MINUTE, MINUTE)], None),
        Vendor::Feishu => (vec![quota(&FEISHU_PER_SECOND, SECOND), quota(&FEISHU_PER_MINUTE, MINUTE)], None),
        Vendor::Slack => (vec![quota(&SLACK_PER_SECOND, SECOND)], None),
    }
}

/// Takes a message in.
pub(crate) async fn take(desk: &Desk, robot: &Robot, parcel: &Parcel<'_>) -> Result<(), Fault> {
    let body = match robot.vendor {
        Vendor::Slack => slack::body(parcel.content_type, parcel.bytes)?,
        Vendor::Dingtalk | Vendor::Wecom | Vendor::Feishu => vendors::read(parcel.bytes)?,
    };
    check_signature(desk, robot, parcel, &body)?;
    let Posted { mut what, called } = match robot.vendor {
        Vendor::Dingtalk => dingtalk::translate(&body)?,
        Vendor::Wecom => wecom::translate(&body)?,
        Vendor::Feishu => feishu::translate(&body)?,
        Vendor::Slack => slack::translate(&body, parcel.dialect)?,
    };
    if !rules::has_keyword(&robot.safety.keywords, &vendors::words(&what)) {
        return Err(Fault::Keyword);
    }
    let mentions = people::call(desk, robot.organisation, &mut what, &called).await.map_err(|error| ours(&error))?;
    let said = match what {
        What::Said(said) => said,
        What::Picture(_) | What::Uploaded { .. } => return Err(Fault::Elsewhere("media_id")),
    };
    let post = Post {
        conversation: robot.conversation,
        client_id: None,
        said,
        mentions,
        mentions_all: called.all,
        reply_to: None,
        behalf: Some(robot.created_by),
    };
    match chat::post_as(desk, &robot.program(), post).await {
        Ok(_) => {}
        Err(error) => {
            return Err(match error.refusal().map(Refusal::code) {
                Some("request.not_found") => Fault::Dissolved,
                Some("chat.too_long") => Fault::TooLong,
                Some("chat.empty") => Fault::Empty,
                _ => ours(&error),
            });
        }
    }
    note(desk, robot).await.map_err(|error| ours(&error))
}

async fn note(desk: &Desk, robot: &Robot) -> Result<()> {
    let now = desk.now();
    match robot.last_used_at.is_some_and(|at| at + NOTED_AGAIN > now) {
        true => Ok(()),
        false => store::robots::used(&desk.db, robot.id, now).await,
    }
}

fn check_signature(desk: &Desk, robot: &Robot, parcel: &Parcel<'_>, body: &Value) -> Result<(), Fault> {
    if !robot.safety.signed {
        return Ok(());
    }
    let in_body = |key: &str| match body.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (stamp, sign) = match robot.vendor {
        Vendor::Feishu => (in_body("timestamp"), in_body("sign")),
        Vendor::Dingtalk | Vendor::Wecom | Vendor::Slack => parcel.signed.clone(),
    };
    let number: Option<i64> = stamp.trim().parse().ok();
    let at = match robot.vendor {
        Vendor::Feishu => number.map(|seconds| Time::from_ms(seconds.saturating_mul(1_000))),
        Vendor::Dingtalk | Vendor::Wecom | Vendor::Slack => number.map(Time::from_ms),
    };
    if !at.is_some_and(|at| signatures::is_of_now(at, desk.now())) {
        return Err(Fault::Clock);
    }
    let is_right = match robot.vendor {
        Vendor::Feishu => signatures::is_feishus(&robot.secret, &stamp, &sign),
        Vendor::Dingtalk | Vendor::Wecom | Vendor::Slack => signatures::is_dingtalks(&robot.secret, &stamp, &sign),
    };
    if is_right { Ok(()) } else { Err(Fault::Signature) }
}
