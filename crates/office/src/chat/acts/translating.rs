//! A message in another language, by the service that whoever runs the office has chosen: none unless they did. It is
//! asked as LibreTranslate is.

use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use kernel::outgoing::Call;
use kernel::{Error, Kind, Refusal, Result};
use serde::Deserialize;
use serde_json::json;

use super::super::{MessageId, store};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// How long the service may think.
const PATIENCE: Duration = Duration::from_secs(12);
/// Letters of the longest name of a language, with room to spare.
const LANGUAGE_CHARS_MAX: usize = 16;

/// What the service answers.
#[derive(Deserialize)]
struct Translated {
    #[serde(rename = "translatedText")]
    text: String,
}

/// What a message says, in that language.
pub(crate) async fn translate(desk: &Desk, viewer: &Viewer, id: MessageId, to: &str) -> Result<String> {
    let (_, message) = store::messages::one(&desk.db, viewer, id).await?;
    let Some(service) = &desk.config.translator else {
        let (zh, en) = ("这里没有翻译服务。", "There is no translation service here.");
        return Err(Refusal::new(Kind::Conflict, "chat.no_translator", zh, en).into());
    };
    let to = language(to)?;
    if message.text.trim().is_empty() {
        return Ok(String::new());
    }
    desk.chat.may_send(viewer.member)?;
    let key = service.key.as_deref().unwrap_or_default();
    let body = json!({ "q": message.text, "source": "auto", "target": to, "format": "text", "api_key": key });
    let address = format!("{}/translate", service.url.trim_end_matches('/'));
    let call = Call::post(address, body.to_string()).header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    match desk.outgoing.make(call.within(PATIENCE)).await {
        Ok(answer) if answer.status.is_success() => {
            let translated: Translated = serde_json::from_slice(&answer.body).map_err(|_| silent())?;
            Ok(translated.text)
        }
        Ok(answer) => {
            tracing::warn!(status = answer.status.as_u16(), "the translation service refused");
            Err(silent())
        }
        Err(failure) => {
            tracing::warn!(%failure, "the translation service does not answer");
            Err(silent())
        }
    }
}

/// A language as the service names it.
fn language(tag: &str) -> Result<&str> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if tag.is_empty() || tag.len() > LANGUAGE_CHARS_MAX || !tag.chars().all(is_name) {
        let (zh, en) = ("没有这种语言。", "There is no such language.");
        return Err(Refusal::new(Kind::Invalid, "chat.language", zh, en).about("to").into());
    }
    Ok(if tag == "zh-CN" { "zh" } else { tag })
}

fn silent() -> Error {
    let (zh, en) = ("翻译服务没有回答，过一会儿再试。", "The translation service didn’t answer. Try again in a little while.");
    Refusal::new(Kind::Unavailable, "chat.translator_silent", zh, en).into()
}
