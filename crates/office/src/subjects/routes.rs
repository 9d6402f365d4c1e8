//! Cards on the wire, many with one question: whoever shows a page of things asks for all of them at once.

use axum::extract::State;
use kernel::uuid::Uuid;
use kernel::{Kind, Refusal, Result, limit};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::card;
use crate::desk::Desk;
use crate::http::{Json, Query};
use crate::viewer::Viewer;

limit!(CARDS_MAX: "subjects.cards", 50, "cards", "How many cards of subjects one question may ask for.");

pub(crate) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(cards))
}

/// Which subjects.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Each as `kind:id`, with commas between them; 50 at most.
    #[serde(default)]
    of: String,
}

/// How a subject looks to the viewer.
#[derive(Serialize, ToSchema)]
#[schema(as = SubjectCard)]
struct Card {
    title: String,
    /// Where the web client shows it, as a path.
    link: String,
    /// The address of a picture.
    picture: Option<String>,
    /// What tells it from others of its kind, in a word of its capability; empty where there is nothing to tell.
    state: String,
    /// When it begins, or began; milliseconds UTC.
    starts_at: Option<i64>,
    /// Milliseconds UTC.
    ended_at: Option<i64>,
    /// How many people are in it, where people are.
    people_count: i64,
    /// The viewer may call those around it together.
    can_call: bool,
}

impl From<super::Card> for Card {
    fn from(card: super::Card) -> Card {
        let super::Card {
            title,
            link,
            picture,
            state,
            starts_at,
            ended_at,
            people_count,
            people: _,
            can_write: _,
            can_call,
            can_manage: _,
        } = card;
        Card { title, link, picture, state: state.to_owned(), starts_at, ended_at, people_count, can_call }
    }
}

/// One of the subjects that were asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = SubjectSeen)]
struct Seen {
    /// `capability.thing`.
    kind: String,
    #[schema(value_type = String)]
    id: Uuid,
    /// Absent when there is no such thing, or it is not for the viewer.
    card: Option<Card>,
}

/// Subjects as the viewer sees them.
#[derive(Serialize, ToSchema)]
#[schema(as = SubjectsSeen)]
struct SeenSubjects {
    subjects: Vec<Seen>,
}

/// How subjects look to the viewer, each once, in the order in which they are asked for.
#[utoipa::path(get, path = "/api/subjects", tag = "subjects", security(("session" = [])), params(Wanted),
    responses((status = 200, body = SeenSubjects)))]
async fn cards(State(desk): State<Desk>, viewer: Viewer, Query(wanted): Query<Wanted>) -> Result<Json<SeenSubjects>> {
    let mut subjects: Vec<Seen> = Vec::new();
    for part in wanted.of.split(',').filter(|part| !part.is_empty()) {
        let (kind, id) = thing(part)?;
        if subjects.iter().any(|seen| seen.kind == kind && seen.id == id) {
            continue;
        }
        if subjects.len() >= desk.limits.count(&CARDS_MAX) {
            return Err(unreadable());
        }
        let card = card(&desk, &viewer, kind, id).await?.map(Card::from);
        subjects.push(Seen { kind: kind.to_owned(), id, card });
    }
    Ok(Json(SeenSubjects { subjects }))
}

fn thing(part: &str) -> Result<(&str, Uuid)> {
    let (kind, id) = part.split_once(':').ok_or_else(unreadable)?;
    Ok((kind, id.parse().map_err(|_| unreadable())?))
}

fn unreadable() -> kernel::Error {
    let (zh, en) = ("卡片问得太多或写得不对。", "Too many cards at once, or not written as they should be.");
    Refusal::new(Kind::Invalid, "subjects.unreadable", zh, en).about("of").into()
}
