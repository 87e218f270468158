//! Statements that a person signs as a Sigstore bundle, with the person's SSH key over the DSSE envelope (addenda).
//!
//! 1. the bundle is read strictly, and names a key;
//! 2. the key is one of a person of the roster, and no pipeline's;
//! 3. the envelope's signature verifies, and is the canonical one of its pair; stamps over it verify;
//! 4. the person's window covers its times, or without any the day that is given;
//! 5. the payload is a statement of exactly the expected predicate type;
//! 6. `batch.json` is a subject with the digest of the batch being judged.

use ssh_key::public::KeyData;

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::key::PublicKey;
use crate::model::statement::{PAYLOAD_TYPE, Predicate, Statement};
use crate::policy::trust::{Person, Trust};

use super::dsse;
use super::sigstore::VerifiedStep;
use super::sigstore_bundle::{Material, SigstoreBundle};
use super::sshsig::ApprovalError;
use super::stamp;
use super::verified::{Origin, Verified};
use super::verify::{Anchor, VerificationError};

/// Why a person's statement does not count.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// Steps 1, 5 and 6.
    #[error(transparent)]
    Statement(#[from] VerificationError),
    /// Step 1.
    #[error("signed by a certificate or entered in a log (expected a person's own key, and stamps only)")]
    NotByKey,
    /// Steps 2 and 4.
    #[error(transparent)]
    Person(#[from] ApprovalError),
    /// Step 3.
    #[error("signature of {0:?} does not verify over this statement")]
    Signature(String),
}

/// The accepted public key that an SSH key is; `None` for other algorithms.
#[must_use]
pub fn public_key(ssh: &KeyData) -> Option<PublicKey> {
    use ssh_key::public::EcdsaPublicKey;
    match ssh {
        KeyData::Ed25519(key) => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&key.0).ok()?;
            (!key.is_weak()).then_some(PublicKey::Ed25519(key))
        }
        KeyData::Ecdsa(EcdsaPublicKey::NistP256(point)) => {
            p256::ecdsa::VerifyingKey::from_encoded_point(point).ok().map(PublicKey::P256)
        }
        KeyData::Ecdsa(EcdsaPublicKey::NistP384(point)) => {
            p384::ecdsa::VerifyingKey::from_encoded_point(point).ok().map(PublicKey::P384)
        }
        _ => None,
    }
}

/// Verifies a bundle that a person signed.
///
/// # Errors
/// [`PersonError`] with the first step that fails.
pub fn verify_by_person<'a, P: Predicate>(
    bundle: &[u8],
    anchor: Anchor<'a>,
) -> Result<(Verified<Statement<P>>, &'a Person), PersonError> {
    let parsed = SigstoreBundle::decode(bundle).map_err(VerificationError::from)?;
    let Material::Key(hint) = parsed.material else { return Err(PersonError::NotByKey) };
    if !parsed.log_entries.is_empty() {
        return Err(PersonError::NotByKey);
    }
    let (person, key) = holder(hint, anchor.trust)?;
    anchor
        .trust
        .algorithms
        .permit(key.signature_algorithm())
        .map_err(|error| ApprovalError::Algorithm { person: person.name.clone(), error })?;
    let message = dsse::pae(PAYLOAD_TYPE, &parsed.payload);
    if key.verify(&message, &parsed.signature).is_err() || !key.is_canonical(&parsed.signature) {
        return Err(PersonError::Signature(person.name.clone()));
    }
    let mut times = Vec::new();
    for response in &parsed.stamps {
        let token = stamp::token_of_stored_response(response).map_err(ApprovalError::from)?;
        let stamped =
            stamp::verify_with(token, &parsed.signature, &anchor.trust.stamp_authorities, &anchor.trust.algorithms);
        times.push(stamped.map_err(ApprovalError::from)?.into());
    }
    times.sort();
    let days = if times.is_empty() {
        vec![anchor.day.to_owned()]
    } else {
        times.iter().map(|time: &super::sigstore::TrustedTime| time.time.in_utc().date()).collect()
    };
    if let Some(refusal) = days.iter().find_map(|day| person.window.refusal(day)) {
        return Err(ApprovalError::Window { person: person.name.clone(), refusal }.into());
    }
    let statement = Statement::<P>::decode(&parsed.payload).map_err(VerificationError::from)?;
    bind(&statement, anchor.batch_sha256)?;
    let steps =
        vec![VerifiedStep::new("envelope's signature verifies", format!("key of {:?} in the roster", person.name))];
    let origin = Origin { signer: person.name.clone(), times, steps, workload: None };
    Ok((Verified::new(statement, origin, Sha256Digest::of(&parsed.payload), Sha256Digest::of(bundle)), person))
}

fn holder(hint: Sha256Digest, trust: &Trust) -> Result<(&Person, PublicKey), ApprovalError> {
    if trust.signers.iter().any(|signer| signer.identity.key().is_some_and(|key| key.sha256() == hint)) {
        return Err(ApprovalError::PipelineKey(hint.to_string()));
    }
    let keys = trust.persons.iter().flat_map(|person| person.ssh_keys.iter().map(move |key| (person, key)));
    keys.filter_map(|(person, key)| Some((person, public_key(key.key_data())?)))
        .find(|(_, key)| key.sha256() == hint)
        .ok_or_else(|| ApprovalError::UnknownKey(hint.to_string()))
}

fn bind<P: Predicate>(statement: &Statement<P>, expected: Sha256Digest) -> Result<(), VerificationError> {
    let got = statement.subject_digest(BATCH_ENTRY);
    if got == Some(expected) {
        return Ok(());
    }
    let got = got.map_or_else(|| "no digest".to_owned(), |digest| digest.to_string());
    Err(VerificationError::OtherBatch { got, expected })
}
