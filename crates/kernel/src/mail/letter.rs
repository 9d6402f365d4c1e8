//! A letter: some lines, a link, some more lines; written as plain text and as simple HTML.

use std::fmt::Write as _;

use super::Mail;
use crate::error::Language;

/// What is to be said; every text is plain and may hold whatever people write.
#[derive(Clone, Debug)]
pub struct Letter {
    /// What it is written in.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// What comes before the link, a paragraph each.
    pub before: Vec<String>,
    /// What the link is called, and where it leads.
    pub link: Option<(String, String)>,
    /// What comes after it, in smaller letters.
    pub after: Vec<String>,
}

impl Letter {
    /// The mail that brings it to that address.
    pub fn to(&self, address: &str) -> Mail {
        Mail { to: address.to_owned(), language: self.language, subject: self.subject.clone(), text: self.text(), html: self.html() }
    }

    pub(super) fn is_link(word: &str) -> bool {
        word.starts_with("https://") || word.starts_with("http://")
    }

    fn text(&self) -> String {
        let link = self.link.iter().map(|(name, address)| format!("{name}\n{address}"));
        let paragraphs: Vec<String> = self.before.iter().cloned().chain(link).chain(self.after.iter().cloned()).collect();
        paragraphs.join("\n\n") + "\n"
    }

    fn html(&self) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"margin:0;padding:24px;font-family:sans-serif;font-size:15px;line-height:24px\">\n\
             <div style=\"max-width:560px;margin:0 auto\">\n",
            self.language.tag(),
            escaped(&self.subject)
        );
        // Writing to a string cannot fail.
        for line in &self.before {
            let _ = writeln!(html, "<p>{}</p>", escaped(line));
        }
        if let Some((name, address)) = &self.link {
            let (name, address) = (escaped(name), escaped(address));
            let style = "display:inline-block;padding:10px 20px;border-radius:8px;background:#0e7a66;color:#ffffff;text-decoration:none";
            let _ = writeln!(html, "<p style=\"margin:24px 0\"><a href=\"{address}\" style=\"{style}\">{name}</a></p>");
            let _ = writeln!(html, "<p style=\"font-size:13px;line-height:20px;word-break:break-all\">{address}</p>");
        }
        for line in &self.after {
            let _ = writeln!(html, "<p style=\"font-size:13px;line-height:20px\">{}</p>", escaped(line));
        }
        html + "</div>\n</body>\n</html>\n"
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_text() {
        let letter = Letter {
            language: Language::En,
            subject: "A & B".to_owned(),
            before: vec!["<script>\"Olga\"</script> invites you.".to_owned()],
            link: Some(("Join".to_owned(), "https://office.example/invite/x?a=1&b='2'".to_owned())),
            after: vec!["It works once.".to_owned()],
        };
        let mail = letter.to("bob@office.example");
        assert_eq!(mail.links(), ["https://office.example/invite/x?a=1&b='2'"]);
        assert!(mail.text.starts_with("<script>\"Olga\"</script> invites you.\n\nJoin\nhttps://"), "{}", mail.text);
        assert!(mail.html.contains("&lt;script&gt;&quot;Olga&quot;") && !mail.html.contains("<script>"), "{}", mail.html);
        assert!(mail.html.contains("href=\"https://office.example/invite/x?a=1&amp;b=&#39;2&#39;\""), "{}", mail.html);
        assert!(mail.html.contains("<html lang=\"en\">") && mail.html.contains("<title>A &amp; B</title>"), "{}", mail.html);
    }
}
