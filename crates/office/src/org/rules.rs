//! What the organisation holds to be right: names, roles, permissions, the shape of the tree.
//!
//! Pure: no time, no database, no request. What a stranger writes is parsed here into what it must
//! be, and trusted from then on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::DepartmentId;
use super::errors::Refused;

/// Levels of the department tree.
pub(crate) const DEPTH_MAX: usize = 12;
pub(crate) const PASSWORD_CHARS_MIN: usize = 8;
/// Long enough for any phrase, short enough that hashing it costs the same as any other.
pub(crate) const PASSWORD_CHARS_MAX: usize = 128;

/// What a member may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Member,
    Admin,
    Owner,
}

impl Role {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// Reads what the database keeps; an unknown word can do nothing.
    pub(crate) fn of_word(word: &str) -> Role {
        match word {
            "owner" => Role::Owner,
            "admin" => Role::Admin,
            _ => Role::Member,
        }
    }

    pub(crate) fn permissions(self) -> &'static [Permission] {
        match self {
            Role::Member => &[],
            Role::Admin => &Permission::OF_ADMINS,
            Role::Owner => &Permission::ALL,
        }
    }

    /// Whether somebody of this role may change somebody who is, or is to become, `other`.
    pub(crate) fn may_manage(self, other: Role) -> bool {
        match self {
            Role::Member => false,
            Role::Admin => other != Role::Owner,
            Role::Owner => true,
        }
    }
}

/// What only some may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum Permission {
    /// Create, change, disable and import people.
    #[serde(rename = "org.members")]
    Members,
    /// Change the department tree.
    #[serde(rename = "org.departments")]
    Departments,
    /// Invite people by link.
    #[serde(rename = "org.invitations")]
    Invitations,
    /// Read the audit log.
    #[serde(rename = "org.audit")]
    Audit,
    /// Name owners.
    #[serde(rename = "org.owners")]
    Owners,
}

impl Permission {
    const OF_ADMINS: [Permission; 4] = [Permission::Members, Permission::Departments, Permission::Invitations, Permission::Audit];
    const ALL: [Permission; 5] =
        [Permission::Members, Permission::Departments, Permission::Invitations, Permission::Audit, Permission::Owners];
}

/// A line of text between two lengths, trimmed, without control characters.
fn line(field: &'static str, text: &str, min: usize, max: usize) -> Result<String, Refused> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars < min {
        return Err(Refused::TooShort { field, min });
    }
    if chars > max {
        return Err(Refused::TooLong { field, max });
    }
    if text.chars().any(char::is_control) {
        return Err(Refused::Field {
            field,
            zh: "这里不能有换行或控制字符。",
            en: "Line breaks and control characters can’t be used here.",
        });
    }
    Ok(text.to_owned())
}

pub(crate) fn person_name(text: &str) -> Result<String, Refused> {
    line("name", text, 1, 64)
}

pub(crate) fn office_name(text: &str) -> Result<String, Refused> {
    line("office_name", text, 1, 64)
}

pub(crate) fn title(text: &str) -> Result<String, Refused> {
    line("title", text, 0, 64)
}

pub(crate) fn status_text(text: &str) -> Result<String, Refused> {
    line("status_text", text, 0, 140)
}

pub(crate) fn employee_no(text: &str) -> Result<String, Refused> {
    line("employee_no", text, 0, 32)
}

/// A slash would be mistaken for a path when people are imported.
pub(crate) fn department_name(text: &str) -> Result<String, Refused> {
    let name = line("name", text, 1, 64)?;
    match name.contains('/') {
        false => Ok(name),
        true => Err(Refused::Field {
            field: "name", zh: "部门名里不能有斜线。", en: "A department’s name can’t contain a slash."
        }),
    }
}

/// A username is never mistaken for an e-mail address or a telephone number.
pub(crate) fn username(text: &str) -> Result<String, Refused> {
    let name = line("username", text, 2, 32)?.to_lowercase();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    match begins && name.chars().all(allowed) {
        true => Ok(name),
        false => Err(Refused::Field {
            field: "username",
            zh: "用户名以字母开头，只用小写字母、数字和 . _ -。",
            en: "A username begins with a letter and uses only a–z, 0–9 and . _ -.",
        }),
    }
}

/// An e-mail address, or none when nothing is written.
pub(crate) fn email(text: &str) -> Result<Option<String>, Refused> {
    let address = line("email", text, 0, 254)?.to_lowercase();
    if address.is_empty() {
        return Ok(None);
    }
    let plausible = address
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.'));
    let clean = address.chars().all(|c| !c.is_whitespace()) && address.matches('@').count() == 1;
    match plausible && clean {
        true => Ok(Some(address)),
        false => Err(Refused::Field { field: "email", zh: "邮箱写得不对。", en: "That isn’t an e-mail address." }),
    }
}

/// A telephone number without its spaces and dashes, or none when nothing is written.
pub(crate) fn phone(text: &str) -> Result<Option<String>, Refused> {
    let written = line("phone", text, 0, 32)?;
    let number: String = written.chars().filter(|c| !" -().".contains(*c)).collect();
    if number.is_empty() {
        return Ok(None);
    }
    let digits = number.strip_prefix('+').unwrap_or(&number);
    match (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(Some(number)),
        false => Err(Refused::Field { field: "phone", zh: "电话号码写得不对。", en: "That isn’t a telephone number." }),
    }
}

/// A password is taken as it is written, spaces and all.
pub(crate) fn password<'t>(field: &'static str, text: &'t str) -> Result<&'t str, Refused> {
    match text.chars().count() {
        ..PASSWORD_CHARS_MIN => Err(Refused::TooShort { field, min: PASSWORD_CHARS_MIN }),
        PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX => Ok(text),
        _ => Err(Refused::TooLong { field, max: PASSWORD_CHARS_MAX }),
    }
}

pub(crate) fn language(text: &str) -> Result<String, Refused> {
    match text {
        "zh-CN" | "en" => Ok(text.to_owned()),
        _ => Err(Refused::Field { field: "language", zh: "只有 zh-CN 和 en。", en: "Only zh-CN and en are spoken." }),
    }
}

/// A place among siblings; whoever asks for more gets the last one there can be.
pub(crate) fn position(number: i64) -> i64 {
    const POSITION_MAX: i64 = 999_999;
    number.clamp(0, POSITION_MAX)
}

/// What was typed to sign in, in the three forms it may have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) phone: String,
}

/// Nothing is refused here: whatever fits nobody fails like a wrong password.
pub(crate) fn login(text: &str) -> Login {
    let name: String = text.trim().to_lowercase().chars().take(254).collect();
    let phone = phone(&name).ok().flatten().unwrap_or_default();
    Login { name, phone }
}

/// The departments of an organisation, each with what it lies in.
pub(crate) type Parents = BTreeMap<DepartmentId, Option<DepartmentId>>;

/// Whether `department` may lie in `parent`, given how the others lie.
pub(crate) fn may_lie_in(parents: &Parents, department: Option<DepartmentId>, parent: DepartmentId) -> Result<(), Refused> {
    let mut above = Some(parent);
    let mut levels = 1;
    while let Some(here) = above {
        if Some(here) == department {
            return Err(Refused::DepartmentCycle);
        }
        levels += 1;
        above = parents.get(&here).copied().flatten();
    }
    let below = department.map_or(0, |department| height(parents, department));
    match levels + below > DEPTH_MAX {
        true => Err(Refused::DepartmentTooDeep { max: DEPTH_MAX }),
        false => Ok(()),
    }
}

/// How many levels lie below a department.
fn height(parents: &Parents, department: DepartmentId) -> usize {
    let depth = |from: DepartmentId| {
        let mut above = Some(from);
        let mut steps = 0;
        while let Some(here) = above.filter(|here| *here != department) {
            steps += 1;
            above = parents.get(&here).copied().flatten();
        }
        above.map_or(0, |_| steps)
    };
    parents.keys().map(|from| depth(*from)).max().unwrap_or(0)
}

/// What a device calls itself, made short enough for a list: `Chrome · Windows`.
pub(crate) fn device_name(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(mark, _)| user_agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("MicroMessenger", "WeChat"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => {
            let word = user_agent.split(['/', ' ']).next().unwrap_or_default();
            word.chars().filter(|c| !c.is_control()).take(40).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::chance::Chance;
    use kernel::clock::Time;

    use super::*;

    #[test]
    fn names_are_parsed_into_what_they_must_be() {
        assert_eq!(person_name("  陈晓岚 "), Ok("陈晓岚".to_owned()));
        assert_eq!(person_name(" "), Err(Refused::TooShort { field: "name", min: 1 }));
        assert_eq!(username("Xiaolan.Chen"), Ok("xiaolan.chen".to_owned()));
        for wrong in ["9lives", "a@b.cn", "王伟", "a b", "a\u{0}b"] {
            assert!(username(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(email(" Li.Na@Qingzhuan.CN "), Ok(Some("li.na@qingzhuan.cn".to_owned())));
        assert_eq!(email(""), Ok(None));
        for wrong in ["a", "a@b", "@b.cn", "a@b.", "a@@b.cn", "a b@c.cn"] {
            assert!(email(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(phone("+86 138-0000-2046"), Ok(Some("+8613800002046".to_owned())));
        assert!(phone("12ab").is_err());
        assert!(department_name("研发/媒体组").is_err());
        assert!(person_name("a\u{0}b").is_err());
    }

    #[test]
    fn a_department_never_lies_in_itself_nor_too_deep() {
        let chance = Chance::seeded(1);
        let ids: Vec<_> = (0..DEPTH_MAX + 1).map(|_| DepartmentId::draw(&chance, Time::from_ms(1))).collect();
        let chain = |levels: usize| -> Parents {
            let parents = std::iter::once(None).chain(ids.iter().copied().map(Some));
            ids.iter().copied().zip(parents).take(levels).collect()
        };
        let three = chain(3);
        assert_eq!(may_lie_in(&three, Some(ids[0]), ids[2]), Err(Refused::DepartmentCycle));
        assert_eq!(may_lie_in(&three, Some(ids[1]), ids[1]), Err(Refused::DepartmentCycle));
        assert_eq!(may_lie_in(&three, Some(ids[2]), ids[0]), Ok(()));
        let deep = Refused::DepartmentTooDeep { max: DEPTH_MAX };
        assert_eq!(may_lie_in(&chain(DEPTH_MAX), None, ids[DEPTH_MAX - 1]), Err(deep));
        assert_eq!(may_lie_in(&chain(DEPTH_MAX - 1), None, ids[DEPTH_MAX - 2]), Ok(()));
    }

    #[test]
    fn only_owners_touch_owners() {
        let all = [Role::Member, Role::Admin, Role::Owner];
        let grid: Vec<String> = all
            .iter()
            .map(|who| {
                let marks = all.iter().map(|whom| if who.may_manage(*whom) { 'x' } else { '.' });
                format!("{:<6} {}", who.word(), marks.collect::<String>())
            })
            .collect();
        assert_eq!(grid, ["member ...", "admin  xx.", "owner  xxx"]);
    }

    #[test]
    fn devices_have_short_names() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36";
        assert_eq!(device_name(chrome), "Chrome · Windows");
        assert_eq!(device_name("curl/8.5.0"), "curl");
        assert_eq!(device_name(""), "");
    }
}
