//! Events on their way to bots: kept until the bot has taken them, called out by its socket or brought to its address,
//! in their order. A bot that fails again and again is called no more.

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use kernel::Result;
use kernel::jobs::{Job, enqueue};
use kernel::outgoing::{Answer, Call};
use serde_json::json;

use super::super::jobs::DELIVER;
use super::super::model::{Bot, Event};
use super::super::{DELIVERY_FAILURES_MAX, DELIVERY_SECONDS, EVENTS_WAITING_MAX, notices, signatures, store};
use crate::chat::ProgramId;
use crate::desk::Desk;
use crate::org::{self, Actor};

/// Events brought within one job.
const BATCH: i64 = 20;
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 262_144;
/// Seconds until a call that failed is tried again, after each failure; the last one counts for those that follow.
const PAUSES_S: &[u64] = &[10, 30, 60, 300, 900, 3_600, 10_800];

const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Has an event wait for a bot, and the bot told that it does.
pub(crate) async fn queue(desk: &Desk, bot: &Bot, event: &Event) -> Result<()> {
    let most = i64::try_from(desk.limits.of(&EVENTS_WAITING_MAX)).unwrap_or(i64::MAX);
    let mut tx = desk.db.begin().await?;
    store::events::keep(&mut tx, bot.id, event, most).await?;
    // Where a call has failed, the next try is planned already.
    if bot.is_called() && bot.failures == 0 {
        let job = Job { kind: DELIVER, key: None, payload: json!({ "bot": bot.id }), run_at: desk.now() };
        enqueue(&mut tx, job, &desk.chance, desk.now()).await?;
    }
    tx.commit().await?;
    desk.open.ears.whisper(bot.id);
    Ok(())
}

/// Calls a bot at its address with one event.
pub(crate) async fn call(desk: &Desk, bot: &Bot, event: &Event, within: Duration) -> Option<Answer> {
    let (id, at_s, body) = (event.id.to_string(), desk.now().as_ms() / 1_000, event.frame());
    let signature = signatures::of_call(&bot.secret, &id, at_s, &body);
    let header = |text: &str| HeaderValue::from_str(text).ok();
    let call = Call::post(bot.callback_url.clone(), body)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(WEBHOOK_ID, header(&id)?)
        .header(WEBHOOK_TIMESTAMP, HeaderValue::from(at_s))
        .header(WEBHOOK_SIGNATURE, header(&signature)?)
        .within(within)
        .at_most(ANSWER_BYTES_MAX);
    match desk.outgoing.make(call).await {
        Ok(answer) => Some(answer),
        Err(failure) => {
            tracing::info!(bot = %bot.id, %failure, "a bot was not reached");
            None
        }
    }
}

/// Brings a bot what waits for it, in its order, until it fails to take something.
pub(crate) async fn deliver(desk: &Desk, id: ProgramId) -> Result<()> {
    let Some(mut bot) = store::bots::for_calling(&desk.db, id).await? else { return Ok(()) };
    if !bot.is_on || !bot.is_called() || bot.stopped_at.is_some() {
        return Ok(());
    }
    let waiting = store::events::waiting(&desk.db, id, BATCH).await?;
    for event in &waiting {
        let answer = call(desk, &bot, event, desk.limits.seconds(&DELIVERY_SECONDS)).await;
        let status = answer.map(|answer| answer.status);
        match status {
            Some(status) if status.is_success() => {
                store::events::taken(&desk.db, id, event.id).await?;
                if bot.failures > 0 {
                    bot.failures = 0;
                    let mut tx = desk.db.begin().await?;
                    store::bots::set_failures(&mut tx, id, 0, None).await?;
                    tx.commit().await?;
                }
            }
            other => return failed(desk, &bot, other == Some(StatusCode::GONE)).await,
        }
    }
    match i64::try_from(waiting.len()).is_ok_and(|count| count == BATCH) {
        true => plan(desk, id, Duration::ZERO).await,
        false => Ok(()),
    }
}

/// Has a bot called later.
pub(crate) async fn plan(desk: &Desk, id: ProgramId, after: Duration) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let job = Job { kind: DELIVER, key: None, payload: json!({ "bot": id }), run_at: desk.now() + after };
    enqueue(&mut tx, job, &desk.chance, desk.now()).await?;
    tx.commit().await
}

/// Notes that a call failed. Whoever says it is gone is called no more, and so is whoever has failed too often.
async fn failed(desk: &Desk, bot: &Bot, is_gone: bool) -> Result<()> {
    let failures = bot.failures.saturating_add(1);
    let is_over = is_gone || u64::try_from(failures).unwrap_or(u64::MAX) >= desk.limits.of(&DELIVERY_FAILURES_MAX);
    let mut tx = desk.db.begin().await?;
    store::bots::set_failures(&mut tx, bot.id, failures, is_over.then(|| desk.now())).await?;
    if is_over {
        let actor = Actor { organisation: bot.organisation, member: None, ip: "" };
        org::record(&mut tx, desk, actor, "open.bot_stopped", &bot.name, json!({ "failures": failures })).await?;
        notices::bot_stopped(&mut tx, desk, bot).await?;
    } else {
        let place = usize::try_from(failures - 1).unwrap_or(usize::MAX).min(PAUSES_S.len() - 1);
        let pause = Duration::from_secs(PAUSES_S.get(place).copied().unwrap_or(3_600));
        let job = Job { kind: DELIVER, key: None, payload: json!({ "bot": bot.id }), run_at: desk.now() + pause };
        enqueue(&mut tx, job, &desk.chance, desk.now()).await?;
    }
    tx.commit().await
}
