//! RG-40: the additional traceability records of implants and of devices that support or sustain life.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened};
use crate::gate::documents::current;
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::model::document::TestResult;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::{counted, shows_something};
use crate::sbom::inventory::Item;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(40),
    slug: "implantable-traceability",
    title: "The additional traceability records for implants and life support are there",
    clauses: &["cfr820.10d", "iso13485.7.5.9.2"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-40-implantable-traceability.md"),
};

/// Check that judges the work environment.
const ENVIRONMENT: CheckId = CheckId::new(7);

/// Kind of the document that says where consignees are recorded.
const DISTRIBUTION_RECORDS: &str = "distribution-records";

/// Annotation of a test report that names who ran it.
const EXECUTOR: &str = "executor";

const HASH: &str = "Give the component a SHA-256 (lockfile, imported SBOM or components.toml) and make the SBOM again";
const RECORD_ENVIRONMENT: &str = "Resolve the findings of RG-07 first";
const NAME_EXECUTOR: &str =
    "Take in the test report again with `executor` in evidence.toml: who, or which machine, ran it";
const SUPPLY_RECORDS: &str =
    "List a document of kind `distribution-records` that says where consignees of this device are recorded";

/// RG-40.
#[derive(Debug)]
pub struct ImplantableTraceability;

impl Check for ImplantableTraceability {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, earlier: &[CheckResult]) -> Outcome {
        let facts = &evidence.device.facts;
        if !facts.life_supporting && !facts.implantable {
            let reason = "the trust file says that the device is no implant and does not support or sustain life";
            return Outcome::NotApplicable { reason: reason.to_owned() };
        }
        let mut judgement = Judgement::default();
        let hashes = judge_components(evidence, &mut judgement);
        judge_environment(earlier, &mut judgement);
        judge_tests(evidence, &mut judgement);
        for document in current(evidence, DISTRIBUTION_RECORDS, &mut judgement, SUPPLY_RECORDS) {
            judgement.saw(document.entry(), document.shown_with_approval());
        }
        merged(judgement.conclude(), hashes)
    }
}

/// Components without a hash, at most a hundred one by one, before the other findings.
fn merged(outcome: Outcome, mut hashes: Vec<Finding>) -> Outcome {
    if hashes.is_empty() {
        return outcome;
    }
    hashes = shortened(hashes);
    if let Outcome::Violated { findings } = outcome {
        hashes.extend(findings);
    }
    Outcome::Violated { findings: hashes }
}

fn judge_components(evidence: &Evidence<'_>, judgement: &mut Judgement) -> Vec<Finding> {
    let sbom = match DeviceSbom::of(evidence) {
        Ok(sbom) => sbom,
        Err(Finding { code, about, message, next }) => {
            judgement.found(&code, about, message, &next);
            return Vec::new();
        }
    };
    let inventory = sbom.inventory();
    let shipped = || inventory.components.iter().filter(|item| !item.excluded);
    let bare: Vec<Finding> = shipped().filter(|item| item.hashes.is_empty()).map(without_hash).collect();
    let count = shipped().count();
    judgement.saw(sbom.entry(), format!("{} with a hash", counted(count - bare.len(), "component", "components")));
    bare
}

fn without_hash(item: &Item) -> Finding {
    let message = "component has no hash (got 0, expected at least 1 of SHA-256, SHA-384 or SHA-512)";
    Finding::new("component-without-hash", item.shown(), message, HASH)
}

/// RG-07 recomputes the work environment from raw bytes; its result stands before this one.
fn judge_environment(earlier: &[CheckResult], judgement: &mut Judgement) {
    let outcome = earlier.iter().find(|result| result.id == ENVIRONMENT).map(|result| &result.conclusion);
    match outcome {
        Some(Outcome::Satisfied { evidence }) => {
            let shows = format!("work environment recorded: {}", shortened_list(evidence));
            judgement.saw(ENVIRONMENT, shows);
        }
        other => {
            let got = other.map_or("not judged", Outcome::word);
            let message = format!("{ENVIRONMENT}, the work environment, is {got} (expected satisfied)");
            judgement.found("work-environment-not-recorded", ENVIRONMENT, message, RECORD_ENVIRONMENT);
        }
    }
}

fn shortened_list(evidence: &[EvidenceRef]) -> String {
    evidence.first().map_or_else(String::new, |first| format!("{} and {} more", first.shows, evidence.len() - 1))
}

fn judge_tests(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    if evidence.tests.is_empty() {
        let message = "no verified test result is there (got 0, expected at least 1 that names its executor)";
        judgement.found("no-tests", "tests", message, NAME_EXECUTOR);
    }
    for signed in &evidence.tests {
        match executor(&signed.statement.predicate) {
            Some(name) => judgement.saw(&signed.entry, format!("tests run by {name}")),
            None => {
                let message = "test result does not say who ran it (got no executor)";
                judgement.found("executor-not-named", &signed.entry, message, NAME_EXECUTOR);
            }
        }
    }
}

/// Who ran the tests, as the taken-in report says.
fn executor(result: &TestResult) -> Option<&str> {
    let name = result.configuration.first()?.annotations.get(EXECUTOR)?;
    shows_something(name).then_some(name.as_str())
}
