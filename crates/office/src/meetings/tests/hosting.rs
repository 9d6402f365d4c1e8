//! Hosting: what hosts may do to those inside, and what the media server is asked for it.

use media::control::{Command, MediaKind, Participant, Track, TrackSource};
use serde_json::{Value, json};
use testkit::{Office, Person};

/// A running meeting of Alice's with Bob, a plain member, and a guest inside.
struct Scene {
    office: Office,
    alice: Person,
    bob: Person,
    id: String,
}

async fn scene() -> Scene {
    let office = Office::open().await;
    let (alice, bob) = (office.member("alice").await, office.member("bob").await);
    let meeting = alice.post("/api/meetings", json!({ "kind": "instant", "invitee_ids": [bob.id] })).await.created();
    let id = meeting["id"].as_str().expect("an id").to_owned();
    for who in [&alice, &bob] {
        let number = meeting["number"].as_str().expect("a number");
        who.post(&format!("/api/meetings/by-number/{number}/join"), json!({})).await.ok();
    }
    office.media().seat(&id, vec![seated(&alice.id), seated(&bob.id), seated("guest_1")]);
    office.media().commands();
    Scene { office, alice, bob, id }
}

fn seated(identity: &str) -> Participant {
    let track = |sid: &str, source: TrackSource, kind: MediaKind| Track {
        sid: format!("{sid}_{identity}"),
        kind,
        name: String::new(),
        source,
        muted: false,
        width: 0,
        height: 0,
        mime_type: String::new(),
        stream: String::new(),
        simulcast: false,
        encryption: 0,
        mid: String::new(),
        layers: Vec::new(),
        audio_features: Vec::new(),
        disable_red: false,
    };
    let tracks = vec![track("mic", TrackSource::Microphone, MediaKind::Audio), track("cam", TrackSource::Camera, MediaKind::Video)];
    Participant { identity: identity.to_owned(), name: identity.to_owned(), tracks, ..Participant::default() }
}

impl Scene {
    fn path(&self, act: &str) -> String {
        format!("/api/meetings/{}/{act}", self.id)
    }

    /// The changes that were asked of the media server; questions are left out.
    fn asked(&self) -> Vec<String> {
        let commands = self.office.media().commands();
        let line = |command: Command| match command {
            Command::MuteTrack { identity, track_sid, muted, .. } => Some(format!("mute {track_sid} of {identity}: {muted}")),
            Command::RemoveParticipant { identity, .. } => Some(format!("remove {identity}")),
            Command::UpdateParticipant { identity, change, .. } => Some(format!("change {identity}: {:?}", change.attributes)),
            Command::UpdateRoomMetadata { metadata, .. } => {
                let told: Value = serde_json::from_str(&metadata).expect("JSON");
                Some(format!("host {} co-hosts {}", told["host"], told["co_hosts"]))
            }
            Command::DeleteRoom { name } => Some(format!("delete {name}")),
            Command::ListParticipants { .. } | Command::GetParticipant { .. } => None,
            other => Some(format!("{other:?}")),
        };
        commands.into_iter().filter_map(line).collect()
    }
}

#[tokio::test]
async fn plain_members_host_nothing() {
    let scene = scene().await;
    let act = async |act: &str, body: Value| scene.bob.post(&scene.path(act), body).await;
    act("end", json!({})).await.refused("request.forbidden");
    act("mute-all", json!({})).await.refused("request.forbidden");
    act("host", json!({ "identity": scene.bob.id })).await.refused("request.forbidden");
    act("participants/guest_1/mute", json!({ "source": "microphone" })).await.refused("request.forbidden");
    act("participants/guest_1/remove", json!({})).await.refused("request.forbidden");
    act("participants/guest_1/lower-hand", json!({})).await.refused("request.forbidden");
    act(&format!("participants/{}/co-host", scene.bob.id), json!({ "co_host": true })).await.refused("request.forbidden");
    scene.bob.patch(&scene.path("settings"), json!({ "locked": true })).await.refused("request.forbidden");
    assert_eq!(scene.asked(), [] as [&str; 0]);
}

#[tokio::test]
async fn hosts_mute_lower_hands_and_send_out() {
    let scene = scene().await;
    let bob = &scene.bob.id;
    let act = async |act: &str, body: Value| scene.alice.post(&scene.path(act), body).await;
    act("participants/guest_1/mute", json!({ "source": "camera" })).await.done();
    act("mute-all", json!({})).await.done();
    act("participants/guest_1/mute", json!({ "source": "microphone" })).await.done();
    act("participants/guest_1/lower-hand", json!({})).await.done();
    act("participants/guest_1/remove", json!({})).await.done();
    act("participants/guest_1/remove", json!({})).await.is_not_found();
    act("participants/nobody/mute", json!({ "source": "camera" })).await.is_not_found();
    let alice = &scene.alice.id;
    act(&format!("participants/{alice}/remove"), json!({})).await.refused("request.forbidden");
    let asked = scene.asked();
    let expected = [
        "mute cam_guest_1 of guest_1: true".to_owned(),
        format!("mute mic_{bob} of {bob}: true"),
        "mute mic_guest_1 of guest_1: true".to_owned(),
        r#"change guest_1: {"hand": ""}"#.to_owned(),
        "remove guest_1".to_owned(),
        "remove guest_1".to_owned(),
    ];
    assert_eq!(asked, expected, "what is muted already is not muted again");
}

#[tokio::test]
async fn a_co_host_shares_the_rights_until_they_are_taken_back() {
    let scene = scene().await;
    let (alice, bob) = (scene.alice.id.clone(), scene.bob.id.clone());
    let share = async |who: &str, co_host: bool| {
        let path = scene.path(&format!("participants/{who}/co-host"));
        scene.alice.post(&path, json!({ "co_host": co_host })).await
    };
    share("nobody", true).await.is_not_found();
    assert_eq!(share(&bob, true).await.ok()["co_hosts"], json!([bob]));
    scene.bob.post(&scene.path("mute-all"), json!({})).await.done();
    scene.bob.post(&scene.path("host"), json!({ "identity": bob })).await.refused("request.forbidden");
    assert_eq!(share(&bob, false).await.ok()["co_hosts"], json!([]));
    scene.bob.post(&scene.path("mute-all"), json!({})).await.refused("request.forbidden");
    let told = [
        format!(r#"host "{alice}" co-hosts ["{bob}"]"#),
        "mute mic_guest_1 of guest_1: true".to_owned(),
        format!(r#"host "{alice}" co-hosts []"#),
    ];
    assert_eq!(scene.asked(), told);
}

#[tokio::test]
async fn the_host_hands_over_to_a_member_inside_and_stays_a_co_host() {
    let scene = scene().await;
    let (alice, bob) = (scene.alice.id.clone(), scene.bob.id.clone());
    let carol = scene.office.member("carol").await;
    scene.alice.post(&scene.path("host"), json!({ "identity": carol.id })).await.is_not_found();
    let handed = scene.alice.post(&scene.path("host"), json!({ "identity": bob })).await.ok();
    assert_eq!((&handed["host"]["name"], &handed["co_hosts"]), (&json!("Bob"), &json!([alice])));
    scene.bob.post(&scene.path("end"), json!({})).await.done();
    assert_eq!(scene.asked(), [format!(r#"host "{bob}" co-hosts ["{alice}"]"#), format!("delete {}", scene.id)]);
}

#[tokio::test]
async fn settings_reach_those_inside() {
    let scene = scene().await;
    let changed = scene.alice.patch(&scene.path("settings"), json!({ "mute_on_entry": true })).await.ok();
    let expected = json!({ "guests_allowed": true, "mute_on_entry": true, "start_before_host": true, "locked": false });
    assert_eq!(changed["settings"], expected);
    let room = scene.office.media().rooms().pop().expect("the room");
    let told: Value = serde_json::from_str(&room.metadata).expect("JSON");
    assert_eq!((&told["v"], &told["settings"]), (&json!(1), &expected));
}

#[tokio::test]
async fn what_hosts_do_about_others_is_in_the_audit_log() {
    let scene = scene().await;
    let bob = scene.bob.id.clone();
    let act = async |act: &str, body: Value| scene.alice.post(&scene.path(act), body).await;
    let settings = async |body: Value| scene.alice.patch(&scene.path("settings"), body).await;
    settings(json!({ "mute_on_entry": true })).await.ok();
    settings(json!({ "locked": true, "guests_allowed": false })).await.ok();
    settings(json!({ "locked": true })).await.ok();
    act(&format!("participants/{bob}/co-host"), json!({ "co_host": true })).await.ok();
    act(&format!("participants/{bob}/co-host"), json!({ "co_host": false })).await.ok();
    act("participants/guest_1/mute", json!({ "source": "microphone" })).await.done();
    act("participants/guest_1/remove", json!({})).await.done();
    act("participants/guest_1/remove", json!({})).await.is_not_found();
    act("host", json!({ "identity": bob })).await.ok();
    scene.bob.post(&scene.path("end"), json!({})).await.done();
    scene.bob.get("/api/org/audit").await.refused("request.forbidden");
    let log = scene.office.owner().get("/api/org/audit").await.ok();
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let of_meetings = log["entries"].as_array().expect("a list").iter().filter(|entry| word(&entry["action"]).starts_with("meetings."));
    let lines: Vec<String> = of_meetings
        .map(|entry| {
            let mut details = entry["details"].clone();
            assert!(details["number"].is_string(), "{details}");
            details.as_object_mut().expect("facts").remove("number");
            format!("{} {} {} {details}", word(&entry["actor"]["name"]), word(&entry["action"]), word(&entry["subject"]))
        })
        .collect();
    let meeting = r#"{"meeting":"Alice’s meeting"}"#;
    let expected = [
        "Bob meetings.ended Alice’s meeting {}".to_owned(),
        format!("Alice meetings.host_changed Bob {meeting}"),
        format!("Alice meetings.participant_removed guest_1 {meeting}"),
        format!("Alice meetings.co_host_taken {bob} {meeting}"),
        format!("Alice meetings.co_host_given {bob} {meeting}"),
        r#"Alice meetings.settings_changed Alice’s meeting {"guests_allowed":[true,false],"locked":[false,true]}"#.to_owned(),
    ];
    assert_eq!(lines, expected);
}
