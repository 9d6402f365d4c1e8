//! What bad input gets at the door, whatever the capability.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use testkit::Office;

#[tokio::test]
async fn unreadable_requests_are_refused_with_a_code() {
    let office = Office::open().await;
    let olga = office.owner();
    let post = async |content_type: &str, body: Vec<u8>| olga.send(Method::POST, "/api/org/departments", content_type, body).await;
    post("text/plain", b"{}".to_vec()).await.refused("request.content_type");
    post("application/json", b"{".to_vec()).await.refused("request.malformed");
    post("application/json", b"\xff\xfe".to_vec()).await.refused("request.malformed");
    post("application/json", b"{}".to_vec()).await.refused("request.invalid");
    post("application/json", br#"{"name":"a\u0000b"}"#.to_vec()).await.refused("request.malformed");
    post("application/json", br#"{"name":"a","position":1e400}"#.to_vec()).await.refused("request.malformed");
    post("application/json", vec![b' '; 1_100_000]).await.refused("request.too_large");
    olga.get("/api/org/members?limit=many").await.refused("request.malformed");
    olga.get("/api/org/members?q=%00").await.refused("request.malformed");
    olga.get("/api/org/members?cursor=xyz").await.refused("request.cursor");
    olga.get("/api/org/members/not-an-id").await.is_not_found();
    olga.get("/api/org/members/%00").await.is_not_found();
    olga.get("/api/nowhere").await.refused("request.not_found");
    let wrong = olga.ask(Method::PUT, "/api/org/departments", Some(&json!({}))).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn refusals_speak_the_language_of_the_request() {
    let office = Office::open().await;
    let path = "/api/org/me";
    let zh = office.stranger().speaking("zh-CN,zh;q=0.9").get(path).await.refused("request.signed_out");
    let en = office.stranger().speaking("en-GB").get(path).await.refused("request.signed_out");
    assert_eq!((&zh["message"], &en["message"]), (&"先登录，再继续。".into(), &"Sign in to go on.".into()));
}

#[tokio::test]
async fn the_event_socket_opens_for_members_only() {
    let office = Office::open().await;
    office.stranger().get("/api/events").await.refused("request.signed_out");
    office.owner().get("/api/events").await.refused("request.malformed");
}

#[tokio::test]
async fn another_site_cannot_act_with_our_cookie() {
    let office = Office::open().await;
    let send = async |origin: Option<&str>| {
        let mut request = Request::builder().method(Method::POST).uri("/api/org/sign-out");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        office.owner().send_raw(request.body(Body::empty()).expect("a request")).await
    };
    send(None).await.refused("request.cross_site");
    send(Some("https://evil.example")).await.refused("request.cross_site");
    send(Some("null")).await.refused("request.cross_site");
    office.owner().get("/api/org/me").await.ok();
    send(Some("https://office.example")).await.done();
    office.owner().get("/api/org/me").await.refused("request.signed_out");
}

#[tokio::test]
async fn answers_carry_an_id_and_are_counted_and_never_kept() {
    let office = Office::open().await;
    let answer = office.owner().get("/api/org/me").await;
    assert_eq!(answer.header("x-request-id").len(), 32);
    assert_eq!(answer.header("cache-control"), "no-store");
    let metrics = office.stranger().get("/metrics").await;
    let text = String::from_utf8_lossy(&metrics.bytes).into_owned();
    let line = r#"hutong_http_requests_total{method="GET",route="/api/org/me",status="200"} 1"#;
    assert!(text.contains(line), "{text}");
    office.stranger().get("/healthz").await.ok();
    office.stranger().get("/readyz").await.ok();
}

#[tokio::test]
async fn the_description_names_every_way_to_say_no() {
    let office = Office::open().await;
    let served = office.stranger().get("/api/openapi.json").await.ok();
    let pure = office::openapi().to_json().expect("it can be written");
    assert_eq!(served, serde_json::from_str::<Value>(&pure).expect("JSON"));
    let responses = &served["paths"]["/api/org/members"]["post"]["responses"];
    for status in ["201", "400", "401", "403", "404", "409", "422", "429"] {
        assert!(responses[status].is_object(), "{status}");
    }
}

#[test]
fn the_openapi_description_is_written_down() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let described = office::openapi().to_pretty_json().expect("it can be written");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, format!("{described}\n")).expect("the file can be written");
    }
    let written = std::fs::read_to_string(file).expect("the file is there");
    let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    assert!(
        json(&written) == json(&described),
        "docs/openapi.json is stale: UPDATE=1 cargo test -p office --test stories openapi, then npm run api in web"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(office::openapi()).expect("JSON");
    let items = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
    let mut names: Vec<&str> = items.flat_map(|item| item.values()).filter_map(|operation| operation["operationId"].as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), count > 40), (count, true));
}
