//! Calls at rest: who rings whom about which meeting, and how it ended.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::sql;

use super::model::{CallId, MeetingId};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Calls that may ring for one person at once.
const RINGING_MAX: i64 = 20;

/// One person being rung.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) meeting_id: MeetingId,
    pub(super) caller_id: MemberId,
    pub(super) callee_id: MemberId,
    pub(super) audio_only: bool,
    pub(super) rang_at: i64,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The callee comes.
    Accepted,
    /// The callee says no.
    Declined,
    /// It rang its time and nobody answered.
    Missed,
    /// The meeting ended first.
    Cancelled,
}

impl Ending {
    /// As it stands in the database and on the wire.
    pub(super) fn word(self) -> &'static str {
        match self {
            Ending::Accepted => "accepted",
            Ending::Declined => "declined",
            Ending::Missed => "missed",
            Ending::Cancelled => "cancelled",
        }
    }
}

/// Rings somebody, unless they are being rung about this meeting already.
pub(super) async fn ring(tx: &mut Tx, call: &Call) -> Result<bool> {
    let ringing: Option<(CallId,)> = tx
        .ask(sql!("SELECT id FROM meetings_calls WHERE meeting_id = $1 AND callee_id = $2 AND state = 'ringing' LIMIT 1"))
        .bind(call.meeting_id)
        .bind(call.callee_id)
        .optional()
        .await?;
    if ringing.is_some() {
        return Ok(false);
    }
    tx.ask(sql!(
        "INSERT INTO meetings_calls (id, meeting_id, caller_id, callee_id, audio_only, state, rang_at, ended_at, message)
         VALUES ($1, $2, $3, $4, $5, 'ringing', $6, NULL, NULL)"
    ))
    .bind(call.id)
    .bind(call.meeting_id)
    .bind(call.caller_id)
    .bind(call.callee_id)
    .bind(call.audio_only)
    .bind(call.rang_at)
    .run()
    .await?;
    Ok(true)
}

/// What rings for the viewer now.
pub(super) async fn ringing_for(db: &Db, viewer: &Viewer) -> Result<Vec<Call>> {
    db.read(sql!(
        "SELECT c.id, c.meeting_id, c.caller_id, c.callee_id, c.audio_only, c.rang_at
         FROM meetings_calls c JOIN meetings m ON m.id = c.meeting_id
         WHERE c.callee_id = $1 AND m.organisation_id = $2 AND c.state = 'ringing' ORDER BY c.rang_at LIMIT $3"
    ))
    .bind(viewer.member)
    .bind(viewer.organisation)
    .bind(RINGING_MAX)
    .all()
    .await
}

/// A call that still rings.
pub(super) async fn ringing(db: &Db, id: CallId) -> Result<Option<Call>> {
    db.read(sql!(
        "SELECT id, meeting_id, caller_id, callee_id, audio_only, rang_at FROM meetings_calls WHERE id = $1 AND state = 'ringing'"
    ))
    .bind(id)
    .optional()
    .await
}

/// Who was rung about a meeting and is not any more, without having said that they come.
pub(super) async fn unanswered(db: &Db, meeting: MeetingId) -> Result<Vec<MemberId>> {
    let members: Vec<(MemberId,)> = db
        .read(sql!(
            "SELECT DISTINCT c.callee_id FROM meetings_calls c WHERE c.meeting_id = $1 AND c.state <> 'ringing'
             AND NOT EXISTS (SELECT 1 FROM meetings_calls o
                             WHERE o.meeting_id = $1 AND o.callee_id = c.callee_id AND o.state IN ('ringing', 'accepted'))
             ORDER BY c.callee_id LIMIT 1000"
        ))
        .bind(meeting)
        .all()
        .await?;
    Ok(members.into_iter().map(|(member,)| member).collect())
}

/// Ends a call of the viewer's that still rings; nothing when there is none.
pub(super) async fn answer(
    tx: &mut Tx,
    viewer: &Viewer,
    id: CallId,
    ending: Ending,
    message: Option<String>,
    at: Time,
) -> Result<Option<Call>> {
    tx.ask(sql!(
        "UPDATE meetings_calls SET state = $3, ended_at = $4, message = $5 WHERE id = $1 AND callee_id = $2 AND state = 'ringing'
         RETURNING id, meeting_id, caller_id, callee_id, audio_only, rang_at"
    ))
    .bind(id)
    .bind(viewer.member)
    .bind(ending.word())
    .bind(at)
    .bind(message)
    .optional()
    .await
}

/// Ends a call that rang its time; nothing when it was answered meanwhile.
pub(super) async fn miss(tx: &mut Tx, id: CallId, at: Time) -> Result<Option<Call>> {
    tx.ask(sql!(
        "UPDATE meetings_calls SET state = 'missed', ended_at = $2 WHERE id = $1 AND state = 'ringing'
         RETURNING id, meeting_id, caller_id, callee_id, audio_only, rang_at"
    ))
    .bind(id)
    .bind(at)
    .optional()
    .await
}

/// Ends every call that still rings for a meeting, or only those for one member of it.
pub(super) async fn end_all(tx: &mut Tx, meeting: MeetingId, callee: Option<MemberId>, ending: Ending, at: Time) -> Result<Vec<Call>> {
    tx.ask(sql!(
        "UPDATE meetings_calls SET state = $3, ended_at = $4
         WHERE meeting_id = $1 AND (callee_id = $2 OR $5) AND state = 'ringing'
         RETURNING id, meeting_id, caller_id, callee_id, audio_only, rang_at"
    ))
    .bind(meeting)
    .bind(callee)
    .bind(ending.word())
    .bind(at)
    .bind(callee.is_none())
    .all()
    .await
}
