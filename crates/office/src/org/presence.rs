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

/// Who is here, and when those who are not were here last.
#[derive(Debug, Default)]
pub(crate) struct PresenceBoard(Mutex<Board>);

#[derive(Debug, Default)]
struct Board {
    /// Everybody who is not gone.
    here: BTreeMap<MemberId, Devices>,
    /// When each member last turned away from a device, since the program started.
    turned_away: HashMap<MemberId, Time>,
    /// When each member was last seen, for as long as the database does not tell it.
    last_seen: HashMap<MemberId, Time>,
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
        self.with(|board| board.here.get(&member).map_or(Presence::Offline, Devices::presence))
    }

    /// Everybody whose presence is among these. Nobody is listed as offline: those are the rest.
    pub(crate) fn who(&self, among: &[Presence]) -> Vec<MemberId> {
        self.with(|board| {
            let found = board.here.iter().filter(|(_, devices)| among.contains(&devices.presence()));
            found.map(|(member, _)| *member).collect()
        })
    }

    /// Whether that member sits before a device now.
    pub(crate) fn is_in_use(&self, member: MemberId) -> bool {
        self.with(|board| board.here.get(&member).is_some_and(Devices::is_in_use))
    }

    /// When that member last turned away from their devices. Nothing is known of the time before the program started.
    pub(crate) fn turned_away(&self, member: MemberId) -> Option<Time> {
        self.with(|board| board.turned_away.get(&member).copied())
    }

    /// When that member was last seen, if that is later than the database tells.
    pub(crate) fn last_seen(&self, member: MemberId) -> Option<Time> {
        self.with(|board| board.last_seen.get(&member).copied())
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

    /// A device is gone.
    pub(crate) fn closed(&self, desk: &Desk, viewer: &Viewer, socket: SocketId) {
        self.change(desk, viewer.organisation, viewer.member, |devices| {
            devices.sockets.remove(&socket);
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
        let now = desk.now();
        let (before, after) = self.with(|board| {
            let devices = board.here.entry(member).or_default();
            let (before, was_in_use) = (devices.presence(), devices.is_in_use());
            act(devices);
            let after = devices.presence();
            if was_in_use && !devices.is_in_use() {
                board.turned_away.insert(member, now);
            }
            if after == Presence::Offline {
                board.here.remove(&member);
            }
            if after == Presence::Offline && before != after {
                board.last_seen.insert(member, now);
            }
            (before, after)
        });
        if before == after {
            return;
        }
        desk.hub.hint_organisation(at, &Told::Presence { member_id: member, presence: after });
        if after == Presence::Offline {
            tokio::spawn(keep_last_seen(desk.clone(), member, now));
        }
    }

    /// The database tells it now.
    fn is_kept(&self, member: MemberId, seen: Time) {
        self.with(|board| {
            if board.last_seen.get(&member) == Some(&seen) {
                board.last_seen.remove(&member);
            }
        });
    }

    fn with<R>(&self, act: impl FnOnce(&mut Board) -> R) -> R {
        // The board is whole between any two statements, so a panic elsewhere cannot spoil it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn keep_last_seen(desk: Desk, member: MemberId, seen: Time) {
    let row = sql!("UPDATE org_members SET last_seen_at = $2 WHERE id = $1");
    match desk.db.write(row).bind(member).bind(seen).run().await {
        Ok(_) => desk.org.presence().is_kept(member, seen),
        Err(error) => tracing::warn!(%error, "the time somebody was last seen is not kept"),
    }
}
