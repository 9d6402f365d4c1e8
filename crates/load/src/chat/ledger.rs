//! What was sent, what was acknowledged, what arrived where, and whether that adds up. Times count from the
//! beginning of the step.

use std::time::Duration;

use super::people::Conversation;

/// Everything that was sent in one step; a message goes by its place in it.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    sent: Vec<Sent>,
}

#[derive(Debug)]
struct Sent {
    conversation: usize,
    /// When it was to be sent. What waits for its turn has waited for the server, and that counts.
    due: Duration,
    acknowledged: Option<Duration>,
}

/// What came out of one person's event socket.
#[derive(Debug, Default)]
pub(super) struct Seat {
    pub(super) heard: Vec<Heard>,
    /// The server closed it before the end.
    pub(super) cut: bool,
    /// Messages that came after a later one of the same conversation.
    pub(super) out_of_order: u64,
}

/// A message came out of a socket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) number: usize,
    pub(super) at: Duration,
}

/// How it adds up.
#[derive(Debug, Default)]
pub(super) struct Balance {
    pub(super) sent: usize,
    /// How long each acknowledgement took, the shortest first.
    pub(super) acknowledged: Vec<Duration>,
    pub(super) last_acknowledged_at: Duration,
    /// How long each delivery took, the shortest first.
    pub(super) delivered: Vec<Duration>,
    pub(super) last_delivered_at: Duration,
    /// Acknowledged, and not heard on a socket that was open all the time.
    pub(super) lost: u64,
    /// Heard again on a socket that had heard it.
    pub(super) doubled: u64,
    /// Heard by somebody whom it does not concern.
    pub(super) strayed: u64,
    pub(super) out_of_order: u64,
    /// Sockets that the server closed.
    pub(super) cut: u64,
    /// Acknowledged, and not heard on one of those.
    pub(super) missed: u64,
}

impl Ledger {
    /// Writes down a message; gives its number.
    pub(super) fn send(&mut self, conversation: usize, due: Duration) -> usize {
        self.sent.push(Sent { conversation, due, acknowledged: None });
        self.sent.len() - 1
    }

    /// The server has answered that it stands.
    pub(super) fn acknowledge(&mut self, number: usize, at: Duration) {
        if let Some(sent) = self.sent.get_mut(number) {
            sent.acknowledged = Some(at);
        }
    }

    /// How many deliveries the acknowledged messages are good for.
    pub(super) fn owed(&self, conversations: &[Conversation]) -> u64 {
        let acknowledged = self.sent.iter().filter(|sent| sent.acknowledged.is_some());
        acknowledged.map(|sent| conversations.get(sent.conversation).map_or(0, |there| there.members.len() as u64)).sum()
    }

    /// Compares what was sent with what was heard: there is one seat for each person, in their order.
    pub(super) fn balance(&self, conversations: &[Conversation], seats: &[Seat]) -> Balance {
        let mut balance = Balance { sent: self.sent.len(), ..Balance::default() };
        let mut numbers: Vec<Vec<usize>> = conversations.iter().map(|_| Vec::new()).collect();
        for (number, sent) in self.sent.iter().enumerate() {
            let Some(at) = sent.acknowledged else { continue };
            balance.acknowledged.push(at.saturating_sub(sent.due));
            balance.last_acknowledged_at = balance.last_acknowledged_at.max(at);
            if let Some(numbers) = numbers.get_mut(sent.conversation) {
                numbers.push(number);
            }
        }
        for (person, seat) in seats.iter().enumerate() {
            let times = self.count(&mut balance, conversations, person, seat);
            let theirs = conversations.iter().zip(&numbers).filter(|(there, _)| there.members.contains(&person));
            let missing = theirs.flat_map(|(_, numbers)| numbers).filter(|number| times.get(**number) == Some(&0)).count() as u64;
            *(if seat.cut { &mut balance.missed } else { &mut balance.lost }) += missing;
            balance.cut += u64::from(seat.cut);
            balance.out_of_order += seat.out_of_order;
        }
        balance.acknowledged.sort_unstable();
        balance.delivered.sort_unstable();
        balance
    }

    /// How often each message came out of one socket.
    fn count(&self, balance: &mut Balance, conversations: &[Conversation], person: usize, seat: &Seat) -> Vec<u32> {
        let mut times = vec![0_u32; self.sent.len()];
        for heard in &seat.heard {
            let (Some(sent), Some(times)) = (self.sent.get(heard.number), times.get_mut(heard.number)) else {
                balance.strayed += 1;
                continue;
            };
            if !conversations.get(sent.conversation).is_some_and(|there| there.members.contains(&person)) {
                balance.strayed += 1;
                continue;
            }
            *times += 1;
            if *times > 1 {
                balance.doubled += 1;
                continue;
            }
            balance.delivered.push(heard.at.saturating_sub(sent.due));
            balance.last_delivered_at = balance.last_delivered_at.max(heard.at);
        }
        times
    }
}

/// What so many of a hundred stay within; of sorted times.
pub(super) fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn heard(all: &[(usize, u64)]) -> Seat {
        Seat { heard: all.iter().map(|(number, at)| Heard { number: *number, at: ms(*at) }).collect(), ..Seat::default() }
    }

    /// Two conversations of three people, and three messages: two stand, one was not answered.
    fn begun() -> (Ledger, Vec<Conversation>) {
        let conversation = |members: &[usize]| Conversation { id: String::new(), members: members.to_vec() };
        let mut ledger = Ledger::default();
        assert_eq!([ledger.send(0, ms(0)), ledger.send(1, ms(10)), ledger.send(0, ms(20))], [0, 1, 2]);
        ledger.acknowledge(0, ms(5));
        ledger.acknowledge(1, ms(12));
        (ledger, vec![conversation(&[0, 1]), conversation(&[1, 2])])
    }

    #[test]
    fn what_adds_up_adds_up() {
        let (ledger, conversations) = begun();
        assert_eq!(ledger.owed(&conversations), 4);
        // Whether the third stands is not known; hearing it is no fault.
        let seats = [heard(&[(0, 6)]), heard(&[(0, 7), (1, 13), (2, 30)]), heard(&[(1, 14)])];
        let balance = ledger.balance(&conversations, &seats);
        assert_eq!((balance.lost, balance.doubled, balance.strayed, balance.missed), (0, 0, 0, 0));
        assert_eq!(balance.acknowledged, [ms(2), ms(5)]);
        assert_eq!(balance.delivered, [ms(3), ms(4), ms(6), ms(7), ms(10)]);
        assert_eq!((balance.last_acknowledged_at, balance.last_delivered_at), (ms(12), ms(30)));
    }

    #[test]
    fn what_is_missing_double_or_elsewhere_is_found() {
        let (ledger, conversations) = begun();
        let cut = Seat { cut: true, out_of_order: 1, ..heard(&[(1, 13)]) };
        let seats = [heard(&[(0, 6), (0, 8), (1, 9)]), cut, heard(&[(7, 1)])];
        let balance = ledger.balance(&conversations, &seats);
        assert_eq!(balance.lost, 1, "the second message, by the third person");
        assert_eq!(balance.doubled, 1, "the first message, by the first person");
        assert_eq!(balance.strayed, 2, "to the wrong person, and one that was never sent");
        assert_eq!((balance.cut, balance.missed, balance.out_of_order), (1, 1, 1));
    }

    #[test]
    fn percentiles_are_of_what_there_is() {
        let times: Vec<Duration> = (1..=200).map(ms).collect();
        assert_eq!(
            (percentile(&times, 50), percentile(&times, 99), percentile(&times, 100)),
            (Some(ms(100)), Some(ms(198)), Some(ms(200)))
        );
        assert_eq!(percentile(&times[..1], 1), Some(ms(1)));
        assert_eq!(percentile(&[], 50), None);
    }
}
