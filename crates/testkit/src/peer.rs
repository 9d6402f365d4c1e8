//! Somebody else's server, on this machine: it remembers what it was asked and answers as a story tells it to.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The largest body it takes.
const BODY_BYTES_MAX: usize = 4 << 20;

/// A server that the office may call. It ends when it is dropped.
#[derive(Debug)]
pub struct Peer {
    url: String,
    seen: Arc<Mutex<Seen>>,
    serving: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    calls: Vec<Received>,
    answers: VecDeque<Prepared>,
    usual: Prepared,
}

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Received {
    /// A header as text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[derive(Clone, Debug)]
struct Prepared {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Default for Prepared {
    fn default() -> Self {
        Self { status: 200, headers: Vec::new(), body: Bytes::new() }
    }
}

impl Peer {
    /// Starts it on a free port of the loopback.
    pub async fn start() -> Peer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::<Mutex<Seen>>::default();
        let app = Router::new().fallback(answer).with_state(seen.clone());
        let serving = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, app).await;
        });
        Peer { url, seen, serving }
    }

    /// Its address with that path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// What it answers once, after whatever else was prepared.
    pub fn answers_once(&self, status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) {
        let prepared = prepared(status, headers, body.into());
        self.with(|seen| seen.answers.push_back(prepared));
    }

    /// What it answers when nothing else was prepared.
    pub fn answers(&self, status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) {
        let prepared = prepared(status, headers, body.into());
        self.with(|seen| seen.usual = prepared);
    }

    /// What it was asked so far, the oldest first.
    pub fn calls(&self) -> Vec<Received> {
        self.with(|seen| seen.calls.clone())
    }

    /// What it was asked since this was last called.
    pub fn take_calls(&self) -> Vec<Received> {
        self.with(|seen| std::mem::take(&mut seen.calls))
    }

    fn with<R>(&self, look: impl FnOnce(&mut Seen) -> R) -> R {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn prepared(status: u16, headers: &[(&str, &str)], body: Bytes) -> Prepared {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Prepared { status, headers, body }
}

async fn answer(State(seen): State<Arc<Mutex<Seen>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let received = Received { method: parts.method.to_string(), path, headers: parts.headers, body };
    let prepared = {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.calls.push(received);
        let usual = seen.usual.clone();
        seen.answers.pop_front().unwrap_or(usual)
    };
    let mut response = Response::builder().status(StatusCode::from_u16(prepared.status).expect("a status"));
    for (name, value) in prepared.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(prepared.body)).expect("a sound answer")
}
