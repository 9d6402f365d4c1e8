//! Sockets that only listen, as those of everybody who has the page open and says nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{SinkExt as _, StreamExt as _};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

use super::Office;
use super::step::open;
use crate::report::resident_bytes;
use crate::signal::Socket;

/// Sockets that are opened at the same time.
const OPENING_MAX: usize = 32;

/// The open sockets; they close when it is dropped.
pub(super) struct Idle {
    listening: JoinSet<()>,
    cut: Arc<AtomicUsize>,
}

impl Idle {
    /// Opens that many and says what they cost.
    pub(super) async fn open(office: &Arc<Office>, count: usize, pid: Option<u32>) -> Result<Idle, String> {
        let mut idle = Idle { listening: JoinSet::new(), cut: Arc::default() };
        let before = pid.map(resident_bytes).transpose()?;
        let mut opening: JoinSet<Result<Socket, String>> = JoinSet::new();
        for index in 0..count {
            if opening.len() >= OPENING_MAX {
                idle.keep(opening.join_next().await)?;
            }
            let office = Arc::clone(office);
            opening.spawn(async move {
                let person = office.people.get(index % office.people.len()).ok_or("nobody to listen")?;
                open(&office, &person.cookie).await
            });
        }
        while let Some(opened) = opening.join_next().await {
            idle.keep(Some(opened))?;
        }
        let after = pid.filter(|_| count > 0).map(resident_bytes).transpose()?;
        if let (Some(before), Some(after)) = (before, after) {
            let (each, mebibytes) = (after.saturating_sub(before) / count as u64, |bytes: u64| bytes >> 20);
            println!(
                "{count} idle sockets: the server's memory went from {} to {} MiB, {each} bytes for each",
                mebibytes(before),
                mebibytes(after)
            );
        }
        Ok(idle)
    }

    /// How many the server has closed.
    pub(super) fn cut(&self) -> usize {
        self.cut.load(Ordering::Relaxed)
    }

    fn keep(&mut self, opened: Option<Result<Result<Socket, String>, tokio::task::JoinError>>) -> Result<(), String> {
        let Some(opened) = opened else { return Ok(()) };
        let socket = opened.map_err(|error| error.to_string())??;
        self.listening.spawn(listen(socket, Arc::clone(&self.cut)));
        Ok(())
    }
}

/// Reads and forgets, and answers pings, until the server closes.
async fn listen(mut socket: Socket, cut: Arc<AtomicUsize>) {
    while let Some(Ok(message)) = socket.next().await {
        let is_answered = match message {
            Message::Ping(_) => socket.flush().await.is_ok(),
            Message::Close(_) => false,
            Message::Text(_) | Message::Binary(_) | Message::Pong(_) | Message::Frame(_) => true,
        };
        if !is_answered {
            break;
        }
    }
    cut.fetch_add(1, Ordering::Relaxed);
}
