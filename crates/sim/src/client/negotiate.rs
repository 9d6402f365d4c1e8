//! Offers and answers. The client always offers: sections to receive in, sections it sends in, and its data
//! channels. One offer is under way at a time; what comes up meanwhile goes into the next.

use std::time::Duration;

use livekit_protocol as proto;
use proto::signal_request::Message as Request;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid, Simulcast, SimulcastLayer};

use super::{Client, Phase};
use crate::source::{Maker, Publication};

/// Sections of each kind in the first offer, as browsers make them.
const SECTIONS_AT_FIRST: u32 = 3;

/// An offer that awaits its answer.
pub(super) struct Outstanding {
    id: u32,
    pending: SdpPendingOffer,
    sections: Vec<(Mid, MediaKind)>,
    published: Vec<(String, Mid)>,
    closing: Vec<Mid>,
}

/// What the next offer shall hold.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    audios: u32,
    videos: u32,
    again: bool,
    channels: bool,
}

impl Wanted {
    pub(super) fn at_first() -> Wanted {
        Wanted { audios: SECTIONS_AT_FIRST, videos: SECTIONS_AT_FIRST, again: true, channels: true }
    }

    /// An offer got no answer: what it held is wanted still.
    pub(super) fn restore(&mut self, lost: Outstanding) {
        for (_, kind) in lost.sections {
            match kind {
                MediaKind::Audio => self.audios += 1,
                MediaKind::Video => self.videos += 1,
            }
        }
        self.again = true;
    }
}

impl Client {
    pub(super) fn publish(&mut self, name: &str, maker: Maker, screen: bool) -> String {
        let cid = format!("{name}-{}", self.chance.next_u64());
        let publication = Publication { cid: cid.clone(), sid: None, mid: None, live: false, muted: false, repeats: false, screen, maker };
        if self.phase == Phase::Joined {
            let announcement = publication.announcement();
            self.tell(Request::AddTrack(announcement));
        }
        self.publications.push(publication);
        self.wanted.again = true;
        self.negotiate();
        cid
    }

    /// Takes something published back.
    pub fn unpublish(&mut self, cid: &str) {
        let Some(place) = self.publications.iter().position(|known| known.cid == cid) else { return };
        let gone = self.publications.remove(place);
        self.closing.extend(gone.mid);
        self.wanted.again = true;
        self.negotiate();
    }

    /// The server needs so many more sections; none means: offer again as it is.
    pub(super) fn require(&mut self, audios: u32, videos: u32) {
        self.wanted.audios += audios;
        self.wanted.videos += videos;
        self.wanted.again = true;
        self.negotiate();
    }

    /// Offers if there is a reason and nothing is under way.
    pub(super) fn negotiate(&mut self) {
        if self.phase != Phase::Joined || self.outstanding.is_some() || !self.wanted.again {
            return;
        }
        if let Some(offer) = self.offer(false) {
            self.tell(Request::Offer(offer));
        }
    }

    /// Makes the next offer.
    pub(super) fn offer(&mut self, restart: bool) -> Option<proto::SessionDescription> {
        let wanted = std::mem::take(&mut self.wanted);
        let mut changes = self.rtc.sdp_api();
        if restart {
            changes.ice_restart(true);
        }
        for (mid, _) in &self.sections {
            changes.set_direction(*mid, Direction::RecvOnly);
        }
        let mut sections = Vec::new();
        let kinds = [(MediaKind::Audio, wanted.audios), (MediaKind::Video, wanted.videos)];
        for kind in kinds.into_iter().flat_map(|(kind, count)| std::iter::repeat_n(kind, count as usize)) {
            sections.push((changes.add_media(kind, Direction::RecvOnly, None, None, None), kind));
        }
        let mut published = Vec::new();
        for known in self.publications.iter().filter(|known| known.mid.is_none()) {
            let kind = if known.is_video() { MediaKind::Video } else { MediaKind::Audio };
            let mid = changes.add_media(kind, Direction::SendOnly, Some("media".to_owned()), Some(known.cid.clone()), simulcast(known));
            published.push((known.cid.clone(), mid));
        }
        let closing = std::mem::take(&mut self.closing);
        for mid in &closing {
            changes.set_direction(*mid, Direction::Inactive);
        }
        if wanted.channels {
            self.channels.open(&mut changes);
        }
        if !changes.has_changes()
            && let Some((mid, _)) = self.sections.last()
        {
            // str0m offers only what has changed; there and back again is a change that changes nothing.
            changes.set_direction(*mid, Direction::Inactive);
            changes.set_direction(*mid, Direction::RecvOnly);
        }
        let (offer, pending) = changes.apply()?;
        self.offer_id += 1;
        let id = self.offer_id;
        self.outstanding = Some(Outstanding { id, pending, sections, published, closing });
        let sdp = offer.to_sdp_string();
        Some(proto::SessionDescription { r#type: "offer".to_owned(), sdp, id, ..proto::SessionDescription::default() })
    }

    pub(super) fn answered(&mut self, answer: &proto::SessionDescription) {
        let Some(outstanding) = self.outstanding.take_if(|offer| offer.id == answer.id) else {
            self.complain(format!("an answer {} to no offer", answer.id));
            return;
        };
        let Outstanding { pending, sections, published, closing, .. } = outstanding;
        let accepted = SdpAnswer::from_sdp_string(&answer.sdp)
            .map_err(|error| error.to_string())
            .and_then(|sdp| self.rtc.sdp_api().accept_answer(pending, sdp).map_err(|error| error.to_string()));
        if let Err(error) = accepted {
            self.complain(format!("an answer that cannot be used: {error}\n{}", answer.sdp));
            return;
        }
        drop(closing);
        self.sections.extend(sections);
        self.assigned = answer.mid_to_track_id.clone().into_iter().collect();
        for (cid, mid) in published {
            match self.publications.iter_mut().find(|known| known.cid == cid) {
                Some(known) => {
                    (known.mid, known.live, known.repeats) = (Some(mid), true, false);
                    self.resend_without_end(&cid, mid);
                }
                None => {
                    self.closing.push(mid);
                    self.wanted.again = true;
                }
            }
        }
        self.negotiate();
    }
}

/// Packets that may be asked for again, and for how long.
const RESEND_PACKETS: usize = 2_000;
const RESEND_FOR: Duration = Duration::from_secs(2);

impl Client {
    /// str0m gives up on retransmissions beyond a share of what is sent; browsers do not.
    fn resend_without_end(&mut self, cid: &str, mid: Mid) {
        let Some(known) = self.publications.iter().find(|known| known.cid == cid) else { return };
        let Maker::Camera(film) = &known.maker else { return };
        let mut api = self.rtc.direct_api();
        for reel in &film.layers {
            let rid = (film.layers.len() > 1).then(|| reel.layer.rid.into());
            if let Some(stream) = api.stream_tx_by_mid(mid, rid) {
                stream.set_rtx_cache(RESEND_PACKETS, RESEND_FOR, None);
            }
        }
    }
}

fn simulcast(known: &Publication) -> Option<Simulcast> {
    let Maker::Camera(film) = &known.maker else { return None };
    if film.layers.len() < 2 {
        return None;
    }
    let send = film.layers.iter().map(|reel| SimulcastLayer::new(reel.layer.rid)).collect();
    Some(Simulcast { send, recv: Vec::new() })
}
