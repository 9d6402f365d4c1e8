//! Setting up, signing in and out.

use serde_json::json;
use testkit::{Office, days, hours, seconds};

#[tokio::test]
async fn the_first_start_is_set_up_once_by_its_link() {
    let office = Office::first_start().await;
    let mut visitor = office.stranger();
    assert_eq!(visitor.get("/api/office").await.ok()["set_up"], false);
    let link = office.inner().set_up_link().expect("a link").to_owned();
    let token = link.strip_prefix("https://office.example/set-up?token=").expect("a token");
    assert_eq!(visitor.get("/api/org/set-up?token=wrong").await.ok()["valid"], false);
    assert_eq!(visitor.get(&format!("/api/org/set-up?token={token}")).await.ok()["valid"], true);
    let form = |token: &str| {
        json!({ "token": token, "office_name": "青砖科技", "name": "陈晓岚", "username": "xiaolan.chen",
                "email": "xiaolan.chen@qingzhuan.cn", "password": "correct horse battery" })
    };
    visitor.post("/api/org/set-up", form("wrong")).await.refused("org.link_invalid");
    let mut short = form(token);
    short["password"] = json!("short");
    let refused = visitor.post("/api/org/set-up", short).await.refused("org.too_short");
    assert_eq!(refused["field"], "password");
    let me = visitor.sign_in_by("/api/org/set-up", form(token)).await.created();
    assert_eq!((&me["member"]["role"], &me["organisation"]["name"]), (&json!("owner"), &json!("青砖科技")));
    visitor.get("/api/org/me").await.ok();
    office.stranger().post("/api/org/set-up", form(token)).await.refused("org.already_set_up");
    assert_eq!(office.stranger().get("/api/office").await.ok()["name"], "青砖科技");
}

#[tokio::test]
async fn one_signs_in_by_name_address_or_number() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    let change = json!({ "email": "Bob@Office.example", "phone": "+86 138-0000-2046" });
    bob.patch("/api/org/me", change).await.ok();
    for login in ["bob", " BOB ", "bob@office.example", "+8613800002046", "+86 138 0000 2046"] {
        let me = office.stranger().try_password(login, bob.password()).await.ok();
        assert_eq!(me["member"]["id"], bob.id, "{login}");
    }
}

#[tokio::test]
async fn a_failure_says_nothing_about_the_account() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    office.owner().post(&format!("/api/org/members/{}/disable", bob.id), json!({})).await.ok();
    let stranger = office.stranger();
    let mut answers = Vec::new();
    for (login, password) in [("olga", "wrong password"), ("nobody", "wrong password"), ("bob", bob.password()), ("", "")] {
        let answer = stranger.try_password(login, password).await;
        answers.push((answer.status, answer.refused("org.sign_in_failed")));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn an_unknown_account_costs_as_much_as_a_known_one() {
    let office = Office::open().await;
    let bob = office.member("bob").await;
    office.owner().post(&format!("/api/org/members/{}/disable", bob.id), json!({})).await.ok();
    let compared = async || {
        let metrics = office.stranger().get("/metrics").await;
        let text = String::from_utf8_lossy(&metrics.bytes).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("hutong_org_passwords_compared_total "));
        line.and_then(|count| count.parse::<u64>().ok()).expect("a count")
    };
    for login in ["olga", "nobody", "bob", "", "+8613800000000", "nobody@office.example"] {
        let before = compared().await;
        office.stranger().try_password(login, "wrong password").await.refused("org.sign_in_failed");
        assert_eq!(compared().await, before + 1, "one comparison for {login:?}");
    }
}

#[tokio::test]
async fn tries_run_out() {
    let office = Office::open().await;
    let stranger = office.stranger();
    for _ in 0..20 {
        stranger.try_password("olga", "wrong password").await.refused("org.sign_in_failed");
    }
    let answer = stranger.try_password("olga", "wrong password").await;
    answer.refused("org.too_many_attempts");
    assert_eq!(answer.header("retry-after"), "11");
    stranger.try_password("olga", stranger.password()).await.refused("org.too_many_attempts");
    office.forward(seconds(11)).await;
    stranger.try_password("olga", stranger.password()).await.ok();
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let office = Office::open().await;
    let answer = office.stranger().try_password("olga", office.owner().password()).await;
    let cookie = answer.header("set-cookie");
    let (pair, flags) = cookie.split_once("; ").expect("flags");
    assert!(pair.starts_with("hutong_session=") && pair.len() > 50);
    assert_eq!(flags, "Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure");
    let body = json!({ "login": "olga", "password": office.owner().password() });
    let forgetful = office.stranger().post("/api/org/sign-in", body).await;
    assert!(!forgetful.header("set-cookie").contains("Max-Age"));
}

#[tokio::test]
async fn a_session_ends_by_signing_out_or_by_itself() {
    let office = Office::open().await;
    office.member("bob").await;
    let (phone, laptop) = (office.sign_in("bob").await, office.sign_in("bob").await);
    phone.post("/api/org/sign-out", json!({})).await.done();
    phone.get("/api/org/me").await.refused("request.signed_out");
    office.forward(hours(24)).await;
    laptop.get("/api/org/me").await.ok();
    office.forward(days(30)).await;
    laptop.get("/api/org/me").await.refused("request.signed_out");
}

#[tokio::test]
async fn what_another_program_ends_is_over_within_seconds() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    alice.get("/api/org/me").await.ok();
    // As the command line does it, beside the running server.
    office.db().write(kernel::sql!("DELETE FROM org_sessions")).run().await.expect("they are ended");
    office.forward(seconds(5)).await;
    alice.get("/api/org/me").await.refused("request.signed_out");
}

#[tokio::test]
async fn who_may_do_what_changes_with_the_next_request() {
    let office = Office::open().await;
    let alice = office.admin("alice").await;
    let bob = office.member("bob").await;
    let department = async |name: &str| alice.post("/api/org/departments", json!({ "name": name })).await;
    department("Kiln").await.created();
    office.owner().patch(&format!("/api/org/members/{}", alice.id), json!({ "role": "member" })).await.ok();
    department("Attic").await.refused("request.forbidden");
    bob.get("/api/org/me").await.ok();
    office.owner().post(&format!("/api/org/members/{}/disable", bob.id), json!({})).await.ok();
    bob.get("/api/org/me").await.refused("request.signed_out");
}
