//! What each member wants, at rest.

use std::collections::{BTreeSet, HashMap};

use kernel::db::{Db, Ids, Tx};
use kernel::{Result, sql};
use sqlx::types::Json;

use super::rules::{Quiet, Settings};
use crate::org::MemberId;
use crate::viewer::Viewer;

#[derive(sqlx::FromRow)]
struct Row {
    switched_off: Json<BTreeSet<String>>,
    quiet: bool,
    quiet_from_minute: i64,
    quiet_to_minute: i64,
    time_zone: String,
}

/// What the viewer wants.
pub(super) async fn of(db: &Db, viewer: &Viewer) -> Result<Settings> {
    let row: Option<Row> = db
        .read(sql!("SELECT switched_off, quiet, quiet_from_minute, quiet_to_minute, time_zone FROM notify_settings WHERE member_id = $1"))
        .bind(viewer.member)
        .optional()
        .await?;
    Ok(row.map_or_else(Settings::default, |row| Settings {
        switched_off: row.switched_off.0,
        quiet: Quiet { on: row.quiet, from_minute: row.quiet_from_minute, to_minute: row.quiet_to_minute, time_zone: row.time_zone },
    }))
}

/// Writes down what the viewer wants.
pub(super) async fn save(tx: &mut Tx, viewer: &Viewer, settings: Settings) -> Result<()> {
    let Settings { switched_off, quiet } = settings;
    tx.ask(sql!(
        "INSERT INTO notify_settings (member_id, switched_off, quiet, quiet_from_minute, quiet_to_minute, time_zone)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (member_id) DO UPDATE SET switched_off = excluded.switched_off, quiet = excluded.quiet,
            quiet_from_minute = excluded.quiet_from_minute, quiet_to_minute = excluded.quiet_to_minute, time_zone = excluded.time_zone"
    ))
    .bind(viewer.member)
    .bind(Json(switched_off))
    .bind(quiet.on)
    .bind(quiet.from_minute)
    .bind(quiet.to_minute)
    .bind(quiet.time_zone)
    .run()
    .await?;
    Ok(())
}

/// The quiet hours of those of these members who ever chose any.
pub(super) async fn quiet(tx: &mut Tx, members: &[MemberId]) -> Result<HashMap<MemberId, Quiet>> {
    let rows: Vec<(MemberId, bool, i64, i64, String)> = tx
        .ask(sql!("SELECT member_id, quiet, quiet_from_minute, quiet_to_minute, time_zone FROM notify_settings WHERE member_id = ANY($1)"))
        .bind(Ids::from_iter(members.iter().map(|member| member.uuid())))
        .all()
        .await?;
    let quiet = |(member, on, from_minute, to_minute, time_zone)| (member, Quiet { on, from_minute, to_minute, time_zone });
    Ok(rows.into_iter().map(quiet).collect())
}

/// Those of these members who do not want to hear of that kind.
pub(super) async fn deaf_to(tx: &mut Tx, members: &[MemberId], kind: &str) -> Result<BTreeSet<MemberId>> {
    let rows: Vec<(MemberId, Json<BTreeSet<String>>)> = tx
        .ask(sql!("SELECT member_id, switched_off FROM notify_settings WHERE member_id = ANY($1)"))
        .bind(Ids::from_iter(members.iter().map(|member| member.uuid())))
        .all()
        .await?;
    Ok(rows.into_iter().filter(|(_, off)| off.contains(kind)).map(|(member, _)| member).collect())
}
