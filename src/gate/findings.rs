//! The findings of the scans of one SBOM, with what was decided of each.

use std::collections::HashMap;

use crate::model::digest::Sha256Digest;
use crate::model::entry::SBOM_ENTRY;
use crate::model::name::EntryName;
use crate::model::vulnerabilities::{FoundVulnerability, Score, Vulnerabilities};
use crate::sbom::document::Document;

use super::aliases::Aliases;
use super::device_sbom::DeviceSbom;
use super::evidence::{Evidence, Signed};
use super::products::{Products, Target};
use super::vex::{self, Decision, Decisions, VexPaper};

/// What to do where no scan is there.
pub const NEXT: &str = "Scan the SBOM of this build and take the report in with `batchseal attest scan`";

/// The verified scans of exactly this SBOM.
#[must_use]
pub fn scans_of<'e>(evidence: &'e Evidence<'_>, sbom: &DeviceSbom<'_>) -> Vec<&'e Signed<Vulnerabilities>> {
    let sbom = digest_of(sbom);
    evidence.scans.iter().filter(|signed| signed.statement.subject_digest(SBOM_ENTRY) == Some(sbom)).collect()
}

/// SHA-256 of the signed SBOM.
#[must_use]
pub fn digest_of(sbom: &DeviceSbom<'_>) -> Sha256Digest {
    Sha256Digest::of(sbom.signed.statement.predicate.0.get().as_bytes())
}

/// One vulnerability in one component; what several scans say of it is one finding.
#[derive(Debug)]
pub struct Found<'e> {
    /// As the first scan describes it.
    pub vulnerability: &'e FoundVulnerability,
    /// Attestation of that scan.
    pub entry: &'e EntryName,
    /// Highest CVSS score that any scan gives.
    pub score: Option<Score>,
    /// All its names, as one number.
    pub group: usize,
    /// The component, where the scanner names one that the SBOM has.
    pub target: Option<Target>,
}

impl Found<'_> {
    /// `CVE-2026-1 in pkg:cargo/a@1.0.0`.
    #[must_use]
    pub fn shown(&self) -> String {
        let component = self.vulnerability.purl().or_else(|| self.vulnerability.component());
        component.map_or_else(|| self.vulnerability.id.clone(), |name| format!("{} in {name}", self.vulnerability.id))
    }
}

/// Findings and decisions.
#[derive(Debug)]
pub struct Findings<'e, 'v> {
    /// Each finding once, in the order of the scans.
    pub all: Vec<Found<'e>>,
    /// What VEX decides.
    pub decisions: Decisions<'v>,
    aliases: Aliases,
    products: Products<'v>,
}

impl<'e, 'v> Findings<'e, 'v> {
    /// Brings scans, VEX and SBOM together.
    #[must_use]
    pub fn of(scans: &[&'e Signed<Vulnerabilities>], papers: &'v [VexPaper<'_>], document: &'v Document) -> Self {
        let products = Products::of(document);
        let mut aliases = Aliases::default();
        for vulnerability in scans.iter().flat_map(|signed| &signed.statement.predicate.scanner.result) {
            aliases.join(vulnerability.names());
        }
        vex::join(&mut aliases, papers);
        aliases.flatten();
        let all = collect(scans, &aliases, &products);
        let decisions = Decisions::of(papers, &aliases, &products);
        Self { all, decisions, aliases, products }
    }

    /// The decision that counts for a finding.
    #[must_use]
    pub fn decision(&self, found: &Found<'_>) -> Option<&Decision<'v>> {
        self.decisions.find(found.group, found.target, &self.products)
    }

    /// The number under which a name of a vulnerability is known here.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<usize> {
        self.aliases.group(name)
    }
}

/// The component that a scanner means; `None` where it names none that the SBOM has.
#[must_use]
pub fn target_of(vulnerability: &FoundVulnerability, products: &Products<'_>) -> Option<Target> {
    let names = vulnerability.component().into_iter().chain(vulnerability.purl());
    names.into_iter().find_map(|name| products.resolve(name))
}

fn collect<'e>(scans: &[&'e Signed<Vulnerabilities>], aliases: &Aliases, products: &Products<'_>) -> Vec<Found<'e>> {
    let mut all: Vec<Found<'e>> = Vec::new();
    let mut positions: HashMap<(usize, Option<Target>, Option<&str>), usize> = HashMap::new();
    for signed in scans {
        for vulnerability in &signed.statement.predicate.scanner.result {
            let Some(group) = aliases.group(&vulnerability.id) else { continue };
            let target = target_of(vulnerability, products);
            let unresolved = vulnerability.purl().filter(|_| target.is_none());
            let position = *positions.entry((group, target, unresolved)).or_insert(all.len());
            let score = vulnerability.score();
            match all.get_mut(position) {
                Some(known) => known.score = known.score.max(score),
                None => all.push(Found { vulnerability, entry: &signed.entry, score, group, target }),
            }
        }
    }
    all
}
