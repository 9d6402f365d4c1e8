//! What to do, from the command line, with every bound.

use std::time::Duration;

use clap::Parser;

/// People who write and listen.
const PEOPLE_MAX: usize = 1_000;
/// Conversations they spread over, which is how many one person may be in on a server that was told nothing else.
const CONVERSATIONS_MAX: usize = 1_000;
/// Messages of one long conversation.
const HISTORY_MAX: u64 = 2_000_000;
/// Sockets that are held open besides.
const IDLE_MAX: usize = 50_000;
/// Steps of the rate.
const RATES_MAX: usize = 10;
/// Messages a second.
const RATE_MAX: u64 = 10_000;
/// The longest step, in seconds.
const DURATION_MAX_S: u64 = 600;
/// What may be delivered in one step, since all of it is kept until the end.
const DELIVERIES_MAX: u64 = 5_000_000;

/// People who write to each other on a running server.
#[derive(Clone, Debug, Parser)]
#[command(name = "load --chat")]
pub(crate) struct Options {
    /// Messages in place of media.
    #[arg(long, required = true)]
    chat: bool,
    /// Where the server listens, such as http://127.0.0.1:8080.
    #[arg(long)]
    pub(super) url: String,
    /// An owner or administrator, who creates the people that are missing.
    #[arg(long)]
    pub(super) login: String,
    /// Their password, which the people of the load get as well.
    #[arg(long)]
    pub(super) password: String,
    /// How many people write and listen, each with one event socket. They sign in once, and a server lets 200
    /// sign-ins from one address pass, and one more every ten seconds.
    #[arg(long, default_value_t = 50)]
    pub(super) people: usize,
    /// The groups they write to; they are dissolved afterwards.
    #[arg(long, default_value_t = 100)]
    pub(super) conversations: usize,
    /// People in each.
    #[arg(long, default_value_t = 10)]
    pub(super) size: usize,
    /// Messages a second over all; several with commas between them are tried one after the other.
    #[arg(long, value_delimiter = ',', default_value = "50")]
    pub(super) rate: Vec<u64>,
    /// Seconds at each rate.
    #[arg(long, default_value_t = 20)]
    pub(super) duration: u64,
    /// One group of all people in place of many.
    #[arg(long)]
    group: bool,
    /// Event sockets that are opened and kept besides, spread over the people, who may have 20 each on a server that
    /// was told nothing else. They write nothing; what they hear is not counted.
    #[arg(long, default_value_t = 0)]
    pub(super) idle: usize,
    /// So many messages are written into one conversation, in place of the rates, and it is opened and searched then.
    #[arg(long, default_value_t = 0)]
    pub(super) history: u64,
    /// Seconds after which everybody who has heard something says how far they have read, over and over; 0 when nobody reads.
    #[arg(long, default_value_t = 0)]
    pub(super) read_every: u64,
    /// The server's process, to measure its CPU time and memory.
    #[arg(long)]
    pub(super) pid: Option<u32>,
}

impl Options {
    /// Refuses what makes no sense or is too much.
    pub(crate) fn checked(mut self) -> Result<Options, String> {
        if self.group {
            (self.conversations, self.size) = (1, self.people);
        }
        if self.people < 2 || self.people > PEOPLE_MAX {
            return Err(format!("between 2 and {PEOPLE_MAX} people"));
        }
        if self.size < 2 || self.size > self.people {
            return Err("between two people in a conversation and all of them".to_owned());
        }
        if self.conversations == 0 || self.conversations > CONVERSATIONS_MAX {
            return Err(format!("between 1 and {CONVERSATIONS_MAX} conversations"));
        }
        if self.read_every > DURATION_MAX_S {
            return Err(format!("somebody reads every {DURATION_MAX_S} seconds at least, or nobody does"));
        }
        if self.history > HISTORY_MAX {
            return Err(format!("at most {HISTORY_MAX} messages in one conversation"));
        }
        if self.history > 0 {
            self.conversations = 1;
        }
        if self.idle > IDLE_MAX {
            return Err(format!("at most {IDLE_MAX} idle sockets"));
        }
        if self.duration == 0 || self.duration > DURATION_MAX_S {
            return Err(format!("between 1 and {DURATION_MAX_S} seconds"));
        }
        if self.rate.is_empty() || self.rate.len() > RATES_MAX || self.rate.iter().any(|rate| *rate == 0 || *rate > RATE_MAX) {
            return Err(format!("between 1 and {RATES_MAX} rates of 1 to {RATE_MAX} messages a second"));
        }
        let size = u64::try_from(self.size).unwrap_or(u64::MAX);
        let most = self.rate.iter().max().copied().unwrap_or(0);
        if most.saturating_mul(self.duration).saturating_mul(size) > DELIVERIES_MAX {
            return Err(format!("rate × seconds × people in a conversation must stay below {DELIVERIES_MAX}"));
        }
        Ok(self)
    }

    /// How often people say how far they have read, if they do.
    pub(super) fn read_every(&self) -> Option<Duration> {
        (self.read_every > 0).then(|| Duration::from_secs(self.read_every))
    }

    /// How long messages are sent at each rate.
    pub(super) fn step(&self) -> Duration {
        Duration::from_secs(self.duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str]) -> Result<Options, String> {
        let all = ["load", "--chat", "--url", "http://127.0.0.1:8080", "--login", "o", "--password", "p"];
        Options::try_parse_from(all.iter().chain(arguments)).map_err(|error| error.to_string())?.checked()
    }

    #[test]
    fn bounds_are_kept() {
        assert!(options(&[]).is_ok());
        assert!(options(&["--rate", "50,100,200"]).is_ok_and(|options| options.rate == [50, 100, 200]));
        assert!(options(&["--people", "30", "--group"]).is_ok_and(|options| options.conversations == 1 && options.size == 30));
        assert!(options(&["--people", "5"]).is_err(), "ten people in a conversation of five");
        assert!(options(&["--rate", "0"]).is_err());
        assert!(options(&["--idle", "50001"]).is_err());
        assert!(options(&["--rate", "10000", "--duration", "600"]).is_err());
        assert!(options(&["--conversations", "1001"]).is_err());
        assert!(options(&["--history", "1000000"]).is_ok_and(|options| options.conversations == 1));
        assert!(options(&["--history", "2000001"]).is_err());
    }
}
