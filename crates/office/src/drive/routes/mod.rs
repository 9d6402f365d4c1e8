//! Files on the wire: requests are parsed, an act is called, the answer is written. No decision is made here.

mod content;
mod entries;
mod links;
mod settings;
mod spaces;
mod uploads;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Desk;

pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(uploads::options, uploads::begin))
        .routes(routes!(uploads::standing, uploads::append, uploads::end))
        .routes(routes!(spaces::list, spaces::open))
        .routes(routes!(spaces::left))
        .routes(routes!(spaces::hand_over))
        .routes(routes!(entries::list))
        .routes(routes!(entries::make_folder))
        .routes(routes!(entries::one, entries::change, entries::throw_away))
        .routes(routes!(entries::copy))
        .routes(routes!(entries::bin, entries::empty_bin))
        .routes(routes!(entries::bring_back))
        .routes(routes!(entries::destroy))
        .routes(routes!(entries::versions))
        .routes(routes!(entries::restore_version))
        .routes(routes!(entries::search))
        .routes(routes!(content::content))
        .routes(routes!(content::thumbnail))
        .routes(routes!(links::list, links::share))
        .routes(routes!(links::end))
        .routes(routes!(links::visit))
        .routes(routes!(links::content))
        .routes(routes!(links::thumbnail))
        .routes(routes!(settings::show, settings::decide))
}
