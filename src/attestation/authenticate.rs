//! Whose signature this is: signature, certificates, log entries and stamps of one bundle, against the
//! anchors of the trust file. What is present must verify, whether anything asks for it or not, so that no
//! byte of a bundle may change unnoticed.

use crate::model::algorithm::{AlgorithmError, Algorithms};
use crate::model::digest::Sha256Digest;
use crate::model::key::SignatureError;
use crate::model::statement::PAYLOAD_TYPE;
use crate::policy::anchors::{SigstoreInstance, StampAuthority};
use crate::policy::identity::SignerIdentity;
use crate::policy::trust::{TrustedSigner, Window};

use super::certificate_holder::{self, CertificateError, Holder};
use super::dsse;
use super::inclusion::{self, InclusionError};
use super::keyless::{self, KeylessError};
use super::sigstore::{
    self, CertificateClaims, Demands, Signed, SigstoreError, SigstoreRoot, TimeSource, TrustedTime, VerifiedStep,
};
use super::sigstore_bundle::{Material, SigstoreBundle};
use super::sshsig::same_key;
use super::stamp::{self, StampError};
use super::verify::Anchor;

/// Why a signature is nobody's that the verifier knows.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticationError {
    /// The key in the hint is not in the trust file.
    #[error("signed by a key that the trust file does not name (got {got}, expected one of {known} signers)")]
    UnknownSigner {
        /// SHA-256 of the key in the hint.
        got: Sha256Digest,
        /// Number of signers in the trust file.
        known: usize,
    },
    /// An algorithm that the trust file leaves out.
    #[error("signature does not count: {0}")]
    Algorithm(#[from] AlgorithmError),
    /// The signature does not verify.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The other signature of an ECDSA pair.
    #[error("signature is not the canonical one of its pair (expected the lower s)")]
    Malleable,
    /// A certificate, where the trust file knows no authority that could have issued it.
    #[error("signed by a certificate, and the trust file has neither [[sigstore]] nor [[certificate-root]]")]
    NoRoot,
    /// An anchor of the trust file that cannot be used.
    #[error("trusted root of {name:?} in the trust file: {error}")]
    Root {
        /// Name of the instance.
        name: String,
        /// What is wrong with it.
        error: sigstore::SigstoreRootError,
    },
    /// Certificate, log entry or stamp refused, by each instance that might have vouched for it.
    #[error("{}", refusals(.0))]
    Sigstore(Vec<(String, SigstoreError)>),
    /// The certificate's holder is not a signer.
    #[error(transparent)]
    Keyless(#[from] KeylessError),
    /// A company's certificate is refused.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A person's key with a pipeline's certificate.
    #[error("certificate is of the key of {0:?} in the roster, and persons do not sign for pipelines")]
    PersonsKey(String),
    /// A workload has one name.
    #[error("certificate of a workload has {0} names (expected 1)")]
    Names(usize),
    /// Two stamps by one authority.
    #[error("two stamps over the signature are by {0:?} (expected one of each authority)")]
    SecondStamp(String),
    /// A stamp is refused.
    #[error("stamp over the signature: {0}")]
    Stamp(#[from] StampError),
    /// A log entry's proof does not belong together.
    #[error("log entry of the signature: {0}")]
    Inclusion(#[from] InclusionError),
}

fn refusals(refused: &[(String, SigstoreError)]) -> String {
    let each: Vec<String> = refused.iter().map(|(name, error)| format!("{name}: {error}")).collect();
    each.join("; ")
}

/// A signature and whose it is.
pub(super) struct Authentic<'a> {
    pub(super) signer: &'a TrustedSigner,
    pub(super) times: Vec<TrustedTime>,
    pub(super) steps: Vec<VerifiedStep>,
    pub(super) workload: Option<CertificateClaims>,
}

/// Authenticates a bundle; `bytes` are its own.
pub(super) fn authenticate<'a>(
    bundle: &SigstoreBundle,
    bytes: &[u8],
    anchor: Anchor<'a>,
) -> Result<Authentic<'a>, AuthenticationError> {
    match &bundle.material {
        Material::Key(hint) => by_key(bundle, bytes, *hint, anchor),
        Material::Certificates(chain) => {
            let trust = anchor.trust;
            if trust.sigstore.is_empty() && trust.certificate_roots.is_empty() {
                return Err(AuthenticationError::NoRoot);
            }
            if !trust.certificate_roots.is_empty() && !certificate_holder::is_fulcio(chain) {
                return by_company_certificate(bundle, bytes, chain, anchor);
            }
            by_workload(bundle, bytes, chain, anchor)
        }
    }
}

fn by_key<'a>(
    bundle: &SigstoreBundle,
    bytes: &[u8],
    hint: Sha256Digest,
    anchor: Anchor<'a>,
) -> Result<Authentic<'a>, AuthenticationError> {
    let signers = &anchor.trust.signers;
    let unknown = || AuthenticationError::UnknownSigner { got: hint, known: signers.len() };
    let known = |signer: &&'a TrustedSigner| signer.identity.key().is_some_and(|key| key.sha256() == hint);
    let signer = signers.iter().find(known).ok_or_else(unknown)?;
    let key = signer.identity.key().ok_or_else(unknown)?;
    anchor.trust.algorithms.permit(key.signature_algorithm())?;
    key.verify(&dsse::pae(PAYLOAD_TYPE, &bundle.payload), &bundle.signature)?;
    if !key.is_canonical(&bundle.signature) {
        return Err(AuthenticationError::Malleable);
    }
    let mut steps = vec![VerifiedStep::new(
        "envelope's signature verifies",
        format!("{} key {hint} of {:?}", key.signature_algorithm(), signer.name),
    )];
    let (mut times, log_steps) = logs(bundle, bytes, &key.to_pem(), anchor)?;
    steps.extend(log_steps);
    times.extend(stamps(bundle, &anchor.trust.stamp_authorities, &anchor.trust.algorithms, &mut steps)?);
    times.sort();
    Ok(Authentic { signer, times, steps, workload: None })
}

/// Log entries of a signature by a key: one instance must know all of its logs. Stamps are left to
/// [`stamps`], which asks more of them.
fn logs(
    bundle: &SigstoreBundle,
    bytes: &[u8],
    key_pem: &str,
    anchor: Anchor<'_>,
) -> Result<(Vec<TrustedTime>, Vec<VerifiedStep>), AuthenticationError> {
    if bundle.log_entries.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let without_stamps = SigstoreBundle { stamps: Vec::new(), ..bundle.clone() };
    let encoded = without_stamps.encode();
    let bytes = if bundle.stamps.is_empty() { bytes } else { encoded.as_deref().unwrap_or(bytes) };
    let digest = anchor.batch_sha256;
    let (_, verified) = each_instance(anchor, |instance, root| {
        let demands = Demands { logs: instance.logs.max(1), sct: false, stamps: 0 };
        sigstore::verify_key(bytes, Signed::Sha256(digest.as_bytes()), root, key_pem, demands)
    })?;
    proofs(bundle)?;
    let steps = verified.steps.into_iter().filter(|step| step.what.contains("log")).collect();
    Ok((verified.times, steps))
}

/// Clients of Sigstore pass over the root hash beside a proof; here no byte may change unnoticed.
fn proofs(bundle: &SigstoreBundle) -> Result<(), InclusionError> {
    let mut with_proof = bundle.log_entries.iter().filter_map(|entry| Some((entry, entry.proof.as_ref()?)));
    with_proof.try_for_each(|(entry, proof)| inclusion::check(&entry.body, proof))
}

/// Stamps of a signature, by the rules of [`stamp::verify`].
fn stamps(
    bundle: &SigstoreBundle,
    authorities: &[StampAuthority],
    algorithms: &Algorithms,
    steps: &mut Vec<VerifiedStep>,
) -> Result<Vec<TrustedTime>, AuthenticationError> {
    let mut times = Vec::new();
    for response in &bundle.stamps {
        let token = stamp::token_of_stored_response(response)?;
        let verified = stamp::verify_with(token, &bundle.signature, authorities, algorithms)?;
        steps.push(VerifiedStep::at("signature is dated by a stamp", verified.authority.clone(), verified.time));
        // Two stamps by one authority would look like two witnesses.
        if times.iter().any(|earlier: &TrustedTime| earlier.anchor == verified.authority) {
            return Err(AuthenticationError::SecondStamp(verified.authority));
        }
        times.push(verified.into());
    }
    Ok(times)
}

fn by_company_certificate<'a>(
    bundle: &SigstoreBundle,
    bytes: &[u8],
    chain: &[Vec<u8>],
    anchor: Anchor<'a>,
) -> Result<Authentic<'a>, AuthenticationError> {
    let holder = holder(bundle, chain, anchor)?;
    holder.key.verify(&dsse::pae(PAYLOAD_TYPE, &bundle.payload), &bundle.signature)?;
    let (mut times, mut steps) = logs(bundle, bytes, &holder.key.to_pem(), anchor)?;
    times.extend(stamps(bundle, &anchor.trust.stamp_authorities, &anchor.trust.algorithms, &mut steps)?);
    times.sort();
    let (signer, held) = certificate_holder::verify(&holder, chain, &times, anchor)?;
    steps.extend(held);
    steps.push(VerifiedStep::new("envelope's signature verifies", format!("certificate of {}", holder.subject)));
    Ok(Authentic { signer, times, steps, workload: None })
}

fn by_workload<'a>(
    bundle: &SigstoreBundle,
    bytes: &[u8],
    chain: &[Vec<u8>],
    anchor: Anchor<'a>,
) -> Result<Authentic<'a>, AuthenticationError> {
    // The Sigstore crate knows more algorithms than the closed list (design rule 8).
    let holder = holder(bundle, chain, anchor)?;
    if holder.names > 1 {
        return Err(AuthenticationError::Names(holder.names));
    }
    let digest = anchor.batch_sha256;
    let (instance, (verified, authorities, issuers)) = each_instance(anchor, |instance, root| {
        let demands = Demands { logs: instance.logs, sct: instance.sct, stamps: instance.stamps };
        let verified = sigstore::verify_certificate(bytes, Signed::Sha256(digest.as_bytes()), root, demands)?;
        Ok((verified, stamp_authorities(root), root.issuers()))
    })?;
    certificate_holder::permit(chain, &issuers, &anchor.trust.algorithms)?;
    let times = times_of_workload(bundle, &verified.times, &authorities, &anchor.trust.algorithms)?;
    let claims = verified.claims.clone().unwrap_or_default();
    let candidates = anchor.trust.signers.iter().filter_map(|signer| match &signer.identity {
        SignerIdentity::Keyless(identity) if identity.root == instance.name => Some((signer, identity.as_ref())),
        _ => None,
    });
    let signer = keyless::signer_of(&claims, candidates, anchor.batch)?;
    let mut steps = verified.steps;
    steps.push(VerifiedStep::new("certificate's claims are those of the signer", format!("{:?}", signer.name)));
    Ok(Authentic { signer, times, steps, workload: Some(claims) })
}

/// Whom the first certificate names, with a key of the closed list. No key is both a pipeline's and a person's
/// (design rule 3), whatever a certificate says of it.
fn holder(bundle: &SigstoreBundle, chain: &[Vec<u8>], anchor: Anchor<'_>) -> Result<Holder, AuthenticationError> {
    let holder = certificate_holder::read(chain)?;
    anchor.trust.algorithms.permit(holder.key.signature_algorithm())?;
    if !holder.key.is_canonical(&bundle.signature) {
        return Err(AuthenticationError::Malleable);
    }
    let person = anchor
        .trust
        .persons
        .iter()
        .find(|person| person.ssh_keys.iter().any(|known| same_key(&holder.key, known.key_data())));
    match person {
        Some(person) => Err(AuthenticationError::PersonsKey(person.name.clone())),
        None => Ok(holder),
    }
}

/// Log times as they were verified, and stamps once more by our own rules: clients of Sigstore pass over certificates
/// that a stamp brings along, and a stamp ends with the certificates that vouch for it.
fn times_of_workload(
    bundle: &SigstoreBundle,
    verified: &[TrustedTime],
    authorities: &[StampAuthority],
    algorithms: &Algorithms,
) -> Result<Vec<TrustedTime>, AuthenticationError> {
    proofs(bundle)?;
    let mut times = stamps(bundle, authorities, algorithms, &mut Vec::new())?;
    times.extend(verified.iter().filter(|time| time.source == TimeSource::Log).cloned());
    times.sort();
    Ok(times)
}

fn stamp_authorities(root: &SigstoreRoot) -> Vec<StampAuthority> {
    let authority = |(name, certificates)| StampAuthority { name, certificates, window: Window::default() };
    root.timestamp_authorities().map(authority).collect()
}

/// The first instance of the trust file that vouches for the bundle.
fn each_instance<'a, T>(
    anchor: Anchor<'a>,
    verify: impl Fn(&SigstoreInstance, &SigstoreRoot) -> Result<T, SigstoreError>,
) -> Result<(&'a SigstoreInstance, T), AuthenticationError> {
    let mut refused = Vec::new();
    for instance in &anchor.trust.sigstore {
        let root = SigstoreRoot::parse(&instance.trusted_root)
            .map_err(|error| AuthenticationError::Root { name: instance.name.clone(), error })?;
        match verify(instance, &root) {
            Ok(verified) => return Ok((instance, verified)),
            Err(error) => refused.push((instance.name.clone(), error)),
        }
    }
    if refused.is_empty() { Err(AuthenticationError::NoRoot) } else { Err(AuthenticationError::Sigstore(refused)) }
}

#[cfg(test)]
mod tests {
    use super::{InclusionError, Material, SigstoreBundle, proofs};
    use crate::attestation::sigstore_bundle::{InclusionProof, LogEntry};
    use crate::model::base64;
    use crate::model::digest::{Sha256Digest, to_hex};

    /// A key-signed statement in a log of one entry, whose proof says this root hash.
    fn logged(root_hash: Option<Vec<u8>>) -> SigstoreBundle {
        let body = b"{}".to_vec();
        // RFC 9162 section 2.1.1: the hash of a leaf, which is the whole tree.
        let root = Sha256Digest::of(&[&[0], body.as_slice()].concat()).as_bytes().to_vec();
        let checkpoint = format!("log.example\n1\n{}\n\n\u{2014} log.example AAAA\n", base64::encode(&root));
        let proof = InclusionProof {
            log_index: 0,
            root_hash: root_hash.unwrap_or(root),
            tree_size: 1,
            hashes: Vec::new(),
            checkpoint,
        };
        let entry = LogEntry {
            log_index: 0,
            log_id: vec![1; 32],
            kind: "hashedrekord".to_owned(),
            version: "0.0.2".to_owned(),
            integrated_time: None,
            promise: None,
            proof: Some(proof),
            body,
        };
        SigstoreBundle {
            material: Material::Key(Sha256Digest::of(b"key")),
            log_entries: vec![entry],
            stamps: Vec::new(),
            payload: b"{}".to_vec(),
            signature: vec![1],
        }
    }

    #[test]
    fn a_log_entry_of_a_key_signed_statement_must_lead_to_the_stated_root_hash() {
        assert_eq!(proofs(&logged(None)), Ok(()));
        for other in [vec![0; 32], Vec::new(), to_hex(&[0; 16]).into_bytes()] {
            assert_eq!(proofs(&logged(Some(other))), Err(InclusionError::Root));
        }
    }
}
