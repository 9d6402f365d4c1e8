//! What a meeting may do and who may do it: pure decisions over plain values. No database, no clock.

use std::time::Duration;

use kernel::clock::Time;

use super::model::{Kind, Meeting, Settings, State};
use crate::org::MemberId;

/// Characters a title may have.
pub(super) const TITLE_CHARS_MAX: usize = 120;
/// Characters a guest's name may have.
pub(super) const GUEST_NAME_CHARS_MAX: usize = 40;
/// People that may be invited to one meeting, or rung at once.
pub(super) const INVITEES_MAX: usize = 300;
/// The longest a meeting may be planned for, in minutes.
pub(super) const DURATION_MINUTES_MAX: i64 = 24 * 60;
/// How long after its planned end a meeting that is not running may still be begun, in milliseconds. People come late,
/// and break off and come back; a day later nobody means that meeting any more.
const LATE_START_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a call rings, in milliseconds.
pub(super) const RING_MS: i64 = 45_000;
/// How long a call about something holds that nobody has followed yet: whoever calls about the same meanwhile comes into
/// its meeting.
const CALL_HOLDS: Duration = Duration::from_secs(10 * 60);

/// Nine digits, the first of which is not zero, so that every number has nine digits however it is written.
pub(super) const NUMBER_MIN: u64 = 100_000_000;
/// One above the largest number.
pub(super) const NUMBER_END: u64 = 1_000_000_000;

/// A number as a person types or pastes it: spaces and dashes do not matter.
pub(super) fn number_from(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    let well_formed = digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    well_formed.then_some(digits)
}

/// Who stands at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrant {
    /// A member of the organisation whose meeting it is.
    Member(MemberId),
    /// Anybody else, with or without an account elsewhere.
    Guest,
}

/// Why somebody may not enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The meeting is over.
    Ended,
    /// The host has called it off.
    Cancelled,
    /// Guests are not let in.
    GuestsNotAllowed,
    /// Nobody who may start it has come yet.
    NotStarted,
    /// The host has locked it.
    Locked,
}

/// Where a meeting stands now: one that was planned and not held, or broken off, is over some time after its planned end.
pub(super) fn state_at(meeting: &Meeting, now_ms: i64) -> State {
    let is_late = |end: i64| now_ms >= end.saturating_add(LATE_START_MS);
    match (meeting.kind, meeting.state) {
        (Kind::Scheduled, State::Scheduled) if planned_end(meeting).is_some_and(is_late) => State::Ended,
        (_, state) => state,
    }
}

fn planned_end(meeting: &Meeting) -> Option<i64> {
    meeting.starts_at.map(|start| start + meeting.duration_minutes * 60_000)
}

/// Whether somebody may enter now. The one who may start a meeting starts it by entering.
pub(super) fn may_enter(meeting: &Meeting, entrant: Entrant, now_ms: i64) -> Result<(), Refusal> {
    match state_at(meeting, now_ms) {
        State::Ended => return Err(Refusal::Ended),
        State::Cancelled => return Err(Refusal::Cancelled),
        State::Scheduled | State::Running => {}
    }
    let hosting = matches!(entrant, Entrant::Member(id) if may_host(meeting, id));
    if hosting {
        return Ok(());
    }
    if entrant == Entrant::Guest && !meeting.settings.guests_allowed {
        return Err(Refusal::GuestsNotAllowed);
    }
    if meeting.state == State::Running {
        return if meeting.settings.locked { Err(Refusal::Locked) } else { Ok(()) };
    }
    let may_start = matches!(entrant, Entrant::Member(_)) && meeting.settings.start_before_host && meeting.kind != Kind::Personal;
    if may_start { Ok(()) } else { Err(Refusal::NotStarted) }
}

/// Whether a member holds the host's rights.
pub(super) fn may_host(meeting: &Meeting, member: MemberId) -> bool {
    meeting.host == member || meeting.co_hosts.contains(&member.to_string())
}

/// Whether somebody who calls about the same thing comes into this meeting: people are talking, or were called a moment ago.
pub(super) fn takes_callers(meeting: &Meeting, called_at: Time, now: Time) -> bool {
    match meeting.state {
        State::Running => true,
        State::Scheduled => now.since(called_at) < CALL_HOLDS,
        State::Ended | State::Cancelled => false,
    }
}

/// What a meeting about something is called: as that, as far as titles go. Nothing when that has no name.
pub(super) fn title_from(name: &str) -> Option<String> {
    let title: String = name.chars().filter(|letter| !letter.is_control()).take(TITLE_CHARS_MAX).collect();
    (!title.trim().is_empty()).then_some(title)
}

/// What becomes of a meeting when its room is empty or has been ended for all.
pub(super) fn state_after_run(meeting: &Meeting, ended_by_host: bool, now_ms: i64) -> State {
    match meeting.kind {
        Kind::Personal => State::Scheduled,
        Kind::Instant => State::Ended,
        Kind::Scheduled => {
            let is_still_on = planned_end(meeting).is_some_and(|end| now_ms < end);
            if is_still_on && !ended_by_host { State::Scheduled } else { State::Ended }
        }
    }
}

/// What is wrong with a plan, as the name of the field.
pub(super) fn fault_in_plan(
    kind: Kind,
    title: Option<&str>,
    starts_at: Option<i64>,
    duration_minutes: Option<i64>,
    now_ms: i64,
) -> Option<&'static str> {
    if title.is_some_and(|title| title.trim().is_empty() || title.chars().count() > TITLE_CHARS_MAX || title.chars().any(char::is_control))
    {
        return Some("title");
    }
    if duration_minutes.is_some_and(|minutes| !(1..=DURATION_MINUTES_MAX).contains(&minutes)) {
        return Some("duration_minutes");
    }
    let horizon_ms = 5 * 366 * 24 * 60 * 60 * 1000;
    match (kind, starts_at) {
        (Kind::Scheduled, None) => Some("starts_at"),
        (Kind::Scheduled, Some(start)) if start < now_ms - 60_000 || start > now_ms + horizon_ms => Some("starts_at"),
        _ => None,
    }
}

/// A guest's name as others will see it, or nothing when it is not one.
pub(super) fn guest_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=GUEST_NAME_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then_some(name)
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { guests_allowed: true, mute_on_entry: false, start_before_host: true, locked: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: u8) -> MemberId {
        format!("00000000-0000-7000-8000-00000000000{last}").parse().expect("an id")
    }

    fn host() -> MemberId {
        id(1)
    }

    fn meeting(kind: Kind, state: State) -> Meeting {
        Meeting { kind, state, host: host(), ..Meeting::blank() }
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        assert_eq!(number_from(" 482 106-937 "), Some("482106937".to_owned()));
        for wrong in ["", "48210693", "4821069370", "048210693", "48210693x", "４８２１０６９３７"] {
            assert_eq!(number_from(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_door_as_a_grid() {
        let member = Entrant::Member(id(3));
        let host = Entrant::Member(host());
        let mut rows = Vec::new();
        for kind in [Kind::Instant, Kind::Scheduled, Kind::Personal] {
            for state in [State::Scheduled, State::Running, State::Ended, State::Cancelled] {
                let meeting = meeting(kind, state);
                let answers = [host, member, Entrant::Guest].map(|entrant| match may_enter(&meeting, entrant, 0) {
                    Ok(()) => "enters".to_owned(),
                    Err(refusal) => format!("{refusal:?}"),
                });
                rows.push(format!("{kind:?} {state:?}: {}", answers.join(", ")));
            }
        }
        assert_eq!(
            rows,
            [
                "Instant Scheduled: enters, enters, NotStarted",
                "Instant Running: enters, enters, enters",
                "Instant Ended: Ended, Ended, Ended",
                "Instant Cancelled: Cancelled, Cancelled, Cancelled",
                "Scheduled Scheduled: enters, enters, NotStarted",
                "Scheduled Running: enters, enters, enters",
                "Scheduled Ended: Ended, Ended, Ended",
                "Scheduled Cancelled: Cancelled, Cancelled, Cancelled",
                "Personal Scheduled: enters, NotStarted, NotStarted",
                "Personal Running: enters, enters, enters",
                "Personal Ended: Ended, Ended, Ended",
                "Personal Cancelled: Cancelled, Cancelled, Cancelled",
            ]
        );
    }

    #[test]
    fn a_locked_meeting_opens_for_its_hosts_only() {
        let mut meeting = meeting(Kind::Instant, State::Running);
        meeting.settings.locked = true;
        meeting.co_hosts = vec![id(2).to_string()];
        assert_eq!(may_enter(&meeting, Entrant::Member(host()), 0), Ok(()));
        assert_eq!(may_enter(&meeting, Entrant::Member(id(2)), 0), Ok(()));
        assert_eq!(may_enter(&meeting, Entrant::Member(id(3)), 0), Err(Refusal::Locked));
        assert_eq!(may_enter(&meeting, Entrant::Guest, 0), Err(Refusal::Locked));
    }

    #[test]
    fn guests_stay_out_where_the_host_says_so() {
        let mut meeting = meeting(Kind::Instant, State::Running);
        meeting.settings.guests_allowed = false;
        assert_eq!(may_enter(&meeting, Entrant::Guest, 0), Err(Refusal::GuestsNotAllowed));
    }

    #[test]
    fn a_planned_meeting_outlives_a_break_but_not_its_end() {
        let mut meeting = meeting(Kind::Scheduled, State::Running);
        meeting.starts_at = Some(0);
        meeting.duration_minutes = 60;
        assert_eq!(state_after_run(&meeting, false, 59 * 60_000), State::Scheduled);
        assert_eq!(state_after_run(&meeting, false, 60 * 60_000), State::Ended);
        assert_eq!(state_after_run(&meeting, true, 0), State::Ended);
    }

    #[test]
    fn a_plan_that_nobody_held_can_be_begun_late_but_not_for_ever() {
        let mut meeting = meeting(Kind::Scheduled, State::Scheduled);
        meeting.starts_at = Some(0);
        let end = 60 * 60_000;
        assert_eq!(may_enter(&meeting, Entrant::Member(host()), end + LATE_START_MS - 1), Ok(()));
        assert_eq!(may_enter(&meeting, Entrant::Member(host()), end + LATE_START_MS), Err(Refusal::Ended));
        meeting.state = State::Running;
        assert_eq!(may_enter(&meeting, Entrant::Guest, i64::MAX), Ok(()), "whatever runs goes on");
    }

    #[test]
    fn plans_name_the_field_that_is_wrong() {
        let now = 1_000_000_000;
        assert_eq!(fault_in_plan(Kind::Scheduled, Some("Review"), Some(now + 60_000), Some(30), now), None);
        assert_eq!(fault_in_plan(Kind::Scheduled, Some("Review"), None, Some(30), now), Some("starts_at"));
        assert_eq!(fault_in_plan(Kind::Scheduled, Some("Review"), Some(i64::MAX), None, now), Some("starts_at"));
        assert_eq!(fault_in_plan(Kind::Instant, Some("  "), None, None, now), Some("title"));
        assert_eq!(fault_in_plan(Kind::Instant, Some("a\0b"), None, None, now), Some("title"));
        assert_eq!(fault_in_plan(Kind::Instant, None, None, Some(0), now), Some("duration_minutes"));
    }
}
