//! Approvals signed as SSHSIG (openssh PROTOCOL.sshsig): verification against the roster.
//!
//! 1. the armour is read, its namespace is the approval namespace, its hash is SHA-256 or SHA-512;
//! 2. the key in it is a key of exactly one person of the roster, who is no pipeline signer;
//! 3. the signature over the statement's bytes verifies;
//! 4. the time of signing is that of its own stamp, else any time between the record's and the seal's, else
//!    the day the caller gives; the person holds the role, the printed name and meaning are the roster's and the role's, and
//!    the person's window covers that time;
//! 5. the statement is an approval of exactly this record (both subjects).
//!
//! Device, version and UDI are compared by the gate (RG-38), which knows the batch.

use crate::model::approval::{Approval, Decision, REJECTION_MEANING, SSHSIG_NAMESPACE};
use crate::model::digest::Sha256Digest;
use crate::model::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::statement::{Statement, StatementError};
use crate::model::time::Timestamp;
use crate::policy::trust::{Person, Trust};

use super::sigstore::{TrustedTime, VerifiedStep};
use super::stamp::{self, StampError};
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

/// Why an approval does not count.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Step 1.
    #[error("SSH signature cannot be read: {0}")]
    Armour(String),
    /// Step 1.
    #[error("signature was made for namespace {got:?} (expected {expected:?})")]
    Namespace {
        /// As signed.
        got: String,
        /// As needed.
        expected: &'static str,
    },
    /// Step 2.
    #[error("key {0} belongs to nobody in the roster")]
    UnknownKey(String),
    /// Step 2; no key is both pipeline and person (design rule 3).
    #[error("key {0} is a pipeline's key, which cannot approve")]
    PipelineKey(String),
    /// Step 3.
    #[error("signature of {person:?} does not verify over this statement")]
    Signature {
        /// Printed name in the roster.
        person: String,
    },
    /// Step 4.
    #[error("{person:?} does not hold the role {role:?}")]
    Role {
        /// Printed name in the roster.
        person: String,
        /// Role claimed.
        role: String,
    },
    /// Step 4.
    #[error("{person:?} is {refusal}")]
    Window {
        /// Printed name in the roster.
        person: String,
        /// What the window says.
        refusal: String,
    },
    /// Step 4.
    #[error("stamp over the approval: {0}")]
    Stamp(#[from] StampError),
    /// Step 5.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Step 4: a signature whose printed meaning is not that of its role (11.50(a)(3)).
    #[error("approval states the meaning {got:?} (expected {expected:?})")]
    Meaning {
        /// As signed.
        got: String,
        /// What the role and the decision mean.
        expected: String,
    },
    /// Step 5: a signature that was made for another record.
    #[error("approval was made for another record ({what}: got {got}, expected {expected})")]
    OtherRecord {
        /// Which binding differs.
        what: &'static str,
        /// As signed.
        got: String,
        /// As judged.
        expected: String,
    },
    /// Step 5.
    #[error("approval prints the name {got:?} (the roster says {expected:?})")]
    PrintedName {
        /// As signed.
        got: String,
        /// In the roster.
        expected: String,
    },
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
    let person = signer(statement, armour, SSHSIG_NAMESPACE, trust)?;
    let times = stamp.map(|response| dated(response, armour, trust)).transpose()?.into_iter().collect::<Vec<_>>();
    let approval = Statement::<Approval>::decode(statement)?;
    authorise(&approval.predicate, person)?;
    within(person, &times, when)?;
    bind(&approval, binding)?;
    let steps = vec![VerifiedStep::new("SSH signature verifies", format!("key of {:?} in the roster", person.name))];
    let origin = Origin { signer: person.name.clone(), times, steps, workload: None };
    Ok(Verified::new(approval, origin, Sha256Digest::of(statement), Sha256Digest::of(armour)))
}

/// Steps 1 to 3: the person of the roster whose key signed exactly these bytes in this namespace.
pub(super) fn signer<'t>(
    statement: &[u8],
    armour: &[u8],
    namespace: &'static str,
    trust: &'t Trust,
) -> Result<&'t Person, ApprovalError> {
    let signature = read_armour(armour, namespace)?;
    let person = person_of(signature.public_key(), trust)?;
    let key = ssh_key::PublicKey::from(signature.public_key().clone());
    key.verify(namespace, statement, &signature)
        .map_err(|_| ApprovalError::Signature { person: person.name.clone() })?;
    Ok(person)
}

fn dated(response: &[u8], armour: &[u8], trust: &Trust) -> Result<TrustedTime, ApprovalError> {
    let token = stamp::token_of_stored_response(response)?;
    Ok(stamp::verify(token, armour, &trust.stamp_authorities)?.into())
}

fn within(person: &Person, times: &[TrustedTime], when: When<'_>) -> Result<(), ApprovalError> {
    let day = |time: &Timestamp| time.in_utc().date();
    let days = match (times, when.between) {
        ([], None) => vec![when.day.to_owned()],
        ([], Some((from, until))) => vec![day(&from), day(&until)],
        (times, _) => times.iter().map(|time| day(&time.time)).collect(),
    };
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

fn authorise(approval: &Approval, person: &Person) -> Result<(), ApprovalError> {
    if !person.roles.contains(&approval.role) {
        return Err(ApprovalError::Role { person: person.name.clone(), role: approval.role.to_string() });
    }
    if approval.printed_name != person.name {
        return Err(ApprovalError::PrintedName { got: approval.printed_name.clone(), expected: person.name.clone() });
    }
    let meaning = match approval.decision {
        Decision::Approved => approval.role.meaning(),
        Decision::Rejected => REJECTION_MEANING.to_owned(),
    };
    if approval.meaning != meaning {
        return Err(ApprovalError::Meaning { got: approval.meaning.clone(), expected: meaning });
    }
    Ok(())
}

fn bind(approval: &Statement<Approval>, binding: RecordBinding) -> Result<(), ApprovalError> {
    for (what, expected) in [(RECORD_ENTRY, binding.record), (RECORD_SIGNED_ENTRY, binding.record_signed)] {
        let got = approval.subject_digest(what);
        if got != Some(expected) {
            let got = got.map_or_else(|| "no digest".to_owned(), |digest| digest.to_string());
            return Err(ApprovalError::OtherRecord { what, got, expected: expected.to_string() });
        }
    }
    Ok(())
}
