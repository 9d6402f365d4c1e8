//! What a person is found by: the name, its pinyin in full and by initials, and how to reach them.
//!
//! Pure. The database only ever looks for a substring, so both engines find the same people.

use std::collections::BTreeSet;

use pinyin::{ToPinyin as _, ToPinyinMulti as _};

/// Readings tried for a name whose characters have several.
const READINGS_MAX: usize = 8;

/// What stands in a name's place when people are put in order: letters and digits only, so that
/// every collation of every database agrees.
pub(crate) fn sort_key(name: &str) -> String {
    let mut key = String::new();
    for (character, reading) in name.chars().zip(name.to_pinyin()) {
        match reading {
            Some(reading) => key.push_str(reading.plain()),
            None => key.extend(character.to_lowercase().filter(|c| c.is_alphanumeric())),
        }
    }
    key
}

/// Everything a search looks through, in lower case, one entry a line.
pub(crate) fn terms<'t>(name: &str, others: impl IntoIterator<Item = &'t str>) -> String {
    let mut lines = vec![name.to_lowercase()];
    for (full, initials) in readings(name) {
        lines.push(full);
        lines.push(initials);
    }
    lines.extend(others.into_iter().filter(|other| !other.is_empty()).map(str::to_lowercase));
    lines.dedup();
    lines.join("\n")
}

/// The pinyin of a name and its initials, for each way to read it.
fn readings(name: &str) -> Vec<(String, String)> {
    let mut readings = vec![(String::new(), String::new())];
    let mut any = false;
    for (character, multi) in name.chars().zip(name.to_pinyin_multi()) {
        let mut syllables: Vec<String> = match multi {
            Some(multi) => multi.into_iter().map(|one| one.plain().to_owned()).collect(),
            None if character.is_alphanumeric() => vec![character.to_lowercase().collect()],
            None => continue,
        };
        any |= multi.is_some();
        syllables.sort();
        syllables.dedup();
        let next = readings.iter().flat_map(|(full, initials)| {
            syllables.iter().map(move |syllable| {
                let initial: String = syllable.chars().take(1).collect();
                (format!("{full}{syllable}"), format!("{initials}{initial}"))
            })
        });
        readings = next.take(READINGS_MAX).collect();
    }
    if any { readings } else { Vec::new() }
}

/// Whether something of that name is what is looked for: a part of it, of its pinyin, or of its initials.
pub(crate) fn is_called(name: &str, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    !wanted.is_empty() && terms(name, []).lines().any(|line| line.contains(&wanted))
}

/// Characters in a row by which something is found in pinyin.
const SOUNDS: usize = 4;

/// The beginnings of what a name sounds like from each of its characters on, in full and by initials: what an index of
/// whole terms keeps, so that a part of a name is found by a part of its pinyin. None of a name without Chinese.
pub(crate) fn sounds(name: &str) -> BTreeSet<String> {
    let characters: Vec<char> = name.chars().collect();
    let from = |start: usize| characters.iter().skip(start).take(SOUNDS).collect::<String>();
    let spoken = (0..characters.len()).flat_map(|start| readings(&from(start)));
    let lines = spoken.flat_map(|(full, initials)| [full, initials]);
    lines
        .flat_map(|line| (2..=SOUNDS).map(move |length| line.chars().take(length).collect::<String>()))
        .filter(|line| line.chars().count() > 1)
        .collect()
}

/// Whether a part of that name sounds so: in full, or by initials.
pub(crate) fn sounds_like(name: &str, wanted: &str) -> bool {
    let syllables: Vec<Vec<String>> = name
        .chars()
        .zip(name.to_pinyin_multi())
        .map(|(character, multi)| match multi {
            Some(multi) => multi.into_iter().map(|one| one.plain().to_owned()).collect(),
            None => vec![character.to_lowercase().filter(|letter| letter.is_alphanumeric()).collect()],
        })
        .collect();
    let initials: Vec<Vec<String>> = syllables.iter().map(|said| said.iter().map(|one| one.chars().take(1).collect()).collect()).collect();
    !wanted.is_empty() && [syllables, initials].iter().any(|spoken| (0..spoken.len()).any(|start| is_spoken(spoken.get(start..), wanted)))
}

/// Whether the text is what these characters sound like, up to some place in one of them. All the ways to read them are
/// followed side by side, so many readings cost no more than few.
fn is_spoken(characters: Option<&[Vec<String>]>, text: &str) -> bool {
    let mut rests = BTreeSet::from([text]);
    for readings in characters.unwrap_or_default() {
        let mut next = BTreeSet::new();
        for (rest, said) in rests.iter().flat_map(|rest| readings.iter().map(move |said| (*rest, said.as_str()))) {
            if said.starts_with(rest) {
                return true;
            }
            next.extend(rest.strip_prefix(said));
        }
        if next.is_empty() {
            return false;
        }
        rests = next;
    }
    false
}

/// A pattern for `LIKE … ESCAPE '!'` that finds `text` anywhere.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.trim().to_lowercase().chars() {
        if "%_!".contains(character) {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> bool {
        terms(name, ["138 0000 2046", "Li.Na@qingzhuan.cn"]).contains(text)
    }

    #[test]
    fn a_name_is_found_by_its_pinyin() {
        for text in ["陈晓", "chenxiaolan", "xiaolan", "cxl", "li.na@", "0000"] {
            assert!(found("陈晓岚", text), "{text}");
        }
        assert!(!found("陈晓岚", "zhang"));
        assert!(found("单丽", "shanli") && found("单丽", "dl"), "a surname read two ways");
        assert!(found("Anna Schmidt", "anna s"));
    }

    #[test]
    fn a_part_of_a_name_is_found_by_a_part_of_its_pinyin() {
        let kept = sounds("2026 窑炉温度.xlsx");
        for part in ["yao", "yaol", "wend", "wd", "yl", "ylwd", "luwe"] {
            assert!(kept.contains(part), "{part} in {kept:?}");
        }
        assert_eq!(sounds("Deployment plan.txt"), BTreeSet::new());
        for part in ["yaolu", "wendu", "wdx", "luwen", "ylwd", "y"] {
            assert!(sounds_like("2026 窑炉温度.xlsx", part), "{part}");
        }
        assert!(sounds_like("重庆长安", "chongqingchang") && sounds_like("重庆长安", "zhongqingzhang"), "each way to read it");
        assert!(!sounds_like("窑炉温度", "aolu") && !sounds_like("窑炉温度", "wenlu") && !sounds_like("窑炉", ""));
        let long = "重".repeat(255);
        assert!(sounds_like(&long, &"chongzhong".repeat(100)) && !sounds_like(&long, &"chongzhong".repeat(200)), "however long it is");
    }

    #[test]
    fn names_are_put_in_order_by_their_sound() {
        assert_eq!(sort_key("陈晓岚"), "chenxiaolan");
        assert_eq!(sort_key("Anna Schmidt-2"), "annaschmidt2");
    }

    #[test]
    fn a_pattern_takes_every_character_literally() {
        assert_eq!(pattern(" 50%_Off! "), "%50!%!_off!!%");
    }

    #[test]
    fn many_readings_stay_few() {
        assert!(readings(&"重".repeat(64)).len() <= READINGS_MAX);
    }
}
