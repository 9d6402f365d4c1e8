//! Carries commands from the control face to the workers and merges what several of them answer.
//!
//! It never waits for a worker whose box is full: one busy worker must not hold up commands for the others.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::control::{Command, Refusal, Reply, Request, Room};
use crate::directory::Directory;
use crate::mailbox::{Letter, Mailbox};

/// Runs until every control handle is gone.
pub(crate) async fn run(mut requests: mpsc::Receiver<Request>, directory: Arc<Directory>, mailboxes: Vec<Mailbox>) {
    while let Some(request) = requests.recv().await {
        let Some(room) = request.command.room() else {
            tokio::spawn(ask_everyone(request, mailboxes.clone()));
            continue;
        };
        let worker = match &request.command {
            Command::CreateRoom { .. } => Some(directory.find_or_choose(room)),
            _ => directory.find(room),
        };
        match worker.and_then(|worker| mailboxes.get(worker)) {
            Some(mailbox) => hand_over(request, mailbox),
            None => {
                // Whoever asked may have stopped waiting.
                let _ = request.answer.send(Reply::Refused(Refusal::RoomNotFound));
            }
        }
    }
}

fn hand_over(request: Request, mailbox: &Mailbox) {
    match mailbox.try_send(Letter::Command(request)) {
        Ok(()) => mailbox.ring(),
        Err(Letter::Command(request)) => {
            let _ = request.answer.send(Reply::Refused(Refusal::Unavailable));
        }
        Err(_) => unreachable!("a refused letter comes back as it was"),
    }
}

async fn ask_everyone(request: Request, mailboxes: Vec<Mailbox>) {
    let mut pending = Vec::new();
    for mailbox in &mailboxes {
        let (answer, reply) = oneshot::channel();
        let command = request.command.clone();
        hand_over(Request { command, answer }, mailbox);
        pending.push(reply);
    }
    let mut rooms: Vec<Room> = Vec::new();
    let mut refused = None;
    let mut listed = false;
    for reply in pending {
        match reply.await.unwrap_or(Reply::Refused(Refusal::Unavailable)) {
            Reply::Rooms(found) => {
                listed = true;
                rooms.extend(found);
            }
            Reply::Refused(refusal) => refused = Some(refusal),
            Reply::Done | Reply::Room(_) | Reply::Participant(_) | Reply::Participants(_) | Reply::Track(_) => {}
        }
    }
    let answer = match refused {
        Some(refusal) => Reply::Refused(refusal),
        None if listed => Reply::Rooms(rooms),
        None => Reply::Done,
    };
    let _ = request.answer.send(answer);
}
