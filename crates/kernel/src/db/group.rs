//! Many small writes in one transaction: each writer waits for its own, all of them share a commit.

use std::future::ready;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::{Db, Tx};
use crate::error::{Error, Result};

/// Rows that may wait for their turn; beyond that their writers wait to be let in.
const QUEUE_ROWS_MAX: usize = 1_024;
/// Rows that share one transaction.
const GROUP_ROWS_MAX: usize = 128;

/// Writes a whole group of rows within the transaction, with as few statements as it can, and says what became of each,
/// in their order.
pub trait WriteGroup<T, R>: for<'a> Fn(&'a mut Tx, &'a [T]) -> BoxFuture<'a, Result<Vec<R>>> + Send + Sync + 'static {}

impl<T, R, W> WriteGroup<T, R> for W where W: for<'a> Fn(&'a mut Tx, &'a [T]) -> BoxFuture<'a, Result<Vec<R>>> + Send + Sync + 'static {}

/// The way in for rows of one kind; copies share the queue.
#[derive(Debug)]
pub struct GroupWriter<T, R = ()>(mpsc::Sender<Waiting<T, R>>);

impl<T, R> Clone for GroupWriter<T, R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Debug)]
struct Waiting<T, R> {
    row: T,
    done: oneshot::Sender<Result<R>>,
}

impl<T: Send + Sync + 'static, R: Send + Sync + 'static> GroupWriter<T, R> {
    /// Starts the task that writes; it ends when the last way in is dropped.
    pub fn start<W>(db: Db, write: W) -> Self
    where
        W: for<'a> Fn(&'a mut Tx, &'a [T]) -> BoxFuture<'a, Result<Vec<R>>> + Send + Sync + 'static,
    {
        Self::start_telling(db, write, |_| ready(()).boxed())
    }

    /// The same, and has `tell` know what became of the rows as soon as they are committed: group after group, in the
    /// order of their writing, whether or not their writers still wait.
    pub fn start_telling<W, C>(db: Db, write: W, tell: C) -> Self
    where
        W: for<'a> Fn(&'a mut Tx, &'a [T]) -> BoxFuture<'a, Result<Vec<R>>> + Send + Sync + 'static,
        C: Fn(&[R]) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    {
        let (queue, waiting) = mpsc::channel(QUEUE_ROWS_MAX);
        tokio::spawn(write_groups(db, write, tell, waiting));
        Self(queue)
    }

    /// Returns what became of the row, once it is committed.
    pub async fn write(&self, row: T) -> Result<R> {
        let (done, committed) = oneshot::channel();
        let gone = || Error::internal("writing with others", "the writer has stopped");
        let queued = self.0.send(Waiting { row, done }).await;
        queued.map_err(|_| gone())?;
        committed.await.map_err(|_| gone())?
    }
}

async fn write_groups<T, R, W, C>(db: Db, write: W, tell: C, mut waiting: mpsc::Receiver<Waiting<T, R>>)
where
    T: Send + Sync,
    R: Send + Sync,
    W: WriteGroup<T, R>,
    C: Fn(&[R]) -> BoxFuture<'static, ()> + Send + Sync,
{
    let mut group = Vec::with_capacity(GROUP_ROWS_MAX);
    while waiting.recv_many(&mut group, GROUP_ROWS_MAX).await > 0 {
        let (rows, done): (Vec<T>, Vec<_>) = group.drain(..).map(|w| (w.row, w.done)).unzip();
        if let Ok(results) = write_together(&db, &write, &rows).await {
            tell(&results).await;
            for (done, result) in done.into_iter().zip(results) {
                // Whoever stopped waiting does not need to know.
                let _ = done.send(Ok(result));
            }
            continue;
        }
        // One bad row must not take the others with it.
        for (row, done) in rows.iter().zip(done) {
            let alone = write_together(&db, &write, std::slice::from_ref(row)).await;
            if let Ok(results) = &alone {
                tell(results).await;
            }
            let gone = || Error::internal("writing with others", "nothing became of a row");
            let _ = done.send(alone.and_then(|mut results| results.pop().ok_or_else(gone)));
        }
    }
}

async fn write_together<T, R, W: WriteGroup<T, R>>(db: &Db, write: &W, rows: &[T]) -> Result<Vec<R>> {
    let mut tx = db.begin().await?;
    let results = write(&mut tx, rows).await?;
    assert_eq!(results.len(), rows.len(), "something becomes of every row");
    tx.commit().await?;
    Ok(results)
}
