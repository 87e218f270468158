//! Approvals signed as SSHSIG (openssh PROTOCOL.sshsig): verification against the roster.
//!
//! 1. the armour is read, its namespace is the approval namespace, its hash is SHA-256 or SHA-512;
//! 2. the key in it is a key of exactly one person of the roster, who is no pipeline signer;
//! 3. the signature over the statement's bytes verifies;
//! 4. the time of signing is that of its own stamp, which is there if the statement says so, else any time between
//!    the record's and the seal's, else the day the caller gives; the person holds the role or is the deputy of a
//!    person who does, the printed name and meaning are the roster's and the role's, and
//!    the person's window covers that time;
//! 5. the statement is an approval of exactly this record (both subjects).
//!
//! Device, version and UDI are compared by the gate (RG-38), which knows the batch.

use crate::model::algorithm::SignatureAlgorithm;
use crate::model::approval::{Approval, SSHSIG_NAMESPACE};
use crate::model::digest::Sha256Digest;
use crate::model::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::statement::{Predicate, Statement};
use crate::model::time::Timestamp;
use crate::policy::trust::{Deputyship, Person, Trust};

pub use super::approval_error::ApprovalError;
use super::sigstore::{TrustedTime, VerifiedStep};
use super::stamp;
use super::verified::{Origin, Verified};

/// The record that approvals must be about.
#[derive(Debug, Clone, Copy)]
pub struct RecordBinding {
    /// SHA-256 of `record.json`.
    pub record: Sha256Digest,
    /// SHA-256 of `record.sigstore.json`.
    pub record_signed: Sha256Digest,
}

/// An approval whose signature, person and record were verified.
pub type VerifiedApproval = Verified<Statement<Approval>>;

/// When an approval may have been signed, as far as others than its signer say so.
#[derive(Debug, Clone, Copy)]
pub struct When<'a> {
    /// Day (`YYYY-MM-DD`, UTC) at which the person must be valid where nothing dates the approval.
    pub day: &'a str,
    /// Trusted times before and after: the record's and the seal's, or the clock of who seals.
    pub between: Option<(Timestamp, Timestamp)>,
}

/// Verifies one approval.
///
/// `statement` is the bytes of `<name>.json`, `armour` those of `<name>.sshsig`, `stamp` those of `<name>.tsr`, a
/// TimeStampResp over the armour's.
///
/// # Errors
/// [`ApprovalError`] with the first step that fails.
pub fn verify_approval(
    statement: &[u8],
    armour: &[u8],
    stamp: Option<&[u8]>,
    binding: RecordBinding,
    trust: &Trust,
    when: When<'_>,
) -> Result<VerifiedApproval, ApprovalError> {
    let signed = by_person(statement, armour, stamp, trust)?;
    let approval = Statement::<Approval>::decode(statement)?;
    let said = &approval.predicate;
    is_printed(&said.printed_name, signed.person)?;
    let deputyship = authorise(said, signed.person, trust)?;
    is_meant(&said.meaning, Approval::meaning_of(&said.role, said.decision, said.deputy_for.as_deref()))?;
    is_stamped(said.stamped, &signed.times)?;
    let days = days(&signed.times, when);
    within(signed.person, &days)?;
    if let Some(refusal) = deputyship.and_then(|deputy| days.iter().find_map(|day| deputy.window.refusal(day))) {
        let principal = said.deputy_for.clone().unwrap_or_default();
        return Err(ApprovalError::DeputyWindow { person: signed.person.name.clone(), principal, refusal });
    }
    bind(&approval, binding)?;
    Ok(signed.verified(approval, statement, armour))
}

/// A person's signature that verifies; what it is over is still to be judged.
pub(super) struct Signed<'t> {
    pub(super) person: &'t Person,
    pub(super) times: Vec<TrustedTime>,
    step: VerifiedStep,
}

impl Signed<'_> {
    pub(super) fn verified<T>(self, statement: T, bytes: &[u8], armour: &[u8]) -> Verified<T> {
        let origin =
            Origin { signer: self.person.name.clone(), times: self.times, steps: vec![self.step], workload: None };
        Verified::new(statement, origin, Sha256Digest::of(bytes), Sha256Digest::of(armour))
    }
}

/// Steps 1 to 3, and the stamp where there is one.
pub(super) fn by_person<'t>(
    statement: &[u8],
    armour: &[u8],
    stamp: Option<&[u8]>,
    trust: &'t Trust,
) -> Result<Signed<'t>, ApprovalError> {
    let (person, algorithm) = signer_with(statement, armour, SSHSIG_NAMESPACE, trust)?;
    let times = stamp.map(|response| dated(response, armour, trust)).transpose()?.into_iter().collect();
    let step =
        VerifiedStep::new("SSH signature verifies", format!("{algorithm} key of {:?} in the roster", person.name));
    Ok(Signed { person, times, step })
}

fn permit(key: &ssh_key::public::KeyData, person: &Person, trust: &Trust) -> Result<(), ApprovalError> {
    let permitted = algorithm_of(key).map_or(Ok(()), |algorithm| trust.algorithms.permit(algorithm));
    permitted.map_err(|error| ApprovalError::Algorithm { person: person.name.clone(), error })
}

/// Steps 1 to 3: the person of the roster whose key signed exactly these bytes in this namespace.
pub(super) fn signer<'t>(
    statement: &[u8],
    armour: &[u8],
    namespace: &'static str,
    trust: &'t Trust,
) -> Result<&'t Person, ApprovalError> {
    signer_with(statement, armour, namespace, trust).map(|(person, _)| person)
}

/// The same with the word of the algorithm.
fn signer_with<'t>(
    statement: &[u8],
    armour: &[u8],
    namespace: &'static str,
    trust: &'t Trust,
) -> Result<(&'t Person, &'static str), ApprovalError> {
    let signature = read_armour(armour, namespace)?;
    let person = person_of(signature.public_key(), trust)?;
    permit(signature.public_key(), person, trust)?;
    let key = ssh_key::PublicKey::from(signature.public_key().clone());
    key.verify(namespace, statement, &signature)
        .map_err(|_| ApprovalError::Signature { person: person.name.clone() })?;
    Ok((person, algorithm_of(signature.public_key()).map_or("unlisted", SignatureAlgorithm::as_str)))
}

fn dated(response: &[u8], armour: &[u8], trust: &Trust) -> Result<TrustedTime, ApprovalError> {
    let token = stamp::token_of_stored_response(response)?;
    Ok(stamp::verify_with(token, armour, &trust.stamp_authorities, &trust.algorithms)?.into())
}

/// Days at which the person must be valid.
pub(super) fn days(times: &[TrustedTime], when: When<'_>) -> Vec<String> {
    let day = |time: &Timestamp| time.in_utc().date();
    match (times, when.between) {
        ([], None) => vec![when.day.to_owned()],
        ([], Some((from, until))) => vec![day(&from), day(&until)],
        (times, _) => times.iter().map(|time| day(&time.time)).collect(),
    }
}

pub(super) fn within(person: &Person, days: &[String]) -> Result<(), ApprovalError> {
    match days.iter().find_map(|day| person.window.refusal(day)) {
        Some(refusal) => Err(ApprovalError::Window { person: person.name.clone(), refusal }),
        None => Ok(()),
    }
}

/// The key in an armoured signature, as one OpenSSH line: a claim, for showing.
#[must_use]
pub fn claimed_key(armour: &[u8]) -> Option<String> {
    let signature = read_armour(armour, SSHSIG_NAMESPACE).ok()?;
    ssh_key::PublicKey::from(signature.public_key().clone()).to_openssh().ok()
}

fn read_armour(armour: &[u8], expected: &'static str) -> Result<ssh_key::SshSig, ApprovalError> {
    let signature = ssh_key::SshSig::from_pem(armour).map_err(|error| ApprovalError::Armour(error.to_string()))?;
    if signature.namespace() == expected {
        Ok(signature)
    } else {
        Err(ApprovalError::Namespace { got: signature.namespace().chars().take(80).collect(), expected })
    }
}

/// Step 2: the person of the roster whose key this is, and no pipeline's.
///
/// # Errors
/// [`ApprovalError::UnknownKey`] and [`ApprovalError::PipelineKey`].
pub fn person_of<'a>(key: &ssh_key::public::KeyData, trust: &'a Trust) -> Result<&'a Person, ApprovalError> {
    let fingerprint = || key.fingerprint(ssh_key::HashAlg::Sha256).to_string();
    if trust.signers.iter().any(|signer| signer.identity.key().is_some_and(|known| same_key(known, key))) {
        return Err(ApprovalError::PipelineKey(fingerprint()));
    }
    trust
        .persons
        .iter()
        .find(|person| person.ssh_keys.iter().any(|known| known.key_data() == key))
        .ok_or_else(|| ApprovalError::UnknownKey(fingerprint()))
}

/// The algorithm of signatures by an SSH key; `None` for keys that a roster cannot hold.
#[must_use]
pub fn algorithm_of(key: &ssh_key::public::KeyData) -> Option<SignatureAlgorithm> {
    use ssh_key::public::{EcdsaPublicKey, KeyData};
    match key {
        KeyData::Ed25519(_) => Some(SignatureAlgorithm::Ed25519),
        KeyData::Ecdsa(EcdsaPublicKey::NistP256(_)) => Some(SignatureAlgorithm::EcdsaP256Sha256),
        KeyData::Ecdsa(EcdsaPublicKey::NistP384(_)) => Some(SignatureAlgorithm::EcdsaP384Sha384),
        _ => None,
    }
}

/// Whether an SSH key is the same key as a pipeline's.
#[must_use]
pub fn same_key(pipeline: &crate::model::key::PublicKey, ssh: &ssh_key::public::KeyData) -> bool {
    use crate::model::key::PublicKey;
    use ssh_key::public::{EcdsaPublicKey, KeyData};
    match (pipeline, ssh) {
        (PublicKey::Ed25519(key), KeyData::Ed25519(ssh)) => key.as_bytes() == &ssh.0,
        (PublicKey::P256(key), KeyData::Ecdsa(EcdsaPublicKey::NistP256(ssh))) => key.to_encoded_point(false) == *ssh,
        (PublicKey::P384(key), KeyData::Ecdsa(EcdsaPublicKey::NistP384(ssh))) => key.to_encoded_point(false) == *ssh,
        _ => false,
    }
}

/// The person's own role, or that of somebody whose deputy they are: then with the deputyship.
fn authorise<'t>(
    approval: &Approval,
    person: &'t Person,
    trust: &Trust,
) -> Result<Option<&'t Deputyship>, ApprovalError> {
    let holds = |holder: &Person| {
        let role = approval.role.to_string();
        let missing = ApprovalError::Role { person: holder.name.clone(), role };
        if holder.roles.contains(&approval.role) { Ok(()) } else { Err(missing) }
    };
    let Some(principal) = &approval.deputy_for else { return holds(person).map(|()| None) };
    let none = || ApprovalError::NoDeputy { person: person.name.clone(), principal: principal.clone() };
    let deputyship = person.deputy_for.iter().find(|deputy| deputy.name == *principal).ok_or_else(none)?;
    holds(trust.person(principal).ok_or_else(none)?)?;
    Ok(Some(deputyship))
}

pub(super) fn is_printed(name: &str, person: &Person) -> Result<(), ApprovalError> {
    if name == person.name {
        return Ok(());
    }
    Err(ApprovalError::PrintedName { got: name.to_owned(), expected: person.name.clone() })
}

pub(super) fn is_meant(meaning: &str, expected: String) -> Result<(), ApprovalError> {
    if meaning == expected { Ok(()) } else { Err(ApprovalError::Meaning { got: meaning.to_owned(), expected }) }
}

/// A stamp lies beside the signature, where it can get lost; that it was asked for stands under it.
pub(super) fn is_stamped(asked: bool, times: &[TrustedTime]) -> Result<(), ApprovalError> {
    if asked && times.is_empty() { Err(ApprovalError::StampMissing) } else { Ok(()) }
}

pub(super) fn bind<P: Predicate>(approval: &Statement<P>, binding: RecordBinding) -> Result<(), ApprovalError> {
    for (what, expected) in [(RECORD_ENTRY, binding.record), (RECORD_SIGNED_ENTRY, binding.record_signed)] {
        let got = approval.subject_digest(what);
        if got != Some(expected) {
            let got = got.map_or_else(|| "no digest".to_owned(), |digest| digest.to_string());
            return Err(ApprovalError::OtherRecord { what, got, expected: expected.to_string() });
        }
    }
    Ok(())
}
