//! Whom a tool calls: handles become people of the conversation, and their names stand where the handles stood.

use kernel::Result;

use super::vendors::{Called, What};
use crate::chat::Said;
use crate::desk::Desk;
use crate::org::{self, MemberId, OrganisationId};

/// Handles of one message that are looked at.
const HANDLES_MAX: usize = 200;
/// What a text says that calls everybody.
const EVERYBODY: &str = "@所有人";

/// Those whom the message calls. Its texts say their names; a plain text says them even where the tool did not.
pub(super) async fn call(desk: &Desk, organisation: OrganisationId, what: &mut What, called: &Called) -> Result<Vec<MemberId>> {
    let mut handles: Vec<String> = called.handles.iter().filter(|handle| !handle.is_empty()).take(HANDLES_MAX).cloned().collect();
    handles.sort_by_key(|handle| std::cmp::Reverse(handle.len()));
    handles.dedup();
    let known = if handles.is_empty() { Vec::new() } else { org::people_by_handles(desk, organisation, &handles).await? };
    let named =
        |handle: &String| known.iter().find(|(own, _)| own == handle).map(|(_, card)| (format!("@{handle}"), format!("@{}", card.name)));
    let names: Vec<(String, String)> = handles.iter().filter_map(named).collect();
    match what {
        What::Said(Said::Text(text)) => {
            for (handle, name) in &names {
                if text.contains(handle.as_str()) {
                    *text = text.replace(handle.as_str(), name);
                } else if !text.contains(name.as_str()) {
                    text.push(' ');
                    text.push_str(name);
                }
            }
            if called.all && !text.contains(EVERYBODY) {
                text.push(' ');
                text.push_str(EVERYBODY);
            }
        }
        What::Said(Said::Card(card)) => card.each_text(|text| {
            for (handle, name) in &names {
                if text.contains(handle.as_str()) {
                    *text = text.replace(handle.as_str(), name);
                }
            }
        }),
        What::Picture { .. } | What::Uploaded { .. } => {}
    }
    let mut members: Vec<MemberId> = known.into_iter().map(|(_, card)| card.id).collect();
    members.sort_unstable();
    members.dedup();
    Ok(members)
}
