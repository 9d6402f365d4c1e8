//! How far people have read, gathered so that a large conversation is told a few times a second and not once for each
//! reader. A machine: it is given what happened and the time, and gives back what to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kernel::clock::Time;

use super::ConversationId;
use crate::org::MemberId;

/// A conversation is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// What is to be told of one conversation.
pub(super) type Cursors = Vec<(MemberId, i64)>;

/// Everything that is gathered now.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    conversations: BTreeMap<ConversationId, Gathered>,
    /// The same conversations by when they are due: asking costs nothing for those that are not.
    dues: BTreeSet<(Time, ConversationId)>,
}

#[derive(Debug)]
struct Gathered {
    cursors: BTreeMap<MemberId, i64>,
}

impl Gathering {
    /// Somebody has read up to there. The first is told at once.
    pub(super) fn handle_read(&mut self, conversation: ConversationId, member: MemberId, seq: i64, now: Time) {
        let gathered = self.conversations.entry(conversation).or_insert_with(|| {
            self.dues.insert((now, conversation));
            Gathered { cursors: BTreeMap::new() }
        });
        let cursor = gathered.cursors.entry(member).or_insert(seq);
        *cursor = seq.max(*cursor);
    }

    /// What is to be told now.
    pub(super) fn poll(&mut self, now: Time) -> Vec<(ConversationId, Cursors)> {
        let mut told = Vec::new();
        while let Some((due, conversation)) = self.dues.first().copied().filter(|(due, _)| *due <= now) {
            self.dues.remove(&(due, conversation));
            let cursors = self.conversations.get_mut(&conversation).map(|gathered| std::mem::take(&mut gathered.cursors));
            match cursors.filter(|cursors| !cursors.is_empty()) {
                Some(cursors) => {
                    told.push((conversation, cursors.into_iter().collect()));
                    self.dues.insert((now + TELL_EVERY, conversation));
                }
                None => drop(self.conversations.remove(&conversation)),
            }
        }
        told
    }

    /// When to ask again.
    pub(super) fn next_due(&self) -> Option<Time> {
        self.dues.first().map(|(due, _)| *due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_rest_together() {
        let conversation: ConversationId = "00000000-0000-7000-8000-000000000001".parse().expect("an id");
        let member = |number: u8| format!("00000000-0000-7000-8000-0000000001{number:02}").parse::<MemberId>().expect("an id");
        let (start, mut gathering) = (Time::from_ms(1_000), Gathering::default());
        gathering.handle_read(conversation, member(1), 5, start);
        assert_eq!(gathering.poll(start), [(conversation, vec![(member(1), 5)])]);
        for (reader, seq) in [(2, 4), (3, 5), (2, 5), (3, 4)] {
            gathering.handle_read(conversation, member(reader), seq, start);
        }
        assert_eq!(gathering.poll(start), []);
        let due = gathering.next_due().expect("something waits");
        assert_eq!(due, start + TELL_EVERY);
        assert_eq!(gathering.poll(due), [(conversation, vec![(member(2), 5), (member(3), 5)])]);
        assert_eq!(gathering.poll(due + TELL_EVERY), []);
        assert_eq!(gathering.next_due(), None, "nothing is kept of quiet conversations");
    }
}
