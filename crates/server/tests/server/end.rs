//! Ending: in good order when told to, and without losing a word when killed.

use std::sync::mpsc;
use std::thread;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::client::{Browser, Heard};
use crate::program::{Folder, Program, output};

/// The field of LiveKit's `SignalResponse` that says farewell, as it stands on the wire.
const LEAVE: u8 = (8 << 3) | 2;
/// WebSocket's "try again later".
const AGAIN: u16 = 1013;
/// People who write at once, and what they must have been told before the program is killed.
const WRITERS: usize = 4;
const ACKNOWLEDGED_MIN: usize = 60;

#[test]
fn a_signal_tells_everybody_closes_the_files_and_ends_well() {
    let folder = Folder::new();
    let (program, mut owner) = Program::start_new(&folder, &[]);
    let meeting = owner.post("/api/meetings", &json!({ "kind": "instant" })).must_be(201);
    let door = format!("/api/meetings/by-number/{}/join", meeting["number"].as_str().expect("a number"));
    let joined = owner.post(&door, &json!({})).must_be(200);
    let mut inside = owner.listen(&format!("/rtc/v1?access_token={}", joined["token"].as_str().expect("a token")));
    assert!(matches!(inside.next(), Some(Heard::Bytes(_))), "the join is answered");
    let mut events = owner.listen("/api/events");
    assert!(matches!(events.next(), Some(Heard::Text(hello)) if hello.contains("hello")));

    program.signal(Signal::SIGTERM);
    let mut heard = Vec::new();
    while let Some(message) = inside.next() {
        heard.push(message);
        if matches!(heard.last(), Some(Heard::Close(_))) {
            break;
        }
    }
    let farewell = heard.iter().any(|message| matches!(message, Heard::Bytes(bytes) if bytes.first() == Some(&LEAVE)));
    assert!(farewell, "participants are told: {heard:?}");
    while let Some(message) = events.next() {
        if let Heard::Close(code) = message {
            assert_eq!(code, AGAIN);
            break;
        }
    }
    drop((inside, events));
    assert_eq!(program.ended().code(), Some(0));
    let database = folder.path().join("data/hutong.db");
    assert!(database.exists());
    for rest in ["hutong.db-wal", "hutong.db-shm"] {
        assert!(!folder.path().join("data").join(rest).exists(), "{rest} was folded into the database");
    }
    let program = Program::start(&folder, &[]);
    let path = format!("/api/meetings/{}", meeting["id"].as_str().expect("an id"));
    let state = owner.at(program.address).get(&path).must_be(200)["state"].clone();
    assert_eq!(state, "running", "people come back to the meeting they were in");
}

#[test]
fn a_kill_in_the_middle_of_writing_loses_nothing_that_was_acknowledged() {
    let folder = Folder::new();
    let (program, owner) = Program::start_new(&folder, &[]);
    let (done, acknowledged) = mpsc::channel();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (browser, done) = (owner.clone(), done.clone());
            thread::spawn(move || write_until_it_dies(browser, writer, &done))
        })
        .collect();
    drop(done);
    let mut kept: Vec<String> = acknowledged.iter().take(ACKNOWLEDGED_MIN).collect();
    program.signal(Signal::SIGKILL);
    // What was acknowledged while the signal was on its way counts too.
    kept.extend(acknowledged);
    for writer in writers {
        writer.join().expect("no writer fails");
    }
    assert!(!program.ended().success());

    let program = Program::start(&folder, &[]);
    let tree = owner.at(program.address).get("/api/org/departments").must_be(200);
    let names: Vec<&str> = tree["departments"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    let lost: Vec<&String> = kept.iter().filter(|name| !names.contains(&name.as_str())).collect();
    assert_eq!(lost, Vec::<&String>::new());
    assert!(names.len() <= kept.len() + WRITERS, "nothing but what was under way is there besides");
    assert!(program.stop().success());
    let data = folder.path().join("data");
    let examined =
        output(&["doctor", "--data", &data.to_string_lossy(), "--listen", "127.0.0.1:0", "--media-udp", "0", "--media-tcp", "0"]);
    assert!(examined.status.success(), "{}", String::from_utf8_lossy(&examined.stdout));
}

fn write_until_it_dies(mut browser: Browser, writer: usize, done: &mpsc::Sender<String>) {
    for number in 0.. {
        let name = format!("{writer}-{number}");
        let body: Value = json!({ "name": name });
        match browser.ask("POST", "/api/org/departments", Some(&body)) {
            Ok(answer) => {
                answer.must_be(201);
                // Whoever counts may have counted enough.
                let _ = done.send(name);
            }
            Err(_) => return,
        }
    }
}
