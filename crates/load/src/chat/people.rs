//! The people of the load and their groups, through the API as everybody else's.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hyper::Method;
use serde_json::{Value, json};

use super::Options;
use super::http::{Ask, Http};

/// How the usernames of the load begin.
const PREFIX: &str = "load-";
/// Pages of the directory that are read in search of them.
const PAGES_MAX: usize = 100;

/// Somebody who is signed in.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) cookie: String,
}

/// A group and the places of its members among the people.
pub(super) struct Conversation {
    pub(super) id: String,
    pub(super) members: Vec<usize>,
}

/// Signs everybody in, and creates first whoever is missing.
pub(super) async fn gather(http: &Http, options: &Options) -> Result<Vec<Person>, String> {
    let owner = sign_in(http, &options.login, &options.password).await?;
    let usernames: Vec<String> = (0..options.people).map(|index| format!("{PREFIX}{index:04}")).collect();
    let known = known(http, &owner).await?;
    let missing: Vec<&String> = usernames.iter().filter(|username| !known.contains(*username)).collect();
    if !missing.is_empty() {
        create(http, &owner, &missing, &options.password).await?;
    }
    let mut people = Vec::new();
    for username in &usernames {
        people.push(sign_in(http, username, &options.password).await?);
    }
    Ok(people)
}

/// Begins the groups: each has the next ones in the row of people, the first of whom owns it.
pub(super) async fn bring_together(http: &Http, people: &[Person], options: &Options) -> Result<Vec<Conversation>, String> {
    let path = "/api/chat/conversations";
    let mut conversations = Vec::new();
    for index in 0..options.conversations {
        let members: Vec<usize> = (0..options.size).map(|place| (index + place) % people.len()).collect();
        let ids: Vec<&str> = members.iter().filter_map(|at| people.get(*at)).map(|person| person.id.as_str()).collect();
        let (Some(owner), Some((_, others))) = (owner_of(people, &members), ids.split_first()) else {
            return Err("nobody to talk to".to_owned());
        };
        let body = json!({ "kind": "group", "title": format!("load {index:03}"), "member_ids": others });
        let begun = http.ask(Ask::post(path, &owner.cookie, &body)).await?.json(path)?;
        conversations.push(Conversation { id: text_at(&begun, "/id")?, members });
    }
    Ok(conversations)
}

/// Ends the groups again, with everything that was written there.
pub(super) async fn dissolve(http: &Http, people: &[Person], conversations: &[Conversation]) -> Result<(), String> {
    for conversation in conversations {
        let Some(owner) = owner_of(people, &conversation.members) else { continue };
        let path = format!("/api/chat/conversations/{}", conversation.id);
        let answer = http.ask(Ask { method: Method::DELETE, ..Ask::get(&path, &owner.cookie) }).await?;
        if !answer.status.is_success() {
            return Err(format!("{path}: {}", answer.status));
        }
    }
    Ok(())
}

fn owner_of<'p>(people: &'p [Person], members: &[usize]) -> Option<&'p Person> {
    members.first().and_then(|at| people.get(*at))
}

async fn sign_in(http: &Http, login: &str, password: &str) -> Result<Person, String> {
    let body = json!({ "login": login, "password": password });
    let answer = http.ask(Ask::post("/api/org/sign-in", "", &body)).await?;
    let me = answer.json(&format!("signing in {login}"))?;
    let cookie = answer.cookie.ok_or_else(|| format!("signing in {login} gave no cookie"))?;
    Ok(Person { id: text_at(&me, "/member/id")?, cookie })
}

/// The usernames of the load that there are.
async fn known(http: &Http, owner: &Person) -> Result<BTreeSet<String>, String> {
    let first = format!("/api/org/members?status=all&limit=200&q={PREFIX}");
    let (mut known, mut path) = (BTreeSet::new(), first.clone());
    for _ in 0..PAGES_MAX {
        let page = http.ask(Ask::get(&path, &owner.cookie)).await?.json(&path)?;
        let members = page.pointer("/members").and_then(Value::as_array).into_iter().flatten();
        known.extend(members.filter_map(|member| member.pointer("/username")?.as_str()).map(str::to_owned));
        let Some(cursor) = page.pointer("/next_cursor").and_then(Value::as_str) else { break };
        path = format!("{first}&cursor={cursor}");
    }
    Ok(known)
}

async fn create(http: &Http, owner: &Person, usernames: &[&String], password: &str) -> Result<(), String> {
    let path = "/api/org/members/import";
    let mut table = "name,username,password\n".to_owned();
    for username in usernames {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{username},{username},\"{}\"", password.replace('"', "\"\""));
    }
    let ask = Ask { method: Method::POST, content_type: "text/csv", body: table, ..Ask::get(path, &owner.cookie) };
    let report = http.ask(ask).await?.json(path)?;
    match report.pointer("/errors/0") {
        Some(mistake) => Err(format!("creating people: {mistake}")),
        None => Ok(()),
    }
}

fn text_at(value: &Value, at: &str) -> Result<String, String> {
    value.pointer(at).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| format!("an answer without {at}"))
}
