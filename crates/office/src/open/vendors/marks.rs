//! Marks that vendors put into texts, in the Markdown of ours.

/// Takes tags such as `<font color="info">` away and leaves what they enclose.
pub(super) fn without_fonts(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        kept.push_str(before);
        let is_font = ["font", "/font"].iter().any(|name| tag.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)));
        match tag.split_once('>').filter(|_| is_font) {
            Some((_, after)) => rest = after,
            None => {
                kept.push('<');
                rest = tag;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// Replaces `<@somebody>` by `@somebody` and gives those who are called.
pub(super) fn angled(text: &str) -> (String, Vec<String>) {
    let (mut kept, mut called) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once("<@") {
        kept.push_str(before);
        match tag.split_once('>') {
            Some((handle, after)) if !handle.is_empty() && !handle.contains(['<', '\n']) => {
                kept.push('@');
                kept.push_str(handle);
                called.push(handle.to_owned());
                rest = after;
            }
            _ => {
                kept.push_str("<@");
                rest = tag;
            }
        }
    }
    kept.push_str(rest);
    (kept, called)
}

/// Replaces `<at user_id="somebody">Name</at>` by `@somebody` and gives those who are called.
pub(super) fn at_tags(text: &str) -> (String, Vec<String>) {
    let (mut kept, mut called) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once("<at ") {
        kept.push_str(before);
        let Some((attributes, inside)) = tag.split_once('>') else {
            kept.push_str("<at ");
            rest = tag;
            continue;
        };
        let handles = handles(attributes);
        for handle in &handles {
            kept.push('@');
            kept.push_str(handle);
        }
        let is_closed = attributes.trim_end().ends_with('/');
        rest = match inside.split_once("</at>").filter(|_| !is_closed) {
            Some((name, after)) => {
                if handles.is_empty() {
                    kept.push_str(name);
                }
                after
            }
            None => inside,
        };
        called.extend(handles);
    }
    kept.push_str(rest);
    (kept, called)
}

/// The values of `user_id`, `id`, `ids` or `email`.
fn handles(attributes: &str) -> Vec<String> {
    let mut handles = Vec::new();
    for part in attributes.split_whitespace() {
        let Some((name, value)) = part.split_once('=') else { continue };
        if matches!(name, "user_id" | "id" | "ids" | "email") {
            let value = value.trim_end_matches('/').trim_matches(['"', '\'']);
            handles.extend(value.split(',').filter(|handle| !handle.is_empty()).map(str::to_owned));
        }
    }
    handles
}

/// Slack's marks as Markdown, with those who are called and whether everybody is. Of Mattermost's texts, which are
/// Markdown already, only what stands in angles is replaced.
pub(super) fn from_slack(text: &str, is_markdown: bool) -> (String, Vec<String>, bool) {
    let (mut kept, mut called, mut all) = (String::with_capacity(text.len()), Vec::new(), false);
    let mut in_code = false;
    let mut before = ' ';
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '`' => {
                in_code = !in_code;
                kept.push('`');
            }
            '<' => {
                if let Some((tag, behind)) = after.split_once('>').filter(|(tag, _)| is_tag(tag)) {
                    all |= tag_words(tag, &mut kept, &mut called);
                    (rest, before) = (behind, '>');
                    continue;
                }
                kept.push('<');
            }
            '*' | '~' if !in_code && !is_markdown => {
                // A mark of Slack's is one sign, a mark of Markdown's two of them.
                let stands_alone = before.is_whitespace() && after.starts_with(char::is_whitespace);
                kept.push(letter);
                if !stands_alone && !after.starts_with(letter) && before != letter {
                    kept.push(letter);
                }
            }
            letter => kept.push(letter),
        }
        before = letter;
        rest = after;
    }
    (unescaped(&kept), called, all)
}

fn is_tag(tag: &str) -> bool {
    !tag.is_empty() && !tag.contains(['<', '\n']) && (tag.starts_with(['@', '#', '!']) || tag.contains("://") || tag.starts_with("mailto:"))
}

/// Writes what stands in angles; says whether it calls everybody.
fn tag_words(tag: &str, kept: &mut String, called: &mut Vec<String>) -> bool {
    let (target, label) = tag.split_once('|').unwrap_or((tag, ""));
    if let Some(handle) = target.strip_prefix('@') {
        kept.push('@');
        kept.push_str(handle);
        called.push(handle.to_owned());
    } else if let Some(channel) = target.strip_prefix('#') {
        kept.push('#');
        kept.push_str(if label.is_empty() { channel } else { label });
    } else if let Some(command) = target.strip_prefix('!') {
        let is_all = matches!(command, "here" | "channel" | "everyone");
        kept.push_str(match (is_all, label) {
            (true, _) => "@所有人",
            (false, "") => command,
            (false, label) => label,
        });
        return is_all;
    } else if label.is_empty() {
        kept.push_str(target);
    } else {
        kept.push_str(&format!("[{label}]({target})"));
    }
    false
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_go_and_what_they_enclose_stays() {
        assert_eq!(without_fonts(r#"is <font color="warning">**hot**</font> <b> 1 < 2"#), "is **hot** <b> 1 < 2");
    }

    #[test]
    fn people_in_angles_are_called() {
        assert_eq!(angled("hi <@li.na> and <@ broken"), ("hi @li.na and <@ broken".to_owned(), vec!["li.na".to_owned()]));
        let (text, called) = at_tags(r#"<at user_id="ou_1">Li</at> and <at id=all></at> <at email="a@b.c"/> end <at broken"#);
        assert_eq!(text, "@ou_1 and @all @a@b.c end <at broken");
        assert_eq!(called, ["ou_1", "all", "a@b.c"]);
    }

    #[test]
    fn the_marks_of_slack_become_markdown() {
        let (text, called, all) = from_slack("*hot* ~cold~ `a*b` 2 * 3 <https://k.example/?a=1&amp;b=2|kiln> <@U1> <!here> &lt;x&gt;", false);
        assert_eq!(text, "**hot** ~~cold~~ `a*b` 2 * 3 [kiln](https://k.example/?a=1&b=2) @U1 @所有人 <x>");
        assert_eq!((called, all), (vec!["U1".to_owned()], true));
        assert_eq!(from_slack("**hot** <https://k.example>", true).0, "**hot** https://k.example");
        assert_eq!(from_slack("**hot**", false).0, "**hot**");
    }
}
