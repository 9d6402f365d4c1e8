//! Waking a worker from another thread: an event descriptor that the worker polls beside its sockets.
//!
//! It carries no data; what there is to do lies in the worker's mailbox.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use nix::sys::eventfd::{EfdFlags, EventFd};

/// One end wakes, the other is polled; clones are the same event.
#[derive(Clone, Debug)]
pub(crate) struct Wake(Arc<EventFd>);

impl Wake {
    pub(crate) fn new() -> io::Result<Wake> {
        let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
        Ok(Wake(Arc::new(EventFd::from_value_and_flags(0, flags)?)))
    }

    /// Makes the polled end readable.
    pub(crate) fn wake(&self) {
        // The only possible failure is a counter that is full, in which case the worker is being woken already.
        let _ = self.0.write(1);
    }

    /// Makes the polled end unreadable again; called before the mailbox is emptied, so that no letter is missed.
    pub(crate) fn clear(&self) {
        // An event that was not set reads as "would block", which is what is wanted.
        let _ = self.0.read();
    }
}

impl AsFd for Wake {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
