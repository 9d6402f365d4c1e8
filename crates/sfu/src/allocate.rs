//! What of each track a subscriber gets within what its path carries: audio first, then the screen, then
//! the others evenly by priority and size. It keeps the lowest layer of everything unless the subscriber
//! allows pausing, and asks the estimator to look for room when more is wanted.

use std::time::Instant;

use crate::event::SfuEvent;
use crate::face::{DownId, LAYERS_MAX, PeerId, Sfu, TrackId};
use crate::setup::{DownSettings, Kind, Source};
use crate::track::Track;

/// Going up needs this much more room than staying, in percent, so that targets do not swing.
const CLIMB_PERCENT: u64 = 115;
/// Set aside for reports, retransmissions and padding, in percent.
const USABLE_PERCENT: u64 = 95;

/// One video track that wants a share.
struct Wish {
    down: DownId,
    screen: bool,
    priority: u8,
    area: u32,
    allow_pause: bool,
    /// What each layer costs; `None` for layers that do not run.
    costs: [Option<u64>; LAYERS_MAX],
    /// What the layer that is desired takes when it takes most; 0 when unknown.
    announced: u64,
    desired: u8,
    before: Option<u8>,
    granted: Option<u8>,
    /// Packets of a track whose layers are not running yet cost nothing and need a target all the same.
    idle: bool,
}

impl Wish {
    /// What the granted layer takes.
    fn cost(&self) -> u64 {
        self.granted.and_then(|layer| self.costs.get(usize::from(layer)).copied().flatten()).unwrap_or(0)
    }

    /// What a screen that stands still will take when it moves: room for it is looked for before it does.
    fn ahead(&self) -> u64 {
        if self.screen && self.granted == Some(self.desired) { self.announced.saturating_sub(self.cost()) } else { 0 }
    }
}

impl Sfu {
    /// Looks again at the targets of all who watch a track.
    pub(crate) fn retarget_downs(&mut self, track: TrackId, now: Instant) {
        let Some(track) = self.tracks.find(track) else {
            return;
        };
        let subscribers: Vec<PeerId> = track.downs.iter().filter_map(|id| Some(self.downs.find(*id)?.subscriber)).collect();
        for subscriber in subscribers {
            self.allocate(subscriber, now);
        }
    }

    /// Shares out what the path to one subscriber carries.
    pub(crate) fn allocate(&mut self, peer_id: PeerId, now: Instant) {
        let Some(peer) = self.peers.find(peer_id) else {
            return;
        };
        let estimate = peer.budget.estimate_bps() / 100 * USABLE_PERCENT;
        let (audio, mut wishes) = self.wishes_of(&peer.downs, now);
        let mut left = estimate.saturating_sub(audio);
        let paused = grant_lowest(&mut wishes, &mut left);
        let missing = paused.into_iter().chain(grant_upgrades(&mut wishes, &mut left)).min();
        for wish in &wishes {
            self.apply_grant(wish, now);
        }
        if let Some(peer) = self.peers.find_mut(peer_id) {
            // The lowest layers are sent even where the estimate does not cover them.
            let used = audio + wishes.iter().map(Wish::cost).sum::<u64>();
            let ahead = wishes.iter().map(Wish::ahead).sum::<u64>();
            peer.budget.want((used + missing.unwrap_or(ahead)) * 100 / USABLE_PERCENT);
        }
    }

    fn wishes_of(&self, downs: &[DownId], now: Instant) -> (u64, Vec<Wish>) {
        let mut audio = 0;
        let mut wishes = Vec::with_capacity(downs.len());
        for id in downs {
            let Some(down) = self.downs.find(*id).filter(|down| !down.settings.paused) else { continue };
            let Some(track) = self.tracks.find(down.track).filter(|track| !track.muted) else { continue };
            if track.kind() == Kind::Audio {
                // Measured where it leaves: redundancy is added here, and silence left out.
                audio += down.bitrate_bps(now).unwrap_or_else(|| track.layer_bitrate_bps(0, now));
                continue;
            }
            let desired = desired_layer(&down.settings, track);
            let mut costs = [None; LAYERS_MAX];
            for (at, cost) in costs.iter_mut().enumerate().take(track.layers.len()) {
                let layer = u8::try_from(at).unwrap_or_default();
                let runs = track.layers.get(at).is_some_and(|layer| layer.live);
                *cost = runs.then(|| track.layer_bitrate_bps(layer, now));
            }
            let (width, height) = down.settings.size.unwrap_or((0, 0));
            let desired = track.nearest_live(desired).unwrap_or(desired);
            let announced = track.layers.get(usize::from(desired)).map_or(0, |layer| u64::from(layer.setup.bitrate_bps));
            wishes.push(Wish {
                down: *id,
                screen: track.setup.source == Source::ScreenShare,
                priority: down.settings.priority,
                area: u32::from(width) * u32::from(height),
                allow_pause: down.settings.allow_pause,
                idle: costs.iter().all(Option::is_none),
                costs,
                announced,
                desired,
                before: down.target(),
                granted: None,
            });
        }
        wishes.sort_by_key(|wish| std::cmp::Reverse((wish.screen, wish.priority, wish.area)));
        (audio, wishes)
    }

    fn apply_grant(&mut self, wish: &Wish, now: Instant) {
        let Some(down) = self.downs.find_mut(wish.down) else {
            return;
        };
        let paused = wish.granted.is_none();
        if down.paused_by_congestion != paused {
            down.paused_by_congestion = paused;
            self.events.push_back(SfuEvent::StreamState { down: wish.down, paused });
        }
        if down.target() != wish.granted {
            down.set_target(wish.granted);
            self.start_picture(wish.down, now);
        }
    }
}

/// Everybody gets the lowest layer that runs, in order; only those who allow it go without. Gives the cost of the
/// cheapest that did not fit.
fn grant_lowest(wishes: &mut [Wish], left: &mut u64) -> Option<u64> {
    let mut missing: Option<u64> = None;
    for wish in wishes {
        if wish.idle {
            wish.granted = Some(wish.desired);
            continue;
        }
        let lowest = wish.costs.iter().position(Option::is_some).and_then(|at| u8::try_from(at).ok());
        let cost = lowest.and_then(|layer| wish.costs.get(usize::from(layer)).copied().flatten()).unwrap_or(0);
        if wish.allow_pause && cost > *left {
            missing = Some(missing.map_or(cost, |least| least.min(cost)));
            continue;
        }
        wish.granted = lowest.map(|lowest| lowest.min(wish.desired));
        *left = left.saturating_sub(cost);
    }
    missing
}

/// Raises layer by layer: screens as far as they want, then the others in rounds. Gives the cost of the
/// cheapest step that did not fit.
fn grant_upgrades(wishes: &mut [Wish], left: &mut u64) -> Option<u64> {
    let mut missing: Option<u64> = None;
    for screens in [true, false] {
        let mut progress = true;
        while progress {
            progress = false;
            for wish in wishes.iter_mut().filter(|wish| wish.screen == screens) {
                let Some((layer, extra)) = next_step(wish) else { continue };
                let climbs = wish.before.is_none_or(|before| layer > before);
                let needed = if climbs { extra * CLIMB_PERCENT / 100 } else { extra };
                if needed > *left {
                    missing = Some(missing.map_or(needed, |least| least.min(needed)));
                    continue;
                }
                wish.granted = Some(layer);
                *left = left.saturating_sub(extra);
                progress = true;
            }
        }
    }
    missing
}

/// The next running layer up to what is desired, and what it costs more.
fn next_step(wish: &Wish) -> Option<(u8, u64)> {
    let granted = wish.granted?;
    let cost_of = |layer: u8| wish.costs.get(usize::from(layer)).copied().flatten();
    let next = (granted + 1..=wish.desired).find(|layer| cost_of(*layer).is_some())?;
    Some((next, cost_of(next)?.saturating_sub(cost_of(granted).unwrap_or(0))))
}

/// The layer that is enough for what a subscriber asked for.
pub(crate) fn desired_layer(settings: &DownSettings, track: &Track) -> u8 {
    let top = track.top_layer();
    let Some((width, height)) = settings.size else {
        return settings.max_layer.min(top);
    };
    let covers = |layer: &crate::track::Layer| {
        let (own, wanted) = ((layer.setup.width, layer.setup.height), (width, height));
        // A picture may be turned; the longer side counts.
        own.0.max(own.1) >= wanted.0.max(wanted.1)
    };
    let known = track.layers.iter().all(|layer| layer.setup.width > 0);
    if !known {
        return settings.max_layer.min(top);
    }
    let enough = track.layers.iter().position(covers).and_then(|at| u8::try_from(at).ok());
    enough.unwrap_or(top)
}

/// How many layers from the lowest a subscriber may want.
pub(crate) fn layers_wanted(settings: &DownSettings, track: &Track) -> usize {
    if settings.paused { 0 } else { usize::from(desired_layer(settings, track)) + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::Key;

    fn wish(screen: bool, before: Option<u8>, allow_pause: bool) -> Wish {
        Wish {
            down: Key::from_u64(0),
            screen,
            priority: 0,
            area: 0,
            allow_pause,
            costs: [Some(150), Some(500), Some(1_700), None],
            announced: 0,
            desired: 2,
            before,
            granted: None,
            idle: false,
        }
    }

    fn share(wishes: &mut [Wish], mut left: u64) -> (Vec<Option<u8>>, Option<u64>) {
        let paused = grant_lowest(wishes, &mut left);
        let missing = paused.into_iter().chain(grant_upgrades(wishes, &mut left)).min();
        (wishes.iter().map(|wish| wish.granted).collect(), missing)
    }

    #[test]
    fn the_screen_comes_first_and_cameras_share_evenly() {
        let mut wishes = [wish(true, None, false), wish(false, None, false), wish(false, None, false)];
        let (granted, missing) = share(&mut wishes, 3_300);
        assert_eq!(granted, [Some(2), Some(1), Some(1)]);
        assert!(missing.is_some());
    }

    #[test]
    fn the_lowest_layer_stays_unless_pausing_is_allowed() {
        let mut wishes = [wish(false, None, false), wish(false, None, true)];
        assert_eq!(share(&mut wishes, 100), (vec![Some(0), None], Some(150)), "and what is paused is room to look for");
    }

    #[test]
    fn going_up_needs_more_room_than_staying() {
        assert_eq!(share(&mut [wish(false, Some(0), false)], 1_700).0, [Some(1)]);
        assert_eq!(share(&mut [wish(false, Some(2), false)], 1_700).0, [Some(2)]);
    }
}
