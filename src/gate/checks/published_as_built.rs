//! RG-43: what was published is what was built. Nothing is published when the gate runs: publishing makes a receipt later.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::Evidence;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(43),
    slug: "published-as-built",
    title: "What was published is what was built",
    clauses: &["iso13485.7.5.11", "iec62304.5.8.8"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-43-published-as-built.md"),
};

/// RG-43.
#[derive(Debug)]
pub struct PublishedAsBuilt;

impl Check for PublishedAsBuilt {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, _evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let reason = "nothing is published when the gate runs; whoever publishes compares what can be downloaded with SHA256SUMS";
        Outcome::Inconclusive { reason: reason.to_owned() }
    }
}
