//! Every operation meets people who have no business there.

use serde_json::Value;
use testkit::{Office, Walk};

/// What anybody may call without being signed in, with what they get. Reviewed: think before adding.
const OPEN_TO_ALL: &[&str] = &[
    "GET /api/drive/shared/{token}/content 404",
    "GET /api/drive/shared/{token}/thumbnail 404",
    "GET /api/meetings/by-number/{number} 200",
    "GET /api/office 200",
    "GET /api/org/avatars/{name} 404",
    "GET /api/org/invitations/by-token/{token} 404",
    "GET /api/org/set-up 200",
    "OPTIONS /api/drive/uploads 204",
    "POST /api/drive/shared/{token} 404",
    "POST /api/meetings/by-number/{number}/join 409",
    "POST /api/open/responses/{token} 410",
    "POST /api/org/invitations/by-token/{token}/accept 404",
    "POST /api/org/password-links 204",
    "POST /api/org/password-links/look 410",
    "POST /api/org/password-links/use 410",
    "POST /api/org/set-up 409",
    "POST /api/org/sign-out 204",
    "POST /cgi-bin/webhook/send 200",
    "POST /cgi-bin/webhook/upload_media 200",
    "POST /hooks/{token} 404",
    "POST /open-apis/bot/v2/hook/{token} 200",
    "POST /robot/send 200",
    "POST /services/{team}/{service}/{token} 404",
];

/// What a member without any permission may call and get no refusal. Reviewed.
const OPEN_TO_MEMBERS: &[&str] = &[
    "DELETE /api/org/me/avatar 200",
    "GET /api/chat/conversations 200",
    "GET /api/chat/later 200",
    "GET /api/chat/scheduled 200",
    "GET /api/chat/search 200",
    "GET /api/chat/settings 200",
    "GET /api/chat/stickers 200",
    "GET /api/chat/unread 200",
    "GET /api/chat/urgent 200",
    "GET /api/drive/spaces 200",
    "GET /api/meetings/by-number/{number} 200",
    "GET /api/meetings/calls 200",
    "GET /api/meetings/personal 200",
    "GET /api/notify/notices 200",
    "GET /api/notify/policy 200",
    "GET /api/notify/push 200",
    "GET /api/notify/settings 200",
    "GET /api/office 200",
    "GET /api/open/bots 200",
    "GET /api/org/departments 200",
    "GET /api/org/me 200",
    "GET /api/org/members 200",
    "GET /api/org/members/{id} 200",
    "GET /api/org/sessions 200",
    "GET /api/org/set-up 200",
    "OPTIONS /api/drive/uploads 204",
    "PATCH /api/org/me 200",
    "POST /api/meetings 201",
    "POST /api/meetings/by-number/{number}/join 200",
    "POST /api/notify/notices/unread 204",
    "POST /api/org/password-links 204",
    "POST /api/org/sign-out 204",
    "POST /cgi-bin/webhook/send 200",
    "POST /cgi-bin/webhook/upload_media 200",
    "POST /open-apis/bot/v2/hook/{token} 200",
    "POST /robot/send 200",
    "PUT /api/chat/stickers/order 204",
];

fn document() -> Value {
    let text = office::openapi().to_json().expect("it can be written");
    serde_json::from_str(&text).expect("JSON")
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// Fills a path with things that are really there.
async fn filler(office: &Office) -> impl Fn(&str) -> String + use<> {
    let olga = office.owner();
    let department = olga.post("/api/org/departments", serde_json::json!({ "name": "Kiln" })).await.created();
    let invitation = olga.post("/api/org/invitations", serde_json::json!({})).await.created();
    let plan = serde_json::json!({ "kind": "scheduled", "starts_at": office.now_ms() + 3_600_000 });
    let meeting = olga.post("/api/meetings", plan).await.created();
    let conversation = olga.post("/api/chat/conversations", serde_json::json!({ "kind": "group", "title": "Kiln" })).await.created();
    let robots = format!("/api/open/conversations/{}/robots", conversation["id"].as_str().unwrap_or_default());
    let robot = olga.post(&robots, serde_json::json!({ "vendor": "slack", "name": "Kiln" })).await.created();
    let bot = olga.post("/api/open/bots", serde_json::json!({ "name": "Stoker" })).await.created();
    let space = olga.get("/api/drive/spaces").await.ok()["spaces"][0]["id"].clone();
    let file = olga.upload(&[("space", space.as_str().unwrap_or_default()), ("filename", "plan.txt")], "plan").await;
    let link = olga.post(&format!("/api/drive/entries/{file}/links"), serde_json::json!({})).await.created();
    let upload = olga.begin_upload(9, &[("space", space.as_str().unwrap_or_default()), ("filename", "late.txt")]).await;
    let upload = upload.header("location").rsplit('/').next().unwrap_or_default().to_owned();
    let session = olga.get("/api/org/me").await.ok()["session_id"].clone();
    let member = olga.id.clone();
    let nobody = "00000000-0000-7000-8000-000000000000";
    move |path: &str| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = match path {
            path if path.contains("/departments/") => text(&department["id"]),
            path if path.contains("/invitations/") => text(&invitation["id"]),
            path if path.contains("/sessions/") => text(&session),
            path if path.starts_with("/api/chat/conversations/") || path.starts_with("/api/open/conversations/") => {
                text(&conversation["id"])
            }
            path if path.starts_with("/api/open/bots/") => text(&bot["id"]),
            path if path.starts_with("/api/open/robots/") => text(&robot["id"]),
            path if path.starts_with("/api/chat/messages/") || path.starts_with("/api/open/messages/") => {
                text(&conversation["last_message"]["id"])
            }
            path if path.starts_with("/api/drive/spaces/") => text(&space),
            path if path.starts_with("/api/drive/uploads/") => upload.clone(),
            path if path.starts_with("/api/drive/links/") => text(&link["id"]),
            path if path.starts_with("/api/drive/") => file.clone(),
            path if path.starts_with("/api/meetings/calls/") => nobody.to_owned(),
            path if path.starts_with("/api/meetings/") => text(&meeting["id"]),
            _ => member.clone(),
        };
        let number = text(&meeting["number"]);
        path.replace("{id}", &id)
            .replace("{number}", &number)
            .replace("{identity}", &member)
            .replace("{member_id}", &member)
            .replace("{bot_id}", &text(&bot["id"]))
            .replace("{team}", "T0")
            .replace("{service}", "B0")
            .replace("{emoji}", "👍")
            .replace("{root_seq}", "1")
            .replace("{token}", "a-token-nobody-drew")
            .replace("{name}", "a-picture")
    }
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let office = Office::open().await;
    let fill = filler(&office).await;
    let walk = Walk::of(&document());
    assert!(walk.doors().len() > 25, "the description is there");
    let odd = walk.knock(&office.stranger(), fill, |status| status == 401).await;
    assert_eq!(sorted(odd), OPEN_TO_ALL);
}

#[tokio::test]
async fn a_member_without_permissions_changes_nobody_else() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let fill = filler(&office).await;
    let odd = Walk::of(&document()).knock(&bob, fill, |status| status >= 400).await;
    assert_eq!(sorted(odd), OPEN_TO_MEMBERS);
}

#[tokio::test]
async fn the_owner_of_another_organisation_finds_nothing_here() {
    let office = Office::open().await;
    let eve = office.owner_elsewhere().await;
    let fill = filler(&office).await;
    for door in Walk::of(&document()).doors().iter().filter(|door| door.path.contains("{id}")) {
        let answer = eve.ask(door.method.clone(), &fill(&door.path), door.body.as_ref()).await;
        // Whoever has no token of a bot's is nobody there.
        let is_bots = door.path.starts_with("/api/open/bot/") && answer.status == 401;
        assert!(is_bots || matches!(answer.status.as_u16(), 404 | 415), "{} {}: {}", door.method, door.path, answer.status);
    }
    let members = eve.get("/api/org/members").await.ok();
    assert_eq!((&members["total"], &members["members"][0]["name"]), (&1.into(), &"Eve".into()));
    assert_eq!(eve.get("/api/org/departments").await.ok()["departments"], serde_json::json!([]));
    assert_eq!(eve.get("/api/org/invitations").await.ok()["invitations"], serde_json::json!([]));
    for when in ["upcoming", "running", "past"] {
        let seen = eve.get(&format!("/api/meetings?when={when}")).await.ok();
        assert_eq!(seen["meetings"], serde_json::json!([]), "{when}");
    }
    let conversations = eve.get("/api/chat/conversations").await.ok();
    let titles: Vec<&Value> = conversations["conversations"].as_array().into_iter().flatten().map(|one| &one["kind"]).collect();
    assert_eq!(titles, ["everyone"], "her own organisation’s");
    let spaces = eve.get("/api/drive/spaces").await.ok();
    assert_eq!(spaces["spaces"].as_array().map(Vec::len), Some(1), "her own");
    assert_eq!(eve.get("/api/org/audit").await.ok()["entries"], serde_json::json!([]));
}
