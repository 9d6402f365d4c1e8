//! Bots.

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Error, Result, sql};
use sqlx::types::Json;

use super::super::model::{Bot, Command, EventKind};
use super::read;
use crate::chat::{ConversationId, ProgramId};
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

#[derive(sqlx::FromRow)]
struct Row {
    id: ProgramId,
    organisation_id: OrganisationId,
    name: String,
    description: String,
    avatar: String,
    token_end: String,
    callback_url: String,
    secret: String,
    events: Json<Vec<String>>,
    commands: Json<Vec<Command>>,
    is_on: bool,
    failures: i64,
    stopped_at: Option<Time>,
    created_by: MemberId,
    created_at: Time,
    last_used_at: Option<Time>,
}

impl Row {
    fn bot(self) -> Result<Bot> {
        let events = self.events.0.iter().map(|word| read("event", word, EventKind::from_word)).collect::<Result<_>>()?;
        Ok(Bot {
            id: self.id,
            organisation: self.organisation_id,
            name: self.name,
            description: self.description,
            avatar: self.avatar,
            token_end: self.token_end,
            callback_url: self.callback_url,
            secret: self.secret,
            events,
            commands: self.commands.0,
            is_on: self.is_on,
            failures: self.failures,
            stopped_at: self.stopped_at,
            created_by: self.created_by,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
        })
    }
}

macro_rules! bots {
    ($rest:expr) => {
        sql!(concat!(
            "SELECT b.id, b.organisation_id, b.name, b.description, b.avatar, b.token_end, b.callback_url, b.secret, b.events, b.commands,
                b.is_on, b.failures, b.stopped_at, b.created_by, b.created_at, b.last_used_at FROM open_bots b ",
            $rest
        ))
    };
}

/// The bots of the viewer's organisation.
pub(crate) async fn all(db: &Db, viewer: &Viewer) -> Result<Vec<Bot>> {
    let rows: Vec<Row> = db.read(bots!("WHERE b.organisation_id = $1 ORDER BY b.id LIMIT 1000")).bind(viewer.organisation).all().await?;
    rows.into_iter().map(Row::bot).collect()
}

/// A bot of the viewer's organisation.
pub(crate) async fn one(db: &Db, viewer: &Viewer, id: ProgramId) -> Result<Bot> {
    let ask = db.read(bots!("WHERE b.id = $1 AND b.organisation_id = $2")).bind(id).bind(viewer.organisation);
    let row: Option<Row> = ask.optional().await?;
    row.ok_or_else(Error::not_found)?.bot()
}

/// A bot, for those who call it.
pub(crate) async fn for_calling(db: &Db, id: ProgramId) -> Result<Option<Bot>> {
    let row: Option<Row> = db.read(bots!("WHERE b.id = $1")).bind(id).optional().await?;
    row.map(Row::bot).transpose()
}

/// The bot whose token has that hash.
pub(crate) async fn by_token(db: &Db, hash: Vec<u8>) -> Result<Option<Bot>> {
    let row: Option<Row> = db.read(bots!("WHERE b.token_hash = $1")).bind(hash).optional().await?;
    row.map(Row::bot).transpose()
}

/// The bots in a conversation that are switched on.
pub(crate) async fn in_conversation(db: &Db, id: ConversationId) -> Result<Vec<Bot>> {
    let rows: Vec<Row> = db
        .read(bots!("JOIN open_seats s ON s.bot_id = b.id WHERE s.conversation_id = $1 AND b.is_on ORDER BY b.id LIMIT 100"))
        .bind(id)
        .all()
        .await?;
    rows.into_iter().map(Row::bot).collect()
}

/// Those of these bots that there are.
pub(crate) async fn some(db: &Db, ids: &[ProgramId]) -> Result<Vec<Bot>> {
    let ids = Ids::from_iter(ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = db.read(bots!("WHERE b.id = ANY($1) ORDER BY b.id")).bind(ids).all().await?;
    rows.into_iter().map(Row::bot).collect()
}

/// How many bots an organisation has.
pub(crate) async fn count(tx: &mut Tx, organisation: OrganisationId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM open_bots WHERE organisation_id = $1")).bind(organisation).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

fn words(events: &[EventKind]) -> Json<Vec<&'static str>> {
    Json(events.iter().map(|kind| kind.word()).collect())
}

/// Writes a new bot.
pub(crate) async fn create(tx: &mut Tx, bot: &Bot, hash: Vec<u8>) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO open_bots (id, organisation_id, name, description, avatar, token_hash, token_end, callback_url, secret, events, commands,
            is_on, failures, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14)"
    ))
    .bind(bot.id)
    .bind(bot.organisation)
    .bind(bot.name.clone())
    .bind(bot.description.clone())
    .bind(bot.avatar.clone())
    .bind(hash)
    .bind(bot.token_end.clone())
    .bind(bot.callback_url.clone())
    .bind(bot.secret.clone())
    .bind(words(&bot.events))
    .bind(Json(bot.commands.clone()))
    .bind(bot.is_on)
    .bind(bot.created_by)
    .bind(bot.created_at)
    .run()
    .await?;
    Ok(())
}

/// Writes what may change about a bot besides its token.
pub(crate) async fn save(tx: &mut Tx, bot: &Bot) -> Result<()> {
    tx.ask(sql!(
        "UPDATE open_bots SET name = $2, description = $3, avatar = $4, callback_url = $5, events = $6, commands = $7, is_on = $8,
            failures = $9, stopped_at = $10 WHERE id = $1"
    ))
    .bind(bot.id)
    .bind(bot.name.clone())
    .bind(bot.description.clone())
    .bind(bot.avatar.clone())
    .bind(bot.callback_url.clone())
    .bind(words(&bot.events))
    .bind(Json(bot.commands.clone()))
    .bind(bot.is_on)
    .bind(bot.failures)
    .bind(bot.stopped_at)
    .run()
    .await?;
    Ok(())
}

/// Gives a bot another token and another secret.
pub(crate) async fn set_token(tx: &mut Tx, bot: &Bot, hash: Vec<u8>) -> Result<()> {
    tx.ask(sql!("UPDATE open_bots SET token_hash = $2, token_end = $3, secret = $4 WHERE id = $1"))
        .bind(bot.id)
        .bind(hash)
        .bind(bot.token_end.clone())
        .bind(bot.secret.clone())
        .run()
        .await?;
    Ok(())
}

/// Notes how calling a bot has gone.
pub(crate) async fn set_failures(tx: &mut Tx, id: ProgramId, failures: i64, stopped_at: Option<Time>) -> Result<()> {
    tx.ask(sql!("UPDATE open_bots SET failures = $2, stopped_at = $3 WHERE id = $1"))
        .bind(id)
        .bind(failures)
        .bind(stopped_at)
        .run()
        .await?;
    Ok(())
}

/// Removes a bot with everything that hangs on it.
pub(crate) async fn remove(tx: &mut Tx, id: ProgramId) -> Result<()> {
    tx.ask(sql!("DELETE FROM open_bots WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

/// Notes that a bot was here.
pub(crate) async fn used(db: &Db, id: ProgramId, now: Time) -> Result<()> {
    db.write(sql!("UPDATE open_bots SET last_used_at = $2 WHERE id = $1")).bind(id).bind(now).run().await?;
    Ok(())
}
