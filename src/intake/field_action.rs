//! The field action that a release belongs to (21 CFR 806): a correction or a removal of devices in the field.

use serde::Deserialize;

use super::people_toml::{MAX_ENTRIES, PeopleTomlError, day, read, schema, value, visible};

/// The kind of document.
pub const KIND: &str = "field-action";

/// A document of kind `field-action`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAction {
    /// What happens to devices in the field.
    pub action: Action,
    /// Identifiers of CAPA, complaints and reports; at least one, each once.
    pub references: Vec<String>,
    /// Whether authorities were told.
    pub report: Report,
}

/// Kinds of field action (21 CFR 806.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Devices are repaired, modified, relabeled or inspected where they are.
    Correction,
    /// Devices are taken away for that.
    Removal,
}

impl Action {
    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Removal => "removal",
        }
    }
}

/// A report to authorities (21 CFR 806.10), or the reason for none (21 CFR 806.20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// Reported on this day, `YYYY-MM-DD`.
    On(String),
    /// Not reported, because.
    Not(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FieldActionWire {
    schema: u32,
    action: Action,
    references: Vec<String>,
    reported: Option<toml::value::Datetime>,
    not_reported_because: Option<String>,
}

impl FieldAction {
    /// Reads the document.
    ///
    /// # Errors
    /// [`PeopleTomlError`] with what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, PeopleTomlError> {
        let wire: FieldActionWire = read(bytes)?;
        schema(wire.schema)?;
        if wire.references.is_empty() {
            return Err(value("references", "", "at least one identifier of a CAPA, complaint or report"));
        }
        if wire.references.len() > MAX_ENTRIES {
            return Err(PeopleTomlError::TooMany { what: "references", got: wire.references.len() });
        }
        let mut references = Vec::new();
        for reference in wire.references {
            let reference = visible("references", reference)?;
            if references.contains(&reference) {
                return Err(value("references", &reference, "each identifier once"));
            }
            references.push(reference);
        }
        let report = match (wire.reported, wire.not_reported_because) {
            (Some(date), None) => Report::On(day("reported", date)?),
            (None, Some(reason)) => Report::Not(visible("not-reported-because", reason)?),
            (Some(_), Some(_)) => return Err(value("reported", "both", "one of reported and not-reported-because")),
            (None, None) => return Err(value("reported", "", "one of reported and not-reported-because")),
        };
        Ok(Self { action: wire.action, references, report })
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, FieldAction, Report};

    const TEXT: &str = "schema = 1\naction = \"correction\"\nreferences = [\"CAPA-0042\"]\nreported = 2026-11-20\n";

    #[test]
    fn reads_action_references_and_report() {
        let read = FieldAction::parse(TEXT.as_bytes()).expect("field action");
        assert_eq!((read.action, read.report), (Action::Correction, Report::On("2026-11-20".to_owned())));
        let unreported =
            TEXT.replace("reported = 2026-11-20", "not-reported-because = \"no risk to health, see RPT-7\"");
        assert!(matches!(FieldAction::parse(unreported.as_bytes()).map(|read| read.report), Ok(Report::Not(_))));
    }

    #[test]
    fn refuses_what_is_missing_unknown_or_doubled() {
        for (from, to) in [
            ("correction", "recall"),
            ("[\"CAPA-0042\"]", "[]"),
            ("[\"CAPA-0042\"]", "[\"\"]"),
            ("[\"CAPA-0042\"]", "[\"A\", \"A\"]"),
            ("reported = 2026-11-20", ""),
            ("reported = 2026-11-20", "reported = 2026-11-20\nnot-reported-because = \"x\""),
            ("2026-11-20", "10:00:00"),
            ("schema = 1", "schema = 1\nmore = 1"),
        ] {
            assert!(FieldAction::parse(TEXT.replace(from, to).as_bytes()).is_err(), "{from} -> {to}");
        }
    }
}
