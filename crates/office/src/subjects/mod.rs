//! What the office can speak about: a conversation, a meeting, a file. Each capability says which kinds of thing are its
//! own and how one of them looks to somebody; whoever keeps something *about* a subject (files, a notice, a card) asks
//! here and needs to know nothing of the capability. To a stranger a subject does not exist.

mod routes;

use futures::future::BoxFuture;
use kernel::Result;
use kernel::uuid::Uuid;

use crate::desk::Desk;
use crate::features::FEATURES;
use crate::org::MemberId;
use crate::viewer::Viewer;

pub(crate) use routes::routes;

/// People around a subject that its card names; whoever needs all of them asks the capability.
pub(crate) const PEOPLE_MAX: usize = 100;

/// How a subject looks to somebody who may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) title: String,
    /// Where the web client shows it, as a path.
    pub(crate) link: String,
    /// The address of a picture.
    pub(crate) picture: Option<String>,
    /// What tells it from others of its kind, or from what it was, in a word of its capability: a folder, a group, a
    /// meeting that runs. Empty where there is nothing to tell.
    pub(crate) state: &'static str,
    /// When it begins, or began: milliseconds UTC.
    pub(crate) starts_at: Option<i64>,
    /// When it ended: milliseconds UTC.
    pub(crate) ended_at: Option<i64>,
    /// How many people are in it, where people are.
    pub(crate) people_count: i64,
    /// Some of the people around it, [`PEOPLE_MAX`] at most.
    pub(crate) people: Vec<MemberId>,
    /// Whether the viewer may add something there.
    pub(crate) can_write: bool,
    /// Whether the viewer may call those around it together.
    pub(crate) can_call: bool,
    /// Whether the viewer may decide for others there.
    pub(crate) can_manage: bool,
}

/// Looks at one thing for a viewer.
pub(crate) type Look = fn(Desk, Viewer, Uuid) -> BoxFuture<'static, Result<Option<Card>>>;
/// Names the things that a viewer belongs to.
pub(crate) type Belongings = fn(Desk, Viewer) -> BoxFuture<'static, Result<Vec<Uuid>>>;
/// A thing of some capability: its kind and its id.
pub(crate) type Thing = (&'static str, Uuid);
/// Lets those who see another thing see this one too, because the viewer shows it to them there.
pub(crate) type Showing = fn(Desk, Viewer, Uuid, Thing) -> BoxFuture<'static, Result<()>>;

/// One kind of thing.
pub(crate) struct SubjectKind {
    /// `capability.thing`.
    pub(crate) name: &'static str,
    /// How the thing of that id looks to the viewer; nothing to a stranger.
    pub(crate) subject: Look,
    /// Those that the viewer belongs to, where people belong to such things.
    pub(crate) mine: Option<Belongings>,
    /// Where whoever sees a thing may have others see it by showing it to them.
    pub(crate) shown: Option<Showing>,
}

/// How a thing looks to the viewer; nothing when there is none, when it is not for them, or when nobody knows that kind.
pub(crate) async fn card(desk: &Desk, viewer: &Viewer, kind: &str, id: Uuid) -> Result<Option<Card>> {
    match named(kind) {
        Some(known) => (known.subject)(desk.clone(), viewer.clone(), id).await,
        None => Ok(None),
    }
}

/// Notes that a viewer, who sees a thing, shows it to those who see another one.
pub(crate) async fn show(desk: &Desk, viewer: &Viewer, thing: Thing, to: Thing) -> Result<()> {
    match named(thing.0).and_then(|known| known.shown) {
        Some(shown) => shown(desk.clone(), viewer.clone(), thing.1, to).await,
        None => Ok(()),
    }
}

/// The kind of that name, if there is one.
pub(crate) fn named(kind: &str) -> Option<&'static SubjectKind> {
    kinds().find(|known| known.name == kind)
}

/// The things of that kind that the viewer belongs to.
pub(crate) async fn mine(desk: &Desk, viewer: &Viewer, kind: &SubjectKind) -> Result<Vec<Uuid>> {
    match kind.mine {
        Some(mine) => mine(desk.clone(), viewer.clone()).await,
        None => Ok(Vec::new()),
    }
}

/// Every kind there is.
pub(crate) fn kinds() -> impl Iterator<Item = &'static SubjectKind> {
    FEATURES.iter().flat_map(|feature| feature.subjects)
}

#[cfg(test)]
mod tests {
    use crate::features::FEATURES;

    #[test]
    fn a_subject_bears_the_word_of_its_capability() {
        for feature in FEATURES {
            let words = format!("{}.", feature.name);
            assert!(feature.subjects.iter().all(|kind| kind.name.starts_with(&words)), "{words}");
        }
    }
}
