//! The description of the API, put together from every capability's part.
//!
//! What every operation may answer (the ways to say no) is declared here once.

use axum::Router;
use kernel::error::ErrorBody;
use utoipa::OpenApi as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::ComponentsBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::desk::Desk;
use crate::features::FEATURES;
use crate::org::SESSION_COOKIE;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Hutong", description = "The office. Times are milliseconds since 1970, UTC; ids are texts; lists are paged by cursor."),
    components(schemas(ErrorBody))
)]
struct Document;

/// The ways to say no, with what each means.
const REFUSALS: &[(&str, &str)] = &[
    ("400", "The request cannot be read."),
    ("401", "Nobody is signed in."),
    ("403", "Not allowed, or sent by another site."),
    ("404", "Not there, or not for this viewer."),
    ("408", "The body did not arrive in time."),
    ("409", "It clashes with what is there."),
    ("410", "It is no longer of use."),
    ("413", "The body is too large."),
    ("415", "The body is of a type that is not taken."),
    ("422", "A field breaks a rule."),
    ("429", "Too often; see Retry-After."),
    ("503", "Not ready yet."),
    ("507", "There is no space left."),
];

/// The description alone.
pub(crate) fn describe() -> OpenApi {
    api().1
}

/// The routes with their description.
pub(super) fn api() -> (Router<Desk>, OpenApi) {
    let mut router = OpenApiRouter::with_openapi(Document::openapi());
    for feature in FEATURES {
        router = router.merge((feature.routes)());
    }
    router = router.merge(crate::subjects::routes());
    let (router, mut document) = router.split_for_parts();
    for (path, item) in &mut document.paths.paths {
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch, &mut item.head, &mut item.options];
        for operation in operations.into_iter().flatten() {
            name_by_place(path, operation);
            // Vendors say no in their own ways.
            if path.starts_with("/api/") {
                add_refusals(operation);
            }
        }
    }
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("hb_…").build());
    let components = document.components.take().unwrap_or_default();
    let components = ComponentsBuilder::from(components).security_scheme("session", cookie).security_scheme("bot", bearer);
    document.components = Some(components.build());
    (router, document)
}

/// Puts the capability, and the collection where there is one, before a name that is unique in its file only.
fn name_by_place(path: &str, operation: &mut Operation) {
    let Some(name) = operation.operation_id.take() else { return };
    let tag = operation.tags.iter().flatten().next().map_or("office", String::as_str);
    let collection = path.split('/').nth(3).filter(|part| !part.starts_with('{')).map(|part| part.replace('-', "_"));
    let id = match collection.filter(|part| !name.contains(part.as_str())) {
        Some(collection) => format!("{tag}_{collection}_{name}"),
        None => format!("{tag}_{name}"),
    };
    operation.operation_id = Some(id);
}

fn add_refusals(operation: &mut Operation) {
    for (status, meaning) in REFUSALS {
        let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
        let response = ResponseBuilder::new().description(*meaning).content("application/json", body).build();
        let responses = &mut operation.responses.responses;
        responses.entry((*status).to_owned()).or_insert_with(|| response.into());
    }
}
