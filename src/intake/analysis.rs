//! Reports of tools that are taken in as documents: what they are follows from what they say.
//!
//! in-toto knows no predicate for static analysis or coverage, so these are controlled documents of the kinds
//! `static-analysis` and `coverage`, whose id is the tool and whose revision is its version.

use super::coverage::Coverage;
use super::document::DocumentIdentity;
use super::sarif::Log;

/// Kind of a SARIF log.
pub const STATIC_ANALYSIS: &str = "static-analysis";

/// Kind of a coverage report.
pub const COVERAGE: &str = "coverage";

/// Longest field of an identity that is made here, in characters.
const MAX_FIELD: usize = 200;

/// Identity of a SARIF log: its tools and their versions.
#[must_use]
pub fn of_sarif(log: &Log) -> DocumentIdentity {
    identity(STATIC_ANALYSIS, &log.tools(), &log.versions())
}

/// Identity of a coverage report: its format, since neither format names its program, and the version it states.
#[must_use]
pub fn of_coverage(coverage: &Coverage) -> DocumentIdentity {
    identity(COVERAGE, coverage.format.as_str(), coverage.version.as_deref().unwrap_or("not stated"))
}

fn identity(kind: &str, id: &str, revision: &str) -> DocumentIdentity {
    let field = |text: &str| text.chars().take(MAX_FIELD).collect::<String>();
    DocumentIdentity {
        kind: kind.to_owned(),
        id: field(id),
        revision: field(revision),
        approver: None,
        approved_on: None,
        covers_version: None,
    }
}

#[cfg(test)]
mod tests {
    use super::{of_coverage, of_sarif};
    use crate::intake::{coverage, sarif};

    #[test]
    fn identities_are_the_tool_and_its_version() {
        let log =
            br#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a", "version": "1"}}, "results": []}]}"#;
        let identity = of_sarif(&sarif::parse(log).expect("log"));
        assert_eq!(
            (identity.kind.as_str(), identity.id.as_str(), identity.revision.as_str()),
            ("static-analysis", "a", "1")
        );
        let identity = of_coverage(&coverage::parse(b"SF:a\nDA:1,1\nend_of_record\n").expect("report"));
        let expected = ("coverage", "LCOV", "not stated");
        assert_eq!((identity.kind.as_str(), identity.id.as_str(), identity.revision.as_str()), expected);
    }
}
