//! What administrators are told of programs.

use kernel::Result;
use kernel::db::Tx;
use serde_json::json;

use super::model::Bot;
use crate::desk::Desk;
use crate::notify::{self, Notice};
use crate::org::{self, MemberId, Role};

const BOT_STOPPED: &str = "open.bot_stopped";

/// Every kind, in the order in which people choose among them.
pub(super) const KINDS: &[&str] = &[BOT_STOPPED];

/// Tells owners and administrators that a bot is called no more, because it did not answer.
pub(super) async fn bot_stopped(tx: &mut Tx, desk: &Desk, bot: &Bot) -> Result<()> {
    let (_, people) = org::organisation_roll(tx, bot.organisation).await?;
    let admins: Vec<MemberId> = people.into_iter().filter(|(_, role)| *role != Role::Member).map(|(member, _)| member).collect();
    let notice = Notice {
        organisation: bot.organisation,
        kind: BOT_STOPPED,
        subject: format!("open.bot:{}", bot.id),
        title: bot.name.clone(),
        link: "/admin/bots".to_owned(),
        data: json!({ "bot_id": bot.id }),
        actor: None,
    };
    notify::tell(tx, desk, admins, &notice).await
}
