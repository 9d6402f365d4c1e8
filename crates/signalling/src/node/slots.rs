//! Which section of a subscriber's description carries which track. The client offers sections it
//! would receive in; the server fills them and asks for more when they do not suffice. A section
//! never goes from one track straight to another: it is answered inactive once in between, because
//! browsers announce a track only when a section starts to receive.

use crate::control::MediaKind;

/// Sections of one description that may be asked for at once.
const REQUESTED_MAX: u32 = 64;
/// Sections beyond which even a client that wants a new one for each track must reuse them.
const SINGLE_USE_MAX: usize = 128;

/// The sections of one subscriber.
#[derive(Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
    waiting: Vec<(String, MediaKind)>,
    requested: Needed,
    refresh_requested: bool,
    /// The client plays only the first track of a section, so a section serves once.
    single_use: bool,
}

struct Slot {
    mid: String,
    kind: MediaKind,
    state: State,
    /// Two pairs of sources, used by turns: a browser goes on decoding a source that comes back after
    /// an inactive answer, but shows it nowhere, because for its receiver nothing changed.
    ssrcs: [Option<(u32, u32)>; 2],
    turn: usize,
}

enum State {
    /// May take a track with the next answer.
    Free,
    /// Carries this track.
    Bound(String),
    /// Carried a track and must be answered inactive first.
    Draining,
    /// Carried a track and never will again.
    Spent,
}

/// Sections to be asked for. Zero of both means: offer again as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needed {
    pub(crate) audios: u32,
    pub(crate) videos: u32,
}

/// What an offered section is answered with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) mid: String,
    /// The track, or none: inactive.
    pub(crate) track: Option<String>,
    /// The track is new in this section.
    pub(crate) fresh: bool,
}

impl Slots {
    /// No sections yet; with `single_use`, none that carried a track is used for another one.
    pub(crate) fn new(single_use: bool) -> Slots {
        Slots { single_use, ..Slots::default() }
    }

    /// A track shall be sent. Asking twice does no harm.
    pub(crate) fn want(&mut self, track: &str, kind: MediaKind) {
        let bound = self.slots.iter().any(|slot| slot.carries(track));
        if !bound && !self.waiting.iter().any(|(sid, _)| sid == track) {
            self.waiting.push((track.to_owned(), kind));
        }
    }

    /// A track shall no longer be sent; its section drains.
    pub(crate) fn unwant(&mut self, track: &str) {
        self.waiting.retain(|(sid, _)| sid != track);
        for slot in self.slots.iter_mut().filter(|slot| slot.carries(track)) {
            slot.state = State::Draining;
            self.refresh_requested = false;
        }
    }

    /// A track that was given a section cannot be sent there after all: the section stays free.
    pub(crate) fn refuse(&mut self, track: &str) {
        self.waiting.retain(|(sid, _)| sid != track);
        for slot in self.slots.iter_mut().filter(|slot| slot.carries(track)) {
            slot.state = State::Free;
        }
    }

    /// The sources of a section for the track it carries now, once chosen.
    pub(crate) fn ssrcs(&self, mid: &str) -> Option<(u32, u32)> {
        let slot = self.slots.iter().find(|slot| slot.mid == mid)?;
        slot.ssrcs.get(slot.turn).copied().flatten()
    }

    pub(crate) fn set_ssrcs(&mut self, mid: &str, ssrcs: (u32, u32)) {
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.mid == mid)
            && let Some(of_this_turn) = slot.ssrcs.get_mut(slot.turn)
        {
            *of_this_turn = Some(ssrcs);
        }
    }

    /// Sections and their tracks as they are now.
    pub(crate) fn bound(&self) -> impl Iterator<Item = (&str, &str)> {
        self.slots.iter().filter_map(|slot| match &slot.state {
            State::Bound(track) => Some((slot.mid.as_str(), track.as_str())),
            State::Free | State::Draining | State::Spent => None,
        })
    }

    /// The sections a new offer would receive in, in its order. Tells what to answer to each, and
    /// which tracks lost their section because the client took it away; those wait again.
    pub(crate) fn fill(&mut self, offered: &[(String, MediaKind)]) -> (Vec<Filled>, Vec<String>) {
        self.refresh_requested = false;
        let lost = self.drop_missing(offered);
        let spends = self.spends();
        let mut filled = Vec::with_capacity(offered.len());
        for (mid, kind) in offered {
            let index = self.find_or_add(mid, *kind);
            let Some(slot) = self.slots.get_mut(index) else {
                continue;
            };
            let next = self.waiting.iter().position(|(_, wanted)| wanted == kind);
            let mut fresh = false;
            match (&slot.state, next) {
                (State::Free, Some(next)) => {
                    slot.state = State::Bound(self.waiting.remove(next).0);
                    slot.turn = (slot.turn + 1) % slot.ssrcs.len();
                    fresh = true;
                }
                (State::Draining, _) => slot.state = if spends { State::Spent } else { State::Free },
                (State::Spent, _) if !spends => slot.state = State::Free,
                (State::Free, None) | (State::Bound(_) | State::Spent, _) => {}
            }
            let track = match &slot.state {
                State::Bound(track) => Some(track.clone()),
                State::Free | State::Draining | State::Spent => None,
            };
            filled.push(Filled { mid: mid.clone(), track, fresh });
        }
        (filled, lost)
    }

    /// What to ask the client for, if anything. Remembers that it was asked.
    pub(crate) fn take_needed(&mut self) -> Option<Needed> {
        let spends = self.spends();
        let missing = |kind| {
            let waiting = self.waiting.iter().filter(|(_, wanted)| *wanted == kind).count();
            let usable = self.slots.iter().filter(|slot| slot.kind == kind && slot.is_usable(spends)).count();
            u32::try_from(waiting.saturating_sub(usable)).unwrap_or(u32::MAX).min(REQUESTED_MAX)
        };
        let needed = Needed {
            audios: missing(MediaKind::Audio).saturating_sub(self.requested.audios),
            videos: missing(MediaKind::Video).saturating_sub(self.requested.videos),
        };
        if needed != Needed::default() {
            self.requested.audios += needed.audios;
            self.requested.videos += needed.videos;
            self.refresh_requested = true;
            return Some(needed);
        }
        let drains = self.slots.iter().any(|slot| matches!(slot.state, State::Draining));
        let changes = drains || !self.waiting.is_empty();
        if !changes || self.refresh_requested || self.requested != Needed::default() {
            return None;
        }
        self.refresh_requested = true;
        Some(needed)
    }

    /// Something was asked for and no offer has come yet.
    pub(crate) fn is_asking(&self) -> bool {
        self.refresh_requested || self.requested != Needed::default()
    }

    /// The client did not answer what it was asked for; ask anew.
    pub(crate) fn forget_request(&mut self) {
        self.requested = Needed::default();
        self.refresh_requested = false;
    }

    fn spends(&self) -> bool {
        self.single_use && self.slots.len() < SINGLE_USE_MAX
    }

    fn drop_missing(&mut self, offered: &[(String, MediaKind)]) -> Vec<String> {
        let mut lost = Vec::new();
        let waiting = &mut self.waiting;
        self.slots.retain(|slot| {
            let stays = offered.iter().any(|(mid, kind)| *mid == slot.mid && *kind == slot.kind);
            if let (false, State::Bound(track)) = (stays, &slot.state) {
                waiting.push((track.clone(), slot.kind));
                lost.push(track.clone());
            }
            stays
        });
        lost
    }

    fn find_or_add(&mut self, mid: &str, kind: MediaKind) -> usize {
        if let Some(index) = self.slots.iter().position(|slot| slot.mid == mid) {
            return index;
        }
        let requested = match kind {
            MediaKind::Audio => &mut self.requested.audios,
            MediaKind::Video => &mut self.requested.videos,
        };
        *requested = requested.saturating_sub(1);
        self.slots.push(Slot { mid: mid.to_owned(), kind, state: State::Free, ssrcs: [None; 2], turn: 0 });
        self.slots.len() - 1
    }
}

impl Slot {
    fn carries(&self, track: &str) -> bool {
        matches!(&self.state, State::Bound(bound) if bound == track)
    }

    /// Whether it can take a track, now or once it has been answered inactive.
    fn is_usable(&self, spends: bool) -> bool {
        match self.state {
            State::Free => true,
            State::Draining | State::Spent => !spends,
            State::Bound(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audio(mids: &[&str]) -> Vec<(String, MediaKind)> {
        mids.iter().map(|mid| ((*mid).to_owned(), MediaKind::Audio)).collect()
    }

    fn picture(slots: &mut Slots, offered: &[(String, MediaKind)]) -> String {
        let (filled, lost) = slots.fill(offered);
        let mut text: Vec<String> = filled.iter().map(|f| format!("{}={}", f.mid, f.track.as_deref().unwrap_or("-"))).collect();
        text.extend(lost.iter().map(|sid| format!("lost {sid}")));
        text.join(" ")
    }

    #[test]
    fn free_sections_are_filled_in_order() {
        let mut slots = Slots::default();
        slots.want("TR_a", MediaKind::Audio);
        slots.want("TR_a", MediaKind::Audio);
        slots.want("TR_v", MediaKind::Video);
        assert_eq!(picture(&mut slots, &audio(&["0", "1"])), "0=TR_a 1=-");
        assert_eq!(slots.take_needed(), Some(Needed { audios: 0, videos: 1 }));
        assert_eq!(slots.take_needed(), None, "it was asked already");
    }

    #[test]
    fn a_section_is_inactive_between_two_tracks() {
        let mut slots = Slots::default();
        slots.want("TR_a", MediaKind::Audio);
        assert_eq!(picture(&mut slots, &audio(&["0"])), "0=TR_a");
        slots.unwant("TR_a");
        slots.want("TR_b", MediaKind::Audio);
        assert_eq!(slots.take_needed(), Some(Needed::default()));
        assert_eq!(slots.take_needed(), None);
        assert_eq!(picture(&mut slots, &audio(&["0"])), "0=-");
        assert_eq!(slots.take_needed(), Some(Needed::default()));
        assert_eq!(picture(&mut slots, &audio(&["0"])), "0=TR_b");
        assert_eq!(slots.take_needed(), None);
    }

    #[test]
    fn the_next_track_of_a_section_comes_from_other_sources() {
        let mut slots = Slots::default();
        let mut seen = Vec::new();
        for (track, ssrc) in [("TR_a", 1), ("TR_b", 3), ("TR_c", 5)] {
            slots.want(track, MediaKind::Audio);
            picture(&mut slots, &audio(&["0"]));
            if slots.ssrcs("0").is_none() {
                slots.set_ssrcs("0", (ssrc, ssrc + 1));
            }
            picture(&mut slots, &audio(&["0"]));
            seen.extend(slots.ssrcs("0"));
            slots.unwant(track);
            picture(&mut slots, &audio(&["0"]));
        }
        assert_eq!(seen, [(1, 2), (3, 4), (1, 2)]);
    }

    #[test]
    fn a_section_that_serves_once_is_followed_by_a_new_one() {
        let mut slots = Slots::new(true);
        slots.want("TR_a", MediaKind::Audio);
        assert_eq!(picture(&mut slots, &audio(&["0"])), "0=TR_a");
        slots.unwant("TR_a");
        slots.want("TR_b", MediaKind::Audio);
        assert_eq!(slots.take_needed(), Some(Needed { audios: 1, videos: 0 }));
        assert_eq!(picture(&mut slots, &audio(&["0", "1"])), "0=- 1=TR_b");
        assert_eq!(picture(&mut slots, &audio(&["0", "1"])), "0=- 1=TR_b");
        assert_eq!(slots.take_needed(), None);
    }

    #[test]
    fn an_offer_on_its_way_does_not_ask_twice() {
        let mut slots = Slots::default();
        assert_eq!(picture(&mut slots, &audio(&[])), "");
        for sid in ["TR_a", "TR_b"] {
            slots.want(sid, MediaKind::Audio);
        }
        assert_eq!(slots.take_needed(), Some(Needed { audios: 2, videos: 0 }));
        assert_eq!(picture(&mut slots, &audio(&[])), "");
        assert_eq!(slots.take_needed(), None);
        assert_eq!(picture(&mut slots, &audio(&["3", "4"])), "3=TR_a 4=TR_b");
        assert!(!slots.is_asking());
    }

    #[test]
    fn a_section_taken_away_frees_its_track() {
        let mut slots = Slots::default();
        slots.want("TR_a", MediaKind::Audio);
        assert_eq!(picture(&mut slots, &audio(&["0"])), "0=TR_a");
        assert_eq!(picture(&mut slots, &audio(&[])), "lost TR_a");
        assert_eq!(slots.take_needed(), Some(Needed { audios: 1, videos: 0 }));
    }
}
