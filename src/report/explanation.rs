//! Checks and clauses in words: what `batchseal explain` prints.

use std::fmt::Write as _;

use serde::Serialize;

use crate::gate::catalogue::{CatalogueCheck, Clause, catalogue, clauses_of};
use crate::gate::registry;
use crate::model::json::{self, JsonError};
use crate::model::outcome::CheckId;

/// Clause whose number became the nickname of the release gate.
const NICKNAME_CLAUSE: &str = "iso13485.7.5.9";

/// What has to be said wherever 7.5.9 is explained.
pub const NICKNAME: &str = "\"7.5.9\" is also the nickname of this release gate. The clause itself is titled Traceability and is \
not about release: release lives in ISO 13485:2016 8.2.6 (Monitoring and measurement of product) together with 7.5.1 \
(Control of production and service provision). FDA's cybersecurity guidance of 2026-02-03 cites production processes \
(7.5) and does not say CI/CD; reading a build pipeline as production is an interpretation, not FDA's words.";

/// One thing to explain.
#[derive(Debug, Clone, Copy)]
pub enum Topic {
    /// A published check, judged or not.
    Check(&'static CatalogueCheck),
    /// A clause.
    Clause(&'static Clause),
}

/// Every published check and every clause.
#[must_use]
pub fn everything() -> Vec<Topic> {
    let checks = catalogue().checks.iter().map(Topic::Check);
    checks.chain(catalogue().clauses.iter().map(Topic::Clause)).collect()
}

/// One line a check, judged or not.
#[must_use]
pub fn check_list() -> String {
    let mut text = String::new();
    for check in &catalogue().checks {
        let mark = if registry::find(check.id).is_some() { "" } else { "  (not judged by this version)" };
        let _ = writeln!(text, "{}  {}{mark}", check.id, requirement(check));
    }
    text
}

/// One line a clause, for a number that several documents use.
#[must_use]
pub fn clause_list(clauses: &[&'static Clause]) -> String {
    let mut text = String::new();
    for clause in clauses {
        let _ = writeln!(text, "{}  {}: {}", clause.id, clause.place(), clause.title);
    }
    text
}

/// The topics as Markdown, or as plain text without heading marks.
#[must_use]
pub fn text(topics: &[Topic], markdown: bool) -> String {
    let parts: Vec<String> = topics.iter().map(|topic| topic_text(*topic, markdown)).collect();
    parts.join("\n")
}

fn topic_text(topic: Topic, markdown: bool) -> String {
    match topic {
        Topic::Check(check) => check_text(check, markdown),
        Topic::Clause(clause) => clause_text(clause, markdown),
    }
}

fn heading(level: &str, title: &str, markdown: bool) -> String {
    if markdown { format!("{level} {title}\n\n") } else { format!("{title}\n") }
}

fn requirement(check: &CatalogueCheck) -> &str {
    registry::find(check.id).map_or(check.requirement.as_str(), |known| known.meta().title)
}

fn check_text(check: &CatalogueCheck, markdown: bool) -> String {
    let mut text = match registry::find(check.id) {
        Some(known) if markdown => known.meta().page.to_owned(),
        Some(known) => plain_page(known.meta().page),
        None => {
            let title = format!("{} {}", check.id, check.requirement);
            let mut text = heading("#", &title, markdown);
            text.push_str("In the catalogue, not judged by this version. A result lists it under `notJudged`.\n");
            text
        }
    };
    let _ = write!(text, "\n{}", heading("##", "Clauses", markdown));
    for clause in clauses_of(check.id) {
        let _ = writeln!(text, "{}{}: {} ({})", bullet(markdown), clause.place(), clause.title, clause.id);
    }
    text
}

const fn bullet(markdown: bool) -> &'static str {
    if markdown { "- " } else { "  " }
}

/// A page without its heading marks.
fn plain_page(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for line in page.lines() {
        text.push_str(line.trim_start_matches('#').trim_start_matches(' '));
        text.push('\n');
    }
    text
}

fn clause_text(clause: &Clause, markdown: bool) -> String {
    let mut text = heading("#", &format!("{}: {}", clause.place(), clause.title), markdown);
    let _ = writeln!(text, "{}", clause.summary);
    if clause.id == NICKNAME_CLAUSE {
        let _ = writeln!(text, "\n{NICKNAME}");
    }
    let _ = write!(text, "\n{}", heading("##", "Checks", markdown));
    let checks = clause.checks();
    if checks.is_empty() {
        let _ = writeln!(text, "{}none: this clause is for people", bullet(markdown));
    }
    for id in checks {
        let mark = if registry::find(id).is_some() { "" } else { " (not judged by this version)" };
        let title = crate::gate::catalogue::published(id).map_or("", requirement);
        let _ = writeln!(text, "{}{id} {title}{mark}", bullet(markdown));
    }
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExplanationWire {
    schema_version: u8,
    checks: Vec<CheckWire>,
    clauses: Vec<ClauseWire>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckWire {
    id: CheckId,
    title: &'static str,
    judged: bool,
    clauses: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClauseWire {
    id: &'static str,
    standard: &'static str,
    number: &'static str,
    title: &'static str,
    summary: &'static str,
    checks: Vec<CheckId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// The topics as one JSON document.
///
/// # Errors
/// [`JsonError`] when it cannot be written as JSON.
pub fn json(topics: &[Topic]) -> Result<Vec<u8>, JsonError> {
    let mut wire = ExplanationWire { schema_version: 1, checks: Vec::new(), clauses: Vec::new() };
    for topic in topics {
        match *topic {
            Topic::Check(check) => wire.checks.push(check_wire(check)),
            Topic::Clause(clause) => wire.clauses.push(clause_wire(clause)),
        }
    }
    json::encode(&wire)
}

fn check_wire(check: &'static CatalogueCheck) -> CheckWire {
    let known = registry::find(check.id);
    CheckWire {
        id: check.id,
        title: requirement(check),
        judged: known.is_some(),
        clauses: clauses_of(check.id).iter().map(|clause| clause.id.as_str()).collect(),
        page: known.map(|known| known.meta().page),
    }
}

fn clause_wire(clause: &'static Clause) -> ClauseWire {
    ClauseWire {
        id: &clause.id,
        standard: &clause.standard,
        number: &clause.number,
        title: &clause.title,
        summary: &clause.summary,
        checks: clause.checks(),
        note: (clause.id == NICKNAME_CLAUSE).then_some(NICKNAME),
    }
}
