//! What is said to somebody who may not come in: the status, a code for programs, and words for people in the language
//! their client asks for. It decides nothing; `signalling` has decided.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use signalling::join::{JoinError, ROOM_FULL, SERVER_FULL, STOPPING};

/// Carries the code; the body is read by people.
pub(super) const CODE: HeaderName = HeaderName::from_static("x-error-code");
/// When somebody who was refused for lack of room may try again, in seconds.
const RETRY_AFTER_S: HeaderValue = HeaderValue::from_static("5");

/// The answer to a refused join.
pub(super) fn refuse(error: &JoinError, headers: &HeaderMap) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let words = if wants_chinese(headers) { in_chinese(&error.message) } else { error.message.clone() };
    let mut response = (status, words).into_response();
    response.headers_mut().insert(CODE, HeaderValue::from_static(error.code()));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_S);
    }
    response
}

/// Whether Chinese is the first language a client asks for. Native clients ask for none and get English.
fn wants_chinese(headers: &HeaderMap) -> bool {
    let languages = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    languages.trim_start().get(..2).is_some_and(|first| first.eq_ignore_ascii_case("zh"))
}

/// The English words stay behind the Chinese where a client looks for them.
fn in_chinese(message: &str) -> String {
    let words = match message {
        ROOM_FULL => "房间已满",
        SERVER_FULL => "服务器已满，请稍后再试",
        STOPPING => "服务器正在关闭，请稍后再试",
        "token is expired" => "入场凭证已过期，请重新进入",
        "token is not valid yet" => "入场凭证尚未生效",
        "no authorization token provided" | "invalid authorization header" => "缺少入场凭证",
        "invalid authorization token" | "token uses an unsupported algorithm" | "token has no expiry" => "入场凭证无效",
        "unknown API key in token" | "token signature is invalid" => "入场凭证不是本服务器签发的",
        "permissions denied" | "no permission to set metadata or attributes" => "没有权限",
        "requested room does not exist" => "没有这个房间",
        _ => "请求无效",
    };
    format!("{words} ({message})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(language: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, language.parse().expect("a value"))])
    }

    #[tokio::test]
    async fn people_are_told_in_their_language_and_programs_by_a_code() {
        let full = JoinError::unavailable(ROOM_FULL);
        for (headers, words) in [(HeaderMap::new(), "room is full"), (asking("zh-CN,zh;q=0.9,en;q=0.8"), "房间已满 (room is full)")] {
            let response = refuse(&full, &headers);
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(
                (&response.headers()[CODE], &response.headers()[header::RETRY_AFTER]),
                (&"media.room_full".parse().expect("a value"), &RETRY_AFTER_S)
            );
            let body = axum::body::to_bytes(response.into_body(), 1_000).await.expect("a body");
            assert_eq!(body, words);
        }
        assert!(!wants_chinese(&asking("en-US,zh;q=0.5")));
    }
}
