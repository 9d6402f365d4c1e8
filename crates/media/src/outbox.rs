//! What waits to be written to one signalling socket: bounded by count and by bytes, so that a client that reads slowly
//! costs a bounded amount of memory and is cut off beyond it. It never waits; it holds frames and reads none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signalling::Outgoing;
use tokio::sync::mpsc;

/// Frames that wait to be written to one client; a client that lags further is cut off and comes back.
const FRAMES_WAITING_MAX: usize = 2_048;
/// Bytes of those frames. The description of a full room with everybody's metadata fits.
const BYTES_WAITING_MAX: usize = 8 * 1024 * 1024;

/// The end a worker puts frames into.
#[derive(Debug)]
pub(crate) struct Outbox {
    frames: mpsc::Sender<Outgoing>,
    waiting: Arc<AtomicUsize>,
}

/// The end a socket takes frames from.
#[derive(Debug)]
pub(crate) struct Outgoings {
    frames: mpsc::Receiver<Outgoing>,
    waiting: Arc<AtomicUsize>,
}

/// The client does not keep up, or is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lagging;

/// Both ends.
pub(crate) fn pair() -> (Outbox, Outgoings) {
    let (sender, receiver) = mpsc::channel(FRAMES_WAITING_MAX);
    let waiting = Arc::new(AtomicUsize::new(0));
    (Outbox { frames: sender, waiting: waiting.clone() }, Outgoings { frames: receiver, waiting })
}

impl Outbox {
    /// Queues a frame. A single frame is taken however long it is, when nothing else waits.
    pub(crate) fn put(&self, frame: Outgoing) -> Result<(), Lagging> {
        let bytes = bytes_of(&frame);
        let before = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        if before > 0 && before + bytes > BYTES_WAITING_MAX {
            return Err(Lagging);
        }
        self.frames.try_send(frame).map_err(|_| Lagging)
    }
}

impl Outgoings {
    /// The next frame; nothing once the worker has let go of the client.
    pub(crate) async fn take(&mut self) -> Option<Outgoing> {
        self.frames.recv().await
    }

    /// A frame has been written.
    pub(crate) fn written(&self, bytes: usize) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What a frame counts.
pub(crate) fn bytes_of(frame: &Outgoing) -> usize {
    match frame {
        Outgoing::Binary(bytes) => bytes.len(),
        Outgoing::Text(text) => text.len(),
        Outgoing::Close => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_read_is_cut_off_before_it_costs_much() {
        let (outbox, _unread) = pair();
        let frame = || Outgoing::Binary(vec![0; 1024 * 1024]);
        let taken = (0..100).take_while(|_| outbox.put(frame()).is_ok()).count();
        assert_eq!(taken, BYTES_WAITING_MAX / (1024 * 1024));
    }

    #[test]
    fn many_small_frames_are_bounded_too() {
        let (outbox, _unread) = pair();
        let taken = (0..10_000).take_while(|_| outbox.put(Outgoing::Binary(vec![0; 4])).is_ok()).count();
        assert_eq!(taken, FRAMES_WAITING_MAX);
    }

    #[tokio::test]
    async fn who_reads_may_go_on_for_ever() {
        let (outbox, mut outgoings) = pair();
        for _ in 0..100 {
            assert_eq!(outbox.put(Outgoing::Text("x".repeat(1024 * 1024))), Ok(()));
            let frame = outgoings.take().await.expect("a frame");
            outgoings.written(bytes_of(&frame));
        }
    }

    #[test]
    fn one_frame_is_taken_however_long_it_is() {
        let (outbox, _unread) = pair();
        assert_eq!(outbox.put(Outgoing::Binary(vec![0; 2 * BYTES_WAITING_MAX])), Ok(()));
        assert_eq!(outbox.put(Outgoing::Binary(vec![0; 1])), Err(Lagging));
    }
}
