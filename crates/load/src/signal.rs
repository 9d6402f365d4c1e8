//! The signal connection: a WebSocket to the address of the URL.

use std::net::SocketAddr;

use tokio::net::{TcpStream, lookup_host};
use tokio_tungstenite::{WebSocketStream, client_async};

/// An open signal connection.
pub(crate) type Socket = WebSocketStream<TcpStream>;

/// The host and port of a `ws://` or `http://` URL, and the path before `/rtc` or `/api`.
pub(crate) fn parts(url: &str) -> Result<(String, String), String> {
    let rest = url.strip_prefix("ws://").or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or("the URL must begin with ws:// or http://; TLS is not spoken here")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let authority = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let path = path.trim_matches('/');
    Ok((authority, if path.is_empty() { String::new() } else { format!("/{path}") }))
}

/// The server's address.
pub(crate) async fn resolve(url: &str) -> Result<SocketAddr, String> {
    let (authority, _) = parts(url)?;
    let mut found = lookup_host(&authority).await.map_err(|error| format!("{authority}: {error}"))?;
    found.next().ok_or_else(|| format!("{authority} has no address"))
}

/// Opens a signal connection with a join request.
pub(crate) async fn open(url: &str, server: SocketAddr, token: &str, request: &str) -> Result<Socket, String> {
    let (authority, prefix) = parts(url)?;
    let target = format!("ws://{authority}{prefix}/rtc/v1?access_token={token}&join_request={request}");
    let stream = TcpStream::connect(server).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let (socket, _) = client_async(target, stream).await.map_err(|error| error.to_string())?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        assert_eq!(parts("ws://a:7880"), Ok(("a:7880".to_owned(), String::new())));
        assert_eq!(parts("ws://a/office/"), Ok(("a:80".to_owned(), "/office".to_owned())));
        assert!(parts("wss://a").is_err());
    }
}
