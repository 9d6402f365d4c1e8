//! What threads have spent: the worker's own from the kernel's books, a benchmark's thread from its clock.

use std::fs;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

/// Clock ticks of `/proc` per second, the same on every Linux that Rust runs on.
const TICKS_PER_S: u64 = 100;

/// CPU time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    pub(crate) total: Duration,
    pub(crate) user: Duration,
    /// Packets sent for it, where the spender counts them itself.
    pub(crate) packets: u64,
}

impl Spent {
    pub(crate) fn since(self, before: Spent) -> Spent {
        Spent {
            total: self.total.saturating_sub(before.total),
            user: self.user.saturating_sub(before.user),
            packets: self.packets.saturating_sub(before.packets),
        }
    }

    pub(crate) fn packets_per_cpu_second(self, packets: u64) -> f64 {
        packets as f64 / self.total.as_secs_f64().max(1e-9)
    }
}

/// The thread of that name in this process.
pub(crate) fn thread_named(name: &str) -> Option<String> {
    let tasks = fs::read_dir("/proc/self/task").ok()?;
    let mut found = tasks.filter_map(|task| {
        let path = task.ok()?.path();
        let comm = fs::read_to_string(path.join("comm")).ok()?;
        (comm.trim_end() == name).then(|| path.to_string_lossy().into_owned())
    });
    found.next()
}

/// What a thread has spent so far, from `/proc`. Nanoseconds where the kernel keeps them, ticks otherwise.
pub(crate) fn of_thread(task: &str) -> Spent {
    let stat = fs::read_to_string(format!("{task}/stat")).unwrap_or_default();
    // The name is in parentheses and may hold spaces.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split_ascii_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    let of_ticks = |ticks: u64| Duration::from_millis(ticks * 1_000 / TICKS_PER_S);
    let (user, system) = (of_ticks(ticks(11)), of_ticks(ticks(12)));
    let schedstat = fs::read_to_string(format!("{task}/schedstat")).unwrap_or_default();
    let exact = schedstat.split_ascii_whitespace().next().and_then(|ns| ns.parse().ok()).map(Duration::from_nanos);
    Spent { total: exact.unwrap_or(user + system), user, packets: 0 }
}

/// What the current thread has spent.
pub(crate) fn of_this_thread() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("every Linux has this clock");
    Duration::from(time)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub(crate) fn clock() -> Instant {
    Instant::now()
}
