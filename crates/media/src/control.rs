//! The office's face of the media server: commands in, answers and events out.
//!
//! A [`Control`] is one end of a channel. The media server holds the other end in the program; a test holds it to play
//! the media server itself. It carries values only and must never know how a room is run.

use tokio::sync::{broadcast, mpsc, oneshot};

pub use signalling::control::{
    Command, DataKind, DataMessage, Happening, Layer, LeaveReason, MediaKind, NodeEvent, Participant, ParticipantChange, ParticipantKind,
    ParticipantState, Permission, Refusal, Reply, Room, RoomOptions, Track, TrackSource,
};

/// Commands that may wait for the media server; whoever asks beyond that waits in turn.
const COMMANDS_WAITING_MAX: usize = 1_024;
/// Events kept for a listener that lags; it is told how many it missed.
const EVENTS_KEPT: usize = 4_096;

/// A command on its way to the media server.
#[derive(Debug)]
pub struct Request {
    /// What is asked.
    pub command: Command,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Reply>,
}

/// The other end of a [`Control`]: takes commands and announces events.
#[derive(Debug)]
pub struct ControlEnd {
    /// Commands in the order they were asked.
    pub requests: mpsc::Receiver<Request>,
    /// Whoever listens hears what is sent here.
    pub events: broadcast::Sender<NodeEvent>,
}

/// A handle to the media server; clones are the same handle.
#[derive(Clone, Debug)]
pub struct Control {
    requests: mpsc::Sender<Request>,
    events: broadcast::Sender<NodeEvent>,
}

impl Control {
    /// A handle and its other end.
    #[must_use]
    pub fn pair() -> (Control, ControlEnd) {
        let (requests, inbox) = mpsc::channel(COMMANDS_WAITING_MAX);
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let end = ControlEnd { requests: inbox, events: events.clone() };
        (Control { requests, events }, end)
    }

    /// Everything that happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<NodeEvent> {
        self.events.subscribe()
    }

    /// Asks and waits for the answer. A media server that has stopped refuses everything.
    pub async fn ask(&self, command: Command) -> Reply {
        let (answer, reply) = oneshot::channel();
        let request = Request { command, answer };
        if self.requests.send(request).await.is_err() {
            return Reply::Refused(Refusal::Unavailable);
        }
        reply.await.unwrap_or(Reply::Refused(Refusal::Unavailable))
    }

    /// Creates a room, or applies the options that say something to the existing one.
    pub async fn create_room(&self, name: &str, options: RoomOptions) -> Result<Room, Refusal> {
        let name = name.to_owned();
        match self.ask(Command::CreateRoom { name, options }).await {
            Reply::Room(room) => Ok(room),
            other => Err(refusal_of(other)),
        }
    }

    /// The rooms of these names; all rooms when there are none.
    pub async fn rooms(&self, names: Vec<String>) -> Result<Vec<Room>, Refusal> {
        match self.ask(Command::ListRooms { names }).await {
            Reply::Rooms(rooms) => Ok(rooms),
            other => Err(refusal_of(other)),
        }
    }

    /// Ends a room for everybody.
    pub async fn delete_room(&self, name: &str) -> Result<(), Refusal> {
        let name = name.to_owned();
        done(self.ask(Command::DeleteRoom { name }).await)
    }

    /// The visible participants of a room.
    pub async fn participants(&self, room: &str) -> Result<Vec<Participant>, Refusal> {
        let room = room.to_owned();
        match self.ask(Command::ListParticipants { room }).await {
            Reply::Participants(participants) => Ok(participants),
            other => Err(refusal_of(other)),
        }
    }

    /// One participant of a room.
    pub async fn participant(&self, room: &str, identity: &str) -> Result<Participant, Refusal> {
        let (room, identity) = (room.to_owned(), identity.to_owned());
        participant(self.ask(Command::GetParticipant { room, identity }).await)
    }

    /// Sends a participant away.
    pub async fn remove_participant(&self, room: &str, identity: &str) -> Result<(), Refusal> {
        let (room, identity) = (room.to_owned(), identity.to_owned());
        done(self.ask(Command::RemoveParticipant { room, identity }).await)
    }

    /// Mutes a track.
    pub async fn mute_track(&self, room: &str, identity: &str, track_sid: &str, muted: bool) -> Result<Track, Refusal> {
        let command = Command::MuteTrack { room: room.to_owned(), identity: identity.to_owned(), track_sid: track_sid.to_owned(), muted };
        match self.ask(command).await {
            Reply::Track(track) => Ok(track),
            other => Err(refusal_of(other)),
        }
    }

    /// Changes a participant's name, metadata, attributes or permissions.
    pub async fn update_participant(&self, room: &str, identity: &str, change: ParticipantChange) -> Result<Participant, Refusal> {
        let command = Command::UpdateParticipant { room: room.to_owned(), identity: identity.to_owned(), change };
        participant(self.ask(command).await)
    }

    /// Sends a data packet from the server.
    pub async fn send_data(&self, room: &str, message: DataMessage) -> Result<(), Refusal> {
        let room = room.to_owned();
        done(self.ask(Command::SendData { room, message }).await)
    }

    /// Replaces a room's metadata.
    pub async fn update_room_metadata(&self, room: &str, metadata: String) -> Result<Room, Refusal> {
        let room = room.to_owned();
        match self.ask(Command::UpdateRoomMetadata { room, metadata }).await {
            Reply::Room(room) => Ok(room),
            other => Err(refusal_of(other)),
        }
    }
}

fn done(reply: Reply) -> Result<(), Refusal> {
    match reply {
        Reply::Done => Ok(()),
        other => Err(refusal_of(other)),
    }
}

fn participant(reply: Reply) -> Result<Participant, Refusal> {
    match reply {
        Reply::Participant(participant) => Ok(participant),
        other => Err(refusal_of(other)),
    }
}

/// An answer of a kind that was not asked for is a fault of the other end, never a success.
fn refusal_of(reply: Reply) -> Refusal {
    match reply {
        Reply::Refused(refusal) => refusal,
        Reply::Done | Reply::Room(_) | Reply::Rooms(_) | Reply::Participant(_) | Reply::Participants(_) | Reply::Track(_) => {
            Refusal::Unavailable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_test_can_play_the_media_server() {
        let (control, mut end) = Control::pair();
        let asking = tokio::spawn(async move { control.create_room("lane", RoomOptions::default()).await });
        let request = end.requests.recv().await.expect("a request");
        assert_eq!(request.command.room(), Some("lane"));
        let room = Room { name: "lane".to_owned(), ..Room::default() };
        request.answer.send(Reply::Room(room)).expect("somebody waits");
        assert_eq!(asking.await.expect("no panic").map(|room| room.name), Ok("lane".to_owned()));
    }

    #[tokio::test]
    async fn a_stopped_media_server_refuses() {
        let (control, end) = Control::pair();
        drop(end);
        assert_eq!(control.delete_room("lane").await, Err(Refusal::Unavailable));
    }
}
