//! What the office can speak about: a conversation, a meeting, a file. Each capability says which kinds of thing are its
//! own and how one of them looks to somebody; whoever keeps something *about* a subject (files, a notice, a card) asks
//! here and needs to know nothing of the capability. To a stranger a subject does not exist.

use futures::future::BoxFuture;
use kernel::Result;
use kernel::uuid::Uuid;

use crate::desk::Desk;
use crate::features::FEATURES;
use crate::org::MemberId;
use crate::viewer::Viewer;

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
    /// Some of the people around it, [`PEOPLE_MAX`] at most.
    pub(crate) people: Vec<MemberId>,
    /// Whether the viewer may add something there.
    pub(crate) can_write: bool,
    /// Whether the viewer may decide for others there.
    pub(crate) can_manage: bool,
}

/// Looks at one thing for a viewer.
pub(crate) type Look = fn(Desk, Viewer, Uuid) -> BoxFuture<'static, Result<Option<Card>>>;
/// Names the things that a viewer belongs to.
pub(crate) type Belongings = fn(Desk, Viewer) -> BoxFuture<'static, Result<Vec<Uuid>>>;

/// One kind of thing.
pub(crate) struct SubjectKind {
    /// `capability.thing`.
    pub(crate) name: &'static str,
    /// How the thing of that id looks to the viewer; nothing to a stranger.
    pub(crate) subject: Look,
    /// Those that the viewer belongs to, where people belong to such things.
    pub(crate) mine: Option<Belongings>,
}

/// How a thing looks to the viewer; nothing when there is none, when it is not for them, or when nobody knows that kind.
pub(crate) async fn card(desk: &Desk, viewer: &Viewer, kind: &str, id: Uuid) -> Result<Option<Card>> {
    match kinds().find(|known| known.name == kind) {
        Some(known) => (known.subject)(desk.clone(), viewer.clone(), id).await,
        None => Ok(None),
    }
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
