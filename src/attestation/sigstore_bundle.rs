//! Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto) with one DSSE envelope.
//!
//! The reader is strict: one media type, one signature, known fields only, in the spelling that this
//! program writes, since the seal is covered by no digest. Foreign bundles are read by
//! [`super::sigstore`].

use crate::model::base64;
use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};
use crate::model::statement::PAYLOAD_TYPE;

mod log_entry;
mod message;
mod wire;

pub use log_entry::{InclusionProof, LogEntry};
pub use message::encode_message;

use wire::{
    BundleWire, CertificateWire, ChainWire, EnvelopeWire, MaterialWire, PublicKeyWire, SignatureWire, TimestampWire,
    TimestampsWire,
};

/// Media type of the one version that we write and read.
pub const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// Most certificates, log entries or stamps in one bundle.
const MOST: usize = 16;

/// A parsed bundle whose signature has not been verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigstoreBundle {
    /// What is claimed to have signed.
    pub material: Material,
    /// Entries of transparency logs over the signature.
    pub log_entries: Vec<LogEntry>,
    /// RFC 3161 TimeStampResps over the signature, DER.
    pub stamps: Vec<Vec<u8>>,
    /// The statement's bytes.
    pub payload: Vec<u8>,
    /// Signature over the PAE.
    pub signature: Vec<u8>,
}

/// What is claimed to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// A key that the verifier holds: SHA-256 of its SubjectPublicKeyInfo.
    Key(Sha256Digest),
    /// X.509 certificates, DER, the signer's first, without the root.
    Certificates(Vec<Vec<u8>>),
}

/// Why bytes are no bundle of ours.
#[derive(Debug, thiserror::Error)]
pub enum SigstoreBundleError {
    /// Not I-JSON or not of the shape of the format.
    #[error("Sigstore bundle cannot be read: {0}")]
    Json(#[from] JsonError),
    /// Another version.
    #[error("media type is {0:?} (expected {MEDIA_TYPE:?})")]
    MediaType(String),
    /// Another payload.
    #[error("payload type is {0:?} (expected {PAYLOAD_TYPE:?})")]
    PayloadType(String),
    /// DSSE allows several; each step must look at the same one.
    #[error("envelope holds {0} signatures (expected exactly 1)")]
    Signatures(usize),
    /// A key hint that is no SHA-256.
    #[error("public key hint {0:?} is malformed (expected the base64 of the key's SHA-256)")]
    Hint(String),
    /// The same content in other bytes; the seal is covered by no digest, so its spelling must be the one we write.
    #[error("Sigstore bundle is not spelled as this program writes it")]
    Spelling,
    /// Nothing, or more than one thing, that is claimed to have signed.
    #[error("verification material names {0} signers (expected one of publicKey, certificate, x509CertificateChain)")]
    Material(usize),
    /// More than any signing makes.
    #[error("verification material holds {got} {what} (expected at most {MOST})")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        got: usize,
    },
}

impl SigstoreBundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// [`SigstoreBundleError`] for anything but exactly one signed DSSE statement.
    pub fn decode(bytes: &[u8]) -> Result<Self, SigstoreBundleError> {
        let wire: BundleWire = json::decode(bytes)?;
        if wire.media_type != MEDIA_TYPE {
            return Err(SigstoreBundleError::MediaType(wire.media_type));
        }
        if wire.dsse_envelope.payload_type != PAYLOAD_TYPE {
            return Err(SigstoreBundleError::PayloadType(wire.dsse_envelope.payload_type));
        }
        let mut signatures = wire.dsse_envelope.signatures;
        let count = signatures.len();
        let (Some(signature), 1) = (signatures.pop(), count) else {
            return Err(SigstoreBundleError::Signatures(count));
        };
        let mut material = wire.verification_material;
        let entries = std::mem::take(&mut material.tlog_entries);
        let stamps = material.timestamp_verification_data.take().map(|data| data.rfc3161_timestamps);
        let bundle = Self {
            material: Material::of_wire(material)?,
            log_entries: few("log entries", entries)?.into_iter().map(LogEntry::of_wire).collect(),
            stamps: few("stamps", stamps.unwrap_or_default())?
                .into_iter()
                .map(|stamp| stamp.signed_timestamp)
                .collect(),
            payload: wire.dsse_envelope.payload,
            signature: signature.sig,
        };
        // Stamps stand in the order of their bytes, each once: no signature covers them.
        let in_order = bundle.stamps.is_sorted_by(|one, next| one < next);
        if in_order && bundle.encode()? == bytes { Ok(bundle) } else { Err(SigstoreBundleError::Spelling) }
    }

    /// Writes the bundle.
    ///
    /// # Errors
    /// [`JsonError`] when it cannot be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, JsonError> {
        json::encode(&BundleWire {
            media_type: MEDIA_TYPE.to_owned(),
            verification_material: material_wire(&self.material, &self.log_entries, &self.stamps),
            dsse_envelope: EnvelopeWire {
                payload: self.payload.clone(),
                payload_type: PAYLOAD_TYPE.to_owned(),
                signatures: vec![SignatureWire { sig: self.signature.clone(), keyid: String::new() }],
            },
        })
    }
}

/// What stands beside the signature, whatever it is over.
fn material_wire(material: &Material, log_entries: &[LogEntry], stamps: &[Vec<u8>]) -> MaterialWire {
    let stamps: Vec<_> = stamps.iter().map(|stamp| TimestampWire { signed_timestamp: stamp.clone() }).collect();
    MaterialWire {
        tlog_entries: log_entries.iter().map(LogEntry::to_wire).collect(),
        timestamp_verification_data: (!stamps.is_empty()).then_some(TimestampsWire { rfc3161_timestamps: stamps }),
        ..material.to_wire()
    }
}

fn few<T>(what: &'static str, items: Vec<T>) -> Result<Vec<T>, SigstoreBundleError> {
    if items.len() > MOST { Err(SigstoreBundleError::TooMany { what, got: items.len() }) } else { Ok(items) }
}

impl Material {
    fn of_wire(wire: MaterialWire) -> Result<Self, SigstoreBundleError> {
        match (wire.public_key, wire.certificate, wire.x509_certificate_chain) {
            (Some(PublicKeyWire { hint }), None, None) => {
                let digest = base64::decode(&hint).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
                digest.map(|bytes| Self::Key(Sha256Digest::from_bytes(bytes))).ok_or(SigstoreBundleError::Hint(hint))
            }
            (None, Some(certificate), None) => Ok(Self::Certificates(vec![certificate.raw_bytes])),
            (None, None, Some(chain)) => {
                let chain = few("certificates", chain.certificates)?;
                Ok(Self::Certificates(chain.into_iter().map(|certificate| certificate.raw_bytes).collect()))
            }
            (key, certificate, chain) => Err(SigstoreBundleError::Material(
                usize::from(key.is_some()) + usize::from(certificate.is_some()) + usize::from(chain.is_some()),
            )),
        }
    }

    fn to_wire(&self) -> MaterialWire {
        let wire = |bytes: &Vec<u8>| CertificateWire { raw_bytes: bytes.clone() };
        match self {
            Self::Key(digest) => MaterialWire {
                public_key: Some(PublicKeyWire { hint: base64::encode(digest.as_bytes()) }),
                ..MaterialWire::default()
            },
            // One certificate has a field of its own since v0.3.
            Self::Certificates(chain) => match chain.as_slice() {
                [one] => MaterialWire { certificate: Some(wire(one)), ..MaterialWire::default() },
                many => MaterialWire {
                    x509_certificate_chain: Some(ChainWire { certificates: many.iter().map(wire).collect() }),
                    ..MaterialWire::default()
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{InclusionProof, LogEntry, Material, SigstoreBundle, SigstoreBundleError};
    use crate::model::digest::Sha256Digest;

    fn bundle() -> SigstoreBundle {
        SigstoreBundle {
            material: Material::Key(Sha256Digest::of(b"key")),
            log_entries: Vec::new(),
            stamps: Vec::new(),
            payload: b"{}".to_vec(),
            signature: vec![1, 2, 3],
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let bytes = bundle().encode().expect("bytes");
        assert_eq!(SigstoreBundle::decode(&bytes).expect("bundle"), bundle());
    }

    #[test]
    fn reads_the_certificates_log_entries_and_stamps_it_writes() {
        let entry = LogEntry {
            log_index: 7,
            log_id: vec![1; 32],
            kind: "hashedrekord".to_owned(),
            version: "0.0.2".to_owned(),
            integrated_time: None,
            promise: None,
            proof: Some(InclusionProof {
                log_index: 7,
                root_hash: vec![2; 32],
                tree_size: 8,
                hashes: vec![vec![3; 32]],
                checkpoint: "log.example\n8\n\n".to_owned(),
            }),
            body: b"{}".to_vec(),
        };
        for chain in [vec![vec![1]], vec![vec![1], vec![2]]] {
            let full = SigstoreBundle {
                material: Material::Certificates(chain),
                log_entries: vec![entry.clone()],
                stamps: vec![vec![9]],
                ..bundle()
            };
            assert_eq!(SigstoreBundle::decode(&full.encode().expect("bytes")).expect("bundle"), full);
        }
        for stamps in [vec![vec![9], vec![9]], vec![vec![9], vec![8]]] {
            let bytes = SigstoreBundle { stamps, ..bundle() }.encode().expect("bytes");
            assert!(matches!(SigstoreBundle::decode(&bytes), Err(SigstoreBundleError::Spelling)));
        }
        let many = SigstoreBundle { stamps: vec![vec![9]; 17], ..bundle() };
        let bytes = many.encode().expect("bytes");
        assert!(matches!(SigstoreBundle::decode(&bytes), Err(SigstoreBundleError::TooMany { got: 17, .. })));
    }

    #[test]
    fn rejects_other_spellings_of_the_same_bundle() {
        let text = String::from_utf8(bundle().encode().expect("bytes")).expect("text");
        let compact = text.replace(['\n', ' '], "");
        for other in [format!("{text}\n"), format!(" {text}"), text.trim_end().to_owned(), compact] {
            assert!(matches!(SigstoreBundle::decode(other.as_bytes()), Err(SigstoreBundleError::Spelling)), "{other}");
        }
    }

    #[test]
    fn rejects_two_signatures_other_versions_and_two_signers() {
        let text = String::from_utf8(bundle().encode().expect("bytes")).expect("text");
        let signature = "{\n        \"sig\": \"AQID\"\n      }";
        assert!(text.contains(signature), "{text}");
        let two = text.replace(signature, &format!("{signature},{signature}"));
        assert!(matches!(SigstoreBundle::decode(two.as_bytes()), Err(SigstoreBundleError::Signatures(2))));
        let older = text.replace("v0.3+json", "v0.2+json");
        assert!(matches!(SigstoreBundle::decode(older.as_bytes()), Err(SigstoreBundleError::MediaType(_))));
        let both = text.replace("\"publicKey\"", "\"certificate\": {\"rawBytes\": \"\"}, \"publicKey\"");
        assert!(matches!(SigstoreBundle::decode(both.as_bytes()), Err(SigstoreBundleError::Material(2))));
        let payload = text.replace("application/vnd.in-toto+json", "text/plain");
        assert!(matches!(SigstoreBundle::decode(payload.as_bytes()), Err(SigstoreBundleError::PayloadType(_))));
    }
}
