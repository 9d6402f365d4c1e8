//! What the first link of a message leads to: looked up by the office once the message is there, so that no reader's
//! device calls a stranger. Off unless an organisation switches it on; kept for a day; the message is updated in place.

mod links;
mod page;

use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use kernel::outgoing::Call;
use kernel::{Result, limit};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, mpsc};
use utoipa::ToSchema;

use super::crier::News;
use super::model::{Message, MessageKind};
use super::{ConversationId, MessageId, store};
use crate::desk::Desk;

limit!(KEPT_MAX: "chat.previews", 5_000, "links", "What how many links lead to is kept; the oldest go first.");
limit!(KEPT_HOURS: "chat.preview_hours", 24, "hours", "How long it is kept what a link leads to.");
limit!(AT_ONCE: "chat.previews_at_once", 4, "links", "How many links are looked up at once.");

/// Messages whose links may wait. Beyond that they are not looked up.
const WAITING_MAX: usize = 256;
/// How much of a page is read: titles stand at its beginning.
const PAGE_BYTES_MAX: usize = 262_144;
const PATIENCE: Duration = Duration::from_secs(8);

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatPreview)]
pub(super) struct Preview {
    pub(super) url: String,
    pub(super) title: String,
    pub(super) description: String,
    /// What the site calls itself; often empty.
    pub(super) site: String,
}

/// A message with a link.
type Linked = (ConversationId, MessageId);

/// Where messages with links are left; copies lead to the same place.
#[derive(Clone, Debug)]
pub(super) struct Slot(mpsc::Sender<Linked>);

/// Messages whose links wait to be looked up.
#[derive(Debug)]
pub(super) struct Previews(Mutex<mpsc::Receiver<Linked>>);

impl Previews {
    pub(super) fn new() -> (Slot, Previews) {
        let (slot, waiting) = mpsc::channel(WAITING_MAX);
        (Slot(slot), Previews(Mutex::new(waiting)))
    }
}

impl Slot {
    /// Notes a message that was written or changed. It never waits.
    pub(super) fn note(&self, message: &Message) {
        if message.kind == MessageKind::Text && message.sender.is_some() && message.text.contains("://") {
            // Where too many wait, messages do without.
            let _ = self.0.try_send((message.conversation, message.id));
        }
    }
}

/// Looks up links as they come, for as long as it is polled.
pub(super) async fn run(desk: &Desk) {
    let mut waiting = desk.chat.previews.0.lock().await;
    let at_once = desk.limits.count(&AT_ONCE).max(1);
    let mut under_way = FuturesUnordered::new();
    loop {
        tokio::select! {
            linked = waiting.recv(), if under_way.len() < at_once => match linked {
                Some(linked) => under_way.push(look_up(desk, linked)),
                None => return,
            },
            Some(()) = under_way.next() => {}
        }
    }
}

/// Looks up what waits now; says how much it was.
pub(super) async fn run_due(desk: &Desk) -> usize {
    let mut waiting = desk.chat.previews.0.lock().await;
    let mut done = 0;
    while let Ok(linked) = waiting.try_recv() {
        look_up(desk, linked).await;
        done += 1;
    }
    done
}

async fn look_up(desk: &Desk, linked: Linked) {
    if let Err(error) = add(desk, linked).await {
        tracing::warn!(%error, "a link was not looked up");
    }
}

async fn add(desk: &Desk, (conversation, id): Linked) -> Result<()> {
    let Some(place) = store::conversations::for_everybody(&desk.db, conversation).await? else { return Ok(()) };
    if !super::acts::settings::of(desk, place.organisation).await?.link_previews {
        return Ok(());
    }
    let Some(message) = store::messages::for_everybody(&desk.db, conversation, id).await? else { return Ok(()) };
    let Some(url) = links::first(&message.text) else { return Ok(()) };
    let Some(preview) = of_link(desk, url).await? else { return Ok(()) };
    let mut tx = desk.db.begin().await?;
    let change = store::conversations::touch(&mut tx, conversation).await?;
    // It may have been edited or recalled meanwhile; then another link counts, or none.
    if !store::previews::show(&mut tx, &message, &preview, change).await? {
        return Ok(());
    }
    tx.commit().await?;
    desk.chat.tell(vec![News::Changed(conversation, id)]).await;
    Ok(())
}

/// What a link leads to, as it is known or as it says now.
async fn of_link(desk: &Desk, url: &str) -> Result<Option<Preview>> {
    let now = desk.now();
    let fresh_since = now - Duration::from_secs(desk.limits.of(&KEPT_HOURS) * 3_600);
    if let Some(known) = store::previews::known(&desk.db, url, fresh_since).await? {
        return Ok(known);
    }
    let found = ask(desk, url).await;
    store::previews::keep(&desk.db, url, found.as_ref(), desk.limits.of(&KEPT_MAX), fresh_since, now).await?;
    Ok(found)
}

async fn ask(desk: &Desk, url: &str) -> Option<Preview> {
    let call = Call::get(url).header(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml"));
    let answer = match desk.outgoing.make(call.within(PATIENCE).beginning(PAGE_BYTES_MAX)).await {
        Ok(answer) => answer,
        Err(failure) => {
            tracing::debug!(%failure, "a link leads nowhere");
            return None;
        }
    };
    let kind = answer.header(&CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    if !answer.status.is_success() || !(kind.starts_with("text/html") || kind.starts_with("application/xhtml+xml")) {
        return None;
    }
    let page::Page { title, description, site } = page::read(&answer.body, &kind)?;
    Some(Preview { url: url.to_owned(), title, description, site })
}
