//! The link in a text. Pure.

/// Bytes of the longest address that is looked up.
const LINK_BYTES_MAX: usize = 2_000;

/// The first address of the web in a text, outside code.
pub(super) fn first(text: &str) -> Option<&str> {
    let prose = text.split("```").next()?;
    let start = match (prose.find("https://"), prose.find("http://")) {
        (Some(one), Some(other)) => one.min(other),
        (one, other) => one.or(other)?,
    };
    let rest = prose.get(start..)?;
    let end = rest.find(ends).unwrap_or(rest.len());
    let mut link = rest.get(..end)?;
    loop {
        // What closes a bracket that was opened before the link, or ends the sentence, is none of it.
        let shorter = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inside) if !inside.contains('(') => inside,
            _ => shorter,
        };
        if shorter == link {
            break;
        }
        link = shorter;
    }
    let host = link.split_once("://").map(|(_, host)| host)?;
    (host.starts_with(|letter: char| letter.is_alphanumeric() || letter == '[') && link.len() <= LINK_BYTES_MAX).then_some(link)
}

/// Whether a letter cannot be part of an address.
fn ends(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(
            letter,
            '<' | '>'
                | '"'
                | '`'
                | '|'
                | '，'
                | '。'
                | '、'
                | '；'
                | '：'
                | '！'
                | '？'
                | '（'
                | '）'
                | '《'
                | '》'
                | '【'
                | '】'
                | '「'
                | '」'
                | '“'
                | '”'
        )
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn a_link_ends_where_its_reader_thinks_it_does() {
        for (text, link) in [
            ("see https://kiln.example/a?b=c#d.", Some("https://kiln.example/a?b=c#d")),
            ("看https://kiln.example/窑，很好", Some("https://kiln.example/窑")),
            ("[kiln](https://kiln.example/a)", Some("https://kiln.example/a")),
            ("https://kiln.example/a_(b)", Some("https://kiln.example/a_(b)")),
            ("**https://kiln.example**", Some("https://kiln.example")),
            ("http://one.example https://two.example", Some("http://one.example")),
            ("```\nhttps://kiln.example\n```", None),
            ("https:// nothing", None),
            ("ftp://kiln.example", None),
            ("nothing", None),
        ] {
            assert_eq!(first(text), link, "{text}");
        }
        assert_eq!(first(&format!("https://kiln.example/{}", "a".repeat(2_000))), None);
    }
}
