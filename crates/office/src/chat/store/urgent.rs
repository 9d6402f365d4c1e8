//! Messages that are to be confirmed, and who has. Those who sent one and those of whom it is wanted see it, for as long as
//! they see the message.

use std::collections::HashMap;

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Result, sql};
use serde_json::json;
use sqlx::types::Json;

use super::super::model::{Urgent, UrgentCount};
use super::super::{ConversationId, MessageId, UrgentId};
use super::From;
use crate::org::MemberId;
use crate::viewer::Viewer;

#[derive(sqlx::FromRow)]
struct Row {
    id: UrgentId,
    message_id: MessageId,
    conversation_id: ConversationId,
    member_id: MemberId,
    at: Time,
    repeat_minutes: Option<i64>,
    rounds: i64,
    told_at: Option<Time>,
    ended_at: Option<Time>,
}

impl Row {
    fn urgent(self, people: Vec<(MemberId, Option<Time>)>) -> Urgent {
        let Row { id, message_id, conversation_id, member_id, at, repeat_minutes, rounds, told_at, ended_at } = self;
        let (message, conversation, by) = (message_id, conversation_id, member_id);
        Urgent { id, message, conversation, by, at, repeat_minutes, rounds, told_at, ended_at, people }
    }
}

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        "u.id, u.message_id, u.conversation_id, u.member_id, u.at, u.repeat_minutes, u.rounds, u.told_at, u.ended_at"
    };
}

/// Writes one down, in the place of one of the same message that is over.
pub(crate) async fn add(tx: &mut Tx, urgent: &Urgent) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_urgent WHERE message_id = $1")).bind(urgent.message).run().await?;
    tx.ask(sql!(
        "INSERT INTO chat_urgent (id, message_id, conversation_id, member_id, at, repeat_minutes, rounds) VALUES ($1, $2, $3, $4, $5, $6, 0)"
    ))
    .bind(urgent.id)
    .bind(urgent.message)
    .bind(urgent.conversation)
    .bind(urgent.by)
    .bind(urgent.at)
    .bind(urgent.repeat_minutes)
    .run()
    .await?;
    let rows: Vec<_> = urgent.people.iter().map(|(member, _)| json!({ "member": member })).collect();
    tx.ask(sql!(
        "INSERT INTO chat_urgent_people (urgent_id, member_id) SELECT $1, n.member FROM jsonb_to_recordset($2) AS n (member UUID)"
    ))
    .bind(urgent.id)
    .bind(Json(json!(rows)))
    .run()
    .await?;
    tx.ask(sql!("UPDATE chat_messages SET urgent_id = $2 WHERE id = $1")).bind(urgent.message).bind(urgent.id).run().await?;
    Ok(())
}

/// Whether a message is to be confirmed, and not all have.
pub(crate) async fn is_open(tx: &mut Tx, message: MessageId) -> Result<bool> {
    let open: Option<(UrgentId,)> =
        tx.ask(sql!("SELECT id FROM chat_urgent WHERE message_id = $1 AND ended_at IS NULL")).bind(message).optional().await?;
    Ok(open.is_some())
}

/// How many of a member's are not over.
pub(crate) async fn count_open(tx: &mut Tx, member: MemberId) -> Result<u64> {
    let (count,): (i64,) =
        tx.ask(sql!("SELECT COUNT(*) FROM chat_urgent WHERE member_id = $1 AND ended_at IS NULL")).bind(member).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// One, for whoever tells of it. Within a change it waits for whoever else changes it.
pub(crate) async fn for_everybody(mut from: From<'_>, id: UrgentId) -> Result<Option<Urgent>> {
    let row: Option<Row> =
        from.ask(sql!(concat!("SELECT ", columns!(), " FROM chat_urgent u WHERE u.id = $1"))).bind(id).optional().await?;
    let Some(row) = row else { return Ok(None) };
    let mut people = people(&mut from, &[id]).await?;
    Ok(Some(row.urgent(people.remove(&id).unwrap_or_default())))
}

/// One that the viewer sent, or of whom it is wanted.
pub(crate) async fn one(mut from: From<'_>, viewer: &Viewer, id: UrgentId) -> Result<Option<Urgent>> {
    let row: Option<Row> = from
        .ask(sql!(concat!(
            "SELECT ",
            columns!(),
            " FROM chat_urgent u JOIN chat_members v ON v.conversation_id = u.conversation_id AND v.member_id = $1 WHERE u.id = $2
               AND (u.member_id = $1 OR EXISTS (SELECT 1 FROM chat_urgent_people p WHERE p.urgent_id = u.id AND p.member_id = $1))"
        )))
        .bind(viewer.member)
        .bind(id)
        .optional()
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut people = people(&mut from, &[id]).await?;
    Ok(Some(row.urgent(people.remove(&id).unwrap_or_default())))
}

/// Which ones are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// Those the viewer is to confirm, and has.
    In,
    /// Those the viewer sent.
    Out,
}

/// The viewer's, the latest first.
pub(crate) async fn page(db: &Db, viewer: &Viewer, which: Which, before: Option<UrgentId>, limit: i64) -> Result<Vec<Urgent>> {
    let ask = match which {
        Which::In => db.read(sql!(concat!(
            "SELECT ",
            columns!(),
            " FROM chat_urgent_people p JOIN chat_urgent u ON u.id = p.urgent_id
             JOIN chat_members v ON v.conversation_id = u.conversation_id AND v.member_id = p.member_id
             WHERE p.member_id = $1 AND u.rounds > 0 AND (p.urgent_id < $2 OR $2 IS NULL) ORDER BY p.urgent_id DESC LIMIT $3"
        ))),
        Which::Out => db.read(sql!(concat!(
            "SELECT ",
            columns!(),
            " FROM chat_urgent u JOIN chat_members v ON v.conversation_id = u.conversation_id AND v.member_id = u.member_id
             WHERE u.member_id = $1 AND (u.id < $2 OR $2 IS NULL) ORDER BY u.id DESC LIMIT $3"
        ))),
    };
    let rows: Vec<Row> = ask.bind(viewer.member).bind(before).bind(limit).all().await?;
    let ids: Vec<UrgentId> = rows.iter().map(|row| row.id).collect();
    let mut people = people(&mut From::Db(db), &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let theirs = people.remove(&row.id).unwrap_or_default();
            row.urgent(theirs)
        })
        .collect())
}

type People = HashMap<UrgentId, Vec<(MemberId, Option<Time>)>>;

async fn people(from: &mut From<'_>, ids: &[UrgentId]) -> Result<People> {
    let rows: Vec<(UrgentId, MemberId, Option<Time>)> = from
        .ask(sql!(
            "SELECT urgent_id, member_id, confirmed_at FROM chat_urgent_people WHERE urgent_id = ANY($1)
             ORDER BY confirmed_at, member_id"
        ))
        .bind(Ids::from_iter(ids.iter().map(|id| id.uuid())))
        .all()
        .await?;
    let mut people = People::new();
    for (id, member, confirmed_at) in rows {
        people.entry(id).or_default().push((member, confirmed_at));
    }
    Ok(people)
}

/// How far the confirming of these has come.
pub(super) async fn counts(from: &mut From<'_>, ids: &[UrgentId]) -> Result<HashMap<UrgentId, UrgentCount>> {
    let rows: Vec<(UrgentId, i64, i64)> = from
        .ask(sql!("SELECT urgent_id, COUNT(*), COUNT(confirmed_at) FROM chat_urgent_people WHERE urgent_id = ANY($1) GROUP BY urgent_id"))
        .bind(Ids::from_iter(ids.iter().map(|id| id.uuid())))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id, to, confirmed)| (id, UrgentCount { id, to, confirmed })).collect())
}

/// Notes that somebody has confirmed it; says whether they had not.
pub(crate) async fn confirm(tx: &mut Tx, id: UrgentId, member: MemberId, now: Time) -> Result<bool> {
    let confirmed = tx
        .ask(sql!("UPDATE chat_urgent_people SET confirmed_at = $3 WHERE urgent_id = $1 AND member_id = $2 AND confirmed_at IS NULL"))
        .bind(id)
        .bind(member)
        .bind(now)
        .run()
        .await?;
    Ok(confirmed > 0)
}

/// Notes that it was told once more, unless somebody else did so; says whether it was noted.
pub(crate) async fn told(tx: &mut Tx, urgent: &Urgent, now: Time) -> Result<bool> {
    let told = tx
        .ask(sql!("UPDATE chat_urgent SET rounds = rounds + 1, told_at = $3 WHERE id = $1 AND rounds = $2 AND ended_at IS NULL"))
        .bind(urgent.id)
        .bind(urgent.rounds)
        .bind(now)
        .run()
        .await?;
    Ok(told > 0)
}

/// Ends it; says whether it went on until now.
pub(crate) async fn end(tx: &mut Tx, id: UrgentId, now: Time) -> Result<bool> {
    let ended = tx.ask(sql!("UPDATE chat_urgent SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")).bind(id).bind(now).run().await?;
    Ok(ended > 0)
}
