//! `hutong user`: help for people who cannot get in, while the office runs.

use crate::program::{Folder, PASSWORD, Program, complaint, hutong, output};

#[test]
fn an_owner_who_forgot_the_password_is_given_a_new_one() {
    let folder = Folder::new();
    let (program, mut owner) = Program::start_new(&folder, &[]);
    let data = folder.path().join("data");
    let data = data.to_string_lossy();
    let listed = output(&["user", "list", "--data", &data]);
    let text = String::from_utf8(listed.stdout).expect("text");
    assert_eq!(text.split_whitespace().collect::<Vec<_>>(), ["olga", "owner", "Olga"]);

    let reset = output(&["user", "reset-password", "olga", "--data", &data]);
    assert!(reset.status.success(), "{}", String::from_utf8_lossy(&reset.stderr));
    let password = String::from_utf8(reset.stdout).expect("text").trim().to_owned();
    owner.get("/api/org/me").must_be(401);
    let old = serde_json::json!({ "login": "olga", "password": PASSWORD });
    program.browser().post("/api/org/sign-in", &old).must_be(401);
    let mut owner = program.signed_in("olga", &password);
    let log = owner.get("/api/org/audit").must_be(200);
    let entry = &log["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["subject"], &entry["actor"]),
        (&"org.password_reset".into(), &"Olga".into(), &serde_json::Value::Null)
    );
}

#[test]
fn nobody_and_nowhere_are_said() {
    let folder = Folder::new();
    let (_program, _) = Program::start_new(&folder, &[]);
    let said = complaint(hutong(&["user", "reset-password", "nobody", "--data"]).arg(folder.path().join("data")));
    assert!(said.contains("nobody signs in as \"nobody\""), "{said}");
    let said = complaint(hutong(&["user", "list", "--data"]).arg(folder.path().join("elsewhere")));
    assert!(said.contains("there is no database"), "{said}");
    assert!(!folder.path().join("elsewhere").exists(), "looking makes nothing");
}
