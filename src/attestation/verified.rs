//! The proof type of the product: a value that came out of a verified signature.

use std::ops::Deref;

use crate::model::digest::Sha256Digest;

/// A `T` whose signature was verified against an anchor of the verifier.
///
/// The fields are private and the constructor is visible in `attestation` only:
///
/// ```compile_fail
/// use batchseal::attestation::verified::Verified;
/// use batchseal::model::digest::Sha256Digest;
/// let digest = Sha256Digest::of(b"");
/// let forged = Verified { value: 1, signer: String::new(), payload_sha256: digest, bundle_sha256: digest };
/// ```
#[derive(Debug, Clone)]
pub struct Verified<T> {
    value: T,
    signer: String,
    payload_sha256: Sha256Digest,
    bundle_sha256: Sha256Digest,
}

impl<T> Verified<T> {
    pub(in crate::attestation) const fn new(
        value: T,
        signer: String,
        payload_sha256: Sha256Digest,
        bundle_sha256: Sha256Digest,
    ) -> Self {
        Self { value, signer, payload_sha256, bundle_sha256 }
    }

    /// Name of the signer in the verifier's trust file.
    #[must_use]
    pub fn signer(&self) -> &str {
        &self.signer
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
