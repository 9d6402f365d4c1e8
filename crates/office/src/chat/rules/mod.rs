//! What may be done in a conversation, and what a text must be. Pure: it decides and touches nothing.

pub(super) mod dates;

use std::time::Duration;

use kernel::clock::Time;

use super::data::{Data, Location};
use super::errors::Refused;
use super::model::{Kind, Message, MessageKind, Mine, Role, Rules, Seen, Who};
use crate::org::MemberId;

/// Characters of an answered message that its answer shows.
pub(super) const QUOTE_CHARS: usize = 140;
/// Characters of a title.
const TITLE_CHARS_MAX: usize = 80;
/// Characters of an announcement.
const ANNOUNCEMENT_CHARS_MAX: usize = 2_000;
/// Characters of a nickname.
const NICKNAME_CHARS_MAX: usize = 40;
/// Characters of a draft.
const DRAFT_CHARS_MAX: usize = 8_000;
/// Characters of the id a client gives its message.
const CLIENT_ID_CHARS_MAX: usize = 64;
/// Characters of a note.
const NOTE_CHARS_MAX: usize = 500;
/// For how many days a link may be good, when it is not for ever.
const LINK_DAYS: &[u32] = &[1, 7, 30];
/// Minutes after which an urgent message may be told again.
const REPEAT_MINUTES: std::ops::RangeInclusive<i64> = 5..=60;
/// Bytes of an emoji: the longest sequences have ten code points.
const EMOJI_BYTES_MAX: usize = 48;
/// Choices of a poll.
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=20;
/// Characters of one choice.
const OPTION_CHARS_MAX: usize = 200;
/// Points of a voice's picture.
const WAVEFORM_MAX: usize = 100;
/// Characters of a place's name, and of its address.
const PLACE_CHARS_MAX: usize = 300;
/// Characters of a question.
const QUESTION_CHARS_MAX: usize = 500;

impl Rules {
    /// What holds as long as nobody has decided otherwise: in large rooms that nobody chose to enter, not everybody
    /// calls everybody.
    pub(super) fn of(kind: Kind) -> Rules {
        let many = match kind {
            Kind::Direct | Kind::Group => Who::Everyone,
            Kind::Department | Kind::Everyone => Who::Admins,
        };
        Rules { at_all: many, add_members: Who::Everyone, pin: many, edit: many, history_for_new: true, muted_all: false }
    }
}

/// Whether somebody of that role is among those who may.
pub(super) fn may(who: Who, role: Role) -> bool {
    match who {
        Who::Everyone => true,
        Who::Admins => role >= Role::Admin,
    }
}

/// Whether the members of such a conversation are chosen by people.
pub(super) fn is_chosen(kind: Kind) -> bool {
    match kind {
        Kind::Group => true,
        Kind::Direct | Kind::Department | Kind::Everyone => false,
    }
}

/// Refuses what a rule of the conversation does not let this member do. Between two people there are no rules.
pub(super) fn must(seen: &Seen, rule: impl FnOnce(&Rules) -> Who) -> Result<(), Refused> {
    match may(rule(&seen.conversation.rules), seen.mine.role) {
        true => Ok(()),
        false => Err(Refused::NotAllowed),
    }
}

/// Refuses whoever is neither owner nor administrator.
pub(super) fn must_administer(mine: &Mine) -> Result<(), Refused> {
    match mine.role >= Role::Admin {
        true => Ok(()),
        false => Err(Refused::NotAllowed),
    }
}

/// Whether somebody may take another one out, or change what they are.
pub(super) fn outranks(by: Role, other: Role) -> bool {
    by >= Role::Admin && by > other
}

/// Whether somebody may write now, and call everybody.
pub(super) fn may_write(kind: Kind, rules: (bool, Who), role: Role, calls_all: bool) -> Result<(), Refused> {
    let (muted_all, at_all) = rules;
    match kind {
        Kind::Direct if calls_all => Err(Refused::AtAll),
        Kind::Direct => Ok(()),
        Kind::Group | Kind::Department | Kind::Everyone => match () {
            () if muted_all && role < Role::Admin => Err(Refused::Muted),
            () if calls_all && !may(at_all, role) => Err(Refused::AtAll),
            () => Ok(()),
        },
    }
}

/// Refuses to edit or recall what was sent too long ago.
pub(super) fn in_time(sent_at: Time, hours: u64, now: Time) -> Result<(), Refused> {
    match now.since(sent_at) <= Duration::from_secs(hours.saturating_mul(3_600)) {
        true => Ok(()),
        false => Err(Refused::TooLate(hours)),
    }
}

/// Whether this member may recall that message now. What the office itself says stays, and so does a call.
pub(super) fn may_recall(seen: &Seen, message: &Message, by: MemberId, hours: u64, now: Time) -> Result<(), Refused> {
    match message.kind {
        MessageKind::System | MessageKind::Call => return Err(Refused::NotAllowed),
        MessageKind::Text
        | MessageKind::Poll
        | MessageKind::Merged
        | MessageKind::Card
        | MessageKind::Files
        | MessageKind::Voice
        | MessageKind::Location
        | MessageKind::Contact
        | MessageKind::Sticker
        | MessageKind::Subject => {}
    }
    match (message.sender == Some(by), seen.mine.role >= Role::Admin) {
        (_, true) => Ok(()),
        (true, false) => in_time(message.sent_at, hours, now),
        (false, false) => Err(Refused::NotAllowed),
    }
}

/// A text as it is kept.
pub(super) fn text(text: &str, chars_max: u64) -> Result<String, Refused> {
    let text = text.trim_end();
    if text.trim().is_empty() {
        return Err(Refused::Empty);
    }
    if u64::try_from(text.chars().count()).unwrap_or(u64::MAX) > chars_max {
        return Err(Refused::TooLong(chars_max));
    }
    Ok(text.to_owned())
}

/// The id a client gives its message.
pub(super) fn client_id(text: &str) -> Result<String, Refused> {
    let is_good = !text.is_empty() && text.chars().count() <= CLIENT_ID_CHARS_MAX;
    if is_good { Ok(text.to_owned()) } else { Err(Refused::Field("client_id")) }
}

/// A title of a group.
pub(super) fn title(text: &str) -> Result<String, Refused> {
    let text = text.trim();
    let is_good = (1..=TITLE_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if is_good { Ok(text.to_owned()) } else { Err(Refused::Field("title")) }
}

/// A title for a group that was given none: who is in it. It may not get longer than titles are.
pub(super) fn title_of(names: &[String]) -> String {
    let title = names.iter().take(4).cloned().collect::<Vec<_>>().join("、");
    title.chars().take(TITLE_CHARS_MAX).collect()
}

/// What everybody is to know; may be empty.
pub(super) fn announcement(text: &str) -> Result<String, Refused> {
    within("announcement", text, ANNOUNCEMENT_CHARS_MAX)
}

/// What somebody calls themselves here; may be empty.
pub(super) fn nickname(text: &str) -> Result<String, Refused> {
    match text.chars().any(char::is_control) {
        true => Err(Refused::Field("nickname")),
        false => within("nickname", text, NICKNAME_CHARS_MAX),
    }
}

/// What somebody says when they ask to be let in, or notes about a message; may be empty.
pub(super) fn note(field: &'static str, text: &str) -> Result<String, Refused> {
    within(field, text, NOTE_CHARS_MAX)
}

/// For how many days a link is good.
pub(super) fn link_days(days: u32) -> Result<u32, Refused> {
    if LINK_DAYS.contains(&days) { Ok(days) } else { Err(Refused::Field("expires_in_days")) }
}

/// A moment that is still to come, and not too far away.
pub(super) fn ahead(field: &'static str, at: Time, days: u64, now: Time) -> Result<Time, Refused> {
    let last = now + Duration::from_secs(days.saturating_mul(24 * 3_600));
    if at > now && at <= last { Ok(at) } else { Err(Refused::Field(field)) }
}

/// Minutes between two times those who have not confirmed a message are told of it.
pub(super) fn repeat_minutes(minutes: Option<i64>) -> Result<Option<i64>, Refused> {
    match minutes {
        Some(minutes) if !REPEAT_MINUTES.contains(&minutes) => Err(Refused::Field("repeat_minutes")),
        minutes => Ok(minutes),
    }
}

/// What somebody has begun to write.
pub(super) fn draft(text: &str) -> Result<String, Refused> {
    match text.chars().count() <= DRAFT_CHARS_MAX {
        true => Ok(text.to_owned()),
        false => Err(Refused::Field("draft")),
    }
}

fn within(field: &'static str, text: &str, chars_max: usize) -> Result<String, Refused> {
    let text = text.trim();
    if text.chars().count() <= chars_max { Ok(text.to_owned()) } else { Err(Refused::Field(field)) }
}

/// An emoji, or what looks like one: short, and no word.
pub(super) fn emoji(text: &str) -> Result<String, Refused> {
    let is_good = (1..=EMOJI_BYTES_MAX).contains(&text.len()) && !text.chars().any(|letter| letter.is_control() || letter.is_whitespace());
    if is_good { Ok(text.to_owned()) } else { Err(Refused::Field("emoji")) }
}

/// The question and the choices of a poll.
pub(super) fn poll(question: &str, options: &[String]) -> Result<(String, Vec<String>), Refused> {
    let question = question.trim();
    if !(1..=QUESTION_CHARS_MAX).contains(&question.chars().count()) {
        return Err(Refused::Field("question"));
    }
    let options: Vec<String> = options.iter().map(|option| option.trim().to_owned()).collect();
    let are_good =
        OPTIONS.contains(&options.len()) && options.iter().all(|option| (1..=OPTION_CHARS_MAX).contains(&option.chars().count()));
    if are_good { Ok((question.to_owned(), options)) } else { Err(Refused::Field("options")) }
}

/// How long a voice lasts and how loud it is.
pub(super) fn voice(duration_ms: i64, waveform: &[i64], seconds_max: u64) -> Result<(), Refused> {
    let max = i64::try_from(seconds_max.saturating_mul(1_000)).unwrap_or(i64::MAX);
    let is_good =
        (1..=max).contains(&duration_ms) && waveform.len() <= WAVEFORM_MAX && waveform.iter().all(|loud| (0..=255).contains(loud));
    if is_good { Ok(()) } else { Err(Refused::Field("voice")) }
}

/// A place on the earth, with a name or an address.
pub(super) fn location(place: &Location) -> Result<Location, Refused> {
    let is_there = (-90.0..=90.0).contains(&place.latitude) && (-180.0..=180.0).contains(&place.longitude);
    if !is_there {
        return Err(Refused::Field("location"));
    }
    let title = within("location", &place.title, PLACE_CHARS_MAX)?;
    let address = within("location", &place.address, PLACE_CHARS_MAX)?;
    Ok(Location { title, address, latitude: place.latitude, longitude: place.longitude })
}

/// What somebody votes for: choices that are there, each once, and one only where one is asked for. None takes a vote
/// back.
pub(super) fn votes(options: usize, multiple: bool, chosen: &[i64]) -> Result<Vec<i64>, Refused> {
    let mut chosen = chosen.to_vec();
    chosen.sort_unstable();
    chosen.dedup();
    let are_there = chosen.iter().all(|choice| usize::try_from(*choice).is_ok_and(|choice| choice < options));
    if are_there && (multiple || chosen.len() <= 1) { Ok(chosen) } else { Err(Refused::Field("options")) }
}

/// What a message is found by.
pub(super) fn searchable(text: &str, data: Option<&Data>) -> String {
    match data {
        Some(Data::Poll(poll)) => format!("{}\n{}", poll.question, poll.options.join("\n")),
        Some(Data::Merged(merged)) => {
            let files = |files: &[crate::drive::FileCard]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
            let told = merged.messages.iter().flat_map(|message| std::iter::once(message.text.clone()).chain(files(&message.files)));
            format!("{}\n{}", merged.title, told.collect::<Vec<_>>().join("\n"))
        }
        Some(Data::Card(card)) => card.words(),
        Some(Data::Files(files)) => {
            let names: Vec<&str> = files.files.iter().map(|file| file.name.as_str()).collect();
            format!("{text}\n{}", names.join("\n"))
        }
        Some(Data::Location(place)) => format!("{}\n{}", place.title, place.address),
        Some(Data::Contact(contact)) => format!("{} {} {}", contact.name, contact.title, contact.department),
        Some(Data::Subject(subject)) => subject.title.clone(),
        Some(Data::System(_) | Data::Call(_) | Data::Voice(_) | Data::Sticker(_)) | None => text.to_owned(),
    }
}

/// The beginning of a text, as an answer shows it.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTE_CHARS) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

/// Who comes after an owner who is gone: of the administrators, or else of all, the one who has been there longest.
/// They are given in that order.
pub(super) fn successor(members: &[(MemberId, Role)]) -> Option<MemberId> {
    let admin = members.iter().find(|(_, role)| *role == Role::Admin);
    admin.or(members.first()).map(|(member, _)| *member)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(number: u8) -> MemberId {
        format!("00000000-0000-7000-8000-0000000000{number:02}").parse().expect("an id")
    }

    #[test]
    fn an_owner_is_followed_by_the_oldest_administrator() {
        let (anna, ben, carl) = (member(1), member(2), member(3));
        assert_eq!(successor(&[(anna, Role::Member), (ben, Role::Admin), (carl, Role::Admin)]), Some(ben));
        assert_eq!(successor(&[(anna, Role::Member), (carl, Role::Member)]), Some(anna));
        assert_eq!(successor(&[]), None);
    }

    #[test]
    fn nobody_is_ruled_by_their_equals() {
        assert!(outranks(Role::Owner, Role::Admin) && outranks(Role::Admin, Role::Member));
        assert!(!outranks(Role::Admin, Role::Admin) && !outranks(Role::Member, Role::Member));
    }

    #[test]
    fn a_mute_spares_those_who_can_lift_it() {
        let muted = (true, Who::Everyone);
        assert_eq!(may_write(Kind::Group, muted, Role::Member, false), Err(Refused::Muted));
        assert_eq!(may_write(Kind::Group, muted, Role::Admin, true), Ok(()));
        assert_eq!(may_write(Kind::Direct, muted, Role::Member, false), Ok(()));
        assert_eq!(may_write(Kind::Group, (false, Who::Admins), Role::Member, true), Err(Refused::AtAll));
    }

    #[test]
    fn votes_are_for_what_is_offered() {
        assert_eq!(votes(3, false, &[2]), Ok(vec![2]));
        assert_eq!(votes(3, true, &[2, 0, 2]), Ok(vec![0, 2]));
        assert_eq!(votes(3, false, &[]), Ok(vec![]));
        for (multiple, chosen) in [(false, vec![0, 1]), (true, vec![3]), (true, vec![-1])] {
            assert_eq!(votes(3, multiple, &chosen), Err(Refused::Field("options")));
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(quote("短"), "短");
        assert_eq!(quote(&"砖".repeat(200)).chars().count(), QUOTE_CHARS);
        assert_eq!(text("  \n", 10), Err(Refused::Empty));
        assert_eq!(text("砖砖砖", 2), Err(Refused::TooLong(2)));
        assert_eq!(text("  indented\n", 20), Ok("  indented".to_owned()));
    }
}
