//! Files that programs upload before they send them. Each waits for a while under a token that is worth something to its
//! program alone, counts against the member who made the program, and is copied into every message it goes with.

use std::time::Duration;

use axum::body::Bytes;
use kernel::chance::Token;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use kernel::{Error, Result};

use super::super::jobs::SWEEP;
use super::super::model::{Bot, Media, MediaKind, Robot};
use super::super::{MEDIA_HOURS, MEDIA_MAX, MediaId, store};
use crate::chat::{CONVERSATION, ConversationId, Enclosed, ProgramId};
use crate::desk::Desk;
use crate::drive::{self, FileCard};
use crate::org::{MemberId, OrganisationId};

/// What a file is attached to until it is forgotten. It is no kind of subject, so nobody sees the file.
const MEDIA: &str = "open.media";
/// Where it lies.
const PROGRAM: &str = "open.program";
const SWEEP_EVERY: Duration = Duration::from_secs(6 * 3_600);

/// The program that files belong to, and who pays for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub(crate) program: ProgramId,
    pub(crate) organisation: OrganisationId,
    pub(crate) member: MemberId,
}

impl From<&Robot> for Owner {
    fn from(robot: &Robot) -> Self {
        Self { program: robot.id, organisation: robot.organisation, member: robot.created_by }
    }
}

impl From<&Bot> for Owner {
    fn from(bot: &Bot) -> Self {
        Self { program: bot.id, organisation: bot.organisation, member: bot.created_by }
    }
}

/// What is uploaded.
pub(crate) struct Upload<'a> {
    pub(crate) kind: MediaKind,
    pub(crate) name: &'a str,
    pub(crate) declared_type: &'a str,
    pub(crate) bytes: Bytes,
    pub(crate) speech: Option<(i64, Vec<i64>)>,
}

/// What waits now, with what names it.
pub(crate) struct Waiting {
    pub(crate) token: String,
    pub(crate) file: FileCard,
    pub(crate) created_at: Time,
    pub(crate) until: Time,
}

fn kept_for(desk: &Desk) -> Duration {
    Duration::from_secs(desk.limits.of(&MEDIA_HOURS).saturating_mul(3_600))
}

/// Has a file wait to be sent; the oldest ones of its program make room.
pub(crate) async fn upload(desk: &Desk, owner: Owner, upload: Upload<'_>) -> Result<Waiting> {
    let Upload { kind, name, declared_type, bytes, speech } = upload;
    let brought = drive::bring(desk, (owner.organisation, owner.member), (name, declared_type), bytes).await?;
    let (now, token) = (desk.now(), desk.chance.token());
    let id = MediaId::draw(&desk.chance, now);
    let mut tx = desk.db.begin().await?;
    let file = drive::put_down(&mut tx, desk, &brought, (PROGRAM, owner.program.uuid()), Some((MEDIA, id.uuid()))).await?;
    let media = Media { id, program: owner.program, kind, name: file.name.clone(), speech, created_at: now };
    store::media::create(&mut tx, &media, token.hash()).await?;
    let most = i64::try_from(desk.limits.of(&MEDIA_MAX)).unwrap_or(i64::MAX);
    for id in store::media::beyond(&mut tx, owner.program, most).await? {
        forget(&mut tx, desk, id).await?;
    }
    plan_sweep(&mut tx, desk).await?;
    tx.commit().await?;
    Ok(Waiting { token: token.secret().to_owned(), file, created_at: now, until: now + kept_for(desk) })
}

/// What a program has uploaded under that token, as long as it can be sent.
pub(crate) async fn find(desk: &Desk, program: ProgramId, token: &str) -> Result<Option<Media>> {
    store::media::one(&desk.db, program, Token::shown(token).hash(), desk.now() - kept_for(desk)).await
}

/// Copies of what was uploaded, ready to go with a message; nothing when one of them is gone.
pub(crate) async fn enclose(desk: &Desk, owner: Owner, to: ConversationId, media: &[Media]) -> Result<Option<Enclosed>> {
    let mut files = Vec::with_capacity(media.len());
    let mut tx = desk.db.begin().await?;
    for one in media {
        let by = (owner.organisation, owner.member);
        let Some(file) = drive::hand_out(&mut tx, desk, by, one.id.uuid(), (CONVERSATION, to.uuid())).await? else { return Ok(None) };
        files.push(file);
    }
    tx.commit().await?;
    let voice = match media {
        [one] => one.speech.clone().zip(files.first().cloned()),
        _ => None,
    };
    Ok(Some(match voice {
        Some(((duration_ms, waveform), file)) => Enclosed::Voice { file, duration_ms, waveform },
        None => Enclosed::Files(files),
    }))
}

/// A file that goes with a message at once.
pub(crate) async fn enclose_bytes(desk: &Desk, owner: Owner, to: ConversationId, name: &str, bytes: Bytes) -> Result<Enclosed> {
    let brought = drive::bring(desk, (owner.organisation, owner.member), (name, ""), bytes).await?;
    let mut tx = desk.db.begin().await?;
    let file = drive::put_down(&mut tx, desk, &brought, (CONVERSATION, to.uuid()), None).await?;
    tx.commit().await?;
    Ok(Enclosed::Files(vec![file]))
}

async fn forget(tx: &mut Tx, desk: &Desk, id: MediaId) -> Result<()> {
    drive::forget_attached(tx, desk, id.uuid(), desk.now()).await?;
    store::media::remove(tx, id).await
}

/// Forgets everything that a program has uploaded, as a part of the change that removes it.
pub(crate) async fn forget_all(tx: &mut Tx, desk: &Desk, program: ProgramId) -> Result<()> {
    loop {
        let ids = store::media::beyond(tx, program, 0).await?;
        if ids.is_empty() {
            return Ok(());
        }
        for id in ids {
            forget(tx, desk, id).await?;
        }
    }
}

async fn plan_sweep(tx: &mut Tx, desk: &Desk) -> Result<()> {
    let every = i64::try_from(SWEEP_EVERY.as_millis()).map_err(|e| Error::internal(SWEEP, e))?;
    let run_at = Time::from_ms((desk.now().as_ms() / every + 1).saturating_mul(every));
    let key = Some(format!("{SWEEP}:{}", run_at.as_ms()));
    enqueue(tx, Job { kind: SWEEP, key, payload: serde_json::Value::Null, run_at }, &desk.chance, desk.now()).await
}

/// Forgets what can be sent no longer.
pub(crate) async fn sweep(desk: &Desk, now: Time) -> Result<()> {
    loop {
        let mut tx = desk.db.begin().await?;
        let old = store::media::old(&mut tx, now - kept_for(desk)).await?;
        for id in &old {
            forget(&mut tx, desk, *id).await?;
        }
        if old.is_empty() && store::media::is_any(&mut tx).await? {
            plan_sweep(&mut tx, desk).await?;
        }
        tx.commit().await?;
        if old.is_empty() {
            return Ok(());
        }
    }
}
