//! A full disk: said clearly in both languages, nothing spoilt, and everything goes on once there is space again.
//!
//! The data lies on a small file system in memory that only the program's own view of the machine has. A machine that
//! grants no such view skips the story and says so.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::program::{Folder, Program, hutong};

/// As large as the small file system is.
const DISK_BYTES: usize = 8 << 20;

/// The way into a mount namespace of one's own, if this machine grants one: as root, or as nobody in particular.
fn unshare() -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    ways.into_iter().find(|way| {
        let tried = Command::new("unshare").args(*way).args(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]).output();
        tried.is_ok_and(|output| output.status.success())
    })
}

#[test]
fn a_full_disk_is_said_and_spoils_nothing() {
    let Some(way) = unshare() else {
        eprintln!("SKIPPED: this machine grants no mount namespace, so there is no disk to fill");
        return;
    };
    let folder = Folder::new();
    let data = folder.path().join("data");
    fs::create_dir_all(&data).expect("a folder");
    let mut command = Command::new("unshare");
    command.args(way).args(["sh", "-c", "mount -t tmpfs -o size=$2 tmpfs \"$1\" && shift 2 && exec \"$@\"", "sh"]);
    command.arg(&data).arg(DISK_BYTES.to_string()).arg(hutong(&[]).get_program());
    let (program, mut owner) = start_new(command, &folder);
    owner.post("/api/org/departments", &json!({ "name": "before" })).must_be(201);

    let disk = PathBuf::from(format!("/proc/{}/root{}", program.pid(), data.display()));
    let ballast = disk.join("ballast");
    let filled = fs::write(&ballast, vec![1; DISK_BYTES]);
    assert!(filled.is_err(), "the disk is full");
    let mut acknowledged = vec!["before".to_owned()];
    let refused = loop {
        // What the log of writes has room for is still taken, and acknowledged.
        let name = format!("during {}", acknowledged.len());
        let answer = owner.post("/api/org/departments", &json!({ "name": name }));
        if answer.status != 201 {
            break answer;
        }
        acknowledged.push(name);
    };
    let said = refused.must_be(507);
    assert_eq!(said["code"], "storage.full");
    assert_eq!(said["message"], "The server’s disk is full, so nothing was saved. Tell your administrator.");
    let said = owner.speaking("zh-CN").post("/api/org/departments", &json!({ "name": "during" })).must_be(507);
    assert_eq!(said["message"], "服务器的磁盘满了，没有保存。告诉管理员。");
    program.browser().post("/api/org/sign-in", &json!({ "login": "olga", "password": crate::program::PASSWORD })).must_be(507);
    assert_eq!(names(&mut owner), sorted(&acknowledged), "reading goes on");
    owner.get("/healthz").must_be(200);

    fs::remove_file(&ballast).expect("space again");
    owner.post("/api/org/departments", &json!({ "name": "after" })).must_be(201);
    acknowledged.push("after".to_owned());
    program.signed_in("olga", crate::program::PASSWORD);
    assert_eq!(names(&mut owner), sorted(&acknowledged));
    assert!(!program.log().contains("panicked"), "{}", program.log());
    assert_eq!(program.stop().code(), Some(0));
}

fn start_new(command: Command, folder: &Folder) -> (Program, crate::client::Browser) {
    let mut program = Program::run(command, folder, &[]);
    let token = program.set_up_token();
    let mut owner = program.browser();
    let password = crate::program::PASSWORD;
    let form = json!({ "token": token, "office_name": "Brickworks", "name": "Olga", "username": "olga", "password": password });
    owner.post("/api/org/set-up", &form).must_be(201);
    (program, owner)
}

fn names(owner: &mut crate::client::Browser) -> Vec<String> {
    let tree = owner.get("/api/org/departments").must_be(200);
    let names = tree["departments"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str());
    sorted(&names.map(str::to_owned).collect::<Vec<_>>())
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}
