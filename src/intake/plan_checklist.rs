//! The checklist of a plan: `activity,document,status,reference,closed-on` with `reason` where one is needed, as CSV,
//! or as `[[activities]]` in TOML or JSON.

use super::table::{Columns, Form, Layout, Place, Row, TableError};

/// Most activities of a checklist.
pub const MAX_ACTIVITIES: usize = 20_000;

const LAYOUT: Layout = Layout {
    list: "activities",
    texts: &[],
    columns: Columns::new(&["activity", "status"], &["document", "reference", "closed-on", "reason"])
        .at_most(MAX_ACTIVITIES),
};

/// One planned activity; what is blank is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Where it stands.
    pub place: Place,
    /// What was planned.
    pub name: Option<String>,
    /// The document that it gives.
    pub document: Option<String>,
    /// How it stands, as written.
    pub status: Option<String>,
    /// Where its record is.
    pub reference: Option<String>,
    /// Day on which it was closed, as written.
    pub closed_on: Option<String>,
    /// Why it does not apply.
    pub reason: Option<String>,
}

/// How an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Closed,
    /// Not asked for this version, for a reason.
    NotApplicable,
}

impl Status {
    /// `closed` or `not-applicable`, letter case aside; any other word is an open activity.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "closed" => Some(Self::Closed),
            "not-applicable" | "not applicable" => Some(Self::NotApplicable),
            _ => None,
        }
    }
}

/// How the file is written; `None` where it is free text for people.
#[must_use]
pub fn form_of(name: &str, bytes: &[u8]) -> Option<Form> {
    LAYOUT.form_of(name, bytes)
}

/// Reads a checklist in this form.
///
/// # Errors
/// [`TableError`].
pub fn read(form: Form, bytes: &[u8]) -> Result<Vec<Activity>, TableError> {
    Ok(LAYOUT.read(form, bytes)?.rows.iter().map(activity).collect())
}

fn activity(row: &Row) -> Activity {
    let said = |column: &str| row.get(column).map(str::to_owned);
    Activity {
        place: row.place,
        name: said("activity"),
        document: said("document"),
        status: said("status"),
        reference: said("reference"),
        closed_on: said("closed-on"),
        reason: said("reason"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Status, form_of, read};
    use crate::intake::table::Form;

    #[test]
    fn reads_the_same_checklist_as_csv_and_toml() {
        let csv = "activity,document,status,reference,closed-on\nCode review,SDP 4.2,closed,REV-12,2026-11-20\n";
        let toml = "[[activities]]\nactivity = \"Code review\"\ndocument = \"SDP 4.2\"\nstatus = \"closed\"\n\
            reference = \"REV-12\"\nclosed-on = 2026-11-20\n";
        for (form, text) in [(Form::Csv, csv), (Form::Toml, toml)] {
            assert_eq!(form_of("checklist", text.as_bytes()), Some(form));
            let activities = read(form, text.as_bytes()).expect("checklist");
            assert_eq!(activities.len(), 1);
            assert_eq!(activities[0].closed_on.as_deref(), Some("2026-11-20"));
        }
        assert!(read(Form::Csv, b"activity,done\nx,yes\n").is_err());
    }

    #[test]
    fn only_two_words_end_an_activity() {
        assert_eq!(Status::parse("Closed"), Some(Status::Closed));
        assert_eq!(Status::parse("not-applicable"), Some(Status::NotApplicable));
        for word in ["open", "done?", "in progress", "n/a"] {
            assert_eq!(Status::parse(word), None, "{word}");
        }
    }
}
