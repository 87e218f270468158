//! What a person reads before signing, and after. Every line is escaped for the terminal.

use std::path::PathBuf;

use crate::evidence::approval::CandidateView;
use crate::evidence::roster::Others;
use crate::evidence::signatory::Signatory;
use crate::model::approval::{Approval, Decision};
use crate::model::batch::{Purpose, Udi, UdiScope};
use crate::model::concession::Concession;
use crate::model::outcome::{Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::role::Role;
use crate::model::text::for_terminal;

/// Failed tests of one report that are named; the rest is counted.
const SHOWN_TESTS: usize = 20;

/// Who is about to sign, and how.
pub(super) struct Signer<'a> {
    pub(super) who: Signatory<'a>,
    pub(super) role: &'a Role,
    pub(super) fingerprint: String,
    pub(super) reject: bool,
}

/// The page that is shown before signing.
pub(super) fn text(view: &CandidateView, signer: &Signer<'_>, others: &Others) -> String {
    let mut page = Page::default();
    page.line("This is what you are about to sign.");
    batch(&mut page, view);
    artifacts(&mut page, view);
    gate(&mut page, view);
    tests(&mut page, view);
    history(&mut page, view);
    for other in &others.standing {
        let approval = &other.approval.predicate;
        page.row("signed over", &format!("{} by {} ({})", approval.role, approval.printed_name, other.name));
    }
    for other in &others.withdrawn {
        let withdrawal = &other.withdrawal.predicate;
        let words =
            format!("{} by {} ({}): {}", withdrawal.role, withdrawal.printed_name, other.name, withdrawal.reason);
        page.row("withdrawn", &words);
    }
    page.heading("Your signature");
    page.row("name", &signer.who.person.name);
    page.row("role", signer.role.as_str());
    if let Some(principal) = signer.who.deputy_for {
        page.row("as deputy of", principal);
    }
    page.row("key", &signer.fingerprint);
    let decision = if signer.reject { Decision::Rejected } else { Decision::Approved };
    let meaning = Approval::meaning_of(signer.role, decision, signer.who.deputy_for);
    page.row("meaning", &format!("\"{meaning}\""));
    page.text
}

fn batch(page: &mut Page, view: &CandidateView) {
    let batch = &view.batch;
    page.heading("Batch");
    page.row("device", &format!("{} of {}", batch.device.name, batch.device.manufacturer));
    page.row("version", batch.version.as_str());
    page.row("UDI", &udi(batch.udi.as_ref()));
    let purpose = match batch.purpose {
        Purpose::Production => "production".to_owned(),
        other => format!("{} (NOT for distribution)", other.as_str()),
    };
    page.row("purpose", &purpose);
    page.row("tag, commit", &format!("{}, {}", batch.tag, batch.commit));
    page.row("source tree", &batch.tree_sha256.to_string());
    page.row("record", &view.record_sha256.to_string());
    page.row("signed record", &view.record_signed_sha256.to_string());
    page.row("signed by", &signers(view));
}

/// Who signed the record, and how many must.
pub(super) fn signers(view: &CandidateView) -> String {
    let names: Vec<String> = view.record_signers.iter().map(|name| format!("{name:?}")).collect();
    match view.record_signers_needed {
        0 | 1 => names.join(", "),
        needed => format!("{} ({} of {needed} signers)", names.join(", "), names.len()),
    }
}

fn udi(udi: Option<&Udi>) -> String {
    let Some(udi) = udi else { return "none configured".to_owned() };
    let scope = match udi.scope {
        UdiScope::Samd => "software's own",
        UdiScope::Embedded => "the device's",
        UdiScope::None => "none",
    };
    let di = udi.di.as_deref().unwrap_or("not given");
    match &udi.full {
        Some(full) => format!("{scope}, {full}"),
        None => format!("{scope}, DI {di}"),
    }
}

fn artifacts(page: &mut Page, view: &CandidateView) {
    page.heading(&format!("Artifacts ({})", view.artifacts.len()));
    for artifact in &view.artifacts {
        let target = artifact.target.as_deref().unwrap_or("no target given");
        let variant = artifact.variant.as_ref().map(|variant| format!(", {variant}")).unwrap_or_default();
        let kept_back = if artifact.ships() { "" } else { ", DOES NOT SHIP: " };
        let disposition = if kept_back.is_empty() { "" } else { artifact.disposition().as_str() };
        page.line(&format!("  {} ({target}{variant}, {} bytes{kept_back}{disposition})", artifact.name, artifact.size));
        page.line(&format!("    {}", artifact.sha256));
    }
}

fn gate(page: &mut Page, view: &CandidateView) {
    let checks = &view.result.checks;
    let count = |word: &str| checks.iter().filter(|check| check.conclusion.word() == word).count();
    page.heading(&format!("Gate (candidate stage): {}", view.result.verdict.as_str()));
    page.line(&format!(
        "  {} satisfied, {} violated, {} inconclusive, {} not applicable, {} waiting for a person (answers and signatures), {} not judged",
        count("satisfied"),
        count("violated"),
        count("inconclusive"),
        count("not-applicable"),
        count("needs-human"),
        view.result.not_judged.len()
    ));
    for check in view.failed_checks() {
        page.line(&format!("  FAILED {}", one_line(check)));
    }
    for check in checks.iter().filter(|check| !check.conceded.is_empty()) {
        page.line(&format!("  CONCEDED {}", one_line(check)));
    }
    for check in checks.iter().filter(|check| check.severity != Severity::Block) {
        if !check.permits_release() {
            page.line(&format!("  warning {}", one_line(check)));
        }
    }
    for check in checks {
        if matches!(check.conclusion, Outcome::NotApplicable { .. }) {
            page.line(&format!("  not applicable {}", one_line(check)));
        }
    }
    for (id, question) in &view.pending {
        page.line(&format!("  waits for a person {id}: {question}"));
    }
}

/// Failed tests come first and by name: whoever signs must not learn of them later.
fn tests(page: &mut Page, view: &CandidateView) {
    page.heading(&format!("Test reports ({}), judged by RG-25 and RG-26", view.tests.len()));
    for report in &view.tests {
        let failed = report.failed.len();
        let word = if failed > 0 { "FAILED " } else { "" };
        let numbers = format!("{} passed, {} skipped or flaky, {failed} failed", report.passed, report.warned);
        page.line(&format!("  {word}{}: {numbers}", report.entry));
        for name in report.failed.iter().take(SHOWN_TESTS) {
            page.line(&format!("    FAILED {name}"));
        }
        if failed > SHOWN_TESTS {
            page.line(&format!("    and {} more", failed - SHOWN_TESTS));
        }
    }
    for (entry, reason) in &view.refused {
        page.line(&format!("  does not count {entry}: {reason}"));
    }
}

fn one_line(check: &CheckResult) -> String {
    let detail = match &check.conclusion {
        Outcome::Violated { findings } => findings
            .iter()
            .map(|finding| format!("{}: {}", finding.about, finding.message))
            .collect::<Vec<_>>()
            .join("; "),
        Outcome::Inconclusive { reason } | Outcome::NotApplicable { reason } => reason.clone(),
        Outcome::NeedsHuman { question, .. } => question.clone(),
        Outcome::Satisfied { .. } => String::new(),
    };
    format!("{} {} ({}): {detail}", check.id, check.title, check.conclusion.word())
}

fn history(page: &mut Page, view: &CandidateView) {
    page.heading("History and exceptions");
    if view.first_release {
        page.row("first release", "yes: the record claims that no earlier release exists");
    }
    for previous in &view.previous {
        page.row("previous", &format!("{} {}, {}", previous.device, previous.version, previous.bundle_sha256));
    }
    if !view.first_release && view.previous.is_empty() {
        page.row("previous", "none given and not claimed to be the first");
    }
    page.row("attempts", &format!("{} before this one", view.attempts.len()));
    for attempt in &view.attempts {
        page.line(&format!("    {} {}", attempt.started_at, attempt.ended));
    }
    page.row("concessions", &view.concessions.len().to_string());
    for (_, concession) in &view.concessions {
        page.line(&format!("    {}", concession_line(concession)));
    }
    let settings = if view.unsafe_settings.is_empty() { "none".to_owned() } else { view.unsafe_settings.join(", ") };
    page.row("unsafe settings", &settings);
}

/// Who lets what pass, why and until when.
fn concession_line(concession: &Concession) -> String {
    let findings: Vec<String> = concession.findings.iter().map(|one| format!("{} {}", one.code, one.about)).collect();
    format!(
        "{} ({}): {}; risk {}; asked by {}, conceded by {}, until {}",
        concession.check,
        findings.join(", "),
        concession.justification,
        concession.risk_reference,
        concession.requested_by,
        concession.printed_name,
        concession.expires
    )
}

/// The lines of the result.
pub(super) fn done(approval: &Approval, written: &[PathBuf]) -> String {
    let mut page = Page::default();
    let verb = match approval.decision {
        Decision::Approved => "approved",
        Decision::Rejected => "rejected",
    };
    let deputy = approval.deputy_for.as_ref().map(|name| format!(", deputy of {name},")).unwrap_or_default();
    page.line(&format!(
        "{verb}: {} {} by {} as {}{deputy} at {}",
        approval.device, approval.version, approval.printed_name, approval.role, approval.signed_at
    ));
    for path in written {
        page.line(&format!("  {}", path.display()));
    }
    page.text
}

#[derive(Default)]
pub(super) struct Page {
    pub(super) text: String,
}

impl Page {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(&for_terminal(line));
        self.text.push('\n');
    }

    pub(super) fn heading(&mut self, heading: &str) {
        self.line("");
        self.line(heading);
    }

    pub(super) fn row(&mut self, label: &str, value: &str) {
        self.line(&format!("  {label:<16}{value}"));
    }
}
