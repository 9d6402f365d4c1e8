//! What is done later: bots are called with what they are to hear; files that were uploaded long ago are forgotten.

use kernel::jobs::Jobs;
use kernel::{Error, Result};
use serde_json::Value;

use super::acts::{delivering, media};
use crate::chat::ProgramId;
use crate::desk::Desk;

pub(super) const DELIVER: &str = "open.deliver";
pub(super) const SWEEP: &str = "open.sweep";

pub(super) fn jobs(desk: &Desk, jobs: &mut Jobs) {
    let at = desk.clone();
    jobs.on(SWEEP, move |_, now| {
        let desk = at.clone();
        async move { media::sweep(&desk, now).await }
    });
    let desk = desk.clone();
    jobs.on(DELIVER, move |payload, _| {
        let desk = desk.clone();
        async move { delivering::deliver(&desk, bot_of(&payload)?).await }
    });
}

fn bot_of(payload: &Value) -> Result<ProgramId> {
    let id = payload.get("bot").and_then(Value::as_str).unwrap_or_default();
    id.parse().map_err(|e| Error::internal(DELIVER, e))
}
