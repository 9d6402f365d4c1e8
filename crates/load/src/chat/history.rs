//! A long conversation: it is written through the API as fast as the server takes it, and then opened and searched as
//! somebody would, one question after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::Office;
use super::http::Ask;
use super::report::milliseconds;
use crate::now;

/// Messages under way at once.
const UNDER_WAY_MAX: usize = 64;
/// How often each question is asked.
const TIMES: u32 = 50;
/// How often it is said how far the writing has come, in messages.
const SAID_EVERY: u64 = 100_000;

/// What messages are made of, the more frequent first.
const WORDS: [&str; 24] = [
    "我们", "今天", "项目", "meeting", "会议", "进度", "the", "明天", "客户", "文档", "update", "测试", "上线", "报销", "审批", "合同",
    "deploy", "反馈", "预算", "invoice", "出差", "培训", "kiln", "窑炉",
];

/// Writes so many messages into the first conversation, and prints how long it takes to open it and to search it.
pub(super) async fn run(office: &Arc<Office>, messages: u64, mark: &str) -> Result<(), String> {
    let conversation = office.conversations.first().ok_or("no conversation")?.id.clone();
    let began = now();
    write(office, messages, mark).await?;
    let took = now().saturating_duration_since(began).as_secs_f64();
    println!("{messages} messages written in {took:.0} s");
    let cookie = office.people.first().map(|person| person.cookie.clone()).unwrap_or_default();
    let history = format!("/api/chat/conversations/{conversation}/messages");
    let questions = [
        ("the end of it", format!("{history}?limit=50")),
        ("its middle", format!("{history}?limit=50&before={}", messages / 2)),
        ("what follows its middle", format!("{history}?limit=50&after={}", messages / 2)),
        ("the list of conversations", "/api/chat/conversations".to_owned()),
        ("a word of two characters that stands often", search("我们")),
        ("two words", search("合同 invoice")),
        ("a word that stands once", search("unicorn")),
        ("a word that stands nowhere", search("麒麟")),
        ("words that stand often, and nowhere together", search("今天项目")),
    ];
    println!("{:<48} {:>8} {:>8}", "asked for", "p50 ms", "p99 ms");
    for (what, path) in questions {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            times.push(ask(office, &path, &cookie).await?);
        }
        times.sort_unstable();
        println!("{what:<48} {:>8} {:>8}", milliseconds(&times, 50), milliseconds(&times, 99));
    }
    Ok(())
}

fn search(words: &str) -> String {
    let words: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/chat/search?q={words}")
}

async fn ask(office: &Office, path: &str, cookie: &str) -> Result<Duration, String> {
    let began: Instant = now();
    let answer = office.http.ask(Ask::get(path, cookie)).await?;
    answer.json(path)?;
    Ok(now().saturating_duration_since(began))
}

async fn write(office: &Arc<Office>, messages: u64, mark: &str) -> Result<(), String> {
    let mut rng = fastrand::Rng::with_seed(messages);
    let mut under_way: JoinSet<Result<(), String>> = JoinSet::new();
    for number in 0..messages {
        if under_way.len() >= UNDER_WAY_MAX {
            under_way.join_next().await.transpose().map_err(|error| error.to_string())?.transpose()?;
        }
        let text = match number == messages / 3 {
            true => "unicorn".to_owned(),
            false => sentence(&mut rng),
        };
        let (office, body) = (Arc::clone(office), json!({ "client_id": format!("{mark}{number}"), "text": text }));
        let turn = usize::try_from(number).unwrap_or(0);
        under_way.spawn(async move { send(&office, turn, &body).await });
        if number % SAID_EVERY == SAID_EVERY - 1 {
            println!("{} …", number + 1);
        }
    }
    while let Some(sent) = under_way.join_next().await {
        sent.map_err(|error| error.to_string())??;
    }
    Ok(())
}

async fn send(office: &Office, turn: usize, body: &Value) -> Result<(), String> {
    let Some(conversation) = office.conversations.first() else { return Err("no conversation".to_owned()) };
    let member = conversation.members.get(turn % conversation.members.len().max(1)).and_then(|at| office.people.get(*at));
    let Some(sender) = member else { return Err("nobody to send it".to_owned()) };
    let path = format!("/api/chat/conversations/{}/messages", conversation.id);
    let answer = office.http.ask(Ask::post(&path, &sender.cookie, body)).await?;
    match answer.status {
        StatusCode::CREATED => Ok(()),
        other => Err(format!("answered {}: {}", other.as_u16(), String::from_utf8_lossy(&answer.body))),
    }
}

/// Some words in a row; the first ones of the list come more often than the last.
fn sentence(rng: &mut fastrand::Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(4..16) {
        let at = rng.usize(..WORDS.len()).min(rng.usize(..WORDS.len()));
        text.push_str(WORDS.get(at).copied().unwrap_or_default());
        if rng.bool() {
            text.push(' ');
        }
    }
    text
}
