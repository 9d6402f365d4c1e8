//! Bytes too large for a row: kept by the hash of what they are, on the local disk.
//!
//! A blob never changes and writing it twice is writing it once, so a retry does no harm. Who may
//! read one is decided by whoever holds its key.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// The store.
#[derive(Clone, Debug)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    /// The store in that folder, which is created when it is missing.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let failed = |e| Error::internal(format!("opening {}", folder.display()), e);
        std::fs::create_dir_all(folder).map_err(|e| failed(Box::<dyn std::error::Error + Send + Sync>::from(e)))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|e| failed(e.into()))?;
        Ok(Self(Arc::new(store)))
    }

    /// Keeps the bytes and gives the name to ask for them by.
    pub async fn put(&self, bytes: Bytes) -> Result<String> {
        let name = name_of(&bytes);
        let kept = self.0.put(&key_of(&name)?, bytes.into()).await;
        kept.map_err(|e| refuse("keeping a blob", e))?;
        Ok(name)
    }

    /// The bytes of that name, if we have them.
    pub async fn read(&self, name: &str) -> Result<Option<Bytes>> {
        let found = match self.0.get(&key_of(name)?).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(refuse("reading a blob", e)),
        };
        let bytes = found.bytes().await;
        bytes.map(Some).map_err(|e| refuse("reading a blob", e))
    }

    /// Forgets the bytes of that name; forgetting twice is forgetting once.
    pub async fn forget(&self, name: &str) -> Result<()> {
        match self.0.delete(&key_of(name)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(refuse("forgetting a blob", e)),
        }
    }
}

fn name_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The folder is split by the first two digits, so that no folder grows too large to list.
fn key_of(name: &str) -> Result<Key> {
    let well_formed = name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
    let Some((shelf, _)) = name.split_at_checked(2).filter(|_| well_formed) else {
        return Err(Error::not_found());
    };
    Ok(Key::from_iter([shelf, name]))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_a_hash_finds_nothing() {
        for name in ["", "é", "../../etc/passwd", &"g".repeat(64)] {
            assert!(key_of(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_full_disk_is_said_clearly() {
        let full = object_store::Error::Generic { store: "disk", source: Box::new(std::io::Error::from(std::io::ErrorKind::StorageFull)) };
        let error = refuse("keeping a blob", full);
        assert_eq!(error.refusal().map(|r| r.code()), Some("storage.full"));
    }
}
