//! What files need later: a look at their bytes, and a sweep of what nobody needs any more.

use std::time::Duration;

use kernel::Result;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, Jobs, enqueue};
use kernel::sql;
use serde_json::json;

use super::acts::binning::destroy_now;
use super::model::Entry;
use super::store::{self, From, settings};
use super::{EntryId, IDLE_MINUTES, UNSENT_HOURS, look};
use crate::desk::Desk;
use crate::org::OrganisationId;

const LOOK: &str = "drive.look";
const SWEEP: &str = "drive.sweep";
const SPELL: &str = "drive.spell";
/// Names that are looked at in one change.
const SPELT: i64 = 200;
const SWEEP_EVERY: Duration = Duration::from_secs(6 * 3_600);
/// A link that is over is shown for this long.
const KEEP_LINKS: Duration = Duration::from_secs(30 * 24 * 3_600);
const DAY_S: u64 = 24 * 3_600;

pub(super) fn jobs(desk: &Desk, jobs: &mut Jobs) {
    let at = desk.clone();
    jobs.on(LOOK, move |payload, _| {
        let desk = at.clone();
        async move {
            match payload["hash"].as_str() {
                Some(hash) => look::thoroughly(&desk, hash).await,
                None => Ok(()),
            }
        }
    });
    let at = desk.clone();
    jobs.on(SPELL, move |_, _| {
        let desk = at.clone();
        async move { spell(&desk).await }
    });
    let at = desk.clone();
    jobs.on(SWEEP, move |_, now| {
        let desk = at.clone();
        async move { sweep(&desk, now).await }
    });
}

/// Has bytes looked at.
pub(super) async fn plan_look(tx: &mut Tx, desk: &Desk, hash: &str) -> Result<()> {
    let key = Some(format!("{LOOK}:{hash}"));
    enqueue(tx, Job { kind: LOOK, key, payload: json!({ "hash": hash }), run_at: desk.now() }, &desk.chance, desk.now()).await
}

/// Has the next sweep wait in the table; once is enough, however often it is asked for.
pub(super) async fn plan_sweep(tx: &mut Tx, desk: &Desk) -> Result<()> {
    let every = i64::try_from(SWEEP_EVERY.as_millis()).unwrap_or(i64::MAX);
    let at = Time::from_ms((desk.now().as_ms() / every + 1).saturating_mul(every));
    let key = Some(format!("{SWEEP}:{}", at.as_ms()));
    enqueue(tx, Job { kind: SWEEP, key, payload: serde_json::Value::Null, run_at: at }, &desk.chance, desk.now()).await
}

/// What is done once at every start: a sweep is planned where there is something to sweep, and names are spelt that an
/// earlier version of the program has left.
pub(crate) async fn prepare(desk: &Desk) -> Result<()> {
    match has_anything(desk).await? {
        false => Ok(()),
        true => {
            let mut tx = desk.db.begin().await?;
            plan_sweep(&mut tx, desk).await?;
            if !store::search::unspelt(&mut tx, 1).await?.is_empty() {
                let now = desk.now();
                let job = Job { kind: SPELL, key: Some(SPELL.to_owned()), payload: serde_json::Value::Null, run_at: now };
                enqueue(&mut tx, job, &desk.chance, now).await?;
            }
            tx.commit().await
        }
    }
}

/// Writes down what entries sound like that were named before this was kept.
async fn spell(desk: &Desk) -> Result<()> {
    loop {
        let mut tx = desk.db.begin().await?;
        let unspelt = store::search::unspelt(&mut tx, SPELT).await?;
        for (space, id, name) in &unspelt {
            store::search::index(&mut tx, *space, *id, name).await?;
        }
        tx.commit().await?;
        if unspelt.is_empty() {
            return Ok(());
        }
    }
}

async fn has_anything(desk: &Desk) -> Result<bool> {
    let (anything,): (bool,) = desk
        .db
        .read(sql!(
            "SELECT EXISTS (SELECT 1 FROM drive_entries) OR EXISTS (SELECT 1 FROM drive_uploads) OR EXISTS (SELECT 1 FROM drive_blobs)"
        ))
        .one()
        .await?;
    Ok(anything)
}

async fn sweep(desk: &Desk, now: Time) -> Result<()> {
    sweep_uploads(desk, now).await?;
    let unsent = now - Duration::from_secs(desk.limits.of(&UNSENT_HOURS).saturating_mul(3_600));
    for (organisation, holds) in settings::all(&desk.db).await? {
        let days = |days: i64| now - Duration::from_secs(u64::try_from(days).unwrap_or(0).saturating_mul(DAY_S));
        loop {
            let binned = store::listing::binned_before(&desk.db, organisation, days(holds.bin_days)).await?;
            for entry in &binned {
                destroy_now(desk, entry).await?;
            }
            if binned.is_empty() {
                break;
            }
        }
        if holds.retention_days > 0 {
            sweep_old(desk, organisation, days(holds.retention_days)).await?;
        }
        loop {
            let forgotten = store::entries::unattached(&desk.db, organisation, unsent).await?;
            if destroy_all(desk, organisation, &forgotten).await? == 0 {
                break;
            }
        }
    }
    store::links::sweep(&desk.db, now, now - KEEP_LINKS).await?;
    sweep_bytes(desk, now).await?;
    let mut tx = desk.db.begin().await?;
    for hash in store::blobs::unseen(&desk.db).await? {
        plan_look(&mut tx, desk, &hash).await?;
    }
    tx.commit().await?;
    prepare(desk).await
}

/// What was sent before then.
async fn sweep_old(desk: &Desk, organisation: OrganisationId, before: Time) -> Result<()> {
    loop {
        let old = store::entries::attached_before(&desk.db, organisation, before).await?;
        if destroy_all(desk, organisation, &old).await? == 0 {
            return Ok(());
        }
    }
}

/// Destroys these entries; says how many there were.
async fn destroy_all(desk: &Desk, organisation: OrganisationId, ids: &[EntryId]) -> Result<usize> {
    let entries: Vec<Entry> = store::entries::some(From::Db(&desk.db), organisation, ids).await?;
    for entry in &entries {
        destroy_now(desk, entry).await?;
    }
    Ok(entries.len())
}

/// Uploads whose time is over, and parts that no upload knows any more.
async fn sweep_uploads(desk: &Desk, now: Time) -> Result<()> {
    for id in store::uploads::expired(&desk.db, now).await? {
        store::uploads::remove(&desk.db, id).await?;
        desk.drive.parts.forget(id.uuid()).await?;
    }
    for id in desk.drive.parts.all().await? {
        if !store::uploads::is_under_way(&desk.db, id).await? {
            desk.drive.parts.forget(id).await?;
        }
    }
    Ok(())
}

/// Bytes that nothing refers to. They are doomed first, so that nothing can refer to them while they go.
async fn sweep_bytes(desk: &Desk, now: Time) -> Result<()> {
    let idle = now - Duration::from_secs(desk.limits.of(&IDLE_MINUTES).saturating_mul(60));
    for hash in store::blobs::doom(&desk.db, idle, now).await? {
        for shelf in [&desk.drive.blobs, &desk.drive.small, &desk.drive.large] {
            shelf.forget(&hash).await?;
        }
        store::blobs::forget(&desk.db, &hash).await?;
    }
    Ok(())
}
