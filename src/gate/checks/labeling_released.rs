//! RG-34: labeling was examined and released.
//!
//! Labeling files are documents of kind `labeling`; one `labeling-inspection` says who examined which bytes for what.

use std::collections::BTreeSet;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{Controlled, current};
use crate::gate::evidence::{Evidence, PreviousReleases};
use crate::gate::judgement::Judgement;
use crate::gate::labels::Expected;
use crate::intake::labeling_inspection::{Aspect, Examined, KIND as INSPECTION, LabelingInspection};
use crate::model::digest::Sha256Digest;
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::policy::facts::Distribution;

/// Kind of a labeling file.
pub const LABELING: &str = "labeling";

const NOT_APPLICABLE: &str = "labeling-not-applicable";

static META: CheckMeta = CheckMeta {
    id: CheckId::new(34),
    slug: "labeling-released",
    title: "Labeling was examined and released",
    clauses: &["cfr820.45", "cfr801.50"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-34-labeling-released.md"),
};

const SUPPLY_LABELS: &str = "List each labeling file as a document of kind `labeling` with approver, day and version, or state in a `labeling-not-applicable` document why there is none";
const SUPPLY_INSPECTION: &str =
    "Have the labeling examined, and list one document of kind `labeling-inspection` with every file's SHA-256";
const STATE_WHY: &str = "Approve one `labeling-not-applicable` document for this version";
const CHOOSE: &str = "Remove the `labeling-not-applicable` document, or the labeling";

/// RG-34.
#[derive(Debug)]
pub struct LabelingReleased;

impl Check for LabelingReleased {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        if evidence.device.facts.distribution == Distribution::None {
            let reason = "the trust file says that the device is not distributed, so no labeling is released with it";
            return Outcome::NotApplicable { reason: reason.to_owned() };
        }
        let mut judgement = Judgement::default();
        let has = |kind: &str| evidence.documents.iter().any(|signed| signed.statement.predicate.kind == kind);
        match (has(LABELING), has(NOT_APPLICABLE)) {
            (false, true) => none_needed(evidence, judgement),
            (true, true) => {
                let message = "there are labeling and a statement that there is none (expected one of the two)";
                judgement.found("labeling-contradicted", NOT_APPLICABLE, message, CHOOSE);
                judgement.conclude()
            }
            _ => {
                let labels = current(evidence, LABELING, &mut judgement, SUPPLY_LABELS);
                judge(&labels, evidence, judgement)
            }
        }
    }
}

/// Only a person can say that a device needs no labeling.
fn none_needed(evidence: &Evidence<'_>, mut judgement: Judgement) -> Outcome {
    let statements = current(evidence, NOT_APPLICABLE, &mut judgement, STATE_WHY);
    if judgement.has_findings() || statements.is_empty() {
        return judgement.conclude();
    }
    let shown = statements.iter().map(|one| EvidenceRef::new(one.entry().as_str(), one.shown_with_approval()));
    Outcome::NeedsHuman {
        question: format!("Is it right that {} is released without any labeling?", evidence.batch.stem()),
        evidence: shown.collect(),
    }
}

fn judge(labels: &[Controlled<'_>], evidence: &Evidence<'_>, mut judgement: Judgement) -> Outcome {
    let expected = Expected::of(evidence);
    if let Some(version) = released_before(labels, evidence).filter(|_| !judgement.has_findings()) {
        for label in labels {
            let says = expected.judge(label, false, &mut judgement);
            let shows = format!("{} ({}), as released with version {version}: {says}", label.shown(), sha256(label));
            judgement.saw(label.entry(), shows);
        }
        return judgement.conclude();
    }
    let Some(inspection) = inspection(evidence, &mut judgement) else { return judgement.conclude() };
    let mut shown =
        vec![EvidenceRef::new(inspection.document.entry().as_str(), inspection.document.shown_with_approval())];
    for label in labels {
        shown.extend(judge_label(label, &inspection, &expected, &mut judgement));
    }
    judge_coverage(labels, &inspection, &expected, &mut judgement);
    if judgement.has_findings() {
        return judgement.conclude();
    }
    Outcome::NeedsHuman {
        question: format!(
            "Did a designated person examine a representative sample of the labeling of {}, and may it be used?",
            evidence.batch.stem()
        ),
        evidence: shown,
    }
}

/// Version of an earlier release that had exactly these labeling files.
fn released_before<'e>(labels: &[Controlled<'_>], evidence: &'e Evidence<'_>) -> Option<&'e str> {
    let PreviousReleases::Given(previous) = &evidence.previous else { return None };
    let own: BTreeSet<Sha256Digest> = labels.iter().map(sha256).collect();
    let same = previous.iter().find(|release| {
        let digests = release.labeling.iter().flatten().copied();
        !own.is_empty() && digests.collect::<BTreeSet<_>>() == own
    });
    same.map(|release| release.version.as_str())
}

fn sha256(label: &Controlled<'_>) -> Sha256Digest {
    label.document().content.sha256
}

/// The one inspection of this version.
struct Inspection<'e> {
    document: Controlled<'e>,
    content: LabelingInspection,
}

fn inspection<'e>(evidence: &'e Evidence<'_>, judgement: &mut Judgement) -> Option<Inspection<'e>> {
    let documents = current(evidence, INSPECTION, judgement, SUPPLY_INSPECTION);
    let [document] = documents[..] else {
        if documents.len() > 1 {
            let message = format!("there are {} inspections of the labeling (expected 1)", documents.len());
            judgement.found("inspection-repeated", INSPECTION, message, SUPPLY_INSPECTION);
        }
        return None;
    };
    match LabelingInspection::parse(document.bytes) {
        Ok(content) => Some(Inspection { document, content }),
        Err(error) => {
            judgement.found("inspection-malformed", document.entry(), error.to_string(), SUPPLY_INSPECTION);
            None
        }
    }
}

fn judge_label(
    label: &Controlled<'_>,
    inspection: &Inspection<'_>,
    expected: &Expected,
    judgement: &mut Judgement,
) -> Option<EvidenceRef> {
    let digest = sha256(label);
    let Some(examined) = inspection.content.examined.get(&digest) else {
        let message = format!("{} was not examined (no entry has {digest})", label.shown());
        judgement.found("label-not-examined", label.entry(), message, SUPPLY_INSPECTION);
        return None;
    };
    judge_examined(label, examined, inspection, judgement);
    let must_bear = examined.part.bears_udi() || examined.aspects.contains(&Aspect::Udi);
    let says = expected.judge(label, must_bear && expected.has_udi(), judgement);
    let aspects: Vec<&str> = examined.aspects.iter().map(|aspect| aspect.as_str()).collect();
    let shows = format!(
        "{} ({}, {digest}): {says}; {} examined {} on {} for {}",
        label.shown_with_approval(),
        examined.part.as_str(),
        examined.examiner,
        examined.sample_size,
        examined.date,
        aspects.join(", ")
    );
    Some(EvidenceRef::new(label.entry().as_str(), shows))
}

fn judge_examined(label: &Controlled<'_>, examined: &Examined, inspection: &Inspection<'_>, judgement: &mut Judgement) {
    if !examined.accepted {
        let message =
            format!("{} rejected {} on {} (expected accepted)", examined.examiner, label.shown(), examined.date);
        judgement.found("label-rejected", label.entry(), message, "Correct the labeling and have it examined again");
    }
    let approved_on = inspection.document.document().approved_on.as_deref().unwrap_or_default();
    if examined.date.as_str() > approved_on {
        let message = format!(
            "{} was examined on {}, after the inspection was approved on {approved_on}",
            label.shown(),
            examined.date
        );
        judgement.found("examined-after-approval", label.entry(), message, SUPPLY_INSPECTION);
    }
}

/// Everything that 21 CFR 820.45(a) names was examined somewhere, or does not apply for a stated reason; and nothing was
/// examined that is not there.
fn judge_coverage(
    labels: &[Controlled<'_>],
    inspection: &Inspection<'_>,
    expected: &Expected,
    judgement: &mut Judgement,
) {
    let (content, entry) = (&inspection.content, inspection.document.entry());
    let there: BTreeSet<Sha256Digest> = labels.iter().map(sha256).collect();
    for (digest, examined) in content.examined.iter().filter(|(digest, _)| !there.contains(digest)) {
        let message = format!("{} ({digest}) was examined, and is no labeling of this batch", examined.file);
        judgement.found("examined-other-file", entry, message, SUPPLY_LABELS);
    }
    let examined = content.examined.iter().filter(|(digest, _)| there.contains(digest));
    let covered: BTreeSet<Aspect> = examined.flat_map(|(_, examined)| examined.aspects.iter().copied()).collect();
    for aspect in Aspect::ALL {
        let needed = aspect != Aspect::Udi || expected.has_udi();
        if needed && !covered.contains(&aspect) && !content.not_applicable.contains_key(&aspect) {
            let message = format!("no labeling was examined for {} (expected a file, or a reason)", aspect.as_str());
            judgement.found("aspect-not-examined", entry, message, SUPPLY_INSPECTION);
        }
    }
}
