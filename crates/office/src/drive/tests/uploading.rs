//! Uploads: cut off anywhere and continued, twice at once, too large, too many, the same again; and after the program was
//! killed.

use std::collections::BTreeSet;

use axum::http::Method;
use futures::channel::mpsc;
use futures::{SinkExt as _, stream};
use serde_json::{Value, json};
use testkit::{Office, Person, hours};

async fn space(who: &Person) -> String {
    who.get("/api/drive/spaces").await.ok()["spaces"][0]["id"].as_str().expect("one's own").to_owned()
}

async fn content(who: &Person, file: &str) -> Vec<u8> {
    let answer = who.get(&format!("/api/drive/files/{file}/content")).await;
    answer.ok();
    answer.bytes
}

fn some_bytes(count: usize) -> Vec<u8> {
    (0..count).map(|place| u8::try_from(place * 31 % 251).expect("small")).collect()
}

#[tokio::test]
async fn the_protocol_introduces_itself() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let asked = office.stranger().ask(Method::OPTIONS, "/api/drive/uploads", None).await;
    asked.done();
    assert_eq!((asked.header("tus-version"), asked.header("tus-max-size")), ("1.0.0", "21474836480"));
    assert!(asked.header("tus-extension").contains("creation-with-upload"));
    let old = alice.post("/api/drive/uploads", json!({})).await;
    assert_eq!((old.status.as_u16(), old.header("tus-version")), (412, "1.0.0"));
    let space = space(&alice).await;
    for about in
        [&[("filename", "a.txt")][..], &[("space", &space)], &[("space", &space), ("filename", "..")], &[("space", "x"), ("filename", "a")]]
    {
        assert!(alice.begin_upload(3, about).await.status.is_client_error(), "{about:?}");
    }
}

#[tokio::test]
async fn an_upload_is_cut_off_at_any_byte_and_goes_on() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let bytes = some_bytes(1_000);
    for cut in [0, 1, 499, 999, 1_000] {
        let begun = alice.begin_upload(bytes.len(), &[("space", &space), ("filename", "plan.bin")]).await;
        begun.created();
        assert!(begun.header("upload-expires").ends_with("GMT"), "{begun:?}");
        let place = begun.header("location");
        alice.append_and_break(place, 0, bytes[..cut].to_vec()).await.refused("drive.broken_off");
        let standing = alice.standing(place).await;
        let told = (standing.header("upload-offset"), standing.header("upload-length"));
        assert_eq!(told, (cut.to_string().as_str(), "1000"));
        let file = match cut {
            1_000 => standing.header("hutong-file").to_owned(),
            _ => {
                let ended = alice.append(place, cut, bytes[cut..].to_vec()).await;
                ended.done();
                ended.header("hutong-file").to_owned()
            }
        };
        assert_eq!(content(&alice, &file).await, bytes, "cut at {cut}");
        let asked = alice.standing(place).await;
        assert_eq!(asked.header("hutong-file"), file, "whoever missed the answer asks again");
        alice.append(place, 1_000, Vec::new()).await.done();
    }
    let listed = alice.get(&format!("/api/drive/spaces/{space}/entries")).await.ok();
    let names: Vec<&str> = listed["entries"].as_array().expect("a list").iter().filter_map(|entry| entry["name"].as_str()).collect();
    assert_eq!(names, ["plan (2).bin", "plan (3).bin", "plan (4).bin", "plan (5).bin", "plan.bin"]);
}

#[tokio::test]
async fn who_has_lost_count_is_told_where_to_go_on() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let begun = alice.begin_upload(10, &[("space", &space), ("filename", "a.txt")]).await;
    let place = begun.header("location");
    alice.append(place, 0, "hello").await.done();
    for wrong in [0, 4, 6, 10] {
        let answer = alice.append(place, wrong, "x").await;
        answer.refused("drive.offset");
        assert_eq!(answer.header("upload-offset"), "5");
    }
    alice.append(place, 5, "world and more").await.refused("drive.over");
    assert_eq!(alice.standing(place).await.header("upload-offset"), "5", "nothing of it was kept");
    alice.append(place, 5, "world").await.done();
    office.stranger().standing(place).await;
    let bob = office.member("bob").await;
    assert_eq!(bob.standing(place).await.status, 404, "an upload is its beginner's alone");
    bob.append(place, 10, "").await.is_not_found();
    bob.delete(place).await.is_not_found();
}

#[tokio::test]
async fn two_at_once_do_not_meet() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let begun = alice.begin_upload(10, &[("space", &space), ("filename", "a.txt")]).await;
    let place = begun.header("location");
    let (mut pieces, waiting) = mpsc::channel(1);
    let slow = alice.append_stream(place, 0, waiting, &[]);
    let quick = async {
        pieces.send("hello".into()).await.expect("it is open");
        let refused = loop {
            let answer = alice.append(place, 3, "x").await;
            if answer.json()["code"] == "drive.upload_busy" {
                break answer;
            }
            tokio::task::yield_now().await;
        };
        pieces.send("world".into()).await.expect("it is open");
        drop(pieces);
        refused
    };
    let (ended, refused) = futures::join!(slow, quick);
    ended.done();
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(content(&alice, ended.header("hutong-file")).await, b"helloworld");
}

#[tokio::test]
async fn bytes_are_what_their_sum_says_or_are_not_kept() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let begun = alice.begin_upload(5, &[("space", &space), ("filename", "a.txt")]).await;
    let place = begun.header("location");
    let send = async |sum: &'static str| {
        let headers = [("upload-checksum", sum)];
        alice.append_stream(place, 0, stream::iter([axum::body::Bytes::from_static(b"hello")]), &headers).await
    };
    assert_eq!(send("sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").await.status, 460);
    assert_eq!(alice.standing(place).await.header("upload-offset"), "0");
    send("md5 XUFAKrxLKna5cZ2REBfFkg==").await.refused("drive.invalid");
    send("sha256 LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=").await.done();
    let zeros = "0".repeat(64);
    let wrong = [("space", space.as_str()), ("filename", "b.txt"), ("sha256", zeros.as_str())];
    let begun = alice.begin_upload(5, &wrong).await;
    alice.append(begun.header("location"), 0, "hello").await.refused("drive.spoilt");
    assert_eq!(alice.standing(begun.header("location")).await.status, 404);
}

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_known_to_those_who_have_them() {
    let office = Office::open().await;
    let [alice, bob] = office.members(["alice", "bob"]).await;
    let (hers, his) = (space(&alice).await, space(&bob).await);
    let first = alice.upload(&[("space", &hers), ("filename", "a.txt")], "hello").await;
    let about = [("space", hers.as_str()), ("filename", "again.txt"), ("sha256", HELLO)];
    let at_once = alice.begin_upload(5, &about).await;
    at_once.created();
    let second = at_once.header("hutong-file").to_owned();
    assert!(!second.is_empty() && second != first && at_once.header("upload-offset") == "5");
    assert_eq!(content(&alice, &second).await, b"hello");
    let about = [("space", his.as_str()), ("filename", "mine.txt"), ("sha256", HELLO)];
    let begun = bob.begin_upload(5, &about).await;
    assert_eq!(begun.header("hutong-file"), "", "that somebody has these bytes is not told");
    bob.append(begun.header("location"), 0, "hello").await.done();
    assert_eq!(blobs(&office).len(), 1, "they are kept once");
    let about = [("space", hers.as_str()), ("filename", "other.txt"), ("sha256", HELLO)];
    assert_eq!(alice.begin_upload(6, &about).await.header("hutong-file"), "", "another length is another file");
}

fn blobs(office: &Office) -> BTreeSet<String> {
    let shelves = std::fs::read_dir(office.folder().join("blobs/drive")).into_iter().flatten().flatten();
    let files = shelves.flat_map(|shelf| std::fs::read_dir(shelf.path()).into_iter().flatten().flatten());
    files.filter_map(|file| file.file_name().into_string().ok()).collect()
}

async fn quotas(office: &Office, member: u64, organisation: u64) {
    let settings = json!({ "member_quota_bytes": member, "organisation_quota_bytes": organisation, "retention_days": 0, "bin_days": 30,
        "versions_kept": 20, "links_allowed": true });
    office.owner().ask(Method::PUT, "/api/drive/settings", Some(&settings)).await.ok();
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_it_is_sent_and_after() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    quotas(&office, 10, 0).await;
    let space = space(&alice).await;
    let about = [("space", space.as_str()), ("filename", "a.txt")];
    alice.begin_upload(11, &about).await.refused("drive.member_full");
    let begun = alice.begin_upload(6, &about).await;
    begun.created();
    alice.begin_upload(5, &about).await.refused("drive.member_full");
    alice.append(begun.header("location"), 0, "sixsix").await.done();
    let spaces = alice.get("/api/drive/spaces").await.ok();
    assert_eq!((&spaces["used_bytes"], &spaces["quota_bytes"]), (&json!(6), &json!(10)));
    alice.begin_upload(usize::MAX / 4, &about).await.refused("drive.too_large");
    let begun = alice.begin_upload(4, &about).await;
    quotas(&office, 8, 0).await;
    alice.append(begun.header("location"), 0, "four").await.refused("drive.member_full");
    let listed = alice.get(&format!("/api/drive/spaces/{space}/entries")).await.ok();
    assert_eq!(listed["entries"].as_array().map(Vec::len), Some(1));
    quotas(&office, 0, 7).await;
    alice.begin_upload(5, &about).await.refused("drive.organisation_full");
}

#[tokio::test]
async fn an_upload_ends_when_it_is_ended_or_nobody_goes_on() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let about = [("space", space.as_str()), ("filename", "a.txt")];
    let begun = alice.begin_upload(10, &about).await;
    alice.delete(begun.header("location")).await.done();
    assert_eq!(alice.standing(begun.header("location")).await.status, 404);
    let begun = alice.begin_upload(10, &about).await;
    let place = begun.header("location");
    alice.append(place, 0, "hello").await.done();
    office.forward(hours(23)).await;
    alice.append(place, 5, "wo").await.done();
    office.forward(hours(23)).await;
    assert_eq!(alice.standing(place).await.header("upload-offset"), "7", "whoever goes on is given more time");
    office.forward(hours(31)).await;
    assert!(matches!(alice.standing(place).await.status.as_u16(), 404 | 410));
    assert_eq!(std::fs::read_dir(office.folder().join("uploads")).map(Iterator::count).ok(), Some(0), "its bytes are gone");
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let begun = alice.begin_upload(0, &[("space", &space), ("filename", "empty.txt")]).await;
    begun.created();
    assert_eq!(content(&alice, begun.header("hutong-file")).await, b"");
}

#[tokio::test]
async fn uploads_survive_a_program_that_is_killed() {
    let mut office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let about = [("space", space.as_str()), ("filename", "plan.bin")];
    let bytes = some_bytes(300_000);
    let begun = alice.begin_upload(bytes.len(), &about).await;
    let place = begun.header("location").to_owned();
    alice.append_and_break(&place, 0, bytes[..123_456].to_vec()).await;
    let whole = alice.begin_upload(5, &about).await;
    let whole_place = whole.header("location").to_owned();
    let id = whole_place.rsplit('/').next().expect("an id").replace('-', "");
    // All bytes had come when it was killed, and nobody had made a file of them yet.
    std::fs::write(office.folder().join("uploads").join(id), b"hello").expect("its bytes");
    office.reopen().await;
    let alice = office.leads(&alice);
    assert_eq!(alice.standing(&place).await.header("upload-offset"), "123456");
    let ended = alice.append(&place, 123_456, bytes[123_456..].to_vec()).await;
    ended.done();
    assert_eq!(content(&alice, ended.header("hutong-file")).await, bytes);
    let found = alice.standing(&whole_place).await;
    assert_eq!(content(&alice, found.header("hutong-file")).await, b"hello");
}

#[tokio::test]
async fn a_new_version_arrives_as_an_upload() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = space(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "a.txt")], "one").await;
    let again = alice.upload(&[("file", &file), ("filename", "whatever.txt")], "two, longer").await;
    assert_eq!(again, file);
    let entry = alice.get(&format!("/api/drive/entries/{file}")).await.ok();
    assert_eq!((&entry["name"], &entry["size"], &entry["versions"]), (&json!("a.txt"), &json!(11), &json!(2)));
    let old = alice.get(&format!("/api/drive/files/{file}/content?version=1")).await;
    assert_eq!(old.bytes, b"one");
    alice.post(&format!("/api/drive/entries/{file}/versions/1/restore"), json!({})).await.ok();
    assert_eq!(content(&alice, &file).await, b"one");
    let versions = alice.get(&format!("/api/drive/entries/{file}/versions")).await.ok();
    let numbers: Vec<&Value> = versions["versions"].as_array().expect("a list").iter().map(|version| &version["number"]).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(versions["versions"][0]["by"]["name"], "Alice");
    alice.post(&format!("/api/drive/entries/{file}/versions/9/restore"), json!({})).await.is_not_found();
}
