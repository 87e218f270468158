//! Sorts the Sigstore bundles under `attestations/` by predicate type and verifies each as that type.

use crate::attestation::sigstore_bundle::SigstoreBundle;
use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, VerificationError, verify};
use crate::gate::evidence::{Refused, Signed};
use crate::model::document::{Document, TestResult};
use crate::model::name::EntryName;
use crate::model::provenance::Provenance;
use crate::model::statement::{self, Predicate, Statement};
use crate::model::vulnerabilities::Vulnerabilities;
use crate::policy::trust::StatementKind;
use crate::sbom::predicate::CycloneDx;

use super::layout::{ATTESTATIONS, EntryMap, below};

/// Verified statements by kind, and what was refused.
#[derive(Debug, Default)]
pub struct Statements {
    /// SLSA provenance.
    pub provenance: Vec<Signed<Provenance>>,
    /// SBOMs.
    pub sboms: Vec<Signed<CycloneDx>>,
    /// Test results.
    pub tests: Vec<Signed<TestResult>>,
    /// Vulnerability scans.
    pub scans: Vec<Signed<Vulnerabilities>>,
    /// Controlled documents.
    pub documents: Vec<Signed<Document>>,
    /// What does not count, with the reason.
    pub refused: Vec<Refused>,
}

/// Verifies every entry under `attestations/`.
#[must_use]
pub fn collect(entries: &EntryMap<'_>, anchor: Anchor<'_>) -> Statements {
    let mut statements = Statements::default();
    for (entry, bytes) in below(entries, ATTESTATIONS) {
        if let Err(reason) = statements.take(entry, bytes, anchor) {
            statements.refused.push(Refused { entry: entry.clone(), reason });
        }
    }
    statements
}

impl Statements {
    fn take(&mut self, entry: &EntryName, bytes: &[u8], anchor: Anchor<'_>) -> Result<(), String> {
        match predicate_type(bytes)?.as_str() {
            Provenance::TYPE => self.provenance.push(signed(entry, verify(bytes, StatementKind::Provenance, anchor))?),
            CycloneDx::TYPE => self.sboms.push(signed(entry, verify(bytes, StatementKind::Sbom, anchor))?),
            TestResult::TYPE => self.tests.push(signed(entry, verify(bytes, StatementKind::Tests, anchor))?),
            Vulnerabilities::TYPE => self.scans.push(signed(entry, verify(bytes, StatementKind::Scan, anchor))?),
            Document::TYPE => self.documents.push(signed(entry, verify(bytes, StatementKind::Document, anchor))?),
            other => return Err(format!("predicate type {other:?} is not known to this version")),
        }
        Ok(())
    }
}

fn predicate_type(bytes: &[u8]) -> Result<String, String> {
    let bundle = SigstoreBundle::decode(bytes).map_err(|error| error.to_string())?;
    statement::predicate_type(&bundle.payload).map_err(|error| error.to_string())
}

fn signed<P>(
    entry: &EntryName,
    verified: Result<Verified<Statement<P>>, VerificationError>,
) -> Result<Signed<P>, String> {
    let statement = verified.map_err(|error| error.to_string())?;
    Ok(Signed { entry: entry.clone(), statement })
}
