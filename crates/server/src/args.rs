//! The command line: verbs and their flags.
//!
//! Flags say what was typed and nothing else; defaults, the environment and the file are `settings`' affair.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Hutong: a remote office that an organisation runs itself.
#[derive(Debug, Parser)]
#[command(name = "hutong", version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What the program is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Runs the office.
    Serve(Flags),
    /// Makes tokens for meeting clients.
    #[command(subcommand)]
    Token(TokenVerb),
    /// Helps people whom nobody in the office can help.
    #[command(subcommand)]
    User(UserVerb),
    /// Lists every limit that the file may replace: name, default, unit, what it is for.
    Limits,
    /// Checks ports, data directory, clock and database, and says what is wrong.
    Doctor(Flags),
}

/// Token verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Prints a token with which a LiveKit client may join a room.
    Create {
        /// The room's name.
        #[arg(long)]
        room: String,
        /// Who joins.
        #[arg(long)]
        identity: String,
        /// The name others see; the identity if not given.
        #[arg(long)]
        name: Option<String>,
        /// How long the token is good for, in hours.
        #[arg(long, default_value_t = 6)]
        hours: u32,
        /// May also manage the room through the server API.
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        flags: Flags,
    },
}

/// User verbs. They work on the data directory or the database, whether the office runs or not.
#[derive(Debug, Subcommand)]
pub(crate) enum UserVerb {
    /// Gives somebody a new password, prints it and signs their devices out.
    ResetPassword {
        /// Username, e-mail address or telephone number.
        login: String,
        #[command(flatten)]
        flags: Flags,
    },
    /// Lists everybody: username, role, name, and whether they are disabled.
    List {
        #[command(flatten)]
        flags: Flags,
    },
}

/// Settings as flags; each may also come from the environment (HUTONG_…) or the file.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Flags {
    /// Directory for the database, files and keys [default: data].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where HTTP is served; port 0 takes a free one [default: 0.0.0.0:8080].
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// UDP port for media; 0 takes a free one [default: 7882].
    #[arg(long, value_name = "PORT")]
    media_udp: Option<u16>,
    /// TCP port for media where UDP is blocked; 0 takes a free one [default: 7881].
    #[arg(long, value_name = "PORT")]
    media_tcp: Option<u16>,
    /// The relay that sends the office's mail: smtp://user:password@host:587 or smtps://…; needs --mail-from, --public-url.
    #[arg(long, value_name = "URL")]
    mail_relay: Option<String>,
    /// The sender of the office's mail, such as "Hutong <office@example.org>".
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// Media worker threads [default: one per core].
    #[arg(long, value_name = "COUNT")]
    media_workers: Option<usize>,
    /// Addresses offered to media clients, separated by commas [default: those of the interfaces].
    #[arg(long, value_name = "IP")]
    node_ip: Option<String>,
    /// A TOML file with settings.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Fills an empty data directory with a small organisation and says how to sign in.
    #[arg(long)]
    demo: bool,
    /// API keys as "key: secret" lines [default: generated and kept in the data directory].
    #[arg(long, value_name = "KEYS")]
    livekit_keys: Option<String>,
    /// Database: sqlite:FILE or postgres://… [default: SQLite in the data directory].
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// What this process does: all, office (no media) or media (no office) [default: all].
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// The address people use, for links in invitations [default: derived from --listen].
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// A proxy of yours stands in front: its X-Forwarded-* headers are believed.
    #[arg(long)]
    behind_proxy: bool,
    /// Address of a ClamAV daemon that looks at uploaded files, such as 127.0.0.1:3310 [default: nothing looks at them].
    #[arg(long, value_name = "ADDR:PORT")]
    scan_clamd: Option<String>,
    /// Command that is given an uploaded file as its last argument and ends with 0 when it is clean, with 1 when harmful.
    #[arg(long, value_name = "COMMAND")]
    scan_command: Option<String>,
    /// PEM file with the certificate and its chain; HTTPS is served instead of HTTP.
    #[arg(long, value_name = "FILE")]
    tls_certificate: Option<PathBuf>,
    /// PEM file with the certificate's key.
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Serves HTTPS with a certificate made at the first start; browsers warn once.
    #[arg(long)]
    tls_self_signed: bool,
    /// Log format: text or json [default: text].
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Log level or filter, such as info or media=debug,info [default: info].
    #[arg(long, value_name = "FILTER")]
    log_level: Option<String>,
}

impl Flags {
    /// The flags that were given, by the names of their settings.
    pub(crate) fn given(&self) -> BTreeMap<&'static str, String> {
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let flags = [
            ("data", self.data.as_ref().map(path)),
            ("listen", self.listen.clone()),
            ("mail.from", self.mail_from.clone()),
            ("mail.relay", self.mail_relay.clone()),
            ("media.udp", self.media_udp.map(|port| port.to_string())),
            ("media.tcp", self.media_tcp.map(|port| port.to_string())),
            ("media.workers", self.media_workers.map(|count| count.to_string())),
            ("node-ip", self.node_ip.clone()),
            ("demo", self.demo.then(|| true.to_string())),
            ("livekit-keys", self.livekit_keys.clone()),
            ("database", self.database.clone()),
            ("role", self.role.clone()),
            ("public-url", self.public_url.clone()),
            ("behind-proxy", self.behind_proxy.then(|| true.to_string())),
            ("scan.clamd", self.scan_clamd.clone()),
            ("scan.command", self.scan_command.clone()),
            ("tls.certificate", self.tls_certificate.as_ref().map(path)),
            ("tls.key", self.tls_key.as_ref().map(path)),
            ("tls.self-signed", self.tls_self_signed.then(|| true.to_string())),
            ("log.format", self.log_format.clone()),
            ("log.level", self.log_level.clone()),
        ];
        flags.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn only_what_was_typed_is_given() {
        let arguments = Arguments::parse_from(["hutong", "serve", "--media-udp", "9", "--demo"]);
        let Verb::Serve(flags) = arguments.verb else {
            panic!("it was serve");
        };
        let given: Vec<_> = flags.given().into_iter().collect();
        assert_eq!(given, [("demo", "true".to_owned()), ("media.udp", "9".to_owned())]);
    }
}
