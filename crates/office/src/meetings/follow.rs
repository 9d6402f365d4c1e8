//! What the media server tells becomes what the office knows: who came, who left, when a room is over. The database is
//! brought in line; nothing is asked of the media server here but what it has lost.

use kernel::clock::Time;
use kernel::error::Result;
use media::control::{Happening, NodeEvent, Participant, ParticipantKind};
use serde_json::Value;

use super::acts::{self, Finish};
use super::calls::{self, Ending};
use super::events::{CallEnded, MeetingChanged};
use super::model::{CallId, Meeting, State};
use super::store::{self, Stay};
use super::{notices, room};
use crate::desk::Desk;
use crate::org::MemberId;

/// Brings the office in line with one event of the media server. Events of rooms that are not ours pass by.
pub(super) async fn heard(desk: &Desk, event: NodeEvent) -> Result<()> {
    let Some(meeting) = store::of_room(&desk.db, &event.room.name).await? else { return Ok(()) };
    let at = Time::from_ms(event.at_ms);
    match event.what {
        Happening::RoomStarted => reopened(desk, &meeting, &event.room.sid, at).await,
        // The program stops: people come back to the same run when it is up again.
        Happening::RoomFinished if desk.hub.is_closing() => Ok(()),
        Happening::RoomFinished => acts::finish_run(desk, meeting.id, Finish::Closed(&event.room.sid)).await,
        Happening::ParticipantJoined(participant) => came(desk, &meeting, &participant, at).await,
        Happening::ParticipantLeft(participant) => went(desk, &meeting, &participant, at).await,
        Happening::RoomUpdated
        | Happening::ParticipantUpdated(_)
        | Happening::ParticipantConnectionAborted(_)
        | Happening::TrackPublished(..)
        | Happening::TrackUnpublished(..) => Ok(()),
    }
}

/// A room that opened by itself, with the description of an old token, is told what is true now; one whose meeting is
/// over is closed again.
async fn reopened(desk: &Desk, meeting: &Meeting, room: &str, at: Time) -> Result<()> {
    match meeting.state {
        State::Running => {
            let mut tx = desk.db.begin().await?;
            let left = store::seen(&mut tx, meeting.id, Some(room), at).await?;
            tx.commit().await?;
            acts::no_longer_inside(desk, meeting.organisation, &left);
            room::describe(desk, meeting).await
        }
        State::Scheduled | State::Ended | State::Cancelled => room::close(desk, meeting).await,
    }
}

async fn came(desk: &Desk, meeting: &Meeting, participant: &Participant, at: Time) -> Result<()> {
    if participant.kind != ParticipantKind::Standard {
        return Ok(());
    }
    let member_id = member(participant);
    let stay = Stay {
        run_id: kernel::uuid::Uuid::nil(),
        identity: participant.identity.clone(),
        member_id,
        name: participant.name.clone(),
        joined_at: at.as_ms(),
        left_at: None,
    };
    let mut tx = desk.db.begin().await?;
    store::came(&mut tx, meeting.id, &participant.sid, &stay, &desk.chance, at).await?;
    store::seen(&mut tx, meeting.id, None, at).await?;
    desk.announce(&mut tx, &MeetingChanged { meeting_id: meeting.id }).await?;
    tx.commit().await?;
    if let Some(member) = member_id {
        desk.org.presence().entered_meeting(desk, meeting.organisation, member, &participant.sid);
    }
    Ok(())
}

async fn went(desk: &Desk, meeting: &Meeting, participant: &Participant, at: Time) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    store::went(&mut tx, meeting.id, &participant.sid, at).await?;
    store::seen(&mut tx, meeting.id, None, at).await?;
    desk.announce(&mut tx, &MeetingChanged { meeting_id: meeting.id }).await?;
    tx.commit().await?;
    if let Some(member) = member(participant) {
        desk.org.presence().left_meeting(desk, meeting.organisation, member, &participant.sid);
    }
    Ok(())
}

/// Members are known in the room by their id.
fn member(participant: &Participant) -> Option<MemberId> {
    participant.identity.parse().ok()
}

/// A call that rang its time is missed.
pub(super) async fn miss_call(desk: &Desk, payload: Value, now: Time) -> Result<()> {
    let Some(id) = payload["call_id"].as_str().and_then(|id| id.parse::<CallId>().ok()) else { return Ok(()) };
    let mut tx = desk.db.begin().await?;
    let Some(call) = calls::miss(&mut tx, id, now).await? else { return Ok(()) };
    desk.announce(&mut tx, &CallEnded::new(&call, Ending::Missed, None)).await?;
    let meeting = store::for_change(&mut tx, call.meeting_id).await?;
    notices::missed(&mut tx, desk, &call, &meeting).await?;
    tx.commit().await
}

/// A run whose room has gone without a word is ended; one whose room is open is looked at again.
pub(super) async fn check_room(desk: &Desk, payload: Value, now: Time) -> Result<()> {
    let Some(room) = payload["meeting_id"].as_str() else { return Ok(()) };
    let Some(meeting) = store::of_room(&desk.db, room).await? else { return Ok(()) };
    if meeting.state != State::Running {
        return Ok(());
    }
    let is_open = match room::is_open(desk, &meeting).await {
        Ok(false) => return acts::finish_run(desk, meeting.id, Finish::Vanished).await,
        Ok(true) => true,
        // A media server that does not answer now is asked again.
        Err(_) => false,
    };
    let mut tx = desk.db.begin().await?;
    if is_open {
        store::seen(&mut tx, meeting.id, None, now).await?;
    }
    acts::check_room_later(desk, &mut tx, meeting.id, now).await?;
    tx.commit().await
}
