//! One rate: everybody listens, some write, and then it is added up.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::Office;
use super::http::Ask;
use super::ledger::{Balance, Heard, Ledger, Seat};
use crate::now;
use crate::signal::Socket;

/// Messages waiting for their answer; beyond that none is sent.
const WAITING_MAX: usize = 4_096;
/// How long the sockets may be silent before what has not come is lost.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// How often it is looked whether everything has come.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long it is listened after that, for what comes twice.
const LISTEN_ON: Duration = Duration::from_secs(1);
/// How long a socket may take to open.
const OPEN_WITHIN: Duration = Duration::from_secs(10);

/// What is done in one step.
pub(super) struct Plan {
    pub(super) rate: u64,
    pub(super) duration: Duration,
    /// How often people say how far they have read, if they do.
    pub(super) read_every: Option<Duration>,
    /// How the ids of its messages begin.
    pub(super) mark: String,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) rate: u64,
    pub(super) duration: Duration,
    pub(super) balance: Balance,
    /// Messages that were not even sent, because too many waited.
    pub(super) held_back: u64,
    /// How often somebody said how far they had read, and how often that failed.
    pub(super) reads: (u64, u64),
    /// Why messages were not acknowledged.
    pub(super) errors: BTreeMap<String, u64>,
}

/// Somebody who says how far they have read.
struct Reader {
    office: Arc<Office>,
    cookie: String,
    every: Duration,
    reads: Arc<Reads>,
}

#[derive(Default)]
struct Reads {
    told: AtomicU64,
    failed: AtomicU64,
}

impl Reader {
    /// Says it, without keeping whoever listens.
    fn tell(&self, conversation: &str, seq: i64) {
        let (office, cookie, reads) = (Arc::clone(&self.office), self.cookie.clone(), Arc::clone(&self.reads));
        let path = format!("/api/chat/conversations/{conversation}/read");
        tokio::spawn(async move {
            let answer = office.http.ask(Ask::post(&path, &cookie, &json!({ "seq": seq }))).await;
            let is_well = answer.is_ok_and(|answer| answer.status.is_success());
            let count = if is_well { &reads.told } else { &reads.failed };
            count.fetch_add(1, Ordering::Relaxed);
        });
    }
}

/// Does one step.
pub(super) async fn run(office: &Arc<Office>, plan: &Plan) -> Result<Outcome, String> {
    let mut sockets = Vec::new();
    for person in &office.people {
        sockets.push(open(office, &person.cookie).await?);
    }
    let (stop, stopped) = watch::channel(false);
    let came = Arc::new(AtomicU64::new(0));
    let began = now();
    let reads = Arc::new(Reads::default());
    let mut listening = Vec::new();
    for (person, socket) in office.people.iter().zip(sockets) {
        let reader = plan.read_every.map(|every| Reader {
            office: Arc::clone(office),
            cookie: person.cookie.clone(),
            every,
            reads: Arc::clone(&reads),
        });
        listening.push(tokio::spawn(listen(socket, plan.mark.clone(), began, stopped.clone(), Arc::clone(&came), reader)));
    }
    let Written { ledger, held_back, errors } = write(office, plan, began).await?;
    settle(ledger.owed(&office.conversations), &came).await;
    // Whoever does not listen any more need not be told.
    let _ = stop.send(true);
    let mut seats = Vec::new();
    for seat in listening {
        seats.push(seat.await.map_err(|error| error.to_string())?);
    }
    let balance = ledger.balance(&office.conversations, &seats);
    let reads = (reads.told.load(Ordering::Relaxed), reads.failed.load(Ordering::Relaxed));
    Ok(Outcome { rate: plan.rate, duration: plan.duration, balance, held_back, reads, errors })
}

/// Opens a socket and waits for its first word, after which nothing is missed.
pub(super) async fn open(office: &Office, cookie: &str) -> Result<Socket, String> {
    let opening = async {
        let mut socket = office.http.listen(cookie).await?;
        match socket.next().await {
            Some(Ok(Message::Text(_))) => Ok(socket),
            _ => Err("an event socket without a greeting".to_owned()),
        }
    };
    timeout(OPEN_WITHIN, opening).await.map_err(|_| "an event socket does not open".to_owned())?
}

struct Written {
    ledger: Ledger,
    held_back: u64,
    errors: BTreeMap<String, u64>,
}

type Answered = (usize, Result<Duration, String>);

impl Written {
    fn note(&mut self, (number, answered): Answered) {
        match answered {
            Ok(at) => self.ledger.acknowledge(number, at),
            Err(why) => *self.errors.entry(why).or_default() += 1,
        }
    }
}

/// Sends at the rate, whether or not the server keeps up, and waits for every answer.
async fn write(office: &Arc<Office>, plan: &Plan, began: Instant) -> Result<Written, String> {
    let mut written = Written { ledger: Ledger::default(), held_back: 0, errors: BTreeMap::new() };
    let mut rng = fastrand::Rng::with_seed(plan.rate);
    let mut sending: JoinSet<Answered> = JoinSet::new();
    for turn in 0..plan.rate * plan.duration.as_secs() {
        let due = Duration::from_micros(turn * 1_000_000 / plan.rate);
        sleep_until((began + due).into()).await;
        while let Some(answered) = sending.try_join_next() {
            written.note(answered.map_err(|error| error.to_string())?);
        }
        let at = rng.usize(..office.conversations.len());
        let members = office.conversations.get(at).map_or(&[][..], |there| &there.members);
        let Some(sender) = rng.choice(members).copied() else { continue };
        if sending.len() >= WAITING_MAX {
            written.held_back += 1;
            continue;
        }
        let number = written.ledger.send(at, due);
        let (office, client_id) = (Arc::clone(office), format!("{}{number}-{}", plan.mark, due.as_micros()));
        sending.spawn(async move {
            let answered = send(&office, at, sender, &client_id).await;
            (number, answered.map(|()| now().saturating_duration_since(began)))
        });
    }
    while let Some(answered) = sending.join_next().await {
        written.note(answered.map_err(|error| error.to_string())?);
    }
    Ok(written)
}

async fn send(office: &Office, conversation: usize, sender: usize, client_id: &str) -> Result<(), String> {
    let (Some(conversation), Some(sender)) = (office.conversations.get(conversation), office.people.get(sender)) else {
        return Err("nobody to send it".to_owned());
    };
    let path = format!("/api/chat/conversations/{}/messages", conversation.id);
    let body = json!({ "client_id": client_id, "text": format!("早上好 good morning, this is {client_id}") });
    let answer = office.http.ask(Ask::post(&path, &sender.cookie, &body)).await?;
    match answer.status {
        StatusCode::CREATED => Ok(()),
        other => Err(format!("answered {}", other.as_u16())),
    }
}

/// What is read of an event.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    message: Said<'a>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    client_id: Cow<'a, str>,
    #[serde(borrow)]
    conversation_id: Cow<'a, str>,
    seq: i64,
}

/// Writes down what comes out of a socket until the end, or its own.
async fn listen(
    mut socket: Socket,
    mark: String,
    began: Instant,
    mut stop: watch::Receiver<bool>,
    came: Arc<AtomicU64>,
    reader: Option<Reader>,
) -> Seat {
    let mut seat = Seat::default();
    let mut last: HashMap<String, i64> = HashMap::new();
    let mut read: HashMap<String, i64> = HashMap::new();
    let mut read_at = reader.as_ref().map(|reader| began + reader.every.mul_f64(fastrand::f64()));
    loop {
        let text = tokio::select! {
            biased;
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => text,
                // Pings are answered with what is written next, and nothing else ever is.
                Some(Ok(Message::Ping(_))) if socket.flush().await.is_ok() => continue,
                Some(Ok(Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => continue,
                Some(Ok(Message::Ping(_) | Message::Close(_)) | Err(_)) | None => {
                    seat.cut = true;
                    break;
                }
            },
            () = async { match read_at {
                Some(at) => sleep_until(at.into()).await,
                None => std::future::pending().await,
            }} => {
                if let Some(reader) = &reader {
                    for (conversation, seq) in last.iter().filter(|(conversation, seq)| read.get(*conversation) != Some(*seq)) {
                        reader.tell(conversation, *seq);
                    }
                    read.clone_from(&last);
                    read_at = Some(now() + reader.every);
                }
                continue;
            }
            _ = stop.changed() => break,
        };
        let at = now().saturating_duration_since(began);
        let Some((number, said)) = number_of(&text, &mark) else { continue };
        seat.heard.push(Heard { number, at });
        came.fetch_add(1, Ordering::Relaxed);
        match last.get_mut(said.conversation_id.as_ref()) {
            Some(last) if *last >= said.seq => seat.out_of_order += 1,
            Some(last) => *last = said.seq,
            None => {
                last.insert(said.conversation_id.into_owned(), said.seq);
            }
        }
    }
    // A connection that cannot be closed is closed already.
    let _ = timeout(LISTEN_ON, socket.close(None)).await;
    seat
}

/// The number of a message of ours.
fn number_of<'t>(event: &'t str, mark: &str) -> Option<(usize, Said<'t>)> {
    // Most other events need not be taken apart.
    if !event.contains(mark) {
        return None;
    }
    let Event { message } = serde_json::from_str(event).ok()?;
    let number = message.client_id.strip_prefix(mark)?.split_once('-')?.0.parse().ok()?;
    Some((number, message))
}

/// Waits until everything has come, or nothing comes any more; and a little longer.
async fn settle(owed: u64, came: &AtomicU64) {
    let (mut before, mut since) = (came.load(Ordering::Relaxed), now());
    while before < owed && now().saturating_duration_since(since) < SILENCE_MAX {
        sleep_until((now() + LOOK_EVERY).into()).await;
        let here = came.load(Ordering::Relaxed);
        if here != before {
            (before, since) = (here, now());
        }
    }
    sleep_until((now() + LISTEN_ON).into()).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_known_by_their_ids() {
        let event =
            r#"{"type":"chat.message","message":{"id":"x","conversation_id":"c","seq":3,"client_id":"load-1-42-9000","text":"a\nb"}}"#;
        let found = number_of(event, "load-1-").map(|(number, said)| (number, said.seq, said.conversation_id.into_owned()));
        assert_eq!(found, Some((42, 3, "c".to_owned())));
        assert!(number_of(event, "load-2-").is_none());
        assert!(number_of(r#"{"type":"org.changed"}"#, "load-1-").is_none());
    }
}
