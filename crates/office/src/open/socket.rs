//! The socket by which a bot hears: what waits for it is sent, and kept until it says that it has it. What it does not
//! take is sent again. A bot has one socket; another one takes its place.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use kernel::Result;
use kernel::clock::Time;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Notify, oneshot};

use super::model::Bot;
use super::{EventId, store};
use crate::chat::ProgramId;
use crate::desk::Desk;

/// Events that are sent and not taken yet.
const IN_FLIGHT_MAX: usize = 100;
/// What was not taken for so long is sent again.
const SEND_AGAIN: Duration = Duration::from_secs(30);
const PING_EVERY: Duration = Duration::from_secs(25);
/// A bot that has said nothing for this long, not even to a ping, is gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// The largest text a bot may send us.
pub(super) const MESSAGE_BYTES_MAX: usize = 262_144;

/// Which bots listen, and who waits for what they say.
#[derive(Debug, Default)]
pub(super) struct Ears(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    opened: u64,
    /// The number of each bot's socket, and what wakes it.
    sockets: HashMap<ProgramId, (u64, Arc<Notify>)>,
    asked: HashMap<EventId, oneshot::Sender<Value>>,
}

impl Ears {
    fn with<R>(&self, act: impl FnOnce(&mut Open) -> R) -> R {
        // The maps are whole between any two statements, so a panic elsewhere cannot spoil them.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Wakes a bot's socket: something may wait.
    pub(super) fn whisper(&self, bot: ProgramId) {
        self.with(|open| {
            if let Some((_, notify)) = open.sockets.get(&bot) {
                notify.notify_one();
            }
        });
    }

    /// Ends a bot's socket.
    pub(super) fn cut(&self, bot: ProgramId) {
        self.with(|open| open.sockets.remove(&bot).inspect(|(_, notify)| notify.notify_one()));
    }

    /// Ends every socket, because the program stops.
    pub(super) fn cut_all(&self) {
        self.with(|open| open.sockets.drain().for_each(|(_, (_, notify))| notify.notify_one()));
    }

    /// Whether a bot listens now.
    pub(super) fn is_open(&self, bot: ProgramId) -> bool {
        self.with(|open| open.sockets.contains_key(&bot))
    }

    /// Waits for what a bot says to that event, for as long as what is given is kept.
    pub(super) fn expect(&self, event: EventId) -> Expected<'_> {
        let (tell, told) = oneshot::channel();
        self.with(|open| open.asked.insert(event, tell));
        Expected { ears: self, event, told }
    }

    fn answered(&self, event: EventId, answer: Value) {
        if let Some(tell) = self.with(|open| open.asked.remove(&event)) {
            // Whoever asked may have gone.
            let _ = tell.send(answer);
        }
    }

    fn open(&self, bot: ProgramId) -> (u64, Arc<Notify>) {
        self.with(|open| {
            open.opened += 1;
            let own = (open.opened, Arc::new(Notify::new()));
            if let Some((_, before)) = open.sockets.insert(bot, own.clone()) {
                before.notify_one();
            }
            own
        })
    }

    fn is_current(&self, bot: ProgramId, number: u64) -> bool {
        self.with(|open| open.sockets.get(&bot).is_some_and(|(own, _)| *own == number))
    }

    fn close(&self, bot: ProgramId, number: u64) {
        self.with(|open| {
            if open.sockets.get(&bot).is_some_and(|(own, _)| *own == number) {
                open.sockets.remove(&bot);
            }
        });
    }
}

/// An answer that may come.
pub(super) struct Expected<'a> {
    ears: &'a Ears,
    event: EventId,
    told: oneshot::Receiver<Value>,
}

impl Expected<'_> {
    /// The answer; nothing when it says nothing.
    pub(super) async fn arrives(mut self) -> Value {
        (&mut self.told).await.unwrap_or_default()
    }
}

impl Drop for Expected<'_> {
    fn drop(&mut self) {
        self.ears.with(|open| open.asked.remove(&self.event));
    }
}

/// What a bot may tell us. Anything else is ignored: newer bots may say more.
#[derive(Deserialize)]
struct Said {
    /// The event it has taken.
    ack: EventId,
    /// What it says to it.
    #[serde(default)]
    response: Value,
}

/// An open socket of a bot's. It is held by its task, so that it is closed however the task ends.
pub(super) struct Line {
    desk: Desk,
    bot: ProgramId,
    number: u64,
    woken: Arc<Notify>,
    /// What was sent and not taken, with when it was sent.
    in_flight: BTreeMap<EventId, Time>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.desk.open.ears.close(self.bot, self.number);
    }
}

impl Line {
    pub(super) fn open(desk: &Desk, bot: &Bot) -> Line {
        let (number, woken) = desk.open.ears.open(bot.id);
        Line { desk: desk.clone(), bot: bot.id, number, woken, in_flight: BTreeMap::new() }
    }

    pub(super) async fn serve(mut self, mut stream: WebSocket) {
        let mut heard = self.desk.now();
        let mut wake_at = heard + PING_EVERY;
        loop {
            if !self.is_welcome().await {
                return farewell(stream).await;
            }
            if self.send_waiting(&mut stream).await.is_err() {
                return;
            }
            let woken = Arc::clone(&self.woken);
            tokio::select! {
                () = woken.notified() => {}
                said = stream.recv() => {
                    let Some(Ok(said)) = said else { return };
                    heard = self.desk.now();
                    if self.hear(&said).await.is_err() {
                        return;
                    }
                }
                () = self.desk.clock.wait_until(wake_at) => {
                    let now = self.desk.now();
                    if now.since(heard) > SILENCE_MAX {
                        return;
                    }
                    wake_at = now + PING_EVERY;
                    self.in_flight.retain(|_, sent_at| *sent_at + SEND_AGAIN > now);
                    if stream.send(Message::Ping(Bytes::new())).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Whether this is still the bot's socket, and the bot still one that listens.
    async fn is_welcome(&self) -> bool {
        if !self.desk.open.ears.is_current(self.bot, self.number) || self.desk.hub.is_closing() {
            return false;
        }
        let bot = store::bots::for_calling(&self.desk.db, self.bot).await;
        matches!(bot, Ok(Some(bot)) if bot.is_on && !bot.is_called())
    }

    async fn send_waiting(&mut self, stream: &mut WebSocket) -> Result<(), ()> {
        let limit = i64::try_from(IN_FLIGHT_MAX).unwrap_or(i64::MAX);
        let waiting = store::events::waiting(&self.desk.db, self.bot, limit).await.map_err(|_| ())?;
        for event in waiting {
            if self.in_flight.contains_key(&event.id) {
                continue;
            }
            stream.send(Message::Text(event.frame().into())).await.map_err(|_| ())?;
            self.in_flight.insert(event.id, self.desk.now());
        }
        Ok(())
    }

    async fn hear(&mut self, said: &Message) -> Result<()> {
        let Message::Text(text) = said else { return Ok(()) };
        let Ok(Said { ack, response }) = serde_json::from_str(text) else { return Ok(()) };
        self.in_flight.remove(&ack);
        store::events::taken(&self.desk.db, self.bot, ack).await?;
        self.desk.open.ears.answered(ack, response);
        Ok(())
    }
}

/// Another socket has taken its place, the bot was changed, or the office closes.
async fn farewell(mut stream: WebSocket) {
    let frame = CloseFrame { code: close_code::AGAIN, reason: Utf8Bytes::from_static("again") };
    // Whoever is gone already need not hear it.
    let _ = stream.send(Message::Close(Some(frame))).await;
}
