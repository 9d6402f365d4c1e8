//! Where bots are, and where they may answer later.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};

use super::super::model::{Response, Seat};
use crate::chat::{ConversationId, MessageId, ProgramId};
use crate::org::MemberId;

type Row = (ProgramId, ConversationId, MemberId, Time, i64);

fn seat((bot, conversation, added_by, added_at, from_seq): Row) -> Seat {
    Seat { bot, conversation, added_by, added_at, from_seq }
}

/// The bots in a conversation. Whoever asks has found out already that its viewer belongs to it.
pub(crate) async fn in_conversation(db: &Db, id: ConversationId) -> Result<Vec<Seat>> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT bot_id, conversation_id, added_by, added_at, from_seq FROM open_seats WHERE conversation_id = $1 ORDER BY bot_id LIMIT 1000"
        ))
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(seat).collect())
}

/// Where a bot is.
pub(crate) async fn of_bot(db: &Db, bot: ProgramId) -> Result<Vec<Seat>> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT bot_id, conversation_id, added_by, added_at, from_seq FROM open_seats WHERE bot_id = $1 ORDER BY conversation_id LIMIT 5000"
        ))
        .bind(bot)
        .all()
        .await?;
    Ok(rows.into_iter().map(seat).collect())
}

/// A bot's place in a conversation.
pub(crate) async fn one(db: &Db, bot: ProgramId, id: ConversationId) -> Result<Option<Seat>> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT bot_id, conversation_id, added_by, added_at, from_seq FROM open_seats WHERE bot_id = $1 AND conversation_id = $2"
        ))
        .bind(bot)
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(seat))
}

/// Lets a bot in; says whether it was not there.
pub(crate) async fn add(tx: &mut Tx, seat: &Seat) -> Result<bool> {
    let added = tx
        .ask(sql!(
            "INSERT INTO open_seats (bot_id, conversation_id, added_by, added_at, from_seq) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (bot_id, conversation_id) DO NOTHING"
        ))
        .bind(seat.bot)
        .bind(seat.conversation)
        .bind(seat.added_by)
        .bind(seat.added_at)
        .bind(seat.from_seq)
        .run()
        .await?;
    Ok(added > 0)
}

/// Sends a bot away; says whether it was there.
pub(crate) async fn remove(tx: &mut Tx, bot: ProgramId, id: ConversationId) -> Result<bool> {
    let removed =
        tx.ask(sql!("DELETE FROM open_seats WHERE bot_id = $1 AND conversation_id = $2")).bind(bot).bind(id).run().await?;
    Ok(removed > 0)
}

/// How many bots are in a conversation.
pub(crate) async fn count(tx: &mut Tx, id: ConversationId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM open_seats WHERE conversation_id = $1")).bind(id).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Opens an address at which a bot may answer until then. Those that are over are forgotten.
pub(crate) async fn open_response(db: &Db, hash: Vec<u8>, response: &Response, now: Time, until: Time) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.ask(sql!("DELETE FROM open_responses WHERE until_at <= $1")).bind(now).run().await?;
    tx.ask(sql!(
        "INSERT INTO open_responses (token_hash, bot_id, conversation_id, member_id, message_id, uses, until_at) VALUES ($1, $2, $3, $4, $5, 0, $6)"
    ))
    .bind(hash)
    .bind(response.bot)
    .bind(response.conversation)
    .bind(response.member)
    .bind(response.message)
    .bind(until)
    .run()
    .await?;
    tx.commit().await
}

/// Uses such an address once more; nothing when it takes no answers any more.
pub(crate) async fn use_response(db: &Db, hash: Vec<u8>, most: i64, now: Time) -> Result<Option<Response>> {
    let found: Option<(ProgramId, ConversationId, MemberId, Option<MessageId>)> = db
        .write(sql!(
            "UPDATE open_responses SET uses = uses + 1 WHERE token_hash = $1 AND uses < $2 AND until_at > $3
             RETURNING bot_id, conversation_id, member_id, message_id"
        ))
        .bind(hash)
        .bind(most)
        .bind(now)
        .optional()
        .await?;
    Ok(found.map(|(bot, conversation, member, message)| Response { bot, conversation, member, message }))
}
