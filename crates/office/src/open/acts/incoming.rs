//! What tools post to robots: who comes is asked first, how it is said then, and only then is it written.

use std::time::Duration;

use kernel::chance::Token;
use kernel::clock::Time;
use kernel::{Error, Refusal, Result};
use serde_json::Value;

use super::super::model::{Media, MediaKind, Robot, Vendor};
use super::super::quotas::{Quota, Quotas};
use super::super::vendors::{self, Fault, Posted, Reply, Unfit, What, dingtalk, feishu, slack, wecom};
use super::super::{
    DINGTALK_PAUSE_MINUTES, DINGTALK_PER_MINUTE, FEISHU_PER_MINUTE, FEISHU_PER_SECOND, SLACK_PER_SECOND, WECOM_PER_MINUTE, people, rules,
    signatures, store,
};
use super::media::{self, Upload};
use crate::chat::{self, Post, Said};
use crate::desk::Desk;
use crate::drive::{self, Speech};
use crate::http::Part;

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

/// The robot of that token, if it may be used now from there. Every visit counts, with a message or with a file.
pub(crate) async fn admit(desk: &Desk, knock: &Knock<'_>, visits: &Quotas) -> Result<Robot, Fault> {
    let found = store::robots::by_token(&desk.db, knock.vendor, Token::shown(knock.token).hash()).await;
    let robot = found.map_err(|error| ours(&error))?.ok_or(Fault::Token)?;
    if !robot.is_on {
        return Err(Fault::Off);
    }
    let (quotas, pause) = quotas(desk, robot.vendor);
    let step = visits.step(robot.id, &quotas, pause, desk.now());
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
    let uploaded = match &what {
        What::Uploaded { media, kind } => Some(uploaded(desk, robot, media, *kind).await?),
        What::Said(_) | What::Picture { .. } => None,
    };
    let words = uploaded.as_ref().map_or_else(|| vendors::words(&what), |media| media.name.clone());
    if !rules::has_keyword(&robot.safety.keywords, &words) {
        return Err(Fault::Keyword);
    }
    let mentions = people::call(desk, robot.organisation, &mut what, &called).await.map_err(|error| ours(&error))?;
    let (said, enclosed) = match (what, uploaded) {
        (What::Said(said), _) => (said, None),
        (What::Picture { name, bytes }, _) => {
            let enclosed = media::enclose_bytes(desk, robot.into(), robot.conversation, name, bytes.into()).await;
            (Said::Text(String::new()), Some(enclosed.map_err(|error| unfit(&error))?))
        }
        (What::Uploaded { .. }, sent) => {
            let enclosed = media::enclose(desk, robot.into(), robot.conversation, sent.as_slice()).await;
            let enclosed = enclosed.map_err(|error| unfit(&error))?.ok_or(Fault::Elsewhere("media_id"))?;
            (Said::Text(String::new()), Some(enclosed))
        }
    };
    let post = Post {
        conversation: robot.conversation,
        client_id: None,
        said,
        enclosed: enclosed.map(|enclosed| (enclosed, robot.created_by)),
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

/// What was uploaded under that name to be sent so.
async fn uploaded(desk: &Desk, robot: &Robot, token: &str, kind: MediaKind) -> Result<Media, Fault> {
    let found = media::find(desk, robot.id, token).await.map_err(|error| ours(&error))?;
    found.filter(|media| media.kind == kind).ok_or(Fault::Elsewhere("media_id"))
}

/// Why a file is not taken, where that is known.
fn unfit(error: &Error) -> Fault {
    match error.refusal().map(Refusal::code) {
        Some("drive.member_full" | "drive.organisation_full") => Fault::Media(Unfit::NoRoom),
        Some("drive.too_large") => Fault::Media(Unfit::TooLarge),
        Some("drive.infected") => Fault::Media(Unfit::Sort),
        _ => ours(error),
    }
}

/// Takes a file in, which a message may name afterwards. Speech that browsers can play is kept as they play it.
pub(crate) async fn upload(desk: &Desk, robot: &Robot, kind: MediaKind, part: Option<Part>) -> Result<Reply, Fault> {
    let Part { name, media_type, bytes } = part.ok_or(Fault::Media(Unfit::Missing))?;
    let voice_ms = if kind == MediaKind::Voice { drive::amr_ms(&bytes) } else { None };
    wecom::fit(kind, &bytes, voice_ms)?;
    let speech = match kind {
        MediaKind::File => None,
        MediaKind::Voice => drive::speech(desk, bytes.clone()).await.map_err(|error| unfit(&error))?,
    };
    let upload = match speech {
        Some(Speech { bytes, duration_ms, waveform }) => {
            let speech = Some((duration_ms, waveform));
            Upload { kind, name: "voice.wav", declared_type: "audio/wav", bytes, speech }
        }
        None => Upload { kind, name: if name.is_empty() { kind.word() } else { &name }, declared_type: &media_type, bytes, speech: None },
    };
    let kept = media::upload(desk, robot.into(), upload).await.map_err(|error| unfit(&error))?;
    note(desk, robot).await.map_err(|error| ours(&error))?;
    Ok(wecom::uploaded(kind, &kept.token, kept.created_at.as_ms() / 1_000))
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
