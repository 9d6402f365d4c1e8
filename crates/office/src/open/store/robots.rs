//! Robots.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Error, Result, sql};
use sqlx::types::Json;

use super::super::model::{Robot, Safety, Vendor};
use super::read;
use crate::chat::{ConversationId, ProgramId};
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

#[derive(sqlx::FromRow)]
struct Row {
    id: ProgramId,
    organisation_id: OrganisationId,
    conversation_id: ConversationId,
    vendor: String,
    name: String,
    avatar: String,
    token_end: String,
    signed: bool,
    secret: String,
    keywords: Json<Vec<String>>,
    addresses: Json<Vec<String>>,
    is_on: bool,
    created_by: MemberId,
    created_at: Time,
    last_used_at: Option<Time>,
}

impl Row {
    fn robot(self) -> Result<Robot> {
        let vendor = read("vendor", &self.vendor, Vendor::from_word)?;
        Ok(Robot {
            id: self.id,
            organisation: self.organisation_id,
            conversation: self.conversation_id,
            vendor,
            name: self.name,
            avatar: self.avatar,
            token_end: self.token_end,
            safety: Safety { keywords: self.keywords.0, signed: self.signed, addresses: self.addresses.0 },
            secret: self.secret,
            is_on: self.is_on,
            created_by: self.created_by,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
        })
    }
}

macro_rules! robots {
    ($rest:expr) => {
        sql!(concat!(
            "SELECT id, organisation_id, conversation_id, vendor, name, avatar, token_end, signed, secret, keywords, addresses, is_on,
                created_by, created_at, last_used_at FROM open_robots ",
            $rest
        ))
    };
}

/// The robots of a conversation. Whoever asks has found out already that its viewer belongs to it.
pub(crate) async fn of_conversation(db: &Db, id: ConversationId) -> Result<Vec<Robot>> {
    let rows: Vec<Row> = db.read(robots!("WHERE conversation_id = $1 ORDER BY id LIMIT 1000")).bind(id).all().await?;
    rows.into_iter().map(Row::robot).collect()
}

/// A robot of the viewer's organisation. That the viewer belongs to its conversation is asked of that.
pub(crate) async fn one(db: &Db, viewer: &Viewer, id: ProgramId) -> Result<Robot> {
    let row: Option<Row> =
        db.read(robots!("WHERE id = $1 AND organisation_id = $2")).bind(id).bind(viewer.organisation).optional().await?;
    row.ok_or_else(Error::not_found)?.robot()
}

/// The robot whose token has that hash.
pub(crate) async fn by_token(db: &Db, vendor: Vendor, hash: Vec<u8>) -> Result<Option<Robot>> {
    let ask = db.read(robots!("WHERE token_hash = $1 AND vendor = $2")).bind(hash).bind(vendor.word());
    let row: Option<Row> = ask.optional().await?;
    row.map(Row::robot).transpose()
}

/// How many robots a conversation has.
pub(crate) async fn count(tx: &mut Tx, id: ConversationId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM open_robots WHERE conversation_id = $1")).bind(id).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Writes a new robot.
pub(crate) async fn create(tx: &mut Tx, robot: &Robot, hash: Vec<u8>) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO open_robots (id, organisation_id, conversation_id, vendor, name, avatar, token_hash, token_end, signed, secret, keywords,
            addresses, is_on, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    ))
    .bind(robot.id)
    .bind(robot.organisation)
    .bind(robot.conversation)
    .bind(robot.vendor.word())
    .bind(robot.name.clone())
    .bind(robot.avatar.clone())
    .bind(hash)
    .bind(robot.token_end.clone())
    .bind(robot.safety.signed)
    .bind(robot.secret.clone())
    .bind(Json(robot.safety.keywords.clone()))
    .bind(Json(robot.safety.addresses.clone()))
    .bind(robot.is_on)
    .bind(robot.created_by)
    .bind(robot.created_at)
    .run()
    .await?;
    Ok(())
}

/// Writes what may change about a robot besides its token.
pub(crate) async fn save(tx: &mut Tx, robot: &Robot) -> Result<()> {
    tx.ask(sql!(
        "UPDATE open_robots SET name = $2, avatar = $3, signed = $4, secret = $5, keywords = $6, addresses = $7, is_on = $8 WHERE id = $1"
    ))
    .bind(robot.id)
    .bind(robot.name.clone())
    .bind(robot.avatar.clone())
    .bind(robot.safety.signed)
    .bind(robot.secret.clone())
    .bind(Json(robot.safety.keywords.clone()))
    .bind(Json(robot.safety.addresses.clone()))
    .bind(robot.is_on)
    .run()
    .await?;
    Ok(())
}

/// Gives a robot another token; the one before opens nothing from then on.
pub(crate) async fn set_token(tx: &mut Tx, robot: &Robot, hash: Vec<u8>) -> Result<()> {
    tx.ask(sql!("UPDATE open_robots SET token_hash = $2, token_end = $3, secret = $4 WHERE id = $1"))
        .bind(robot.id)
        .bind(hash)
        .bind(robot.token_end.clone())
        .bind(robot.secret.clone())
        .run()
        .await?;
    Ok(())
}

/// Removes a robot.
pub(crate) async fn remove(tx: &mut Tx, id: ProgramId) -> Result<()> {
    tx.ask(sql!("DELETE FROM open_robots WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

/// Notes that a robot was used.
pub(crate) async fn used(db: &Db, id: ProgramId, now: Time) -> Result<()> {
    db.write(sql!("UPDATE open_robots SET last_used_at = $2 WHERE id = $1")).bind(id).bind(now).run().await?;
    Ok(())
}
