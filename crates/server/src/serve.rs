//! `hutong serve`: everything is opened in order, runs until a signal comes, and is closed in the opposite order.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware;
use axum::routing::get;
use kernel::blobs::Blobs;
use kernel::chance::Chance;
use kernel::clock::Clock;
use kernel::db::{Address, Db};
use kernel::metrics::Metrics;
use media::control::Control;
use media::token::ApiKeys;
use media::{Media, MediaConfig};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use office::{Office, OfficeConfig, OfficeParts, PasswordCost};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::Layer as _;
use tower::util::MapRequestLayer;

use crate::connections;
use crate::failure::Failure;
use crate::keys;
use crate::settings::{Role, Settings};
use crate::tls::{self, Certificate};
use crate::web;

/// How long requests that run may take to end once the program stops.
const FAREWELL_MAX: Duration = Duration::from_secs(10);

/// Runs the office until somebody stops it.
pub(crate) async fn serve(mut settings: Settings) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    raise_descriptor_limit();
    fs::create_dir_all(&settings.data).map_err(|error| Failure::new(format!("cannot make {}: {error}", settings.data.display())))?;
    let chance = Chance::from_os();
    let keys = keys::load(settings.livekit_keys.as_deref(), &settings.data, &chance)?;
    let metrics = Metrics::new();
    let cannot_listen = |error| Failure::new(format!("cannot listen on {}: {error}", settings.listen));
    let listener = TcpListener::bind(settings.listen).await.map_err(cannot_listen)?;
    settings.listen = listener.local_addr()?;
    let (media, door) = match settings.role {
        Role::Office => (None, Router::new()),
        Role::All | Role::Media => {
            let (media, door) = Media::start(media_config(&settings, &keys, &chance, &metrics)).await?;
            (Some(media), door)
        }
    };
    let rooms = match settings.role {
        Role::Media => None,
        Role::All | Role::Office => {
            // Without a media server of its own the other end is dropped at once, and whatever needs one is refused.
            let control = media.as_ref().map_or_else(|| Control::pair().0, Media::control);
            Some(OpenOffice::open(&settings, chance, metrics.clone(), control, keys).await?)
        }
    };
    let app = match &rooms {
        Some(rooms) => rooms.office.router().merge(door).fallback(web::serve),
        None => without_office(metrics).merge(door).fallback(web::nothing),
    };
    let addresses = media.as_ref().map(Media::addresses).unwrap_or_default();
    let certificate = settings.tls.as_ref().map(|source| Certificate::load(source.files(&settings.data, addresses)?)).transpose()?;
    announce(&settings, media.as_ref(), rooms.as_ref());

    let stopped = run(listener, certificate, app.layer(middleware::from_fn(web::secure)), &mut signals, async {
        if let Some(rooms) = &rooms {
            rooms.office.close_sockets();
        }
        if let Some(media) = media {
            media.stop(true).await;
        }
    })
    .await;
    if let Some(rooms) = rooms {
        rooms.close().await;
    }
    tracing::info!("stopped");
    stopped
}

/// Which database an address of the settings means.
pub(crate) fn database_address(url: &str) -> Address {
    match url.strip_prefix("sqlite:") {
        Some(file) => Address::file(Path::new(file.trim_start_matches("//"))),
        None => Address::Postgres { url: url.to_owned(), schema: None },
    }
}

/// The office with what must be closed after it.
struct OpenOffice {
    office: Office,
    running: JoinHandle<()>,
    db: Db,
    /// How to get in, for whoever started the program.
    welcome: Option<String>,
}

impl OpenOffice {
    async fn open(settings: &Settings, chance: Chance, metrics: Metrics, control: Control, keys: ApiKeys) -> Result<OpenOffice, Failure> {
        let db = Db::open(&database_address(&settings.database)).await?;
        let office = Office::open(OfficeParts {
            db: db.clone(),
            clock: Clock::System,
            chance,
            blobs: Blobs::in_folder(&settings.data.join("files"))?,
            control,
            mail: settings.mail.clone(),
            outgoing: settings.outgoing.clone(),
            limits: settings.limits.clone(),
            metrics,
            config: OfficeConfig {
                public_url: settings.public_url.clone(),
                behind_proxy: settings.behind_proxy,
                encrypted: settings.tls.is_some(),
                demo: settings.demo,
                version: env!("CARGO_PKG_VERSION"),
                password_cost: PasswordCost::Full,
            },
            keys,
        })
        .await?;
        let welcome = match settings.demo {
            true => Some(office::demo::fill(&office).await?),
            false => office.set_up_link().map(|link| format!("Set it up here (the link works once): {}", settings.at_home(link))),
        };
        let runs = office.clone();
        let running = tokio::spawn(async move { runs.run().await });
        Ok(OpenOffice { office, running, db, welcome })
    }

    async fn close(self) {
        self.office.close_sockets();
        self.office.stop();
        if timeout(FAREWELL_MAX, self.running).await.is_err() {
            tracing::warn!("not everything that the media server told was followed");
        }
        self.db.close().await;
    }
}

fn media_config(settings: &Settings, keys: &ApiKeys, chance: &Chance, metrics: &Metrics) -> MediaConfig {
    let mut seed = [0; 32];
    chance.fill(&mut seed);
    MediaConfig {
        keys: keys.clone(),
        udp_port: settings.media_udp,
        tcp_port: Some(settings.media_tcp),
        node_ips: settings.node_ips.clone(),
        workers: settings.media_workers,
        limits: media::Limits::default(),
        seed,
        metrics: metrics.clone(),
    }
}

/// What a process without an office answers besides media.
fn without_office(metrics: Metrics) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(async || "ok"))
        .route("/metrics", get(async move || metrics.encode()))
}

/// Serves until a signal; then says farewell, and waits for what still runs, but not for ever.
async fn run(
    listener: TcpListener,
    certificate: Option<Arc<Certificate>>,
    app: Router,
    signals: &mut Signals,
    farewell: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let tls = certificate.clone().map(tls::acceptor).transpose()?;
    let app = MapRequestLayer::new(collapse_leading_slashes).layer(app);
    // A sender that is gone means the same as a message.
    let serving = tokio::spawn(connections::serve(listener, tls, app, async { drop(stopping.await) }));
    signals.wait(certificate.as_deref()).await;
    tracing::info!("stopping; a second signal ends the program at once");
    let ending = async {
        farewell.await;
        drop(stop);
        timeout(FAREWELL_MAX, serving).await
    };
    tokio::select! {
        ended = ending => match ended {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failed)) => Err(failed.into()),
            Err(_) => {
                tracing::warn!("some requests were still running");
                Ok(())
            }
        },
        () = signals.wait(None) => Err(Failure::new("stopped at once by a second signal")),
    }
}

/// Clients and proxies put slashes together carelessly; `//rtc` means `/rtc`.
fn collapse_leading_slashes(mut request: Request) -> Request {
    let path_and_query = request.uri().path_and_query().map_or("/", |found| found.as_str());
    if path_and_query.starts_with("//") {
        let single = format!("/{}", path_and_query.trim_start_matches('/'));
        if let Ok(uri) = single.parse() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The signals that end the program, and the one by which a renewed certificate is announced.
struct Signals {
    renewed: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Signals, Failure> {
        Ok(Signals {
            renewed: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the end; until then, SIGHUP has the certificate read again.
    async fn wait(&mut self, certificate: Option<&Certificate>) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.renewed.recv() => certificate.iter().for_each(|certificate| certificate.reload()),
            }
        }
    }
}

/// Every client costs descriptors; the usual soft limit of a thousand is soon reached.
fn raise_descriptor_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(_, hard)| setrlimit(Resource::RLIMIT_NOFILE, hard, hard));
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Tells whoever started the program where to go.
fn announce(settings: &Settings, media: Option<&Media>, rooms: Option<&OpenOffice>) {
    let (media_udp, media_tcp) = (media.map(Media::udp_port), media.and_then(Media::tcp_port));
    tracing::info!(listen = %settings.listen, media_udp, media_tcp, "serving");
    if media.is_none() {
        tracing::warn!("this process has no media server: nobody can enter a meeting");
    }
    let url = settings.public_url.clone().unwrap_or_else(|| settings.local_url());
    match rooms {
        Some(_) => println!("Hutong is open at {url}"),
        None => println!("The media server is open at {url}"),
    }
    if let Some(welcome) = rooms.and_then(|rooms| rooms.welcome.as_deref()) {
        println!("{welcome}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn slashes_at_the_front_are_one() {
        for (given, meant) in [("//rtc/v1?a=//b", "/rtc/v1?a=//b"), ("/rtc", "/rtc"), ("///", "/")] {
            let request = Request::builder().uri(given).body(Body::empty()).expect("a request");
            assert_eq!(collapse_leading_slashes(request).uri().to_string(), meant);
        }
    }

    #[test]
    fn a_database_is_a_file_or_a_server() {
        let Address::Sqlite { file, .. } = database_address("sqlite:data/hutong.db") else {
            panic!("it is a file");
        };
        assert_eq!(file, Path::new("data/hutong.db"));
        assert!(matches!(database_address("postgres://x/y"), Address::Postgres { .. }));
    }
}
