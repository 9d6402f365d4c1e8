//! What of a host's acts the audit log keeps: who rules in a meeting, who may be inside, who was sent out. Muting and
//! lowering hands are no business of administrators.

use kernel::Result;
use kernel::db::Tx;
use serde_json::{Map, Value, json};

use super::model::{Meeting, Settings};
use crate::desk::Desk;
use crate::org;
use crate::viewer::Viewer;

/// One line of the log, to be written with the act.
pub(super) struct Line {
    action: &'static str,
    subject: String,
    details: Value,
}

impl Line {
    /// Somebody shares the host's rights from now on, or no longer.
    pub(super) fn co_host(meeting: &Meeting, name: &str, shares: bool) -> Line {
        let action = if shares { "meetings.co_host_given" } else { "meetings.co_host_taken" };
        Line { action, subject: name.to_owned(), details: place(meeting) }
    }

    /// Somebody else holds the meeting.
    pub(super) fn host(meeting: &Meeting, name: &str) -> Line {
        Line { action: "meetings.host_changed", subject: name.to_owned(), details: place(meeting) }
    }

    /// Somebody was sent out.
    pub(super) fn removed(meeting: &Meeting, name: &str) -> Line {
        Line { action: "meetings.participant_removed", subject: name.to_owned(), details: place(meeting) }
    }

    /// A host ended it for all.
    pub(super) fn ended(meeting: &Meeting) -> Line {
        Line { action: "meetings.ended", subject: meeting.title.clone(), details: json!({ "number": meeting.number }) }
    }

    /// The door opens for others than before; nothing when it does not.
    pub(super) fn settings(before: Settings, meeting: &Meeting) -> Option<Line> {
        let after = meeting.settings;
        let fields = [
            ("guests_allowed", before.guests_allowed, after.guests_allowed),
            ("start_before_host", before.start_before_host, after.start_before_host),
            ("locked", before.locked, after.locked),
        ];
        let mut details = Map::from_iter([("number".to_owned(), json!(meeting.number))]);
        let changed = fields.into_iter().filter(|(_, before, after)| before != after);
        details.extend(changed.map(|(name, before, after)| (name.to_owned(), json!([before, after]))));
        let line = Line { action: "meetings.settings_changed", subject: meeting.title.clone(), details: details.into() };
        (line.details.as_object().is_some_and(|details| details.len() > 1)).then_some(line)
    }

    /// Writes it as a part of the change.
    pub(super) async fn write(self, tx: &mut Tx, desk: &Desk, viewer: &Viewer) -> Result<()> {
        org::record(tx, desk, viewer.into(), self.action, &self.subject, self.details).await
    }
}

fn place(meeting: &Meeting) -> Value {
    json!({ "meeting": meeting.title, "number": meeting.number })
}
