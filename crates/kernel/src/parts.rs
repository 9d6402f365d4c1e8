//! Files that arrive in parts: each lies in a folder under its id until it is whole, and its length says how far it has
//! come, whatever happened to the program in between.
//!
//! Whoever appends holds the file; a writer that has begun ends what it was given even when nobody waits for it any more,
//! so that no late byte of one meets the first of the next. Who may append is the caller's business.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::blobs::refuse_io;
use crate::error::{Error, Result};

/// Pieces that wait for the disk before their sender must.
const PIECES_WAITING: usize = 8;

/// The folder.
#[derive(Clone, Debug)]
pub struct Parts(Arc<Path>);

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The file is that long now, on the disk.
    Upto(u64),
    /// Somebody else is appending.
    Busy,
    /// The file is that long, which is not where the sender believes it is.
    Elsewhere(u64),
    /// There was more than was announced. None of it was kept.
    Over,
    /// It is not what its sum says. None of it was kept.
    Spoilt,
    /// There is no such file.
    Gone,
}

/// An append under way.
#[derive(Debug)]
pub struct Appending {
    pieces: mpsc::Sender<Bytes>,
    done: tokio::task::JoinHandle<std::io::Result<Appended>>,
}

impl Parts {
    /// The parts in that folder, which is created when it is missing.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| Error::internal(format!("opening {}", folder.display()), e))?;
        Ok(Self(folder.into()))
    }

    /// Where it lies.
    pub fn place_of(&self, id: Uuid) -> PathBuf {
        self.0.join(id.simple().to_string())
    }

    /// Begins an empty file.
    pub async fn begin(&self, id: Uuid) -> Result<()> {
        let (place, folder) = (self.place_of(id), Arc::clone(&self.0));
        on_disk("beginning a file", move || {
            File::create_new(place)?;
            File::open(folder)?.sync_all()
        })
        .await
    }

    /// How far it has come, if it is there.
    pub async fn length(&self, id: Uuid) -> Result<Option<u64>> {
        let place = self.place_of(id);
        on_disk("measuring a file", move || match std::fs::metadata(place) {
            Ok(found) => Ok(Some(found.len())),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        })
        .await
    }

    /// Begins to append at `offset`, up to a whole of `length` bytes. A sum is compared before any byte is kept.
    pub async fn append(&self, id: Uuid, offset: u64, length: u64, sum: Option<Vec<u8>>) -> Result<Result<Appending, Appended>> {
        let place = self.place_of(id);
        let opened = on_disk("opening a file", move || open_at(&place, offset)).await?;
        let file = match opened {
            Ok(file) => file,
            Err(refused) => return Ok(Err(refused)),
        };
        let (pieces, waiting) = mpsc::channel(PIECES_WAITING);
        let done = tokio::spawn(write(file, waiting, offset, length, sum));
        Ok(Ok(Appending { pieces, done }))
    }

    /// Forgets a file; forgetting twice is forgetting once.
    pub async fn forget(&self, id: Uuid) -> Result<()> {
        let place = self.place_of(id);
        on_disk("forgetting a file", move || match std::fs::remove_file(place) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        })
        .await
    }

    /// Every file there is.
    pub async fn all(&self) -> Result<Vec<Uuid>> {
        let folder = Arc::clone(&self.0);
        on_disk("listing files", move || {
            let names = std::fs::read_dir(folder)?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
            Ok(names.filter_map(|name| Uuid::try_parse(&name).ok()).collect())
        })
        .await
    }
}

impl Appending {
    /// Gives one more piece; says whether more are wanted.
    pub async fn give(&self, piece: Bytes) -> bool {
        self.pieces.send(piece).await.is_ok()
    }

    /// Waits until everything given is on the disk.
    pub async fn finish(self) -> Result<Appended> {
        let Appending { pieces, done } = self;
        drop(pieces);
        let written = done.await.map_err(|e| Error::internal("writing a file", e))?;
        written.map_err(|e| refuse_io("writing a file", e))
    }
}

/// The file at that offset, held against everybody else, this program's own writers included.
fn open_at(place: &Path, offset: u64) -> std::io::Result<Result<File, Appended>> {
    let mut file = match OpenOptions::new().read(true).write(true).open(place) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Err(Appended::Gone)),
        Err(e) => return Err(e),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Err(Appended::Busy)),
        Err(TryLockError::Error(e)) => return Err(e),
    }
    let length = file.seek(SeekFrom::End(0))?;
    Ok(if length == offset { Ok(file) } else { Err(Appended::Elsewhere(length)) })
}

async fn write(
    file: File,
    mut waiting: mpsc::Receiver<Bytes>,
    offset: u64,
    length: u64,
    sum: Option<Vec<u8>>,
) -> std::io::Result<Appended> {
    let mut file = tokio::fs::File::from_std(file);
    let (mut at, mut hasher) = (offset, sum.as_ref().map(|_| Sha256::new()));
    while let Some(piece) = waiting.recv().await {
        at = at.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if at > length {
            file.flush().await?;
            file.set_len(offset).await?;
            return Ok(Appended::Over);
        }
        if let Some(hasher) = &mut hasher {
            hasher.update(&piece);
        }
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    if let (Some(hasher), Some(sum)) = (hasher, sum)
        && hasher.finalize().as_slice() != sum
    {
        file.set_len(offset).await?;
        return Ok(Appended::Spoilt);
    }
    file.sync_data().await?;
    Ok(Appended::Upto(at))
}

async fn on_disk<R: Send + 'static>(context: &'static str, work: impl FnOnce() -> std::io::Result<R> + Send + 'static) -> Result<R> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal(context, e))?;
    done.map_err(|e| refuse_io(context, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("parts_{}_{name}", std::process::id()))
    }

    async fn append(parts: &Parts, id: Uuid, offset: u64, pieces: &[&'static str]) -> Appended {
        match parts.append(id, offset, 10, None).await.expect("the disk answers") {
            Err(refused) => refused,
            Ok(appending) => {
                for piece in pieces {
                    appending.give(Bytes::from_static(piece.as_bytes())).await;
                }
                appending.finish().await.expect("the disk answers")
            }
        }
    }

    #[tokio::test]
    async fn a_file_grows_at_its_end_only() {
        let folder = folder("grows");
        let parts = Parts::in_folder(&folder).expect("a folder");
        let id = Uuid::from_u128(1);
        assert_eq!(append(&parts, id, 0, &["x"]).await, Appended::Gone);
        parts.begin(id).await.expect("begun");
        assert!(parts.begin(id).await.is_err(), "once");
        assert_eq!(append(&parts, id, 0, &["he", "llo"]).await, Appended::Upto(5));
        assert_eq!(append(&parts, id, 4, &["x"]).await, Appended::Elsewhere(5));
        assert_eq!(append(&parts, id, 5, &["wor", "ld!"]).await, Appended::Over);
        assert_eq!(parts.length(id).await.expect("measured"), Some(5), "nothing of too much is kept");
        assert_eq!(append(&parts, id, 5, &["world"]).await, Appended::Upto(10));
        assert_eq!(std::fs::read(parts.place_of(id)).expect("there"), b"helloworld");
        assert_eq!(parts.all().await.expect("listed"), [id]);
        parts.forget(id).await.expect("forgotten");
        parts.forget(id).await.expect("twice is once");
        assert_eq!(parts.length(id).await.expect("measured"), None);
        std::fs::remove_dir_all(folder).expect("it goes");
    }

    #[tokio::test]
    async fn a_writer_nobody_waits_for_ends_before_the_next_begins() {
        let folder = folder("waits");
        let parts = Parts::in_folder(&folder).expect("a folder");
        let id = Uuid::from_u128(2);
        parts.begin(id).await.expect("begun");
        let first = parts.append(id, 0, 10, None).await.expect("the disk answers").expect("it is free");
        first.give(Bytes::from_static(b"hello")).await;
        assert_eq!(append(&parts, id, 0, &["x"]).await, Appended::Busy);
        drop(first);
        let second = loop {
            match append(&parts, id, 5, &["world"]).await {
                Appended::Busy | Appended::Elsewhere(_) => tokio::task::yield_now().await,
                other => break other,
            }
        };
        assert_eq!(second, Appended::Upto(10));
        assert_eq!(std::fs::read(parts.place_of(id)).expect("there"), b"helloworld");
        std::fs::remove_dir_all(folder).expect("it goes");
    }
}
