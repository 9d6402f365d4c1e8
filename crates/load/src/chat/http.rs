//! A small HTTP client: connections that are kept, and so many at once.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::signal::{self, Socket};

/// Requests under way at once, each on a connection of its own.
const CONNECTIONS_MAX: usize = 64;
/// The largest answer.
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// How long a request may take, waiting for its turn included.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The server as a client knows it.
pub(super) struct Http {
    authority: String,
    prefix: String,
    address: SocketAddr,
    /// The one that was used last is used next, so that a light load uses few.
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

type Connection = SendRequest<Full<Bytes>>;

/// What is asked.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    /// Of whoever asks; empty for a stranger.
    pub(super) cookie: &'a str,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

impl<'a> Ask<'a> {
    pub(super) fn get(path: &'a str, cookie: &'a str) -> Ask<'a> {
        Ask { method: Method::GET, path, cookie, content_type: "application/json", body: String::new() }
    }

    pub(super) fn post(path: &'a str, cookie: &'a str, body: &Value) -> Ask<'a> {
        Ask { method: Method::POST, path, cookie, content_type: "application/json", body: body.to_string() }
    }
}

/// What is answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Name and value of the cookie that is set.
    pub(super) cookie: Option<String>,
    pub(super) body: Bytes,
}

impl Answer {
    /// The body of an answer that is no refusal.
    pub(super) fn json(&self, asked: &str) -> Result<Value, String> {
        if !self.status.is_success() {
            return Err(format!("{asked}: {} {}", self.status.as_u16(), String::from_utf8_lossy(&self.body)));
        }
        serde_json::from_slice(&self.body).map_err(|error| format!("{asked}: {error}"))
    }
}

impl Http {
    pub(super) async fn new(url: &str) -> Result<Http, String> {
        let (authority, prefix) = signal::parts(url)?;
        let address = signal::resolve(url).await?;
        Ok(Http { authority, prefix, address, idle: Mutex::default(), turns: Semaphore::new(CONNECTIONS_MAX) })
    }

    /// Asks and waits for the whole answer.
    pub(super) async fn ask(&self, ask: Ask<'_>) -> Result<Answer, String> {
        match timeout(ANSWER_WITHIN, self.ask_in_turn(ask)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", ANSWER_WITHIN.as_secs())),
        }
    }

    /// Opens somebody's event socket.
    pub(super) async fn listen(&self, cookie: &str) -> Result<Socket, String> {
        let target = format!("ws://{}{}/api/events", self.authority, self.prefix);
        let mut request = target.into_client_request().map_err(|error| error.to_string())?;
        request.headers_mut().insert(COOKIE, cookie.parse().map_err(|_| "a cookie that is none")?);
        let (socket, _) = client_async(request, self.connect().await?).await.map_err(|error| error.to_string())?;
        Ok(socket)
    }

    async fn ask_in_turn(&self, ask: Ask<'_>) -> Result<Answer, String> {
        let text = |error: hyper::Error| error.to_string();
        let _turn = self.turns.acquire().await.map_err(|error| error.to_string())?;
        let request = self.request(ask)?;
        let mut connection = self.connection().await?;
        let answer = match connection.try_send_request(request).await {
            Ok(answer) => answer,
            Err(mut failed) => {
                // The server may close a connection that was idle; what was not sent is sent on another.
                let Some(request) = failed.take_message() else { return Err(text(failed.into_error())) };
                connection = self.open().await?;
                connection.send_request(request).await.map_err(text)?
            }
        };
        let answer = read(answer).await?;
        self.with_idle(|idle| idle.push(connection));
        Ok(answer)
    }

    fn request(&self, ask: Ask<'_>) -> Result<Request<Full<Bytes>>, String> {
        let request = Request::builder().method(ask.method).uri(format!("{}{}", self.prefix, ask.path));
        let request = request.header(HOST, &self.authority).header("x-requested-with", "hutong").header(CONTENT_TYPE, ask.content_type);
        let request = if ask.cookie.is_empty() { request } else { request.header(COOKIE, ask.cookie) };
        request.body(Full::new(Bytes::from(ask.body))).map_err(|error| error.to_string())
    }

    async fn connection(&self) -> Result<Connection, String> {
        while let Some(mut connection) = self.with_idle(Vec::pop) {
            if connection.ready().await.is_ok() {
                return Ok(connection);
            }
        }
        self.open().await
    }

    async fn open(&self) -> Result<Connection, String> {
        let (connection, work) = handshake(TokioIo::new(self.connect().await?)).await.map_err(|error| error.to_string())?;
        // It ends with the connection; what goes wrong is told to whoever asks.
        tokio::spawn(work);
        Ok(connection)
    }

    async fn connect(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect(self.address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(stream)
    }

    fn with_idle<R>(&self, act: impl FnOnce(&mut Vec<Connection>) -> R) -> R {
        act(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn read(answer: Response<hyper::body::Incoming>) -> Result<Answer, String> {
    let status = answer.status();
    let cookie = answer.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok());
    let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await.map_err(|error| error.to_string())?;
    Ok(Answer { status, cookie, body: body.to_bytes() })
}
