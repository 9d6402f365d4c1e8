//! What meetings announce, and who is told on which device.

use kernel::Result;
use kernel::bus::{Bus, Event};
use kernel::uuid::Uuid;
use serde::{Deserialize, Serialize};

use super::calls::Ending;
use super::model::{CallId, MeetingId};
use super::{calls, notices, store, wire};
use crate::desk::Desk;
use crate::org::MemberId;

/// Something about a meeting is different now.
#[derive(Serialize, Deserialize)]
pub(crate) struct MeetingChanged {
    pub(crate) meeting_id: MeetingId,
}

impl Event for MeetingChanged {
    const NAME: &'static str = "meetings.changed";
}

/// People were called together about something.
#[derive(Serialize, Deserialize)]
pub(crate) struct Called {
    pub(crate) meeting_id: MeetingId,
    /// The kind of subject, and the thing.
    pub(crate) about: (String, Uuid),
    pub(crate) by: MemberId,
    pub(crate) audio_only: bool,
}

impl Event for Called {
    const NAME: &'static str = "meetings.called";
}

/// Somebody is being rung.
#[derive(Serialize, Deserialize)]
pub(crate) struct CallRang {
    pub(super) call_id: CallId,
}

impl Event for CallRang {
    const NAME: &'static str = "meetings.call_rang";
}

/// A call rings no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct CallEnded {
    pub(super) call_id: CallId,
    pub(crate) meeting_id: MeetingId,
    pub(super) caller_id: MemberId,
    pub(super) callee_id: MemberId,
    /// The word of an [`Ending`].
    pub(super) reason: String,
    /// What the callee wrote back.
    pub(super) message: Option<String>,
}

impl CallEnded {
    pub(super) fn new(call: &calls::Call, ending: Ending, message: Option<String>) -> CallEnded {
        CallEnded {
            call_id: call.id,
            meeting_id: call.meeting_id,
            caller_id: call.caller_id,
            callee_id: call.callee_id,
            reason: ending.word().to_owned(),
            message,
        }
    }
}

impl Event for CallEnded {
    const NAME: &'static str = "meetings.call_ended";
}

/// What devices are told.
#[derive(Serialize)]
#[serde(tag = "type")]
enum Told {
    #[serde(rename = "meetings.changed")]
    Changed { meeting_id: MeetingId },
    #[serde(rename = "meetings.call")]
    Rings { call: wire::Call },
    #[serde(rename = "meetings.call_ended")]
    Ended { call_id: CallId, meeting_id: MeetingId, callee_id: MemberId, reason: String, message: Option<String> },
}

/// Tells devices what was announced.
pub(super) fn listen(desk: &Desk, bus: &mut Bus) {
    let at = desk.clone();
    bus.listen(move |event: MeetingChanged| {
        let desk = at.clone();
        async move { tell_of_change(&desk, event).await }
    });
    let at = desk.clone();
    bus.listen(move |event: CallRang| {
        let desk = at.clone();
        async move { tell_of_call(&desk, event).await }
    });
    let at = desk.clone();
    bus.listen(move |event: CallEnded| {
        let desk = at.clone();
        async move {
            let CallEnded { call_id, meeting_id, caller_id, callee_id, reason, message } = event;
            let told = Told::Ended { call_id, meeting_id, callee_id, reason, message };
            desk.hub.tell_member(callee_id, &told);
            desk.hub.tell_member(caller_id, &told);
            Ok(())
        }
    });
}

async fn tell_of_change(desk: &Desk, MeetingChanged { meeting_id }: MeetingChanged) -> Result<()> {
    for member in store::audience(&desk.db, meeting_id).await? {
        desk.hub.tell_member(member, &Told::Changed { meeting_id });
    }
    Ok(())
}

/// A call that was answered while the news was on its way rings nowhere.
async fn tell_of_call(desk: &Desk, CallRang { call_id }: CallRang) -> Result<()> {
    let Some(call) = calls::ringing(&desk.db, call_id).await? else { return Ok(()) };
    let callee = call.callee_id;
    let Some(call) = wire::call(desk, call).await? else { return Ok(()) };
    notices::ring(desk, callee, &call).await?;
    desk.hub.tell_member(callee, &Told::Rings { call });
    Ok(())
}
