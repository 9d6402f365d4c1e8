//! People with a browser each: they ask, and they listen.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderName, SET_COOKIE};
use axum::http::{Method, Request};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tower::ServiceExt as _;

use crate::answer::Answer;
use crate::office::PASSWORD;

/// Bytes on their way through a socket in memory.
const PIPE_BYTES: usize = 65_536;
/// A story that hears nothing for so long is broken; no story that works comes near it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody with a browser, signed in or not.
pub struct Person {
    office: office::Office,
    router: Router,
    cookie: Option<String>,
    language: String,
    /// The member's id; empty for a stranger.
    pub id: String,
}

impl Person {
    pub(crate) fn new(office: office::Office, router: Router) -> Self {
        Self { office, router, cookie: None, language: "en".to_owned(), id: String::new() }
    }

    /// The same person before another program that knows their cookie.
    pub(crate) fn at(&self, office: office::Office, router: Router) -> Self {
        Self { office, router, cookie: self.cookie.clone(), language: self.language.clone(), id: self.id.clone() }
    }

    /// The same person with a browser in another language.
    #[must_use]
    pub fn speaking(mut self, language: &str) -> Self {
        self.language = language.to_owned();
        self
    }

    /// Asks for something.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    /// Sends something new.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(&body)).await
    }

    /// Changes something.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(&body)).await
    }

    /// Removes something.
    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    /// Asks in any way, with a JSON body or none.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        match body {
            Some(body) => self.send(method, path, "application/json", body.to_string()).await,
            None => self.send(method, path, "", Bytes::new()).await,
        }
    }

    /// Sends a body of any type.
    pub async fn send(&self, method: Method, path: &str, content_type: &str, body: impl Into<Bytes>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("x-requested-with", "hutong");
        if !content_type.is_empty() {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let request = request.body(Body::from(body.into())).expect("a request");
        self.send_raw(request).await
    }

    /// Reads while what runs in the background may not have come to its end.
    pub async fn glance(&self, path: &str) -> Answer {
        self.send_only(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a request as it is, with the person's cookie and language.
    pub async fn send_raw(&self, request: Request<Body>) -> Answer {
        let answer = self.send_only(request).await;
        self.office.settle().await.expect("it settles");
        answer
    }

    async fn send_only(&self, mut request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let headers = request.headers_mut();
        headers.entry(HOST).or_insert_with(|| "office.example".parse().expect("a host"));
        headers.entry(ACCEPT_LANGUAGE).or_insert_with(|| self.language.parse().expect("a language"));
        if let Some(cookie) = &self.cookie {
            headers.insert(COOKIE, cookie.parse().expect("a cookie"));
        }
        let response = self.router.clone().oneshot(request).await;
        let (parts, body) = response.unwrap_or_else(|never: Infallible| match never {}).into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body").to_vec();
        Answer { asked, status: parts.status, headers: parts.headers, bytes }
    }

    /// Asks as a bot with its token, without any header of a browser's.
    pub async fn ask_as_bot(&self, token: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = Request::builder().method(method).uri(path).header(AUTHORIZATION, format!("Bearer {token}"));
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send_raw(request.expect("a request")).await
    }

    /// Sends what should sign this person in, and keeps the cookie.
    pub async fn sign_in_by(&mut self, path: &str, body: Value) -> Answer {
        let answer = self.post(path, body).await;
        if let Some(cookie) = answer.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok()) {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let id = answer.json()["member"]["id"].as_str().map(str::to_owned);
        self.id = id.unwrap_or_default();
        answer
    }

    /// Tries to sign in anew with that password; says how it went.
    pub async fn try_password(&self, login: &str, password: &str) -> Answer {
        let body = serde_json::json!({ "login": login, "password": password, "remember": true });
        self.post("/api/org/sign-in", body).await
    }

    /// The password everybody has.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Opens the event socket.
    pub async fn listen(&self) -> Socket {
        let header = self.cookie.as_ref().map(|cookie| (COOKIE, cookie.clone()));
        self.socket("/api/events", header).await
    }

    /// Opens a bot's socket with its token.
    pub async fn listen_as_bot(&self, token: &str) -> Socket {
        self.socket("/api/open/bot/events", Some((AUTHORIZATION, format!("Bearer {token}")))).await
    }

    async fn socket(&self, path: &str, header: Option<(HeaderName, String)>) -> Socket {
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        let (let_in, waiting) = mpsc::channel(1);
        let_in.send(theirs).await.expect("the door is open");
        tokio::spawn(axum::serve(Memory(waiting), self.router.clone()).into_future());
        let mut request = format!("ws://office.example{path}").into_client_request().expect("a request");
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        let opened = tokio_tungstenite::client_async(request, ours).await;
        let (stream, _) = opened.expect("the socket opens");
        Socket { stream, _door: let_in }
    }
}

/// Listens in memory instead of on a port.
struct Memory(mpsc::Receiver<DuplexStream>);

impl axum::serve::Listener for Memory {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.recv().await {
            Some(stream) => (stream, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// An open event socket.
pub struct Socket {
    stream: WebSocketStream<DuplexStream>,
    _door: mpsc::Sender<DuplexStream>,
}

impl Socket {
    /// The next event of that type; those of other types are passed over.
    pub async fn hears(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("closed before {kind}"));
            if event["type"] == kind {
                return event;
            }
        }
    }

    /// The next event; `None` when the socket is closed.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let heard = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match heard.expect("something is heard")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).expect("JSON")),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Says something.
    pub async fn say(&mut self, words: &Value) {
        self.stream.send(Message::text(words.to_string())).await.expect("it is open");
    }
}
