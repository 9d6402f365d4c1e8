//! What robots of other vendors are sent, in our words. Each file is a pure translator: it is given a body as the vendor
//! describes it and gives a message, and it writes answers byte for byte as that vendor does, because tools compare
//! them. They never touch the database; whom a handle means is found out afterwards.

pub(super) mod dingtalk;
pub(super) mod feishu;
mod marks;
pub(super) mod slack;
pub(super) mod wecom;

#[cfg(test)]
mod rubbish;

use serde_json::Value;

use super::model::MediaKind;
use crate::chat::{Block, Card, Said};

/// A message that a tool has posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Posted {
    pub(super) what: What,
    pub(super) called: Called,
}

/// What was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Said(Said),
    /// A picture, with its bytes and what to call it.
    Picture {
        name: &'static str,
        bytes: Vec<u8>,
    },
    /// Something that was uploaded before under that name.
    Uploaded {
        media: String,
        kind: MediaKind,
    },
}

/// Whom it calls. Its texts hold `@` with the handle, where the tool has put it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Called {
    /// Phone numbers, user names or ids.
    pub(super) handles: Vec<String>,
    pub(super) all: bool,
}

/// Why a message is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It cannot be read.
    Malformed,
    /// There is no such kind of message, or it is not for robots.
    Kind,
    /// A field is missing or cannot be that.
    Field(&'static str),
    /// There is nothing in it.
    Empty,
    TooLong,
    /// A file cannot be taken, or not as what it is said to be.
    Media(Unfit),
    /// It needs something that only the vendor has, such as a picture kept there.
    Elsewhere(&'static str),
    /// Nobody has drawn that token, or it is no longer in use.
    Token,
    /// The robot is switched off.
    Off,
    /// The conversation is no longer there.
    Dissolved,
    Keyword,
    Signature,
    Clock,
    Address(String),
    TooFast {
        retry_after_s: u64,
    },
    /// We cannot do it now.
    Ours,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is not said what it is for.
    Purpose,
    /// There is none.
    Missing,
    Empty,
    /// It is smaller or larger than files may be.
    TooSmall,
    TooLarge,
    /// It is not of the sort it is said to be, or harmful.
    Sort,
    /// It lasts too long.
    Lasting,
    /// A picture that is too large.
    Picture,
    /// Its sum is another one.
    Sum,
    /// Whoever set the program up has no room left.
    NoRoom,
}

/// An answer as the vendor writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) is_json: bool,
    pub(super) retry_after_s: Option<u64>,
}

impl Reply {
    fn json(status: u16, body: String) -> Reply {
        Reply { status, body, is_json: true, retry_after_s: None }
    }

    fn plain(status: u16, word: &str) -> Reply {
        Reply { status, body: word.to_owned(), is_json: false, retry_after_s: None }
    }
}

/// `{"errcode":…,"errmsg":…}`, as two of the vendors answer.
fn errcode(code: i64, words: &str) -> Reply {
    let words = serde_json::to_string(words).unwrap_or_default();
    Reply::json(200, format!(r#"{{"errcode":{code},"errmsg":{words}}}"#))
}

static NOTHING: Value = Value::Null;

/// What lies there, or nothing.
fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().try_fold(value, |value, key| value.get(key)).unwrap_or(&NOTHING)
}

/// A text that lies there; tools write numbers where texts belong.
fn text(value: &Value, path: &[&str]) -> String {
    match at(value, path) {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A text that is not empty.
fn some(value: &Value, path: &[&str]) -> Option<String> {
    Some(text(value, path)).filter(|text| !text.trim().is_empty())
}

fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path).as_array().map_or(&[], Vec::as_slice)
}

fn texts(value: &Value, path: &[&str]) -> Vec<String> {
    list(value, path).iter().map(|item| text(item, &[])).filter(|text| !text.is_empty()).collect()
}

fn flag(value: &Value, path: &[&str]) -> bool {
    match at(value, path) {
        Value::Bool(flag) => *flag,
        Value::String(word) => word == "true",
        Value::Number(number) => number.as_i64() == Some(1),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

fn says(words: String) -> What {
    What::Said(Said::Text(words))
}

/// A card, if there is anything on it.
fn shows(card: Card) -> Result<What, Fault> {
    card.tidied().map(|card| What::Said(Said::Card(Box::new(card)))).ok_or(Fault::Empty)
}

fn markdown(words: impl Into<String>) -> Block {
    Block::Text { markdown: words.into() }
}

/// Everything that is written in it, for keywords. Of what was uploaded only its name is, which stands elsewhere.
pub(super) fn words(what: &What) -> String {
    match what {
        What::Said(Said::Text(text)) => text.clone(),
        What::Said(Said::Card(card)) => card.words(),
        What::Picture { .. } | What::Uploaded { .. } => String::new(),
    }
}

/// A body as JSON, without the one character that no database keeps.
pub(super) fn read(bytes: &[u8]) -> Result<Value, Fault> {
    let mut body: Value = serde_json::from_slice(bytes).map_err(|_| Fault::Malformed)?;
    if !body.is_object() {
        return Err(Fault::Malformed);
    }
    if bytes.windows(6).any(|six| six == br"\u0000") {
        strip(&mut body);
    }
    Ok(body)
}

fn strip(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|letter| letter != '\0'),
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Object(fields) => fields.values_mut().for_each(strip),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
