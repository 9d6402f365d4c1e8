//! What came out, in a few lines that a person reads.

use std::fmt::Write as _;
use std::time::Duration;

use crate::options::Options;
use crate::participant::Outcome;

/// Linux counts CPU time in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;
/// Fields of `/proc/PID/stat` after the name: user and system time.
const TIME_FIELDS: [usize; 2] = [11, 12];
/// Different complaints that are shown.
const COMPLAINTS_MAX: usize = 8;

/// CPU seconds a process has used.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64, String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).map_err(|error| format!("process {pid}: {error}"))?;
    ticks_of(&text).map(|ticks| ticks as f64 / TICKS_PER_SECOND).ok_or_else(|| format!("process {pid}: an unknown format"))
}

/// Bytes of a process that are in memory.
pub(crate) fn resident_bytes(pid: u32) -> Result<u64, String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).map_err(|error| format!("process {pid}: {error}"))?;
    resident_of(&text).ok_or_else(|| format!("process {pid}: an unknown format"))
}

fn resident_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes * 1_024)
}

fn ticks_of(stat: &str) -> Option<u64> {
    // The name may hold anything, even parentheses.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    TIME_FIELDS.iter().map(|at| fields.get(*at)?.parse::<u64>().ok()).sum()
}

/// The whole report.
pub(crate) fn text(options: &Options, outcomes: &[Outcome], cpu: Option<f64>) -> String {
    let mut out = String::new();
    let wanted = outcomes.len();
    let inside = outcomes.iter().filter(|outcome| outcome.connected.is_some()).count();
    let seconds = outcomes.iter().map(|outcome| outcome.time.as_secs_f64()).sum::<f64>().max(0.001);
    let sum = |of: fn(&Outcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    let line = |out: &mut String, name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<14} {value}");
    };
    line(&mut out, "participants", format!("{inside} of {wanted} connected"));
    line(&mut out, "join", spread(outcomes.iter().filter_map(|outcome| outcome.joined)));
    line(&mut out, "connected", spread(outcomes.iter().filter_map(|outcome| outcome.connected)));
    line(&mut out, "first frame", spread(outcomes.iter().filter_map(|outcome| outcome.first_frame)));
    let rates = |packets: u64, bytes: u64| {
        let (packets, kilobits) = (packets as f64 / seconds, bytes as f64 * 8.0 / 1_000.0 / seconds);
        format!("{packets:.0} packets/s, {kilobits:.0} kbit/s for each")
    };
    line(&mut out, "out", rates(sum(|o| o.traffic.packets_out), sum(|o| o.traffic.bytes_out)));
    line(&mut out, "in", rates(sum(|o| o.traffic.packets_in), sum(|o| o.traffic.bytes_in)));
    let expected = sum(|o| o.traffic.media_expected);
    let missing = expected.saturating_sub(sum(|o| o.traffic.media_received));
    line(&mut out, "media lost", share(missing, expected));
    line(&mut out, "voice lost", share(sum(|o| o.voice_lost), sum(|o| o.voice_lost) + sum(|o| o.voice_heard)));
    let longest = outcomes.iter().map(|outcome| outcome.longest_gap).max().unwrap_or_default();
    let (pictures, voices) = (outcomes.iter().map(|o| o.sources).sum::<usize>(), outcomes.iter().map(|o| o.voices).sum::<usize>());
    line(&mut out, "seen", format!("{pictures} pictures, {voices} voices, {} frames", sum(|o| o.frames)));
    line(&mut out, "freezes", format!("{} of half a second and more, the longest {}", sum(|o| o.freezes), milliseconds(longest)));
    line(&mut out, "came back", format!("{} times", sum(|o| u64::from(o.resumes))));
    if let Some(cpu) = cpu {
        let length = Duration::from_secs(options.duration) + options.ramp();
        let percent = cpu / length.as_secs_f64() * 100.0;
        line(&mut out, "server's CPU", format!("{cpu:.2} s, {percent:.0} % of one core"));
    }
    for complaint in complaints(outcomes) {
        line(&mut out, "complaint", complaint);
    }
    out
}

fn complaints(outcomes: &[Outcome]) -> Vec<String> {
    let mut all: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.complaints).collect();
    all.sort();
    all.dedup();
    all.into_iter().take(COMPLAINTS_MAX).cloned().collect()
}

fn share(part: u64, whole: u64) -> String {
    let percent = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    format!("{percent:.2} % ({part} of {whole})")
}

fn milliseconds(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}

/// The median and the slow end.
fn spread(times: impl Iterator<Item = Duration>) -> String {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied();
    match (at(50), at(95)) {
        (Some(half), Some(slow)) => format!("p50 {}, p95 {}", milliseconds(half), milliseconds(slow)),
        _ => "never".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_behind_any_name() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 9 0 1 1 1";
        assert_eq!(ticks_of(stat), Some(200));
        assert_eq!(ticks_of("42 (short) S 1"), None);
    }

    #[test]
    fn memory_is_read_from_its_own_line() {
        assert_eq!(resident_of("Name:\thutong\nVmHWM:\t  900 kB\nVmRSS:\t  512 kB\n"), Some(524_288));
        assert_eq!(resident_of("Name:\thutong\n"), None);
    }

    #[test]
    fn the_spread_is_of_what_there_is() {
        let times = (1..=100).map(Duration::from_millis);
        assert_eq!(spread(times), "p50 51 ms, p95 96 ms");
        assert_eq!(spread(std::iter::empty()), "never");
    }
}
