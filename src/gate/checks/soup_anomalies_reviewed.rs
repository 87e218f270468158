//! RG-21: published anomaly lists of SOUP were reviewed for the versions in use, not too long ago.

use crate::gate::ages;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::documents;
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::gate::soup::{NOTHING_OF_OTHERS, Rows, shipped, shown};
use crate::intake::soup::{self, REVIEWS_KIND, SoupReview};
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::policy::facts::SafetyClass;
use crate::sbom::document::Component;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(21),
    slug: "soup-anomalies-reviewed",
    title: "Published anomaly lists of SOUP were reviewed for the versions in use",
    clauses: &["iec62304.7.1.3"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-21-soup-anomalies-reviewed.md"),
};

const NEXT: &str = "Read the published anomaly list of the component for this version, note the review with its conclusion in the review log, and take the log in as a document of kind `soup-review-log`";

/// Reviews named in the question one by one.
const MAX_NAMED: usize = 20;

/// RG-21.
#[derive(Debug)]
pub struct SoupAnomaliesReviewed;

impl Check for SoupAnomaliesReviewed {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    /// The clause is one for classes B and C; the trust file says of which class the device is.
    fn severity(&self, evidence: &Evidence<'_>) -> Severity {
        if evidence.device.facts.safety_class >= SafetyClass::B { Severity::Block } else { META.severity }
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let (components, _) = shipped(evidence, &sbom.document);
        if components.is_empty() {
            return Outcome::NotApplicable { reason: NOTHING_OF_OTHERS.to_owned() };
        }
        let mut judgement = Judgement::default();
        let reviews = read(evidence, &mut judgement);
        if reviews.is_empty() {
            return judgement.conclude();
        }
        let mut seen = Seen::default();
        let rows = Rows::of(reviews.iter().map(|review| &review.which));
        let limit = (ages::record_day(evidence), evidence.policy.gate.ages.soup_review_days);
        for component in &components {
            seen.note(component, &rows, &reviews, &limit);
        }
        judgement.note(shortened(seen.findings));
        let count = counted(components.len(), "third-party component was", "third-party components were");
        judgement
            .saw(sbom.entry(), format!("{count} reviewed at most {} days before the record of {}", limit.1, limit.0));
        match question(&seen.open) {
            Some(question) if !judgement.has_findings() => Outcome::NeedsHuman { question, evidence: seen.open },
            _ => judgement.conclude(),
        }
    }
}

/// The reviews of every log that counts.
fn read(evidence: &Evidence<'_>, judgement: &mut Judgement) -> Vec<SoupReview> {
    let mut reviews = Vec::new();
    for log in documents::current(evidence, REVIEWS_KIND, judgement, NEXT) {
        match soup::reviews(log.entry().file_name(), log.bytes) {
            Ok(read) => {
                let rows = counted(read.len(), "review", "reviews");
                judgement.saw(log.entry(), format!("{}: {rows}", log.shown_with_approval()));
                reviews.extend(read);
            }
            Err(error) => judgement.found("log-malformed", log.entry(), error.to_string(), NEXT),
        }
    }
    reviews
}

#[derive(Default)]
struct Seen {
    findings: Vec<Finding>,
    /// Reviews with open anomalies on which nobody has concluded.
    open: Vec<EvidenceRef>,
}

impl Seen {
    fn note(&mut self, component: &Component, rows: &Rows<'_>, reviews: &[SoupReview], limit: &(String, u16)) {
        let about = shown(component);
        let mut found = |code, message: String| self.findings.push(Finding::new(code, about.as_str(), message, NEXT));
        let naming = rows.naming(component);
        let fitting = naming.iter().filter(|at| rows.has_version(**at, component));
        // Days of one shape: the order of the text is that of the days.
        let newest = fitting.filter_map(|at| reviews.get(*at)).max_by(|a, b| a.reviewed_on.cmp(&b.reviewed_on));
        let Some(review) = newest else {
            let version = component.version.as_deref().unwrap_or("none");
            match naming.is_empty() {
                true => found("not-reviewed", "the review log does not name this component".to_owned()),
                false => {
                    let others = rows.versions(&naming);
                    found("version-not-reviewed", format!("version {version} was not reviewed (the log has {others})"));
                }
            }
            return;
        };
        if let Some(wrong) = ages::wrong_age(&review.reviewed_on, &limit.0, limit.1) {
            found("review-too-old", format!("the newest review {wrong}"));
        }
        match (&review.open_anomalies, &review.conclusion) {
            (_, Some(_)) => {}
            (Some(anomalies), None) => {
                let shows = format!("open anomalies without a conclusion: {anomalies} ({})", review.list_url);
                self.open.push(EvidenceRef::new(about, shows));
            }
            (None, None) => {
                found("review-without-conclusion", format!("the review of {} has no conclusion", review.reviewed_on));
            }
        }
    }
}

fn question(open: &[EvidenceRef]) -> Option<String> {
    let names: Vec<&str> = open.iter().take(MAX_NAMED).map(|one| one.name.as_str()).collect();
    let more = open.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!open.is_empty()).then(|| {
        format!(
            "The review log lists open anomalies without a conclusion for {}{more}. Are they acceptable for this release?",
            names.join(", ")
        )
    })
}
