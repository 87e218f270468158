//! `INDEX.html`: the first page of an evidence bundle, for a person with nothing but a browser.
//!
//! Self-contained: no script, no font, no image, no link to anything outside; its content security
//! policy forbids all of it. Values are escaped by the template engine.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value};
use serde::Serialize;

use crate::evidence::approvals::Approvals;
use crate::evidence::candidate::Candidate;
use crate::gate::{catalogue, registry};
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::record::{ArtifactRecord, Attempt, EntryDigest, PreviousRelease};
use crate::model::result::{CheckResult, GateResult, Verdict};

use super::answers;
use super::changes::ChangesRow;
use super::conceded::{self, ConcessionRow};
use super::parts::{self, PartsTable};
use super::people::{PersonRow, WithdrawalRow, other_utc};
use super::scan_row::{self, ScanRow};
use super::signing::SigningRow;

/// Everything the pages show.
#[derive(Debug, Serialize)]
pub struct Page {
    /// File-name stem.
    pub stem: String,
    /// Device name.
    pub device: String,
    /// Legal manufacturer.
    pub manufacturer: String,
    /// Medical device file.
    pub mdf: Option<String>,
    /// UDI device identifier.
    pub udi: Option<String>,
    /// Release version.
    pub version: String,
    /// Tag.
    pub tag: String,
    /// Commit.
    pub commit: String,
    /// Digest of the tree listing.
    pub tree: String,
    /// `production`, `training`, `demo`.
    pub purpose: String,
    /// `released` or `rejected`.
    pub status: &'static str,
    /// `PASSED` or `FAILED`.
    pub verdict: &'static str,
    /// When the release gate ran, as asserted.
    pub evaluated_at: String,
    /// The same in UTC, where that reads differently.
    pub evaluated_at_utc: Option<String>,
    /// Digest of `record.json`.
    pub record: String,
    /// Persons who signed.
    pub people: Vec<PersonRow>,
    /// Approvals that were taken back before sealing.
    pub withdrawals: Vec<WithdrawalRow>,
    /// What a reader must not miss, one sentence each.
    pub notices: Vec<String>,
    /// Concessions that the gate counted.
    pub concessions: Vec<ConcessionRow>,
    /// Products.
    pub artifacts: Vec<ArtifactRecord>,
    /// Checks.
    pub checks: Vec<CheckRow>,
    /// Numbers of satisfied, not applicable and other checks.
    pub counts: Counts,
    /// Catalogue ids that were not judged.
    pub not_judged: Vec<String>,
    /// Parts list.
    pub parts: PartsTable,
    /// Documents taken in.
    pub documents: Vec<DocumentRow>,
    /// Test runs taken in.
    pub tests: Vec<TestRow>,
    /// Vulnerability scans taken in.
    pub scans: Vec<ScanRow>,
    /// Changes of the SBOM since the newest earlier release.
    pub changes: Option<ChangesRow>,
    /// Earlier attempts.
    pub attempts: Vec<Attempt>,
    /// Earlier releases.
    pub previous: Vec<PreviousRelease>,
    /// Entries up to this page.
    pub entries: Vec<EntryDigest>,
    /// Policy digest.
    pub policy: String,
    /// Trust file digest.
    pub trust: Option<String>,
    /// Trust file serial.
    pub trust_serial: Option<u64>,
    /// Whose signatures these are, and what dates them.
    pub signing: SigningRow,
    /// Namespace of approvals.
    pub namespace: &'static str,
    /// Tool name and version.
    pub tool: String,
}

/// How many checks ended how.
#[derive(Debug, Default, Serialize)]
pub struct Counts {
    /// Satisfied.
    pub satisfied: usize,
    /// Not applicable, each with its reason.
    pub not_applicable: usize,
    /// Everything else.
    pub open: usize,
}

/// A check in the first page.
#[derive(Debug, Serialize)]
pub struct CheckRow {
    /// `RG-NN`.
    pub id: String,
    /// Requirement.
    pub title: String,
    /// `block`, `warn`, `info`.
    pub severity: &'static str,
    /// Outcome word.
    pub outcome: &'static str,
    /// Whether persons conceded every finding.
    pub conceded: bool,
    /// Clauses with true titles.
    pub clauses: Vec<String>,
    /// What was looked at.
    pub evidence: Vec<EvidenceRef>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Question or reason.
    pub words: Option<String>,
}

/// A document in the first page.
#[derive(Debug, Serialize)]
pub struct DocumentRow {
    /// Kind.
    pub kind: String,
    /// Id and revision.
    pub identity: String,
    /// Version covered, as stated.
    pub covers: Option<String>,
    /// Entry.
    pub entry: String,
}

/// A test run in the first page.
#[derive(Debug, Serialize)]
pub struct TestRow {
    /// Entry of the report.
    pub entry: String,
    /// Numbers.
    pub passed: usize,
    /// Skipped or flaky.
    pub warned: usize,
    /// Failed.
    pub failed: usize,
}

/// A page that could not be rendered: a defect of the template.
#[derive(Debug, thiserror::Error)]
#[error("page {name} cannot be rendered: {source}")]
pub struct PageError {
    /// Template.
    name: &'static str,
    /// Reason.
    source: minijinja::Error,
}

impl Page {
    /// Gathers what the pages show of a candidate, its approvals and the release gate's result.
    #[must_use]
    pub fn new(candidate: &Candidate<'_>, approvals: &Approvals, result: &GateResult) -> Self {
        let (batch, record) = (&candidate.batch, &candidate.record.predicate);
        let questions = answers::questions(&record.candidate_gate);
        Self {
            stem: batch.stem(),
            device: batch.device.name.to_string(),
            manufacturer: batch.device.manufacturer.clone(),
            mdf: batch.device.mdf.clone(),
            udi: batch.udi.as_ref().and_then(|udi| udi.full.clone().or_else(|| udi.di.clone())),
            version: batch.version.to_string(),
            tag: batch.tag.clone(),
            commit: batch.commit.to_string(),
            tree: batch.tree_sha256.to_hex(),
            purpose: batch.purpose.as_str().to_owned(),
            status: if result.verdict == Verdict::Passed { "released" } else { "rejected" },
            verdict: result.verdict.as_str(),
            evaluated_at: result.evaluated_at.to_string(),
            evaluated_at_utc: other_utc(&result.evaluated_at),
            record: candidate.binding.record.to_hex(),
            people: approvals
                .verified
                .iter()
                .map(|(entry, approval)| PersonRow::of(entry, approval, &questions))
                .collect(),
            withdrawals: approvals.withdrawn.iter().map(WithdrawalRow::of).collect(),
            notices: notices(candidate, result),
            concessions: conceded::rows(candidate, result),
            artifacts: record.artifacts.clone(),
            checks: result.checks.iter().map(check).collect(),
            counts: counts(&result.checks),
            not_judged: result.not_judged.iter().map(CheckId::to_string).collect(),
            parts: parts::table(&candidate.entries),
            documents: documents(candidate),
            tests: tests(candidate),
            scans: scan_row::rows(candidate),
            changes: record.sbom_changes.as_ref().map(ChangesRow::of),
            attempts: record.attempts.clone(),
            previous: record.previous.clone(),
            entries: candidate.index.values().cloned().collect(),
            policy: candidate.policy.sha256.to_hex(),
            trust: result.trust_sha256.map(|digest| digest.to_hex()),
            trust_serial: result.trust_serial,
            signing: SigningRow::of(candidate),
            namespace: crate::model::approval::SSHSIG_NAMESPACE,
            tool: format!("{} {}", result.tool.name, result.tool.version),
        }
    }
}

/// Renders `INDEX.html`.
///
/// # Errors
/// [`PageError`] when the template is wrong.
pub fn index(page: &Page) -> Result<String, PageError> {
    render("index.html", include_str!("templates/index.html"), AutoEscape::Html, page)
}

/// Renders one template with `context`.
pub(super) fn render(
    name: &'static str,
    source: &'static str,
    escape: AutoEscape,
    context: &impl Serialize,
) -> Result<String, PageError> {
    let error = |source| PageError { name, source };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(move |_| escape.clone());
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(error)?;
    environment.set_syntax(syntax);
    environment.add_template(name, source).map_err(error)?;
    environment.get_template(name).and_then(|template| template.render(Value::from(Serde(context)))).map_err(error)
}

fn notices(candidate: &Candidate<'_>, result: &GateResult) -> Vec<String> {
    let record = &candidate.record.predicate;
    let mut notices = Vec::new();
    if record.batch.purpose.as_str() != "production" {
        notices.push(format!("Made for {}; not for distribution.", record.batch.purpose.as_str()));
    }
    for setting in &result.unsafe_settings {
        notices.push(format!("The trust file sets [unsafe] {setting} = true."));
    }
    if record.first_release {
        notices.push("Claimed to be the first release of this device.".to_owned());
    }
    if !record.attempts.is_empty() {
        notices.push(format!("{} earlier attempts at this version are on record.", record.attempts.len()));
    }
    if !result.not_judged.is_empty() {
        let all = result.not_judged.len() + registry::CHECKS.len();
        let left = result.not_judged.len();
        notices.push(format!(
            "{left} of the catalogue's {all} checks are not judged by this version; they are listed below."
        ));
    }
    for check in result.checks.iter().filter(|check| check.severity != Severity::Block && !check.permits_release()) {
        notices.push(format!("{} {}: {}.", check.id, check.title, check.conclusion.word()));
    }
    notices
}

fn check(result: &CheckResult) -> CheckRow {
    let (mut evidence, mut findings, mut words) = (Vec::new(), Vec::new(), None);
    match &result.conclusion {
        Outcome::Satisfied { evidence: shown } => evidence.clone_from(shown),
        Outcome::Violated { findings: found } => findings.clone_from(found),
        Outcome::NeedsHuman { question, evidence: shown } => {
            words = Some(question.clone());
            evidence.clone_from(shown);
        }
        Outcome::NotApplicable { reason } | Outcome::Inconclusive { reason } => words = Some(reason.clone()),
    }
    CheckRow {
        id: result.id.to_string(),
        title: result.title.clone(),
        severity: match result.severity {
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Block => "block",
        },
        outcome: result.conclusion.word(),
        conceded: !result.conceded.is_empty(),
        clauses: catalogue::clauses_of(result.id)
            .iter()
            .map(|clause| format!("{} {}", clause.place(), clause.title))
            .collect(),
        evidence,
        findings,
        words,
    }
}

fn counts(checks: &[CheckResult]) -> Counts {
    let mut counts = Counts::default();
    for check in checks {
        match check.conclusion {
            Outcome::Satisfied { .. } => counts.satisfied += 1,
            Outcome::NotApplicable { .. } => counts.not_applicable += 1,
            _ => counts.open += 1,
        }
    }
    counts
}

fn documents(candidate: &Candidate<'_>) -> Vec<DocumentRow> {
    let row = |document: &crate::model::document::Document| DocumentRow {
        kind: document.kind.clone(),
        identity: format!("{} rev {}", document.document_id, document.revision),
        covers: document.covers_version.clone(),
        entry: document.content.entry.to_string(),
    };
    candidate.statements.documents.iter().map(|signed| row(&signed.statement.predicate)).collect()
}

fn tests(candidate: &Candidate<'_>) -> Vec<TestRow> {
    candidate
        .statements
        .tests
        .iter()
        .map(|signed| TestRow {
            entry: signed.entry.to_string(),
            passed: signed.statement.predicate.passed_tests.len(),
            warned: signed.statement.predicate.warned_tests.len(),
            failed: signed.statement.predicate.failed_tests.len(),
        })
        .collect()
}
