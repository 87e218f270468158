//! Concessions on the first page: who let what pass, why, and until when.

use serde::Serialize;

use crate::evidence::candidate::Candidate;
use crate::evidence::layout::get;
use crate::model::concession::Concession;
use crate::model::result::GateResult;
use crate::model::statement::Statement;

/// One concession that the gate counted.
#[derive(Debug, Serialize)]
pub struct ConcessionRow {
    /// `RG-NN`.
    pub check: String,
    /// Findings, as `about: code`.
    pub findings: Vec<String>,
    /// Why.
    pub justification: String,
    /// Where the risk is evaluated.
    pub risk: String,
    /// Who asked for it.
    pub requested_by: String,
    /// Who signed it, when.
    pub signed: String,
    /// Last day.
    pub expires: String,
    /// Entry of the statement.
    pub entry: String,
}

/// The concessions that the gate's result names; it verified each of them.
#[must_use]
pub fn rows(candidate: &Candidate<'_>, result: &GateResult) -> Vec<ConcessionRow> {
    let mut entries: Vec<&str> =
        result.checks.iter().flat_map(|check| &check.conceded).map(|entry| entry.as_str()).collect();
    entries.sort_unstable();
    entries.dedup();
    let read = |entry: &str| {
        let bytes = get(&candidate.entries, entry)?;
        Some(row(entry, Statement::<Concession>::decode(bytes).ok()?.predicate))
    };
    entries.into_iter().filter_map(read).collect()
}

fn row(entry: &str, concession: Concession) -> ConcessionRow {
    ConcessionRow {
        check: concession.check.to_string(),
        findings: concession.findings.iter().map(|one| format!("{}: {}", one.about, one.code)).collect(),
        justification: concession.justification,
        risk: concession.risk_reference,
        requested_by: concession.requested_by,
        signed: format!("{}, {}", concession.printed_name, concession.signed_at),
        expires: concession.expires,
        entry: entry.trim_end_matches(".json").to_owned(),
    }
}
