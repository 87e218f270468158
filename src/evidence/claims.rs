//! What a bundle claims about who made it: shown to people, believed by nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::attestation::certificate_holder;
use crate::attestation::sigstore::{self, CertificateClaims};
use crate::attestation::sigstore_bundle::{Material, SigstoreBundle};
use crate::attestation::sshsig;
use crate::attestation::stamp::{self, StampClaims};
use crate::model::approval::Approval;
use crate::model::document::{Document, TestResult};
use crate::model::entry::countersigner;
use crate::model::key::PublicKey;
use crate::model::provenance::Provenance;
use crate::model::record::{RECORD_SIGNED_ENTRY, Record};
use crate::model::result::GateResult;
use crate::model::seal::{SEAL_ENTRY, Seal};
use crate::model::statement::{self, Predicate, Statement};
use crate::model::summary::VerificationSummary;
use crate::model::vulnerabilities::Vulnerabilities;
use crate::policy::trust::StatementKind;
use crate::sbom::predicate::CycloneDx;

use super::layout::{APPROVALS, ATTESTATIONS, EntryMap, PIPELINE_KEY_ENTRY, RESULT_ENTRY, VERDICT_ENTRY, below, get};

/// Who is claimed to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimedSigner {
    /// A key, by its digest, with the copy of it that the bundle carries.
    Key {
        /// Hexadecimal SHA-256 of the key.
        id: String,
        /// PEM, where the bundle holds it.
        pem: Option<String>,
    },
    /// A workload with a Fulcio certificate.
    Workload(Box<CertificateClaims>),
    /// The holder of another certificate: its subject.
    Holder(String),
}

/// A person who is claimed to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedPerson {
    /// Printed name.
    pub name: String,
    /// Roles signed in, in their own right.
    pub roles: BTreeSet<String>,
    /// Whose deputy they claim to be.
    pub deputy_for: BTreeSet<String>,
    /// OpenSSH public key, one line.
    pub ssh_key: String,
}

/// Everything a bundle claims.
#[derive(Debug, Default)]
pub struct Claims {
    /// Signers with what they signed.
    pub signers: Vec<(ClaimedSigner, BTreeSet<StatementKind>)>,
    /// People.
    pub people: Vec<ClaimedPerson>,
    /// Stamps over statements.
    pub stamps: Vec<StampClaims>,
}

/// Reads the claims. What cannot be read claims nothing.
#[must_use]
pub fn read(entries: &EntryMap<'_>) -> Claims {
    let mut claims = Claims::default();
    let copy = get(entries, PIPELINE_KEY_ENTRY)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .and_then(|pem| PublicKey::parse_pem(pem).ok());
    let fixed = [RECORD_SIGNED_ENTRY, RESULT_ENTRY, VERDICT_ENTRY, SEAL_ENTRY];
    let fixed = fixed.iter().filter_map(|name| get(entries, name));
    let further = entries.iter().filter(|(name, _)| countersigner(name).is_some()).map(|(_, bytes)| *bytes);
    for bytes in fixed.chain(further).chain(below(entries, ATTESTATIONS).map(|(_, bytes)| bytes)) {
        let Ok(bundle) = SigstoreBundle::decode(bytes) else { continue };
        let Some(kind) = kind_of(&bundle.payload) else { continue };
        if let Some(signer) = signer_of(&bundle.material, copy.as_ref()) {
            match claims.signers.iter_mut().find(|(known, _)| *known == signer) {
                Some((_, kinds)) => _ = kinds.insert(kind),
                None => claims.signers.push((signer, BTreeSet::from([kind]))),
            }
        }
        claims.stamps.extend(
            bundle
                .stamps
                .iter()
                .filter_map(|response| stamp::claims(stamp::token_of_stored_response(response).ok()?).ok()),
        );
    }
    claims.people = people(entries);
    claims
}

fn kind_of(payload: &[u8]) -> Option<StatementKind> {
    Some(match statement::predicate_type(payload).ok()?.as_str() {
        Provenance::TYPE => StatementKind::Provenance,
        CycloneDx::TYPE => StatementKind::Sbom,
        TestResult::TYPE => StatementKind::Tests,
        Vulnerabilities::TYPE => StatementKind::Scan,
        Document::TYPE => StatementKind::Document,
        Record::TYPE => StatementKind::Record,
        GateResult::TYPE | VerificationSummary::TYPE => StatementKind::Verdict,
        Seal::TYPE => StatementKind::Seal,
        _ => return None,
    })
}

fn signer_of(material: &Material, copy: Option<&PublicKey>) -> Option<ClaimedSigner> {
    match material {
        Material::Key(digest) => {
            let pem = copy.filter(|key| key.sha256() == *digest).map(PublicKey::to_pem);
            Some(ClaimedSigner::Key { id: digest.to_hex(), pem })
        }
        Material::Certificates(chain) if certificate_holder::is_fulcio(chain) => {
            Some(ClaimedSigner::Workload(Box::new(sigstore::unverified_claims(chain.first()?)?)))
        }
        Material::Certificates(chain) => certificate_holder::subject(chain).map(ClaimedSigner::Holder),
    }
}

fn people(entries: &EntryMap<'_>) -> Vec<ClaimedPerson> {
    let files: BTreeMap<&str, &[u8]> = below(entries, APPROVALS).map(|(name, bytes)| (name.as_str(), bytes)).collect();
    let mut people: Vec<ClaimedPerson> = Vec::new();
    for (name, bytes) in &files {
        let armour = name.strip_suffix(".json").and_then(|stem| files.get(format!("{stem}.sshsig").as_str()));
        let (Some(armour), Ok(approval)) = (armour, Statement::<Approval>::decode(bytes)) else { continue };
        let Some(ssh_key) = sshsig::claimed_key(armour) else { continue };
        let place = people.iter().position(|known| known.ssh_key == ssh_key).unwrap_or_else(|| {
            people.push(ClaimedPerson {
                name: approval.predicate.printed_name.clone(),
                roles: BTreeSet::new(),
                deputy_for: BTreeSet::new(),
                ssh_key,
            });
            people.len() - 1
        });
        let Some(person) = people.get_mut(place) else { continue };
        match &approval.predicate.deputy_for {
            Some(name) => _ = person.deputy_for.insert(name.clone()),
            None => _ = person.roles.insert(approval.predicate.role.to_string()),
        }
    }
    people
}
