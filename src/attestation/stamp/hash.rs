//! The digests that stamps may use: SHA-256, SHA-384 and SHA-512, and no others.

use std::fmt;

use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::{Encode, Tag};
use sha2::Digest as _;

use super::error::StampError;
use super::oid;
use super::walk::Walk;

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampHash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl StampHash {
    /// Name as digest sets spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// Digest of bytes.
    #[must_use]
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        }
    }

    pub(super) const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oid::SHA384,
            Self::Sha512 => oid::SHA512,
        }
    }

    /// Reads the content of an AlgorithmIdentifier; parameters are absent or NULL (RFC 5754, 2).
    pub(super) fn of_identifier(part: &'static str, content: &[u8]) -> Result<Self, StampError> {
        let mut walk = Walk::new(part, content);
        let algorithm: ObjectIdentifier = walk.decode()?;
        walk.take_if(Tag::Null)?
            .map_or(Ok(()), |null| if null.content.is_empty() { Ok(()) } else { Err(walk.malformed()) })?;
        walk.end()?;
        match algorithm {
            oid::SHA256 => Ok(Self::Sha256),
            oid::SHA384 => Ok(Self::Sha384),
            oid::SHA512 => Ok(Self::Sha512),
            other => Err(StampError::HashRefused { part, got: oid::name_of(other) }),
        }
    }
}

impl fmt::Display for StampHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a stamp is over: a digest with its algorithm (RFC 3161, 2.4.1 messageImprint).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    hash: StampHash,
    digest: Vec<u8>,
}

impl Imprint {
    /// Imprint of a message.
    #[must_use]
    pub fn of(hash: StampHash, message: &[u8]) -> Self {
        Self { hash, digest: hash.digest(message) }
    }

    /// Algorithm.
    #[must_use]
    pub const fn hash(&self) -> StampHash {
        self.hash
    }

    /// Digest; its length is the algorithm's.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// Reads the content of a MessageImprint.
    pub(super) fn read(mut walk: Walk<'_>) -> Result<Self, StampError> {
        let identifier = walk.take(Tag::Sequence)?;
        let hash = StampHash::of_identifier("message imprint", identifier.content)?;
        let digest: OctetStringRef<'_> = walk.decode()?;
        if digest.as_bytes().len() != hash.digest(b"").len() {
            return Err(walk.malformed());
        }
        walk.end()?;
        Ok(Self { hash, digest: digest.as_bytes().to_vec() })
    }

    /// Writes the MessageImprint.
    pub(super) fn write(&self) -> der::Result<Vec<u8>> {
        let identifier = super::write::sequence(&[&self.hash.oid().to_der()?])?;
        super::write::sequence(&[&identifier, &OctetStringRef::new(&self.digest)?.to_der()?])
    }
}
