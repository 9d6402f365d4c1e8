//! Many small writes in one transaction: each writer waits for its own, all of them share a commit.

use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::{Db, Tx};
use crate::error::{Error, Result};

/// Rows that may wait for their turn; beyond that their writers wait to be let in.
const QUEUE_ROWS_MAX: usize = 1_024;
/// Rows that share one transaction.
const GROUP_ROWS_MAX: usize = 128;

/// Writes a whole group of rows within the transaction, with as few statements as it can.
pub type WriteGroup<T> = for<'a> fn(&'a mut Tx, &'a [T]) -> BoxFuture<'a, Result<()>>;

/// The way in for rows of one kind; copies share the queue.
#[derive(Debug)]
pub struct GroupWriter<T>(mpsc::Sender<Waiting<T>>);

impl<T> Clone for GroupWriter<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Debug)]
struct Waiting<T> {
    row: T,
    done: oneshot::Sender<Result<()>>,
}

impl<T: Send + Sync + 'static> GroupWriter<T> {
    /// Starts the task that writes; it ends when the last way in is dropped.
    pub fn start(db: Db, write: WriteGroup<T>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_ROWS_MAX);
        tokio::spawn(write_groups(db, write, waiting));
        Self(queue)
    }

    /// Returns once the row is committed.
    pub async fn write(&self, row: T) -> Result<()> {
        let (done, committed) = oneshot::channel();
        let gone = || Error::internal("writing with others", "the writer has stopped");
        let queued = self.0.send(Waiting { row, done }).await;
        queued.map_err(|_| gone())?;
        committed.await.map_err(|_| gone())?
    }
}

async fn write_groups<T: Send + Sync>(db: Db, write: WriteGroup<T>, mut waiting: mpsc::Receiver<Waiting<T>>) {
    let mut group = Vec::with_capacity(GROUP_ROWS_MAX);
    while waiting.recv_many(&mut group, GROUP_ROWS_MAX).await > 0 {
        let (rows, done): (Vec<T>, Vec<_>) = group.drain(..).map(|w| (w.row, w.done)).unzip();
        if write_together(&db, write, &rows).await.is_ok() {
            for done in done {
                // Whoever stopped waiting does not need to know.
                let _ = done.send(Ok(()));
            }
            continue;
        }
        // One bad row must not take the others with it.
        for (row, done) in rows.iter().zip(done) {
            let alone = write_together(&db, write, std::slice::from_ref(row)).await;
            let _ = done.send(alone);
        }
    }
}

async fn write_together<T>(db: &Db, write: WriteGroup<T>, rows: &[T]) -> Result<()> {
    let mut tx = db.begin().await?;
    write(&mut tx, rows).await?;
    tx.commit().await
}
