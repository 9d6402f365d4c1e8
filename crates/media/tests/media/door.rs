//! The door: who may not come in is told why, in words and by a code, and costs nothing.

use axum::http::HeaderMap;
use media::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::seat::{Seat, Way};
use crate::stage::{Stage, token};

/// Knocks, and gives status, code and words of the refusal.
async fn refused(stage: &Stage, token: &str, language: &str) -> (u16, String, String) {
    let stream = TcpStream::connect(stage.door).await.expect("the door is open");
    let url = format!("ws://{}/rtc/v1?access_token={token}", stage.door);
    let mut request = url.into_client_request().expect("a URL");
    request.headers_mut().insert("accept-language", language.parse().expect("a value"));
    match client_async(request, stream).await {
        Err(Error::Http(response)) => {
            let code = |headers: &HeaderMap| headers["x-error-code"].to_str().expect("text").to_owned();
            let words = String::from_utf8(response.body().clone().unwrap_or_default()).expect("text");
            (response.status().as_u16(), code(response.headers()), words)
        }
        other => panic!("refused, but: {other:?}"),
    }
}

#[tokio::test]
async fn a_full_room_says_so_and_the_next_room_takes_people() {
    let stage = Stage::open(Limits { participants_per_room_max: 1, ..Limits::default() }).await;
    let mut alice = Seat::take(&stage, "lane", 0, Way::Udp).await;
    alice.until("alice", |view| view.connected).await;
    let (status, code, words) = refused(&stage, &token("lane", "bob"), "en").await;
    assert_eq!((status, code.as_str(), words.as_str()), (503, "media.room_full", "room is full"));
    let mut bob = Seat::take(&stage, "square", 1, Way::Udp).await;
    bob.until("bob", |view| view.connected).await;
    stage.close().await;
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_refused_in_the_language_of_the_client() {
    let stage = Stage::open(Limits::default()).await;
    let forged = format!("{}x", token("lane", "bob"));
    let (status, code, words) = refused(&stage, &forged, "zh-CN").await;
    assert_eq!((status, code.as_str()), (401, "media.token"));
    assert!(words.starts_with("入场凭证"), "{words}");
    stage.close().await;
}

#[tokio::test]
async fn the_server_api_reads_no_body_of_a_stranger() {
    let stage = Stage::open(Limits::default()).await;
    let mut stream = TcpStream::connect(stage.door).await.expect("the door is open");
    let head = "POST /twirp/livekit.RoomService/ListRooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("written");
    // The body never comes; the answer does.
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 401");
    stage.close().await;
}
