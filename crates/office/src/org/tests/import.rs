//! Importing people from a table.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Office, Person};

async fn import(who: &Person, query: &str, table: &str) -> testkit::Answer {
    let path = format!("/api/org/members/import{query}");
    who.send(Method::POST, &path, "text/csv; charset=utf-8", table.to_owned()).await
}

const GOOD: &str = "\u{feff}姓名,用户名,邮箱,部门,职位,密码\n\
    王伟,wang.wei,wei@office.example,研发/媒体组,工程师,\n\
    李娜,li.na,,产品与设计;研发,设计师,a good password\n";

#[tokio::test]
async fn a_trial_changes_nothing_and_the_real_thing_everything() {
    let office = Office::open().await;
    let olga = office.owner();
    let trial = import(olga, "?dry_run=true", GOOD).await.ok();
    assert_eq!((&trial["created"], &trial["errors"]), (&json!(2), &json!([])));
    assert_eq!(olga.get("/api/org/members").await.ok()["total"], 1);
    assert_eq!(olga.get("/api/org/departments").await.ok()["departments"], json!([]));
    let done = import(olga, "", GOOD).await.ok();
    assert_eq!(done["created"], 2);
    let drawn = done["passwords"][0].clone();
    assert_eq!((&drawn["username"], done["passwords"].as_array().map(Vec::len)), (&json!("wang.wei"), Some(1)));
    office.stranger().try_password("wang.wei", drawn["password"].as_str().expect("a password")).await.ok();
    office.stranger().try_password("li.na", "a good password").await.ok();
    let tree = olga.get("/api/org/departments").await.ok();
    let mut names: Vec<&Value> = tree["departments"].as_array().expect("a list").iter().map(|d| &d["name"]).collect();
    names.sort_by_key(|name| name.to_string());
    assert_eq!(names, ["产品与设计", "媒体组", "研发"]);
    let again = import(olga, "", GOOD).await.ok();
    assert_eq!((&again["created"], &again["skipped"]), (&json!(0), &json!(2)));
    assert_eq!(again["errors"][0]["code"], "org.taken");
}

#[tokio::test]
async fn one_wrong_line_keeps_all_others_out_and_is_reported() {
    let office = Office::open().await;
    let olga = office.owner();
    let table = "name,username,email\nBob,bob,\nAnn,olga,\nEve,eve,nowhere\nBob again,bob,\n";
    let report = import(olga, "", table).await.ok();
    let lines: Vec<String> = report["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| format!("{} {} {}", e["line"], e["column"].as_str().unwrap_or("?"), e["code"].as_str().unwrap_or("?")))
        .collect();
    assert_eq!(lines, ["3 username org.taken", "4 email org.invalid", "5 username org.taken"]);
    assert_eq!((&report["created"], &report["skipped"]), (&json!(0), &json!(4)));
    assert_eq!(olga.get("/api/org/members").await.ok()["total"], 1);
}

#[tokio::test]
async fn a_table_as_spreadsheets_on_windows_in_china_write_it_is_taken() {
    let office = Office::open().await;
    let olga = office.owner();
    // 姓名,用户名,部门 · 王伟,wang.wei,研发 · 李娜,,产品, in GBK.
    let mut table = b"\xd0\xd5\xc3\xfb,\xd3\xc3\xbb\xa7\xc3\xfb,\xb2\xbf\xc3\xc5\r\n".to_vec();
    table.extend(b"\xcd\xf5\xce\xb0,wang.wei,\xd1\xd0\xb7\xa2\r\n");
    let post = async |table: Vec<u8>| olga.send(Method::POST, "/api/org/members/import", "text/csv", table).await;
    let mut wrong = table.clone();
    wrong.extend(b"\xc0\xee\xc4\xc8,,\xb2\xfa\xc6\xb7\r\n");
    let report = post(wrong).await.ok();
    assert_eq!(
        (&report["created"], &report["errors"][0]["line"], &report["errors"][0]["column"]),
        (&json!(0), &json!(3), &json!("username"))
    );
    assert_eq!(post(table).await.ok()["created"], 1);
    let found = olga.get("/api/org/members?q=wangwei").await.ok();
    assert_eq!((&found["members"][0]["name"], &found["members"][0]["departments"][0]["name"]), (&json!("王伟"), &json!("研发")));
}

#[tokio::test]
async fn what_is_no_table_is_refused() {
    let office = Office::open().await;
    import(office.owner(), "", "hello").await.refused("org.not_csv");
    import(&office.member("bob").await, "", GOOD).await.refused("request.forbidden");
    let olga = office.owner();
    olga.send(Method::POST, "/api/org/members/import", "text/csv", vec![0xff, 0xfe]).await.refused("org.not_utf8");
    olga.send(Method::POST, "/api/org/members/import", "text/csv", vec![b'a'; 5_000_000]).await.refused("request.too_large");
}
