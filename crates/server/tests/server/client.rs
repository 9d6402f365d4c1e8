//! A browser that is no more than a socket: HTTP/1.0, so that an answer ends where its connection does, and just
//! enough of WebSockets to listen.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A story that hears nothing for so long is broken; no story that works comes near it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody with a browser.
#[derive(Clone)]
pub(crate) struct Browser {
    address: SocketAddr,
    /// What it shows for being signed in.
    pub(crate) cookie: Option<String>,
    language: &'static str,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(address: SocketAddr) -> Browser {
        Browser { address, cookie: None, language: "en" }
    }

    pub(crate) fn speaking(&self, language: &'static str) -> Browser {
        Browser { language, ..self.clone() }
    }

    /// The same browser before the program's next life.
    pub(crate) fn at(&self, address: SocketAddr) -> Browser {
        Browser { address, ..self.clone() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, None).unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(body)).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// Asks, and keeps the cookie of the answer.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> io::Result<Answer> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nX-Requested-With: hutong\r\nAccept-Language: {}\r\n{cookie}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.language,
            body.len()
        );
        let answer = exchange(self.address, format!("{head}{body}").as_bytes())?;
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        Ok(answer)
    }

    /// Opens a WebSocket.
    pub(crate) fn listen(&self, path: &str) -> Ears {
        let mut stream = connect(self.address).expect("it is open");
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: c3Rvcnktb2YtYS1zb2NrZQ==\r\n{cookie}\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&head)));
            head.extend(byte);
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Ears(stream)
    }
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Sends bytes as they are and reads the answer to its end. A server may answer and close before it has read all of
/// what was sent.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> io::Result<Answer> {
    let mut stream = connect(address)?;
    let sent = stream.write_all(request);
    let mut bytes = Vec::new();
    let mut part = [0; 4_096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset && !bytes.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        sent?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

impl Answer {
    #[track_caller]
    pub(crate) fn must_be(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.into_iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// An open WebSocket that only listens.
pub(crate) struct Ears(TcpStream);

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Text(String),
    Bytes(Vec<u8>),
    Close(u16),
}

impl Ears {
    /// The next message; nothing when the connection has ended without a farewell.
    pub(crate) fn next(&mut self) -> Option<Heard> {
        loop {
            let [first, second] = self.read::<2>()?;
            let length = match second & 0x7f {
                126 => usize::from(u16::from_be_bytes(self.read()?)),
                127 => usize::try_from(u64::from_be_bytes(self.read()?)).ok()?,
                short => usize::from(short),
            };
            let mut bytes = vec![0; length];
            self.0.read_exact(&mut bytes).ok()?;
            match first & 0x0f {
                1 => return Some(Heard::Text(String::from_utf8(bytes).expect("text"))),
                2 => return Some(Heard::Bytes(bytes)),
                8 => return Some(Heard::Close(bytes.first_chunk().map_or(0, |code| u16::from_be_bytes(*code)))),
                _ => {}
            }
        }
    }

    fn read<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }
}
