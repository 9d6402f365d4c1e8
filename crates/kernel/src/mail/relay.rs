//! The relay: where it is, how we make ourselves known there, and what its answers mean to us.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::queue::Waiting;

/// The server that takes our mail and passes it on. Every mail has a connection of its own.
#[derive(Clone)]
pub struct Relay(Arc<Parts>);

struct Parts {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// What is wrong with the settings of a relay. The words never hold the address of the relay, which has a password in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// The address cannot be read.
    #[error("must be an address such as smtp://user:password@mail.example.org:587 or smtps://…, with %-signs for special characters")]
    Address,
    /// Half of what a relay asks for.
    #[error("has a user without a password, or a password without a user")]
    HalfCredentials,
    /// A password on an open line.
    #[error("would send a password over an unencrypted line; tls=none with a password is for relays on this machine only")]
    OpenPassword,
    /// The sender cannot be read.
    #[error("must be an e-mail address, with or without a name: Hutong <office@example.org>")]
    From,
}

/// Why a mail was not handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It may be taken later.
    ForNow(String),
    /// It never will.
    ForGood(String),
}

impl Relay {
    /// Reads `smtp://[user:password@]host[:port]`, which begins in the clear and goes on encrypted (STARTTLS, port 587),
    /// or `smtps://…`, encrypted from the first byte (port 465). `?tls=none` after the former stays in the clear (port 25).
    pub fn parse(address: &str, from: &str) -> Result<Self, RelayError> {
        let from: Mailbox = from.parse().map_err(|_| RelayError::From)?;
        let (address, tls) = match address.split_once('?') {
            None => (address, true),
            Some((address, "tls=none")) if address.starts_with("smtp://") => (address, false),
            Some(_) => return Err(RelayError::Address),
        };
        let (scheme, rest) = address.split_once("://").ok_or(RelayError::Address)?;
        let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
        if place.contains(['/', '#', ' ']) {
            return Err(RelayError::Address);
        }
        if let Some(user) = user {
            let (name, password) = user.split_once(':').ok_or(RelayError::HalfCredentials)?;
            if name.is_empty() || password.is_empty() {
                return Err(RelayError::HalfCredentials);
            }
            if !tls && !is_here(place) {
                return Err(RelayError::OpenPassword);
            }
        }
        let address = match (scheme, tls) {
            ("smtp", true) => format!("{address}?tls=required"),
            ("smtp" | "smtps", _) => address.to_owned(),
            _ => return Err(RelayError::Address),
        };
        let relay = AsyncSmtpTransport::<Tokio1Executor>::from_url(&address).map_err(|_| RelayError::Address)?;
        let name = ClientId::Domain(from.email.domain().to_owned());
        Ok(Self(Arc::new(Parts { transport: relay.hello_name(name).build(), from })))
    }

    /// Whether it answers and takes what we make ourselves known by; otherwise why not.
    pub async fn check(&self) -> Result<(), String> {
        match self.0.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("it answers, but not as a relay does".to_owned()),
            Err(error) => Err(in_words(&error)),
        }
    }

    pub(super) async fn send(&self, waiting: &Waiting) -> Result<(), Failure> {
        let message = message(&self.0.from, waiting)?;
        match self.0.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if is_for_good(&error) => Err(Failure::ForGood(in_words(&error))),
            Err(error) => Err(Failure::ForNow(in_words(&error))),
        }
    }
}

fn is_here(place: &str) -> bool {
    let host = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => place.split_once(':').map_or(place, |(host, _)| host),
    };
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// A refusal of ourselves (RFC 4954 §6) says nothing about the mail: whoever runs the office will mend it.
fn is_for_good(error: &smtp::Error) -> bool {
    const OF_OURSELVES: [u16; 4] = [530, 534, 535, 538];
    let code = error.status().map(u16::from);
    error.is_permanent() && !code.is_some_and(|code| OF_OURSELVES.contains(&code))
}

/// The code of an answer, without the relay's own words, which like to repeat the address; or what kept us from one.
fn in_words(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("it answered {code}"),
        None if error.is_response() => "its answer is not SMTP".to_owned(),
        None => error.to_string(),
    }
}

/// Whether a relay could be told to send something there.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

/// The mail as it goes over the wire: both alternatives, marked as sent by a program (RFC 3834).
pub(super) fn message(from: &Mailbox, waiting: &Waiting) -> Result<Message, Failure> {
    let to = waiting.recipient.parse().map_err(|_| Failure::ForGood("its address cannot be read".to_owned()))?;
    let at = Duration::from_millis(u64::try_from(waiting.queued_at.as_ms()).unwrap_or(0));
    let parts = MultiPart::alternative()
        .boundary(format!("hutong-{}", waiting.id.simple()))
        .singlepart(SinglePart::builder().content_type(ContentType::TEXT_PLAIN).body(waiting.plain.clone()))
        .singlepart(SinglePart::builder().content_type(ContentType::TEXT_HTML).body(waiting.html.clone()));
    let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .date(UNIX_EPOCH + at)
        .message_id(Some(format!("<{}@{}>", waiting.id.simple(), from.email.domain())))
        .subject(waiting.subject.clone())
        .raw_header(header("Content-Language", &waiting.language))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .multipart(parts)
        .map_err(|error| Failure::ForGood(error.to_string()))
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Relay")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::clock::Time;

    const FROM: &str = "Hutong <office@example.org>";

    fn parse(address: &str) -> Result<(), RelayError> {
        Relay::parse(address, FROM).map(drop)
    }

    #[test]
    fn an_address_says_how_the_line_is_kept() {
        for address in [
            "smtp://mail.example.org",
            "smtp://user:p%40ss@mail.example.org:587",
            "smtps://user:p%40ss@mail.example.org",
            "smtp://mail.example.org:25?tls=none",
            "smtp://user:secret@127.0.0.1:2525?tls=none",
            "smtp://user:secret@[::1]:2525?tls=none",
        ] {
            assert_eq!(parse(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn half_an_address_is_none_and_its_password_is_never_said() {
        for (address, wrong) in [
            ("mail.example.org:587", RelayError::Address),
            ("http://mail.example.org", RelayError::Address),
            ("smtp://user:secret@mail.example.org:many", RelayError::Address),
            ("smtp://user:secret@mail.example.org/path", RelayError::Address),
            ("smtp://user:secret@mail.example.org?tls=maybe", RelayError::Address),
            ("smtps://user:secret@mail.example.org?tls=none", RelayError::Address),
            ("smtp://", RelayError::Address),
            ("smtp://secret@mail.example.org", RelayError::HalfCredentials),
            ("smtp://:secret@mail.example.org", RelayError::HalfCredentials),
            ("smtp://user:secret@mail.example.org?tls=none", RelayError::OpenPassword),
        ] {
            assert_eq!(parse(address), Err(wrong), "{address}");
            assert!(!wrong.to_string().contains("secret"), "{wrong}");
        }
        assert_eq!(Relay::parse("smtp://mail.example.org", "nobody").map(drop), Err(RelayError::From));
        let relay = Relay::parse("smtp://user:secret@mail.example.org", FROM).expect("it is sound");
        assert!(!format!("{relay:?}").contains("secret"));
    }

    fn waiting(recipient: &str) -> Waiting {
        Waiting {
            id: Uuid::from_u128(7),
            recipient: recipient.to_owned(),
            language: "zh-CN".to_owned(),
            subject: "欢迎".to_owned(),
            plain: "你好\n".to_owned(),
            html: "<p>你好</p>".to_owned(),
            queued_at: Time::from_ms(1_795_395_600_000),
            worth_until: Time::from_ms(1_795_395_600_000),
            attempts: 1,
        }
    }

    #[test]
    fn a_mail_says_what_it_is() {
        let from = FROM.parse().expect("a sender");
        let message = message(&from, &waiting("li.na@example.org")).expect("it can be written");
        let text = String::from_utf8(message.formatted()).expect("ASCII");
        for line in [
            "From: Hutong <office@example.org>",
            "To: li.na@example.org",
            "Date: Mon, 23 Nov 2026 01:00:00 +0000",
            "Message-ID: <00000000000000000000000000000007@example.org>",
            "Content-Language: zh-CN",
            "Auto-Submitted: auto-generated",
            "Subject: =?utf-8?b?",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(text, String::from_utf8(message.formatted()).expect("ASCII"), "the same mail twice is the same mail");
    }

    #[test]
    fn an_address_that_smuggles_lines_is_refused() {
        let from = FROM.parse().expect("a sender");
        assert!(is_address("bob@example.org"));
        for address in ["", "bob", "bob@example.org\r\nBcc: eve@example.org", "bob@example.org, eve@example.org"] {
            assert!(matches!(message(&from, &waiting(address)), Err(Failure::ForGood(_))), "{address:?}");
            assert!(!is_address(address), "{address:?}");
        }
    }
}
