//! What to do, from the command line, with every bound.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Parser, ValueEnum};
use signalling::token::{self, Claims, VideoGrant};

/// Simulated participants at a time.
const PARTICIPANTS_MAX: u32 = 1_000;
/// The longest run, in seconds.
const DURATION_MAX_S: u64 = 3_600;
/// How long minted tokens live beyond the run, in seconds.
const TOKEN_SPARE_S: u64 = 3_600;

/// Simulated participants against a running server.
#[derive(Clone, Debug, Parser)]
#[command(name = "load", about)]
pub(crate) struct Options {
    /// Messages in place of media, with options of its own: see `--chat --help`.
    #[arg(long)]
    pub(crate) chat: bool,
    /// Where the server listens for signalling, such as ws://127.0.0.1:7880.
    #[arg(long)]
    pub(crate) url: String,
    /// The API key to mint tokens with.
    #[arg(long)]
    pub(crate) api_key: Option<String>,
    /// Its secret.
    #[arg(long)]
    pub(crate) api_secret: Option<String>,
    /// A token instead, for one participant.
    #[arg(long, conflicts_with_all = ["api_key", "api_secret"])]
    pub(crate) token: Option<String>,
    /// The room.
    #[arg(long, default_value = "load")]
    pub(crate) room: String,
    /// How many join, each room by itself.
    #[arg(long, default_value_t = 2)]
    pub(crate) participants: u32,
    /// How many of them publish; all, if not said.
    #[arg(long)]
    pub(crate) publishers: Option<u32>,
    /// The rooms they spread over; they are numbered when there are several.
    #[arg(long, default_value_t = 1)]
    pub(crate) rooms: u32,
    /// What cameras send.
    #[arg(long, value_enum, default_value_t = Video::Low)]
    pub(crate) video: Video,
    /// Whether microphones are on.
    #[arg(long, value_enum, default_value_t = Switch::On, num_args = 0..=1, default_missing_value = "on")]
    pub(crate) audio: Switch,
    /// Seconds after the last one joined.
    #[arg(long, default_value_t = 20)]
    pub(crate) duration: u64,
    /// Milliseconds between two joins.
    #[arg(long, default_value_t = 50)]
    pub(crate) ramp_ms: u64,
    /// Another address that media may be sent to, when the server announces one that is not in the URL.
    #[arg(long)]
    pub(crate) media_address: Vec<IpAddr>,
    /// The server's process, to measure its CPU time.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
}

/// What cameras send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Video {
    /// One small picture.
    Low,
    /// Three layers up to 720 lines.
    High,
    /// Nothing.
    Off,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Options {
    /// Refuses what makes no sense or is too much.
    pub(crate) fn checked(self) -> Result<Options, String> {
        if self.participants == 0 || self.participants > PARTICIPANTS_MAX {
            return Err(format!("between 1 and {PARTICIPANTS_MAX} participants"));
        }
        if self.duration == 0 || Duration::from_secs(self.duration) + self.ramp() > Duration::from_secs(DURATION_MAX_S) {
            return Err(format!("between 1 and {DURATION_MAX_S} seconds, joining included"));
        }
        if self.rooms == 0 || self.rooms > self.participants {
            return Err("between one room and one for each participant".to_owned());
        }
        if self.token.is_some() && self.participants > 1 {
            return Err("a token is one participant; give --api-key and --api-secret for several".to_owned());
        }
        if self.token.is_none() && (self.api_key.is_none() || self.api_secret.is_none()) {
            return Err("give --token, or --api-key and --api-secret".to_owned());
        }
        Ok(self)
    }

    /// From the first join to the last.
    pub(crate) fn ramp(&self) -> Duration {
        Duration::from_millis(self.ramp_ms.saturating_mul(u64::from(self.participants)))
    }

    /// Whether this participant publishes.
    pub(crate) fn publishes(&self, index: u32) -> bool {
        index < self.publishers.unwrap_or(self.participants)
    }

    /// The token of one participant.
    pub(crate) fn token_of(&self, index: u32) -> Result<String, String> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let (Some(key), Some(secret)) = (&self.api_key, &self.api_secret) else {
            return Err("no API key".to_owned());
        };
        let room = if self.rooms > 1 { format!("{}-{}", self.room, index % self.rooms) } else { self.room.clone() };
        let identity = format!("load-{index:04}");
        let expires = wall_s().saturating_add(DURATION_MAX_S + TOKEN_SPARE_S);
        let claims = Claims {
            name: identity.clone(),
            identity,
            video: VideoGrant { room_join: true, room, ..VideoGrant::default() },
            expires_at_s: i64::try_from(expires).unwrap_or(i64::MAX),
            ..Claims::default()
        };
        Ok(token::mint(key, secret, &claims))
    }
}

#[expect(clippy::disallowed_methods, reason = "tokens expire by the calendar, and this is a shell")]
pub(crate) fn wall_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str]) -> Result<Options, String> {
        let all = ["load", "--url", "ws://127.0.0.1:7880"].iter().chain(arguments);
        Options::try_parse_from(all).map_err(|error| error.to_string())?.checked()
    }

    #[test]
    fn bounds_are_kept() {
        let keys = ["--api-key", "devkey", "--api-secret", "secret"];
        let with = |more: &[&'static str]| options(&[keys.as_slice(), more].concat());
        assert!(with(&["--participants", "30", "--video", "high", "--audio"]).is_ok());
        assert!(with(&["--participants", "1001"]).is_err());
        assert!(with(&["--duration", "3601"]).is_err());
        assert!(with(&["--rooms", "3"]).is_err());
        assert!(options(&[]).is_err(), "no token and no key");
        assert!(options(&["--token", "t", "--participants", "1"]).is_ok());
        assert!(options(&["--token", "t", "--participants", "2"]).is_err());
    }
}
