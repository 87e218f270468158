//! Ids in the names of tests: `stops_when_empty_REQ_12`, `[REQ-12] stops when empty`.
//!
//! An id is found as whole words: letter case and what stands between letters and digits (`-`, `_`, `.`) are nothing.
//! Where several ids begin at one word, the longest one counts: `REQ_1_2` is no `REQ-1`.

use std::collections::HashMap;

/// Most words of an id that is looked for.
const MAX_WORDS: usize = 8;

/// The ids that are looked for.
#[derive(Debug, Default)]
pub struct Tags {
    /// Words of an id and what it stands for; `None` where two ids have the same words.
    by_words: HashMap<String, Option<usize>>,
    longest: usize,
}

impl Tags {
    /// Of positions with their ids. An id without a letter or without a digit would be found in ordinary words, and is
    /// not looked for; nor are two that differ in case or punctuation only.
    #[must_use]
    pub fn of<'t>(ids: impl Iterator<Item = (usize, &'t str)>) -> Self {
        let mut tags = Self::default();
        for (position, id) in ids {
            let words = words(id);
            let telling = id.contains(char::is_alphabetic) && id.contains(|c: char| c.is_ascii_digit());
            if !telling || words.len() > MAX_WORDS {
                continue;
            }
            tags.longest = tags.longest.max(words.len());
            tags.by_words.entry(words.join(" ")).and_modify(|known| *known = None).or_insert(Some(position));
        }
        tags
    }

    /// Positions of the ids that the name holds, in the order in which they stand there.
    #[must_use]
    pub fn in_name(&self, name: &str) -> Vec<usize> {
        let words = words(name);
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let lengths = (1..=self.longest.min(words.len() - at)).rev();
            let mut candidates = lengths.filter_map(|length| {
                let known = self.by_words.get(&words[at..at + length].join(" "))?;
                Some((length, *known))
            });
            match candidates.next() {
                Some((length, known)) => {
                    found.extend(known.filter(|known| !found.contains(known)));
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::Tags;

    const IDS: [&str; 8] = ["REQ-1", "REQ-12", "REQ-1-2", "RC7", "SW.A-3", "sw a 3", "alarm", "42"];

    fn found(name: &str) -> Vec<&'static str> {
        let tags = Tags::of(IDS.iter().copied().enumerate());
        tags.in_name(name).into_iter().map(|at| IDS[at]).collect()
    }

    #[test]
    fn finds_ids_as_whole_words_however_they_are_written() {
        for (name, expected) in [
            ("pump::tests::req_12_stops_when_empty", &["REQ-12"][..]),
            ("[REQ-12] [RC7] stops", &["REQ-12", "RC7"]),
            ("REQ_1_2", &["REQ-1-2"]),
            ("REQ_1_3 and REQ-1", &["REQ-1"]),
            ("REQ-123", &[]),
            ("XREQ-12", &[]),
            ("REQ12", &[]),
            ("testRC7Stops", &[]),
            ("alarm_42", &[]),
            ("", &[]),
        ] {
            assert_eq!(found(name), expected, "{name}");
        }
    }

    #[test]
    fn two_ids_of_the_same_words_are_not_guessed() {
        assert!(found("sw_a_3").is_empty());
    }

    #[test]
    fn a_long_name_and_a_long_id_cost_little() {
        let id = "a1 ".repeat(200);
        let tags = Tags::of([(0, id.as_str()), (1, "b2")].into_iter());
        assert_eq!(tags.in_name(&"a1 b2 ".repeat(50)), [1]);
    }
}
