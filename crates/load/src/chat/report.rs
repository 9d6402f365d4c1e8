//! What came out, in a table that a person reads.

use std::fmt::Write as _;
use std::time::Duration;

use super::ledger::{Balance, percentile};
use super::step::Outcome;

/// Different errors that are shown.
const ERRORS_MAX: usize = 4;

/// The heading of the table. All times count from the moment at which a message was due.
pub(super) fn heading() -> String {
    let (rate, sent, ack, delivered) = ("rate/s", "sent", "acknowledged/s  p50 ms  p99 ms", "delivered/s  p50 ms  p99 ms");
    format!("{rate:>7}  {sent:>7}  {ack}  {delivered}  errors  server's CPU s\n")
}

/// One rate, and below it what did not add up.
pub(super) fn row(outcome: &Outcome, cpu: Option<f64>) -> String {
    let Outcome { rate, duration, balance, held_back, reads, errors } = outcome;
    let failed: u64 = errors.values().sum();
    let mut out = format!(
        "{rate:>7}  {:>7}  {:>14.0}  {:>6}  {:>6}  {:>11.0}  {:>6}  {:>6}  {failed:>6}  {:>14}\n        {}\n",
        balance.sent,
        per_second(balance.acknowledged.len(), balance.last_acknowledged_at.max(*duration)),
        milliseconds(&balance.acknowledged, 50),
        milliseconds(&balance.acknowledged, 99),
        per_second(balance.delivered.len(), balance.last_delivered_at.max(*duration)),
        milliseconds(&balance.delivered, 50),
        milliseconds(&balance.delivered, 99),
        cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{cpu:.1}")),
        faults(balance),
    );
    for (why, times) in errors.iter().take(ERRORS_MAX) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "        not acknowledged: {times} × {why}");
    }
    if reads.0 + reads.1 > 0 {
        let _ = writeln!(out, "        {} times somebody said how far they had read; {} times that failed", reads.0, reads.1);
    }
    if *held_back > 0 {
        let _ = writeln!(out, "        not sent: {held_back}, because too many waited for an answer");
    }
    out
}

/// Whether everything was acknowledged and heard once.
pub(super) fn is_well(outcome: &Outcome) -> bool {
    let Balance { lost, doubled, strayed, out_of_order, cut, .. } = &outcome.balance;
    [lost, doubled, strayed, out_of_order, cut, &outcome.held_back].into_iter().all(|count| *count == 0)
        && outcome.errors.is_empty()
        && outcome.reads.1 == 0
}

fn faults(balance: &Balance) -> String {
    let Balance { lost, doubled, strayed, out_of_order, cut, missed, .. } = balance;
    let mut text = format!("lost {lost}, doubled {doubled}, to the wrong person {strayed}, out of order {out_of_order}");
    if *cut > 0 {
        let _ = write!(text, "; {cut} sockets were cut off by the server, which missed {missed}");
    }
    text
}

fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// One of the times, as it stands in a table.
pub(super) fn milliseconds(sorted: &[Duration], percent: usize) -> String {
    percentile(sorted, percent).map_or_else(|| "-".to_owned(), |time| format!("{:.1}", time.as_secs_f64() * 1_000.0))
}
