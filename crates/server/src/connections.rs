//! Connections with clients: accepted, encrypted where that is wanted, served over HTTP/1.1, and let go.
//!
//! A stranger who says nothing, or says it slowly, costs a place for a limited time and delays nobody.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::{Service, ServiceExt as _};

/// Clients connected at the same time; more wait in the kernel's backlog. WebSockets are no longer counted once they are
/// open: the office and the media server have limits of their own for them.
const CONNECTIONS_MAX: usize = 50_000;
/// How long a client may take to agree on keys.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// How long the head of a request may take to arrive, counted from the end of the request before it.
const HEAD_WAIT_MAX: Duration = Duration::from_secs(60);
/// Bytes a connection holds of what was not read yet, and so of a request's head.
const HEAD_BYTES_MAX: usize = 128 * 1024;
/// A pause after the system refused a connection, most often for want of descriptors.
const REFUSED_PAUSE: Duration = Duration::from_millis(200);

/// What answers requests.
pub(crate) trait Answers: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static {}

impl<S> Answers for S where S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static {}

/// Serves everybody who comes until told to stop; then accepts nobody and waits for the requests that still run.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, app: impl Answers, stopping: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut stopping = pin!(stopping);
    loop {
        let (place, stream, source) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stopping => break,
        };
        let (tls, app, watcher) = (tls.clone(), app.clone(), graceful.watcher());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, source, app, watcher, HEAD_WAIT_MAX).await,
                Some(tls) => match timeout(HANDSHAKE_MAX, tls.accept(stream)).await {
                    Ok(Ok(stream)) => converse(stream, source, app, watcher, HEAD_WAIT_MAX).await,
                    Ok(Err(error)) => tracing::debug!(%source, %error, "no TLS"),
                    Err(_) => tracing::debug!(%source, "the TLS handshake took too long"),
                },
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next client, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (Option<OwnedSemaphorePermit>, TcpStream, SocketAddr) {
    // The semaphore is never closed, so there is always a place in the end.
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, source)) => {
                // Signalling is small messages that somebody waits for; a socket that refuses is slower, not wrong.
                let _ = stream.set_nodelay(true);
                return (place, stream, source);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                #[expect(clippy::disallowed_methods, reason = "the system does not say when it has descriptors again")]
                tokio::time::sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

/// Answers one client's requests until either side has enough.
async fn converse<Io>(stream: Io, source: SocketAddr, app: impl Answers, watcher: Watcher, head_wait: Duration)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(source));
        app.clone().oneshot(request)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head_wait).max_buf_size(HEAD_BYTES_MAX);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%source, %error, "a connection ended badly");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn app() -> Router {
        Router::new().route("/", get(async || "here"))
    }

    fn here() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 1))
    }

    #[tokio::test]
    async fn whoever_never_ends_a_request_is_let_go() {
        let (mut client, server) = tokio::io::duplex(1_024);
        let graceful = GracefulShutdown::new();
        let served = tokio::spawn(converse(server, here(), app(), graceful.watcher(), Duration::from_millis(1)));
        client.write_all(b"GET / HTTP/1.1\r\nHost: ").await.expect("sent");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("closed");
        assert!(!answer.contains("200 OK"), "{answer}");
        served.await.expect("ended");
    }

    #[tokio::test]
    async fn a_second_request_is_answered_on_the_same_connection() {
        let (mut client, server) = tokio::io::duplex(4_096);
        let graceful = GracefulShutdown::new();
        tokio::spawn(converse(server, here(), app(), graceful.watcher(), HEAD_WAIT_MAX));
        for closing in ["", "Connection: close\r\n"] {
            client.write_all(format!("GET / HTTP/1.1\r\nHost: office\r\n{closing}\r\n").as_bytes()).await.expect("sent");
        }
        let mut answers = String::new();
        client.read_to_string(&mut answers).await.expect("closed");
        assert_eq!(answers.matches("200 OK").count(), 2, "{answers}");
    }
}
