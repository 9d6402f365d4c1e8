//! Bots: they write with a token, hear by a socket or at an address, and answer commands and buttons.

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use testkit::{Answer, Office, Peer, Person, Received, hours, minutes, seconds};

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post("/api/chat/conversations", json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    made["id"].as_str().expect("an id").to_owned()
}

/// A bot that is in that conversation.
struct Bot {
    id: String,
    token: String,
    secret: String,
}

impl Bot {
    async fn of(office: &Office, kiln: &str, by: &Person, body: Value) -> Bot {
        let made = office.owner().post("/api/open/bots", body).await.created();
        let text = |key: &str| made[key].as_str().expect("a text").to_owned();
        let bot = Bot { id: text("id"), token: text("token"), secret: text("secret") };
        by.ask(Method::PUT, &format!("/api/open/conversations/{kiln}/bots/{}", bot.id), None).await.done();
        bot
    }

    async fn ask(&self, office: &Office, method: Method, path: &str, body: Option<Value>) -> Answer {
        office.stranger().ask_as_bot(&self.token, method, &format!("/api/open/bot/{path}"), body.as_ref()).await
    }

    async fn says(&self, office: &Office, kiln: &str, body: Value) -> Answer {
        self.ask(office, Method::POST, &format!("conversations/{kiln}/messages"), Some(body)).await
    }
}

async fn say(who: &Person, kiln: &str, text: &str) -> Value {
    let body = json!({ "client_id": testkit::digest(text), "text": text });
    who.post(&format!("/api/chat/conversations/{kiln}/messages"), body).await.created()
}

/// What a call brought, if its signature is right.
fn opened(bot: &Bot, call: &Received) -> Value {
    let body = std::str::from_utf8(&call.body).expect("a text");
    let signed = format!("{}.{}.{body}", call.header("webhook-id"), call.header("webhook-timestamp"));
    let key = STANDARD.decode(bot.secret.strip_prefix("whsec_").expect("a secret")).expect("a key");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let signature = STANDARD.encode(ring::hmac::sign(&key, signed.as_bytes()));
    assert_eq!(call.header("webhook-signature"), format!("v1,{signature}"));
    let event: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(event["id"], call.header("webhook-id"));
    event
}

fn card(title: &str) -> Value {
    json!({ "header": { "title": title, "color": "red" }, "blocks": [
        { "type": "text", "markdown": "**1200** degrees" },
        { "type": "buttons", "items": [{ "text": "Cool", "style": "primary", "action": "cool", "value": "3" }] },
        { "type": "select", "action": "who", "placeholder": "Who", "options": [{ "text": "Ben", "value": "ben" }] }] })
}

#[tokio::test]
async fn a_bot_writes_once_updates_in_place_and_takes_back() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    say(&alice, &kiln, "before the bot").await;
    let bot = Bot::of(&office, &kiln, &alice, json!({ "name": "Stoker", "avatar": "🤖" })).await;
    let mut ear = bob.listen().await;
    let body = json!({ "client_id": "one", "card": card("Kiln 3"), "mentions": [bob.id] });
    let sent = bot.says(&office, &kiln, body.clone()).await.created();
    assert_eq!(sent["program"], json!({ "id": bot.id, "kind": "bot", "name": "Stoker", "avatar": "🤖" }));
    assert_eq!((&sent["kind"], &sent["text"], &sent["mentions"]), (&json!("card"), &json!("Kiln 3"), &json!([bob.id])));
    assert_eq!(ear.hears("chat.message").await["message"], sent);
    assert_eq!(bot.says(&office, &kiln, body).await.ok(), sent, "once");
    let path = format!("messages/{}", sent["id"].as_str().expect("an id"));
    let calm = bot.ask(&office, Method::PATCH, &path, Some(json!({ "text": "calm again" }))).await.ok();
    assert_eq!(
        (&calm["seq"], &calm["kind"], &calm["text"], &calm["data"]),
        (&sent["seq"], &json!("text"), &json!("calm again"), &Value::Null)
    );
    assert_eq!(ear.hears("chat.message").await["message"], calm);
    assert_eq!(bob.get("/api/chat/search?q=degrees").await.ok()["hits"], json!([]));
    assert_eq!(bob.get("/api/chat/search?q=calm").await.ok()["hits"][0]["message"]["id"], sent["id"]);
    bot.ask(&office, Method::DELETE, &path, None).await.done();
    let gone = ear.hears("chat.message").await["message"].clone();
    assert_eq!((&gone["text"], &gone["recalled_by"]), (&json!(""), &Value::Null));
    assert!(gone["recalled_at"].is_i64());
    bot.ask(&office, Method::PATCH, &path, Some(json!({ "text": "x" }))).await.refused("chat.recalled");
    let seen = bot.ask(&office, Method::GET, &format!("conversations/{kiln}/messages"), None).await.ok();
    assert_eq!(seen["messages"].as_array().map(Vec::len), Some(1), "nothing from before it came: {seen}");
    let places = bot.ask(&office, Method::GET, "conversations", None).await.ok();
    assert_eq!(places["conversations"][0]["title"], "Kiln");
    for (body, field) in [(json!({}), "text"), (json!({ "card": { "blocks": [] } }), "card")] {
        assert_eq!(bot.says(&office, &kiln, body).await.refused("open.invalid")["field"], field);
    }
}

#[tokio::test]
async fn bots_are_set_up_by_those_who_look_after_the_office() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[]).await;
    alice.post("/api/open/bots", json!({ "name": "Mine" })).await.refused("request.forbidden");
    let bot = Bot::of(&office, &kiln, &alice, json!({ "name": "Stoker", "callback_url": "https://bot.example/hook" })).await;
    let seen = alice.get("/api/open/bots").await.ok();
    assert_eq!(
        (&seen["bots"][0]["name"], &seen["bots"][0]["callback_url"], &seen["may_change"]),
        (&json!("Stoker"), &Value::Null, &json!(false))
    );
    let one = format!("/api/open/bots/{}", bot.id);
    alice.patch(&one, json!({ "is_on": false })).await.refused("request.forbidden");
    let eve = office.owner_elsewhere().await;
    eve.patch(&one, json!({ "is_on": false })).await.is_not_found();
    assert_eq!(eve.get("/api/open/bots").await.ok()["bots"], json!([]));
    let oven = eve.post("/api/chat/conversations", json!({ "kind": "group", "title": "Oven" })).await.created();
    let oven = oven["id"].as_str().expect("an id");
    eve.ask(Method::PUT, &format!("/api/open/conversations/{oven}/bots/{}", bot.id), None).await.is_not_found();
    bot.says(&office, oven, json!({ "text": "x" })).await.is_not_found();
    bob.ask(Method::PUT, &format!("/api/open/conversations/{kiln}/bots/{}", bot.id), None).await.is_not_found();
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x", "callback_url": "ftp://bot.example" }), "callback_url"),
        (json!({ "name": "x", "callback_url": "http://10.0.0.1/" }), "callback_url"),
        (json!({ "name": "x", "commands": [{ "command": "deploy" }] }), "commands"),
    ] {
        assert_eq!(office.owner().post("/api/open/bots", body).await.refused("open.invalid")["field"], field);
    }
    let turned = office.owner().post(&format!("{one}/rotate"), json!({})).await.ok();
    bot.ask(&office, Method::GET, "me", None).await.refused("open.token");
    let bot = Bot { token: turned["token"].as_str().expect("a token").to_owned(), ..bot };
    assert_eq!(bot.ask(&office, Method::GET, "me", None).await.ok()["name"], "Stoker");
    office.owner().patch(&one, json!({ "is_on": false })).await.ok();
    bot.ask(&office, Method::GET, "me", None).await.refused("open.token");
    office.owner().delete(&one).await.done();
    let log = office.owner().get("/api/org/audit").await.ok();
    let acts: Vec<&str> = log["entries"].as_array().into_iter().flatten().filter_map(|entry| entry["action"].as_str()).collect();
    for act in ["open.bot_created", "open.bot_added", "open.bot_rotated", "open.bot_changed", "open.bot_removed"] {
        assert!(acts.contains(&act), "{act}: {acts:?}");
    }
}

#[tokio::test]
async fn a_bot_hears_by_its_socket_what_it_asked_for_until_it_has_it() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[]).await;
    let bot = Bot::of(
        &office,
        &kiln,
        &alice,
        json!({ "name": "Stoker", "events": ["message", "mention", "member"], "commands": [{ "command": "/heat" }] }),
    )
    .await;
    say(&alice, &kiln, "said while nobody listened").await;
    let mut ear = office.stranger().listen_as_bot(&bot.token).await;
    let first = ear.next().await.expect("an event");
    assert_eq!((&first["type"], &first["data"]["message"]["text"]), (&json!("message"), &json!("said while nobody listened")));
    let called = say(&alice, &kiln, "@stoker how hot?").await;
    let second = ear.hears("mention").await;
    assert_eq!((&second["id"], &second["data"]["message"]["id"]), (&called["id"], &called["id"]));
    let members = format!("/api/chat/conversations/{kiln}/members");
    alice.post(&members, json!({ "member_ids": [bob.id] })).await;
    let third = ear.hears("member").await;
    assert_eq!(third["data"]["message"]["data"]["event"], "members_added");
    bot.says(&office, &kiln, json!({ "text": "I do not hear myself" })).await.created();
    for event in [&first, &third] {
        ear.say(&json!({ "ack": event["id"] })).await;
    }
    ear.say(&json!("rubbish")).await;
    // What it says is heard in its order, so whoever has this answer knows that the rest was heard too.
    let asked = async {
        let given = json!({ "command": "/heat", "client_id": "heat" });
        alice.post(&format!("/api/open/conversations/{kiln}/commands"), given).await.ok()
    };
    let answered = async {
        let event = ear.hears("command").await;
        ear.say(&json!({ "ack": event["id"], "response": { "text": "hot" } })).await;
    };
    assert_eq!(futures::join!(asked, answered).0["message"]["text"], "hot");
    // Another socket takes its place and is given what was not taken.
    let mut again = office.stranger().listen_as_bot(&bot.token).await;
    assert_eq!(ear.next().await, None);
    assert_eq!(again.next().await, Some(second.clone()));
    office.owner().post(&format!("/api/open/bots/{}/rotate", bot.id), json!({})).await.ok();
    assert_eq!(again.next().await, None, "the token is another one");
}

#[tokio::test]
async fn a_bot_is_called_in_order_and_given_up_when_it_never_answers() {
    let office = Office::open().await;
    let [alice] = office.members(["alice"]).await;
    let kiln = group(&alice, &[]).await;
    let peer = Peer::start().await;
    let body = json!({ "name": "Stoker", "callback_url": peer.url("/hook"), "events": ["message"] });
    let bot = Bot::of(&office, &kiln, &alice, body).await;
    say(&alice, &kiln, "one").await;
    let calls = peer.take_calls();
    assert_eq!((calls.len(), opened(&bot, &calls[0])["data"]["message"]["text"].clone()), (1, json!("one")));
    peer.answers_once(500, &[], "");
    say(&alice, &kiln, "two").await;
    say(&alice, &kiln, "three").await;
    assert_eq!(peer.take_calls().len(), 1, "it waits before it tries again");
    office.forward(seconds(10)).await;
    let texts: Vec<Value> = peer.take_calls().iter().map(|call| opened(&bot, call)["data"]["message"]["text"].clone()).collect();
    assert_eq!(texts, ["two", "three"]);

    peer.answers(503, &[], "");
    say(&alice, &kiln, "four").await;
    office.forward(hours(12)).await;
    assert_eq!(peer.take_calls().len(), 8);
    let one = format!("/api/open/bots/{}", bot.id);
    let seen = office.owner().get("/api/open/bots").await.ok();
    assert_eq!((&seen["bots"][0]["failures"], seen["bots"][0]["stopped_at"].is_i64()), (&json!(8), true));
    let notices = office.owner().get("/api/notify/notices").await.ok();
    assert!(notices["notices"].as_array().into_iter().flatten().any(|notice| notice["kind"] == "open.bot_stopped"), "{notices}");
    say(&alice, &kiln, "five").await;
    office.forward(hours(12)).await;
    assert!(peer.take_calls().is_empty());
    peer.answers(204, &[], "");
    office.owner().patch(&one, json!({ "is_on": true })).await.ok();
    assert_eq!(peer.take_calls().len(), 2, "what waited is brought");
    peer.answers(410, &[], "");
    say(&alice, &kiln, "six").await;
    assert!(office.owner().get("/api/open/bots").await.ok()["bots"][0]["stopped_at"].is_i64(), "it says that it is gone");
}

#[tokio::test]
async fn commands_are_answered_at_once_for_one_for_all_or_later() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let peer = Peer::start().await;
    let commands = json!([{ "command": "/heat", "hint": "degrees", "description": "Heats" }]);
    let bot = Bot::of(&office, &kiln, &alice, json!({ "name": "Stoker", "callback_url": peer.url("/"), "commands": commands })).await;
    let place = format!("/api/open/conversations/{kiln}/commands");
    let offered = bob.get(&place).await.ok();
    assert_eq!((&offered["commands"][0]["command"], &offered["commands"][0]["bot"]["name"]), (&json!("/heat"), &json!("Stoker")));
    let give = |text: &str| json!({ "command": "/heat", "text": text, "client_id": text });

    peer.answers_once(200, &[("content-type", "application/json")], r#"{"response_type":"ephemeral","text":"how hot?"}"#);
    let answer = bob.post(&place, give("")).await;
    assert_eq!(answer.refused("open.invalid")["field"], "client_id");
    let answer = bob.post(&place, give("a")).await.ok();
    assert_eq!(answer["message"], json!({ "text": "how hot?", "card": null }));
    let event = opened(&bot, &peer.take_calls()[0]);
    assert_eq!(
        (&event["type"], &event["data"]["command"], &event["data"]["text"], &event["data"]["member"]["id"]),
        (&json!("command"), &json!("/heat"), &json!("a"), &json!(bob.id))
    );

    peer.answers(200, &[], r#"{"response_type":"in_channel","text":"heating"}"#);
    for _ in 0..2 {
        assert_eq!(bob.post(&place, give("1200")).await.ok()["message"], Value::Null);
    }
    let page = alice.get(&format!("/api/chat/conversations/{kiln}/messages")).await.ok();
    let said: Vec<&Value> = page["messages"].as_array().into_iter().flatten().filter(|message| message["text"] == "heating").collect();
    assert_eq!((said.len(), &said[0]["program"]["kind"]), (1, &json!("bot")));

    peer.answers(200, &[], "");
    peer.take_calls();
    assert_eq!(bob.post(&place, give("later")).await.ok()["message"], Value::Null);
    let event = opened(&bot, &peer.take_calls()[0]);
    let url = event["data"]["response_url"].as_str().expect("an address").replace("https://office.example", "");
    let mut ear = bob.listen().await;
    let late = json!({ "text": "it is *hot*" });
    assert_eq!(office.stranger().post(&url, late.clone()).await.bytes, b"ok");
    let heard = ear.hears("open.answer").await;
    assert_eq!(
        (&heard["bot"]["name"], &heard["message"]["text"], &heard["conversation_id"]),
        (&json!("Stoker"), &json!("it is *hot*"), &json!(kiln))
    );
    for _ in 0..4 {
        office.stranger().post(&url, late.clone()).await;
    }
    office.stranger().post(&url, late.clone()).await.refused("open.answered");
    bob.post(&place, give("old")).await.ok();
    let event = opened(&bot, &peer.take_calls()[0]);
    let url = event["data"]["response_url"].as_str().expect("an address").replace("https://office.example", "");
    office.forward(minutes(30)).await;
    office.stranger().post(&url, late).await.refused("open.answered");

    peer.answers(500, &[], "");
    bob.post(&place, give("x")).await.refused("open.no_answer");
    bob.post(&place, json!({ "command": "/cool", "client_id": "x" })).await.refused("open.no_command");
    let [carol] = office.members(["carol"]).await;
    carol.post(&place, give("x")).await.is_not_found();
}

#[tokio::test]
async fn buttons_call_the_bot_which_changes_its_card() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let bot = Bot::of(&office, &kiln, &alice, json!({ "name": "Stoker" })).await;
    let sent = bot.says(&office, &kiln, json!({ "card": card("Kiln 3") })).await.created();
    let actions = format!("/api/open/messages/{}/actions", sent["id"].as_str().expect("an id"));
    bob.post(&actions, json!({ "action": "cool", "value": "3" })).await.refused("open.no_answer");
    let mut ear = office.stranger().listen_as_bot(&bot.token).await;
    for pressed in [json!({ "action": "cool" }), json!({ "action": "who", "value": "nobody" }), json!({ "action": "x" })] {
        assert_eq!(bob.post(&actions, pressed).await.refused("open.invalid")["field"], "action");
    }
    let press = async { bob.post(&actions, json!({ "action": "cool", "value": "3" })).await };
    let answer = async {
        let event = ear.hears("action").await;
        assert_eq!(
            (&event["data"]["action"], &event["data"]["value"], &event["data"]["member"]["id"]),
            (&json!("cool"), &json!("3"), &json!(bob.id))
        );
        ear.say(&json!({ "ack": event["id"], "response": { "toast": "cooling", "card": card("Kiln 3 cools") } })).await;
    };
    let (pressed, ()) = futures::join!(press, answer);
    assert_eq!(pressed.ok()["toast"], "cooling");
    let page = alice.get(&format!("/api/chat/conversations/{kiln}/messages")).await.ok();
    let last = page["messages"].as_array().and_then(|all| all.last()).expect("a message");
    assert_eq!((&last["id"], &last["text"]), (&sent["id"], &json!("Kiln 3 cools")));
    let [carol] = office.members(["carol"]).await;
    carol.post(&actions, json!({ "action": "cool", "value": "3" })).await.is_not_found();
    alice.delete(&format!("/api/open/conversations/{kiln}/bots/{}", bot.id)).await.done();
    bot.ask(&office, Method::PATCH, &format!("messages/{}", sent["id"].as_str().expect("an id")), Some(json!({ "text": "x" })))
        .await
        .is_not_found();
}

#[tokio::test]
async fn a_bot_sends_files_of_its_own() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let (kiln, oven) = (group(&alice, &[&bob]).await, group(&alice, &[&bob]).await);
    let bot = Bot::of(&office, &kiln, &alice, json!({ "name": "Stoker" })).await;
    let other = Bot::of(&office, &oven, &alice, json!({ "name": "Baker" })).await;
    let used = async || office.owner().get("/api/drive/spaces").await.ok()["used_bytes"].as_i64().expect("bytes");
    let before = used().await;
    let upload = async |token: &str, place: &str, kind: &str, bytes: Vec<u8>| {
        let request = Request::builder().method(Method::POST).uri(format!("/api/open/bot/files{place}"));
        let request = request.header("authorization", format!("Bearer {token}")).header("content-type", kind);
        office.stranger().send_raw(request.body(Body::from(bytes)).expect("a request")).await
    };
    let kept = upload(&bot.token, "?name=plan.txt", "text/plain", b"the plan".to_vec()).await.created();
    assert_eq!((&kept["name"], &kept["size"]), (&json!("plan.txt"), &json!(8)));
    let form = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''%E7%AA%91.csv\r\n\r\n1200\r\n--x--\r\n".to_vec();
    let second = upload(&bot.token, "", "multipart/form-data; boundary=x", form).await.created();
    assert_eq!(second["name"], "窑.csv");
    upload(&bot.token, "", "text/plain", b"nameless".to_vec()).await.refused("drive.invalid");
    upload("hb_nobody", "?name=a.txt", "text/plain", b"x".to_vec()).await.refused("open.token");
    upload(&bot.token, "?name=a.bin", "text/plain", vec![0; 20_971_521]).await.refused("request.too_large");

    let message = json!({ "client_id": "one", "text": "here they are", "files": [kept["id"], second["id"]] });
    let sent = bot.says(&office, &kiln, message.clone()).await.created();
    assert_eq!((&sent["kind"], &sent["text"], &sent["program"]["name"]), (&json!("files"), &json!("here they are"), &json!("Stoker")));
    assert_eq!(bot.says(&office, &kiln, message).await.ok(), sent, "once");
    assert_eq!(used().await - before, 24, "it counts against whoever made the bot, once for each message");
    let file = format!("/api/drive/files/{}/content", sent["data"]["files"][0]["id"].as_str().expect("an id"));
    assert_eq!(bob.get(&file).await.bytes, b"the plan");
    carol.get(&file).await.is_not_found();
    let foreign = json!({ "files": [kept["id"]] });
    other.says(&office, &oven, foreign.clone()).await.refused("open.invalid");
    bot.says(&office, &oven, foreign.clone()).await.is_not_found();
    bot.says(&office, &kiln, json!({ "files": [sent["data"]["files"][0]["id"]] })).await.refused("open.invalid");
    bot.says(&office, &kiln, json!({ "files": [kept["id"]], "card": card("Kiln 3") })).await.refused("open.invalid");
    let many: Vec<&Value> = (0..21).map(|_| &kept["id"]).collect();
    bot.says(&office, &kiln, json!({ "files": many })).await.refused("open.too_many");

    let path = format!("messages/{}", sent["id"].as_str().expect("an id"));
    let words = bot.ask(&office, Method::PATCH, &path, Some(json!({ "text": "gone again" }))).await.ok();
    assert_eq!((&words["kind"], &words["data"]), (&json!("text"), &Value::Null));
    bob.get(&file).await.is_not_found();
    assert_eq!(used().await - before, 12);
    let sent = bot.says(&office, &kiln, foreign.clone()).await.created();
    bot.ask(&office, Method::DELETE, &format!("messages/{}", sent["id"].as_str().expect("an id")), None).await.done();
    office.owner().delete(&format!("/api/open/bots/{}", bot.id)).await.done();
    assert_eq!(used().await, before, "nothing is left of a bot that is gone");
}
