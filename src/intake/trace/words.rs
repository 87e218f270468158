//! What an item is, by the words that people name its type with.

use super::Kind;

const RISK_CONTROLS: [&str; 5] = ["risk control", "risk reduction", "risk mitigation", "mitigation", "control measure"];
const REQUIREMENTS: [&str; 3] = ["requirement", "user need", "specification"];
const OTHERS: [&str; 17] = [
    "heading",
    "headline",
    "information",
    "informative",
    "section",
    "chapter",
    "folder",
    "document",
    "text",
    "note",
    "comment",
    "definition",
    "hazard",
    "harm",
    "cause",
    "risk",
    "other",
];

/// Letters before the number of an id that stand for tests, and for risk controls.
const TEST_PREFIXES: [&str; 5] = ["TEST", "TST", "TC", "HLT", "LLT"];
const RISK_CONTROL_PREFIXES: [&str; 2] = ["RC", "RCM"];

impl Kind {
    /// By the name of a type, such as `System Requirement` or `TEST_CASE`. Where words of several kinds meet, the one
    /// of which more is asked wins; `None` where none is known.
    #[must_use]
    pub fn of_words(text: &str) -> Option<Self> {
        let text: String = text.chars().take(200).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let text = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&RISK_CONTROLS) {
            Some(Self::RiskControl)
        } else if has(&REQUIREMENTS) {
            Some(Self::Requirement)
        } else if has(&["test"]) {
            Some(Self::Test)
        } else if has(&OTHERS) {
            Some(Self::Other)
        } else {
            None
        }
    }

    /// By the letters before the number of an id: `TST001` is a test, `RC-7` a risk control, everything else a
    /// requirement.
    #[must_use]
    pub fn of_prefix(id: &str) -> Self {
        let prefix = id.trim_end_matches(|c: char| c.is_ascii_digit());
        let last = prefix.trim_end_matches(['-', '_', '.']).rsplit(['-', '_', '.']).next().unwrap_or_default();
        let is = |prefixes: &[&str]| prefixes.iter().any(|one| one.eq_ignore_ascii_case(last));
        if is(&TEST_PREFIXES) {
            Self::Test
        } else if is(&RISK_CONTROL_PREFIXES) {
            Self::RiskControl
        } else {
            Self::Requirement
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requirement => "requirement",
            Self::RiskControl => "risk control",
            Self::Test => "test",
            Self::Other => "other item",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn types_are_known_by_their_words_and_the_stricter_one_wins() {
        for (text, kind) in [
            ("System Requirement", Some(Kind::Requirement)),
            ("TEST_CASE", Some(Kind::Test)),
            ("Test requirement", Some(Kind::Requirement)),
            ("risk-control", Some(Kind::RiskControl)),
            ("Risk Control Requirement", Some(Kind::RiskControl)),
            ("Heading", Some(Kind::Other)),
            ("Hazard", Some(Kind::Other)),
            ("Example SpecType", None),
            ("", None),
        ] {
            assert_eq!(Kind::of_words(text), kind, "{text}");
        }
    }

    #[test]
    fn an_id_without_a_known_prefix_is_a_requirement() {
        for (id, kind) in [
            ("TST001", Kind::Test),
            ("SW-TC-12", Kind::Test),
            ("rc7", Kind::RiskControl),
            ("REQ2-001", Kind::Requirement),
            ("LATEST1", Kind::Requirement),
            ("12", Kind::Requirement),
        ] {
            assert_eq!(Kind::of_prefix(id), kind, "{id}");
        }
    }
}
