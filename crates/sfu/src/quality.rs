//! How good a connection is, from loss and round trip: a simplified E-model. It must not know what is
//! done about it.

use std::time::{Duration, Instant};

use crate::event::{ConnectionQuality, SfuEvent};
use crate::face::{PeerId, Sfu};
use crate::setup::Kind;

/// Ratings of the E-model above which a connection is excellent, and good.
const EXCELLENT_ABOVE: f32 = 80.0;
const GOOD_ABOVE: f32 = 40.0;
const BEST_RATING: f32 = 93.2;
/// Points lost per percent of packets lost: redundancy and retransmission hide some of it.
const LOSS_COST: f32 = 2.5;
/// A peer with live tracks that stays silent this long has lost its connection.
const LOST_AFTER: Duration = Duration::from_secs(15);
const SMOOTHING: f32 = 0.4;

/// The opinion of one connection.
#[derive(Debug, Clone)]
pub(crate) struct Opinion {
    pub(crate) loss_up: f32,
    pub(crate) loss_down: f32,
    pub(crate) score: f32,
    rating: f32,
    told: Option<ConnectionQuality>,
}

impl Default for Opinion {
    fn default() -> Self {
        Opinion { loss_up: 0.0, loss_down: 0.0, score: score_of(BEST_RATING), rating: BEST_RATING, told: None }
    }
}

impl Opinion {
    /// Takes the figures of about a second; the quality when it is another than the one told.
    fn update(&mut self, loss_up: f32, loss_down: f32, rtt: Option<Duration>, lost: bool) -> Option<ConnectionQuality> {
        self.loss_up += (loss_up - self.loss_up) * SMOOTHING;
        self.loss_down += (loss_down - self.loss_down) * SMOOTHING;
        self.rating = rating_of(self.loss_up.max(self.loss_down), rtt);
        self.score = score_of(self.rating);
        let quality = match self.rating {
            _ if lost => ConnectionQuality::Lost,
            rating if rating > EXCELLENT_ABOVE => ConnectionQuality::Excellent,
            rating if rating > GOOD_ABOVE => ConnectionQuality::Good,
            _ => ConnectionQuality::Poor,
        };
        (self.told.replace(quality) != Some(quality)).then_some(quality)
    }
}

fn rating_of(loss: f32, rtt: Option<Duration>) -> f32 {
    let one_way_ms = rtt.map_or(0.0, |rtt| rtt.as_secs_f32() * 500.0);
    let late = (one_way_ms - 177.3).max(0.0) * 0.11;
    (BEST_RATING - 0.024 * one_way_ms - late - LOSS_COST * loss * 100.0).clamp(0.0, 100.0)
}

/// ITU-T G.107: a mean opinion score for a rating.
fn score_of(rating: f32) -> f32 {
    (1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7.0e-6).clamp(1.0, 4.5)
}

impl Sfu {
    /// Forms an opinion of one peer from its streams.
    pub(crate) fn update_quality(&mut self, id: PeerId, now: Instant) {
        let Some(peer) = self.peers.find(id).filter(|peer| peer.keys.is_some()) else {
            return;
        };
        let tracks = peer.tracks.iter().filter_map(|id| self.tracks.find(*id));
        let layers = tracks.clone().flat_map(|track| &track.layers).filter(|layer| layer.live);
        let loss_up = layers.map(|layer| layer.loss()).fold(0.0, f32::max);
        let downs = peer.downs.iter().filter_map(|id| self.downs.find(*id)).filter(|down| down.current().is_some());
        let loss_down = downs.map(|down| down.loss).fold(0.0, f32::max);
        // Only sound is expected to go on for ever, and silence may stop it too; so all must be silent.
        let expected = tracks.clone().any(|track| track.heard && !track.muted && track.kind() == Kind::Video);
        let newest = tracks.flat_map(|track| &track.layers).filter_map(|layer| layer.last_packet).max();
        let silent = newest.is_some_and(|at| now.saturating_duration_since(at) > LOST_AFTER);
        let heard_from = peer.feedback.last_heard.is_some_and(|at| now.saturating_duration_since(at) <= LOST_AFTER);
        let lost = expected && silent && !heard_from;
        let Some(peer) = self.peers.find_mut(id) else { return };
        if let Some(quality) = peer.opinion.update(loss_up, loss_down, peer.rtt, lost) {
            let score = peer.opinion.score;
            self.events.push_back(SfuEvent::Quality { peer: id, quality, score });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_and_delay_cost_quality() {
        let quality = |loss: f32, rtt_ms: u64| {
            let mut opinion = Opinion::default();
            let mut told = None;
            for _ in 0..20 {
                told = opinion.update(loss, 0.0, Some(Duration::from_millis(rtt_ms)), false).or(told);
            }
            told
        };
        assert_eq!(quality(0.0, 50), Some(ConnectionQuality::Excellent));
        assert_eq!(quality(0.10, 100), Some(ConnectionQuality::Good));
        assert_eq!(quality(0.30, 100), Some(ConnectionQuality::Poor));
        assert_eq!(quality(0.0, 1_500), Some(ConnectionQuality::Poor));
    }

    #[test]
    fn it_is_told_once() {
        let mut opinion = Opinion::default();
        assert_eq!(opinion.update(0.0, 0.0, None, false), Some(ConnectionQuality::Excellent));
        assert_eq!(opinion.update(0.0, 0.0, None, false), None);
        assert_eq!(opinion.update(0.0, 0.0, None, true), Some(ConnectionQuality::Lost));
    }
}
