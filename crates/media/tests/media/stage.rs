//! A media server on free ports of the loopback interface, and tokens for it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use kernel::metrics::Metrics;
use media::token::{self, ApiKeys, Claims, VideoGrant};
use media::{Limits, Media, MediaConfig};
use tokio::net::TcpListener;

const KEY: &str = "key";
const SECRET: &str = "a secret that is long enough for it";
/// Far away, in seconds since 1970.
const EXPIRES_AT_S: i64 = 4_102_444_800;

pub(crate) struct Stage {
    media: Media,
    metrics: Metrics,
    /// Where signalling listens.
    pub(crate) door: SocketAddr,
}

impl Stage {
    pub(crate) async fn open(limits: Limits) -> Stage {
        let metrics = Metrics::new();
        let config = MediaConfig {
            keys: ApiKeys::new(KEY, SECRET),
            udp_port: 0,
            tcp_port: Some(0),
            node_ips: vec![Ipv4Addr::LOCALHOST.into()],
            workers: Some(2),
            limits,
            seed: [3; 32],
            metrics: metrics.clone(),
        };
        let (media, router) = Media::start(config).await.expect("the server starts");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let door = listener.local_addr().expect("it is bound");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Stage { media, metrics, door }
    }

    /// Where media arrives as datagrams.
    pub(crate) fn udp(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.media.udp_port()).into()
    }

    /// Where media arrives as a stream.
    pub(crate) fn tcp(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.media.tcp_port().expect("it was asked for")).into()
    }

    /// A number of the exposition, all workers together; `label` narrows it down.
    pub(crate) fn number(&self, name: &str, label: &str) -> u64 {
        let text = self.metrics.encode();
        let named = |line: &&str| {
            let rest = line.strip_prefix("hutong_media_").and_then(|line| line.strip_prefix(name));
            rest.is_some_and(|rest| rest.starts_with("_total{") || rest.starts_with('{')) && line.contains(label)
        };
        let value = |line: &str| line.rsplit(' ').next().and_then(|value| value.parse::<u64>().ok());
        text.lines().filter(named).filter_map(value).sum()
    }

    pub(crate) async fn close(self) {
        self.media.stop(false).await;
    }
}

pub(crate) fn token(room: &str, identity: &str) -> String {
    let claims = Claims {
        identity: identity.to_owned(),
        video: VideoGrant { room_join: true, room: room.to_owned(), ..VideoGrant::default() },
        expires_at_s: EXPIRES_AT_S,
        ..Claims::default()
    };
    token::mint(KEY, SECRET, &claims)
}

#[expect(clippy::disallowed_methods, reason = "real sockets take real time; the clients' machines get it as an argument")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
