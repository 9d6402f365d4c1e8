//! What goes out by mail: invitations, links for a new password, word of a changed one.

use kernel::error::Language;
use kernel::mail::Mail;
use serde_json::json;
use testkit::{Office, Person, hours, minutes, seconds};

const NEW_PASSWORD: &str = "a brand new password";

/// Somebody with an address, who speaks that language.
async fn reachable(office: &Office, username: &str, language: &str) -> Person {
    let person = office.member(username).await;
    let email = format!("{username}@office.example");
    person.patch("/api/org/me", json!({ "email": email, "language": language })).await.ok();
    person
}

async fn forget(office: &Office, login: &str) {
    office.stranger().post("/api/org/password-links", json!({ "login": login })).await.done();
}

/// The secret of the one link in a mail.
fn token(mail: &Mail) -> String {
    let [link] = mail.links()[..] else { panic!("one link: {}", mail.text) };
    link.strip_prefix("https://office.example/new-password#").expect("a link for a new password").to_owned()
}

#[tokio::test]
async fn people_are_invited_by_mail_each_with_a_link_of_their_own() {
    let office = Office::open().await;
    let olga = office.owner();
    let kiln = olga.post("/api/org/departments", json!({ "name": "Kiln" })).await.created()["id"].clone();
    let emails = ["Ann@brick.example", "ben@brick.example", "ann@brick.example"];
    let wanted = json!({ "emails": emails, "department_ids": [kiln], "expires_in_hours": 48, "language": "zh-CN" });
    let made = olga.post("/api/org/invitations/mails", wanted).await.created();
    assert_eq!(made["invitations"].as_array().map(Vec::len), Some(2), "the same address twice is one person");
    let [mail] = &office.mails_to("ann@brick.example")[..] else { panic!("one mail") };
    assert_eq!((mail.language, mail.subject.as_str()), (Language::Zh, "Olga 邀请你加入「Brickworks」"));
    assert!(mail.text.contains("2 天内有效") && mail.html.contains("lang=\"zh-CN\""), "{}", mail.text);
    let [link] = mail.links()[..] else { panic!("one link: {}", mail.text) };
    assert_eq!(made["invitations"][0]["link"], link);
    assert_ne!(office.mails_to("ben@brick.example")[0].links(), [link]);

    let path = format!("/api/org/invitations/by-token/{}", link.rsplit_once('/').expect("a token").1);
    assert_eq!(office.stranger().get(&path).await.ok()["email"], "ann@brick.example");
    let form = json!({ "name": "Ann", "username": "ann", "password": "a good password", "email": "ann@brick.example" });
    let mut ann = office.stranger();
    let me = ann.sign_in_by(&format!("{path}/accept"), form.clone()).await.created();
    assert_eq!(me["member"]["departments"][0]["name"], "Kiln");
    office.stranger().post(&format!("{path}/accept"), form).await.refused("org.link_expired");
    let log = olga.get("/api/org/audit?action=org.invitations_mailed").await.ok();
    assert_eq!(
        (&log["entries"][0]["subject"], &log["entries"][0]["details"]["people"]),
        (&json!("ann@brick.example, ben@brick.example"), &json!(2))
    );
}

#[tokio::test]
async fn an_invitation_by_mail_is_refused_before_anything_is_sent() {
    let office = Office::open().await;
    let (olga, bob) = (office.owner(), office.member("bob").await);
    let invite = async |who: &Person, emails: serde_json::Value| who.post("/api/org/invitations/mails", json!({ "emails": emails })).await;
    bob.post("/api/org/invitations/mails", json!({ "emails": ["ann@brick.example"] })).await.refused("request.forbidden");
    for wrong in [json!([]), json!([""]), json!(["ann@brick.example", "ben"]), json!(["a@b.example\r\nBcc: eve@b.example"])] {
        assert_eq!(invite(olga, wrong).await.refused("org.invalid")["field"], "emails");
    }
    let crowd: Vec<String> = (0..51).map(|n| format!("guest{n}@brick.example")).collect();
    invite(olga, json!(crowd)).await.refused("org.too_many");
    let body = json!({ "emails": ["ann@brick.example"], "role": "owner" });
    office.admin("eva").await.post("/api/org/invitations/mails", body).await.refused("org.owner_only");
    assert_eq!(office.mails(), []);
    assert_eq!(olga.get("/api/org/invitations").await.ok()["invitations"], json!([]));
}

#[tokio::test]
async fn whoever_forgot_sets_a_new_password_by_mail() {
    let office = Office::open().await;
    let bob = reachable(&office, "bob", "en").await;
    let mut events = bob.listen().await;
    events.hears("hello").await;
    forget(&office, " BOB@office.example ").await;
    let [mail] = &office.mails()[..] else { panic!("one mail") };
    assert_eq!((mail.to.as_str(), mail.language), ("bob@office.example", Language::En));
    assert!(mail.subject.contains("Brickworks") && mail.text.contains("60 minutes"), "{}", mail.text);
    let token = token(mail);
    let stranger = office.stranger();
    let seen = stranger.post("/api/org/password-links/look", json!({ "token": token })).await.ok();
    assert_eq!((&seen["name"], &seen["username"]), (&json!("Bob"), &json!("bob")));
    let with = |password: &str| json!({ "token": token, "password": password });
    assert_eq!(stranger.post("/api/org/password-links/use", with("short")).await.refused("org.too_short")["field"], "password");
    stranger.post("/api/org/password-links/use", with(NEW_PASSWORD)).await.done();

    while events.next().await.is_some() {}
    bob.get("/api/org/me").await.refused("request.signed_out");
    stranger.try_password("bob", bob.password()).await.refused("org.sign_in_failed");
    stranger.try_password("bob", NEW_PASSWORD).await.ok();
    stranger.post("/api/org/password-links/use", with("yet another password")).await.refused("org.password_link_spent");
    stranger.post("/api/org/password-links/look", json!({ "token": token })).await.refused("org.password_link_spent");
    let word = office.mails().pop().expect("a mail");
    assert!(word.subject.contains("was changed") && word.links() == ["https://office.example"], "{}", word.text);
    let log = office.owner().get("/api/org/audit").await.ok();
    let acts: Vec<_> = log["entries"].as_array().expect("a list").iter().map(|entry| entry["action"].as_str().unwrap_or("?")).collect();
    assert_eq!(acts[..2], ["org.password_set_by_link", "org.password_link_sent"]);
}

#[tokio::test]
async fn asking_for_a_link_tells_nobody_who_is_there() {
    let office = Office::open().await;
    let (ann, ben) = (reachable(&office, "ann", "zh-CN").await, reachable(&office, "ben", "en").await);
    office.owner().post(&format!("/api/org/members/{}/disable", ben.id), json!({})).await.ok();
    let mut answers = Vec::new();
    for login in ["ann", "ben", "olga", "nobody", "", "+8613800000000", "ann@office.example"] {
        let answer = office.stranger().post("/api/org/password-links", json!({ "login": login })).await;
        answer.done();
        answers.push((answer.status, answer.bytes));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the same answer whoever is named");
    let written: Vec<String> = office.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(written, ["ann@office.example", "ann@office.example"], "not the disabled one, nor whoever has no address");
    assert_eq!(office.mails()[0].subject, "设置「Brickworks」的新密码");
    ann.get("/api/org/me").await.ok();
}

#[tokio::test]
async fn nobody_is_flooded_and_tries_are_counted() {
    let office = Office::open().await;
    reachable(&office, "ann", "en").await;
    for _ in 0..20 {
        forget(&office, "ann").await;
    }
    let refused = office.stranger().post("/api/org/password-links", json!({ "login": "ann" })).await;
    refused.refused("org.too_many_attempts");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(office.mails().len(), 3, "links per hour");
    office.forward(hours(1) + seconds(1)).await;
    forget(&office, "ann").await;
    assert_eq!(office.mails().len(), 4);
}

#[tokio::test]
async fn a_link_goes_out_of_use_with_its_time_its_address_and_its_password() {
    let office = Office::open().await;
    let bob = reachable(&office, "bob", "en").await;
    let link = async || {
        forget(&office, "bob").await;
        token(&office.mails().pop().expect("a mail"))
    };
    let stranger = office.stranger();
    let spent = async |token: &str| {
        let body = json!({ "token": token, "password": NEW_PASSWORD });
        stranger.post("/api/org/password-links/use", body).await.refused("org.password_link_spent");
    };
    let late = link().await;
    office.forward(minutes(60)).await;
    spent(&late).await;
    office.forward(minutes(1)).await;
    let moved = link().await;
    bob.patch("/api/org/me", json!({ "email": "bob@elsewhere.example" })).await.ok();
    spent(&moved).await;
    let overtaken = link().await;
    bob.post("/api/org/me/password", json!({ "current": bob.password(), "new": "a longer password" })).await.done();
    spent(&overtaken).await;
    spent("a-token-nobody-drew").await;
    office.stranger().try_password("bob", "a longer password").await.ok();
}

#[tokio::test]
async fn a_member_is_told_of_a_changed_password_in_their_language() {
    let office = Office::open().await;
    let (ann, bob) = (reachable(&office, "ann", "zh-CN").await, reachable(&office, "bob", "en").await);
    ann.post("/api/org/me/password", json!({ "current": ann.password(), "new": NEW_PASSWORD })).await.done();
    office.owner().post(&format!("/api/org/members/{}/reset-password", bob.id), json!({})).await.ok();
    let nameless = office.member("zoe").await;
    nameless.post("/api/org/me/password", json!({ "current": nameless.password(), "new": NEW_PASSWORD })).await.done();
    let mails = office.mails();
    let said: Vec<_> = mails.iter().map(|mail| (mail.to.as_str(), mail.subject.as_str())).collect();
    assert_eq!(
        said,
        [("ann@office.example", "你在「Brickworks」的密码改了"), ("bob@office.example", "Your password for Brickworks was changed")]
    );
    assert!(mails[0].text.contains("ann") && mails[0].text.contains("知道原来的密码"), "{}", mails[0].text);
    assert!(mails[1].text.contains("An administrator gave"), "{}", mails[1].text);
    for mail in &mails {
        assert!(!mail.text.contains(NEW_PASSWORD) && mail.links() == ["https://office.example"], "{}", mail.text);
    }
}

#[tokio::test]
async fn mail_waits_for_a_relay_that_is_away_and_is_dropped_when_it_is_of_no_use() {
    let office = Office::open().await;
    office.expects_complaint("a mail will be tried again");
    office.expects_complaint("refused a mail for good");
    office.expects_complaint("too late to be of use");
    reachable(&office, "bob", "en").await;
    office.mailbox().is_away_once();
    office.mailbox().is_away_once();
    forget(&office, "bob").await;
    assert_eq!(office.mails(), []);
    office.forward(minutes(1)).await;
    assert_eq!(office.mails_to("bob@office.example").len(), 1, "after 10 and 20 more seconds");
    office.mailbox().refuses_once();
    forget(&office, "bob").await;
    office.forward(hours(2)).await;
    assert_eq!(office.mails().len(), 1, "what is refused for good is not tried again");
    (0..10).for_each(|_| office.mailbox().is_away_once());
    forget(&office, "bob").await;
    office.forward(hours(3)).await;
    assert_eq!(office.mails().len(), 1, "a link that has run out is not sent");
    let metrics = String::from_utf8(office.stranger().get("/metrics").await.bytes).expect("text");
    for line in ["hutong_mail_sent_total 1", "hutong_mail_refused_total 1", "hutong_mail_given_up_total 1"] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
}

#[tokio::test]
async fn without_a_relay_nothing_is_offered_and_nothing_waits() {
    let office = Office::without_mail().await;
    assert_eq!(office.stranger().get("/api/office").await.ok()["mail"], false);
    let bob = reachable(&office, "bob", "en").await;
    office.stranger().post("/api/org/password-links", json!({ "login": "bob" })).await.refused("org.no_mail");
    office.owner().post("/api/org/invitations/mails", json!({ "emails": ["ann@brick.example"] })).await.refused("org.no_mail");
    bob.post("/api/org/me/password", json!({ "current": bob.password(), "new": NEW_PASSWORD })).await.done();
    assert_eq!(kernel::mail::next_due(office.db()).await.expect("the mail can be read"), None);
    let with_mail = Office::open().await;
    assert_eq!(with_mail.stranger().get("/api/office").await.ok()["mail"], true);
}
