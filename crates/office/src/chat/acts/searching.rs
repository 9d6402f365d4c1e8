//! Messages looked for by their words.

use std::time::Duration;

use kernel::Result;
use kernel::clock::Time;
use kernel::uuid::Uuid;

use super::super::data::{Data, Subject};
use super::super::model::Message;
use super::super::store::search::{Wanted, with_terms};
use super::super::{MessageId, rules, store};
use crate::desk::Desk;
use crate::subjects;
use crate::terms::Question;
use crate::viewer::Viewer;

/// Hits on one page.
const PAGE: usize = 30;
/// Messages looked at together.
const BATCH: i64 = 100;
/// Messages looked at for one page: a question whose words stand everywhere and nowhere together ends here, and goes on
/// with the next page.
const LOOKED_AT_MAX: usize = 2_000;
/// Cards that are left out of one page, because what they show does not exist for the viewer; then it ends.
const STRANGE_MAX: usize = 60;
/// How far back is looked first. Each further look goes four times as far, and the last one to the beginning: a word that
/// stands everywhere is found at once, and one that is rare costs little however far one looks.
const FIRST_LOOK: Duration = Duration::from_secs(15 * 60);
const LOOKS: u32 = 9;

/// A page of what was found, the latest first; and from where the next one goes on.
pub(crate) async fn search(
    desk: &Desk,
    viewer: &Viewer,
    question: &Question,
    wanted: Wanted,
    before: Option<MessageId>,
) -> Result<(Vec<Message>, Option<MessageId>)> {
    let terms = question.terms();
    let latest = before.map_or(desk.now(), |id| time_of(id.uuid()));
    let pasts = (0..LOOKS).map(|look| first_id(latest - FIRST_LOOK * 4_u32.pow(look))).chain([Uuid::nil()]);
    let mut before = before.map_or(Uuid::max(), MessageId::uuid);
    let (mut hits, mut looked_at, mut strange) = (Vec::new(), 0, 0);
    for past in pasts {
        loop {
            let ids = with_terms(&desk.db, viewer, &terms, wanted, (past, before), BATCH).await?;
            let is_last = ids.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            looked_at += ids.len();
            for message in store::messages::some(&desk.db, viewer, ids.iter().copied()).await? {
                if !question.is_in(&rules::searchable(&message.text, message.data.as_ref())) {
                    continue;
                }
                if is_strange(desk, viewer, &message).await? {
                    strange += 1;
                    if strange >= STRANGE_MAX {
                        return Ok((hits, Some(message.id)));
                    }
                    continue;
                }
                if hits.len() == PAGE {
                    let next = hits.last().map(|hit: &Message| hit.id);
                    return Ok((hits, next));
                }
                hits.push(message);
            }
            if is_last {
                break;
            }
            let last = ids.last().copied();
            if looked_at >= LOOKED_AT_MAX {
                return Ok((hits, last));
            }
            before = last.map_or(before, MessageId::uuid);
        }
        before = before.min(past);
    }
    Ok((hits, None))
}

/// Whether a message is found by the name of something that does not exist for the viewer.
async fn is_strange(desk: &Desk, viewer: &Viewer, message: &Message) -> Result<bool> {
    let Some(Data::Subject(Subject { kind, id, title: _ })) = &message.data else { return Ok(false) };
    Ok(subjects::card(desk, viewer, kind, *id).await?.is_none())
}

/// When an id was drawn.
fn time_of(id: Uuid) -> Time {
    Time::from_ms(i64::try_from(id.as_u128() >> 80).unwrap_or(i64::MAX))
}

/// Ids drawn from that moment on are larger (RFC 9562 §5.7: the first 48 bits are the time).
fn first_id(time: Time) -> Uuid {
    let ms = u128::try_from(time.as_ms()).unwrap_or(0);
    Uuid::from_u128(ms << 80)
}
