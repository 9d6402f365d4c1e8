//! Messages looked for by their words, or by who wrote them, when, where and what.

use std::time::Duration;

use kernel::Result;
use kernel::clock::Time;
use kernel::uuid::Uuid;

use super::super::data::Data;
use super::super::model::Message;
use super::super::store::search::{Sort, Wanted, with_terms, without_terms};
use super::super::{MessageId, rules, store};
use crate::desk::Desk;
use crate::terms::Question;
use crate::viewer::Viewer;

/// Hits on one page.
const PAGE: usize = 30;
/// Messages looked at together.
const BATCH: i64 = 100;
/// Messages looked at for one page: a question whose words stand everywhere and nowhere together ends here, and goes on
/// with the next page.
const LOOKED_AT_MAX: usize = 2_000;
/// How far back is looked first. Each further look goes four times as far, and the last one to the beginning: a word that
/// stands everywhere is found at once, and one that is rare costs little however far one looks.
const FIRST_LOOK: Duration = Duration::from_secs(15 * 60);
const LOOKS: u32 = 9;

/// A page of what was found, the latest first; and from where the next one goes on. Without a question it is whatever was
/// sent by that person, then, there, of that kind; one of these must be said.
pub(crate) async fn search(
    desk: &Desk,
    viewer: &Viewer,
    question: Option<&Question>,
    wanted: Wanted,
    before: Option<MessageId>,
) -> Result<(Vec<Message>, Option<MessageId>)> {
    let link = Question::read("http").filter(|_| wanted.kind == Some(Sort::Link));
    let terms = question.or(link.as_ref()).map(Question::terms);
    if question.is_none() && !wanted.is_any() {
        return Ok((Vec::new(), None));
    }
    let latest = before.map_or(desk.now(), |id| time_of(id.uuid()));
    let latest = wanted.until.map_or(latest, |until| latest.min(until));
    let pasts = (0..LOOKS).map(|look| latest - FIRST_LOOK * 4_u32.pow(look)).chain([Time::from_ms(0)]);
    let mut before = before.map_or(Uuid::max(), MessageId::uuid);
    let (mut hits, mut looked_at) = (Vec::new(), 0);
    for past in pasts {
        let is_first = wanted.since.is_some_and(|since| past <= since);
        loop {
            let ids = match &terms {
                Some(terms) => with_terms(&desk.db, viewer, terms, wanted, (first_id(past), before), BATCH).await?,
                None => {
                    let since = wanted.since.map_or(past, |since| past.max(since));
                    without_terms(&desk.db, viewer, wanted, (since, wanted.until.unwrap_or(Time::from_ms(i64::MAX))), before, BATCH).await?
                }
            };
            let is_last = ids.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            looked_at += ids.len();
            for message in store::messages::some(&desk.db, viewer, ids.iter().copied()).await? {
                if !is_wanted(&message, question, wanted) {
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
        if is_first {
            break;
        }
        before = before.min(first_id(past));
    }
    Ok((hits, None))
}

/// What the database cannot tell of a message.
fn is_wanted(message: &Message, question: Option<&Question>, wanted: Wanted) -> bool {
    let files = message.data.as_ref().map(Data::files).unwrap_or_default();
    (wanted.kind != Some(Sort::Image) || files.iter().any(|file| file.group == "image"))
        && question.is_none_or(|question| question.is_in(&rules::searchable(&message.text, message.data.as_ref())))
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
