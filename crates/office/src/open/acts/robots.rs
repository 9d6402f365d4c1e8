//! Robots, as those who may bring people into a conversation set them up.

use kernel::Result;
use kernel::chance::Token;
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Robot, Safety, Vendor};
use super::super::{ROBOTS_MAX, rules, store};
use super::media;
use crate::chat::{self, ConversationId, Kind, Place, ProgramId};
use crate::desk::Desk;
use crate::org;
use crate::viewer::Viewer;

/// A robot to be.
pub(crate) struct NewRobot {
    pub(crate) vendor: Vendor,
    pub(crate) name: String,
    pub(crate) avatar: String,
    pub(crate) safety: Safety,
}

/// What changes about a robot; the rest stays.
pub(crate) struct RobotChange {
    pub(crate) name: Option<String>,
    pub(crate) avatar: Option<String>,
    pub(crate) safety: Option<Safety>,
    pub(crate) is_on: Option<bool>,
}

/// A robot with what is shown once.
pub(crate) struct Shown {
    pub(crate) robot: Robot,
    pub(crate) token: Option<String>,
    pub(crate) secret: Option<String>,
}

/// A conversation in which the viewer may let programs in.
pub(super) async fn place_to_change(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<Place> {
    let place = chat::place(desk, viewer, id).await?;
    match (place.kind, place.may_change) {
        (Kind::Direct, _) => Err(Refused::NotHere.into()),
        (_, false) => Err(Refused::NotAllowed.into()),
        (_, true) => Ok(place),
    }
}

/// The robots of a conversation of the viewer’s, and whether they may change them.
pub(crate) async fn of_conversation(desk: &Desk, viewer: &Viewer, id: ConversationId) -> Result<(Vec<Robot>, bool)> {
    let place = chat::place(desk, viewer, id).await?;
    Ok((store::robots::of_conversation(&desk.db, id).await?, place.may_change))
}

/// A robot that the viewer may change, with the conversation it is in.
async fn to_change(desk: &Desk, viewer: &Viewer, id: ProgramId) -> Result<(Robot, Place)> {
    let robot = store::robots::one(&desk.db, viewer, id).await?;
    let place = place_to_change(desk, viewer, robot.conversation).await?;
    Ok((robot, place))
}

/// Sets a robot up.
pub(crate) async fn create(desk: &Desk, viewer: &Viewer, id: ConversationId, wanted: NewRobot) -> Result<Shown> {
    let place = place_to_change(desk, viewer, id).await?;
    let safety = rules::safety(wanted.vendor, wanted.safety)?;
    let token = rules::token(wanted.vendor, desk.chance.token().secret());
    let now = desk.now();
    let robot = Robot {
        id: ProgramId::draw(&desk.chance, now),
        organisation: viewer.organisation,
        conversation: id,
        vendor: wanted.vendor,
        name: rules::name(&wanted.name)?,
        avatar: rules::avatar(&wanted.avatar)?,
        token_end: rules::token_end(&token),
        secret: secret(desk, wanted.vendor, &safety),
        safety,
        is_on: true,
        created_by: viewer.member,
        created_at: now,
        last_used_at: None,
    };
    let max = desk.limits.of(&ROBOTS_MAX);
    let mut tx = desk.db.begin().await?;
    store::robots::create(&mut tx, &robot, Token::shown(token.as_str()).hash()).await?;
    if store::robots::count(&mut tx, id).await? > max {
        return Err(Refused::TooMany(max).into());
    }
    chat::save_program(&mut tx, viewer.organisation, &robot.program()).await?;
    let details = json!({ "conversation": place.title, "vendor": robot.vendor.word() });
    org::record(&mut tx, desk, viewer.into(), "open.robot_created", &robot.name, details).await?;
    tx.commit().await?;
    let secret = robot.safety.signed.then(|| robot.secret.clone());
    Ok(Shown { robot, token: Some(token), secret })
}

/// A secret where messages are signed.
fn secret(desk: &Desk, vendor: Vendor, safety: &Safety) -> String {
    match safety.signed {
        true => rules::secret(vendor, desk.chance.token().secret()),
        false => String::new(),
    }
}

/// Changes a robot. Whoever has messages signed from now on is shown the secret.
pub(crate) async fn change(desk: &Desk, viewer: &Viewer, id: ProgramId, change: RobotChange) -> Result<Shown> {
    let (before, place) = to_change(desk, viewer, id).await?;
    let mut robot = before.clone();
    if let Some(name) = &change.name {
        robot.name = rules::name(name)?;
    }
    if let Some(avatar) = &change.avatar {
        robot.avatar = rules::avatar(avatar)?;
    }
    if let Some(safety) = change.safety {
        robot.safety = rules::safety(robot.vendor, safety)?;
    }
    robot.is_on = change.is_on.unwrap_or(robot.is_on);
    let begins_to_sign = robot.safety.signed && !before.safety.signed;
    if begins_to_sign || !robot.safety.signed {
        robot.secret = secret(desk, robot.vendor, &robot.safety);
    }
    let mut tx = desk.db.begin().await?;
    store::robots::save(&mut tx, &robot).await?;
    chat::save_program(&mut tx, viewer.organisation, &robot.program()).await?;
    let details = json!({ "conversation": place.title, "is_on": robot.is_on, "signed": robot.safety.signed });
    org::record(&mut tx, desk, viewer.into(), "open.robot_changed", &robot.name, details).await?;
    tx.commit().await?;
    let secret = begins_to_sign.then(|| robot.secret.clone());
    Ok(Shown { robot, token: None, secret })
}

/// Gives a robot another address, and another secret where it has one. What used the one before is refused.
pub(crate) async fn rotate(desk: &Desk, viewer: &Viewer, id: ProgramId) -> Result<Shown> {
    let (mut robot, place) = to_change(desk, viewer, id).await?;
    let token = rules::token(robot.vendor, desk.chance.token().secret());
    robot.token_end = rules::token_end(&token);
    robot.secret = secret(desk, robot.vendor, &robot.safety);
    let mut tx = desk.db.begin().await?;
    store::robots::set_token(&mut tx, &robot, Token::shown(token.as_str()).hash()).await?;
    let details = json!({ "conversation": place.title });
    org::record(&mut tx, desk, viewer.into(), "open.robot_rotated", &robot.name, details).await?;
    tx.commit().await?;
    let secret = robot.safety.signed.then(|| robot.secret.clone());
    Ok(Shown { robot, token: Some(token), secret })
}

/// Removes a robot. What it has said stays, under its name.
pub(crate) async fn remove(desk: &Desk, viewer: &Viewer, id: ProgramId) -> Result<()> {
    let (robot, place) = to_change(desk, viewer, id).await?;
    let mut tx = desk.db.begin().await?;
    store::robots::remove(&mut tx, id).await?;
    media::forget_all(&mut tx, desk, id).await?;
    let details = json!({ "conversation": place.title });
    org::record(&mut tx, desk, viewer.into(), "open.robot_removed", &robot.name, details).await?;
    tx.commit().await
}
