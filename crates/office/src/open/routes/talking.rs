//! Commands, buttons and late answers.

use axum::extract::State;
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::acts::answers;
use super::super::acts::talking::{self, Given};
use super::super::vendors::slack;
use super::super::wire::{self, Answer, Speaker};
use super::super::SLACK_BODY_BYTES_MAX;
use crate::chat::{ConversationId, MessageId};
use crate::desk::Desk;
use crate::http::{Caller, Json, Path, Raw, malformed};
use crate::viewer::Viewer;

/// A command that can be given.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenOfferedCommand)]
struct Offered {
    /// With a slash before it.
    command: String,
    /// What may follow it.
    hint: String,
    description: String,
    bot: Speaker,
}

/// The commands that can be given.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenCommands)]
pub(super) struct Commands {
    commands: Vec<Offered>,
}

/// The commands of the bots in a conversation.
#[utoipa::path(get, path = "/api/open/conversations/{id}/commands", tag = "open", security(("session" = [])),
    params(("id" = ConversationId, Path)), responses((status = 200, body = Commands)))]
pub(super) async fn commands(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<ConversationId>) -> Result<Json<Commands>> {
    let found = talking::commands(&desk, &viewer, id).await?;
    let offered = found.into_iter().map(|(bot, command)| Offered {
        command: command.command,
        hint: command.hint,
        description: command.description,
        bot: wire::speaker(&bot),
    });
    Ok(Json(Commands { commands: offered.collect() }))
}

/// A command as it is given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenGivenCommand)]
pub(super) struct CommandGiven {
    command: String,
    #[serde(default)]
    text: String,
    /// Drawn by the client; 40 characters at most.
    client_id: String,
}

/// What a bot answers to whoever asked.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenCommandAnswer)]
pub(super) struct CommandAnswer {
    /// Only the asker sees it, and it is kept nowhere. Absent when the bot answers in the conversation, or later.
    message: Option<Answer>,
}

/// Gives a bot a command, and waits a moment for its answer.
#[utoipa::path(post, path = "/api/open/conversations/{id}/commands", tag = "open", security(("session" = [])),
    params(("id" = ConversationId, Path)), request_body = CommandGiven, responses((status = 200, body = CommandAnswer)))]
pub(super) async fn command(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Json(body): Json<CommandGiven>,
) -> Result<Json<CommandAnswer>> {
    let CommandGiven { command, text, client_id } = body;
    let said = talking::command(&desk, &viewer, &caller.base_url, id, Given { command, text, client_id }).await?;
    Ok(Json(CommandAnswer { message: said.map(wire::answer) }))
}

/// A button that was pressed, or what was chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenAction)]
pub(super) struct Action {
    action: String,
    value: Option<String>,
}

/// What the bot says to it.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenActionAnswer)]
pub(super) struct ActionAnswer {
    /// A few words that pass by.
    toast: Option<String>,
}

/// Presses a button of a bot's card, or chooses from it. The bot may change the card.
#[utoipa::path(post, path = "/api/open/messages/{id}/actions", tag = "open", security(("session" = [])), params(("id" = MessageId, Path)),
    request_body = Action, responses((status = 200, body = ActionAnswer)))]
pub(super) async fn press(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(body): Json<Action>,
) -> Result<Json<ActionAnswer>> {
    let pressed = (body.action.as_str(), body.value.as_deref());
    let toast = talking::press(&desk, &viewer, &caller.base_url, id, pressed).await?;
    Ok(Json(ActionAnswer { toast }))
}

/// A bot answers later, at the address it was given: five times within half an hour. Both our words (`text`, `card`) and
/// Slack's (`text`, `blocks`, `attachments`) are understood, with `response_type` and `replace_original`.
#[utoipa::path(post, path = "/api/open/responses/{token}", tag = "open", params(("token" = String, Path)),
    request_body = serde_json::Value, responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn respond(State(desk): State<Desk>, Path(token): Path<String>, raw: Raw) -> Result<&'static str> {
    let content_type = raw.content_type.clone();
    let bytes = raw.bytes(desk.limits.count(&SLACK_BODY_BYTES_MAX)).await?;
    let body = slack::body(&content_type, &bytes).map_err(|_| malformed("JSON"))?;
    answers::later(&desk, &token, &body).await?;
    Ok("ok")
}
