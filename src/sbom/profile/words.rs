//! Words that tools write where they know nothing.

use crate::model::text::is_visible;

/// What a text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A value.
    Value,
    /// That nobody knows, said outright.
    Unknown,
    /// Nothing.
    Nothing,
}

/// What people and formats write to say that nobody knows.
const UNKNOWN: [&str; 4] = ["no assertion", "noassertion", "not known", "unknown"];

/// What tools and templates write into a field that they cannot leave out.
const NOTHING: [&str; 19] = [
    "",
    "n.a",
    "n/a",
    "na",
    "nil",
    "none",
    "not applicable",
    "not available",
    "not provided",
    "not specified",
    "null",
    "tba",
    "tbd",
    "to be defined",
    "to be determined",
    "to do",
    "todo",
    "undefined",
    "unspecified",
];

/// How templates begin what is still to be written.
const TO_FILL_IN: &str = "fill in";

/// What a text tells, in any case, whatever punctuation, quotes and white space stand around it.
pub(super) fn meaning(text: &str) -> Meaning {
    let bare = bare(text);
    if UNKNOWN.contains(&bare.as_str()) {
        Meaning::Unknown
    } else if NOTHING.contains(&bare.as_str()) || is_to_fill_in(&bare) {
        Meaning::Nothing
    } else {
        Meaning::Value
    }
}

fn is_to_fill_in(bare: &str) -> bool {
    bare.strip_prefix(TO_FILL_IN).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// The visible words in lower case, single blanks, `-` or `_` between them as blanks.
fn bare(text: &str) -> String {
    let seen = text.chars().filter(|letter| letter.is_whitespace() || is_visible(*letter)).map(|letter| match letter {
        '-' | '_' => ' ',
        other => other.to_ascii_lowercase(),
    });
    let seen: String = seen.collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    words.join(" ").trim_matches(|letter: char| letter == ' ' || is_punctuation(letter)).to_owned()
}

/// ASCII punctuation, and the quotes, dashes and dots of other scripts.
fn is_punctuation(letter: char) -> bool {
    letter.is_ascii_punctuation()
        || matches!(letter,
            '\u{a1}' | '\u{ab}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '\u{2010}'..='\u{2027}' | '\u{2039}' | '\u{203a}'
            | '\u{2212}' | '\u{3001}'..='\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1f}')
}

/// Whether a text is a value.
pub(super) fn says_something(text: &str) -> bool {
    meaning(text) == Meaning::Value
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning};

    #[test]
    fn words_for_nothing_are_no_value_in_any_case() {
        for text in ["", " \t", "N/A", "None", "(none)", "null", "unspecified", "TBD", "-"] {
            assert_eq!(meaning(text), Meaning::Nothing, "{text}");
        }
        for text in ["n.a.", "NA", "todo:", "TO-DO", "--", "?", "???", ".", "…", "\u{2014}", "“none”", "'null'", "*"]
        {
            assert_eq!(meaning(text), Meaning::Nothing, "{text}");
        }
        for text in ["Not provided.", "not_specified", "not  available", "(not applicable)", "undefined;", "<fill in…>"]
        {
            assert_eq!(meaning(text), Meaning::Nothing, "{text}");
        }
        for text in ["FILL IN: supplier", "\u{200b}", "\u{3164}\u{ad}", "no\u{200b}ne", "\u{feff}-"] {
            assert_eq!(meaning(text), Meaning::Nothing, "{text:?}");
        }
        for text in [
            "unknown",
            "UNKNOWN",
            " NOASSERTION ",
            "<unknown>",
            "unknown.",
            "\"Unknown\"",
            "unk\u{200d}nown",
            "not known",
        ] {
            assert_eq!(meaning(text), Meaning::Unknown, "{text}");
        }
        for text in [
            "0",
            "1.0",
            "Unknown Worlds",
            "none-such",
            "NA Software",
            "Größe",
            "株式会社",
            "0.0.0-0",
            "-1",
            "filling",
            "TODO Ltd",
        ] {
            assert_eq!(meaning(text), Meaning::Value, "{text}");
        }
    }
}
