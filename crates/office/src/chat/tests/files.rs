//! Messages that are more than text: files, voices, places, colleagues. A file is seen by whoever sees its message, and by
//! nobody when that is taken back.

use serde_json::{Value, json};
use testkit::{Answer, Office, Person, days, hours};

const ALL: &str = "/api/chat/conversations";

async fn group(who: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
    let made = who.post(ALL, json!({ "kind": "group", "title": "Kiln", "member_ids": ids })).await.created();
    made["id"].as_str().expect("an id").to_owned()
}

async fn bring(who: &Person, conversation: &str, name: &str, bytes: &'static str) -> String {
    who.upload(&[("conversation", conversation), ("filename", name)], bytes).await
}

async fn send(who: &Person, conversation: &str, body: Value) -> Answer {
    who.post(&format!("{ALL}/{conversation}/messages"), body).await
}

async fn read(who: &Person, file: &Value) -> Answer {
    who.get(&format!("/api/drive/files/{}/content", file.as_str().expect("an id"))).await
}

#[tokio::test]
async fn files_are_sent_seen_and_taken_back() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let kiln = group(&alice, &[&bob]).await;
    carol.begin_upload(1, &[("conversation", &kiln), ("filename", "x")]).await.is_not_found();
    let (one, two) = (bring(&alice, &kiln, "报价单.pdf", "one").await, bring(&alice, &kiln, "page.html", "two").await);
    bob.get(&format!("/api/drive/files/{one}/content")).await.is_not_found();
    let body = json!({ "client_id": "a", "text": "please look", "files": [one, two] });
    let sent = send(&alice, &kiln, body.clone()).await.created();
    let seen = ["kind", "text"].map(|field| sent[field].as_str().unwrap_or_default().to_owned());
    assert_eq!(seen, ["files", "please look"]);
    let file = &sent["data"]["files"][0];
    assert_eq!(
        (&file["name"], &file["size"], &file["group"], &file["scan"]),
        (&json!("报价单.pdf"), &json!(3), &json!("pdf"), &json!("clean"))
    );
    assert_eq!(send(&alice, &kiln, body).await.ok(), sent, "once, however often it is tried");
    assert_eq!(read(&bob, &file["id"]).await.bytes, b"one");
    assert_eq!(read(&bob, &sent["data"]["files"][1]["id"]).await.header("content-type"), "text/plain; charset=utf-8");
    read(&carol, &file["id"]).await.is_not_found();
    let spaces = alice.get("/api/drive/spaces").await.ok();
    let own = spaces["spaces"][0]["id"].as_str().expect("one's own").to_owned();
    assert_eq!(alice.get(&format!("/api/drive/spaces/{own}/entries")).await.ok()["entries"], json!([]));
    let theirs = bob.get("/api/drive/spaces").await.ok()["spaces"][0]["id"].clone();
    let saved = bob.post(&format!("/api/drive/entries/{one}/copy"), json!({ "space_id": theirs })).await.created();
    let id = sent["id"].as_str().expect("an id");
    alice.post(&format!("/api/chat/messages/{id}/recall"), json!({})).await.ok();
    for person in [&alice, &bob] {
        read(person, &file["id"]).await.is_not_found();
    }
    assert_eq!(read(&bob, &saved["id"]).await.bytes, b"one", "what somebody saved is theirs");
    assert_eq!(alice.get("/api/drive/spaces").await.ok()["used_bytes"], 0);
    office.forward(hours(20)).await;
    assert_eq!(read(&bob, &saved["id"]).await.bytes, b"one");
}

#[tokio::test]
async fn a_file_is_sent_by_who_may_and_once() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (kiln, oven) = (group(&alice, &[&bob]).await, group(&alice, &[&bob]).await);
    let file = bring(&alice, &kiln, "a.txt", "hello").await;
    send(&bob, &kiln, json!({ "client_id": "b", "files": [file] })).await.is_not_found();
    send(&alice, &kiln, json!({ "client_id": "a", "files": ["00000000-0000-7000-8000-000000000000"] })).await.is_not_found();
    let many: Vec<&str> = (0..21).map(|_| file.as_str()).collect();
    send(&alice, &kiln, json!({ "client_id": "a", "files": many })).await.refused("drive.too_many");
    let both = json!({ "client_id": "a", "files": [file], "contact": { "member_id": bob.id } });
    send(&alice, &kiln, both).await.refused("chat.invalid");
    let first = send(&alice, &kiln, json!({ "client_id": "a", "files": [file] })).await.created();
    let other = send(&alice, &oven, json!({ "client_id": "b", "files": [file] })).await.created();
    assert_ne!(first["data"]["files"][0]["id"], other["data"]["files"][0]["id"], "elsewhere it is a copy");
    assert_eq!(read(&bob, &other["data"]["files"][0]["id"]).await.bytes, b"hello");
    let own = alice.get("/api/drive/spaces").await.ok()["spaces"][0]["id"].as_str().expect("one's own").to_owned();
    let kept = alice.upload(&[("space", &own), ("filename", "kept.txt")], "kept").await;
    let sent = send(&alice, &kiln, json!({ "client_id": "c", "files": [kept, kept] })).await.created();
    assert_eq!(sent["data"]["files"].as_array().map(Vec::len), Some(2));
    assert_eq!(read(&bob, &sent["data"]["files"][0]["id"]).await.bytes, b"kept");
    bob.get(&format!("/api/drive/files/{kept}/content")).await.is_not_found();
}

#[tokio::test]
async fn what_is_never_sent_is_forgotten() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let kiln = group(&alice, &[]).await;
    let file = bring(&alice, &kiln, "a.txt", "hello").await;
    alice.get(&format!("/api/drive/files/{file}/content")).await.ok();
    office.forward(hours(31)).await;
    alice.get(&format!("/api/drive/files/{file}/content")).await.is_not_found();
    send(&alice, &kiln, json!({ "client_id": "a", "files": [file] })).await.is_not_found();
    assert_eq!(alice.get("/api/drive/spaces").await.ok()["used_bytes"], 0);
}

#[tokio::test]
async fn whoever_comes_later_sees_the_files_of_the_messages_they_see() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[]).await;
    alice.patch(&format!("{ALL}/{kiln}"), json!({ "rules": { "history_for_new": false } })).await.ok();
    let early = bring(&alice, &kiln, "early.txt", "early").await;
    let early = send(&alice, &kiln, json!({ "client_id": "a", "files": [early] })).await.created();
    alice.post(&format!("{ALL}/{kiln}/members"), json!({ "member_ids": [bob.id] })).await;
    let late = bring(&alice, &kiln, "late.txt", "late").await;
    let late = send(&alice, &kiln, json!({ "client_id": "b", "files": [late] })).await.created();
    read(&bob, &early["data"]["files"][0]["id"]).await.is_not_found();
    assert_eq!(read(&bob, &late["data"]["files"][0]["id"]).await.bytes, b"late");
    let listed = bob.get(&format!("{ALL}/{kiln}/files")).await.ok();
    let names: Vec<&Value> = listed["files"].as_array().expect("a list").iter().map(|sent| &sent["file"]["name"]).collect();
    assert_eq!(names, ["late.txt"]);
}

#[tokio::test]
async fn forwarded_files_are_the_other_conversations_own() {
    let office = Office::open().await;
    let [alice, bob, carol] = office.members(["alice", "bob", "carol"]).await;
    let (kiln, oven) = (group(&alice, &[&bob]).await, group(&bob, &[&carol]).await);
    let file = bring(&alice, &kiln, "a.txt", "hello").await;
    let sent = send(&alice, &kiln, json!({ "client_id": "a", "text": "look", "files": [file] })).await.created();
    let id = sent["id"].as_str().expect("an id").to_owned();
    let forward = json!({ "message_ids": [id], "to": [oven], "client_id": "f" });
    let written = bob.post("/api/chat/forward", forward.clone()).await.ok();
    let copy = &written["messages"][0];
    assert_eq!((&copy["kind"], &copy["text"]), (&json!("files"), &json!("look")));
    assert_eq!(read(&carol, &copy["data"]["files"][0]["id"]).await.bytes, b"hello");
    assert_eq!(bob.post("/api/chat/forward", forward).await.ok()["messages"][0]["id"], copy["id"], "once");
    let merged = json!({ "message_ids": [id], "to": [oven], "merged": true, "client_id": "m" });
    let merged = bob.post("/api/chat/forward", merged).await.ok();
    let told = &merged["messages"][0]["data"]["messages"][0];
    assert_eq!((&told["sender_name"], &told["files"][0]["name"]), (&json!("Alice"), &json!("a.txt")));
    let inner = told["files"][0]["id"].clone();
    alice.post(&format!("/api/chat/messages/{id}/recall"), json!({})).await.ok();
    read(&bob, &sent["data"]["files"][0]["id"]).await.is_not_found();
    assert_eq!(read(&carol, &inner).await.bytes, b"hello");
    read(&alice, &inner).await.is_not_found();
}

#[tokio::test]
async fn voices_places_and_colleagues_are_sent() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let about = [("conversation", kiln.as_str()), ("filename", "voice.webm"), ("filetype", "audio/webm;codecs=opus")];
    let file = alice.upload(&about, "sound").await;
    let voice =
        |duration: i64| json!({ "client_id": "v", "voice": { "file_id": file, "duration_ms": duration, "waveform": [0, 128, 255] } });
    send(&alice, &kiln, voice(0)).await.refused("chat.invalid");
    send(&alice, &kiln, voice(999_999_999)).await.refused("chat.invalid");
    let sent = send(&alice, &kiln, voice(2_500)).await.created();
    assert_eq!(
        (&sent["kind"], &sent["data"]["duration_ms"], &sent["data"]["file"]["group"]),
        (&json!("voice"), &json!(2500), &json!("audio"))
    );
    assert_eq!(read(&bob, &sent["data"]["file"]["id"]).await.header("content-type"), "audio/webm");
    let text = bring(&alice, &kiln, "a.txt", "no sound").await;
    let no_voice = json!({ "client_id": "w", "voice": { "file_id": text, "duration_ms": 10 } });
    send(&alice, &kiln, no_voice).await.refused("chat.invalid");
    let place = json!({ "latitude": 39.9169, "longitude": 116.3907, "title": "故宫", "address": "景山前街 4 号" });
    let sent = send(&alice, &kiln, json!({ "client_id": "l", "location": place })).await.created();
    assert_eq!((&sent["kind"], &sent["data"]), (&json!("location"), &place));
    let nowhere = json!({ "client_id": "n", "location": { "latitude": 91.0, "longitude": 0.0 } });
    send(&alice, &kiln, nowhere).await.refused("chat.invalid");
    let sent = send(&alice, &kiln, json!({ "client_id": "c", "contact": { "member_id": bob.id } })).await.created();
    assert_eq!((&sent["kind"], &sent["data"]["name"], &sent["data"]["member_id"]), (&json!("contact"), &json!("Bob"), &json!(bob.id)));
    let stranger = json!({ "client_id": "s", "contact": { "member_id": "00000000-0000-7000-8000-000000000000" } });
    send(&alice, &kiln, stranger).await.refused("chat.unknown_member");
}

#[tokio::test]
async fn files_are_found_by_their_names() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    for (number, name) in ["窑炉温度.xlsx", "photo.png", "窑炉照片.png", "plan.txt"].into_iter().enumerate() {
        let file = bring(&alice, &kiln, name, "x").await;
        send(&alice, &kiln, json!({ "client_id": number.to_string(), "files": [file] })).await.created();
    }
    let hits = bob.get("/api/chat/search?q=%E7%AA%91%E7%82%89").await.ok();
    assert_eq!(hits["hits"].as_array().map(Vec::len), Some(2));
    let names = async |query: &str| -> Vec<String> {
        let listed = bob.get(&format!("{ALL}/{kiln}/files{query}")).await.ok();
        let name = |sent: &Value| sent["file"]["name"].as_str().unwrap_or("?").to_owned();
        listed["files"].as_array().expect("a list").iter().map(name).collect()
    };
    assert_eq!(names("").await, ["plan.txt", "窑炉照片.png", "photo.png", "窑炉温度.xlsx"]);
    assert_eq!(names("?group=image").await, ["窑炉照片.png", "photo.png"]);
    assert_eq!(names("?group=image&words=%E7%AA%91%E7%82%89").await, ["窑炉照片.png"]);
    let first = bob.get(&format!("{ALL}/{kiln}/files?limit=3")).await.ok();
    assert_eq!(names(&format!("?before={}", first["next"])).await, ["窑炉温度.xlsx"]);
}

#[tokio::test]
async fn what_is_found_later_is_shown_on_the_message() {
    let office = Office::scanning_with("grep -qv EICAR").await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let bad = bring(&alice, &kiln, "bad.txt", "EICAR").await;
    send(&alice, &kiln, json!({ "client_id": "a", "files": [bad] })).await.refused("drive.infected");
    let good = bring(&alice, &kiln, "good.txt", "fine").await;
    let sent = send(&alice, &kiln, json!({ "client_id": "b", "files": [good] })).await.created();
    assert_eq!(sent["data"]["files"][0]["scan"], "clean");
}

#[tokio::test]
async fn old_files_go_where_an_organisation_wants_it() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let settings = json!({ "member_quota_bytes": 0, "organisation_quota_bytes": 0, "retention_days": 10, "bin_days": 30, "versions_kept": 20,
        "links_allowed": true });
    office.owner().ask(axum::http::Method::PUT, "/api/drive/settings", Some(&settings)).await.ok();
    let kiln = group(&alice, &[]).await;
    let file = bring(&alice, &kiln, "a.txt", "hello").await;
    let sent = send(&alice, &kiln, json!({ "client_id": "a", "files": [file] })).await.created();
    office.forward(days(9)).await;
    read(&alice, &sent["data"]["files"][0]["id"]).await.ok();
    office.forward(days(2)).await;
    read(&alice, &sent["data"]["files"][0]["id"]).await.is_not_found();
}

#[tokio::test]
async fn a_caption_is_edited_like_a_text() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let file = bring(&alice, &kiln, "a.txt", "hello").await;
    let sent = send(&alice, &kiln, json!({ "client_id": "a", "text": "furst", "files": [file] })).await.created();
    let id = sent["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/chat/messages/{id}");
    bob.patch(&path, json!({ "text": "mine" })).await.refused("chat.not_allowed");
    let after = alice.patch(&path, json!({ "text": "first", "mentions": [bob.id] })).await.ok();
    assert_eq!((&after["kind"], &after["text"], &after["mentions"]), (&json!("files"), &json!("first"), &json!([bob.id])));
    assert_eq!(after["data"], sent["data"]);
    assert!(after["edited_at"].is_i64());
    let edits = bob.get(&format!("{path}/edits")).await.ok();
    assert_eq!(edits["edits"][0]["text"], "furst");
    for (words, hits) in [("furst", 0), ("first", 1), ("a.txt", 1)] {
        let found = bob.get(&format!("/api/chat/search?q={words}")).await.ok();
        assert_eq!(found["hits"].as_array().map(Vec::len), Some(hits), "{words}");
    }
    let bare = alice.patch(&path, json!({ "text": " ", "mentions": [] })).await.ok();
    assert_eq!((&bare["text"], &bare["data"]), (&json!(""), &sent["data"]), "files need no words");
    let place = json!({ "latitude": 39.9, "longitude": 116.3, "title": "Kiln", "address": "" });
    let place = send(&alice, &kiln, json!({ "client_id": "l", "location": place })).await.created();
    let place = format!("/api/chat/messages/{}", place["id"].as_str().expect("an id"));
    alice.patch(&place, json!({ "text": "there" })).await.refused("chat.not_allowed");
    office.forward(hours(25)).await;
    alice.patch(&path, json!({ "text": "late" })).await.refused("chat.too_late");
}

#[tokio::test]
async fn quotes_say_what_is_quoted() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let kiln = group(&alice, &[&bob]).await;
    let file = bring(&alice, &kiln, "plan.txt", "hello").await;
    let about = [("conversation", kiln.as_str()), ("filename", "voice.webm"), ("filetype", "audio/webm;codecs=opus")];
    let sound = alice.upload(&about, "sound").await;
    let gist = |kind: &str| json!({ "kind": kind, "title": "", "files": 0, "group": null, "duration_ms": 0, "audio_only": false });
    let with = |kind: &str, key: &str, value: Value| {
        let mut gist = gist(kind);
        gist[key] = value;
        gist
    };
    let mut files = with("files", "title", json!("plan.txt"));
    (files["files"], files["group"]) = (json!(1), json!("text"));
    for (number, (what, wanted)) in [
        (json!({ "text": "hot" }), gist("text")),
        (json!({ "files": [file] }), files.clone()),
        (json!({ "voice": { "file_id": sound, "duration_ms": 2_500, "waveform": [1] } }), with("voice", "duration_ms", json!(2_500))),
        (
            json!({ "location": { "latitude": 1.0, "longitude": 2.0, "title": "", "address": "Road 4" } }),
            with("location", "title", json!("Road 4")),
        ),
        (json!({ "contact": { "member_id": bob.id } }), with("contact", "title", json!("Bob"))),
        (json!({ "poll": { "question": "Tea?", "options": ["yes", "no"] } }), with("poll", "title", json!("Tea?"))),
    ]
    .into_iter()
    .enumerate()
    {
        let mut what = what;
        what["client_id"] = json!(format!("q{number}"));
        let asked = send(&alice, &kiln, what).await.created();
        let answer = json!({ "client_id": format!("a{number}"), "text": "?", "reply_to": asked["id"] });
        let answer = send(&bob, &kiln, answer).await.created();
        let later = bob.get(&format!("{ALL}/{kiln}/messages")).await.ok()["messages"].as_array().and_then(|all| all.last().cloned());
        for quote in [&answer["reply_to"], &later.expect("a message")["reply_to"]] {
            let told: serde_json::Map<String, Value> =
                wanted.as_object().expect("a gist").keys().map(|key| (key.clone(), quote[key].clone())).collect();
            assert_eq!(Value::Object(told), wanted);
        }
        if wanted == files {
            let id = asked["id"].as_str().expect("an id");
            alice.post(&format!("/api/chat/messages/{id}/recall"), json!({})).await.ok();
            let page = bob.get(&format!("{ALL}/{kiln}/messages")).await.ok();
            let quote = &page["messages"].as_array().and_then(|all| all.last()).expect("a message")["reply_to"];
            assert_eq!((&quote["kind"], &quote["title"]), (&json!("text"), &json!("")), "nothing is told of what was recalled");
        }
    }
}
