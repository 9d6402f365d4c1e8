//! What becomes of bytes: they stay as long as anything refers to them, and go after; harmful ones are kept back; the files
//! of those who leave are handed over.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Person, days, digest, hours};

async fn own(who: &Person) -> String {
    who.get("/api/drive/spaces").await.ok()["spaces"][0]["id"].as_str().expect("one's own").to_owned()
}

fn kept(office: &Office) -> usize {
    let shelves = std::fs::read_dir(office.folder().join("blobs/drive")).into_iter().flatten().flatten();
    shelves.flat_map(|shelf| std::fs::read_dir(shelf.path()).into_iter().flatten().flatten()).count()
}

#[tokio::test]
async fn bytes_go_when_nothing_refers_to_them_any_more() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    let one = alice.upload(&[("space", &space), ("filename", "a.txt")], "same").await;
    let two = alice.upload(&[("space", &space), ("filename", "b.txt")], "same").await;
    alice.delete(&format!("/api/drive/entries/{one}")).await.done();
    office.forward(days(31)).await;
    let alice = office.sign_in("alice").await;
    assert_eq!(alice.get(&format!("/api/drive/spaces/{space}/bin")).await.ok()["entries"], json!([]), "the bin keeps for thirty days");
    assert_eq!(alice.get(&format!("/api/drive/files/{two}/content")).await.bytes, b"same");
    assert_eq!(kept(&office), 1);
    alice.delete(&format!("/api/drive/entries/{two}")).await.done();
    alice.delete(&format!("/api/drive/bin/{two}")).await.done();
    assert_eq!(kept(&office), 1, "not at once: somebody may just bring the same");
    office.forward(hours(13)).await;
    assert_eq!(kept(&office), 0);
    let again = alice.upload(&[("space", &space), ("filename", "c.txt")], "same").await;
    assert_eq!(alice.get(&format!("/api/drive/files/{again}/content")).await.bytes, b"same");
}

#[tokio::test]
async fn bytes_on_their_way_out_are_not_referred_to() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    let about = [("space", space.as_str()), ("filename", "a.txt")];
    let file = alice.upload(&about, "same").await;
    alice.delete(&format!("/api/drive/entries/{file}")).await.done();
    alice.delete(&format!("/api/drive/bin/{file}")).await.done();
    // A sweep that was cut off after it had doomed them, and before it took them away.
    let doomed = office.db().write(kernel::sql!("UPDATE drive_blobs SET doomed_at = idle_since WHERE refs = 0")).run().await;
    assert_eq!(doomed.expect("the database answers"), 1);
    let begun = alice.begin_upload(4, &about).await;
    let place = begun.header("location");
    let refused = alice.append(place, 0, "same").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "1"));
    office.forward(hours(7)).await;
    let found = alice.standing(place).await;
    assert_eq!(alice.get(&format!("/api/drive/files/{}/content", found.header("hutong-file"))).await.bytes, b"same");
}

/// Whatever people do, in any order: every file can be read, and what counts against its owner is what they have.
#[tokio::test]
async fn no_reference_is_ever_lost() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut binned: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut state = 3_u64;
    for step in 0..120 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let drawn = usize::try_from(state >> 33).expect("small");
        // Few different contents, so that many files share them.
        let bytes = format!("content {}", drawn % 3).into_bytes();
        let some = |of: &BTreeMap<String, Vec<u8>>| of.keys().nth((drawn / 7) % of.len().max(1)).cloned();
        match (drawn / 3) % 7 {
            0 | 1 => {
                let name = format!("{}.txt", digest(&step.to_string()));
                let id = alice.upload(&[("space", &space), ("filename", &name)], bytes.clone()).await;
                files.insert(id, bytes);
            }
            2 => {
                let Some(id) = some(&files) else { continue };
                alice.upload(&[("file", &id), ("filename", "x.txt")], bytes.clone()).await;
                files.insert(id, bytes);
            }
            3 => {
                let Some(id) = some(&files) else { continue };
                let copy = alice.post(&format!("/api/drive/entries/{id}/copy"), json!({ "space_id": space })).await.created();
                let content = files[&id].clone();
                files.insert(copy["id"].as_str().expect("an id").to_owned(), content);
            }
            4 => {
                let Some(id) = some(&files) else { continue };
                alice.delete(&format!("/api/drive/entries/{id}")).await.done();
                let content = files.remove(&id).expect("it was there");
                binned.insert(id, content);
            }
            5 => {
                let Some(id) = some(&binned) else { continue };
                let content = binned.remove(&id).expect("it was there");
                match drawn % 2 {
                    0 => alice.delete(&format!("/api/drive/bin/{id}")).await.done(),
                    _ => {
                        alice.post(&format!("/api/drive/entries/{id}/restore"), json!({})).await.ok();
                        files.insert(id, content);
                    }
                }
            }
            _ => office.forward(hours(7)).await,
        }
        for (id, content) in &files {
            assert_eq!(&alice.get(&format!("/api/drive/files/{id}/content")).await.bytes, content, "step {step}");
        }
    }
    for id in files.keys() {
        alice.delete(&format!("/api/drive/entries/{id}")).await.done();
    }
    alice.delete(&format!("/api/drive/spaces/{space}/bin")).await.done();
    assert_eq!(alice.get("/api/drive/spaces").await.ok()["used_bytes"], 0);
    office.forward(hours(13)).await;
    assert_eq!(kept(&office), 0);
}

#[tokio::test]
async fn old_versions_make_room() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let settings = json!({ "member_quota_bytes": 0, "organisation_quota_bytes": 0, "retention_days": 0, "bin_days": 30, "versions_kept": 2,
        "links_allowed": true });
    let decided = office.owner().ask(Method::PUT, "/api/drive/settings", Some(&settings)).await.ok();
    assert_eq!(office.owner().get("/api/drive/settings").await.ok(), decided);
    let space = own(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "a.txt")], "1").await;
    for bytes in ["22", "333", "333"] {
        alice.upload(&[("file", &file), ("filename", "a.txt")], bytes).await;
    }
    let versions = alice.get(&format!("/api/drive/entries/{file}/versions")).await.ok();
    let sizes: Vec<&Value> = versions["versions"].as_array().expect("a list").iter().map(|version| &version["size"]).collect();
    assert_eq!(sizes, [3, 2], "the same again is no version");
    assert_eq!(alice.get("/api/drive/spaces").await.ok()["used_bytes"], 5);
    for (field, value) in [("bin_days", 0), ("versions_kept", 0), ("member_quota_bytes", -1), ("retention_days", -1)] {
        let mut wrong = settings.clone();
        wrong[field] = json!(value);
        let refused = office.owner().ask(Method::PUT, "/api/drive/settings", Some(&wrong)).await.refused("drive.invalid");
        assert_eq!(refused["field"], field);
    }
}

#[tokio::test]
async fn what_is_harmful_is_kept_back_and_its_bringer_told() {
    // `grep -qv` ends with 1 when every line has the word.
    let office = Office::scanning_with("grep -qv EICAR").await;
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    let good = alice.upload(&[("space", &space), ("filename", "good.txt")], "harmless").await;
    let bad = alice.upload(&[("space", &space), ("filename", "bad.txt")], "EICAR").await;
    alice.get(&format!("/api/drive/files/{good}/content")).await.ok();
    assert_eq!(alice.get(&format!("/api/drive/entries/{good}")).await.ok()["scan"], "clean");
    alice.get(&format!("/api/drive/files/{bad}/content")).await.refused("drive.infected");
    alice.get(&format!("/api/drive/files/{bad}/content?download=1&version=1")).await.refused("drive.infected");
    assert_eq!(alice.get(&format!("/api/drive/entries/{bad}")).await.ok()["scan"], "infected");
    alice.post(&format!("/api/drive/entries/{bad}/links"), json!({})).await.refused("drive.infected");
    alice.post(&format!("/api/drive/entries/{bad}/copy"), json!({ "space_id": space })).await.refused("drive.infected");
    let notices = alice.get("/api/notify/notices").await.ok();
    assert_eq!((&notices["notices"][0]["kind"], &notices["notices"][0]["title"]), (&json!("drive.infected"), &json!("bad.txt")));
}

#[tokio::test]
async fn a_scanner_that_does_not_answer_lets_nothing_through() {
    let office = Office::scanning_with("there-is-no-such-scanner").await;
    office.expects_complaint("a job failed");
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "a.txt")], "hello").await;
    let refused = alice.get(&format!("/api/drive/files/{file}/content")).await;
    refused.refused("drive.scanning");
    assert_eq!(alice.get(&format!("/api/drive/entries/{file}")).await.ok()["scan"], "waiting");
    let visitor = alice.post(&format!("/api/drive/entries/{file}/links"), json!({})).await.created();
    let path = format!("/api/drive/shared/{}", visitor["token"].as_str().expect("a token"));
    let opened = office.stranger().post(&path, json!({})).await.ok();
    let content = format!("{path}/content?ticket={}", opened["ticket"].as_str().expect("a ticket"));
    office.stranger().get(&content).await.refused("drive.scanning");
}

#[tokio::test]
async fn the_files_of_whoever_leaves_are_handed_over() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let space = own(&alice).await;
    let made = alice.post(&format!("/api/drive/spaces/{space}/folders"), json!({ "name": "docs" })).await.created();
    let docs = made["id"].as_str().expect("an id").to_owned();
    let file = alice.upload(&[("space", &space), ("folder", &docs), ("filename", "a.txt")], "hello").await;
    let path = format!("/api/drive/spaces/{space}/hand_over");
    let to_bob = json!({ "member_id": bob.id });
    bob.post(&path, to_bob.clone()).await.refused("request.forbidden");
    office.owner().post(&path, to_bob.clone()).await.refused("drive.still_here");
    office.owner().post(&format!("/api/org/members/{}/disable", alice.id), json!({})).await.ok();
    let left = office.owner().get("/api/drive/spaces/left").await.ok();
    assert_eq!((&left["spaces"][0]["name"], &left["spaces"][0]["used_bytes"]), (&json!("Alice"), &json!(5)));
    let folder = office.owner().post(&path, to_bob).await.created();
    assert_eq!(folder["name"], "Alice");
    assert_eq!(bob.get(&format!("/api/drive/files/{file}/content")).await.bytes, b"hello");
    let spaces = bob.get("/api/drive/spaces").await.ok();
    assert_eq!((&spaces["used_bytes"], &spaces["spaces"][0]["used_bytes"]), (&json!(5), &json!(5)));
    let found = bob.get("/api/drive/search?words=docs").await.ok();
    assert_eq!(found["entries"].as_array().map(Vec::len), Some(1));
    assert_eq!(office.owner().get("/api/drive/spaces/left").await.ok()["spaces"], json!([]));
    let notices = bob.get("/api/notify/notices").await.ok();
    assert_eq!((&notices["notices"][0]["kind"], &notices["notices"][0]["title"]), (&json!("drive.handed_over"), &json!("Alice")));
    let audit = office.owner().get("/api/org/audit?action=drive.handed_over").await.ok();
    assert_eq!(audit["entries"][0]["subject"], "Alice");
}
