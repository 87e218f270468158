//! What a check is: an id, a requirement in words, its clauses, its page, and one function.

use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;

use super::evidence::Evidence;

/// Facts about a check that do not depend on evidence.
#[derive(Debug)]
pub struct CheckMeta {
    /// `RG-NN`.
    pub id: CheckId,
    /// Kebab-case noun of the requirement that holds; names the file, page and test folder.
    pub slug: &'static str,
    /// The requirement in words, without a final period.
    pub title: &'static str,
    /// Clause ids of the catalogue, such as `iso13485.7.5.9.1`.
    pub clauses: &'static [&'static str],
    /// Severity unless device, policy or [`Check::severity`] raise it.
    pub severity: Severity,
    /// Whether the check is judged at the release stage only.
    pub release_only: bool,
    /// The check's page, `docs/checks/RG-NN-<slug>.md`.
    pub page: &'static str,
}

/// One gate check.
pub trait Check: Sync {
    /// Who am I, what do I ask, where am I documented.
    fn meta(&self) -> &'static CheckMeta;

    /// How much it weighs for this batch, before the policy raises it; at least the severity of its facts.
    fn severity(&self, evidence: &Evidence<'_>) -> Severity {
        let _ = evidence;
        self.meta().severity
    }

    /// Looks at verified evidence and concludes. Recomputes from raw bytes or compares independent
    /// sources; `earlier` holds the results of the checks before this one (by registry order).
    fn evaluate(&self, evidence: &Evidence<'_>, earlier: &[CheckResult]) -> Outcome;
}
