//! Bytes too large for a row: kept by the hash of what they are, on the local disk.
//!
//! A blob never changes and writing it twice is writing it once, so a retry does no harm. Who may
//! read one is decided by whoever holds its key.

use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Bytes of a file that are hashed at a time.
const HASHED_BYTES: usize = 1 << 20;

/// The store. Whoever needs to forget blobs keeps them on a shelf of their own, because nobody knows who else has the
/// same bytes.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    folder: Arc<Path>,
    shelf: Option<&'static str>,
}

impl Blobs {
    /// The store in that folder, which is created when it is missing.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let failed = |e| Error::internal(format!("opening {}", folder.display()), e);
        std::fs::create_dir_all(folder).map_err(|e| failed(Box::<dyn std::error::Error + Send + Sync>::from(e)))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|e| failed(e.into()))?;
        Ok(Self { store: Arc::new(store), folder: folder.into(), shelf: None })
    }

    /// A part of the store with names of its own.
    #[must_use]
    pub fn shelf(&self, name: &'static str) -> Self {
        Self { shelf: Some(name), ..self.clone() }
    }

    /// Keeps the bytes and gives the name to ask for them by.
    pub async fn put(&self, bytes: Bytes) -> Result<String> {
        let name = name_of(&bytes);
        let kept = self.store.put(&self.key_of(&name)?, bytes.into()).await;
        kept.map_err(|e| refuse("keeping a blob", e))?;
        Ok(name)
    }

    /// Keeps bytes under the name of others that they were made from.
    pub async fn put_as(&self, name: &str, bytes: Bytes) -> Result<()> {
        let kept = self.store.put(&self.key_of(name)?, bytes.into()).await;
        kept.map(drop).map_err(|e| refuse("keeping a blob", e))
    }

    /// Keeps the bytes of a file, whose name [`hash_file`] has told. The file stays where it is. It should lie on the same
    /// disk, where no byte is copied.
    pub async fn put_file(&self, name: &str, file: PathBuf) -> Result<()> {
        self.key_of(name)?;
        let kept = self.place_of(name);
        let linked = tokio::task::spawn_blocking(move || link(&file, &kept)).await;
        linked.map_err(|e| Error::internal("keeping a file", e))?.map_err(|e| refuse_io("keeping a file", e))
    }

    /// How many bytes that name has, if we have them.
    pub async fn size(&self, name: &str) -> Result<Option<u64>> {
        match self.store.head(&self.key_of(name)?).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(refuse("measuring a blob", e)),
        }
    }

    /// A part of the bytes of that name, little by little, if we have them.
    pub async fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<BoxStream<'static, Result<Bytes>>>> {
        if range.is_empty() {
            return Ok(self.size(name).await?.map(|_| futures::stream::empty().boxed()));
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        match self.store.get_opts(&self.key_of(name)?, options).await {
            Ok(found) => Ok(Some(found.into_stream().map(|part| part.map_err(|e| refuse("reading a blob", e))).boxed())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(refuse("reading a blob", e)),
        }
    }

    /// Where the bytes of that name lie on this machine, for programs that read files.
    pub fn place_of(&self, name: &str) -> PathBuf {
        let shelf = self.shelf.map_or_else(|| self.folder.to_path_buf(), |shelf| self.folder.join(shelf));
        shelf.join(name.get(..2).unwrap_or_default()).join(name)
    }

    /// The bytes of that name, if we have them.
    pub async fn read(&self, name: &str) -> Result<Option<Bytes>> {
        let found = match self.store.get(&self.key_of(name)?).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(refuse("reading a blob", e)),
        };
        let bytes = found.bytes().await;
        bytes.map(Some).map_err(|e| refuse("reading a blob", e))
    }

    /// Forgets the bytes of that name; forgetting twice is forgetting once.
    pub async fn forget(&self, name: &str) -> Result<()> {
        match self.store.delete(&self.key_of(name)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(refuse("forgetting a blob", e)),
        }
    }
}

/// The name that the bytes of a file have, and how many there are. It reads all of them.
pub async fn hash_file(file: PathBuf) -> Result<(String, u64)> {
    let hashed = tokio::task::spawn_blocking(move || hash_now(&file)).await;
    hashed.map_err(|e| Error::internal("hashing a file", e))?.map_err(|e| refuse_io("hashing a file", e))
}

fn hash_now(file: &Path) -> std::io::Result<(String, u64)> {
    let mut file = std::fs::File::open(file)?;
    let (mut hasher, mut length) = (Sha256::new(), 0);
    let mut part = vec![0; HASHED_BYTES];
    loop {
        let read = file.read(&mut part)?;
        let Some(bytes) = part.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hasher.update(bytes);
        length += u64::try_from(read).unwrap_or(0);
    }
    Ok((hex(&hasher.finalize()), length))
}

fn link(file: &Path, kept: &Path) -> std::io::Result<()> {
    let Some(folder) = kept.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    match std::fs::hard_link(file, kept) {
        Ok(()) => {}
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
        // Another disk, or one that knows no links: what is half copied never bears the name.
        Err(_) => {
            let part = kept.with_extension("part");
            std::fs::copy(file, &part)?;
            std::fs::File::open(&part)?.sync_all()?;
            std::fs::rename(&part, kept)?;
        }
    }
    std::fs::File::open(folder)?.sync_all()
}

/// The name that bytes have. It reads all of them.
pub fn name_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text can be the name of a blob.
pub fn is_name(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl Blobs {
    /// The folder is split by the first two digits, so that no folder grows too large to list.
    fn key_of(&self, name: &str) -> Result<Key> {
        let Some((first, _)) = name.split_at_checked(2).filter(|_| is_name(name)) else {
            return Err(Error::not_found());
        };
        Ok(Key::from_iter(self.shelf.into_iter().chain([first, name])))
    }
}

/// A full disk is told apart from every other failure, because somebody can do something about it.
fn refuse(context: &'static str, error: object_store::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        let io = inner.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull) {
            return Error::storage_full();
        }
        cause = inner.source();
    }
    Error::internal(context, error)
}

pub(crate) fn refuse_io(context: &'static str, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::storage_full(),
        _ => Error::internal(context, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_a_hash_finds_nothing() {
        for name in ["", "é", "../../etc/passwd", &"g".repeat(64)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn a_full_disk_is_said_clearly() {
        let full = object_store::Error::Generic { store: "disk", source: Box::new(std::io::Error::from(std::io::ErrorKind::StorageFull)) };
        let error = refuse("keeping a blob", full);
        assert_eq!(error.refusal().map(|r| r.code()), Some("storage.full"));
    }

    #[tokio::test]
    async fn a_file_is_kept_and_read_in_parts() {
        let folder = std::env::temp_dir().join(format!("blobs_{}", std::process::id()));
        let blobs = Blobs::in_folder(&folder.join("store")).expect("a folder");
        let shelf = blobs.shelf("films");
        let file = folder.join("film");
        std::fs::write(&file, b"0123456789").expect("a file");
        let (name, length) = hash_file(file.clone()).await.expect("hashed");
        assert_eq!((name.as_str(), length), (name_of(b"0123456789").as_str(), 10));
        for _ in 0..2 {
            shelf.put_file(&name, file.clone()).await.expect("kept, once however often");
        }
        std::fs::remove_file(&file).expect("the original goes");
        assert_eq!(shelf.size(&name).await.expect("measured"), Some(10));
        assert_eq!(blobs.size(&name).await.expect("measured"), None, "a shelf is by itself");
        for (range, expected) in [(0..10, "0123456789"), (3..5, "34"), (9..10, "9"), (4..4, "")] {
            let parts = shelf.read_range(&name, range).await.expect("read").expect("there");
            let parts: Vec<Bytes> = parts.map(|part| part.expect("read")).collect().await;
            assert_eq!(parts.concat(), expected.as_bytes());
        }
        assert!(shelf.read_range(&name_of(b"other"), 0..1).await.expect("asked").is_none());
        shelf.put_as(&name_of(b"other"), Bytes::from_static(b"made of it")).await.expect("kept");
        assert_eq!(shelf.read(&name_of(b"other")).await.expect("read").as_deref(), Some(&b"made of it"[..]));
        shelf.forget(&name).await.expect("forgotten");
        assert!(shelf.read(&name).await.expect("read").is_none());
        std::fs::remove_dir_all(folder).expect("it goes");
    }
}
