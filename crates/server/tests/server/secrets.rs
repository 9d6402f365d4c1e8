//! Secrets: whatever is done and however much is logged, none of them is in the log.

use serde_json::json;

use crate::program::{Folder, KEYS, PASSWORD, Program};

#[test]
fn no_secret_is_ever_logged() {
    let folder = Folder::new();
    let mut program = Program::start(&folder, &["--log-level", "debug", "--log-format", "json"]);
    let mut secrets = vec![PASSWORD.to_owned(), "a wrong password".to_owned()];
    secrets.extend(KEYS.split_once(": ").map(|(_, secret)| secret.to_owned()));
    let set_up = program.set_up_token();
    let mut owner = program.browser();
    owner.get(&format!("/api/org/set-up?token={set_up}")).must_be(200);
    let form = json!({ "token": set_up, "office_name": "Brickworks", "name": "Olga", "username": "olga", "password": PASSWORD });
    owner.post("/api/org/set-up", &form).must_be(201);
    secrets.push(set_up);
    secrets.extend(owner.cookie.clone());

    let mut visitor = program.browser();
    visitor.post("/api/org/sign-in", &json!({ "login": "olga", "password": "a wrong password" })).must_be(401);
    visitor.post("/api/org/sign-in", &json!({ "login": "olga", "password": PASSWORD, "surprise": [] })).must_be(200);
    secrets.extend(visitor.cookie.clone());
    visitor.ask("POST", "/api/org/sign-in", Some(&json!(["a wrong password"]))).expect("an answer").must_be(422);

    let member = owner.post("/api/org/members", &json!({ "name": "Bob", "username": "bob" })).must_be(201);
    secrets.extend(member["password"].as_str().map(str::to_owned));
    let id = member["member"]["id"].as_str().expect("an id");
    let reset = owner.post(&format!("/api/org/members/{id}/reset-password"), &json!({})).must_be(200);
    secrets.extend(reset["password"].as_str().map(str::to_owned));
    let invitation = owner.post("/api/org/invitations", &json!({})).must_be(201);
    let token = invitation["token"].as_str().expect("a token").to_owned();
    let accept = format!("/api/org/invitations/by-token/{token}/accept");
    visitor.post(&accept, &json!({ "name": "Ann", "username": "ann", "password": PASSWORD })).must_be(201);
    secrets.push(token);

    let meeting = owner.post("/api/meetings", &json!({ "kind": "instant" })).must_be(201);
    let door = format!("/api/meetings/by-number/{}/join", meeting["number"].as_str().expect("a number"));
    let joined = owner.post(&door, &json!({})).must_be(200);
    let token = joined["token"].as_str().expect("a token").to_owned();
    let mut inside = owner.listen(&format!("/rtc/v1?access_token={token}"));
    inside.next().expect("the join is answered");
    drop(inside);
    program.browser().get("/rtc/v1/validate?access_token=not-a-token").must_be(401);
    secrets.extend(["not-a-token".to_owned(), token]);

    program.signal(nix::sys::signal::Signal::SIGTERM);
    let log = folder.path().join("log");
    assert!(program.ended().success());
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.lines().count() > 30, "much is logged: {log}");
    let cookie_value = |secret: &String| secret.trim_start_matches("hutong_session=").to_owned();
    for secret in secrets.iter().map(cookie_value) {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret:?} is in the log");
    }
    for line in log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "each line is JSON: {line}");
    }
}
