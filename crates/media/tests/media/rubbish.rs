//! Rubbish at the sockets of a server with a room in it: it is dropped and counted, costs no memory, and the room goes on.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use futures::{SinkExt as _, StreamExt as _};
use media::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use crate::seat::{Seat, Way};
use crate::stage::{Stage, token};

/// Rounds of every kind of rubbish.
const ROUNDS: usize = 8_000;
const PAGE_BYTES: usize = 4_096;

/// What strangers may send, one of each kind.
fn kinds() -> Vec<Vec<u8>> {
    let fill = |head: &[u8], length: usize| head.iter().copied().chain(std::iter::repeat(0xA5)).take(length).collect::<Vec<u8>>();
    let stun = |username: &str| {
        let value = username.as_bytes();
        let padded = value.len().next_multiple_of(4);
        let length = u16::try_from(padded + 4).expect("short").to_be_bytes();
        let size = u16::try_from(value.len()).expect("short").to_be_bytes();
        let mut bytes = vec![0, 1, length[0], length[1], 0x21, 0x12, 0xA4, 0x42];
        bytes.extend([7; 12]);
        bytes.extend([0, 6, size[0], size[1]]);
        bytes.extend(value);
        bytes.resize(20 + 4 + padded, 0);
        bytes
    };
    vec![
        Vec::new(),
        vec![0],
        // Checks for nobody, for a place that is taken (without the password), for another worker, and broken ones.
        stun("nobody:stranger"),
        stun("aaaaaaaazzzzzzzz:stranger"),
        stun("aeaaaaaazzzzzzzz:stranger"),
        fill(&[0, 1, 0xFF, 0xFF, 0x21, 0x12, 0xA4, 0x42], 64),
        fill(&[0, 1, 0, 0], 19),
        // A handshake out of nowhere, records of all types, and RTP, RTCP, TURN data and nothing known.
        fill(&[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0x04, 0x80], 1_200),
        fill(&[23, 0xFE, 0xFD, 0, 1], 200),
        fill(&[0x80, 96, 0, 1], 1_200),
        fill(&[0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xBE, 0xDE, 0xFF, 0xFF], 40),
        fill(&[0x80, 200, 0xFF, 0xFF], 1_200),
        fill(&[0x81, 205], 12),
        fill(&[64], 100),
        fill(&[255], 1_200),
    ]
}

fn resident_bytes() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").expect("a Linux");
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("a number");
    pages * PAGE_BYTES
}

/// In a process of its own, because other stories need memory, too.
#[test]
fn strangers_datagrams_are_counted_and_forgotten() {
    let program = std::env::current_exe().expect("this program");
    let alone = ["--exact", "rubbish::much_rubbish_in_a_process_of_its_own", "--ignored"];
    let output = std::process::Command::new(program).args(alone).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
#[ignore = "the story above runs it alone"]
async fn much_rubbish_in_a_process_of_its_own() {
    let stage = Stage::open(Limits::default()).await;
    let mut alice = Seat::take(&stage, "lane", 0, Way::Udp).await;
    let _bob = Seat::take(&stage, "lane", 1, Way::Udp).await;
    alice.until("the room runs", |view| view.frames > 5 && view.sounds > 5).await;
    let before = resident_bytes();
    let udp = stage.udp();
    let sent: usize = tokio::task::spawn_blocking(move || throw(udp)).await.expect("thrown");
    assert!(sent > ROUNDS * 4_000, "{sent} bytes");
    alice.goes_on("the room goes on").await;
    alice.until("it is counted", |_| stage.number("datagrams_unknown", "") > 1_000).await;
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < sent / 8, "{sent} bytes of rubbish cost {grown}");
    stage.close().await;
}

/// Sends everything from one address and the largest datagram from another; gives the bytes that were sent.
fn throw(to: SocketAddr) -> usize {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let kinds = kinds();
    let sent = |bytes: &[u8]| socket.send_to(bytes, to).unwrap_or(0);
    let small: usize = (0..ROUNDS).flat_map(|_| &kinds).map(|bytes| sent(bytes)).sum();
    let large = vec![0x80; 60_000];
    small + (0..200).map(|_| sent(&large)).sum::<usize>()
}

#[tokio::test]
async fn rubbish_from_inside_is_counted_by_reason() {
    let stage = Stage::open(Limits::default()).await;
    let mut alice = Seat::take(&stage, "lane", 0, Way::Udp).await;
    let mut bob = Seat::take(&stage, "lane", 1, Way::Udp).await;
    alice.until("the room runs", |view| view.frames > 5).await;
    bob.until("the room runs", |view| view.frames > 5).await;
    for _ in 0..50 {
        for kind in kinds().into_iter().filter(|kind| !kind.is_empty()) {
            bob.throw(kind).await;
        }
    }
    alice.goes_on("the room goes on").await;
    bob.goes_on("even for the thrower").await;
    alice
        .until("it is counted", |_| {
            stage.number("packets_dropped", "reason=\"authentication\"") + stage.number("packets_dropped", "reason=\"malformed\"") > 100
                && stage.number("datagrams_refused", "") > 100
        })
        .await;
    stage.close().await;
}

#[tokio::test]
async fn streams_of_rubbish_are_closed() {
    let stage = Stage::open(Limits::default()).await;
    let mut alice = Seat::take(&stage, "lane", 0, Way::Tcp).await;
    let _bob = Seat::take(&stage, "lane", 1, Way::Udp).await;
    alice.until("the room runs", |view| view.frames > 5).await;
    let framed = |bytes: &[u8]| [u16::try_from(bytes.len()).expect("short").to_be_bytes().as_slice(), bytes].concat();
    let mut rubbish: Vec<Vec<u8>> = kinds().iter().map(|bytes| framed(bytes)).collect();
    rubbish.push(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec());
    rubbish.push(vec![0xFF; 70_000]);
    for bytes in rubbish {
        let mut stream = TcpStream::connect(stage.tcp()).await.expect("the port is open");
        // The server may close before it has everything.
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
        let mut nothing = Vec::new();
        let _ = stream.read_to_end(&mut nothing).await;
        assert!(nothing.is_empty(), "strangers are not answered");
    }
    alice.goes_on("the room goes on").await;
    stage.close().await;
}

#[tokio::test]
async fn rubbish_in_signalling_ends_that_connection_alone() {
    let stage = Stage::open(Limits::default()).await;
    let mut alice = Seat::take(&stage, "lane", 0, Way::Udp).await;
    let _bob = Seat::take(&stage, "lane", 1, Way::Udp).await;
    alice.until("the room runs", |view| view.frames > 5).await;
    for message in [Message::Binary(vec![0xFF; 50].into()), Message::Text("{".into()), Message::Binary(vec![0; 3 << 20].into())] {
        let stream = TcpStream::connect(stage.door).await.expect("the door is open");
        let url = format!("ws://{}/rtc/v1?access_token={}", stage.door, token("lane", "mallory"));
        let (mut socket, _) = client_async(url, stream).await.expect("let in");
        for _ in 0..40 {
            if socket.send(message.clone()).await.is_err() {
                break;
            }
        }
        while let Some(Ok(_)) = socket.next().await {}
    }
    alice.goes_on("the room goes on").await;
    alice.until("it is counted", |_| stage.number("signals_malformed", "") >= 64).await;
    stage.close().await;
}
