//! Hands pushes to push services: several at once, so that one that does not answer keeps nobody else waiting.

use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_ENCODING, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use kernel::outgoing::Call;
use kernel::{Error, Result};
use sha2::{Digest as _, Sha256};

use super::rules::{Verdict, pause_after, verdict};
use super::seal::{self, Once, Receiver};
use super::store::{self, Waiting, Way};
use super::{AT_ONCE, ATTEMPTS_MAX, vapid};
use crate::desk::Desk;
use crate::org;

/// The loop looks again after this long even when nothing woke it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How long a push service may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longer than one try may take, so that nothing is tried twice at once.
const LEASE: Duration = Duration::from_secs(60);
/// Push services answer with a line, if at all.
const ANSWER_BYTES_MAX: usize = 16_384;
/// What a push service is told of the tag: as much of its hash as fits.
const TOPIC_BYTES: usize = 24;
/// Where to complain about us, when the office does not know its address.
const NOBODY: &str = "mailto:nobody@hutong.invalid";

pub(super) async fn run(desk: &Desk) {
    loop {
        if let Err(error) = deliver_due(desk).await {
            tracing::error!(%error, "the pushes cannot be read");
        }
        let look_again = desk.now() + LOOK_AGAIN;
        let due = store::next_due(&desk.db).await.ok().flatten().unwrap_or(look_again);
        let due = due.clamp(desk.now() + Duration::from_secs(1), look_again);
        tokio::select! {
            () = desk.pushes.bell.notified() => {}
            () = desk.clock.wait_until(due) => {}
        }
    }
}

pub(super) async fn deliver_due(desk: &Desk) -> Result<usize> {
    let at_once = desk.limits.count(&AT_ONCE).max(1);
    let mut under_way = FuturesUnordered::new();
    let mut tried = 0;
    loop {
        let claimed = store::claim(&desk.db, desk.now(), LEASE, at_once - under_way.len()).await?;
        tried += claimed.len();
        under_way.extend(claimed.into_iter().map(|waiting| deliver(desk, waiting)));
        match under_way.next().await {
            Some(delivered) => delivered?,
            None => return Ok(tried),
        }
    }
}

async fn deliver(desk: &Desk, waiting: Waiting) -> Result<()> {
    let now = desk.now();
    let Some(way) = store::way(&desk.db, waiting.subscription_id).await? else {
        return store::remove(&desk.db, waiting.id).await;
    };
    if !org::is_session_open(desk, way.session_id).await? {
        return forget(desk, &waiting).await;
    }
    // Whoever has come back meanwhile has seen it.
    let is_back = desk.org.presence().last_active(way.member_id, now).is_some_and(|last| last > waiting.queued_at);
    if waiting.worth_until <= now || (is_back && waiting.tag != super::routes::TEST) {
        return store::remove(&desk.db, waiting.id).await;
    }
    match hand_over(desk, &waiting, &way).await? {
        Verdict::Taken => {
            store::used(&desk.db, waiting.subscription_id, now).await?;
            store::remove(&desk.db, waiting.id).await
        }
        Verdict::Gone => forget(desk, &waiting).await,
        Verdict::Refused => {
            tracing::warn!(id = %waiting.id, "a push service refused a push for good");
            store::remove(&desk.db, waiting.id).await
        }
        Verdict::Later(_) if u64::try_from(waiting.attempts).unwrap_or(u64::MAX) >= desk.limits.of(&ATTEMPTS_MAX) => {
            tracing::warn!(id = %waiting.id, attempts = waiting.attempts, "a push is given up");
            store::remove(&desk.db, waiting.id).await
        }
        Verdict::Later(pause) => {
            let pause = pause.unwrap_or_default().max(pause_after(waiting.attempts));
            store::postpone(&desk.db, waiting.id, desk.now() + pause).await
        }
    }
}

async fn forget(desk: &Desk, waiting: &Waiting) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let member = store::expire(&mut tx, waiting.subscription_id).await?;
    tx.commit().await?;
    if let Some(member) = member {
        desk.pushes.subscribed.set(member, store::has_any(&desk.db, member).await?);
    }
    Ok(())
}

async fn hand_over(desk: &Desk, waiting: &Waiting, way: &Way) -> Result<Verdict> {
    let Some(call) = call(desk, waiting, way).await? else { return Ok(Verdict::Refused) };
    match desk.outgoing.make(call).await {
        Ok(answer) => {
            let verdict = verdict(answer.status.as_u16(), answer.retry_after_s());
            tracing::debug!(id = %waiting.id, status = answer.status.as_u16(), "a push service answered");
            Ok(verdict)
        }
        Err(failure) => {
            tracing::warn!(id = %waiting.id, %failure, "a push was not handed over");
            Ok(if failure.is_for_now() { Verdict::Later(None) } else { Verdict::Refused })
        }
    }
}

/// The call, with what is pushed sealed. Nothing when it can be sealed for nobody.
async fn call(desk: &Desk, waiting: &Waiting, way: &Way) -> Result<Option<Call>> {
    let mut once = Once { private_key: vapid::draw_private(&desk.chance), salt: [0; seal::SALT_BYTES] };
    desk.chance.fill(&mut once.salt);
    let sealed = Receiver::read(&way.p256dh, &way.auth).and_then(|to| seal::seal(waiting.payload.as_bytes(), &to, &once).ok());
    let (Some(sealed), Some(origin)) = (sealed, origin(&way.endpoint)) else { return Ok(None) };
    let now = desk.now();
    let subject = desk.config.public_url.as_deref().filter(|url| url.starts_with("https://")).unwrap_or(NOBODY);
    let authorization = super::vapid(desk).await?.authorization(origin, subject, now);
    let authorization = authorization.map_err(|error| Error::internal("signing for a push service", error))?;
    let header = |text: String| HeaderValue::try_from(text).map_err(|error| Error::internal("writing a header", error));
    let call = Call::post(way.endpoint.clone(), sealed)
        .authorised(header(authorization)?)
        .header(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"))
        .header(HeaderName::from_static("ttl"), HeaderValue::from(waiting.worth_until.since(now).as_secs()))
        .header(HeaderName::from_static("urgency"), header(waiting.urgency.clone())?)
        .header(HeaderName::from_static("topic"), header(topic(&waiting.tag))?);
    Ok(Some(call.within(PATIENCE).at_most(ANSWER_BYTES_MAX)))
}

/// Scheme, host and port of an address.
fn origin(endpoint: &str) -> Option<&str> {
    let host = endpoint.find("://")? + 3;
    let end = endpoint.get(host..)?.find(['/', '?', '#']).map_or(endpoint.len(), |path| host + path);
    endpoint.get(..end)
}

/// Of the same topic a push service keeps only the latest. It learns nothing but that they are the same.
fn topic(tag: &str) -> String {
    let hash = Sha256::digest(tag.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.get(..TOPIC_BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_has_an_origin() {
        assert_eq!(origin("https://push.example.org/wpush/v2/abc"), Some("https://push.example.org"));
        assert_eq!(origin("http://127.0.0.1:9000/x"), Some("http://127.0.0.1:9000"));
        assert_eq!(origin("https://push.example.org?x=/y"), Some("https://push.example.org"));
        assert_eq!(origin("push"), None);
    }

    #[test]
    fn a_topic_says_nothing_and_fits() {
        let topic = topic("chat:0190");
        assert_eq!(topic.len(), 32);
        assert!(!topic.contains("0190"));
    }
}
