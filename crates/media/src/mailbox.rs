//! How the rest of the program and the workers write to a worker: a bounded box of letters and a bell.
//!
//! Nobody shares memory with a worker; whatever it should know is a letter. A full box never blocks a worker: letters
//! between workers are dropped, everybody else waits for room.

use std::net::SocketAddr;
use std::sync::Arc;

use signalling::ConnectionId;
use signalling::join::{Join, JoinError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use transport::Protocol;

use crate::control::Request;
use crate::directory::WorkerIndex;
use crate::outbox::Outbox;
use crate::wake::Wake;

/// Letters that may wait in a worker's box.
pub(crate) const LETTERS_WAITING_MAX: usize = 4_096;
/// Bytes of what clients said that may wait in a worker's box; whoever says more waits in turn.
const SIGNAL_BYTES_WAITING_MAX: usize = 64 * 1024 * 1024;

/// What one frame of a signalling socket holds.
#[derive(Debug)]
pub(crate) enum SignalFrame {
    /// Protobuf.
    Binary(Vec<u8>),
    /// JSON.
    Text(String),
}

/// A datagram that came to a worker by another way than its own socket.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// Who sent it.
    pub(crate) source: SocketAddr,
    /// Our address it was sent to.
    pub(crate) destination: SocketAddr,
    /// How it travelled.
    pub(crate) protocol: Protocol,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// The worker whose socket received it, which wants to know whether it was right to forward it.
    pub(crate) via: Option<WorkerIndex>,
}

/// What a joining client waits for.
pub(crate) type JoinAnswer = oneshot::Sender<Result<(ConnectionId, WorkerIndex), JoinError>>;

/// Something a worker is told.
#[derive(Debug)]
pub(crate) enum Letter {
    /// A command for its node.
    Command(Request),
    /// Somebody wants to join a room.
    Join {
        /// Who, and what for.
        join: Box<Join>,
        /// Where the messages for this client go.
        sink: Outbox,
        /// Where the outcome goes.
        answer: JoinAnswer,
    },
    /// A client said something. The permit is its share of what may wait.
    Signal(ConnectionId, SignalFrame, OwnedSemaphorePermit),
    /// A client's socket is closed.
    SignalClosed(ConnectionId),
    /// A datagram from another worker or from a TCP connection.
    Parcel(Parcel),
    /// Datagrams of this source belong to that worker.
    Route(SocketAddr, WorkerIndex),
    /// A client opened a TCP connection for its media.
    TcpOpened {
        /// Its address.
        remote: SocketAddr,
        /// Where frames for it go.
        sink: mpsc::Sender<Vec<u8>>,
    },
    /// That connection is closed.
    TcpClosed(SocketAddr),
    /// Finish what is queued and stop.
    Stop,
}

/// The slot of a worker's box.
#[derive(Clone, Debug)]
pub(crate) struct Mailbox {
    letters: mpsc::Sender<Letter>,
    signals: Arc<Semaphore>,
    bell: Wake,
}

impl Mailbox {
    /// A box, and the end that its worker empties.
    pub(crate) fn new() -> std::io::Result<(Mailbox, mpsc::Receiver<Letter>, Wake)> {
        let (letters, inbox) = mpsc::channel(LETTERS_WAITING_MAX);
        let bell = Wake::new()?;
        let signals = Arc::new(Semaphore::new(SIGNAL_BYTES_WAITING_MAX));
        let mailbox = Mailbox { letters, signals, bell: bell.clone() };
        Ok((mailbox, inbox, bell))
    }

    /// Delivers a letter, waiting for room; false when the worker is gone.
    pub(crate) async fn send(&self, letter: Letter) -> bool {
        let sent = self.letters.send(letter).await.is_ok();
        self.bell.wake();
        sent
    }

    /// Delivers what a client said, waiting for room; false when the worker is gone.
    pub(crate) async fn send_signal(&self, connection: ConnectionId, frame: SignalFrame) -> bool {
        let bytes = match &frame {
            SignalFrame::Binary(bytes) => bytes.len(),
            SignalFrame::Text(text) => text.len(),
        };
        let share = u32::try_from(bytes.min(SIGNAL_BYTES_WAITING_MAX)).unwrap_or(u32::MAX);
        let Ok(permit) = self.signals.clone().acquire_many_owned(share).await else {
            return false;
        };
        self.send(Letter::Signal(connection, frame, permit)).await
    }

    /// Delivers a letter if there is room; gives it back otherwise. The bell must be rung afterwards.
    #[expect(clippy::result_large_err, reason = "a letter that is given back was moved here, and failure is rare")]
    pub(crate) fn try_send(&self, letter: Letter) -> Result<(), Letter> {
        self.letters.try_send(letter).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(letter) | mpsc::error::TrySendError::Closed(letter) => letter,
        })
    }

    /// Wakes the worker.
    pub(crate) fn ring(&self) {
        self.bell.wake();
    }
}
