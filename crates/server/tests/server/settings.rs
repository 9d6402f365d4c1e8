//! Settings that cannot be: the program says which, and does not start.

use std::fs;
use std::net::TcpListener;

use crate::program::{Folder, Program, complaint, hutong, output};

#[test]
fn a_setting_that_nobody_knows_is_named_wherever_it_stands() {
    let folder = Folder::new();
    let file = folder.path().join("hutong.toml");
    let serve = || hutong(&["serve"]);
    assert!(complaint(serve().arg("--listne=x")).contains("--listne"));
    let said = complaint(serve().env("HUTONG_LISTNE", "x"));
    assert_eq!(said, "hutong: there is no setting called \"HUTONG_LISTNE\" (in the environment)\n");
    for (text, named) in
        [("listne = 1", "\"listne\""), ("[media]\nudb = 1", "\"media.udb\""), ("[limits]\n\"http.body\" = 1", "\"http.body\"")]
    {
        fs::write(&file, text).expect("written");
        let said = complaint(serve().arg("--config").arg(&file));
        assert!(said.contains(named), "{said}");
    }
    fs::write(&file, "listen = [").expect("written");
    assert!(complaint(serve().arg("--config").arg(&file)).contains("configuration file"));
    let missing = folder.path().join("nowhere.toml");
    assert!(complaint(serve().arg("--config").arg(missing)).contains("nowhere.toml"));
}

#[test]
fn a_value_that_makes_no_sense_is_named() {
    let wrong = [
        ("--listen", "everywhere", "listen"),
        ("--media-udp", "70000", "--media-udp"),
        ("--media-tcp", "none", "--media-tcp"),
        ("--media-workers", "many", "--media-workers"),
        ("--node-ip", "10.0.0.1,here", "node-ip"),
        ("--role", "king", "role"),
        ("--public-url", "office.example.org", "public-url"),
        ("--log-format", "prose", "log.format"),
        ("--log-level", "media=loud", "log.level"),
        ("--livekit-keys", "no colon", "key"),
        ("--database", "mysql://x/y", "database"),
        ("--mail-relay", "smtp://user:geheim@mail.example.org", "mail.from"),
        ("--mail-from", "office@example.org", "mail.relay"),
    ];
    let folder = Folder::new();
    for (flag, value, named) in wrong {
        let data = folder.path().join("data");
        let said = complaint(
            hutong(&["serve", "--listen", "127.0.0.1:0", "--media-udp", "0", "--media-tcp", "0", flag, value]).arg("--data").arg(data),
        );
        assert!(said.contains(named), "{flag} {value}: {said}");
        assert!(!said.contains("panicked") && !said.contains("geheim"), "{said}");
    }
}

#[test]
fn every_limit_is_listed_and_can_be_replaced() {
    let listed = String::from_utf8(output(&["limits"]).stdout).expect("text");
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 10 && names.is_sorted(), "{listed}");
    let folder = Folder::new();
    let file = folder.path().join("hutong.toml");
    let all: String = names.iter().map(|name| format!("\"{name}\" = 40\n")).collect();
    fs::write(&file, format!("[limits]\n{all}")).expect("written");
    let program = Program::start(&folder, &["--config", &file.to_string_lossy()]);
    let refused = program.browser().post("/api/org/sign-in", &serde_json::json!({ "login": "a name", "password": "a password" }));
    assert_eq!(refused.must_be(413)["code"], "request.too_large");
}

#[test]
fn a_port_that_is_taken_and_a_folder_that_cannot_be_made_are_named() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let data = folder.path().join("data");
    let said = complaint(hutong(&["serve", "--listen", &address]).arg("--data").arg(&data));
    assert!(said.contains(&address), "{said}");
    fs::write(folder.path().join("file"), "").expect("written");
    let said = complaint(hutong(&["serve", "--listen", "127.0.0.1:0"]).arg("--data").arg(folder.path().join("file")));
    assert!(said.contains("file"), "{said}");
}
