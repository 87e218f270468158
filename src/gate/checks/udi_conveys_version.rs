//! RG-33: the UDI is recorded, valid and conveys the version.
//!
//! The whole UDI is made again from device identifier and version, and compared with the one recorded.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, PreviousReleases};
use crate::gate::judgement::Judgement;
use crate::model::batch::BATCH_ENTRY;
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::udi::{Carrier, Identifier, Issuer, Udi, UdiError, UdiScope};
use crate::policy::facts::Distribution;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(33),
    slug: "udi-conveys-version",
    title: "The UDI is recorded, valid and conveys the version",
    clauses: &["cfr820.10b1", "cfr820.35c", "cfr801.50", "cfr830.3", "cfr830.20", "cfr830.50", "iso13485.7.5.8"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-33-udi-conveys-version.md"),
};

const STATE_UDI: &str =
    "State scope and device identifier under [device.udi] of the policy, or scope = \"none\", and make a new candidate";
const OTHER_VERSION: &str = "Give the release a version that the production identifier can hold, and tag it again";
const RECORD_AGAIN: &str = "Record the batch again with this version of the tool";

/// RG-33.
#[derive(Debug)]
pub struct UdiConveysVersion;

impl Check for UdiConveysVersion {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let distribution = evidence.device.facts.distribution;
        if distribution != Distribution::Commercial {
            let reason = format!(
                "the trust file says that distribution of the device is {} (a UDI is asked of commercial distribution)",
                distribution.as_str()
            );
            return Outcome::NotApplicable { reason };
        }
        let mut judgement = Judgement::default();
        match &evidence.batch.udi {
            None => {
                let message = "no UDI is recorded (got nothing, expected scope and device identifier)";
                judgement.found("udi-missing", BATCH_ENTRY, message, STATE_UDI);
                judgement.conclude()
            }
            Some(udi) if udi.scope == UdiScope::None => not_needed(evidence),
            Some(udi) => judge(udi, evidence, judgement),
        }
    }
}

fn not_needed(evidence: &Evidence<'_>) -> Outcome {
    Outcome::NeedsHuman {
        question: format!(
            "Is it right that {}, which is distributed commercially, needs no UDI of its own (say why)?",
            evidence.batch.device.name
        ),
        evidence: vec![EvidenceRef::new(BATCH_ENTRY, "UDI scope is none")],
    }
}

fn judge(udi: &Udi, evidence: &Evidence<'_>, mut judgement: Judgement) -> Outcome {
    let version = evidence.batch.version.as_str();
    let made = match udi.of_version(version) {
        Ok(made) => Some(made),
        Err(UdiError::NotMade(issuer)) if !judgement.has_findings() => return recognised_only(udi, issuer, evidence),
        Err(error) => {
            judge_error(udi, &error, version, &mut judgement);
            None
        }
    };
    if let Some(made) = &made {
        let words = match udi.scope {
            UdiScope::Embedded if !udi.conveys_version() => {
                "the device's identifier with the software version as lot; the device's own lot or serial number is \
                 given where its hardware is made"
            }
            _ => "the version stands in its production identifier",
        };
        judgement.saw(BATCH_ENTRY, format!("UDI {made} ({}): {words}", made.issuer().as_str()));
    }
    judge_recorded(udi, evidence, &mut judgement);
    if judgement.has_findings() {
        return judgement.conclude();
    }
    match changed_di(udi, evidence) {
        Some(outcome) => outcome,
        None => judgement.conclude(),
    }
}

/// Why no UDI can be made of this version; for embedded software only its device identifier counts.
fn judge_error(udi: &Udi, error: &UdiError, version: &str, judgement: &mut Judgement) {
    match error {
        UdiError::NoDeviceIdentifier => {
            let message = "UDI has no device identifier (got nothing, expected one of GS1, HIBCC or ICCBBA)";
            judgement.found("udi-without-di", BATCH_ENTRY, message, STATE_UDI);
        }
        UdiError::UnknownAgency(_) => judgement.found("di-of-no-agency", BATCH_ENTRY, error.to_string(), STATE_UDI),
        UdiError::Length { .. } | UdiError::Character { .. } | UdiError::Ambiguous(_) | UdiError::NoSuchCarrier(..) => {
            let message = format!("version {version} cannot be the production identifier: {error}");
            if udi.conveys_version() {
                judgement.found("version-is-no-pi", BATCH_ENTRY, message, OTHER_VERSION);
            } else {
                let di = udi.di.as_deref().unwrap_or_default();
                judgement.saw(BATCH_ENTRY, format!("device identifier {di}, recorded with the version; {message}"));
            }
        }
        _ => judgement.found("di-malformed", BATCH_ENTRY, error.to_string(), STATE_UDI),
    }
}

/// The recorded text, where there is one, is this UDI.
fn judge_recorded(udi: &Udi, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let Some(full) = &udi.full else {
        if !judgement.has_findings() {
            judgement.saw(BATCH_ENTRY, "the whole UDI is not recorded; it follows from device identifier and version");
        }
        return;
    };
    let recorded = match Identifier::parse(full) {
        Ok(recorded) => recorded,
        Err(error) => {
            judgement.found("udi-malformed", BATCH_ENTRY, error.to_string(), RECORD_AGAIN);
            return;
        }
    };
    let di = udi.di.as_deref().unwrap_or_default();
    judgement.equal("udi-differs", (BATCH_ENTRY, "device identifier in the UDI"), (recorded.di(), di), RECORD_AGAIN);
    let carrier = udi.pi.unwrap_or_default();
    let (got, version) = (recorded.carried(carrier).unwrap_or("absent"), evidence.batch.version.as_str());
    let what = format!("{} in the UDI", carrier.as_str());
    judgement.equal("udi-of-other-version", (BATCH_ENTRY, &what), (got, version), RECORD_AGAIN);
    let days = build_days(evidence);
    if !days.is_empty() && recorded.is_made_on(&days[0]).is_some() {
        if days.iter().any(|day| recorded.is_made_on(day) == Some(true)) {
            judgement.saw(BATCH_ENTRY, format!("date of manufacture is the day of the build, {}", days.join(" or ")));
        } else {
            let message =
                format!("date of manufacture in {full} is not the day of the build (expected {})", days.join(" or "));
            judgement.found("udi-of-other-day", BATCH_ENTRY, message, RECORD_AGAIN);
        }
    }
}

/// The days on which the build ran, at its own offset and in UTC.
#[must_use]
pub fn build_days(evidence: &Evidence<'_>) -> Vec<String> {
    let runs = evidence.provenance.iter().map(|signed| &signed.statement.predicate.run_details.metadata);
    let times = runs.flat_map(|metadata| [metadata.started_on, metadata.finished_on]);
    let mut days: Vec<String> = times.flat_map(|time| [time.date(), time.in_utc().date()]).collect();
    days.sort();
    days.dedup();
    days
}

/// ICCBBA's lot numbers are padded and hold no dots: whether they convey the version, a person must see.
fn recognised_only(udi: &Udi, issuer: Issuer, evidence: &Evidence<'_>) -> Outcome {
    let di = udi.di.as_deref().unwrap_or_default();
    Outcome::NeedsHuman {
        question: format!(
            "Does the production identifier that belongs to {di} convey version {} in the form of its agency?",
            evidence.batch.version
        ),
        evidence: vec![EvidenceRef::new(
            BATCH_ENTRY,
            format!("device identifier {di} has the form of {}", issuer.as_str()),
        )],
    }
}

/// A device identifier that no earlier release had: 21 CFR 830.50 leaves to the labeler when one is needed.
fn changed_di(udi: &Udi, evidence: &Evidence<'_>) -> Option<Outcome> {
    let PreviousReleases::Given(previous) = &evidence.previous else { return None };
    let di = udi.di.as_deref()?;
    let earlier = || previous.iter().filter_map(|release| Some((release, release.udi.as_ref()?.di.as_deref()?)));
    if earlier().next().is_none() || earlier().any(|(_, other)| other == di) {
        return None;
    }
    let shown = earlier().map(|(release, other)| {
        EvidenceRef::new(format!("{} {}", release.device, release.version), format!("device identifier {other}"))
    });
    let own = EvidenceRef::new(BATCH_ENTRY, format!("device identifier {di}, version {}", evidence.batch.version));
    Some(Outcome::NeedsHuman {
        question: format!("Is {di}, which no earlier release had, the right device identifier for this version?"),
        evidence: std::iter::once(own).chain(shown).collect(),
    })
}

/// The UDI of this batch where its version must stand in it, with the identifier that carries it.
#[must_use]
pub fn conveyed(evidence: &Evidence<'_>) -> Option<(Identifier, Carrier)> {
    let udi = evidence.batch.udi.as_ref().filter(|udi| udi.conveys_version())?;
    Some((udi.of_version(evidence.batch.version.as_str()).ok()?, udi.pi.unwrap_or_default()))
}
