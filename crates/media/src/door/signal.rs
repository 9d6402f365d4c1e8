//! Signalling sockets: the checks before the upgrade, and the two-way traffic after it.
//!
//! A client joins before its socket is upgraded, so that whatever stands against it becomes an HTTP status. The socket
//! carries frames to and from the client's worker and understands none of them.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use signalling::join::{self, Join, JoinError, SERVER_FULL};
use signalling::{ConnectionId, Outgoing};
use tokio::sync::oneshot;
use tokio::time::{interval, timeout};

use super::{Door, words};
use crate::clock;
use crate::mailbox::{Letter, Mailbox, SignalFrame};
use crate::outbox::{self, Outgoings};

/// Longest message of a client, in bytes.
const MESSAGE_BYTES_MAX: usize = signalling::SIGNAL_BYTES_MAX;
/// What is read of a connection at once. It is held for as long as the connection is open.
const READ_BYTES: usize = 4_096;
/// How often a socket is pinged, for the sake of proxies on the way.
const PING_EVERY: Duration = Duration::from_secs(10);
/// A client that does not take a message within this time is gone.
const WRITTEN_WITHIN: Duration = Duration::from_secs(10);
/// How long a worker may take to let somebody in.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// How long a client may take to close its side.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);

/// A client that was let in, and its worker.
struct Admitted {
    connection: ConnectionId,
    mailbox: Mailbox,
    outgoing: Outgoings,
}

/// Answers `GET /rtc/v1`.
pub(super) async fn enter(
    State(door): State<Door>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return (StatusCode::NOT_FOUND, "this address is a WebSocket").into_response();
    };
    let headers = request.headers().clone();
    let admitted = match read(&door, &headers, query.as_deref(), address_of(&request)) {
        Ok(join) => admit(&door, join).await,
        Err(error) => Err(error),
    };
    let Admitted { connection, mailbox, outgoing } = match admitted {
        Ok(admitted) => admitted,
        Err(error) => return words::refuse(&error, &headers),
    };
    let abandoned = mailbox.clone();
    upgrade
        .read_buffer_size(READ_BYTES)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX)
        .on_failed_upgrade(move |_| {
            tokio::spawn(async move { abandoned.send(Letter::SignalClosed(connection)).await });
        })
        .on_upgrade(move |socket| async move {
            talk(socket, connection, &mailbox, outgoing).await;
            mailbox.send(Letter::SignalClosed(connection)).await;
        })
}

/// Answers `GET /rtc/v1/validate`: the same checks without joining.
pub(super) async fn validate(State(door): State<Door>, RawQuery(query): RawQuery, request: Request) -> Response {
    match read(&door, request.headers(), query.as_deref(), address_of(&request)) {
        Ok(_) => (StatusCode::OK, "success").into_response(),
        Err(error) => words::refuse(&error, request.headers()),
    }
}

fn read(door: &Door, headers: &HeaderMap, query: Option<&str>, client: Option<SocketAddr>) -> Result<Join, JoinError> {
    // A header that is no text cannot be a token; an empty one is malformed in the same way.
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let address = client.map(|client| client.ip());
    join::read(&door.keys, authorization, query.unwrap_or_default(), address, clock::wall_ms())
}

async fn admit(door: &Door, join: Join) -> Result<Admitted, JoinError> {
    let worker = door.directory.find_or_choose(&join.claims.video.room);
    // Whoever is in the room already may always come back.
    if !door.directory.has_room(worker) && !join.request.is_resume() {
        return Err(JoinError::unavailable(SERVER_FULL));
    }
    let Some(mailbox) = door.mailboxes.get(worker) else {
        return Err(JoinError::unavailable(SERVER_FULL));
    };
    let (sink, outgoing) = outbox::pair();
    let (answer, outcome) = oneshot::channel();
    let letter = Letter::Join { join: Box::new(join), sink, answer };
    if mailbox.try_send(letter).is_err() {
        return Err(JoinError::unavailable(SERVER_FULL));
    }
    mailbox.ring();
    match timeout(ANSWERED_WITHIN, outcome).await {
        // The join may have been passed on to another worker than was asked.
        Ok(Ok(outcome)) => outcome.map(|(connection, worker)| Admitted {
            mailbox: door.mailboxes.get(worker).unwrap_or(mailbox).clone(),
            connection,
            outgoing,
        }),
        Ok(Err(_)) | Err(_) => Err(JoinError::unavailable(SERVER_FULL)),
    }
}

/// Carries frames until either side ends.
async fn talk(socket: WebSocket, connection: ConnectionId, mailbox: &Mailbox, mut outgoing: Outgoings) {
    let (mut writer, mut reader) = socket.split();
    let mut pings = interval(PING_EVERY);
    pings.tick().await;
    loop {
        let mut bytes = 0;
        let message = tokio::select! {
            frame = reader.next() => match frame {
                Some(Ok(frame)) => {
                    if !forward(frame, connection, mailbox).await {
                        return;
                    }
                    continue;
                }
                Some(Err(_)) | None => return,
            },
            frame = outgoing.take() => {
                bytes = frame.as_ref().map_or(0, outbox::bytes_of);
                match frame {
                    Some(Outgoing::Binary(bytes)) => Message::Binary(bytes.into()),
                    Some(Outgoing::Text(text)) => Message::Text(text.into()),
                    Some(Outgoing::Close) | None => return close(writer, reader).await,
                }
            }
            _ = pings.tick() => Message::Ping(Default::default()),
        };
        if !matches!(timeout(WRITTEN_WITHIN, writer.send(message)).await, Ok(Ok(()))) {
            return;
        }
        outgoing.written(bytes);
    }
}

/// Passes one frame on; false when the client or the worker is gone.
async fn forward(frame: Message, connection: ConnectionId, mailbox: &Mailbox) -> bool {
    let frame = match frame {
        Message::Binary(bytes) => SignalFrame::Binary(bytes.into()),
        Message::Text(text) => SignalFrame::Text(text.to_string()),
        Message::Ping(_) | Message::Pong(_) => return true,
        Message::Close(_) => return false,
    };
    mailbox.send_signal(connection, frame).await
}

/// Closes in good order: everything queued has been written by now.
async fn close(mut writer: SplitSink<WebSocket, Message>, mut reader: SplitStream<WebSocket>) {
    let frame = CloseFrame { code: close_code::NORMAL, reason: "".into() };
    let closing = async {
        writer.send(Message::Close(Some(frame))).await?;
        while let Some(Ok(_)) = reader.next().await {}
        Ok::<(), axum::Error>(())
    };
    // A client that does not close its side in time is simply dropped.
    let _ = timeout(CLOSED_WITHIN, closing).await;
}

fn address_of(request: &Request) -> Option<SocketAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| *address)
}
