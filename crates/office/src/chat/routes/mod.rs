//! Conversations on the wire: requests are parsed, an act is called, the answer is written. No decision is made here.

mod conversations;
mod files;
mod handing;
mod joining;
mod later;
mod marks;
mod members;
mod messages;
mod scheduled;
mod search;
mod settings;
mod stickers;
mod threads;
mod translating;
mod urgent;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;

pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(conversations::list, conversations::begin))
        .routes(routes!(conversations::one, conversations::edit, conversations::dissolve))
        .routes(routes!(conversations::change_mine))
        .routes(routes!(conversations::read))
        .routes(routes!(conversations::typing))
        .routes(routes!(conversations::call))
        .routes(routes!(conversations::unread))
        .routes(routes!(members::members, members::add))
        .routes(routes!(handing::owned))
        .routes(routes!(handing::hand_over))
        .routes(routes!(members::remove, members::set_role))
        .routes(routes!(messages::history, messages::send))
        .routes(routes!(messages::changes))
        .routes(routes!(messages::pins))
        .routes(routes!(files::list))
        .routes(routes!(messages::edit, messages::hide))
        .routes(routes!(messages::edits))
        .routes(routes!(messages::recall))
        .routes(routes!(translating::translate))
        .routes(routes!(messages::restore))
        .routes(routes!(messages::forward))
        .routes(routes!(marks::react, marks::take_back))
        .routes(routes!(marks::pin, marks::unpin))
        .routes(routes!(later::keep, later::forget))
        .routes(routes!(later::done))
        .routes(routes!(later::later))
        .routes(routes!(threads::thread))
        .routes(routes!(threads::at))
        .routes(routes!(threads::days))
        .routes(routes!(marks::readers))
        .routes(routes!(marks::remind))
        .routes(routes!(marks::vote))
        .routes(routes!(marks::close))
        .routes(routes!(search::search))
        .routes(routes!(search::find))
        .routes(routes!(joining::link, joining::make_link, joining::revoke_link))
        .routes(routes!(joining::look, joining::join))
        .routes(routes!(joining::requests))
        .routes(routes!(joining::decide))
        .routes(routes!(scheduled::list))
        .routes(routes!(scheduled::schedule))
        .routes(routes!(scheduled::change, scheduled::remove))
        .routes(routes!(scheduled::send_now))
        .routes(routes!(settings::settings, settings::decide))
        .routes(routes!(stickers::list, stickers::add))
        .routes(routes!(stickers::order))
        .routes(routes!(stickers::remove))
        .routes(routes!(urgent::make_urgent))
        .routes(routes!(urgent::send_urgent))
        .routes(routes!(urgent::list))
        .routes(routes!(urgent::one))
        .routes(routes!(urgent::confirm))
        .routes(routes!(urgent::remind))
        .routes(routes!(urgent::end))
}
