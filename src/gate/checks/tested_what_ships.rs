//! RG-26: what was tested is what ships.
//!
//! A report speaks of an artifact only where the run hashed it before and after (design rule 18); the digests are
//! compared with those of the shipped artifacts. Anything less is a question to a person.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents;
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::document::TestResult;
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(26),
    slug: "tested-what-ships",
    title: "What was tested is what ships",
    clauses: &["iso13485.7.3.6", "iec62304.9.8"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-26-tested-what-ships.md"),
};

/// Kind of the document that says why tests of other bytes count.
const BRIDGING: &str = "bridging-analysis";

/// Most gaps named one by one.
const MAX_NAMED: usize = 100;

const TEST_AGAIN: &str = "Run the tests on the recorded artifact with `batchseal attest junit FILE --suite NAME --tested NAME=PATH -- CMD`, and make a new candidate";
const BRIDGE_AGAIN: &str =
    "Take in an approved controlled document of kind bridging-analysis that covers this version, or leave it out";

/// RG-26.
#[derive(Debug)]
pub struct TestedWhatShips;

impl Check for TestedWhatShips {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        if evidence.tests.is_empty() {
            let message = "there is no verified test report (got 0, expected at least 1)";
            judgement.found("no-test-report", "tests", message, TEST_AGAIN);
        }
        let shipped = evidence.artifacts.iter().map(|artifact| (artifact.name.as_str(), artifact.sha256)).collect();
        let mut tested = BTreeSet::new();
        for signed in &evidence.tests {
            judge_subjects(signed, &shipped, &mut tested, &mut judgement);
        }
        let gaps = gaps(evidence, &tested);
        if judgement.has_findings() || gaps.is_empty() {
            return judgement.conclude();
        }
        ask(gaps, evidence, judgement)
    }
}

/// Notes which artifacts a run was measured on, by suite. A subject of other bytes is never passed over.
fn judge_subjects<'e>(
    signed: &'e Signed<TestResult>,
    shipped: &BTreeMap<&str, Sha256Digest>,
    tested: &mut BTreeSet<(&'e str, &'e str)>,
    judgement: &mut Judgement,
) {
    let result = &signed.statement.predicate;
    for subject in signed.statement.subject.iter().filter(|subject| subject.name != BATCH_ENTRY) {
        let (name, got) = (subject.name.as_str(), subject.digest.sha256());
        let Some(expected) = shipped.get(name) else {
            let message = format!("{} tested this, and it is no artifact of the batch", signed.entry);
            judgement.found("tested-unknown-artifact", name, message, TEST_AGAIN);
            continue;
        };
        if got != *expected {
            let message = format!("{} tested {got} (expected {expected}, which ships)", signed.entry);
            judgement.found("tested-other-bytes", name, message, TEST_AGAIN);
        } else if result.is_measured() {
            tested.insert((result.suite().unwrap_or_default(), name));
            judgement.saw(name, format!("{got} before and after the run of {}", signed.entry));
        }
    }
}

/// What no run was measured on: each artifact for each required suite, or for any run where none is required.
fn gaps(evidence: &Evidence<'_>, tested: &BTreeSet<(&str, &str)>) -> Vec<EvidenceRef> {
    let suites = &evidence.policy.gate.suites;
    let anyhow: BTreeSet<&str> = tested.iter().map(|(_, name)| *name).collect();
    let mut gaps = Vec::new();
    for artifact in evidence.artifacts {
        let name = artifact.name.as_str();
        if suites.is_empty() && !anyhow.contains(name) {
            gaps.push(EvidenceRef::new(name, "no test run was measured on these bytes"));
        }
        for suite in suites.iter().filter(|suite| !tested.contains(&(suite.as_str(), name))) {
            gaps.push(EvidenceRef::new(name, format!("no run of suite {suite} was measured on these bytes")));
        }
    }
    gaps
}

fn ask(mut gaps: Vec<EvidenceRef>, evidence: &Evidence<'_>, mut judgement: Judgement) -> Outcome {
    let there = evidence.documents.iter().any(|signed| signed.statement.predicate.kind == BRIDGING);
    let bridges = if there { documents::current(evidence, BRIDGING, &mut judgement, BRIDGE_AGAIN) } else { Vec::new() };
    if judgement.has_findings() {
        return judgement.conclude();
    }
    let more = gaps.len().saturating_sub(MAX_NAMED);
    gaps.truncate(MAX_NAMED);
    if more > 0 {
        gaps.push(EvidenceRef::new("artifacts", format!("{more} more of these")));
    }
    let question = if bridges.is_empty() {
        "Were these tests run on the very bytes that ship?".to_owned()
    } else {
        "Does the bridging analysis show that the tests hold for the bytes that ship?".to_owned()
    };
    let shown = bridges.iter().map(|bridge| EvidenceRef::new(bridge.entry().as_str(), bridge.shown_with_approval()));
    Outcome::NeedsHuman { question, evidence: shown.chain(gaps).collect() }
}
