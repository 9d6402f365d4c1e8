//! Notices: what a member should know of and may have missed. Other capabilities [`tell`] members within their own
//! change, so that nothing is told of what never happened; this folder keeps it, says it on every open device, and
//! remembers what has been read. It listens to what the organisation announces, because the organisation must not
//! know of it; it must never know what the other kinds mean: their words are the clients'.

mod events;
mod jobs;
pub(crate) mod push;
mod routes;
mod rules;
mod settings;
mod store;
mod wire;

use kernel::db::{Migration, Tx};
use kernel::{Result, limit};
use serde_json::Value;

use crate::desk::Desk;
use crate::features::{FEATURES, Feature};
use crate::org::{MemberId, OrganisationId};

limit!(KEPT_MAX: "notify.kept", 200, "notices", "How many notices are kept for one member; the oldest go first.");
limit!(KEPT_DAYS: "notify.kept_days", 30, "days", "How long a notice is kept.");

kernel::id! {
    /// One notice of one member. It is drawn anew when the same thing is told again.
    pub(crate) struct NoticeId;
}

pub(crate) const FEATURE: Feature = Feature {
    name: "notify",
    routes: || routes::routes().merge(push::routes()),
    migrations: &[
        Migration { capability: "notify", number: 1, text: include_str!("migrations/0001_notify.sql") },
        Migration { capability: "notify", number: 2, text: include_str!("migrations/0002_push.sql") },
    ],
    listens: events::listen,
    jobs: jobs::jobs,
    follows: None,
    notices: &[],
    subjects: &[],
};

/// Something to tell.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) organisation: OrganisationId,
    /// `capability.what_happened`, listed in the `notices` of that capability's feature.
    pub(crate) kind: &'static str,
    /// What it is about, such as `meetings:` with an id. The same kind of the same subject by the same person is told
    /// once as long as it is unread, and counted.
    pub(crate) subject: String,
    /// What the subject is called.
    pub(crate) title: String,
    /// Where the web client shows it, as a path.
    pub(crate) link: String,
    /// What else the words of that kind need.
    pub(crate) data: Value,
    /// Who did it. Nobody is told of what they did themselves.
    pub(crate) actor: Option<MemberId>,
}

/// Tells these members, as a part of the change. Each is told once, unless they have switched that kind off.
pub(crate) async fn tell(tx: &mut Tx, desk: &Desk, members: impl IntoIterator<Item = MemberId>, notice: &Notice) -> Result<()> {
    debug_assert!(kinds().any(|kind| kind == notice.kind), "{} is in no feature’s notices", notice.kind);
    let mut members: Vec<MemberId> = members.into_iter().filter(|member| Some(*member) != notice.actor).collect();
    members.sort_unstable();
    members.dedup();
    let deaf = settings::deaf_to(tx, &members, notice.kind).await?;
    members.retain(|member| !deaf.contains(member));
    if members.is_empty() {
        return Ok(());
    }
    let mut told = Vec::with_capacity(members.len());
    for member in members {
        told.push((member, store::keep(tx, desk, member, notice).await?));
    }
    jobs::plan_sweep(tx, desk).await?;
    desk.announce(tx, &events::Told { organisation: notice.organisation, told }).await
}

/// Marks everything a member was told about that subject as read: they have seen it themselves.
pub(crate) async fn saw(tx: &mut Tx, desk: &Desk, member: MemberId, subject: &str) -> Result<()> {
    if store::read_about(tx, member, subject, desk.now()).await? > 0 {
        desk.announce(tx, &events::Marked { member }).await?;
    }
    Ok(())
}

/// Takes back everything that leads there, notices and pushes alike: what it said is no longer to be read.
pub(crate) async fn forget(tx: &mut Tx, desk: &Desk, link: &str) -> Result<()> {
    push::forget(tx, link).await?;
    for member in store::forget(tx, link).await? {
        desk.announce(tx, &events::Marked { member }).await?;
    }
    Ok(())
}

/// Whether a member was told something about that subject and has not read it.
pub(crate) async fn is_waiting(desk: &Desk, member: MemberId, subject: &str) -> Result<bool> {
    store::is_waiting(&desk.db, member, subject).await
}

/// Every kind there is, in the order of the capabilities.
fn kinds() -> impl Iterator<Item = &'static str> {
    FEATURES.iter().flat_map(|feature| feature.notices).copied()
}
