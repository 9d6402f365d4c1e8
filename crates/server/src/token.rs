//! Tokens for LiveKit clients, minted on the command line with this deployment's own keys.

use kernel::chance::Chance;
use kernel::clock::Clock;
use media::token::{Claims, VideoGrant, mint};

use crate::failure::Failure;
use crate::keys;
use crate::settings::Settings;

const MS_PER_S: i64 = 1_000;
const S_PER_HOUR: i64 = 3_600;

/// What the token should say.
pub(crate) struct Wanted {
    pub(crate) room: String,
    pub(crate) identity: String,
    pub(crate) name: String,
    pub(crate) hours: u32,
    pub(crate) admin: bool,
}

/// A token good from now on.
pub(crate) fn create(settings: &Settings, wanted: Wanted) -> Result<String, Failure> {
    let keys = keys::load(settings.livekit_keys.as_deref(), &settings.data, &Chance::from_os())?;
    let Some((key, secret)) = keys.first() else {
        return Err(Failure::new("there are no API keys"));
    };
    let now_s = Clock::System.now().as_ms() / MS_PER_S;
    let claims = Claims {
        identity: wanted.identity,
        name: wanted.name,
        video: VideoGrant {
            room: wanted.room,
            room_join: true,
            room_admin: wanted.admin,
            can_update_own_metadata: Some(true),
            ..VideoGrant::default()
        },
        issued_at_s: Some(now_s),
        expires_at_s: now_s + i64::from(wanted.hours) * S_PER_HOUR,
        ..Claims::default()
    };
    Ok(mint(key, secret, &claims))
}
