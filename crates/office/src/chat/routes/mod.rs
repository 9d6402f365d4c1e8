//! Conversations on the wire: requests are parsed, an act is called, the answer is written. No decision is made here.

mod conversations;
mod files;
mod marks;
mod members;
mod messages;
mod search;

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
        .routes(routes!(members::remove, members::set_role))
        .routes(routes!(messages::history, messages::send))
        .routes(routes!(messages::changes))
        .routes(routes!(messages::pins))
        .routes(routes!(files::list))
        .routes(routes!(messages::edit, messages::hide))
        .routes(routes!(messages::edits))
        .routes(routes!(messages::recall))
        .routes(routes!(messages::restore))
        .routes(routes!(messages::forward))
        .routes(routes!(marks::react, marks::take_back))
        .routes(routes!(marks::pin, marks::unpin))
        .routes(routes!(marks::keep, marks::drop_later))
        .routes(routes!(marks::later))
        .routes(routes!(marks::readers))
        .routes(routes!(marks::remind))
        .routes(routes!(marks::vote))
        .routes(routes!(marks::close))
        .routes(routes!(search::search))
}
