//! Words that tools write where they know nothing.

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
const UNKNOWN: [&str; 2] = ["unknown", "noassertion"];

/// What tools write into a field that they cannot leave out.
const NOTHING: [&str; 13] = [
    "",
    "-",
    "?",
    "n/a",
    "na",
    "nil",
    "none",
    "not applicable",
    "not available",
    "null",
    "tbd",
    "undefined",
    "unspecified",
];

/// What a text tells, in any case, with or without brackets and white space around it.
pub(super) fn meaning(text: &str) -> Meaning {
    let bare = text.trim().trim_matches(['(', ')', '<', '>', '[', ']']).trim();
    let is_one_of = |words: &[&str]| words.iter().any(|word| bare.eq_ignore_ascii_case(word));
    if is_one_of(&UNKNOWN) {
        Meaning::Unknown
    } else if is_one_of(&NOTHING) {
        Meaning::Nothing
    } else {
        Meaning::Value
    }
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
        for text in ["unknown", "UNKNOWN", " NOASSERTION ", "<unknown>"] {
            assert_eq!(meaning(text), Meaning::Unknown, "{text}");
        }
        for text in ["0", "1.0", "Unknown Worlds", "none-such", "NA Software", "Größe"] {
            assert_eq!(meaning(text), Meaning::Value, "{text}");
        }
    }
}
