//! What the organisation announces, and what it does about it itself: tell the open devices.

use kernel::bus::{Bus, Event};
use serde::{Deserialize, Serialize};

use super::rules::Role;
use super::{MemberId, OrganisationId, SessionId, letters};
use crate::desk::Desk;

/// People or departments are not what they were.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Changed {
    pub(crate) organisation: OrganisationId,
}

impl Event for Changed {
    const NAME: &'static str = "org.changed";
}

/// Some devices were signed out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SessionsEnded {
    pub(crate) sessions: Vec<SessionId>,
}

impl Event for SessionsEnded {
    const NAME: &'static str = "org.sessions_ended";
}

/// An administrator gave somebody another role.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RoleChanged {
    pub(crate) organisation: OrganisationId,
    pub(crate) member: MemberId,
    pub(crate) by: MemberId,
    pub(crate) role: Role,
}

impl Event for RoleChanged {
    const NAME: &'static str = "org.role_changed";
}

/// An administrator gave somebody a new password.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PasswordWasReset {
    pub(crate) organisation: OrganisationId,
    pub(crate) member: MemberId,
    pub(crate) by: MemberId,
}

impl Event for PasswordWasReset {
    const NAME: &'static str = "org.password_reset";
}

/// Somebody who is signed in elsewhere signed in on one more device.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SignedIn {
    pub(crate) organisation: OrganisationId,
    pub(crate) member: MemberId,
    pub(crate) session: SessionId,
    /// Such as `Chrome · Windows`.
    pub(crate) device: String,
}

impl Event for SignedIn {
    const NAME: &'static str = "org.signed_in";
}

/// Somebody says that they forgot their password. Whether there is such a person is not known yet.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PasswordForgotten {
    /// What was typed, as [`Login`](super::rules::Login) reads it.
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) ip: String,
}

impl Event for PasswordForgotten {
    const NAME: &'static str = "org.password_forgotten";
}

/// What members want to be told of it.
pub(super) const NOTICES: &[&str] = &[RoleChanged::NAME, PasswordWasReset::NAME, SignedIn::NAME];

#[derive(Serialize)]
#[serde(tag = "type")]
enum Told {
    #[serde(rename = "org.changed")]
    Changed,
}

pub(super) fn listens(desk: &Desk, bus: &mut Bus) {
    let changed = desk.clone();
    bus.listen(move |event: Changed| {
        changed.hub.tell_organisation(event.organisation, &Told::Changed);
        std::future::ready(Ok(()))
    });
    let forgotten = desk.clone();
    bus.listen(move |event: PasswordForgotten| {
        let desk = forgotten.clone();
        async move { letters::send_password_link(&desk, event).await }
    });
    let ended = desk.clone();
    bus.listen(move |event: SessionsEnded| {
        ended.hub.cut(&event.sessions);
        std::future::ready(Ok(()))
    });
}
