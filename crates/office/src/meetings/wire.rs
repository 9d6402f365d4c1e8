//! Meetings as the API shows them. Models are converted here and nowhere else.

use std::collections::BTreeMap;

use kernel::Result;
use kernel::clock::Time;
use kernel::uuid::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calls;
use super::model::{self, CallId, MeetingId};
use super::{room, rules, store};
use crate::desk::Desk;
use crate::org::{self, MemberId, PersonCard};

/// Faces shown of those who are inside.
const FACES_MAX: usize = 6;

/// A person as others see them.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = MeetingPerson)]
pub(super) struct Person {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) avatar_url: Option<String>,
    pub(super) title: Option<String>,
}

/// Somebody inside, who may be a guest.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = MeetingFace)]
pub(super) struct Face {
    pub(super) name: String,
    pub(super) avatar_url: Option<String>,
}

/// An invited member and what they answered.
#[derive(Serialize, ToSchema)]
#[schema(as = MeetingInvitee)]
pub(super) struct Invitee {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) avatar_url: Option<String>,
    /// `waiting`, `accepted` or `declined`.
    pub(super) response: String,
}

/// What the host decides about a meeting.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = MeetingSettings)]
pub(super) struct Settings {
    /// People without a membership may enter by link or number.
    pub(super) guests_allowed: bool,
    /// Microphones start muted.
    pub(super) mute_on_entry: bool,
    /// Members may start it before the host has come.
    pub(super) start_before_host: bool,
    /// Nobody but hosts may enter any more.
    pub(super) locked: bool,
}

/// What of the settings changes; the rest stays.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = MeetingSettingsChange)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsChange {
    guests_allowed: Option<bool>,
    mute_on_entry: Option<bool>,
    start_before_host: Option<bool>,
    locked: Option<bool>,
}

impl SettingsChange {
    /// The settings with the change made.
    pub(super) fn over(self, now: model::Settings) -> model::Settings {
        model::Settings {
            guests_allowed: self.guests_allowed.unwrap_or(now.guests_allowed),
            mute_on_entry: self.mute_on_entry.unwrap_or(now.mute_on_entry),
            start_before_host: self.start_before_host.unwrap_or(now.start_before_host),
            locked: self.locked.unwrap_or(now.locked),
        }
    }
}

/// A stay in a meeting.
#[derive(Serialize, ToSchema)]
#[schema(as = MeetingStay)]
pub(super) struct Stay {
    pub(super) identity: String,
    /// Absent for guests.
    pub(super) member_id: Option<MemberId>,
    pub(super) name: String,
    /// Milliseconds UTC.
    pub(super) joined_at: i64,
    /// Milliseconds UTC; absent while they are inside.
    pub(super) left_at: Option<i64>,
}

/// What a meeting is about. How it looks, whoever may see it asks for its card.
#[derive(Serialize, ToSchema)]
#[schema(as = MeetingSubject)]
pub(super) struct Subject {
    /// `capability.thing`.
    pub(super) kind: String,
    #[schema(value_type = String)]
    pub(super) id: Uuid,
}

/// A meeting.
#[derive(Serialize, ToSchema)]
pub(crate) struct Meeting {
    pub(crate) id: MeetingId,
    /// Nine digits.
    pub(crate) number: String,
    pub(crate) title: String,
    /// `instant`, `scheduled` or `personal`.
    pub(super) kind: String,
    /// `scheduled`, `running`, `ended` or `cancelled`.
    pub(super) state: String,
    /// Milliseconds UTC.
    pub(super) starts_at: Option<i64>,
    pub(super) duration_minutes: i64,
    /// Milliseconds UTC.
    pub(super) started_at: Option<i64>,
    /// Milliseconds UTC.
    pub(super) ended_at: Option<i64>,
    pub(super) host: Person,
    /// Identities that share the host's rights.
    pub(super) co_hosts: Vec<String>,
    /// Where people enter with a browser.
    pub(super) link: String,
    pub(super) guests_allowed: bool,
    pub(super) settings: Settings,
    /// How many are inside now, or were in the run shown.
    pub(super) participants_count: usize,
    /// Some of those inside.
    pub(super) participants: Vec<Face>,
    pub(super) invitees: Vec<Invitee>,
    /// What people were called together about.
    pub(super) about: Option<Subject>,
    /// Who was there and how long; in lists of past meetings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attendance: Option<Vec<Stay>>,
}

/// A list of meetings.
#[derive(Serialize, ToSchema)]
pub(super) struct Meetings {
    pub(super) meetings: Vec<Meeting>,
    pub(super) next_cursor: Option<String>,
}

/// What anybody with the number may know before entering.
#[derive(Serialize, ToSchema)]
pub(super) struct MeetingDoor {
    pub(super) number: String,
    pub(super) title: String,
    /// `scheduled`, `running`, `ended` or `cancelled`.
    pub(super) state: String,
    /// Milliseconds UTC.
    pub(super) starts_at: Option<i64>,
    /// Milliseconds UTC.
    pub(super) started_at: Option<i64>,
    pub(super) host_name: String,
    pub(super) guests_allowed: bool,
    /// Nobody but hosts may enter now.
    pub(super) locked: bool,
    pub(super) mute_on_entry: bool,
    pub(super) participants_count: usize,
    /// Some of those inside; shown to members only.
    pub(super) participants: Vec<Face>,
}

/// The way in.
#[derive(Serialize, ToSchema)]
pub(super) struct Joined {
    /// Where LiveKit clients connect.
    pub(super) url: String,
    /// What they show there.
    pub(super) token: String,
    /// Who they are in the room.
    pub(super) identity: String,
    pub(super) meeting: MeetingDoor,
    /// The meeting's id, which is the name of its room.
    pub(super) meeting_id: MeetingId,
}

/// A meeting as a call shows it.
#[derive(Serialize, ToSchema)]
pub(super) struct CallMeeting {
    pub(super) id: MeetingId,
    pub(super) number: String,
    pub(super) title: String,
}

/// Somebody ringing.
#[derive(Serialize, ToSchema)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) meeting: CallMeeting,
    pub(super) caller: Person,
    pub(super) audio_only: bool,
    pub(super) people_in: Vec<Face>,
    /// Milliseconds UTC.
    pub(super) rang_at: i64,
}

/// The people of these meetings, for one organisation at a time.
struct People(BTreeMap<MemberId, PersonCard>);

impl People {
    /// Looks up everybody around these meetings at once.
    async fn around(desk: &Desk, meetings: &[&model::Meeting]) -> Result<People> {
        let Some(organisation) = meetings.first().map(|meeting| meeting.organisation) else { return Ok(People(BTreeMap::new())) };
        let invited = |meeting: &&model::Meeting| meeting.invitees.iter().map(|invitee| invitee.member).collect::<Vec<_>>();
        let hosts = meetings.iter().map(|meeting| meeting.host);
        org::cards(desk, organisation, hosts.chain(meetings.iter().flat_map(invited))).await.map(People)
    }

    /// Somebody who has left the organisation keeps an empty name.
    fn person(&self, id: MemberId) -> Person {
        let card = self.0.get(&id);
        Person {
            id,
            name: card.map(|card| card.name.clone()).unwrap_or_default(),
            avatar_url: card.and_then(|card| card.avatar_url.clone()),
            title: card.map(|card| card.title.clone()).filter(|title| !title.is_empty()),
        }
    }
}

/// One meeting, with everything the API shows of it.
pub(super) async fn meeting(desk: &Desk, base_url: &str, meeting: &model::Meeting) -> Result<Meeting> {
    let people = People::around(desk, &[meeting]).await?;
    let mut shown = show(base_url, meeting, &people, desk.now());
    if meeting.state == model::State::Running {
        let inside = room::people_inside(desk, meeting).await;
        shown.participants_count = inside.len();
        shown.participants = faces(&inside);
    }
    Ok(shown)
}

/// Several meetings.
pub(super) async fn meetings(desk: &Desk, base_url: &str, list: Vec<model::Meeting>) -> Result<Vec<Meeting>> {
    let mut shown = Vec::with_capacity(list.len());
    let people = People::around(desk, &list.iter().collect::<Vec<_>>()).await?;
    for one in &list {
        let mut each = show(base_url, one, &people, desk.now());
        if one.state == model::State::Running {
            let inside = room::people_inside(desk, one).await;
            each.participants_count = inside.len();
            each.participants = faces(&inside);
        }
        shown.push(each);
    }
    Ok(shown)
}

/// Runs that are over, with who was there.
pub(super) async fn past(desk: &Desk, base_url: &str, runs: Vec<(store::Run, model::Meeting)>) -> Result<Vec<Meeting>> {
    let people = People::around(desk, &runs.iter().map(|(_, meeting)| meeting).collect::<Vec<_>>()).await?;
    let stays = store::stays(&desk.db, runs.iter().map(|(run, _)| run.id).collect()).await?;
    let shown = runs.into_iter().map(|(run, meeting)| {
        let mut shown = show(base_url, &meeting, &people, desk.now());
        let attendance: Vec<Stay> = stays.iter().filter(|stay| stay.run_id == run.id).map(stay).collect();
        shown.state = model::State::Ended.word().to_owned();
        shown.started_at = Some(run.started_at);
        shown.ended_at = Some(run.ended_at);
        let mut identities: Vec<&str> = attendance.iter().map(|stay| stay.identity.as_str()).collect();
        identities.sort_unstable();
        identities.dedup();
        shown.participants_count = identities.len();
        shown.attendance = Some(attendance);
        shown
    });
    Ok(shown.collect())
}

fn show(base_url: &str, meeting: &model::Meeting, people: &People, now: Time) -> Meeting {
    let invitee = |invitee: &model::Invitee| {
        let person = people.person(invitee.member);
        Invitee { id: person.id, name: person.name, avatar_url: person.avatar_url, response: invitee.response.word().to_owned() }
    };
    Meeting {
        id: meeting.id,
        number: meeting.number.clone(),
        title: meeting.title.clone(),
        kind: meeting.kind.word().to_owned(),
        state: rules::state_at(meeting, now.as_ms()).word().to_owned(),
        starts_at: meeting.starts_at,
        duration_minutes: meeting.duration_minutes,
        started_at: meeting.started_at,
        ended_at: meeting.ended_at,
        host: people.person(meeting.host),
        co_hosts: meeting.co_hosts.clone(),
        link: format!("{base_url}/m/{}", meeting.number),
        guests_allowed: meeting.settings.guests_allowed,
        settings: settings(meeting.settings),
        participants_count: 0,
        participants: Vec::new(),
        invitees: meeting.invitees.iter().map(invitee).collect(),
        about: meeting.about.as_ref().map(|(kind, id)| Subject { kind: kind.clone(), id: *id }),
        attendance: None,
    }
}

/// What stands at the door; members see who is inside.
pub(super) async fn door(desk: &Desk, meeting: &model::Meeting, is_member: bool) -> Result<MeetingDoor> {
    let people = People::around(desk, &[meeting]).await?;
    let inside = match meeting.state {
        model::State::Running => room::people_inside(desk, meeting).await,
        model::State::Scheduled | model::State::Ended | model::State::Cancelled => Vec::new(),
    };
    Ok(MeetingDoor {
        number: meeting.number.clone(),
        title: meeting.title.clone(),
        state: rules::state_at(meeting, desk.now().as_ms()).word().to_owned(),
        starts_at: meeting.starts_at,
        started_at: meeting.started_at,
        host_name: people.person(meeting.host).name,
        guests_allowed: meeting.settings.guests_allowed,
        locked: meeting.settings.locked,
        mute_on_entry: meeting.settings.mute_on_entry,
        participants_count: inside.len(),
        participants: if is_member { faces(&inside) } else { Vec::new() },
    })
}

/// A call with the meeting it is about; nothing when the meeting has gone.
pub(super) async fn call(desk: &Desk, call: calls::Call) -> Result<Option<Call>> {
    let Some(meeting) = store::of_room(&desk.db, &call.meeting_id.to_string()).await? else { return Ok(None) };
    let people = People(org::cards(desk, meeting.organisation, [call.caller_id]).await?);
    let inside = room::people_inside(desk, &meeting).await;
    Ok(Some(Call {
        id: call.id,
        meeting: CallMeeting { id: meeting.id, number: meeting.number, title: meeting.title },
        caller: people.person(call.caller_id),
        audio_only: call.audio_only,
        people_in: faces(&inside),
        rang_at: call.rang_at,
    }))
}

/// A stay as the API shows it.
pub(super) fn stay(stay: &store::Stay) -> Stay {
    Stay {
        identity: stay.identity.clone(),
        member_id: stay.member_id,
        name: stay.name.clone(),
        joined_at: stay.joined_at,
        left_at: stay.left_at,
    }
}

fn settings(settings: model::Settings) -> Settings {
    let model::Settings { guests_allowed, mute_on_entry, start_before_host, locked } = settings;
    Settings { guests_allowed, mute_on_entry, start_before_host, locked }
}

fn faces(inside: &[media::control::Participant]) -> Vec<Face> {
    let face = |participant: &media::control::Participant| Face {
        name: participant.name.clone(),
        avatar_url: participant.attributes.get("avatar").cloned(),
    };
    inside.iter().take(FACES_MAX).map(face).collect()
}
