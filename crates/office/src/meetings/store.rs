//! The tables of meetings. A meeting is fetched by somebody who may see it, by its number at the door, or by the
//! media server's events; nothing else reads a row.

use kernel::chance::Chance;
use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::error::{Error, Result};
use kernel::sql;
use kernel::uuid::Uuid;

use super::model::{Invitee, Kind, Meeting, MeetingId, Response, Settings, State};
use super::rules;
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

/// Tries to find a number that nobody has; with 900 million of them a second one is rare.
const NUMBER_TRIES: usize = 16;
/// Meetings listed at once.
pub(super) const PAGE_MAX: i64 = 50;

#[derive(sqlx::FromRow)]
struct Row {
    id: MeetingId,
    organisation_id: OrganisationId,
    number: String,
    title: String,
    kind: String,
    state: String,
    host_id: MemberId,
    starts_at: Option<i64>,
    duration_minutes: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    guests_allowed: bool,
    mute_on_entry: bool,
    start_before_host: bool,
    locked: bool,
    subject_kind: Option<String>,
    subject_id: Option<Uuid>,
}

impl Row {
    fn meeting(self) -> Result<Meeting> {
        let strange = |column: &str, word: &str| Error::internal(format!("meetings.{column}"), format!("no such word: {word}"));
        Ok(Meeting {
            id: self.id,
            organisation: self.organisation_id,
            kind: Kind::from_word(&self.kind).ok_or_else(|| strange("kind", &self.kind))?,
            state: State::from_word(&self.state).ok_or_else(|| strange("state", &self.state))?,
            number: self.number,
            title: self.title,
            host: self.host_id,
            starts_at: self.starts_at,
            duration_minutes: self.duration_minutes,
            started_at: self.started_at,
            ended_at: self.ended_at,
            settings: Settings {
                guests_allowed: self.guests_allowed,
                mute_on_entry: self.mute_on_entry,
                start_before_host: self.start_before_host,
                locked: self.locked,
            },
            co_hosts: Vec::new(),
            invitees: Vec::new(),
            about: self.subject_kind.zip(self.subject_id),
        })
    }
}

/// The columns of [`Row`], in every statement that reads meetings.
macro_rules! rows {
    ($rest:expr) => {
        sql!(concat!(
            "SELECT m.id, m.organisation_id, m.number, m.title, m.kind, m.state, m.host_id, m.starts_at, m.duration_minutes,
                    m.started_at, m.ended_at, m.guests_allowed, m.mute_on_entry, m.start_before_host, m.locked,
                    m.subject_kind, m.subject_id
             FROM meetings m ",
            $rest
        ))
    };
}

/// Who sees a meeting besides its number: whoever holds it, was invited or rung, or was there. `$1` is the
/// organisation, `$2` the member.
macro_rules! visible {
    ($rest:expr) => {
        rows!(concat!(
            "WHERE m.organisation_id = $1 AND (m.host_id = $2
                OR EXISTS (SELECT 1 FROM meetings_invitees i WHERE i.meeting_id = m.id AND i.member_id = $2)
                OR EXISTS (SELECT 1 FROM meetings_stays s JOIN meetings_runs r ON r.id = s.run_id
                           WHERE r.meeting_id = m.id AND s.member_id = $2)) ",
            $rest
        ))
    };
}

/// A meeting the viewer may see.
pub(super) async fn meeting_for(db: &Db, viewer: &Viewer, id: MeetingId) -> Result<Meeting> {
    let row: Option<Row> = db.read(visible!("AND m.id = $3")).bind(viewer.organisation).bind(viewer.member).bind(id).optional().await?;
    whole(db, row.ok_or_else(Error::not_found)?).await
}

/// The meeting of that number. Whoever knows a number may stand at the door.
pub(super) async fn at_the_door(db: &Db, number: &str) -> Result<Meeting> {
    let row: Option<Row> = db.read(rows!("WHERE m.number = $1")).bind(number.to_owned()).optional().await?;
    whole(db, row.ok_or_else(Error::not_found)?).await
}

/// The meeting of a room of the media server, if the room is one of ours.
pub(super) async fn of_room(db: &Db, room: &str) -> Result<Option<Meeting>> {
    let Ok(id) = room.parse::<MeetingId>() else { return Ok(None) };
    let row: Option<Row> = db.read(rows!("WHERE m.id = $1")).bind(id).optional().await?;
    match row {
        Some(row) => whole(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// The viewer's running meetings, the newest first.
pub(super) async fn running(db: &Db, viewer: &Viewer) -> Result<Vec<Meeting>> {
    let statement = visible!("AND m.state = 'running' ORDER BY m.started_at DESC, m.id LIMIT $3");
    let rows: Vec<Row> = db.read(statement).bind(viewer.organisation).bind(viewer.member).bind(PAGE_MAX).all().await?;
    all_whole(db, rows).await
}

/// The viewer's planned meetings that are not over, the next one first, from behind the last one seen.
pub(super) async fn upcoming(db: &Db, viewer: &Viewer, after: Option<(i64, MeetingId)>, limit: i64, now: Time) -> Result<Vec<Meeting>> {
    let (start, id) = after.map_or((i64::MIN, None), |(start, id)| (start, Some(id)));
    let statement = visible!(
        "AND m.state = 'scheduled' AND m.kind = 'scheduled'
         AND m.starts_at + m.duration_minutes * 60000 > $6 AND (m.starts_at > $3 OR (m.starts_at = $3 AND m.id > $4))
         ORDER BY m.starts_at, m.id LIMIT $5"
    );
    let ask = db.read(statement).bind(viewer.organisation).bind(viewer.member).bind(start).bind(id).bind(limit).bind(now);
    let rows: Vec<Row> = ask.all().await?;
    all_whole(db, rows).await
}

/// One time that a meeting ran.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Run {
    pub(super) id: Uuid,
    pub(super) meeting_id: MeetingId,
    pub(super) started_at: i64,
    pub(super) ended_at: i64,
}

/// Runs the viewer may see that are over, the latest first, from behind the last one seen.
pub(super) async fn past(db: &Db, viewer: &Viewer, before: Option<Uuid>, limit: i64) -> Result<Vec<(Run, Meeting)>> {
    let runs: Vec<Run> = db
        .read(sql!(
            "SELECT r.id, r.meeting_id, r.started_at, r.ended_at FROM meetings_runs r JOIN meetings m ON m.id = r.meeting_id
             WHERE m.organisation_id = $1 AND r.ended_at IS NOT NULL AND r.id < $3 AND (m.host_id = $2
                OR EXISTS (SELECT 1 FROM meetings_invitees i WHERE i.meeting_id = m.id AND i.member_id = $2)
                OR EXISTS (SELECT 1 FROM meetings_stays s WHERE s.run_id = r.id AND s.member_id = $2))
             ORDER BY r.id DESC LIMIT $4"
        ))
        .bind(viewer.organisation)
        .bind(viewer.member)
        .bind(before.unwrap_or(Uuid::max()))
        .bind(limit)
        .all()
        .await?;
    let ids = Ids::from_iter(runs.iter().map(|run| run.meeting_id.uuid()));
    let rows: Vec<Row> = db.read(rows!("WHERE m.id = ANY($1)")).bind(ids).all().await?;
    let meetings = all_whole(db, rows).await?;
    let found = |run: Run| meetings.iter().find(|meeting| meeting.id == run.meeting_id).cloned().map(|meeting| (run, meeting));
    Ok(runs.into_iter().filter_map(found).collect())
}

/// A run under way.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct OpenRun {
    pub(super) id: Uuid,
    /// The room of the media server, by the id of its opening.
    room: Option<String>,
    seen_at: Option<Time>,
}

impl OpenRun {
    /// Whether it is known to be in another room than that one.
    pub(super) fn is_elsewhere(&self, room: Option<&str>) -> bool {
        let known = self.room.as_deref();
        matches!((known, room), (Some(known), Some(room)) if !known.is_empty() && !room.is_empty() && known != room)
    }

    /// When it was last known to be going on.
    pub(super) fn last_seen(&self, now: Time) -> Time {
        self.seen_at.unwrap_or(now).min(now)
    }
}

/// One device of somebody in a run.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Session {
    pub(super) session: String,
    pub(super) member_id: Option<MemberId>,
}

/// Somebody's stay in a run.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Stay {
    pub(super) run_id: Uuid,
    pub(super) identity: String,
    pub(super) member_id: Option<MemberId>,
    pub(super) name: String,
    pub(super) joined_at: i64,
    pub(super) left_at: Option<i64>,
}

/// Who was in these runs, in the order they came.
pub(super) async fn stays(db: &Db, runs: Vec<Uuid>) -> Result<Vec<Stay>> {
    db.read(sql!(
        "SELECT run_id, identity, member_id, name, joined_at, left_at FROM meetings_stays
         WHERE run_id = ANY($1) ORDER BY joined_at, id LIMIT 10000"
    ))
    .bind(Ids::from_iter(runs))
    .all()
    .await
}

/// The runs of a meeting, the latest first.
pub(super) async fn runs_of(db: &Db, meeting: MeetingId) -> Result<Vec<Uuid>> {
    let ids: Vec<(Uuid,)> =
        db.read(sql!("SELECT id FROM meetings_runs WHERE meeting_id = $1 ORDER BY started_at DESC LIMIT 50")).bind(meeting).all().await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// The viewer's permanent room, if it has been made.
pub(super) async fn personal(db: &Db, viewer: &Viewer) -> Result<Option<Meeting>> {
    let statement = rows!("WHERE m.organisation_id = $1 AND m.host_id = $2 AND m.kind = 'personal'");
    let row: Option<Row> = db.read(statement).bind(viewer.organisation).bind(viewer.member).optional().await?;
    match row {
        Some(row) => whole(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Writes a new meeting under a number of its own.
pub(super) async fn create(tx: &mut Tx, meeting: &mut Meeting, chance: &Chance, now: Time) -> Result<()> {
    for _ in 0..NUMBER_TRIES {
        let drawn = rules::NUMBER_MIN + chance.below(rules::NUMBER_END - rules::NUMBER_MIN);
        meeting.number = drawn.to_string();
        let written = tx
            .ask(sql!(
                "INSERT INTO meetings (id, organisation_id, number, title, kind, state, host_id, starts_at, duration_minutes, started_at,
                    ended_at, guests_allowed, mute_on_entry, start_before_host, locked, created_at, subject_kind, subject_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (number) DO NOTHING"
            ))
            .bind(meeting.id)
            .bind(meeting.organisation)
            .bind(meeting.number.clone())
            .bind(meeting.title.clone())
            .bind(meeting.kind.word())
            .bind(meeting.state.word())
            .bind(meeting.host)
            .bind(meeting.starts_at)
            .bind(meeting.duration_minutes)
            .bind(meeting.settings.guests_allowed)
            .bind(meeting.settings.mute_on_entry)
            .bind(meeting.settings.start_before_host)
            .bind(meeting.settings.locked)
            .bind(now)
            .bind(meeting.about.as_ref().map(|(kind, _)| kind.clone()))
            .bind(meeting.about.as_ref().map(|(_, id)| *id))
            .run()
            .await?;
        if written == 1 {
            return set_invitees(tx, meeting).await;
        }
    }
    Err(Error::internal("meetings.number", "no free number was found"))
}

/// Writes what may change about a meeting, and who shares the host's rights.
pub(super) async fn update(tx: &mut Tx, meeting: &Meeting) -> Result<()> {
    tx.ask(sql!(
        "UPDATE meetings SET title = $2, state = $3, host_id = $4, starts_at = $5, duration_minutes = $6, started_at = $7, ended_at = $8,
            guests_allowed = $9, mute_on_entry = $10, start_before_host = $11, locked = $12 WHERE id = $1"
    ))
    .bind(meeting.id)
    .bind(meeting.title.clone())
    .bind(meeting.state.word())
    .bind(meeting.host)
    .bind(meeting.starts_at)
    .bind(meeting.duration_minutes)
    .bind(meeting.started_at)
    .bind(meeting.ended_at)
    .bind(meeting.settings.guests_allowed)
    .bind(meeting.settings.mute_on_entry)
    .bind(meeting.settings.start_before_host)
    .bind(meeting.settings.locked)
    .run()
    .await?;
    tx.ask(sql!("DELETE FROM meetings_co_hosts WHERE meeting_id = $1")).bind(meeting.id).run().await?;
    for identity in &meeting.co_hosts {
        tx.ask(sql!("INSERT INTO meetings_co_hosts (meeting_id, identity) VALUES ($1, $2) ON CONFLICT DO NOTHING"))
            .bind(meeting.id)
            .bind(identity.clone())
            .run()
            .await?;
    }
    Ok(())
}

/// Replaces the list of those invited.
pub(super) async fn set_invitees(tx: &mut Tx, meeting: &Meeting) -> Result<()> {
    tx.ask(sql!("DELETE FROM meetings_invitees WHERE meeting_id = $1")).bind(meeting.id).run().await?;
    for Invitee { member, response } in &meeting.invitees {
        invite(tx, meeting.id, *member).await?;
        respond(tx, meeting.id, *member, *response).await?;
    }
    Ok(())
}

/// Adds somebody to those invited, unless they are already.
pub(super) async fn invite(tx: &mut Tx, meeting: MeetingId, member: MemberId) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO meetings_invitees (meeting_id, member_id, response) VALUES ($1, $2, 'waiting')
         ON CONFLICT (meeting_id, member_id) DO NOTHING"
    ))
    .bind(meeting)
    .bind(member)
    .run()
    .await?;
    Ok(())
}

/// Writes down what somebody who was invited answers.
pub(super) async fn respond(tx: &mut Tx, meeting: MeetingId, member: MemberId, response: Response) -> Result<()> {
    tx.ask(sql!("UPDATE meetings_invitees SET response = $3 WHERE meeting_id = $1 AND member_id = $2 AND response <> $3"))
        .bind(meeting)
        .bind(member)
        .bind(response.word())
        .run()
        .await?;
    Ok(())
}

/// Locks the row by touching it and reads the meeting as it is now, so that two changes follow one another.
pub(super) async fn for_change(tx: &mut Tx, id: MeetingId) -> Result<Meeting> {
    tx.ask(sql!("UPDATE meetings SET number = number WHERE id = $1")).bind(id).run().await?;
    let row: Option<Row> = tx.ask(rows!("WHERE m.id = $1")).bind(id).optional().await?;
    let mut meeting = row.ok_or_else(Error::not_found)?.meeting()?;
    let invitees: Vec<(MemberId, String)> =
        tx.ask(sql!("SELECT member_id, response FROM meetings_invitees WHERE meeting_id = $1 ORDER BY member_id")).bind(id).all().await?;
    meeting.invitees = invitees.into_iter().map(|(member, word)| invitee(member, &word)).collect();
    let co_hosts: Vec<(String,)> =
        tx.ask(sql!("SELECT identity FROM meetings_co_hosts WHERE meeting_id = $1 ORDER BY identity")).bind(id).all().await?;
    meeting.co_hosts = co_hosts.into_iter().map(|(identity,)| identity).collect();
    Ok(meeting)
}

/// Begins a run, unless one is under way.
pub(super) async fn begin_run(tx: &mut Tx, meeting: MeetingId, chance: &Chance, now: Time) -> Result<()> {
    if open_run(tx, meeting).await?.is_none() {
        tx.ask(sql!("INSERT INTO meetings_runs (id, meeting_id, started_at, ended_at) VALUES ($1, $2, $3, NULL)"))
            .bind(chance.uuid(now))
            .bind(meeting)
            .bind(now)
            .run()
            .await?;
    }
    Ok(())
}

/// Ends the run under way and every stay in it; gives those that were not over yet.
pub(super) async fn end_run(tx: &mut Tx, run: &OpenRun, at: Time) -> Result<Vec<Session>> {
    tx.ask(sql!("UPDATE meetings_runs SET ended_at = $2 WHERE id = $1")).bind(run.id).bind(at).run().await?;
    end_stays(tx, run, at).await
}

/// Notes that a run was seen to be going on. In another room than before, whoever was in that one is there no longer:
/// the time at which it was last seen is the best that is known of them. Gives those who were.
pub(super) async fn seen(tx: &mut Tx, meeting: MeetingId, room: Option<&str>, at: Time) -> Result<Vec<Session>> {
    let Some(run) = open_run(tx, meeting).await? else { return Ok(Vec::new()) };
    let moved = run.is_elsewhere(room);
    let left = if moved { end_stays(tx, &run, run.last_seen(at)).await? } else { Vec::new() };
    tx.ask(sql!("UPDATE meetings_runs SET room = COALESCE($2, room), seen_at = $3 WHERE id = $1"))
        .bind(run.id)
        .bind(room.filter(|room| !room.is_empty()).map(str::to_owned))
        .bind(at)
        .run()
        .await?;
    Ok(left)
}

async fn end_stays(tx: &mut Tx, run: &OpenRun, at: Time) -> Result<Vec<Session>> {
    tx.ask(sql!(
        "UPDATE meetings_stays SET left_at = CASE WHEN joined_at > $2 THEN joined_at ELSE $2 END
         WHERE run_id = $1 AND left_at IS NULL RETURNING session, member_id"
    ))
    .bind(run.id)
    .bind(at)
    .all()
    .await
}

/// Notes that somebody came. The same session is noted once, however often it is told.
pub(super) async fn came(tx: &mut Tx, meeting: MeetingId, session: &str, who: &Stay, chance: &Chance, at: Time) -> Result<()> {
    let Some(OpenRun { id: run, .. }) = open_run(tx, meeting).await? else { return Ok(()) };
    tx.ask(sql!(
        "INSERT INTO meetings_stays (id, run_id, session, identity, member_id, name, joined_at, left_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT (run_id, session) DO NOTHING"
    ))
    .bind(chance.uuid(at))
    .bind(run)
    .bind(session.to_owned())
    .bind(who.identity.clone())
    .bind(who.member_id)
    .bind(who.name.clone())
    .bind(who.joined_at)
    .run()
    .await?;
    Ok(())
}

/// Notes that a session ended.
pub(super) async fn went(tx: &mut Tx, meeting: MeetingId, session: &str, at: Time) -> Result<()> {
    let Some(OpenRun { id: run, .. }) = open_run(tx, meeting).await? else { return Ok(()) };
    tx.ask(sql!("UPDATE meetings_stays SET left_at = $3 WHERE run_id = $1 AND session = $2 AND left_at IS NULL"))
        .bind(run)
        .bind(session.to_owned())
        .bind(at)
        .run()
        .await?;
    Ok(())
}

/// Everybody who sees the meeting.
pub(super) async fn audience(db: &Db, meeting: MeetingId) -> Result<Vec<MemberId>> {
    let members: Vec<(MemberId,)> = db
        .read(sql!(
            "SELECT host_id FROM meetings WHERE id = $1
             UNION SELECT member_id FROM meetings_invitees WHERE meeting_id = $1
             UNION SELECT s.member_id FROM meetings_stays s JOIN meetings_runs r ON r.id = s.run_id
                   WHERE r.meeting_id = $1 AND s.member_id IS NOT NULL"
        ))
        .bind(meeting)
        .all()
        .await?;
    Ok(members.into_iter().map(|(member,)| member).collect())
}

/// The run under way.
pub(super) async fn open_run(tx: &mut Tx, meeting: MeetingId) -> Result<Option<OpenRun>> {
    tx.ask(sql!("SELECT id, room, seen_at FROM meetings_runs WHERE meeting_id = $1 AND ended_at IS NULL ORDER BY started_at DESC LIMIT 1"))
        .bind(meeting)
        .optional()
        .await
}

/// The room in which the run under way is known to be.
pub(super) async fn room_of_run(db: &Db, meeting: MeetingId) -> Result<Option<String>> {
    let room: Option<(Option<String>,)> =
        db.read(sql!("SELECT room FROM meetings_runs WHERE meeting_id = $1 AND ended_at IS NULL")).bind(meeting).optional().await?;
    Ok(room.and_then(|(room,)| room))
}

async fn whole(db: &Db, row: Row) -> Result<Meeting> {
    let mut meetings = all_whole(db, vec![row]).await?;
    meetings.pop().ok_or_else(Error::not_found)
}

/// Adds the people around each meeting, with one statement for all of them.
async fn all_whole(db: &Db, rows: Vec<Row>) -> Result<Vec<Meeting>> {
    let mut meetings = rows.into_iter().map(Row::meeting).collect::<Result<Vec<_>>>()?;
    let ids = || Ids::from_iter(meetings.iter().map(|meeting| meeting.id.uuid()));
    let invitees: Vec<(MeetingId, MemberId, String)> = db
        .read(sql!("SELECT meeting_id, member_id, response FROM meetings_invitees WHERE meeting_id = ANY($1) ORDER BY member_id"))
        .bind(ids())
        .all()
        .await?;
    let co_hosts: Vec<(MeetingId, String)> = db
        .read(sql!("SELECT meeting_id, identity FROM meetings_co_hosts WHERE meeting_id = ANY($1) ORDER BY identity"))
        .bind(ids())
        .all()
        .await?;
    for meeting in &mut meetings {
        let of_this = invitees.iter().filter(|(id, _, _)| *id == meeting.id);
        meeting.invitees = of_this.map(|(_, member, word)| invitee(*member, word)).collect();
        let of_this = co_hosts.iter().filter(|(id, _)| *id == meeting.id);
        meeting.co_hosts = of_this.map(|(_, identity)| identity.clone()).collect();
    }
    Ok(meetings)
}

fn invitee(member: MemberId, word: &str) -> Invitee {
    Invitee { member, response: Response::from_word(word).unwrap_or(Response::Waiting) }
}
