//! The event socket: one for each open device, telling it that something changed.
//!
//! What is sent here is a hint; the database is the truth. A device that cannot keep up is cut off
//! and asks again when it returns, so no queue grows beyond its bound.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::{IntoResponse, Response};
use futures::SinkExt as _;
use kernel::clock::Time;
use kernel::{Error, Kind, Refusal, limit};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::desk::Desk;
use crate::org::{MemberId, OrganisationId, SessionId};
use crate::viewer::Viewer;

limit!(QUEUE_EVENTS_MAX: "events.queue", 256, "events", "How many events wait for one device before it is cut off.");
limit!(SOCKETS_PER_MEMBER_MAX: "events.sockets_per_member", 20, "sockets", "How many event sockets one person may have open.");

/// The largest text a device may send us.
const MESSAGE_BYTES_MAX: usize = 4_096;
/// What is read of a socket at once. It is held for as long as the socket is open, and cleared before each reading.
const READ_BYTES: usize = 1_024;
/// Events that are written to a socket with one system call.
const EVENTS_AT_ONCE: usize = 32;
const PING_EVERY: Duration = Duration::from_secs(25);
/// A device that has said nothing for this long, not even to a ping, is gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// One open socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SocketId(u64);

/// Who is connected; the way to tell them something. Copies are the same hub.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hub(Arc<Mutex<Connected>>);

#[derive(Debug, Default)]
struct Connected {
    opened: u64,
    closing: bool,
    sockets: BTreeMap<SocketId, Line>,
    /// The sockets of each member, so that telling a few asks nothing of the many.
    of_member: HashMap<MemberId, Vec<SocketId>>,
}

/// The device's end of a line.
struct Opened {
    id: SocketId,
    waiting: mpsc::Receiver<Utf8Bytes>,
    behind: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Line {
    organisation: OrganisationId,
    member: MemberId,
    session: SessionId,
    queue: mpsc::Sender<Utf8Bytes>,
    /// Something that can be asked for was left out, because much waits already.
    behind: Arc<AtomicBool>,
}

impl Hub {
    /// Tells everybody in the organisation.
    pub(crate) fn tell_organisation(&self, to: OrganisationId, event: &impl Serialize) {
        self.tell(event, |line| line.organisation == to);
    }

    /// Tells everybody in the organisation what each device finds out by asking, too. Where much waits already it is left
    /// out, and the device is told that it has missed something: when a thousand people come at once, none of them is cut
    /// off for hearing of the others.
    pub(crate) fn hint_organisation(&self, to: OrganisationId, event: &impl Serialize) {
        let Ok(text) = serde_json::to_string(event) else {
            return;
        };
        let text = Utf8Bytes::from(text);
        self.with(|connected| {
            for line in connected.sockets.values().filter(|line| line.organisation == to) {
                let has_room = line.queue.capacity() > line.queue.max_capacity() / 2;
                if !has_room || line.queue.try_send(text.clone()).is_err() {
                    line.behind.store(true, Ordering::Relaxed);
                }
            }
        });
    }

    /// Tells every device of one person.
    pub(crate) fn tell_member(&self, to: MemberId, event: &impl Serialize) {
        self.tell_members([to], event);
    }

    /// Tells every device of these people; the event is written once.
    pub(crate) fn tell_members(&self, to: impl IntoIterator<Item = MemberId>, event: &impl Serialize) {
        let Ok(text) = serde_json::to_string(event) else {
            return;
        };
        let text = Utf8Bytes::from(text);
        self.with(|connected| {
            let mut cut = Vec::new();
            for member in to {
                let sockets = connected.of_member.get(&member).into_iter().flatten();
                cut.extend(sockets.copied().filter(|id| !connected.say(*id, &text)));
            }
            connected.cut(&cut);
        });
    }

    /// Cuts off the devices of these sessions.
    pub(crate) fn cut(&self, sessions: &[SessionId]) {
        self.with(|connected| {
            let theirs = connected.sockets.iter().filter(|(_, line)| sessions.contains(&line.session));
            let cut: Vec<SocketId> = theirs.map(|(id, _)| *id).collect();
            connected.cut(&cut);
        });
    }

    /// Cuts off everybody and lets nobody in again.
    pub(crate) fn close_all(&self) {
        self.with(|connected| {
            connected.closing = true;
            connected.sockets.clear();
            connected.of_member.clear();
        });
    }

    /// Whether everybody has been cut off, because the program stops.
    pub(crate) fn is_closing(&self) -> bool {
        self.with(|connected| connected.closing)
    }

    /// A line that is full or closed is dropped, which ends its socket.
    fn tell(&self, event: &impl Serialize, whom: impl Fn(&Line) -> bool) {
        let Ok(text) = serde_json::to_string(event) else {
            return;
        };
        let text = Utf8Bytes::from(text);
        self.with(|connected| {
            let told = connected.sockets.iter().filter(|(_, line)| whom(line)).map(|(id, _)| *id);
            let cut: Vec<SocketId> = told.filter(|id| !connected.say(*id, &text)).collect();
            connected.cut(&cut);
        });
    }

    fn open(&self, viewer: &Viewer, desk: &Desk) -> Option<Opened> {
        let (queue, waiting) = mpsc::channel(desk.limits.count(&QUEUE_EVENTS_MAX).max(1));
        self.with(|connected| {
            let own = connected.of_member.get(&viewer.member).map_or(0, Vec::len);
            if connected.closing || own >= desk.limits.count(&SOCKETS_PER_MEMBER_MAX) {
                return None;
            }
            connected.opened += 1;
            let id = SocketId(connected.opened);
            connected.of_member.entry(viewer.member).or_default().push(id);
            let behind = Arc::new(AtomicBool::new(false));
            let opened = Opened { id, waiting, behind: Arc::clone(&behind) };
            let line = Line { organisation: viewer.organisation, member: viewer.member, session: viewer.session, queue, behind };
            connected.sockets.insert(id, line);
            Some(opened)
        })
    }

    fn close(&self, id: SocketId) {
        self.with(|connected| connected.cut(&[id]));
    }

    fn with<R>(&self, act: impl FnOnce(&mut Connected) -> R) -> R {
        // The map is whole between any two statements, so a panic elsewhere cannot spoil it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Connected {
    /// Puts an event on a line; says whether the line could take it.
    fn say(&self, id: SocketId, text: &Utf8Bytes) -> bool {
        self.sockets.get(&id).is_some_and(|line| line.queue.try_send(text.clone()).is_ok())
    }

    /// Drops these lines, which ends their sockets.
    fn cut(&mut self, sockets: &[SocketId]) {
        for id in sockets {
            let Some(line) = self.sockets.remove(id) else { continue };
            if let Some(own) = self.of_member.get_mut(&line.member) {
                own.retain(|other| other != id);
                if own.is_empty() {
                    self.of_member.remove(&line.member);
                }
            }
        }
    }
}

/// What the frame itself tells a device.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Told {
    Hello {
        member_id: MemberId,
        server_time: Time,
    },
    /// Hints were left out: what the device shows of people may be old.
    Missed,
}

/// What a device may tell us. Anything else is ignored: newer clients may say more.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Presence { state: Attention },
}

/// Whether somebody sits before the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Attention {
    Active,
    Idle,
}

/// `GET /api/events`: opens the socket.
pub(crate) async fn connect(
    State(desk): State<Desk>,
    viewer: Viewer,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(_) => return crate::http::malformed("WebSocket").into_response(),
    };
    let Some(Opened { id: socket, waiting, behind }) = desk.hub.open(&viewer, &desk) else {
        let refusal = Refusal::new(
            Kind::TooMany,
            "events.too_many",
            "打开的窗口太多了，关掉几个再试。",
            "Too many windows are open. Close a few and try again.",
        );
        return Error::from(refusal.retry_after_s(30)).into_response();
    };
    // Held by the task, so that the line is closed however the task ends.
    let line = OpenLine { desk, viewer, socket, behind };
    line.desk.org.presence().opened(&line.desk, &line.viewer, socket);
    upgrade.read_buffer_size(READ_BYTES).max_message_size(MESSAGE_BYTES_MAX).on_upgrade(move |stream| line.serve(stream, waiting))
}

struct OpenLine {
    desk: Desk,
    viewer: Viewer,
    socket: SocketId,
    behind: Arc<AtomicBool>,
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        self.desk.hub.close(self.socket);
        self.desk.org.presence().closed(&self.desk, &self.viewer, self.socket);
    }
}

impl OpenLine {
    async fn serve(self, mut stream: WebSocket, mut waiting: mpsc::Receiver<Utf8Bytes>) {
        let hello = Told::Hello { member_id: self.viewer.member, server_time: self.desk.now() };
        let hello = serde_json::to_string(&hello).unwrap_or_default();
        if stream.send(Message::Text(hello.into())).await.is_err() {
            return;
        }
        let mut heard = self.desk.now();
        let mut ping_at = heard + PING_EVERY;
        loop {
            let sent = tokio::select! {
                event = waiting.recv() => match event {
                    Some(text) => self.send_with(&mut stream, text, &mut waiting).await,
                    None => return farewell(stream).await,
                },
                said = stream.recv() => {
                    let Some(Ok(said)) = said else { return };
                    heard = self.desk.now();
                    self.hear(&said);
                    Ok(())
                }
                () = self.desk.clock.wait_until(ping_at) => {
                    let now = self.desk.now();
                    if now.since(heard) > SILENCE_MAX {
                        return;
                    }
                    ping_at = now + PING_EVERY;
                    stream.send(Message::Ping(axum::body::Bytes::new())).await
                }
            };
            if sent.is_err() {
                return;
            }
        }
    }

    /// Sends an event, and with it those that wait already; then, if hints were left out of them, that they were.
    async fn send_with(
        &self,
        stream: &mut WebSocket,
        first: Utf8Bytes,
        waiting: &mut mpsc::Receiver<Utf8Bytes>,
    ) -> Result<(), axum::Error> {
        stream.feed(Message::Text(first)).await?;
        for _ in 1..EVENTS_AT_ONCE {
            let Ok(text) = waiting.try_recv() else { break };
            stream.feed(Message::Text(text)).await?;
        }
        if waiting.is_empty() && self.behind.swap(false, Ordering::Relaxed) {
            let missed = serde_json::to_string(&Told::Missed).unwrap_or_default();
            stream.feed(Message::Text(missed.into())).await?;
        }
        stream.flush().await
    }

    fn hear(&self, said: &Message) {
        let Message::Text(text) = said else { return };
        if let Ok(Said::Presence { state }) = serde_json::from_str(text) {
            self.desk.org.presence().turned(&self.desk, &self.viewer, self.socket, state);
        }
    }
}

/// The line was cut: the device fell behind, was signed out, or the office closes.
async fn farewell(mut stream: WebSocket) {
    let frame = CloseFrame { code: close_code::AGAIN, reason: Utf8Bytes::from_static("again") };
    // Whoever is gone already need not hear it.
    let _ = stream.send(Message::Close(Some(frame))).await;
}
