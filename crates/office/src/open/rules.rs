//! What a program may be called and what a robot asks for. Pure.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use sha2::{Digest as _, Sha256};

use super::errors::Refused;
use super::model::{Command, Safety, Vendor};
use crate::chat::ProgramId;

/// Characters of a name.
const NAME_CHARS_MAX: usize = 40;
/// Characters of an avatar: an emoji.
const AVATAR_CHARS_MAX: usize = 16;
/// Characters of a description.
const DESCRIPTION_CHARS_MAX: usize = 300;
/// Characters of a command.
const COMMAND_CHARS_MAX: usize = 32;
/// Keywords of one robot.
const KEYWORDS_MAX: usize = 10;
/// Characters of a keyword.
const KEYWORD_CHARS_MAX: usize = 100;
/// Networks of one robot.
const ADDRESSES_MAX: usize = 20;
/// Letters of a token that are shown for good.
const TOKEN_END: usize = 4;

/// What a program is called.
pub(super) fn name(text: &str) -> Result<String, Refused> {
    let text = text.trim();
    let is_good = (1..=NAME_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if is_good { Ok(text.to_owned()) } else { Err(Refused::Field("name")) }
}

/// Its picture: an emoji, or nothing.
pub(super) fn avatar(text: &str) -> Result<String, Refused> {
    let is_good = text.chars().count() <= AVATAR_CHARS_MAX && !text.chars().any(|letter| letter.is_control() || letter.is_whitespace());
    if is_good { Ok(text.to_owned()) } else { Err(Refused::Field("avatar")) }
}

/// What a robot asks for, as it is kept. Only two vendors know more than the secrecy of the address.
pub(super) fn safety(vendor: Vendor, safety: Safety) -> Result<Safety, Refused> {
    let Safety { keywords, signed, addresses } = safety;
    let keywords: Vec<String> = keywords.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
    if keywords.len() > KEYWORDS_MAX || keywords.iter().any(|word| word.chars().count() > KEYWORD_CHARS_MAX || word.contains('\0')) {
        return Err(Refused::Field("keywords"));
    }
    if addresses.len() > ADDRESSES_MAX {
        return Err(Refused::Field("addresses"));
    }
    let addresses = addresses.iter().map(|text| network(text).map(|net| net.to_string()).ok_or(Refused::Field("addresses")));
    let addresses = addresses.collect::<Result<Vec<_>, _>>()?;
    match vendor {
        Vendor::Dingtalk | Vendor::Feishu => {}
        Vendor::Wecom | Vendor::Slack if signed => return Err(Refused::Field("signed")),
        Vendor::Wecom | Vendor::Slack => {}
    }
    Ok(Safety { keywords, signed, addresses })
}

/// A network such as `10.0.0.0/8`, or one address.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from)).map(|net| net.trunc())
}

/// Whether somebody with that address may come.
pub(super) fn is_listed(addresses: &[String], ip: &str) -> bool {
    let ip = ip.parse::<IpAddr>().map(|ip| ip.to_canonical());
    addresses.is_empty() || ip.is_ok_and(|ip| addresses.iter().filter_map(|text| network(text)).any(|net| net.contains(&ip)))
}

/// Whether a message says one of the words.
pub(super) fn has_keyword(keywords: &[String], words: &str) -> bool {
    keywords.is_empty() || keywords.iter().any(|word| words.contains(word.as_str()))
}

/// A token as that vendor's look, made of what chance drew.
pub(super) fn token(vendor: Vendor, drawn: &str) -> String {
    let hex = hex(drawn);
    let piece = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    match vendor {
        Vendor::Dingtalk => hex.clone(),
        Vendor::Wecom | Vendor::Feishu => [piece(0, 8), piece(8, 12), piece(12, 16), piece(16, 20), piece(20, 32)].join("-"),
        Vendor::Slack => piece(0, 32).to_owned(),
    }
}

/// A secret as that vendor's look.
pub(super) fn secret(vendor: Vendor, drawn: &str) -> String {
    let hex = hex(drawn);
    match vendor {
        Vendor::Dingtalk => format!("SEC{hex}"),
        Vendor::Feishu | Vendor::Wecom | Vendor::Slack => hex.get(..32).unwrap_or_default().to_owned(),
    }
}

fn hex(drawn: &str) -> String {
    Sha256::digest(drawn.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The last letters of a token, by which people tell it from others.
pub(super) fn token_end(token: &str) -> String {
    let letters: Vec<char> = token.chars().collect();
    letters.get(letters.len().saturating_sub(TOKEN_END)..).unwrap_or_default().iter().collect()
}

/// Where tools send their messages.
pub(super) fn url(base: &str, vendor: Vendor, id: ProgramId, token: &str) -> String {
    match vendor {
        Vendor::Dingtalk => format!("{base}/robot/send?access_token={token}"),
        Vendor::Wecom => format!("{base}/cgi-bin/webhook/send?key={token}"),
        Vendor::Feishu => format!("{base}/open-apis/bot/v2/hook/{token}"),
        Vendor::Slack => {
            let (team, service) = slack_names(id);
            format!("{base}/services/{team}/{service}/{token}")
        }
    }
}

/// What stands before the token in an address of Slack's.
pub(super) fn slack_names(id: ProgramId) -> (String, String) {
    let id = id.uuid().simple().to_string().to_uppercase();
    let piece = |from: usize, to: usize| id.get(from..to).unwrap_or_default().to_owned();
    (format!("T{}", piece(12, 20)), format!("B{}", piece(20, 32)))
}

/// What a bot is for, in a line or two.
pub(super) fn description(text: &str) -> Result<String, Refused> {
    let text = text.trim();
    let is_good = text.chars().count() <= DESCRIPTION_CHARS_MAX && !text.contains('\0');
    if is_good { Ok(text.to_owned()) } else { Err(Refused::Field("description")) }
}

/// The commands of a bot: a slash and a word each, each once.
pub(super) fn commands(commands: Vec<Command>, most: u64) -> Result<Vec<Command>, Refused> {
    if u64::try_from(commands.len()).unwrap_or(u64::MAX) > most {
        return Err(Refused::TooMany(most));
    }
    let mut known = BTreeSet::new();
    let mut good = Vec::new();
    for Command { command, hint, description: words } in commands {
        let command = command.trim().to_lowercase();
        let name = command.strip_prefix('/').unwrap_or_default();
        let is_good = (1..=COMMAND_CHARS_MAX).contains(&name.chars().count())
            && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
            && hint.chars().count() <= DESCRIPTION_CHARS_MAX
            && !hint.contains('\0');
        if !is_good || !known.insert(command.clone()) {
            return Err(Refused::Field("commands"));
        }
        good.push(Command { command, hint: hint.trim().to_owned(), description: description(&words).map_err(|_| Refused::Field("commands"))? });
    }
    Ok(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_let_in_whom_they_hold() {
        let safe = |addresses: &[&str]| {
            let addresses = addresses.iter().map(|text| (*text).to_owned()).collect();
            safety(Vendor::Dingtalk, Safety { addresses, ..Safety::default() }).map(|safety| safety.addresses)
        };
        let nets = safe(&["10.1.2.3/8", "192.168.1.7", "2001:db8::/32"]).expect("networks");
        assert_eq!(nets, ["10.0.0.0/8", "192.168.1.7/32", "2001:db8::/32"]);
        for (ip, wanted) in [("10.9.9.9", true), ("::ffff:10.9.9.9", true), ("192.168.1.8", false), ("2001:db8::1", true), ("unknown", false)] {
            assert_eq!(is_listed(&nets, ip), wanted, "{ip}");
        }
        assert!(is_listed(&[], "unknown"));
        assert_eq!(safe(&["10.0.0.0/40"]), Err(Refused::Field("addresses")));
    }

    #[test]
    fn commands_are_words_after_a_slash() {
        let command = |name: &str| Command { command: name.to_owned(), hint: String::new(), description: String::new() };
        let names = |list: &[&str]| commands(list.iter().map(|name| command(name)).collect(), 3).map(|good| good.len());
        assert_eq!(names(&["/deploy", "/部署-2"]), Ok(2));
        for wrong in [&["deploy"][..], &["/"], &["/a b"], &["/a", "/A"]] {
            assert_eq!(names(wrong), Err(Refused::Field("commands")), "{wrong:?}");
        }
        assert_eq!(names(&["/a", "/b", "/c", "/d"]), Err(Refused::TooMany(3)));
    }

    #[test]
    fn tokens_look_like_their_vendors() {
        assert_eq!(token(Vendor::Dingtalk, "x").len(), 64);
        assert!(token(Vendor::Feishu, "x").parse::<kernel::uuid::Uuid>().is_ok());
        assert_eq!(token(Vendor::Slack, "x").len(), 32);
        assert!(secret(Vendor::Dingtalk, "x").starts_with("SEC"));
        assert_eq!((token_end("abcdef"), token_end("ab")), ("cdef".to_owned(), "ab".to_owned()));
    }
}
