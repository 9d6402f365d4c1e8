//! Pushes on the wire: one's own browsers, and what the organisation decides about them.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::{Error, Kind, Refusal, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::seal::Receiver;
use super::store::{self, Policy, Queued, Wish};
use super::{Push, SUBSCRIPTIONS_MAX, SubscriptionId, Urgency};
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::org::{self, Role};
use crate::viewer::{Viewer, forbidden};

/// The tag of a push that shows that pushes arrive.
pub(super) const TEST: &str = "test";
/// Characters of the longest address of a browser, with room to spare.
const ENDPOINT_CHARS_MAX: usize = 2_000;
const NAME_CHARS_MAX: usize = 100;
/// How long a test is worth showing.
const TEST_WORTH_S: u64 = 300;

pub(in super::super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(overview, subscribe))
        .routes(routes!(unsubscribe))
        .routes(routes!(test))
        .routes(routes!(policy, decide))
}

/// A browser of the viewer's that is pushed to.
#[derive(Serialize, ToSchema)]
struct PushSubscription {
    id: SubscriptionId,
    /// What its owner calls it.
    name: String,
    created_at: kernel::clock::Time,
    /// When something was last handed to its push service.
    last_used_at: Option<kernel::clock::Time>,
    /// Whether it is the device that asks.
    current: bool,
}

/// What a browser needs to subscribe, and which ones have.
#[derive(Serialize, ToSchema)]
struct PushOverview {
    /// The office's key, as `applicationServerKey` wants it.
    public_key: String,
    subscriptions: Vec<PushSubscription>,
    /// Whether pushes say nothing of what they are about.
    hide_content: bool,
    /// Whether the organisation allows pushes.
    push_allowed: bool,
}

/// What a browser needs to subscribe, and which of the viewer's have.
#[utoipa::path(get, path = "/api/notify/push", tag = "notify", security(("session" = [])), responses((status = 200, body = PushOverview)))]
async fn overview(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<PushOverview>> {
    shown(&desk, &viewer).await.map(Json)
}

async fn shown(desk: &Desk, viewer: &Viewer) -> Result<PushOverview> {
    let max = i64::try_from(desk.limits.of(&SUBSCRIPTIONS_MAX)).unwrap_or(i64::MAX);
    let subscriptions = store::of(&desk.db, viewer, max).await?.into_iter().map(|kept| PushSubscription {
        id: kept.id,
        name: kept.name,
        created_at: kept.created_at,
        last_used_at: kept.last_used_at,
        current: kept.session_id == viewer.session,
    });
    let subscriptions = subscriptions.collect();
    let Policy { hide_content, push_allowed } = store::policy(&desk.db, viewer.organisation).await?;
    let public_key = super::vapid(desk).await?.public_key().to_owned();
    Ok(PushOverview { public_key, subscriptions, hide_content, push_allowed })
}

/// The keys of a browser.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PushKeys {
    p256dh: String,
    auth: String,
}

/// A browser that wants to be pushed to, as its `PushSubscription` says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPushSubscription {
    endpoint: String,
    keys: PushKeys,
    /// What its owner calls it.
    name: String,
}

/// Has this device pushed to. It ends when the device is signed out.
#[utoipa::path(post, path = "/api/notify/push", tag = "notify", security(("session" = [])), request_body = NewPushSubscription, responses((status = 201, body = PushOverview)))]
async fn subscribe(
    State(desk): State<Desk>,
    viewer: Viewer,
    Json(body): Json<NewPushSubscription>,
) -> Result<(StatusCode, Json<PushOverview>)> {
    let NewPushSubscription { endpoint, keys: PushKeys { p256dh, auth }, name } = body;
    if endpoint.len() > ENDPOINT_CHARS_MAX || !desk.outgoing.is_callable(&endpoint) {
        return Err(wrong("endpoint"));
    }
    if Receiver::read(&p256dh, &auth).is_none() {
        return Err(wrong("keys"));
    }
    let name = name.trim().to_owned();
    if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(wrong("name"));
    }
    if !store::policy(&desk.db, viewer.organisation).await?.push_allowed {
        return Err(not_allowed());
    }
    let now = desk.now();
    let max = i64::try_from(desk.limits.of(&SUBSCRIPTIONS_MAX)).unwrap_or(i64::MAX);
    let mut tx = desk.db.begin().await?;
    let wish = Wish { endpoint, p256dh, auth, name };
    store::subscribe(&mut tx, &viewer, wish, max, SubscriptionId::draw(&desk.chance, now), now).await?;
    tx.commit().await?;
    desk.pushes.subscribed.set(viewer.member, true);
    Ok((StatusCode::CREATED, Json(shown(&desk, &viewer).await?)))
}

/// Has a browser of the viewer's not pushed to any more.
#[utoipa::path(delete, path = "/api/notify/push/{id}", tag = "notify", security(("session" = [])), params(("id" = SubscriptionId, Path)), responses((status = 204)))]
async fn unsubscribe(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<SubscriptionId>) -> Result<StatusCode> {
    let mut tx = desk.db.begin().await?;
    if !store::unsubscribe(&mut tx, &viewer, id).await? {
        return Err(Error::not_found());
    }
    tx.commit().await?;
    desk.pushes.subscribed.set(viewer.member, store::has_any(&desk.db, viewer.member).await?);
    Ok(StatusCode::NO_CONTENT)
}

/// Pushes something to every browser of the viewer's, whether they sit before one or not.
#[utoipa::path(post, path = "/api/notify/push/test", tag = "notify", security(("session" = [])), responses((status = 204)))]
async fn test(State(desk): State<Desk>, viewer: Viewer) -> Result<StatusCode> {
    if !store::policy(&desk.db, viewer.organisation).await?.push_allowed {
        return Err(not_allowed());
    }
    let now = desk.now();
    let push = Push {
        kind: "notify.test".to_owned(),
        title: org::name(&desk, viewer.organisation).await?,
        body: String::new(),
        link: "/me".to_owned(),
        tag: TEST.to_owned(),
        actor: String::new(),
        context: None,
        urgency: Urgency::High,
        worth: None,
    };
    let mut tx = desk.db.begin().await?;
    let subscriptions = store::of_members(&mut tx, viewer.organisation, &[viewer.member]).await?;
    if subscriptions.is_empty() {
        let (zh, en) = ("还没有设备打开推送。", "None of your devices takes pushes yet.");
        return Err(Refusal::new(Kind::Conflict, "notify.no_subscription", zh, en).into());
    }
    for (subscription, member) in subscriptions {
        let payload = super::written(&push, super::super::store::unread_in(&mut tx, member).await?)?;
        let worth_until = now + std::time::Duration::from_secs(TEST_WORTH_S);
        let queued = Queued {
            subscription,
            tag: push.tag.clone(),
            link: push.link.clone(),
            urgency: push.urgency,
            payload,
            worth_until,
            run_at: now,
        };
        store::queue(&mut tx, queued, &desk.chance, now).await?;
    }
    tx.commit().await?;
    desk.pushes.bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// What the organisation decides about pushes.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PushPolicy {
    /// Pushes say that there is something, and nothing of what it is: they pass through push services, and appear on locked screens.
    hide_content: bool,
    /// Whether anything is pushed at all.
    push_allowed: bool,
}

/// What the organisation decided about pushes.
#[utoipa::path(get, path = "/api/notify/policy", tag = "notify", security(("session" = [])), responses((status = 200, body = PushPolicy)))]
async fn policy(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<PushPolicy>> {
    let Policy { hide_content, push_allowed } = store::policy(&desk.db, viewer.organisation).await?;
    Ok(Json(PushPolicy { hide_content, push_allowed }))
}

/// Decides about pushes. Owners and administrators do.
#[utoipa::path(put, path = "/api/notify/policy", tag = "notify", security(("session" = [])), request_body = PushPolicy, responses((status = 200, body = PushPolicy)))]
async fn decide(State(desk): State<Desk>, viewer: Viewer, Json(body): Json<PushPolicy>) -> Result<Json<PushPolicy>> {
    match viewer.role {
        Role::Owner | Role::Admin => {}
        Role::Member => return Err(forbidden()),
    }
    let PushPolicy { hide_content, push_allowed } = body;
    let mut tx = desk.db.begin().await?;
    store::set_policy(&mut tx, viewer.organisation, Policy { hide_content, push_allowed }).await?;
    let details = json!({ "hide_content": hide_content, "push_allowed": push_allowed });
    org::record(&mut tx, &desk, (&viewer).into(), "notify.policy_changed", "", details).await?;
    tx.commit().await?;
    Ok(Json(body))
}

fn wrong(field: &'static str) -> Error {
    let (zh, en) = ("这个浏览器给的推送地址用不了。", "The address this browser gave for pushes can’t be used.");
    Refusal::new(Kind::Invalid, "notify.subscription", zh, en).about(field).into()
}

fn not_allowed() -> Error {
    let (zh, en) = ("你的组织关闭了推送。", "Your organisation has switched pushes off.");
    Refusal::new(Kind::Forbidden, "notify.push_off", zh, en).into()
}
