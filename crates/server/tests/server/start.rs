//! Starting: what answers, under which role.

use serde_json::json;

use crate::program::{Folder, Program};

#[test]
fn it_is_healthy_ready_counted_and_described() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let mut visitor = program.browser();
    for path in ["/healthz", "/readyz"] {
        visitor.get(path).must_be(200);
    }
    let described = visitor.get("/api/openapi.json").must_be(200);
    let written = include_str!("../../../../docs/openapi.json");
    assert!(described == serde_json::from_str::<serde_json::Value>(written).expect("JSON"), "docs/openapi.json is another one");
    let metrics = visitor.get("/metrics");
    metrics.must_be(200);
    assert!(metrics.header("content-type").is_some_and(|kind| kind.starts_with("application/openmetrics-text")));
    check_metrics(&metrics.body);
    assert!(metrics.body.contains(r#"hutong_http_requests_total{method="GET",route="/healthz",status="200"} 1"#), "{}", metrics.body);
    let page = visitor.get("/anything");
    assert!(page.status == 200 && page.header("content-security-policy").is_some(), "{page:?}");
}

/// Every line is a comment or a sample of a family that was described, and the text ends as it must.
fn check_metrics(text: &str) {
    let text = text.strip_suffix("# EOF\n").expect("it ends with EOF");
    let mut families = Vec::new();
    for line in text.lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            families.extend(family.split(' ').next());
            continue;
        }
        if line.starts_with("# HELP ") || line.starts_with("# UNIT ") {
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = sample.split('{').next().unwrap_or_default();
        assert!(sample == name || sample.ends_with('}'), "{line}");
        assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'), "{line}");
        assert!(families.iter().any(|family| name.starts_with(family)), "{line} belongs to nothing");
    }
    assert!(families.len() > 5, "{families:?}");
}

#[test]
fn it_is_set_up_by_its_link_and_comes_back_as_it_was() {
    let folder = Folder::new();
    let (program, mut owner) = Program::start_new(&folder, &[]);
    owner.post("/api/org/departments", &json!({ "name": "窑" })).must_be(201);
    assert!(program.stop().success());
    let program = Program::start(&folder, &[]);
    let mut owner = owner.at(program.address);
    assert_eq!(owner.get("/api/org/departments").must_be(200)["departments"][0]["name"], "窑");
    assert_eq!(owner.get("/api/office").must_be(200)["set_up"], true);
}

#[test]
fn the_demonstration_says_how_to_sign_in() {
    let folder = Folder::new();
    let mut program = Program::start(&folder, &["--demo"]);
    let line = program.next_line();
    let password = line.rsplit_once(' ').map(|(_, password)| password).expect("a password").to_owned();
    let account = program.next_line();
    let login = account.split(' ').next().expect("a name");
    program.signed_in(login, &password).get("/api/org/me").must_be(200);
}

#[test]
fn an_office_alone_opens_no_media_port_and_lets_nobody_into_a_meeting() {
    let folder = Folder::new();
    let (program, mut owner) = Program::start_new(&folder, &["--role", "office"]);
    let meeting = owner.post("/api/meetings", &json!({ "kind": "instant" })).must_be(201);
    let door = format!("/api/meetings/by-number/{}/join", meeting["number"].as_str().expect("a number"));
    let refused = owner.post(&door, &json!({})).must_be(503);
    assert_eq!(refused["code"], "meetings.unavailable");
    assert_eq!(owner.get("/rtc/v1/validate").header("content-type"), Some("application/json"), "there is no such door");
    assert_eq!(open_sockets(&program), ["tcp"], "HTTP and nothing else");
    assert!(program.stop().success());
}

#[test]
fn media_alone_opens_no_office() {
    let folder = Folder::new();
    let program = Program::start(&folder, &["--role", "media"]);
    let mut visitor = program.browser();
    for path in ["/healthz", "/readyz", "/metrics"] {
        visitor.get(path).must_be(200);
    }
    for path in ["/", "/api/office", "/api/openapi.json", "/api/events"] {
        assert_eq!(visitor.get(path).must_be(404)["code"], "not_found", "{path}");
    }
    assert_eq!(visitor.get("/rtc/v1/validate").status, 401);
    let mut open = open_sockets(&program);
    open.dedup_by(|one, other| one == other && *one == "udp");
    assert_eq!(open, ["tcp", "tcp", "udp"], "HTTP and media, the latter once for each kind of address");
    let files = std::fs::read_dir(folder.path().join("data")).expect("the folder").count();
    assert_eq!(files, 0, "no database");
    assert!(program.stop().success());
}

/// The kinds of sockets on which the program waits for strangers.
fn open_sockets(program: &Program) -> Vec<&'static str> {
    let pid = program.pid();
    let links = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("its descriptors").flatten();
    let own: Vec<String> = links.filter_map(|link| Some(std::fs::read_link(link.path()).ok()?.to_string_lossy().into_owned())).collect();
    let mut open = Vec::new();
    // The state of a waiting socket as the kernel writes it: listening for TCP, unconnected for UDP.
    for (kind, tables, waiting) in [("tcp", ["tcp", "tcp6"], "0A"), ("udp", ["udp", "udp6"], "07")] {
        for table in tables {
            let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
            for line in text.lines().skip(1) {
                let fields: Vec<&str> = line.split_whitespace().collect();
                let (Some(state), Some(inode)) = (fields.get(3), fields.get(9)) else { continue };
                if *state == waiting && own.contains(&format!("socket:[{inode}]")) {
                    open.push(kind);
                }
            }
        }
    }
    open
}
