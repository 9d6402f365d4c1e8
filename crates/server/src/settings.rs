//! The settings in force, from flags, the environment and the file, read into types once.
//!
//! A key that nobody knows and a value that makes no sense are errors that name the key.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use kernel::config::{ConfigError, Key, Settings as Gathered};
use kernel::limits::{LIMITS, Limit, Limits};
use kernel::mail::{Relay, RelayError, Way};
use kernel::scan::Scanner;

use crate::args::Flags;
use crate::failure::Failure;
use crate::tls::TlsSource;

/// Everything that can be set.
const KEYS: &[Key] = &[
    Key { name: "behind-proxy", about: "Believe X-Forwarded-* headers: a proxy of yours stands in front." },
    Key { name: "config", about: "A TOML file with settings." },
    Key { name: "data", about: "Directory for the database, files and keys." },
    Key { name: "database", about: "Database: sqlite:FILE or postgres://…" },
    Key { name: "demo", about: "Fill an empty data directory with a small organisation." },
    Key { name: "listen", about: "Where HTTP is served." },
    Key { name: "livekit-keys", about: "API keys as \"key: secret\" lines." },
    Key { name: "log.format", about: "Log format: text or json." },
    Key { name: "log.level", about: "Log level or filter." },
    Key { name: "mail.from", about: "The sender of the office's mail." },
    Key { name: "mail.relay", about: "The relay that sends the office's mail." },
    Key { name: "media.tcp", about: "TCP port for media where UDP is blocked." },
    Key { name: "media.udp", about: "UDP port for media." },
    Key { name: "media.workers", about: "Media worker threads." },
    Key { name: "node-ip", about: "Addresses offered to media clients, separated by commas." },
    Key { name: "public-url", about: "The address people use, for links." },
    Key { name: "role", about: "What this process does: all, office or media." },
    Key { name: "scan.clamd", about: "Address of a ClamAV daemon that looks at uploaded files, such as 127.0.0.1:3310." },
    Key { name: "scan.command", about: "Command that looks at uploaded files: 0 is clean, 1 is harmful." },
    Key { name: "tls.certificate", about: "PEM file with the certificate and its chain." },
    Key { name: "tls.key", about: "PEM file with the certificate's key." },
    Key { name: "tls.self-signed", about: "Serve HTTPS with a certificate made at the first start." },
];

/// Variables that begin like ours and belong to our test runs.
const OF_TEST_RUNS: [&str; 2] = ["HUTONG_BIN", "HUTONG_TEST_"];
/// Where LiveKit's users put their keys.
const LIVEKIT_KEYS_VARIABLE: &str = "LIVEKIT_KEYS";

/// What this process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Everything.
    All,
    /// The office without media: people sign in and plan, and nobody can enter a meeting here.
    Office,
    /// Media without the office: a server for LiveKit clients.
    Media,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) media_udp: u16,
    pub(crate) media_tcp: u16,
    pub(crate) media_workers: Option<usize>,
    pub(crate) node_ips: Vec<IpAddr>,
    pub(crate) demo: bool,
    pub(crate) livekit_keys: Option<String>,
    pub(crate) database: String,
    pub(crate) role: Role,
    pub(crate) behind_proxy: bool,
    pub(crate) public_url: Option<String>,
    /// Serve HTTPS instead of HTTP.
    pub(crate) tls: Option<TlsSource>,
    pub(crate) mail: Way,
    /// Looks at files that people bring.
    pub(crate) scanner: Scanner,
    pub(crate) log_format: LogFormat,
    pub(crate) log_level: String,
    pub(crate) limits: Limits,
}

/// Puts flags, environment and file together.
pub(crate) fn read(flags: &Flags, environment: Vec<(String, String)>) -> Result<Settings, Failure> {
    let variable = |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let file = flags.config.clone().or_else(|| variable("HUTONG_CONFIG").map(PathBuf::from));
    let livekit_keys = variable(LIVEKIT_KEYS_VARIABLE);
    let text = file.as_deref().map(read_file).transpose()?;
    let ours = environment.into_iter().filter(|(name, _)| !OF_TEST_RUNS.iter().any(|prefix| name.starts_with(prefix)));
    let gathered = Gathered::gather(KEYS, &flags.given(), ours, text.as_deref())?;
    typed(&gathered, livekit_keys)
}

fn read_file(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
}

fn typed(gathered: &Gathered, livekit_keys: Option<String>) -> Result<Settings, Failure> {
    let data = PathBuf::from(gathered.of("data").unwrap_or("data"));
    let listen: SocketAddr = parsed(gathered, "listen", "an address and a port")?.unwrap_or(([0, 0, 0, 0], 8080).into());
    let database = match gathered.of("database") {
        Some(url) => url.to_owned(),
        None => format!("sqlite:{}", data.join("hutong.db").display()),
    };
    Ok(Settings {
        data,
        listen,
        media_udp: parsed(gathered, "media.udp", "a port")?.unwrap_or(7882),
        media_tcp: parsed(gathered, "media.tcp", "a port")?.unwrap_or(7881),
        media_workers: parsed(gathered, "media.workers", "a whole number")?,
        node_ips: addresses(gathered)?,
        demo: parsed(gathered, "demo", "true or false")?.unwrap_or(false),
        livekit_keys: gathered.of("livekit-keys").map(ToOwned::to_owned).or(livekit_keys),
        database,
        role: match gathered.of("role") {
            None | Some("all") => Role::All,
            Some("office") => Role::Office,
            Some("media") => Role::Media,
            Some(other) => return Err(wrong("role", "all, office or media", other)),
        },
        behind_proxy: parsed(gathered, "behind-proxy", "true or false")?.unwrap_or(false),
        public_url: public_url(gathered)?,
        tls: tls(gathered)?,
        mail: mail(gathered)?,
        scanner: scanner(gathered)?,
        log_format: match gathered.of("log.format") {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => return Err(wrong("log.format", "text or json", other)),
        },
        log_level: gathered.of("log.level").unwrap_or("info").to_owned(),
        limits: gathered.limits().clone(),
    })
}

fn parsed<T: std::str::FromStr>(gathered: &Gathered, name: &str, wanted: &'static str) -> Result<Option<T>, Failure> {
    let Some(text) = gathered.of(name) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| wrong(name, wanted, text))
}

/// Every limit, a line each.
pub(crate) fn every_limit() -> String {
    let mut limits: Vec<_> = LIMITS.iter().collect();
    limits.sort_by_key(|limit| limit.name);
    let line = |limit: &&&Limit| format!("{:<34} {:>10} {:<12} {}\n", limit.name, limit.default, limit.unit, limit.about);
    limits.iter().map(line).collect()
}

fn public_url(gathered: &Gathered) -> Result<Option<String>, Failure> {
    let Some(url) = gathered.of("public-url") else {
        return Ok(None);
    };
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    match host.starts_with(|letter: char| letter.is_alphanumeric() || letter == '[') {
        true => Ok(Some(url.trim_end_matches('/').to_owned())),
        false => Err(wrong("public-url", "an address that begins with https:// or http://", url)),
    }
}

/// Mail has links, and links need the address of the office: nobody is sent where a request says the office is.
fn mail(gathered: &Gathered) -> Result<Way, Failure> {
    let (relay, from) = match (gathered.of("mail.relay"), gathered.of("mail.from")) {
        (None, None) => return Ok(Way::None),
        (Some(relay), Some(from)) => (relay, from),
        (Some(_), None) => return Err(Failure::new("mail.relay needs mail.from")),
        (None, Some(_)) => return Err(Failure::new("mail.from needs mail.relay")),
    };
    if gathered.of("public-url").is_none() {
        return Err(Failure::new("mail.relay needs public-url, because of the links in mails"));
    }
    // The address holds a password, so what was given is not repeated.
    let relay = Relay::parse(relay, from).map_err(|error| match error {
        RelayError::From => Failure::new(format!("mail.from {error}")),
        RelayError::Address | RelayError::HalfCredentials | RelayError::OpenPassword => Failure::new(format!("mail.relay {error}")),
    })?;
    Ok(Way::Relay(relay))
}

fn scanner(gathered: &Gathered) -> Result<Scanner, Failure> {
    match (gathered.of("scan.command"), gathered.of("scan.clamd")) {
        (None, None) => Ok(Scanner::None),
        (Some(command), None) => Ok(Scanner::Command(command.to_owned())),
        (None, Some(address)) => Ok(Scanner::Clamd(address.to_owned())),
        (Some(_), Some(_)) => Err(Failure::new("scan.clamd goes without scan.command")),
    }
}

fn tls(gathered: &Gathered) -> Result<Option<TlsSource>, Failure> {
    let self_signed = parsed(gathered, "tls.self-signed", "true or false")?.unwrap_or(false);
    match (gathered.of("tls.certificate"), gathered.of("tls.key"), self_signed) {
        (None, None, false) => Ok(None),
        (None, None, true) => Ok(Some(TlsSource::SelfSigned)),
        (Some(certificate), Some(key), false) => Ok(Some(TlsSource::Files { certificate: certificate.into(), key: key.into() })),
        (Some(_), Some(_), true) => Err(Failure::new("tls.self-signed goes without tls.certificate and tls.key")),
        (Some(_), None, _) => Err(Failure::new("tls.certificate needs tls.key")),
        (None, Some(_), _) => Err(Failure::new("tls.key needs tls.certificate")),
    }
}

fn addresses(gathered: &Gathered) -> Result<Vec<IpAddr>, Failure> {
    let text = gathered.of("node-ip").unwrap_or_default();
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|_| wrong("node-ip", "IP addresses separated by commas", part))).collect()
}

fn wrong(name: &str, wanted: &'static str, given: &str) -> Failure {
    ConfigError::Wrong { name: name.to_owned(), wanted, given: given.to_owned() }.into()
}

impl Settings {
    /// A link of the office as it works on this machine: nobody has told the office its address yet.
    pub(crate) fn at_home(&self, link: &str) -> String {
        if self.public_url.is_some() {
            return link.to_owned();
        }
        let path = link.find("://").and_then(|scheme| link.get(scheme + 3..)).and_then(|rest| Some(rest.split_once('/')?.1));
        format!("{}/{}", self.local_url(), path.unwrap_or_default())
    }

    /// How somebody at this machine reaches the program.
    pub(crate) fn local_url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        if self.listen.ip().is_unspecified() || self.listen.ip().is_loopback() {
            format!("{scheme}://localhost:{}", self.listen.port())
        } else {
            format!("{scheme}://{}", self.listen)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_anything_the_defaults_hold() {
        let settings = read(&Flags::default(), Vec::new()).expect("sound");
        assert_eq!(settings.listen.to_string(), "0.0.0.0:8080");
        assert_eq!((settings.media_udp, settings.media_tcp), (7882, 7881));
        assert_eq!(settings.database, "sqlite:data/hutong.db");
        assert_eq!(settings.local_url(), "http://localhost:8080");
        assert_eq!(settings.at_home("http://localhost:1/set-up?token=x"), "http://localhost:8080/set-up?token=x");
    }

    #[test]
    fn a_variable_that_nobody_knows_is_named() {
        let error = of(&[("HUTONG_LISTNE", "x")]).expect_err("unknown");
        assert!(error.to_string().contains("HUTONG_LISTNE"), "{error}");
    }

    #[test]
    fn a_value_that_makes_no_sense_is_named() {
        let error = of(&[("HUTONG_MEDIA_UDP", "many")]).expect_err("no port");
        assert!(error.to_string().contains("media.udp"), "{error}");
        let error = of(&[("HUTONG_ROLE", "king")]).expect_err("no role");
        assert!(error.to_string().contains("role"), "{error}");
        for url in ["office.example.org", "https://", "ftp://office.example.org"] {
            let error = of(&[("HUTONG_PUBLIC_URL", url)]).expect_err("no address");
            assert!(error.to_string().contains("public-url"), "{error}");
        }
    }

    #[test]
    fn a_certificate_comes_with_its_key_or_is_made_here() {
        let files = of(&[("HUTONG_TLS_CERTIFICATE", "a.pem"), ("HUTONG_TLS_KEY", "b.pem")]).expect("sound");
        assert_eq!(files.tls, Some(TlsSource::Files { certificate: "a.pem".into(), key: "b.pem".into() }));
        assert_eq!(files.local_url(), "https://localhost:8080");
        assert_eq!(of(&[("HUTONG_TLS_SELF_SIGNED", "true")]).expect("sound").tls, Some(TlsSource::SelfSigned));
        let error = of(&[("HUTONG_TLS_CERTIFICATE", "a.pem")]).expect_err("no key");
        assert!(error.to_string().contains("tls.key"), "{error}");
        assert!(of(&[("HUTONG_TLS_CERTIFICATE", "a"), ("HUTONG_TLS_KEY", "b"), ("HUTONG_TLS_SELF_SIGNED", "true")]).is_err());
    }

    #[test]
    fn mail_needs_a_relay_a_sender_and_an_address_for_its_links() {
        const RELAY: (&str, &str) = ("HUTONG_MAIL_RELAY", "smtp://olga:geheim@mail.example.org");
        const FROM: (&str, &str) = ("HUTONG_MAIL_FROM", "Hutong <office@example.org>");
        const URL: (&str, &str) = ("HUTONG_PUBLIC_URL", "https://office.example.org");
        let settings = of(&[RELAY, FROM, URL]).expect("sound");
        assert!(matches!(settings.mail, Way::Relay(_)) && !format!("{settings:?}").contains("geheim"), "{settings:?}");
        assert!(matches!(of(&[URL]).expect("sound").mail, Way::None));
        for (given, named) in [
            (vec![RELAY, URL], "mail.from"),
            (vec![FROM, URL], "mail.relay"),
            (vec![RELAY, FROM], "public-url"),
            (vec![("HUTONG_MAIL_RELAY", "smtp://olga:geheim@"), FROM, URL], "mail.relay"),
            (vec![("HUTONG_MAIL_RELAY", "geheim"), FROM, URL], "mail.relay"),
            (vec![RELAY, ("HUTONG_MAIL_FROM", "office"), URL], "mail.from"),
        ] {
            let said = of(&given).expect_err("incomplete").to_string();
            assert!(said.contains(named) && !said.contains("geheim"), "{said}");
        }
    }

    #[test]
    fn one_scanner_is_enough() {
        const COMMAND: (&str, &str) = ("HUTONG_SCAN_COMMAND", "clamdscan --fdpass");
        const DAEMON: (&str, &str) = ("HUTONG_SCAN_CLAMD", "127.0.0.1:3310");
        assert_eq!(of(&[]).expect("sound").scanner, Scanner::None);
        assert_eq!(of(&[COMMAND]).expect("sound").scanner, Scanner::Command("clamdscan --fdpass".to_owned()));
        assert_eq!(of(&[DAEMON]).expect("sound").scanner, Scanner::Clamd("127.0.0.1:3310".to_owned()));
        assert!(of(&[COMMAND, DAEMON]).is_err());
    }

    #[test]
    fn keys_come_from_the_place_that_users_of_livekit_know() {
        let settings = of(&[("LIVEKIT_KEYS", "a: b"), ("HUTONG_BIN", "x")]).expect("sound");
        assert_eq!(settings.livekit_keys.as_deref(), Some("a: b"));
        let settings = of(&[("LIVEKIT_KEYS", "a: b"), ("HUTONG_LIVEKIT_KEYS", "c: d")]).expect("sound");
        assert_eq!(settings.livekit_keys.as_deref(), Some("c: d"));
    }

    fn of(environment: &[(&str, &str)]) -> Result<Settings, Failure> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        read(&Flags::default(), environment.collect())
    }
}
