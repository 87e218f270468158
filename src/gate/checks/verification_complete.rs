//! RG-25: all required verification ran and passed.
//!
//! Each raw JUnit report is read again and must give exactly the signed statement. Reports of one suite are merged:
//! a test that several shards name has its worst outcome.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::check::{Check, CheckMeta};
use crate::gate::deviations::{Deviations, KIND};
use crate::gate::documents;
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::intake::junit::{self, Case, CaseOutcome, Report};
use crate::model::digest::Sha256Digest;
use crate::model::document::TestResult;
use crate::model::name::EntryName;
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(25),
    slug: "verification-complete",
    title: "All required verification ran and passed",
    clauses: &[
        "cfr820.10c",
        "iso13485.7.3.6",
        "iso13485.7.6",
        "iso13485.8.2.6",
        "fda-cyber.V.C",
        "iec62304.5.8.1",
        "iec62304.8.2.3",
        "iec62304.9.8",
        "mdr.17.2",
    ],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-25-verification-complete.md"),
};

/// Most tests named one by one.
const MAX_NAMED: usize = 100;

const TAKE_IN: &str = "Take in the report of the suite with `batchseal attest junit FILE --suite NAME`, or list it in the evidence.toml that [release] evidence names";
const AGAIN: &str = "Take in the report as the test runner wrote it, and make a new candidate";
const REPAIR: &str = "Repair the software or the test, and release a new version";
const JUSTIFY: &str = "Correct the controlled document of kind test-deviations (CSV: test,reason,approved-by) for this version, and make a new candidate";

/// RG-25.
#[derive(Debug)]
pub struct VerificationComplete;

impl Check for VerificationComplete {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let suites = Suites::read(evidence, &mut judgement);
        suites.judge_required(evidence, &mut judgement);
        suites.judge_failures(&mut judgement);
        let warned = suites.warned();
        if warned.is_empty() {
            return judgement.conclude();
        }
        let open = unjustified(&warned, evidence, &mut judgement);
        if judgement.has_findings() || open.is_empty() {
            return judgement.conclude();
        }
        ask(&open, warned.len() - open.len())
    }
}

/// Reports by suite, merged; reports that name no suite are one without a name.
#[derive(Default)]
struct Suites<'e> {
    reports: BTreeMap<&'e str, Report>,
}

/// A test that did not simply pass, with its suite.
type Warned<'s> = (&'s str, &'s str, &'s Case);

impl<'e> Suites<'e> {
    fn read(evidence: &'e Evidence<'_>, judgement: &mut Judgement) -> Self {
        let mut suites = Self::default();
        let mut seen: BTreeMap<Sha256Digest, BTreeSet<&str>> = BTreeMap::new();
        for signed in &evidence.tests {
            let Some((sha256, report)) = read(signed, evidence, judgement) else { continue };
            let suite = signed.statement.predicate.suite().unwrap_or_default();
            seen.entry(sha256).or_default().insert(suite);
            suites.reports.entry(suite).or_default().merge(report);
        }
        for (sha256, names) in seen.into_iter().filter(|(_, names)| names.len() > 1) {
            let names: Vec<&str> = names.into_iter().map(in_words).collect();
            let message =
                format!("one report with {sha256} stands for {} (expected a report of each)", names.join(", "));
            judgement.found("report-twice", "tests", message, AGAIN);
        }
        suites
    }

    fn judge_required(&self, evidence: &Evidence<'_>, judgement: &mut Judgement) {
        if evidence.tests.is_empty() {
            let message = "there is no verified test report (got 0, expected at least 1)";
            judgement.found("no-test-report", "tests", message, TAKE_IN);
        }
        for suite in &evidence.policy.gate.suites {
            if !self.reports.contains_key(suite.as_str()) {
                let message = "the policy requires this suite, and no verified report of it can be read";
                judgement.found("suite-missing", suite, message, TAKE_IN);
            }
        }
    }

    fn judge_failures(&self, judgement: &mut Judgement) {
        let mut failures = 0;
        for (suite, report) in &self.reports {
            let of = |outcome| report.cases.iter().filter(move |(_, case)| case.outcome == outcome);
            for (name, case) in of(CaseOutcome::Failed) {
                failures += 1;
                if failures <= MAX_NAMED {
                    let about = if suite.is_empty() { name.clone() } else { format!("{suite}: {name}") };
                    judgement.found("test-failed", about, case.why.as_deref().unwrap_or("failed"), REPAIR);
                }
            }
            let failed = of(CaseOutcome::Failed).count();
            if failed == 0 && of(CaseOutcome::Passed).next().is_none() {
                let message = format!("none of its {} tests passed at once", report.cases.len());
                judgement.found("nothing-passed", in_words(suite), message, REPAIR);
            }
        }
        if failures > MAX_NAMED {
            // The number is part of what a concession would name.
            let about = format!("{} more tests", failures - MAX_NAMED);
            judgement.found("more-findings", about, "they failed too", REPAIR);
        }
    }

    fn warned(&self) -> Vec<Warned<'_>> {
        let mut warned = Vec::new();
        for (suite, report) in &self.reports {
            let cases = report.cases.iter().filter(|(_, case)| case.outcome == CaseOutcome::Warned);
            warned.extend(cases.map(|(name, case)| (*suite, name.as_str(), case)));
        }
        warned
    }
}

fn in_words(suite: &str) -> &str {
    if suite.is_empty() { "a suite without a name" } else { suite }
}

/// The raw report of a statement, where it gives exactly what is signed.
fn read(
    signed: &Signed<TestResult>,
    evidence: &Evidence<'_>,
    judgement: &mut Judgement,
) -> Option<(Sha256Digest, Report)> {
    let result = &signed.statement.predicate;
    let Some((name, sha256)) = result.report() else {
        let message = "statement names no raw report with its SHA-256";
        judgement.found("report-not-named", &signed.entry, message, AGAIN);
        return None;
    };
    let bytes = EntryName::parse(name).ok().and_then(|entry| evidence.files.get(&entry));
    let Some(bytes) = bytes else {
        let message = format!("{} names this report, and it is not there", signed.entry);
        judgement.found("report-missing", name, message, AGAIN);
        return None;
    };
    let digests = (&Sha256Digest::of(bytes), &sha256);
    if !judgement.equal("report-differs", (name, "SHA-256 of the report"), digests, AGAIN) {
        return None;
    }
    let report = match junit::parse(bytes) {
        Ok(report) => report,
        Err(error) => {
            judgement.found("report-unreadable", name, error.to_string(), AGAIN);
            return None;
        }
    };
    let fold = junit::fold(&report);
    if !fold.is(result) {
        let said = numbers(result.passed_tests.len(), result.warned_tests.len(), result.failed_tests.len());
        let got = numbers(fold.passed.len(), fold.warned.len(), fold.failed.len());
        let message = format!("statement says {said}, or names others, and its report gives {got}");
        judgement.found("statement-differs", &signed.entry, message, AGAIN);
        return None;
    }
    judgement.saw(name, shows(result, &report));
    Some((sha256, report))
}

fn numbers(passed: usize, warned: usize, failed: usize) -> String {
    format!("{passed} passed, {warned} skipped or flaky, {failed} failed")
}

/// What 62304 9.8 wants of a test record, as far as the report holds it.
fn shows(result: &TestResult, report: &Report) -> String {
    let numbers = numbers(result.passed_tests.len(), result.warned_tests.len(), result.failed_tests.len());
    let executor = result.executor().map_or_else(|| "executor not stated".to_owned(), |who| format!("run by {who}"));
    let times = match &report.times {
        Some((first, last)) if first == last => format!("at {first}"),
        Some((first, last)) => format!("from {first} to {last}"),
        None => "without a time".to_owned(),
    };
    let suite = in_words(result.suite().unwrap_or_default());
    let properties = counted(report.properties.len(), "property", "properties");
    format!("{suite}: {numbers}; {executor}, {times}, {properties} recorded")
}

/// The tests that no deviation of this version speaks of.
fn unjustified<'s>(warned: &[Warned<'s>], evidence: &Evidence<'_>, judgement: &mut Judgement) -> Vec<Warned<'s>> {
    let there = evidence.documents.iter().any(|signed| signed.statement.predicate.kind == KIND);
    let documents = if there { documents::current(evidence, KIND, judgement, JUSTIFY) } else { Vec::new() };
    let mut deviations = Deviations::default();
    for document in documents {
        match deviations.read(document.bytes) {
            Ok(rows) => judgement.saw(document.entry(), format!("{}, {rows} rows", document.shown_with_approval())),
            Err(error) => judgement.found("deviations-unreadable", document.entry(), error, JUSTIFY),
        }
    }
    let mut open = Vec::new();
    let mut shown = 0;
    for (suite, name, case) in warned {
        let Some(deviation) = deviations.of(name) else {
            open.push((*suite, *name, *case));
            continue;
        };
        shown += 1;
        if shown <= MAX_NAMED {
            let why = case.why.as_deref().unwrap_or("did not simply pass");
            let because = format!("{why}; justified: {} (approved by {})", deviation.reason, deviation.approved_by);
            judgement.saw(name, because);
        }
    }
    if shown > MAX_NAMED {
        judgement.saw("tests", format!("{} more are justified", shown - MAX_NAMED));
    }
    open
}

fn ask(open: &[Warned<'_>], justified: usize) -> Outcome {
    let mut evidence: Vec<EvidenceRef> = open
        .iter()
        .take(MAX_NAMED)
        .map(|(suite, name, case)| {
            EvidenceRef::new(*name, format!("{}: {}", in_words(suite), case.why.as_deref().unwrap_or("warned")))
        })
        .collect();
    if open.len() > MAX_NAMED {
        evidence.push(EvidenceRef::new("tests", format!("{} more were skipped or flaky", open.len() - MAX_NAMED)));
    }
    if justified > 0 {
        evidence
            .push(EvidenceRef::new("tests", format!("{justified} others are justified by a test-deviations document")));
    }
    let tests = counted(open.len(), "test that was skipped or flaky", "tests that were skipped or flaky");
    Outcome::NeedsHuman { question: format!("Is the release acceptable with {tests}, as named?"), evidence }
}
