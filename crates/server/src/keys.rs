//! The API keys of this deployment: given, or drawn at the first start and kept where only their owner reads them.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use kernel::chance::Chance;
use media::token::ApiKeys;

use crate::failure::Failure;

/// The file in the data directory.
const FILE: &str = "livekit-keys";
/// Readable and writable by its owner alone.
const OWNER_ONLY: u32 = 0o600;
/// Characters of a drawn key's name after its prefix.
const NAME_CHARS: usize = 10;

/// The keys in force: those given, or those of the data directory, which are drawn if there are none yet.
pub(crate) fn load(given: Option<&str>, data: &Path, chance: &Chance) -> Result<ApiKeys, Failure> {
    if let Some(text) = given {
        return Ok(ApiKeys::parse(text)?);
    }
    let path = data.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => draw(&path, chance)?,
        Err(error) => return Err(Failure::new(format!("cannot read {}: {error}", path.display()))),
    };
    ApiKeys::parse(&text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

fn draw(path: &Path, chance: &Chance) -> Result<String, Failure> {
    let name: String = chance.token().secret().chars().filter(char::is_ascii_alphanumeric).take(NAME_CHARS).collect();
    let text = format!("HT{name}: {}\n", chance.token().secret());
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ONLY)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    match written {
        Ok(()) => Ok(text),
        Err(error) => Err(Failure::new(format!("cannot write {}: {error}", path.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn keys_are_drawn_once_and_for_their_owner_only() {
        let data = std::env::temp_dir().join(format!("hutong-keys-{}", std::process::id()));
        fs::create_dir_all(&data).expect("made");
        let first = load(None, &data, &Chance::seeded(1)).expect("drawn");
        let second = load(None, &data, &Chance::seeded(2)).expect("read");
        assert_eq!(first.first(), second.first());
        let mode = fs::metadata(data.join(FILE)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, OWNER_ONLY);
        fs::remove_dir_all(&data).expect("removed");
    }

    #[test]
    fn given_keys_are_taken_and_nonsense_is_refused() {
        let nowhere = Path::new("/nonexistent");
        let keys = load(Some("devkey: secret"), nowhere, &Chance::seeded(1)).expect("sound");
        assert_eq!(keys.first(), Some(("devkey", "secret")));
        assert!(load(Some("devkey"), nowhere, &Chance::seeded(1)).is_err());
    }
}
