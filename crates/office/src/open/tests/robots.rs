//! Robots: tools written for four vendors post here with nothing changed but the address.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use testkit::{Answer, Office, Person, hours, minutes, seconds};

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post("/api/chat/conversations", json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    made["id"].as_str().expect("an id").to_owned()
}

async fn robot(who: &Person, kiln: &str, vendor: &str, safety: Value) -> Value {
    let body = json!({ "vendor": vendor, "name": "Alarm", "avatar": "🔥", "safety": safety });
    who.post(&format!("/api/open/conversations/{kiln}/robots"), body).await.created()
}

/// The path of a robot's address.
fn path(robot: &Value) -> String {
    robot["url"].as_str().expect("an address").replace("https://office.example", "")
}

/// Posts as a tool does: with no cookie, no language and no header of ours.
async fn post(office: &Office, path: &str, body: impl Into<String>) -> Answer {
    let request = Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
    office.stranger().send_raw(request.body(Body::from(body.into())).expect("a request")).await
}

fn body(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), String::from_utf8(answer.bytes.clone()).expect("a text"))
}

const OK: &str = r#"{"errcode":0,"errmsg":"ok"}"#;

async fn last(who: &Person, kiln: &str) -> Value {
    let page = who.get(&format!("/api/chat/conversations/{kiln}/messages")).await.ok();
    page["messages"].as_array().and_then(|all| all.last().cloned()).expect("a message")
}

#[tokio::test]
async fn a_robot_speaks_like_a_member_of_its_own_name() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let mut ear = bob.listen().await;
    let made = robot(&alice, &kiln, "dingtalk", json!({})).await;
    assert!(made["url"].as_str().is_some_and(|url| url.starts_with("https://office.example/robot/send?access_token=")), "{made}");
    let sent =
        json!({ "msgtype": "text", "text": { "content": "kiln 3 is hot" }, "at": { "atUserIds": ["bob", "nobody"] }, "isAtAll": true });
    assert_eq!(body(&post(&office, &path(&made), sent.to_string()).await), (200, OK.to_owned()));
    let heard = ear.hears("chat.message").await["message"].clone();
    let heard = if heard["kind"] == "system" { ear.hears("chat.message").await["message"].clone() } else { heard };
    assert_eq!(heard, last(&bob, &kiln).await);
    assert_eq!(heard["program"], json!({ "id": made["id"], "kind": "robot", "name": "Alarm", "avatar": "🔥" }));
    assert_eq!((&heard["sender_id"], &heard["kind"], &heard["mentions"]), (&Value::Null, &json!("text"), &json!([bob.id])));
    assert!(heard["text"].as_str().is_some_and(|text| text.starts_with("kiln 3 is hot @")), "{heard}");
    let waiting = bob.get("/api/chat/unread").await.ok();
    assert_eq!((&waiting["unread"], &waiting["mentions"]), (&json!(1), &json!(1)));
    let notices = bob.get("/api/notify/notices").await.ok();
    let told = notices["notices"].as_array().into_iter().flatten().find(|notice| notice["kind"] == "chat.mentioned").expect("a notice");
    assert_eq!((&told["data"]["program"], &told["actor"]), (&json!("Alarm"), &Value::Null));
    let listed = alice.get(&format!("/api/open/conversations/{kiln}/robots")).await.ok();
    assert_eq!((&listed["robots"][0]["url"], &listed["robots"][0]["secret"]), (&Value::Null, &Value::Null), "shown once");
    assert!(listed["robots"][0]["last_used_at"].is_i64());
}

#[tokio::test]
async fn cards_are_found_answered_forwarded_and_recalled() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let made = robot(&alice, &kiln, "dingtalk", json!({})).await;
    let card = json!({ "msgtype": "actionCard", "actionCard": { "title": "窑炉过热", "text": "三号窑 **1200** 度",
        "singleTitle": "查看", "singleURL": "https://kiln.example/3" } });
    assert_eq!(body(&post(&office, &path(&made), card.to_string()).await).1, OK);
    let shown = last(&bob, &kiln).await;
    assert_eq!(
        (&shown["kind"], &shown["text"], &shown["data"]["header"]["title"]),
        (&json!("card"), &json!("窑炉过热"), &json!("窑炉过热"))
    );
    for words in ["过热", "三号窑", "查看"] {
        let found = bob.get(&format!("/api/chat/search?q={}", urlencode(words))).await.ok();
        assert_eq!(found["hits"][0]["message"]["id"], shown["id"], "{words}: {found}");
    }
    let answer = json!({ "client_id": "a1", "text": "on my way", "reply_to": shown["id"] });
    let answer = bob.post(&format!("/api/chat/conversations/{kiln}/messages"), answer).await.created();
    assert_eq!((&answer["reply_to"]["text"], &answer["reply_to"]["program_name"]), (&json!("窑炉过热"), &json!("Alarm")));
    let oven = group(&bob, &[]).await;
    let passed = json!({ "message_ids": [shown["id"]], "to": [oven], "client_id": "f1" });
    let passed = bob.post("/api/chat/forward", passed).await.ok();
    assert_eq!((&passed["messages"][0]["kind"], &passed["messages"][0]["program"]), (&json!("card"), &Value::Null));
    bob.post(&format!("/api/chat/messages/{}/recall", shown["id"].as_str().expect("an id")), json!({})).await.refused("chat.not_allowed");
    let gone = alice.post(&format!("/api/chat/messages/{}/recall", shown["id"].as_str().expect("an id")), json!({})).await.ok();
    assert_eq!((&gone["data"], &gone["text"]), (&Value::Null, &json!("")));
}

fn urlencode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn dingtalk_asks_for_word_signature_and_address() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice, &[]).await;
    let text = |words: &str| json!({ "msgtype": "text", "text": { "content": words } }).to_string();
    let code = |answer: &Answer| (answer.json()["errcode"].clone(), answer.json()["errmsg"].as_str().unwrap_or_default().to_owned());

    let word = robot(&alice, &kiln, "dingtalk", json!({ "keywords": ["kiln", "窑"] })).await;
    assert_eq!(code(&post(&office, &path(&word), text("the oven")).await), (json!(310_000), "keywords not in content".to_owned()));
    assert_eq!(code(&post(&office, &path(&word), text("三号窑")).await).0, json!(0));

    let signed = robot(&alice, &kiln, "dingtalk", json!({ "signed": true })).await;
    let secret = signed["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("SEC"));
    let at = |ms: i64| format!("{}&timestamp={ms}&sign={}", path(&signed), urlencode(&sign(secret, &format!("{ms}\n{secret}"))));
    let now = office.now_ms();
    assert_eq!(code(&post(&office, &at(now), text("x")).await).0, json!(0));
    assert_eq!(code(&post(&office, &at(now), text("again")).await).0, json!(0), "as the vendor, within the hour");
    assert_eq!(code(&post(&office, &path(&signed), text("x")).await).1, "invalid timestamp");
    let wrong = at(now).replace(&format!("timestamp={now}"), &format!("timestamp={}", now + 1));
    assert_eq!(code(&post(&office, &wrong, text("x")).await).1, "sign not match");
    let old = at(now);
    office.forward(hours(1) + seconds(1)).await;
    assert_eq!(code(&post(&office, &old, text("replayed")).await).1, "invalid timestamp");

    let near = robot(&alice, &kiln, "dingtalk", json!({ "addresses": ["10.0.0.0/8"] })).await;
    assert!(code(&post(&office, &path(&near), text("x")).await).1.ends_with("not in whitelist"));
}

fn sign(key: &str, message: &str) -> String {
    use base64::Engine as _;
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(ring::hmac::sign(&key, message.as_bytes()))
}

#[tokio::test]
async fn feishu_signs_within_the_body() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice, &[]).await;
    let made = robot(&alice, &kiln, "feishu", json!({ "signed": true })).await;
    let secret = made["secret"].as_str().expect("a secret");
    let at = office.now_ms() / 1_000;
    let sign = sign(&format!("{at}\n{secret}"), "");
    let text = json!({ "timestamp": at.to_string(), "sign": sign, "msg_type": "text", "content": { "text": "hot" } });
    let good = r#"{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success","Extra":null}"#;
    assert_eq!(body(&post(&office, &path(&made), text.to_string()).await), (200, good.to_owned()));
    let unsigned = json!({ "msg_type": "text", "content": { "text": "hot" } });
    let refused = post(&office, &path(&made), unsigned.to_string()).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (200, &json!(19021)));
    office.forward(hours(2)).await;
    assert_eq!(post(&office, &path(&made), text.to_string()).await.json()["code"], json!(19021));
    assert_eq!(post(&office, "/open-apis/bot/v2/hook/nobody", text.to_string()).await.json()["code"], json!(19001));
    let plain = robot(&alice, &kiln, "feishu", json!({})).await;
    let refused = post(&office, &path(&plain), "rubbish").await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (400, &json!(9499)));
}

#[tokio::test]
async fn slack_and_mattermost_answer_with_a_word() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice, &[]).await;
    let made = robot(&alice, &kiln, "slack", json!({})).await;
    let place = path(&made);
    assert_eq!(body(&post(&office, &place, r#"{"text":"*hot*"}"#).await), (200, "ok".to_owned()));
    assert_eq!(last(&alice, &kiln).await["text"], "**hot**");
    let fast = post(&office, &place, r#"{"text":"x"}"#).await;
    assert_eq!((body(&fast), fast.header("retry-after")), ((429, "rate_limited".to_owned()), "1"));
    let token = place.rsplit('/').next().expect("a token");
    let form = format!("payload={}", urlencode(r#"{"text":"a & b"}"#));
    for (path, sent, wanted) in [
        (format!("/hooks/{token}"), form, (200, "ok")),
        (place.clone(), "rubbish".to_owned(), (400, "invalid_payload")),
        (place.clone(), "{}".to_owned(), (400, "no_text")),
        ("/services/T1/B1/nobody".to_owned(), "{}".to_owned(), (404, "no_service")),
        (format!("/services/T1/B1/{token}"), "{}".to_owned(), (404, "no_service")),
    ] {
        office.forward(seconds(1)).await;
        assert_eq!(body(&post(&office, &path, sent).await), (wanted.0, wanted.1.to_owned()), "{path}");
    }
    assert_eq!(last(&alice, &kiln).await["text"], "a & b");
}

#[tokio::test]
async fn wecom_counts_and_bounds() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice, &[]).await;
    let made = robot(&alice, &kiln, "wecom", json!({})).await;
    let text = |words: &str| json!({ "msgtype": "text", "text": { "content": words } }).to_string();
    let code = |answer: Answer| answer.json()["errcode"].as_i64().unwrap_or(-9);
    assert_eq!(body(&post(&office, &path(&made), text("x")).await), (200, OK.to_owned()));
    assert_eq!(code(post(&office, &path(&made), text(&"x".repeat(3_000))).await), 45002);
    assert_eq!(code(post(&office, &path(&made), "[1]").await), 47001);
    assert_eq!(code(post(&office, "/cgi-bin/webhook/send?key=nobody", text("x")).await), 93000);
    for _ in 3..20 {
        assert_eq!(code(post(&office, &path(&made), text("x")).await), 0);
    }
    assert_eq!(code(post(&office, &path(&made), text("x")).await), 45009);
    office.forward(minutes(1)).await;
    assert_eq!(code(post(&office, &path(&made), text("x")).await), 0);
}

#[tokio::test]
async fn dingtalk_sends_whoever_is_too_fast_away() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice, &[]).await;
    let made = robot(&alice, &kiln, "dingtalk", json!({})).await;
    let text = json!({ "msgtype": "text", "text": { "content": "x" } }).to_string();
    let code = |answer: Answer| answer.json()["errcode"].as_i64().unwrap_or(-9);
    for _ in 0..20 {
        assert_eq!(code(post(&office, &path(&made), text.clone()).await), 0);
    }
    assert_eq!(code(post(&office, &path(&made), text.clone()).await), 130_101);
    office.forward(minutes(9)).await;
    assert_eq!(code(post(&office, &path(&made), text.clone()).await), 130_101);
    office.forward(minutes(1)).await;
    assert_eq!(code(post(&office, &path(&made), text).await), 0);
    let large = json!({ "msgtype": "text", "text": { "content": "x".repeat(30_000) } }).to_string();
    assert_eq!(code(post(&office, &path(&made), large).await), 40035);
}

#[tokio::test]
async fn those_who_may_bring_people_in_bring_robots_in() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let robots = format!("/api/open/conversations/{kiln}/robots");
    let wanted = json!({ "vendor": "wecom", "name": "Alarm" });
    carol.get(&robots).await.is_not_found();
    carol.post(&robots, wanted.clone()).await.is_not_found();
    bob.post(&robots, wanted.clone()).await.created();
    let rules = json!({ "rules": { "add_members": "admins" } });
    alice.patch(&format!("/api/chat/conversations/{kiln}"), rules).await.ok();
    bob.post(&robots, wanted.clone()).await.refused("open.not_allowed");
    let made = alice.post(&robots, wanted.clone()).await.created();
    let one = format!("/api/open/robots/{}", made["id"].as_str().expect("an id"));
    for (who, refused) in [(&bob, Some("open.not_allowed")), (&carol, None)] {
        for answer in
            [who.patch(&one, json!({ "is_on": false })).await, who.post(&format!("{one}/rotate"), json!({})).await, who.delete(&one).await]
        {
            match refused {
                Some(code) => answer.refused(code),
                None => answer.refused("request.not_found"),
            };
        }
    }
    let eve = office.owner_elsewhere().await;
    eve.patch(&one, json!({ "is_on": false })).await.is_not_found();
    let direct = alice.post("/api/chat/conversations", json!({ "kind": "direct", "member_id": bob.id })).await.created();
    alice.post(&format!("/api/open/conversations/{}/robots", direct["id"].as_str().expect("an id")), wanted).await.refused("open.not_here");
    for (body, field) in [
        (json!({ "vendor": "slack", "name": " " }), "name"),
        (json!({ "vendor": "slack", "name": "x", "safety": { "signed": true } }), "signed"),
        (json!({ "vendor": "dingtalk", "name": "x", "safety": { "addresses": ["kiln"] } }), "addresses"),
        (json!({ "vendor": "dingtalk", "name": "x", "safety": { "keywords": vec!["x"; 11] } }), "keywords"),
    ] {
        assert_eq!(alice.post(&robots, body).await.refused("open.invalid")["field"], field);
    }
    let log = office.owner().get("/api/org/audit?action=open.robot_created").await.ok();
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_robot_is_switched_off_rotated_removed_and_outlived() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let made = robot(&alice, &kiln, "dingtalk", json!({})).await;
    let one = format!("/api/open/robots/{}", made["id"].as_str().expect("an id"));
    let text = json!({ "msgtype": "text", "text": { "content": "x" } }).to_string();
    let code = |answer: Answer| answer.json()["errcode"].as_i64().unwrap_or(-9);
    alice.patch(&one, json!({ "is_on": false, "name": "Siren" })).await.ok();
    assert_eq!(code(post(&office, &path(&made), text.clone()).await), 400_102);
    let signed = alice.patch(&one, json!({ "is_on": true, "safety": { "signed": true } })).await.ok();
    assert!(signed["secret"].is_string());
    assert_eq!(alice.patch(&one, json!({ "name": "Siren 2" })).await.ok()["secret"], Value::Null);
    alice.patch(&one, json!({ "safety": {} })).await.ok();
    let turned = alice.post(&format!("{one}/rotate"), json!({})).await.ok();
    assert_eq!(code(post(&office, &path(&made), text.clone()).await), 400_101);
    assert_eq!(code(post(&office, &path(&turned), text.clone()).await), 0);
    assert_eq!(last(&bob, &kiln).await["program"]["name"], "Siren 2");
    alice.delete(&one).await.done();
    assert_eq!(code(post(&office, &path(&turned), text.clone()).await), 400_101);
    assert_eq!(last(&bob, &kiln).await["program"]["name"], "Siren 2", "what it said stays");

    let orphan = robot(&alice, &kiln, "dingtalk", json!({})).await;
    alice.delete(&format!("/api/chat/conversations/{kiln}")).await.done();
    assert_eq!(code(post(&office, &path(&orphan), text).await), 400_013);
}

#[tokio::test]
async fn robots_call_everybody_where_those_who_set_them_up_may() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let (of_alice, of_bob) = (robot(&alice, &kiln, "dingtalk", json!({})).await, robot(&bob, &kiln, "dingtalk", json!({})).await);
    alice.patch(&format!("/api/chat/conversations/{kiln}"), json!({ "rules": { "at_all": "admins" } })).await.ok();
    let text = json!({ "msgtype": "text", "text": { "content": "x" }, "at": { "isAtAll": true } }).to_string();
    for (made, wanted) in [(&of_bob, false), (&of_alice, true)] {
        assert_eq!(body(&post(&office, &path(made), text.clone()).await).1, OK);
        let said = last(&bob, &kiln).await;
        assert_eq!((&said["mentions_all"], &said["text"]), (&json!(wanted), &json!("x @所有人")));
    }
}

/// A form as tools send it.
fn form(field: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--kiln\r\nContent-Disposition: form-data; name=\"{field}\";filename=\"{name}\"; filelength={}\r\nContent-Type: application/octet-stream\r\n\r\n",
        bytes.len()
    );
    [head.as_bytes(), bytes, b"\r\n--kiln--\r\n"].concat()
}

async fn upload(office: &Office, robot: &Value, kind: &str, form: Vec<u8>) -> Value {
    let place = format!("{}&type={kind}", path(robot).replace("/send", "/upload_media"));
    let request = Request::builder().method(Method::POST).uri(place).header("content-type", "multipart/form-data; boundary=kiln");
    office.stranger().send_raw(request.body(Body::from(form)).expect("a request")).await.json()
}

async fn send_media(office: &Office, robot: &Value, kind: &str, media: &Value) -> i64 {
    let sent = json!({ "msgtype": kind, kind: { "media_id": media } });
    post(office, &path(robot), sent.to_string()).await.json()["errcode"].as_i64().unwrap_or(-9)
}

async fn used(who: &Person) -> Value {
    who.get("/api/drive/spaces").await.ok()["used_bytes"].clone()
}

async fn read(who: &Person, file: &Value) -> Answer {
    who.get(&format!("/api/drive/files/{}/content", file["id"].as_str().unwrap_or("nothing"))).await
}

fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(40, 20, image::Rgb([200, 80, 20])).write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    png.into_inner()
}

fn image(bytes: &[u8]) -> Value {
    use base64::Engine as _;
    use md5::Digest as _;
    let sum: String = md5::Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    json!({ "msgtype": "image", "image": { "base64": encoded, "md5": sum } })
}

#[tokio::test]
async fn wecoms_pictures_and_files_are_the_conversations() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let made = robot(&alice, &kiln, "wecom", json!({})).await;
    assert_eq!(body(&post(&office, &path(&made), image(&picture()).to_string()).await), (200, OK.to_owned()));
    let shown = last(&bob, &kiln).await;
    let file = &shown["data"]["files"][0];
    assert_eq!((&shown["kind"], &shown["text"], &shown["program"]["name"]), (&json!("files"), &json!(""), &json!("Alarm")));
    assert_eq!(
        (&file["name"], &file["group"], &file["width"], &file["has_thumbnail"]),
        (&json!("image.png"), &json!("image"), &json!(40), &json!(true))
    );
    assert_eq!(read(&bob, file).await.bytes, picture());
    read(&carol, file).await.is_not_found();
    office.stranger().get(&format!("/api/drive/files/{}/content", file["id"].as_str().expect("an id"))).await.refused("request.signed_out");

    let kept = upload(&office, &made, "file", form("media", "窑炉温度.csv", b"kiln,1200")).await;
    assert_eq!((&kept["errcode"], &kept["errmsg"], &kept["type"]), (&json!(0), &json!("ok"), &json!("file")));
    assert_eq!(kept["created_at"], json!((office.now_ms() / 1_000).to_string()));
    assert_eq!(
        (send_media(&office, &made, "file", &kept["media_id"]).await, send_media(&office, &made, "file", &kept["media_id"]).await),
        (0, 0)
    );
    let page = bob.get(&format!("/api/chat/conversations/{kiln}/messages")).await.ok();
    let sent: Vec<Value> = page["messages"].as_array().expect("messages").iter().rev().take(2).cloned().collect();
    let files: Vec<&Value> = sent.iter().map(|message| &message["data"]["files"][0]).collect();
    assert_ne!(files[0]["id"], files[1]["id"], "each message has a file of its own");
    assert_eq!(read(&bob, files[0]).await.bytes, b"kiln,1200");
    let listed = bob.get(&format!("/api/chat/conversations/{kiln}/files")).await.ok();
    assert_eq!(listed["files"].as_array().map(Vec::len), Some(3));
    assert_eq!((&listed["files"][0]["program_name"], &listed["files"][0]["sender_id"]), (&json!("Alarm"), &Value::Null));
    assert_eq!(bob.get("/api/chat/search?q=%E7%AA%91%E7%82%89").await.ok()["hits"].as_array().map(Vec::len), Some(2));

    let held = used(&alice).await.as_i64().expect("bytes");
    assert_eq!(held, i64::try_from(picture().len()).expect("bytes") + 3 * 9, "it counts against whoever set the robot up");
    let id = sent[0]["id"].as_str().expect("an id");
    alice.post(&format!("/api/chat/messages/{id}/recall"), json!({})).await.ok();
    read(&bob, files[0]).await.is_not_found();
    assert_eq!(read(&bob, files[1]).await.bytes, b"kiln,1200");
    office.forward(hours(71)).await;
    assert_eq!(send_media(&office, &made, "file", &kept["media_id"]).await, 0);
    office.forward(hours(1)).await;
    assert_eq!(send_media(&office, &made, "file", &kept["media_id"]).await, 40007, "three days are over");
    office.forward(hours(7)).await;
    assert_eq!(used(&alice).await, json!(held - 9), "one was recalled, one sent since, and what waited is swept up");
}

#[tokio::test]
async fn wecoms_uploads_are_refused_in_its_words() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice, &[]).await;
    let (made, other) = (robot(&alice, &kiln, "wecom", json!({})).await, robot(&alice, &kiln, "wecom", json!({})).await);
    let small = || form("media", "a.txt", b"hello");
    let kept = upload(&office, &made, "file", small()).await;
    let code = |answer: Value| answer["errcode"].as_i64().unwrap_or(-9);
    assert_eq!(send_media(&office, &other, "file", &kept["media_id"]).await, 40007, "it is the other robot's");
    assert_eq!(send_media(&office, &made, "voice", &kept["media_id"]).await, 40007, "it is no voice");
    assert_eq!(send_media(&office, &made, "file", &json!("nothing")).await, 40007);
    assert_eq!(send_media(&office, &made, "file", &Value::Null).await, 40007);
    for (kind, sent, wanted) in [
        ("picture", small(), 40005),
        ("file", form("file", "a.txt", b"hello"), 41005),
        ("file", form("media", "a.txt", b""), 44001),
        ("file", form("media", "a.txt", b"tiny"), 40006),
        ("file", form("media", "a.bin", &vec![7; 20_971_521]), 45001),
        ("file", b"rubbish".to_vec(), 47001),
        ("voice", form("media", "a.amr", b"no speech"), 40004),
        ("voice", form("media", "a.amr", &vec![7; 2_097_153]), 45001),
        ("voice", form("media", "a.amr", &speech(61)), 45007),
    ] {
        let length = sent.len();
        assert_eq!(code(upload(&office, &made, kind, sent).await), wanted, "{kind} {length}");
    }
    let nobody = json!({ "url": "https://office.example/cgi-bin/webhook/send?key=nobody" });
    assert_eq!(code(upload(&office, &nobody, "file", small()).await), 93000);
    office.forward(minutes(1)).await;
    let mut wrong = image(&picture());
    wrong["image"]["md5"] = json!("00");
    for (sent, wanted) in [(wrong, 301_019), (image(b"GIF89a"), 40004), (image(&[b"\x89PNG".to_vec(), vec![0; 2_097_152]].concat()), 40009)]
    {
        assert_eq!(code(post(&office, &path(&made), sent.to_string()).await.json()), wanted);
    }
    let settings = json!({ "member_quota_bytes": 20, "organisation_quota_bytes": 0, "retention_days": 0, "bin_days": 30, "versions_kept": 20,
        "links_allowed": true });
    office.owner().ask(Method::PUT, "/api/drive/settings", Some(&settings)).await.ok();
    assert_eq!(code(upload(&office, &made, "file", form("media", "b.txt", &[1; 16])).await), 45001, "no room is left");
    assert_eq!(code(post(&office, &path(&made), image(&picture()).to_string()).await.json()), 45001);
    let word = robot(&alice, &kiln, "wecom", json!({ "keywords": ["kiln"] })).await;
    let [hot, cold] =
        [upload(&office, &word, "file", form("media", "kiln.txt", b"hello")).await, upload(&office, &word, "file", small()).await];
    assert_eq!(
        (code(cold.clone()), send_media(&office, &word, "file", &cold["media_id"]).await),
        (0, 93000),
        "its name does not say the word"
    );
    assert_eq!(send_media(&office, &word, "file", &hot["media_id"]).await, 0);
    let one = format!("/api/open/robots/{}", made["id"].as_str().expect("an id"));
    alice.delete(&one).await.done();
    alice.delete(&one.replace(made["id"].as_str().expect("an id"), word["id"].as_str().expect("an id"))).await.done();
    assert_eq!(used(&alice).await, json!(5), "what waited went with its robot; what was sent stays");
}

/// Silence, as a telephone records it.
fn speech(seconds: usize) -> Vec<u8> {
    let frame = [vec![0x3c], vec![0; 31]].concat();
    [b"#!AMR\n".to_vec(), frame.repeat(50 * seconds)].concat()
}

#[tokio::test]
async fn wecoms_voices_are_heard() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let made = robot(&alice, &kiln, "wecom", json!({})).await;
    let kept = upload(&office, &made, "voice", form("media", "a.amr", &speech(2))).await;
    assert_eq!((&kept["errcode"], &kept["type"]), (&json!(0), &json!("voice")), "{kept}");
    assert_eq!(send_media(&office, &made, "voice", &kept["media_id"]).await, 0);
    let heard = last(&bob, &kiln).await;
    // Where nothing is installed that makes it a sound for browsers, it is a file.
    match heard["kind"].as_str() {
        Some("voice") => {
            assert_eq!((&heard["data"]["duration_ms"], &heard["data"]["file"]["media_type"]), (&json!(2_000), &json!("audio/wav")));
            assert!(read(&bob, &heard["data"]["file"]).await.bytes.starts_with(b"RIFF"));
        }
        _ => assert_eq!(read(&bob, &heard["data"]["files"][0]).await.bytes, speech(2)),
    }
}
