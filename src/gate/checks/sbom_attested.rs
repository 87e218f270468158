//! RG-19: the SBOM is signed, and the statement binds exactly the artifacts of this batch.

use std::collections::BTreeMap;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened};
use crate::gate::evidence::Evidence;
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(19),
    slug: "sbom-attested",
    title: "The SBOM is signed and bound to exactly the artifacts of this batch",
    clauses: &["cisa-2026", "iso13485.4.2.5"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-19-sbom-attested.md"),
};

const NEXT: &str = "Sign the SBOM again with all artifacts of the batch as subjects";

/// RG-19.
#[derive(Debug)]
pub struct SbomAttested;

impl Check for SbomAttested {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        // Whether the document can be read is RG-13's business; that it is the only one is ours too.
        let signed = match (DeviceSbom::of(evidence), &evidence.sboms[..]) {
            (_, [signed]) => signed,
            (Err(finding), _) => return Outcome::violated(finding),
            (Ok(sbom), _) => sbom.signed,
        };
        let mut expected: BTreeMap<&str, Sha256Digest> =
            evidence.artifacts.iter().map(|artifact| (artifact.name.as_str(), artifact.sha256)).collect();
        expected.insert(BATCH_ENTRY, evidence.batch_sha256);
        let mut findings = Vec::new();
        if evidence.artifacts.is_empty() {
            let message = "batch has no artifact (got 0, expected at least 1)";
            findings.push(Finding::new("no-artifact", signed.entry.as_str(), message, NEXT));
        }
        let mut open = expected.clone();
        for subject in &signed.statement.subject {
            let got = subject.digest.sha256();
            match open.remove(subject.name.as_str()) {
                Some(digest) if digest == got => {}
                Some(digest) => {
                    let message = format!("subject has another digest (got {got}, expected {digest})");
                    findings.push(Finding::new("subject-digest-differs", &subject.name, message, NEXT));
                }
                None => {
                    let message = "statement has a subject that is no artifact of the batch";
                    findings.push(Finding::new("subject-unexpected", &subject.name, message, NEXT));
                }
            }
        }
        for name in open.keys() {
            let message = "artifact of the batch is no subject of the statement";
            findings.push(Finding::new("subject-missing", *name, message, NEXT));
        }
        let shows = format!(
            "signed by {:?} over {}",
            signed.statement.signer(),
            counted(evidence.artifacts.len(), "artifact", "artifacts")
        );
        Outcome::judge(shortened(findings), vec![EvidenceRef::new(signed.entry.as_str(), shows)])
    }
}
