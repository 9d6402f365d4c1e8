//! Urgent messages reach those who have no device at hand: a server that the operator names is told of each round, and
//! passes it on by SMS or telephone. Which company does so is not known here.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use kernel::outgoing::Call;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::model::{Conversation, Message, Urgent};
use super::super::{UrgentId, rules, store};
use super::urgent::waiting;
use crate::desk::Desk;
use crate::org::{self, Reach};

/// What a job of this kind is called.
pub(crate) const PASS_ON: &str = "chat.pass_on_urgent";
/// A server that takes longer is asked again later; other jobs wait meanwhile.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

/// Which round of which urgent message.
#[derive(Serialize, Deserialize)]
struct Round {
    id: UrgentId,
    round: i64,
}

/// Has a round passed on, where the operator named somebody who does.
pub(super) async fn plan(tx: &mut Tx, desk: &Desk, urgent: &Urgent, round: i64) -> Result<()> {
    if desk.config.urgent_webhook.is_none() {
        return Ok(());
    }
    let (id, now) = (urgent.id, desk.now());
    let job = Job { kind: PASS_ON, key: Some(format!("{PASS_ON}:{id}:{round}")), payload: json!(Round { id, round }), run_at: now };
    enqueue(tx, job, &desk.chance, now).await
}

/// Passes a round on, as the job of that payload. Its `delivery` is the same when it is tried again.
pub(crate) async fn pass_on(desk: &Desk, payload: Value) -> Result<()> {
    let Ok(Round { id, round }) = serde_json::from_value(payload) else { return Ok(()) };
    let Some(url) = desk.config.urgent_webhook.clone() else { return Ok(()) };
    let Some(body) = body(desk, id, round).await? else { return Ok(()) };
    let call = Call::post(url, body.to_string()).header(CONTENT_TYPE, HeaderValue::from_static("application/json")).within(ANSWER_WITHIN);
    let failed = |why: String| Error::internal("passing an urgent message on", why);
    match desk.outgoing.make(call).await {
        Ok(answer) if answer.status.is_success() => Ok(()),
        Ok(answer) if answer.status.is_client_error() && !matches!(answer.status.as_u16(), 408 | 429) => {
            tracing::warn!(status = answer.status.as_u16(), "an urgent message was not taken to be passed on");
            Ok(())
        }
        Ok(answer) => Err(failed(answer.status.to_string())),
        Err(failure) if failure.is_for_now() => Err(failed(failure.to_string())),
        Err(failure) => {
            tracing::warn!(%failure, "an urgent message cannot be passed on");
            Ok(())
        }
    }
}

/// What is told: nothing when all have confirmed it meanwhile, or it is over.
async fn body(desk: &Desk, id: UrgentId, round: i64) -> Result<Option<Value>> {
    let mut tx = desk.db.begin().await?;
    let Some(urgent) = store::urgent::for_everybody(store::From::Tx(&mut tx), id).await? else { return Ok(None) };
    let waiting = waiting(&mut tx, &urgent).await?;
    drop(tx);
    let (Some(message), Some(conversation)) = (
        store::messages::for_everybody(&desk.db, urgent.conversation, urgent.message).await?,
        store::conversations::for_everybody(&desk.db, urgent.conversation).await?,
    ) else {
        return Ok(None);
    };
    if waiting.is_empty() || urgent.ended_at.is_some() {
        return Ok(None);
    }
    let to = org::reach(desk, conversation.organisation, waiting).await?;
    let by = org::cards(desk, conversation.organisation, [urgent.by]).await?.into_values().next().map(|card| card.name);
    Ok(Some(told(desk, &urgent, round, &conversation, &message, &to, by.as_deref().unwrap_or_default())))
}

fn told(desk: &Desk, urgent: &Urgent, round: i64, conversation: &Conversation, message: &Message, to: &[Reach], by: &str) -> Value {
    let people: Vec<Value> = to
        .iter()
        .map(|Reach { id, name, phone, language }| json!({ "member_id": id, "name": name, "phone": phone, "language": language }))
        .collect();
    let link = desk.config.public_url.as_deref().map(|url| format!("{url}/chat/{}?at={}", conversation.id, message.seq));
    json!({
        "type": "chat.urgent",
        "delivery": format!("{}:{round}", urgent.id),
        "round": round,
        "by": by,
        "conversation": conversation.title,
        "text": rules::quote(&message.text),
        "link": link,
        "to": people,
    })
}
