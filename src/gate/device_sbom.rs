//! The one SBOM of the device, read strictly from its verified statement.

use crate::model::name::EntryName;
use crate::model::outcome::{Finding, Outcome};
use crate::sbom::document::Document;
use crate::sbom::inventory::Inventory;

use super::evidence::{Evidence, Signed};
use super::judgement;
use crate::sbom::predicate::CycloneDx;

pub use crate::model::entry::SBOM_ENTRY;

const NEXT: &str = "Make the SBOM of this build with batchseal and sign it with the pipeline's key";

/// The device's SBOM.
#[derive(Debug)]
pub struct DeviceSbom<'a> {
    /// The statement about it.
    pub signed: &'a Signed<CycloneDx>,
    /// The document in it.
    pub document: Document,
}

impl<'a> DeviceSbom<'a> {
    /// The only SBOM statement, read strictly.
    ///
    /// # Errors
    /// A finding when there is none, more than one, or one that is no document of ours.
    pub fn of(evidence: &'a Evidence<'_>) -> Result<Self, Finding> {
        let signed = match &evidence.sboms[..] {
            [one] => one,
            [] => return Err(missing(evidence)),
            many => {
                let message = format!("batch has {} verified SBOM statements (expected 1)", many.len());
                return Err(Finding::new("sbom-repeated", SBOM_ENTRY, message, NEXT));
            }
        };
        let bytes = signed.statement.predicate.0.get().as_bytes();
        let document = Document::parse(bytes)
            .map_err(|error| Finding::new("sbom-malformed", signed.entry.as_str(), error.to_string(), NEXT))?;
        Ok(Self { signed, document })
    }

    /// What it says, in the model of any SBOM. Its signature is that of the verified statement.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        Inventory { signature_named: true, ..Inventory::from(&self.document) }
    }

    /// Entry of the statement.
    #[must_use]
    pub const fn entry(&self) -> &'a EntryName {
        &self.signed.entry
    }
}

fn missing(evidence: &Evidence<'_>) -> Finding {
    let reasons: Vec<String> = evidence
        .refused
        .iter()
        .filter(|refused| refused.entry.as_str().contains("sbom"))
        .map(|refused| format!("{}: {}", refused.entry, refused.reason))
        .collect();
    let because = if reasons.is_empty() { String::new() } else { format!("; refused: {}", reasons.join("; ")) };
    let message = format!("there is no verified SBOM statement (got 0, expected 1){because}");
    Finding::new("sbom-missing", SBOM_ENTRY, message, NEXT)
}

/// What a check concludes that needs the document and has none: RG-13 says what is wrong with it.
#[must_use]
pub fn unreadable(finding: &Finding) -> Outcome {
    Outcome::Inconclusive { reason: format!("there is no SBOM to judge: {}", finding.message) }
}

/// The first hundred findings and the number of the others.
#[must_use]
pub fn shortened(findings: Vec<Finding>) -> Vec<Finding> {
    judgement::shortened(findings, SBOM_ENTRY)
}
