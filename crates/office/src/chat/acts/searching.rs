//! Messages looked for by their words, by who sent them, where, when and of which kind.

use std::collections::BTreeSet;

use kernel::Result;

use super::super::data::{Data, Subject};
use super::super::model::Message;
use super::super::store::search::{Wanted, everywhere, visible};
use super::super::store::words::{Number, Term, find};
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
/// Conversations that the index is asked for by name. Whoever is in more of them is in most.
const NAMED_MAX: i64 = 2_000;
/// Cards that are left out of one page, because what they show does not exist for the viewer; then it ends.
const STRANGE_MAX: usize = 60;

/// A page of what was found, the latest first; and from where the next one goes on. Without a question it is whatever was
/// sent by that person, then, there, of that kind; one of these must be said.
pub(crate) async fn search(
    desk: &Desk,
    viewer: &Viewer,
    question: Option<&Question>,
    wanted: Wanted,
    before: Option<MessageId>,
) -> Result<(Vec<Message>, Option<MessageId>)> {
    if question.is_none() && !wanted.is_any() {
        return Ok((Vec::new(), None));
    }
    let mut all = wanted.terms();
    all.extend(question.map(Question::terms).unwrap_or_default().iter().map(|word| Term::word(word)));
    let any: BTreeSet<Term> = match wanted.conversation {
        Some(_) => BTreeSet::new(),
        None => everywhere(&desk.db, viewer, NAMED_MAX).await?.into_iter().map(Term::conversation).collect(),
    };
    let (after, mut end) = wanted.between();
    end = before.map_or(end, |before| end.min(Number::of(before)));
    let (mut hits, mut looked_at): (Vec<Message>, usize) = (Vec::new(), 0);
    let mut strange = 0;
    loop {
        let numbers = find(&desk.db, &all, &any, (after, end), BATCH).await?;
        let ids = visible(&desk.db, viewer, &numbers, &wanted).await?;
        for message in store::messages::some(&desk.db, viewer, ids).await? {
            let is_meant = |question: &Question| question.is_in(&rules::searchable(&message.text, message.data.as_ref()));
            if !question.is_none_or(is_meant) {
                continue;
            }
            if question.is_some() && is_strange(desk, viewer, &message).await? {
                strange += 1;
                if strange >= STRANGE_MAX {
                    return Ok((hits, Some(message.id)));
                }
                continue;
            }
            if hits.len() == PAGE {
                let next = hits.last().map(|hit| hit.id);
                return Ok((hits, next));
            }
            hits.push(message);
        }
        looked_at += numbers.len();
        let Some(last) = numbers.last().filter(|_| numbers.len() >= usize::try_from(BATCH).unwrap_or(usize::MAX)) else {
            return Ok((hits, None));
        };
        if looked_at >= LOOKED_AT_MAX {
            return Ok((hits, last.first_id()));
        }
        end = *last;
    }
}

/// Whether a message is found by the name of something that does not exist for the viewer.
async fn is_strange(desk: &Desk, viewer: &Viewer, message: &Message) -> Result<bool> {
    let Some(Data::Subject(Subject { kind, id, title: _ })) = &message.data else { return Ok(false) };
    Ok(subjects::card(desk, viewer, kind, *id).await?.is_none())
}
