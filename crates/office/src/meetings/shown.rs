//! What meetings are to things of other capabilities, at rest: which one people were last called into about a thing, and
//! to whose people a meeting was shown.

use kernel::Result;
use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::sql;
use kernel::uuid::Uuid;

use super::model::{Meeting, MeetingId};

/// The meeting into which people were last called about what this one is about, and when. Until the change is over,
/// nobody else calls about it: this one is noted when there was none.
pub(super) async fn last_call(tx: &mut Tx, meeting: &Meeting, now: Time) -> Result<Option<(MeetingId, Time)>> {
    let Some((kind, thing)) = &meeting.about else { return Ok(None) };
    let (last, at): (MeetingId, Time) = tx
        .ask(sql!(
            "INSERT INTO meetings_subjects (organisation_id, kind, thing_id, meeting_id, called_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organisation_id, kind, thing_id) DO UPDATE SET meeting_id = meetings_subjects.meeting_id
             RETURNING meeting_id, called_at"
        ))
        .bind(meeting.organisation)
        .bind(kind.clone())
        .bind(*thing)
        .bind(meeting.id)
        .bind(now)
        .one()
        .await?;
    Ok((last != meeting.id).then_some((last, at)))
}

/// Notes that people are called into this meeting about what it is about.
pub(super) async fn called(tx: &mut Tx, meeting: &Meeting, now: Time) -> Result<()> {
    let Some((kind, thing)) = &meeting.about else { return Ok(()) };
    tx.ask(sql!("UPDATE meetings_subjects SET meeting_id = $4, called_at = $5 WHERE organisation_id = $1 AND kind = $2 AND thing_id = $3"))
        .bind(meeting.organisation)
        .bind(kind.clone())
        .bind(*thing)
        .bind(meeting.id)
        .bind(now)
        .run()
        .await?;
    Ok(())
}

/// Notes that a meeting is shown to those who see a thing; only the latest few are kept.
pub(super) async fn show(tx: &mut Tx, meeting: MeetingId, to: (&str, Uuid), max: u64, now: Time) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO meetings_shown (meeting_id, kind, thing_id, shown_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (meeting_id, kind, thing_id) DO UPDATE SET shown_at = $4"
    ))
    .bind(meeting)
    .bind(to.0.to_owned())
    .bind(to.1)
    .bind(now)
    .run()
    .await?;
    tx.ask(sql!(
        "DELETE FROM meetings_shown WHERE meeting_id = $1 AND thing_id NOT IN (
             SELECT s.thing_id FROM meetings_shown s WHERE s.meeting_id = $1 ORDER BY s.shown_at DESC, s.thing_id LIMIT $2)"
    ))
    .bind(meeting)
    .bind(i64::try_from(max).unwrap_or(i64::MAX))
    .run()
    .await?;
    Ok(())
}

/// The things whose people a meeting was shown to.
pub(super) async fn places(db: &Db, meeting: MeetingId) -> Result<Vec<(String, Uuid)>> {
    db.read(sql!("SELECT kind, thing_id FROM meetings_shown WHERE meeting_id = $1 ORDER BY shown_at DESC, thing_id"))
        .bind(meeting)
        .all()
        .await
}
