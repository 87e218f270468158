//! Verification of Sigstore bundles, our own and foreign ones, against a `trusted_root.json`.
//!
//! The cryptography and the order of steps are those of the Sigstore client specification
//! (<https://github.com/sigstore/architecture-docs/blob/main/client-spec.md>, section 4, Verification),
//! done by the Sigstore project's own crate. What that crate leaves to its caller is done here: every
//! statement of authority (whose identity, how many logs), and the record of what held against which anchor.

use sigstore_trust_root::TrustedRoot;
use sigstore_types::{Artifact, Bundle, DerPublicKey, HashAlgorithm};
use sigstore_verify::{PublicKeyVerificationPolicy, VerificationPolicy, VerificationResult, Verifier};

use crate::model::json;

mod claims;
mod steps;

pub use claims::{CertificateClaims, Subject};
pub use steps::{TimeSource, TrustedTime, VerifiedStep};

/// Largest bundle, in bytes.
pub const MAX_BUNDLE: usize = 256 << 20;

/// A trusted root whose keys and certificates were all read.
pub struct SigstoreRoot {
    root: TrustedRoot,
    verifier: Verifier,
}

impl std::fmt::Debug for SigstoreRoot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "SigstoreRoot({} authorities, {} logs, {} certificate logs, {} timestamp authorities)",
            self.root.certificate_authorities.len(),
            self.root.tlogs.len(),
            self.root.ctlogs.len(),
            self.root.timestamp_authorities.len()
        )
    }
}

/// Why bytes are no trusted root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("trusted root cannot be used: {0}")]
pub struct SigstoreRootError(String);

impl SigstoreRoot {
    /// Reads a `trusted_root.json` (sigstore_trustroot.proto, TrustedRoot).
    ///
    /// # Errors
    /// [`SigstoreRootError`] for anything malformed in it, whether this bundle needs it or not.
    pub fn parse(bytes: &[u8]) -> Result<Self, SigstoreRootError> {
        let refused = |error: &dyn std::fmt::Display| SigstoreRootError(error.to_string());
        json::check_foreign(bytes).map_err(|error| refused(&error))?;
        let text = std::str::from_utf8(bytes).map_err(|error| refused(&error))?;
        let root = TrustedRoot::from_json(text).map_err(|error| refused(&error))?;
        let verifier = Verifier::new(&root).map_err(|error| refused(&error))?;
        Ok(Self { root, verifier })
    }

    /// The public-good instance as this version knows it; only `conformance` falls back to it.
    ///
    /// # Errors
    /// [`SigstoreRootError`] when the built-in copy cannot be read.
    pub fn embedded() -> Result<Self, SigstoreRootError> {
        Self::parse(sigstore_trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT.as_bytes())
    }

    /// The staging instance as this version knows it; for `conformance` only.
    ///
    /// # Errors
    /// [`SigstoreRootError`] when the built-in copy cannot be read.
    pub fn staging() -> Result<Self, SigstoreRootError> {
        Self::parse(sigstore_trust_root::SIGSTORE_STAGING_TRUSTED_ROOT.as_bytes())
    }

    /// What a bundle must show under this root: a log where the root or the bundle knows one, else a stamp; a
    /// certificate-log timestamp where the root or the certificate knows one (GitHub's instance for private
    /// repositories has neither). Nothing that is there is passed over.
    #[must_use]
    pub fn demands(&self, bundle: &[u8]) -> Demands {
        let parsed = parse(bundle).ok();
        let has_entries = parsed.as_ref().is_some_and(|bundle| !bundle.verification_material.tlog_entries.is_empty());
        let logged = has_entries || !self.root.tlogs.is_empty();
        let certificate = parsed.as_ref().and_then(Bundle::signing_certificate);
        let has_sct = certificate.is_some_and(|certificate| claims::has_sct(certificate.as_bytes()));
        Demands {
            logs: usize::from(logged),
            sct: has_sct || !self.root.ctlogs.is_empty(),
            stamps: usize::from(!logged),
        }
    }

    /// Certificates of the instance's authorities for signers, DER.
    #[must_use]
    pub fn issuers(&self) -> Vec<Vec<u8>> {
        let chains = self.root.certificate_authorities.iter().flat_map(|authority| &authority.cert_chain.certificates);
        chains.map(|certificate| certificate.raw_bytes.as_bytes().to_vec()).collect()
    }

    /// Certificate chains of the timestamp authorities, DER, each with the URI or subject it is known by.
    pub fn timestamp_authorities(&self) -> impl Iterator<Item = (String, Vec<Vec<u8>>)> {
        self.root.timestamp_authorities.iter().map(|authority| {
            let chain = authority.cert_chain.certificates.iter().map(|c| c.raw_bytes.as_bytes().to_vec()).collect();
            (authority.uri.clone().unwrap_or_else(|| "timestamp authority of the trusted root".to_owned()), chain)
        })
    }
}

/// Key ids, in hexadecimal, of the transparency logs of the public-good instance, as this version knows it.
#[must_use]
pub fn public_logs() -> Vec<String> {
    let root = SigstoreRoot::embedded().map(|root| root.root);
    let logs = root.map(|root| root.tlogs).unwrap_or_default();
    let id = |log: &sigstore_trust_root::TransparencyLog| crate::model::digest::to_hex(log.log_id.key_id.as_bytes());
    logs.iter().map(id).collect()
}

/// What a certificate says of its holder, believed by nobody: for showing.
#[must_use]
pub fn unverified_claims(der: &[u8]) -> Option<CertificateClaims> {
    let certificate = sigstore_types::DerCertificate::new(der.to_vec());
    sigstore_crypto::parse_certificate_info(&certificate).ok().map(|certificate| CertificateClaims::of(&certificate))
}

/// What a signature is over.
#[derive(Debug, Clone, Copy)]
pub enum Signed<'a> {
    /// A file's bytes.
    Bytes(&'a [u8]),
    /// A file's SHA-256.
    Sha256(&'a [u8; 32]),
    /// A file's SHA-512.
    Sha512(&'a [u8; 64]),
}

/// How much the logs must say. What is present must verify whatever is demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demands {
    /// Distinct transparency logs that must include the signature.
    pub logs: usize,
    /// Whether the certificate must carry a certificate-transparency timestamp.
    pub sct: bool,
    /// Distinct stamps that must date the signature.
    pub stamps: usize,
}

/// A signature that verified. The signer is known, not yet authorised: that is the caller's decision.
#[derive(Debug, Clone)]
pub struct SigstoreVerification {
    /// What the certificate says of its holder; `None` for a key that the verifier gave.
    pub claims: Option<CertificateClaims>,
    /// Times that logs and timestamp authorities vouch for, the earliest first.
    pub times: Vec<TrustedTime>,
    /// What held, in order.
    pub steps: Vec<VerifiedStep>,
}

/// Why a bundle is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigstoreError {
    /// Not a bundle.
    #[error("Sigstore bundle cannot be read: {0}")]
    Malformed(String),
    /// A step of the client specification failed.
    #[error("{0}")]
    Refused(String),
    /// Fewer witnesses than demanded.
    #[error("signature has {got} {what} (expected at least {expected})")]
    TooFew {
        /// Log entries or stamps.
        what: &'static str,
        /// Distinct ones that verified.
        got: usize,
        /// Demanded.
        expected: usize,
    },
    /// The key given is none.
    #[error("public key cannot be read: {0}")]
    Key(String),
}

/// Verifies a bundle that a certificate signed. Whose certificate it may be is not decided here.
///
/// # Errors
/// [`SigstoreError`] with the first step that fails.
pub fn verify_certificate(
    bundle: &[u8],
    signed: Signed<'_>,
    root: &SigstoreRoot,
    demands: Demands,
) -> Result<SigstoreVerification, SigstoreError> {
    let bundle = parse(bundle)?;
    let mut policy = VerificationPolicy::any_identity();
    if demands.logs == 0 && is_unlogged(&bundle) {
        policy = policy.skip_tlog_unsafe();
    }
    if !demands.sct {
        policy = policy.skip_sct();
    }
    let result = root.verifier.verify(artifact(signed)?, &bundle, &policy).map_err(|error| refused(&error))?;
    // The crate's own policy could be relaxed by a later version; what was asked for must be in the answer.
    if !result.certificate_verified() || (demands.sct && !result.sct_verified()) {
        return Err(SigstoreError::Refused("certificate was not verified".to_owned()));
    }
    let claims = result.certificate().map(CertificateClaims::of);
    finish(&bundle, &result, claims, demands)
}

/// Verifies a bundle that a key signed which the verifier gives (PEM, SubjectPublicKeyInfo).
///
/// # Errors
/// [`SigstoreError`] with the first step that fails.
pub fn verify_key(
    bundle: &[u8],
    signed: Signed<'_>,
    root: &SigstoreRoot,
    key_pem: &str,
    demands: Demands,
) -> Result<SigstoreVerification, SigstoreError> {
    let bundle = parse(bundle)?;
    let key = DerPublicKey::from_pem(key_pem).map_err(|error| SigstoreError::Key(error.to_string()))?;
    let mut policy = PublicKeyVerificationPolicy::new(key);
    if demands.logs == 0 && is_unlogged(&bundle) {
        policy = policy.skip_tlog_unsafe();
    }
    let result = root.verifier.verify(artifact(signed)?, &bundle, &policy).map_err(|error| refused(&error))?;
    finish(&bundle, &result, None, demands)
}

fn parse(bytes: &[u8]) -> Result<Bundle, SigstoreError> {
    let malformed = |error: &dyn std::fmt::Display| SigstoreError::Malformed(error.to_string());
    if bytes.len() > MAX_BUNDLE {
        return Err(SigstoreError::Malformed(format!("it has {} bytes (expected at most {MAX_BUNDLE})", bytes.len())));
    }
    json::check_foreign(bytes).map_err(|error| malformed(&error))?;
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(&error))?;
    Bundle::from_json(text).map_err(|error| malformed(&error))
}

/// An entry that is there must verify although nobody asked for one.
const fn is_unlogged(bundle: &Bundle) -> bool {
    bundle.verification_material.tlog_entries.is_empty()
}

fn artifact(signed: Signed<'_>) -> Result<Artifact<'_>, SigstoreError> {
    let digest = |algorithm, bytes: &[u8]| {
        sigstore_types::ArtifactDigest::new(algorithm, bytes.to_vec())
            .map(Artifact::from_digest)
            .map_err(|error| SigstoreError::Refused(error.to_string()))
    };
    match signed {
        Signed::Bytes(bytes) => Ok(Artifact::from(bytes)),
        Signed::Sha256(bytes) => digest(HashAlgorithm::Sha2256, bytes),
        Signed::Sha512(bytes) => digest(HashAlgorithm::Sha2512, bytes),
    }
}

/// The crate's error with its causes, on one line.
fn refused(error: &dyn std::error::Error) -> SigstoreError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    SigstoreError::Refused(text)
}

fn finish(
    bundle: &Bundle,
    result: &VerificationResult,
    claims: Option<CertificateClaims>,
    demands: Demands,
) -> Result<SigstoreVerification, SigstoreError> {
    let verified_logs = if result.tlog_verified() { steps::distinct_logs(bundle) } else { 0 };
    at_least("transparency log entries that verify", verified_logs, demands.logs)?;
    let times = steps::times(bundle, result)?;
    let stamps = times.iter().filter(|time| time.source == TimeSource::Stamp).count();
    at_least("stamps that verify", stamps, demands.stamps)?;
    let steps = steps::steps(bundle, result, claims.as_ref(), &times);
    Ok(SigstoreVerification { claims, times, steps })
}

fn at_least(what: &'static str, got: usize, expected: usize) -> Result<(), SigstoreError> {
    if got < expected { Err(SigstoreError::TooFew { what, got, expected }) } else { Ok(()) }
}
