//! Calls to other people's servers: the one way out of the program over HTTP.
//!
//! Nothing is ever called unless something that a person switched on needs it. An address from a stranger must not
//! open a door to the network the program stands in, so a call goes to the open internet only, or to a network that
//! the operator names: every name is resolved here, the address that was looked at is the one connected to, and each
//! redirect is looked at again. There are no cookies, no credentials in addresses, and a bound to time and size.
//!
//! With a proxy of the operator's the proxy resolves names: what this machine can resolve is looked at all the same,
//! and what lies in an allowed network is called without the proxy.

mod addresses;
mod call;
mod names;

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, LOCATION};
use axum::http::{HeaderMap, Method, StatusCode};
use bytes::{Bytes, BytesMut};
use reqwest::{Client, Proxy, Url, redirect};
use tokio::sync::Semaphore;

use crate::limit;
use crate::limits::Limits;

pub use addresses::{Networks, NotANetwork, is_public};
pub use call::{Answer, Call, Failure};

use names::{Closed, Guard, LookUp};

limit!(CONNECT_S: "outgoing.connect_s", 5, "seconds", "How long a server that is called may take to accept the connection.");
limit!(TOTAL_S: "outgoing.total_s", 15, "seconds", "How long a call to another server may take in all.");
limit!(ANSWER_BYTES: "outgoing.answer_bytes", 1_048_576, "bytes", "How large the answer of a server that is called may be.");
limit!(REDIRECTS: "outgoing.redirects", 3, "redirects", "How often a call is sent on before it is given up.");
limit!(AT_ONCE: "outgoing.at_once", 64, "calls", "How many calls are under way at once; others wait for their turn.");

/// What we call ourselves.
const NAME: &str = "Hutong";
/// Idle connections that are kept for each server, and how long.
const IDLE_PER_HOST: usize = 4;
const IDLE_MAX: Duration = Duration::from_secs(30);

/// What an operator decided about calls.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Networks that may be called although they are not on the open internet.
    pub allow: Networks,
    /// The proxy that calls go through.
    pub proxy: Option<ProxyAddress>,
}

/// A proxy, such as `http://user:password@proxy.example.org:3128`.
#[derive(Clone)]
pub struct ProxyAddress(Proxy);

/// The address of a proxy cannot be read. The words never hold the address, which may have a password in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an address such as http://user:password@proxy.example.org:3128 or https://…")]
pub struct NotAProxy;

impl ProxyAddress {
    /// Reads the address of a proxy.
    pub fn parse(address: &str) -> Result<Self, NotAProxy> {
        let url: Url = address.parse().map_err(|_| NotAProxy)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !matches!(url.path(), "" | "/") {
            return Err(NotAProxy);
        }
        Proxy::all(url).map(Self).map_err(|_| NotAProxy)
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyAddress(…)")
    }
}

/// Makes calls; copies are the same.
#[derive(Clone)]
pub struct Outgoing(Arc<Parts>);

struct Parts {
    rules: Rules,
    limits: Limits,
    guard: Guard,
    turns: Semaphore,
    /// Made at the first call, because most programs never make one.
    clients: OnceLock<Result<Clients, String>>,
}

/// What knows the servers' certificates and keeps connections.
#[derive(Clone)]
struct Clients {
    direct: Client,
    by_proxy: Option<Client>,
}

impl Outgoing {
    /// Calls by these rules.
    pub fn new(rules: Rules, limits: &Limits) -> Self {
        let guard = Guard::new(rules.allow.clone());
        let turns = Semaphore::new(limits.count(&AT_ONCE).clamp(1, Semaphore::MAX_PERMITS));
        Self(Arc::new(Parts { rules, limits: limits.clone(), guard, turns, clients: OnceLock::new() }))
    }

    /// Makes the call. An answer with any status is an answer.
    pub async fn make(&self, call: Call) -> Result<Answer, Failure> {
        let most = self.0.limits.seconds(&TOTAL_S);
        let within = call.within.map_or(most, |time| time.min(most));
        tokio::time::timeout(within, self.take_turn(call)).await.unwrap_or(Err(Failure::TooSlow))
    }

    /// Whether an address could be called as it is written; what its name resolves to is looked at when it is called.
    pub fn is_callable(&self, address: &str) -> bool {
        let Ok(url) = readable(address) else { return false };
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        host.parse().map_or(true, |ip| self.0.guard.is_open(std::net::SocketAddr::new(ip, 0)))
    }

    async fn take_turn(&self, call: Call) -> Result<Answer, Failure> {
        let _turn = self.0.turns.acquire().await.map_err(|_| Failure::Broken("the program stops".to_owned()))?;
        let mut url = readable(&call.url)?;
        let mut headers = call.headers.clone();
        let mut left = self.0.limits.of(&REDIRECTS);
        loop {
            let response = self.ask(&call, &url, headers.clone()).await?;
            let Some(next) = call.follows.then(|| sent_on(&url, &response)).flatten() else {
                return self.read(&call, response).await;
            };
            left = left.checked_sub(1).ok_or(Failure::TooManyRedirects)?;
            let next = readable(next?.as_str())?;
            if next.origin() != url.origin() {
                headers.remove(AUTHORIZATION);
            }
            url = next;
        }
    }

    async fn ask(&self, call: &Call, url: &Url, headers: HeaderMap) -> Result<reqwest::Response, Failure> {
        let client = self.client_for(url).await?;
        let asked = client.request(call.method.clone(), url.clone()).headers(headers);
        let asked = if call.method == Method::GET { asked } else { asked.body(call.body.clone()) };
        asked.send().await.map_err(|error| in_words(&error))
    }

    /// The client to use for that address. An address that is written as a number is not resolved, so it is looked at here.
    async fn client_for(&self, url: &Url) -> Result<Client, Failure> {
        let clients = self.0.clients.get_or_init(|| self.0.clients()).clone().map_err(Failure::Broken)?;
        let host = url.host_str().ok_or(Failure::Address)?;
        let Some(by_proxy) = clients.by_proxy else {
            return if self.is_callable(url.as_str()) { Ok(clients.direct) } else { Err(Failure::Closed) };
        };
        match self.0.guard.look_up(host).await {
            Err(LookUp::Closed(_)) => Err(Failure::Closed),
            Err(LookUp::Unknown(_)) => Ok(by_proxy),
            Ok(open) if open.iter().any(|address| self.0.guard.is_named(*address)) => Ok(clients.direct),
            Ok(_) => Ok(by_proxy),
        }
    }

    async fn read(&self, call: &Call, mut response: reqwest::Response) -> Result<Answer, Failure> {
        let most = self.0.limits.count(&ANSWER_BYTES);
        let most = call.answer_bytes_max.map_or(most, |bytes| bytes.min(most));
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| in_words(&error))? {
            let room = most - body.len();
            if chunk.len() > room && !call.beginning_only {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
            if call.beginning_only && body.len() == most {
                break;
            }
        }
        let (status, url) = (response.status(), response.url().to_string());
        Ok(Answer { status, headers: std::mem::take(response.headers_mut()), body: Bytes::from(body), url })
    }
}

impl Parts {
    fn clients(&self) -> Result<Clients, String> {
        let begun = || {
            Client::builder()
                .user_agent(NAME)
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .connect_timeout(self.limits.seconds(&CONNECT_S))
                .pool_max_idle_per_host(IDLE_PER_HOST)
                .pool_idle_timeout(IDLE_MAX)
        };
        let failed = |error: reqwest::Error| error.to_string();
        let direct = begun().dns_resolver(self.guard.clone()).build().map_err(failed)?;
        let by_proxy = self.rules.proxy.clone().map(|ProxyAddress(proxy)| begun().proxy(proxy).build()).transpose().map_err(failed)?;
        Ok(Clients { direct, by_proxy })
    }
}

/// An address that can be called as far as it is written.
fn readable(address: &str) -> Result<Url, Failure> {
    let url: Url = address.parse().map_err(|_| Failure::Address)?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if matches!(url.scheme(), "http" | "https") && is_plain && url.has_host() { Ok(url) } else { Err(Failure::Address) }
}

/// Where the answer sends the call on to, if it does.
fn sent_on(from: &Url, response: &reqwest::Response) -> Option<Result<Url, Failure>> {
    match response.status() {
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            let to = response.headers().get(LOCATION)?.to_str().ok()?;
            Some(from.join(to).map_err(|_| Failure::Address))
        }
        _ => None,
    }
}

/// What went wrong, without the address.
fn in_words(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::TooSlow;
    }
    let mut deepest: &(dyn StdError + 'static) = error;
    while let Some(source) = deepest.source() {
        if source.is::<Closed>() {
            return Failure::Closed;
        }
        deepest = source;
    }
    Failure::Unreachable(deepest.to_string())
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outgoing").field(&self.0.rules).finish()
    }
}
