//! `support.toml`: what people have found out about who supplies and maintains components.
//!
//! Unknown is an answer with a reason, never a guess; every answer says who looked and when.

use crate::model::digest::Sha256Digest;
use crate::model::support::SupportLevel;

/// Most rules with a `*`: each is held against each component.
pub const MAX_PATTERNS: usize = 1_000;

/// A valid `support.toml`. Made only by [`SupportFile::parse`].
#[derive(Debug, Clone)]
pub struct SupportFile {
    /// Rules in file order; the first that matches a component wins.
    pub rules: Vec<SupportRule>,
    /// SHA-256 of the file's bytes.
    pub sha256: Sha256Digest,
}

/// One `[[support]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportRule {
    /// purl with optional `*`, anchored at both ends; without a version it means every version.
    pub purl: String,
    /// Who supplies the component, where the rule says it.
    pub supplier: Option<Stated<String>>,
    /// What is known of its support, where the rule says it.
    pub answers: Option<SupportAnswers>,
}

/// A value, or the recorded reason why nobody knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stated<T> {
    /// The value.
    Is(T),
    /// Nobody knows; the reason.
    Unknown(String),
}

impl<T> Stated<T> {
    /// The value, where it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// The reason, where it is not known.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Is(_) => None,
            Self::Unknown(because) => Some(because),
        }
    }
}

/// Level and end of support, with who answered and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportAnswers {
    /// Level of support.
    pub level: Stated<SupportLevel>,
    /// Last day of support, `YYYY-MM-DD`.
    pub end: Stated<String>,
    /// Why date or level are acceptable.
    pub justification: Option<String>,
    /// Where the plan for replacing the component is written down.
    pub replacement_plan: Option<String>,
    /// Who looked at it: a role or a person, as written.
    pub reviewed_by: String,
    /// When, `YYYY-MM-DD`.
    pub reviewed_on: String,
}

/// The answers of one rule, each as somebody wrote it, before they are held against each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenAnswers {
    /// `supplier`.
    pub supplier: Option<String>,
    /// `supplier-unknown-because`.
    pub supplier_unknown_because: Option<String>,
    /// `level`.
    pub level: Option<SupportLevel>,
    /// `level-unknown-because`.
    pub level_unknown_because: Option<String>,
    /// `end-of-support`.
    pub end: Option<String>,
    /// `end-unknown-because`.
    pub end_unknown_because: Option<String>,
    /// `justification`.
    pub justification: Option<String>,
    /// `replacement-plan`.
    pub replacement_plan: Option<String>,
    /// `reviewed-by`.
    pub reviewed_by: Option<String>,
    /// `reviewed-on`.
    pub reviewed_on: Option<String>,
}

impl WrittenAnswers {
    fn says_something_of_support(&self) -> bool {
        let texts = [
            &self.level_unknown_because,
            &self.end,
            &self.end_unknown_because,
            &self.justification,
            &self.replacement_plan,
            &self.reviewed_by,
            &self.reviewed_on,
        ];
        self.level.is_some() || texts.iter().any(|text| text.is_some())
    }

    /// Whether nothing is written at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl SupportRule {
    /// The rule, if its answers fit together; else `complain` is told key, got and expected.
    ///
    /// Level and end each need a value or a reason, and both need a reviewer and a day, as soon as one
    /// word is said of support.
    #[must_use]
    pub fn of(purl: String, written: WrittenAnswers, complain: &dyn Fn(&str, &str, &str)) -> Option<Self> {
        if written.is_empty() {
            complain("purl", "no answer beside it", "a supplier, or level and end of support");
            return None;
        }
        let has_support = written.says_something_of_support();
        let keys = ("supplier", "supplier-unknown-because");
        let supplier = one_of_two(keys, written.supplier, written.supplier_unknown_because, complain);
        if !has_support {
            return Some(Self { purl, supplier: supplier?, answers: None });
        }
        let level =
            required(("level", "level-unknown-because"), written.level, written.level_unknown_because, complain);
        let end =
            required(("end-of-support", "end-unknown-because"), written.end, written.end_unknown_because, complain);
        let told = |key, value: Option<String>, expected| {
            if value.is_none() {
                complain(key, "nothing", expected);
            }
            value
        };
        let reviewed_by = told("reviewed-by", written.reviewed_by, "who looked at it: a role or a person");
        let reviewed_on = told("reviewed-on", written.reviewed_on, "the day of the review");
        let answers = SupportAnswers {
            level: level?,
            end: end?,
            justification: written.justification,
            replacement_plan: written.replacement_plan,
            reviewed_by: reviewed_by?,
            reviewed_on: reviewed_on?,
        };
        Some(Self { purl, supplier: supplier?, answers: Some(answers) })
    }
}

/// At most one of a value and a reason; the outer `None` is a problem.
#[expect(clippy::option_option, reason = "refused, absent and given are three answers")]
pub(super) fn one_of_two<T>(
    (key, because_key): (&str, &str),
    value: Option<T>,
    because: Option<String>,
    complain: &dyn Fn(&str, &str, &str),
) -> Option<Option<Stated<T>>> {
    match (value, because) {
        (Some(_), Some(_)) => {
            complain(key, &format!("{key} and {because_key}"), "one of the two");
            None
        }
        (Some(value), None) => Some(Some(Stated::Is(value))),
        (None, Some(because)) => Some(Some(Stated::Unknown(because))),
        (None, None) => Some(None),
    }
}

/// Exactly one of a value and a reason.
pub(super) fn required<T>(
    keys: (&str, &str),
    value: Option<T>,
    because: Option<String>,
    complain: &dyn Fn(&str, &str, &str),
) -> Option<Stated<T>> {
    let stated = one_of_two(keys, value, because, complain)?;
    if stated.is_none() {
        complain(keys.0, &format!("neither {} nor {}", keys.0, keys.1), "one of the two");
    }
    stated
}
