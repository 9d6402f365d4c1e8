//! What the organisation writes by mail: invitations, links for a new password, word of a changed one.
//!
//! Links begin with the address of the settings, never with what a request claims: whoever asks for a link that somebody
//! else will follow must have no say in where it leads.

use std::time::Duration;

use kernel::Result;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::error::Language;
use kernel::mail::Letter;
use serde_json::json;

use super::events::PasswordForgotten;
use super::rules::Login;
use super::store::audit::{Actor, record};
use super::store::password_links::{self, Reader};
use super::{AccountId, PASSWORD_LINK_MINUTES, PASSWORD_LINKS_MAX};
use crate::desk::Desk;

/// Links to one account are counted over this long.
const HOUR: Duration = Duration::from_secs(3_600);
/// After so long nobody is helped by word of a changed password.
const WORD_IS_WORTH: Duration = Duration::from_secs(3 * 24 * 3_600);

/// What an invitation says.
#[derive(Debug)]
pub(super) struct Invited<'a> {
    pub(super) language: Language,
    pub(super) office: &'a str,
    pub(super) by: &'a str,
    pub(super) link: String,
    pub(super) hours: u32,
}

/// An invitation by mail.
pub(super) fn invitation(invited: Invited<'_>) -> Letter {
    let Invited { language, office, by, link, hours } = invited;
    match language {
        Language::Zh => Letter {
            language,
            subject: format!("{by} 邀请你加入「{office}」"),
            before: vec!["你好：".to_owned(), format!("{by} 邀请你加入「{office}」的办公室，在那里开会、找人。")],
            link: Some((format!("加入「{office}」"), link)),
            after: vec![
                format!("这个链接只给你一个人用，只能用一次，{}内有效。", lasts(language, hours)),
                "如果你不认识这个人，不用理会这封邮件。".to_owned(),
            ],
        },
        Language::En => Letter {
            language,
            subject: format!("{by} invites you to {office}"),
            before: vec!["Hello,".to_owned(), format!("{by} invites you to the office of {office}: meetings and colleagues in one place.")],
            link: Some((format!("Join {office}"), link)),
            after: vec![
                format!("The link is for you alone. It works once, for {}.", lasts(language, hours)),
                format!("If you don’t know {by}, you can ignore this mail."),
            ],
        },
    }
}

fn lasts(language: Language, hours: u32) -> String {
    match (language, hours % 24, hours / 24) {
        (Language::Zh, 0, days) => format!("{days} 天"),
        (Language::Zh, ..) => format!("{hours} 小时"),
        (Language::En, 0, 1) => "a day".to_owned(),
        (Language::En, 0, days) => format!("{days} days"),
        (Language::En, ..) if hours == 1 => "an hour".to_owned(),
        (Language::En, ..) => format!("{hours} hours"),
    }
}

/// Mails a link to whoever forgot, if there is such a person, they have an address, and they were not sent too many.
/// Nobody learns which it was: the request that asked is answered long before.
pub(super) async fn send_password_link(desk: &Desk, forgotten: PasswordForgotten) -> Result<()> {
    let Some(base) = desk.mail_base() else { return Ok(()) };
    let (now, minutes) = (desk.now(), desk.limits.of(&PASSWORD_LINK_MINUTES).max(1));
    let mut tx = desk.db.begin().await?;
    let login = Login { name: forgotten.name, phone: forgotten.phone };
    let Some(reader) = password_links::reader_by_login(&mut tx, &login).await? else {
        return Ok(());
    };
    if password_links::sent_since(&mut tx, reader.account_id, now - HOUR).await? >= desk.limits.of(&PASSWORD_LINKS_MAX) {
        return Ok(());
    }
    let expires_at = now + Duration::from_secs(minutes.saturating_mul(60));
    let token = password_links::draw(&mut tx, desk, &reader, expires_at).await?;
    // What stands behind # is never sent to a server, so no log of a proxy ever holds it.
    let link = format!("{base}/new-password#{}", token.secret());
    let letter = password_link(&reader, link, minutes, &forgotten.ip);
    desk.mailer.enqueue(&mut tx, &letter.to(&reader.email), expires_at, &desk.chance, now).await?;
    let actor = Actor { organisation: reader.organisation_id, member: None, ip: &forgotten.ip };
    record(&mut tx, desk, actor, "org.password_link_sent", &reader.name, json!({})).await?;
    tx.commit().await
}

fn password_link(reader: &Reader, link: String, minutes: u64, ip: &str) -> Letter {
    let Reader { office, name, username, .. } = reader;
    let language = Language::of_tag(&reader.language);
    match language {
        Language::Zh => Letter {
            language,
            subject: format!("设置「{office}」的新密码"),
            before: vec![format!("{name}，你好："), format!("有人（多半是你）要给「{office}」的账号 {username} 设置新密码。")],
            link: Some(("设置新密码".to_owned(), link)),
            after: vec![
                format!("这个链接只能用一次，{minutes} 分钟内有效。"),
                format!("如果不是你，不用理会这封邮件：密码不会变。请求来自 {ip}。"),
            ],
        },
        Language::En => Letter {
            language,
            subject: format!("Set a new password for {office}"),
            before: vec![
                format!("Hello {name},"),
                format!("Somebody, most likely you, asked for a new password for the account {username} at {office}."),
            ],
            link: Some(("Set a new password".to_owned(), link)),
            after: vec![
                format!("The link works once, for {minutes} minutes."),
                format!("If it wasn’t you, you can ignore this mail: your password stays as it is. The request came from {ip}."),
            ],
        },
    }
}

/// Who changed a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangedBy {
    /// Its owner, who knew the old one.
    Owner,
    /// Whoever followed a mailed link.
    Link,
    /// An administrator of the organisation.
    Administrator,
    /// Whoever runs the machine.
    Operator,
}

/// Writes to whoever has the account that their password is another one now, as a part of that change.
pub(super) async fn tell_password_changed(tx: &mut Tx, desk: &Desk, account: AccountId, by: ChangedBy) -> Result<()> {
    let Some(base) = desk.mail_base() else { return Ok(()) };
    let Some(reader) = password_links::reader_by_account(tx, account).await? else {
        return Ok(());
    };
    let (letter, now): (Letter, Time) = (password_changed(&reader, base, by), desk.now());
    let taken = desk.mailer.enqueue(tx, &letter.to(&reader.email), now + WORD_IS_WORTH, &desk.chance, now).await;
    match taken {
        // A password can be changed however much mail is waiting.
        Err(error) if error.refusal().is_some() => {
            tracing::warn!(%error, "nobody is told of a changed password");
            Ok(())
        }
        taken => taken,
    }
}

fn password_changed(reader: &Reader, base: &str, by: ChangedBy) -> Letter {
    let Reader { office, name, username, .. } = reader;
    let language = Language::of_tag(&reader.language);
    match language {
        Language::Zh => Letter {
            language,
            subject: format!("你在「{office}」的密码改了"),
            before: vec![
                format!("{name}，你好："),
                match by {
                    ChangedBy::Owner => format!("账号 {username} 的密码刚刚改过，改的人知道原来的密码。其他设备都已退出登录。"),
                    ChangedBy::Link => format!("账号 {username} 的密码刚刚用发到这个邮箱的链接重新设置。所有设备都已退出登录。"),
                    ChangedBy::Administrator => {
                        format!("管理员给账号 {username} 换了新密码，会另外告诉你。所有设备都已退出登录。")
                    }
                    ChangedBy::Operator => {
                        format!("运行服务器的人给账号 {username} 换了新密码，会另外告诉你。所有设备都已退出登录。")
                    }
                },
            ],
            link: Some((format!("打开「{office}」"), base.to_owned())),
            after: vec!["如果不是你，也没人跟你说过，马上在登录页点「忘记密码」重新设置，并告诉管理员。".to_owned()],
        },
        Language::En => Letter {
            language,
            subject: format!("Your password for {office} was changed"),
            before: vec![
                format!("Hello {name},"),
                match by {
                    ChangedBy::Owner => format!(
                        "The password of the account {username} was just changed by somebody who knew the old one. All other devices are signed out."
                    ),
                    ChangedBy::Link => format!(
                        "The password of the account {username} was just set anew with a link sent to this address. All devices are signed out."
                    ),
                    ChangedBy::Administrator => format!(
                        "An administrator gave the account {username} a new password and will tell you what it is. All devices are signed out."
                    ),
                    ChangedBy::Operator => format!(
                        "Whoever runs the server gave the account {username} a new password and will tell you what it is. All devices are signed out."
                    ),
                },
            ],
            link: Some((format!("Open {office}"), base.to_owned())),
            after: vec![
                "If it wasn’t you and nobody told you, set a new one at once with “Forgotten password” on the sign-in page, and tell an administrator."
                    .to_owned(),
            ],
        },
    }
}
