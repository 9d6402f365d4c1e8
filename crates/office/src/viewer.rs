//! Who asks. No row is fetched without one.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use kernel::{Error, Kind, Refusal};

use crate::desk::Desk;
use crate::http::Caller;
use crate::org::{self, AccountId, MemberId, OrganisationId, Permission, Role, SessionId};

/// The person behind a request: a member of one organisation, on one device.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) organisation: OrganisationId,
    pub(crate) account: AccountId,
    pub(crate) member: MemberId,
    pub(crate) role: Role,
    pub(crate) session: SessionId,
    /// Where the request came from, for the audit log.
    pub(crate) ip: String,
}

impl Viewer {
    pub(crate) fn can(&self, permission: Permission) -> bool {
        self.role.permissions().contains(&permission)
    }

    /// Refuses whoever may know of a thing and still not do it.
    pub(crate) fn must(&self, permission: Permission) -> Result<(), Error> {
        match self.can(permission) {
            true => Ok(()),
            false => Err(forbidden()),
        }
    }
}

pub(crate) fn forbidden() -> Error {
    Refusal::new(
        Kind::Forbidden,
        "request.forbidden",
        "你没有做这件事的权限。找管理员帮忙。",
        "You’re not allowed to do that. Ask an administrator.",
    )
    .into()
}

fn nobody() -> Error {
    Refusal::new(Kind::Unauthenticated, "request.signed_out", "先登录，再继续。", "Sign in to go on.").into()
}

impl FromRequestParts<Desk> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Error> {
        let viewer = <Viewer as OptionalFromRequestParts<Desk>>::from_request_parts(parts, desk);
        viewer.await?.ok_or_else(nobody)
    }
}

impl OptionalFromRequestParts<Desk> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Option<Self>, Error> {
        let Some(token) = org::session_token(&parts.headers) else {
            return Ok(None);
        };
        let caller = Caller::of(parts, &desk.config);
        org::viewer_by_token(desk, &token, caller.ip).await
    }
}
