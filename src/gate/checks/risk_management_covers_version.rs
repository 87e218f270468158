//! RG-31: the risk management file covers this version, and a person says that its overall residual risk is accepted.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(31),
    slug: "risk-management-covers-version",
    title: "The risk management file covers this version, and its overall residual risk is accepted",
    clauses: &["iso13485.7.1", "fda-cyber.V.A"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-31-risk-management-covers-version.md"),
};

const KIND: &str = "risk-management-file";
const NEXT: &str = "Evaluate the risks of this version, have the risk management file approved, and list it as a document \
    of kind risk-management-file in evidence.toml";

/// RG-31.
#[derive(Debug)]
pub struct RiskManagementCoversVersion;

impl Check for RiskManagementCoversVersion {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let current = documents::current(evidence, KIND, &mut judgement, NEXT);
        let version = &evidence.batch.version;
        for file in &current {
            judgement.saw(file.entry(), format!("{}, covers {version}", file.shown_with_approval()));
        }
        let files: Vec<String> = current.iter().map(Controlled::shown).collect();
        let verb = if files.len() == 1 { "evaluates" } else { "evaluate" };
        let question =
            format!("is the overall residual risk of version {version} accepted, as {} {verb} it?", files.join(", "));
        judgement.ask(question, KIND)
    }
}
