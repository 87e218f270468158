//! The proof type of the product: a value that came out of a verified signature.

use std::ops::Deref;

use crate::model::digest::Sha256Digest;
use crate::model::time::Timestamp;

use super::sigstore::{TrustedTime, VerifiedStep};

/// Whose signature, when, and how that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Name of the signer in the verifier's trust file.
    pub signer: String,
    /// Times that stamps and logs vouch for, the earliest first.
    pub times: Vec<TrustedTime>,
    /// What held, in order.
    pub steps: Vec<VerifiedStep>,
}

impl Origin {
    /// The earliest trusted time: the signature existed then.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.times.iter().map(|time| time.time).min()
    }

    /// Key ids, in hexadecimal, of the transparency logs that hold an entry of the signature.
    pub fn logs(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(VerifiedStep::log)
    }
}

/// A `T` whose signature was verified against an anchor of the verifier.
///
/// The fields are private and the constructor is visible in `attestation` only:
///
/// ```compile_fail
/// use batchseal::attestation::verified::Verified;
/// use batchseal::model::digest::Sha256Digest;
/// let digest = Sha256Digest::of(b"");
/// let origin = todo!();
/// let forged = Verified { value: 1, origin, payload_sha256: digest, bundle_sha256: digest };
/// ```
#[derive(Debug, Clone)]
pub struct Verified<T> {
    value: T,
    origin: Origin,
    payload_sha256: Sha256Digest,
    bundle_sha256: Sha256Digest,
}

impl<T> Verified<T> {
    pub(in crate::attestation) const fn new(
        value: T,
        origin: Origin,
        payload_sha256: Sha256Digest,
        bundle_sha256: Sha256Digest,
    ) -> Self {
        Self { value, origin, payload_sha256, bundle_sha256 }
    }

    /// Name of the signer in the verifier's trust file.
    #[must_use]
    pub fn signer(&self) -> &str {
        &self.origin.signer
    }

    /// Whose signature, when, and how that was verified.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// SHA-256 of the signed statement's bytes.
    #[must_use]
    pub const fn payload_sha256(&self) -> Sha256Digest {
        self.payload_sha256
    }

    /// SHA-256 of the file that carries the signature (Sigstore bundle or SSHSIG).
    #[must_use]
    pub const fn bundle_sha256(&self) -> Sha256Digest {
        self.bundle_sha256
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
