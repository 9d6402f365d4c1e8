//! Programs on the wire: requests are parsed, an act is called, the answer is written. No decision is made here.

mod robots;
mod vendors;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;

pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(robots::list, robots::create))
        .routes(routes!(robots::change, robots::remove))
        .routes(routes!(robots::rotate))
        .routes(routes!(vendors::dingtalk))
        .routes(routes!(vendors::wecom))
        .routes(routes!(vendors::wecom_upload))
        .routes(routes!(vendors::feishu))
        .routes(routes!(vendors::slack))
        .routes(routes!(vendors::mattermost))
}
