//! Who is here: online, in a meeting, away or gone, told from the open event sockets.
//!
//! It lives in memory, because it is only true while the sockets are open.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use kernel::clock::Time;
use kernel::sql;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MemberId, OrganisationId};
use crate::desk::Desk;
use crate::realtime::{Attention, SocketId};
use crate::viewer::Viewer;

/// How present somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Presence {
    Online,
    InMeeting,
    Away,
    Offline,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Told {
    #[serde(rename = "presence")]
    Presence { member_id: MemberId, presence: Presence },
}

/// Everybody who is not gone.
#[derive(Debug, Default)]
pub(crate) struct PresenceBoard {
    here: Mutex<BTreeMap<MemberId, Devices>>,
    /// When each member last turned away from a device, since the program started.
    turned_away: Mutex<HashMap<MemberId, Time>>,
}

#[derive(Debug, Default)]
struct Devices {
    sockets: BTreeMap<SocketId, Attention>,
    /// Sessions in meetings, each once, however often it is told of.
    meetings: BTreeSet<String>,
}

impl Devices {
    fn presence(&self) -> Presence {
        match () {
            () if !self.meetings.is_empty() => Presence::InMeeting,
            () if self.sockets.is_empty() => Presence::Offline,
            () if self.sockets.values().any(|a| *a == Attention::Active) => Presence::Online,
            () => Presence::Away,
        }
    }

    fn is_in_use(&self) -> bool {
        self.sockets.values().any(|attention| *attention == Attention::Active)
    }
}

impl PresenceBoard {
    /// How present that member is.
    pub(crate) fn of(&self, member: MemberId) -> Presence {
        self.with(|board| board.get(&member).map_or(Presence::Offline, Devices::presence))
    }

    /// Everybody whose presence is among these. Nobody is listed as offline: those are the rest.
    pub(crate) fn who(&self, among: &[Presence]) -> Vec<MemberId> {
        self.with(|board| {
            let found = board.iter().filter(|(_, devices)| among.contains(&devices.presence()));
            found.map(|(member, _)| *member).collect()
        })
    }

    /// Whether that member sits before a device now.
    pub(crate) fn is_in_use(&self, member: MemberId) -> bool {
        self.with(|board| board.get(&member).is_some_and(Devices::is_in_use))
    }

    /// When that member last turned away from their devices. Nothing is known of the time before the program started.
    pub(crate) fn turned_away(&self, member: MemberId) -> Option<Time> {
        let turned_away = self.turned_away.lock().unwrap_or_else(PoisonError::into_inner);
        turned_away.get(&member).copied()
    }

    /// A device opened its socket.
    pub(crate) fn opened(&self, desk: &Desk, viewer: &Viewer, socket: SocketId) {
        self.change(desk, viewer.organisation, viewer.member, |devices| {
            devices.sockets.insert(socket, Attention::Active);
        });
    }

    /// Somebody came to, or left, the device.
    pub(crate) fn turned(&self, desk: &Desk, viewer: &Viewer, socket: SocketId, to: Attention) {
        self.change(desk, viewer.organisation, viewer.member, |devices| {
            devices.sockets.insert(socket, to);
        });
    }

    /// A device is gone. When it was the last one, that is the last time its owner was seen.
    pub(crate) fn closed(&self, desk: &Desk, viewer: &Viewer, socket: SocketId) {
        let (member, now) = (viewer.member, desk.now());
        self.change(desk, viewer.organisation, member, |devices| {
            devices.sockets.remove(&socket);
        });
        if self.of(member) != Presence::Offline {
            return;
        }
        let desk = desk.clone();
        tokio::spawn(async move {
            let seen = sql!("UPDATE org_members SET last_seen_at = $2 WHERE id = $1");
            if let Err(error) = desk.db.write(seen).bind(member).bind(now).run().await {
                tracing::warn!(%error, "the time somebody was last seen is not kept");
            }
        });
    }

    /// Somebody entered a meeting; the session is that of one device.
    pub(crate) fn entered_meeting(&self, desk: &Desk, at: OrganisationId, member: MemberId, session: &str) {
        self.change(desk, at, member, |devices| {
            devices.meetings.insert(session.to_owned());
        });
    }

    /// A session in a meeting ended.
    pub(crate) fn left_meeting(&self, desk: &Desk, at: OrganisationId, member: MemberId, session: &str) {
        self.change(desk, at, member, |devices| {
            devices.meetings.remove(session);
        });
    }

    fn change(&self, desk: &Desk, at: OrganisationId, member: MemberId, act: impl FnOnce(&mut Devices)) {
        let mut turned_away = false;
        let (before, presence) = self.with(|board| {
            let devices = board.entry(member).or_default();
            let (before, was_in_use) = (devices.presence(), devices.is_in_use());
            act(devices);
            let after = devices.presence();
            turned_away = was_in_use && !devices.is_in_use();
            if after == Presence::Offline {
                board.remove(&member);
            }
            (before, after)
        });
        if turned_away {
            self.turned_away.lock().unwrap_or_else(PoisonError::into_inner).insert(member, desk.now());
        }
        if before != presence {
            let told = Told::Presence { member_id: member, presence };
            desk.hub.hint_organisation(at, &told);
        }
    }

    fn with<R>(&self, act: impl FnOnce(&mut BTreeMap<MemberId, Devices>) -> R) -> R {
        // The map is whole between any two statements, so a panic elsewhere cannot spoil it.
        act(&mut self.here.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
