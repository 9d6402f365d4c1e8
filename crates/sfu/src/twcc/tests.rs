//! Recorder and history against each other, over a link made of arithmetic.

use std::time::{Duration, Instant};

use super::*;
use crate::rtcp::{Packet, Packets, TransportFeedback, Writer};

const MS: Duration = Duration::from_millis(1);

#[test]
fn results_are_what_happened() {
    let start = now();
    let mut history = History::new(start);
    let mut recorder = Recorder::new();
    for number in 0..300u32 {
        let sent = start + MS * number * 2;
        let sequence = history.send(1_000, (number < 5).then_some(3), sent);
        if number % 10 != 4 {
            recorder.record(sequence, sent + MS * 30);
        }
    }
    let mut results = Vec::new();
    for_each_feedback(&mut recorder, |feedback| history.apply(feedback, |result| results.push(result)));
    assert_eq!(results.len(), 300);
    let first = results[0].arrived.unwrap();
    for (number, result) in (0u32..).zip(&results) {
        assert_eq!(result.sent, MS * number * 2);
        assert_eq!(result.arrived.is_none(), number % 10 == 4);
        if let Some(arrived) = result.arrived {
            assert_eq!(arrived.checked_sub(first), Some(MS * number * 2));
        }
        assert_eq!(result.probe, (number < 5).then_some(3));
    }
}

#[test]
fn a_late_packet_is_told_once_more_and_a_known_one_is_not() {
    let start = now();
    let mut history = History::new(start);
    let mut recorder = Recorder::new();
    let sequences: Vec<u16> = (0..4).map(|_| history.send(100, None, start)).collect();
    recorder.record(sequences[0], start);
    recorder.record(sequences[3], start + MS);
    let mut seen = Vec::new();
    for_each_feedback(&mut recorder, |feedback| history.apply(feedback, |result| seen.push(result.arrived.is_some())));
    assert_eq!(seen, [true, false, false, true]);
    seen.clear();
    recorder.record(sequences[1], start + MS * 5);
    for_each_feedback(&mut recorder, |feedback| history.apply(feedback, |result| seen.push(result.arrived.is_some())));
    assert_eq!(seen, [true]);
}

#[test]
fn a_jump_in_numbers_and_a_long_silence_do_no_harm() {
    let start = now();
    let mut recorder = Recorder::new();
    recorder.record(1, start);
    recorder.record(30_000, start + Duration::from_secs(100));
    let mut feedbacks = 0;
    let mut arrivals = 0;
    for_each_feedback(&mut recorder, |feedback| {
        feedbacks += 1;
        arrivals += feedback.statuses().filter(|status| status.delta_ticks.is_some()).count();
    });
    assert!(feedbacks <= 7, "{feedbacks}");
    assert_eq!(arrivals, 1);
    assert_eq!(recorder.poll_timeout(), None);
    recorder.record(30_001, start + Duration::from_secs(101));
    assert_eq!(recorder.poll_timeout(), Some(start + Duration::from_secs(101) + FEEDBACK_INTERVAL));
}

#[test]
fn what_does_not_fit_stays_due() {
    let start = now();
    let mut recorder = Recorder::new();
    for sequence in 0..600 {
        recorder.record(sequence, start);
    }
    let due = start + FEEDBACK_INTERVAL;
    let mut buffer = [0; 500];
    let mut writer = Writer::new(&mut buffer);
    assert!(recorder.write(1, 2, &mut writer));
    assert!(!recorder.write(1, 2, &mut writer));
    assert!(recorder.is_due(due));
    assert!(recorder.write(1, 2, &mut Writer::new(&mut [0; 500])));
    assert!(!recorder.is_due(due));
}

#[test]
fn feedback_on_what_was_never_sent_tells_nothing() {
    let start = now();
    let mut history = History::new(start);
    history.send(100, None, start);
    let mut recorder = Recorder::new();
    for sequence in [5, 400, 40_000, 65_535] {
        recorder.record(sequence, start);
    }
    for_each_feedback(&mut recorder, |feedback| {
        history.apply(feedback, |result| assert_eq!((result.number, result.arrived), (65_537, None)));
    });
}

#[test]
fn numbers_wrap() {
    let start = now();
    let mut history = History::new(start);
    let mut recorder = Recorder::new();
    let mut count = 0;
    for number in 0..140_000u32 {
        let at = start + MS * number;
        recorder.record(history.send(100, None, at), at);
        if recorder.is_due(at) {
            for_each_feedback(&mut recorder, |feedback| history.apply(feedback, |_| count += 1));
        }
    }
    assert!(count > 139_900, "{count}");
}

fn for_each_feedback(recorder: &mut Recorder, mut see: impl FnMut(&TransportFeedback<'_>)) {
    loop {
        let mut buffer = [0; 1_200];
        let mut writer = Writer::new(&mut buffer);
        if !recorder.write(1, 2, &mut writer) {
            return;
        }
        let written = writer.written();
        let Some(Ok(Packet::Transport(feedback))) = Packets::new(&buffer[..written]).next() else {
            panic!("no feedback");
        };
        see(&feedback);
    }
}

#[expect(clippy::disallowed_methods, reason = "the virtual clock of a test has to start somewhere")]
fn now() -> Instant {
    Instant::now()
}
