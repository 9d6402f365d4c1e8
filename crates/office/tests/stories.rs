//! What people live through in the office: one binary for the stories of every capability.
//!
//! The stories themselves lie in each capability's `tests/` folder; this list is in order, and a
//! test sees to it that none is forgotten.

#[path = "../src/chat/tests/calls.rs"]
mod chat_calls;
#[path = "../src/chat/tests/changing.rs"]
mod chat_changing;
#[path = "../src/chat/tests/conversations.rs"]
mod chat_conversations;
#[path = "../src/chat/tests/deciding.rs"]
mod chat_deciding;
#[path = "../src/chat/tests/directory.rs"]
mod chat_directory;
#[path = "../src/chat/tests/files.rs"]
mod chat_files;
#[path = "../src/chat/tests/finding.rs"]
mod chat_finding;
#[path = "../src/chat/tests/forwarding.rs"]
mod chat_forwarding;
#[path = "../src/chat/tests/handing.rs"]
mod chat_handing;
#[path = "../src/chat/tests/joining.rs"]
mod chat_joining;
#[path = "../src/chat/tests/later.rs"]
mod chat_later;
#[path = "../src/chat/tests/members.rs"]
mod chat_members;
#[path = "../src/chat/tests/previews.rs"]
mod chat_previews;
#[path = "../src/chat/tests/reading.rs"]
mod chat_reading;
#[path = "../src/chat/tests/restarts.rs"]
mod chat_restarts;
#[path = "../src/chat/tests/scheduled.rs"]
mod chat_scheduled;
#[path = "../src/chat/tests/search.rs"]
mod chat_search;
#[path = "../src/chat/tests/sending.rs"]
mod chat_sending;
#[path = "../src/chat/tests/stickers.rs"]
mod chat_stickers;
#[path = "../src/chat/tests/subjects.rs"]
mod chat_subjects;
#[path = "../src/chat/tests/sync.rs"]
mod chat_sync;
#[path = "../src/chat/tests/translating.rs"]
mod chat_translating;
#[path = "../src/chat/tests/urgent.rs"]
mod chat_urgent;
#[path = "../src/drive/tests/keeping.rs"]
mod drive_keeping;
#[path = "../src/drive/tests/reading.rs"]
mod drive_reading;
#[path = "../src/drive/tests/sharing.rs"]
mod drive_sharing;
#[path = "../src/drive/tests/sweeping.rs"]
mod drive_sweeping;
#[path = "../src/drive/tests/uploading.rs"]
mod drive_uploading;
#[path = "../src/http/tests/edge.rs"]
mod http_edge;
#[path = "../src/http/tests/strangers.rs"]
mod http_strangers;
#[path = "../src/meetings/tests/about.rs"]
mod meetings_about;
#[path = "../src/meetings/tests/calls.rs"]
mod meetings_calls;
#[path = "../src/meetings/tests/door.rs"]
mod meetings_door;
#[path = "../src/meetings/tests/hosting.rs"]
mod meetings_hosting;
#[path = "../src/meetings/tests/notices.rs"]
mod meetings_notices;
#[path = "../src/meetings/tests/plan.rs"]
mod meetings_plan;
#[path = "../src/meetings/tests/runs.rs"]
mod meetings_runs;
#[path = "../src/notify/tests/pushing.rs"]
mod notify_pushing;
#[path = "../src/notify/tests/reading.rs"]
mod notify_reading;
#[path = "../src/notify/tests/telling.rs"]
mod notify_telling;
#[path = "../src/open/tests/bots.rs"]
mod open_bots;
#[path = "../src/open/tests/robots.rs"]
mod open_robots;
#[path = "../src/org/tests/administration.rs"]
mod org_administration;
#[path = "../src/org/tests/directory.rs"]
mod org_directory;
#[path = "../src/org/tests/entry.rs"]
mod org_entry;
#[path = "../src/org/tests/import.rs"]
mod org_import;
#[path = "../src/org/tests/invitations.rs"]
mod org_invitations;
#[path = "../src/org/tests/mail.rs"]
mod org_mail;
#[path = "../src/org/tests/oneself.rs"]
mod org_oneself;
#[path = "../src/org/tests/presence.rs"]
mod org_presence;

use std::path::Path;

#[test]
fn no_story_is_forgotten() {
    let list = include_str!("stories.rs");
    let capabilities = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = std::fs::read_dir(capabilities).expect("the capabilities").flatten();
    for folder in folders.map(|entry| entry.path().join("tests")).filter(|path| path.is_dir()) {
        for story in std::fs::read_dir(&folder).expect("its stories").flatten() {
            let path = story.path();
            let tail: Vec<_> = path.iter().rev().take(3).filter_map(|part| part.to_str()).collect();
            let [file, tests, capability] = tail[..] else { panic!("{}", path.display()) };
            let line = format!("../src/{capability}/{tests}/{file}");
            assert!(list.contains(&line), "{line} is not in the list");
        }
    }
}

#[tokio::test]
async fn every_statement_is_understood() {
    let office = testkit::Office::open().await;
    assert_eq!(office.db().check().await.expect("the database answers"), Vec::<String>::new());
}

#[tokio::test]
async fn two_offices_run_in_one_process() {
    let (one, other) = (testkit::Office::open().await, testkit::Office::open().await);
    one.member("alice").await;
    let total = other.owner().get("/api/org/members").await.ok()["total"].clone();
    assert_eq!(total, 1);
}

#[tokio::test]
async fn the_demonstration_can_be_entered() {
    let office = testkit::Office::demo().await;
    let seen = office.stranger().get("/api/office").await.ok();
    assert_eq!(seen["name"], "青砖科技");
    let account = &seen["demo_accounts"][0];
    let mut visitor = office.stranger();
    let me = visitor.sign_in_by("/api/org/sign-in", account.clone()).await.ok();
    assert_eq!((&me["member"]["name"], &me["member"]["role"]), (&account["name"], &"owner".into()));
    let departments = visitor.get("/api/org/departments").await.ok();
    let count = |name: &str| {
        let all = departments["departments"].as_array().expect("a list");
        all.iter().find(|d| d["name"] == name).map(|d| d["member_count"].clone())
    };
    assert_eq!(count("产品与设计"), Some(9.into()));
    assert_eq!(count("研发"), Some(7.into()));
}
