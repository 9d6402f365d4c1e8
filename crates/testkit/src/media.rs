//! A media server that only remembers what it was asked, and says what a story wants it to say.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use media::control::{Command, Control, ControlEnd, NodeEvent, Participant, Refusal, Reply, Request, Room};
use tokio::sync::broadcast;

/// The other end of the office's [`Control`].
#[derive(Clone, Debug)]
pub struct FakeMedia {
    events: broadcast::Sender<NodeEvent>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    commands: Vec<Command>,
    rooms: BTreeMap<String, Room>,
    /// Rooms opened so far; each opening has a number of its own.
    opened: u64,
    participants: BTreeMap<String, Vec<Participant>>,
    refusal: Option<Refusal>,
}

impl FakeMedia {
    /// Starts it; it ends with the last handle to its control.
    pub fn start() -> (Control, FakeMedia) {
        let (control, end) = Control::pair();
        let ControlEnd { mut requests, events, .. } = end;
        let media = FakeMedia { events, seen: Arc::default() };
        let answering = media.clone();
        tokio::spawn(async move {
            while let Some(Request { command, answer }) = requests.recv().await {
                let reply = answering.with(|seen| seen.answer(command));
                // Whoever stopped waiting does not need the answer.
                let _ = answer.send(reply);
            }
        });
        (control, media)
    }

    /// Every command since the last time this was asked.
    pub fn commands(&self) -> Vec<Command> {
        self.with(|seen| std::mem::take(&mut seen.commands))
    }

    /// The rooms that were created and not deleted.
    pub fn rooms(&self) -> Vec<Room> {
        self.with(|seen| seen.rooms.values().cloned().collect())
    }

    /// Puts people into a room, as far as questions about it go.
    pub fn seat(&self, room: &str, participants: Vec<Participant>) {
        self.with(|seen| seen.participants.insert(room.to_owned(), participants));
    }

    /// Loses every room without a word, as a restart does.
    pub fn forget(&self) {
        self.with(|seen| {
            seen.rooms.clear();
            seen.participants.clear();
        });
    }

    /// Refuses everything from now on, or nothing.
    pub fn refuse(&self, refusal: Option<Refusal>) {
        self.with(|seen| seen.refusal = refusal);
    }

    /// Announces that something happened.
    pub fn happens(&self, event: NodeEvent) {
        // An office that follows nothing misses nothing.
        let _ = self.events.send(event);
    }

    fn with<R>(&self, act: impl FnOnce(&mut Seen) -> R) -> R {
        act(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Seen {
    fn answer(&mut self, command: Command) -> Reply {
        self.commands.push(command.clone());
        if let Some(refusal) = &self.refusal {
            return Reply::Refused(refusal.clone());
        }
        match command {
            Command::CreateRoom { name, options } => {
                let opened = &mut self.opened;
                let room = self.rooms.entry(name.clone()).or_insert_with(|| {
                    *opened += 1;
                    Room { name, sid: format!("RM_{opened}"), ..Room::default() }
                });
                if !options.metadata.is_empty() {
                    room.metadata = options.metadata;
                }
                Reply::Room(room.clone())
            }
            Command::ListRooms { names } => {
                let wanted = |room: &&Room| names.is_empty() || names.contains(&room.name);
                Reply::Rooms(self.rooms.values().filter(wanted).cloned().collect())
            }
            Command::DeleteRoom { name } => match self.rooms.remove(&name) {
                Some(_) => Reply::Done,
                None => Reply::Refused(Refusal::RoomNotFound),
            },
            Command::ListParticipants { room } => Reply::Participants(self.participants.get(&room).cloned().unwrap_or_default()),
            Command::GetParticipant { room, identity } | Command::UpdateParticipant { room, identity, .. } => {
                match self.participants.get(&room).and_then(|all| all.iter().find(|p| p.identity == identity)) {
                    Some(participant) => Reply::Participant(participant.clone()),
                    None => Reply::Refused(Refusal::ParticipantNotFound),
                }
            }
            Command::RemoveParticipant { room, identity } => {
                let people = self.participants.entry(room).or_default();
                let before = people.len();
                people.retain(|p| p.identity != identity);
                if people.len() < before { Reply::Done } else { Reply::Refused(Refusal::ParticipantNotFound) }
            }
            Command::MuteTrack { room, identity, track_sid, muted } => self.mute(&room, &identity, &track_sid, muted),
            Command::UpdateRoomMetadata { room, metadata } => match self.rooms.get_mut(&room) {
                Some(room) => {
                    room.metadata = metadata;
                    Reply::Room(room.clone())
                }
                None => Reply::Refused(Refusal::RoomNotFound),
            },
            Command::UpdateSubscriptions { .. } | Command::SendData { .. } | Command::Shutdown { .. } => Reply::Done,
        }
    }

    fn mute(&mut self, room: &str, identity: &str, sid: &str, muted: bool) -> Reply {
        let person = self.participants.get_mut(room).and_then(|all| all.iter_mut().find(|p| p.identity == identity));
        let track = person.and_then(|person| person.tracks.iter_mut().find(|track| track.sid == sid));
        match track {
            Some(track) => {
                track.muted = muted;
                Reply::Track(track.clone())
            }
            None => Reply::Refused(Refusal::TrackNotFound),
        }
    }
}
