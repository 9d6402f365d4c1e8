//! Programs on the wire: requests are parsed, an act is called, the answer is written. No decision is made here.

mod bot_api;
mod bots;
mod robots;
mod talking;
mod vendors;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;

pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(robots::list, robots::create))
        .routes(routes!(robots::change, robots::remove))
        .routes(routes!(robots::rotate))
        .routes(routes!(bots::list, bots::create))
        .routes(routes!(bots::change, bots::remove))
        .routes(routes!(bots::rotate))
        .routes(routes!(bots::seated))
        .routes(routes!(bots::add, bots::take_out))
        .routes(routes!(talking::commands, talking::command))
        .routes(routes!(talking::press))
        .routes(routes!(talking::respond))
        .routes(routes!(bot_api::me))
        .routes(routes!(bot_api::conversations))
        .routes(routes!(bot_api::history, bot_api::post))
        .routes(routes!(bot_api::update, bot_api::recall))
        .routes(routes!(bot_api::upload))
        .routes(routes!(bot_api::events))
        .routes(routes!(vendors::dingtalk))
        .routes(routes!(vendors::wecom))
        .routes(routes!(vendors::wecom_upload))
        .routes(routes!(vendors::feishu))
        .routes(routes!(vendors::slack))
        .routes(routes!(vendors::mattermost))
}
