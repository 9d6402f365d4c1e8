//! The organisation on the wire: what is read, what is called, what is answered.
//!
//! Only this folder knows how its things look in JSON; nothing else of the capability does.

mod audit;
mod departments;
mod entry;
mod import;
mod invitations;
mod me;
mod members;
mod passwords;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use entry::{SESSION_COOKIE, session_token};

use crate::desk::Desk;

pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(entry::office))
        .routes(routes!(entry::check_set_up, entry::set_up))
        .routes(routes!(entry::sign_in))
        .routes(routes!(entry::sign_out))
        .routes(routes!(passwords::forget))
        .routes(routes!(passwords::look))
        .routes(routes!(passwords::spend))
        .routes(routes!(me::me, me::change_me))
        .routes(routes!(me::change_password))
        .routes(routes!(me::sessions))
        .routes(routes!(me::end_session))
        .routes(routes!(me::set_avatar, me::remove_avatar))
        .routes(routes!(me::avatar))
        .routes(routes!(departments::list, departments::create))
        .routes(routes!(departments::change, departments::remove))
        .routes(routes!(members::list, members::create))
        .routes(routes!(members::member, members::change))
        .routes(routes!(members::disable))
        .routes(routes!(members::enable))
        .routes(routes!(members::reset_password))
        .routes(routes!(import::import))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::mail))
        .routes(routes!(invitations::remove))
        .routes(routes!(invitations::by_token))
        .routes(routes!(invitations::accept))
        .routes(routes!(audit::list))
}
