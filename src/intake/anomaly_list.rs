//! The list of residual anomalies as a table: `id,title,severity,evaluation,rationale,security,risk-ref`, as CSV, or
//! as `[[anomalies]]` in TOML or JSON. Whether an answer is there is for the check to say; what cannot be read is not.

use super::table::{Columns, Form, Layout, Place, Row, Table, TableError};

/// Most anomalies of a list.
pub const MAX_ANOMALIES: usize = 20_000;

/// The id of a row which says that there is no anomaly.
pub const NONE: &str = "none";

const LAYOUT: Layout = Layout {
    list: "anomalies",
    texts: &["statement"],
    columns: Columns::new(&["id", "title", "evaluation", "rationale"], &["severity", "security", "risk-ref"])
        .at_most(MAX_ANOMALIES),
};

/// A list, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnomalyList {
    /// The anomalies, in file order.
    pub anomalies: Vec<Anomaly>,
    /// What is said of a list without anomalies: the rationale of its `none` row, or its `statement`.
    pub statement: Option<String>,
    /// Whether a `none` row stands in it.
    pub says_none: bool,
}

/// One anomaly; what is blank is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    /// Where it stands.
    pub place: Place,
    /// Its id.
    pub id: Option<String>,
    /// What is wrong.
    pub title: Option<String>,
    /// How grave it is, in the maker's own words.
    pub severity: Option<String>,
    /// What was decided, as written.
    pub evaluation: Option<String>,
    /// Why.
    pub rationale: Option<String>,
    /// CWE ids, or `none: reason`.
    pub security: Option<String>,
    /// Where the risk file treats it.
    pub risk_ref: Option<String>,
}

impl AnomalyList {
    /// How the file is written; `None` where it is free text for people.
    #[must_use]
    pub fn form_of(name: &str, bytes: &[u8]) -> Option<Form> {
        LAYOUT.form_of(name, bytes)
    }

    /// Reads a list in this form.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn read(form: Form, bytes: &[u8]) -> Result<Self, TableError> {
        let table: Table = LAYOUT.read(form, bytes)?;
        let (none, anomalies): (Vec<Anomaly>, Vec<Anomaly>) =
            table.rows.iter().map(anomaly).partition(Anomaly::is_none);
        let said = none.iter().find_map(|row| row.rationale.clone().or_else(|| row.title.clone()));
        let statement = table.text("statement").map(str::to_owned).or(said);
        Ok(Self { anomalies, statement, says_none: !none.is_empty() })
    }
}

impl Anomaly {
    fn is_none(&self) -> bool {
        self.id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(NONE))
    }
}

fn anomaly(row: &Row) -> Anomaly {
    let said = |column: &str| row.get(column).map(str::to_owned);
    Anomaly {
        place: row.place,
        id: said("id"),
        title: said("title"),
        severity: said("severity"),
        evaluation: said("evaluation"),
        rationale: said("rationale"),
        security: said("security"),
        risk_ref: said("risk-ref"),
    }
}

/// What was decided about an anomaly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evaluation {
    /// It stays, and its risk is acceptable.
    Accepted,
    /// It is resolved in a later version.
    Deferred,
    /// It is resolved in this version.
    Fixed,
    /// Another entry covers it.
    Duplicate,
    /// It turned out to be none.
    NoAnomaly,
}

impl Evaluation {
    /// Every evaluation with its word.
    pub const ALL: [(&'static str, Self); 5] = [
        ("accepted", Self::Accepted),
        ("deferred", Self::Deferred),
        ("fixed", Self::Fixed),
        ("duplicate", Self::Duplicate),
        ("no-anomaly", Self::NoAnomaly),
    ];

    /// By its word, letter case aside.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(word)).map(|(_, evaluation)| evaluation)
    }

    /// Whether the anomaly stays in this version, so that its risk must be traced.
    #[must_use]
    pub const fn stays(self) -> bool {
        matches!(self, Self::Accepted | Self::Deferred)
    }
}

/// Whether a text assesses security: `CWE-787`, several of them, or `none: <reason>`.
#[must_use]
pub fn assesses_security(text: &str) -> bool {
    let (first, rest) = text.split_once(':').unwrap_or((text, ""));
    if first.trim().eq_ignore_ascii_case("none") {
        return crate::model::text::shows_something(rest);
    }
    let mut ids = first.split([' ', ',', ';']).filter(|word| !word.is_empty()).peekable();
    ids.peek().is_some() && ids.all(is_cwe)
}

fn is_cwe(word: &str) -> bool {
    let digits = word.get(..4).filter(|start| start.eq_ignore_ascii_case("CWE-")).and_then(|_| word.get(4..));
    digits.is_some_and(|digits| (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{AnomalyList, Evaluation, assesses_security};
    use crate::intake::table::Form;

    #[test]
    fn reads_the_same_list_in_three_forms() {
        let csv = "id,title,severity,evaluation,rationale,security,risk-ref\nBUG-7,Slow start,minor,accepted,Only at boot,none: no data,RMF-3\n";
        let toml = "[[anomalies]]\nid = \"BUG-7\"\ntitle = \"Slow start\"\nseverity = \"minor\"\nevaluation = \"accepted\"\n\
            rationale = \"Only at boot\"\nsecurity = \"none: no data\"\nrisk-ref = \"RMF-3\"\n";
        let json = r#"{"anomalies": [{"id": "BUG-7", "title": "Slow start", "severity": "minor", "evaluation": "accepted",
            "rationale": "Only at boot", "security": "none: no data", "risk-ref": "RMF-3"}]}"#;
        for (form, text) in [(Form::Csv, csv), (Form::Toml, toml), (Form::Json, json)] {
            assert_eq!(AnomalyList::form_of("list", text.as_bytes()), Some(form));
            let list = AnomalyList::read(form, text.as_bytes()).expect("list");
            assert_eq!((list.anomalies.len(), list.says_none), (1, false));
            assert_eq!(list.anomalies[0].risk_ref.as_deref(), Some("RMF-3"));
        }
        assert_eq!(AnomalyList::form_of("list.md", b"# Known anomalies\n\nNone.\n"), None);
    }

    #[test]
    fn an_empty_list_says_so_in_a_row_or_a_statement() {
        let csv = "id,title,evaluation,rationale\nnone,,,The tracker was empty on the day of release\n";
        let list = AnomalyList::read(Form::Csv, csv.as_bytes()).expect("list");
        assert!(list.anomalies.is_empty() && list.says_none && list.statement.is_some());
        let toml = "statement = \"none known\"\nanomalies = []\n";
        let list = AnomalyList::read(Form::Toml, toml.as_bytes()).expect("list");
        assert!(list.anomalies.is_empty() && !list.says_none);
        assert_eq!(list.statement.as_deref(), Some("none known"));
        assert!(AnomalyList::read(Form::Toml, b"anomaly = []\n").is_err());
    }

    #[test]
    fn security_is_assessed_by_cwe_or_by_a_reason() {
        for text in ["CWE-787", "cwe-20, CWE-787", "CWE-1: out of bounds", "None: not reachable"] {
            assert!(assesses_security(text), "{text}");
        }
        for text in ["", "none", "none:", "none: \u{200b}", "yes", "CWE-", "CWE-x", "CWE-787 maybe", "no impact"] {
            assert!(!assesses_security(text), "{text}");
        }
        assert_eq!(Evaluation::parse("Accepted"), Some(Evaluation::Accepted));
        assert_eq!(Evaluation::parse("open"), None);
    }
}
