//! One room in one server with its people, on the benchmark's own thread: who films when, and what is counted.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::metrics::Metrics;
use media::token::{self, ApiKeys, Claims, VideoGrant};
use media::{Limits, Media, MediaConfig};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use sfu::SrtpProfile;
use tokio::runtime::Runtime;
use transport::Certificate;

use crate::cpu::{self, Spent, clock};
use crate::person::{Entry, Person};
use crate::{FRAMES_PER_S, Pace, Plan};

const WORKER_THREAD: &str = "media-0";
const ENTERED_WITHIN: Duration = Duration::from_secs(60);
/// Signalling is looked at so often; media at once.
const LISTENS_EVERY: Duration = Duration::from_millis(20);
/// Everything arrives when so much of it does, in thousandths, over [`STEADY`].
const ARRIVES_PERMILLE: u64 = 990;
const STEADY: Duration = Duration::from_secs(2);
/// Tokens live so long, in seconds since 1970: for ever.
const EXPIRES_AT_S: i64 = 4_102_444_800;

pub(crate) struct Hall {
    plan: Plan,
    runtime: Runtime,
    media: Media,
    metrics: Metrics,
    people: Vec<Person>,
    frame: u64,
    began: Instant,
    listens_at: Instant,
}

/// What a row of the table is made of.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) received: u64,
    pub(crate) expected: u64,
    pub(crate) spent: Spent,
    pub(crate) time: Duration,
    pub(crate) datagrams: u64,
    pub(crate) messages: u64,
    pub(crate) profile: SrtpProfile,
}

impl Measured {
    /// Packets in one message of the server, rounded.
    pub(crate) fn run_length(&self) -> usize {
        let run = (self.datagrams + self.messages / 2) / self.messages.max(1);
        usize::try_from(run.max(1)).unwrap_or(1)
    }
}

impl Hall {
    /// A server with one worker, and everybody in.
    pub(crate) fn open(plan: Plan) -> Hall {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let metrics = Metrics::new();
        let config = MediaConfig {
            keys: ApiKeys::new("key", "a secret that is long enough for it"),
            udp_port: 0,
            tcp_port: None,
            node_ips: vec![Ipv4Addr::LOCALHOST.into()],
            workers: Some(1),
            limits: Limits::default(),
            seed: [7; 32],
            metrics: metrics.clone(),
        };
        let (media, address) = runtime.block_on(async {
            let (media, router) = Media::start(config).await.expect("the server starts");
            let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
            let address = listener.local_addr().expect("it is bound");
            tokio::spawn(async move { axum::serve(listener, router).await });
            (media, address)
        });
        let now = clock();
        let mut hall = Hall { plan, runtime, media, metrics, people: Vec::new(), frame: 0, began: now, listens_at: now };
        hall.fill(address);
        hall
    }

    fn fill(&mut self, server: SocketAddr) {
        let certificate = Arc::new(Certificate::generate().expect("a certificate"));
        for number in 0..self.plan.publishers + self.plan.audience {
            let token = token_of(number);
            let camera = number < self.plan.publishers;
            let places = self.plan.publishers - usize::from(camera);
            let entry = Entry { server, token: &token, number, camera, places, certificate: certificate.clone() };
            self.people.push(Person::enter(entry, clock()));
            let begun = clock();
            while !self.people.iter().all(Person::is_connected) {
                assert!(begun.elapsed() < ENTERED_WITHIN, "everybody gets in");
                self.step();
            }
        }
    }

    /// Runs the room until everything arrives, then counts.
    pub(crate) fn measure(mut self, pace: Pace) -> Measured {
        self.warm_up(pace.warm_up);
        let task = cpu::thread_named(WORKER_THREAD).expect("the worker has a name");
        let before = (cpu::of_thread(&task), self.received(), self.frame, self.sent());
        let begin = clock();
        while begin.elapsed() < pace.measured {
            self.step();
        }
        let time = begin.elapsed();
        let (spent, received, frames) = (cpu::of_thread(&task).since(before.0), self.received() - before.1, self.frame - before.2);
        let (datagrams, messages) = self.sent();
        let measured = Measured {
            received,
            expected: frames * self.packets_per_camera_frame(),
            spent,
            time,
            datagrams: datagrams - before.3.0,
            messages: messages - before.3.1,
            profile: self.people[0].profile(),
        };
        let Hall { runtime, media, .. } = self;
        runtime.block_on(media.stop(false));
        measured
    }

    fn warm_up(&mut self, most: Duration) {
        let begin = clock();
        let step = STEADY.min(most / 10);
        while begin.elapsed() < most {
            let (received, frame, since) = (self.received(), self.frame, clock());
            while since.elapsed() < step {
                self.step();
            }
            let expected = (self.frame - frame) * self.packets_per_camera_frame();
            if (self.received() - received) * 1_000 >= expected * ARRIVES_PERMILLE {
                return;
            }
        }
    }

    /// Packets that shall arrive for one frame of one camera. The frames of all cameras are counted one by one.
    fn packets_per_camera_frame(&self) -> u64 {
        ((self.people.len() - 1) * self.plan.packets_per_frame) as u64
    }

    fn received(&self) -> u64 {
        self.people.iter().map(|person| person.received).sum()
    }

    /// Datagrams and messages of the server, as its metrics show them.
    fn sent(&self) -> (u64, u64) {
        let text = self.metrics.encode();
        let number = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name) && line.contains("worker=\"0\""));
            line.and_then(|line| line.rsplit(' ').next()).and_then(|number| number.parse().ok()).unwrap_or(0)
        };
        (number("hutong_media_datagrams_sent"), number("hutong_media_messages_sent"))
    }

    /// Does what is due and waits for what comes next.
    fn step(&mut self) {
        let now = clock();
        let everybody = self.people.len() == self.plan.publishers + self.plan.audience;
        while everybody && self.frame_at() <= now {
            let camera = usize::try_from(self.frame).unwrap_or_default() % self.plan.publishers;
            self.people[camera].film(self.plan.packets_per_frame);
            self.frame += 1;
        }
        if !everybody {
            self.began = now;
        }
        let listens = self.listens_at <= now;
        for person in &mut self.people {
            person.handle(now);
            if listens {
                person.listen(now);
            }
        }
        if listens {
            self.listens_at = now + LISTENS_EVERY;
        }
        let dues = self.people.iter().filter_map(Person::due).chain([self.listens_at, self.frame_at()]);
        let wait = dues.min().map_or(LISTENS_EVERY, |at| at.saturating_duration_since(clock()));
        let fds = self.people.iter().map(|person| PollFd::new(person.line().socket().as_fd(), PollFlags::POLLIN));
        let _ = poll(&mut fds.collect::<Vec<_>>(), PollTimeout::try_from(wait).unwrap_or(PollTimeout::ZERO));
    }

    /// When the next frame is due: the cameras take turns within one frame's time.
    fn frame_at(&self) -> Instant {
        let interval_ns = 1_000_000_000 / (u64::from(FRAMES_PER_S) * self.plan.publishers as u64);
        self.began + Duration::from_nanos(interval_ns * self.frame)
    }
}

fn token_of(number: usize) -> String {
    let claims = Claims {
        identity: format!("person-{number}"),
        video: VideoGrant { room_join: true, room: "hall".to_owned(), ..VideoGrant::default() },
        expires_at_s: EXPIRES_AT_S,
        ..Claims::default()
    };
    token::mint("key", "a secret that is long enough for it", &claims)
}
