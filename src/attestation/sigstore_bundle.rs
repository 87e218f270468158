//! Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto) with one DSSE envelope.
//!
//! The reader is strict: one media type, one signature, known fields only. Certificates, log
//! entries and timestamps have their place in the format and are refused until they are verified.

use serde::{Deserialize, Serialize};

use crate::model::base64;
use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};
use crate::model::statement::PAYLOAD_TYPE;

/// Media type of the one version that we write and read.
pub const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A parsed bundle whose signature has not been verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigstoreBundle {
    /// SHA-256 of the SubjectPublicKeyInfo of the key that is claimed to have signed.
    pub key_hint: Sha256Digest,
    /// The statement's bytes.
    pub payload: Vec<u8>,
    /// Signature over the PAE.
    pub signature: Vec<u8>,
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
    /// Material that this version cannot verify.
    #[error("verification material holds {0}, which this version cannot verify")]
    Unsupported(&'static str),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct BundleWire {
    media_type: String,
    verification_material: MaterialWire,
    dsse_envelope: EnvelopeWire,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MaterialWire {
    public_key: PublicKeyWire,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    tlog_entries: Vec<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    timestamp_verification_data: Option<TimestampsWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TimestampsWire {
    #[serde(default)]
    rfc3161_timestamps: Vec<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicKeyWire {
    hint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct EnvelopeWire {
    #[serde(with = "base64::bytes")]
    payload: Vec<u8>,
    payload_type: String,
    signatures: Vec<SignatureWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureWire {
    #[serde(with = "base64::bytes")]
    sig: Vec<u8>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    keyid: String,
}

impl SigstoreBundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// [`SigstoreBundleError`] for anything but exactly one key-signed DSSE statement.
    pub fn decode(bytes: &[u8]) -> Result<Self, SigstoreBundleError> {
        let wire: BundleWire = json::decode(bytes)?;
        if wire.media_type != MEDIA_TYPE {
            return Err(SigstoreBundleError::MediaType(wire.media_type));
        }
        if wire.dsse_envelope.payload_type != PAYLOAD_TYPE {
            return Err(SigstoreBundleError::PayloadType(wire.dsse_envelope.payload_type));
        }
        if !wire.verification_material.tlog_entries.is_empty() {
            return Err(SigstoreBundleError::Unsupported("transparency log entries"));
        }
        let stamps = wire.verification_material.timestamp_verification_data;
        if stamps.is_some_and(|data| !data.rfc3161_timestamps.is_empty()) {
            return Err(SigstoreBundleError::Unsupported("RFC 3161 timestamps"));
        }
        let mut signatures = wire.dsse_envelope.signatures;
        let count = signatures.len();
        let (Some(signature), 1) = (signatures.pop(), count) else {
            return Err(SigstoreBundleError::Signatures(count));
        };
        let hint = wire.verification_material.public_key.hint;
        let key_hint = base64::decode(&hint).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let bundle = Self {
            key_hint: Sha256Digest::from_bytes(key_hint.ok_or(SigstoreBundleError::Hint(hint))?),
            payload: wire.dsse_envelope.payload,
            signature: signature.sig,
        };
        if bundle.encode()? == bytes { Ok(bundle) } else { Err(SigstoreBundleError::Spelling) }
    }

    /// Writes the bundle.
    ///
    /// # Errors
    /// [`JsonError`] when it cannot be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, JsonError> {
        json::encode(&BundleWire {
            media_type: MEDIA_TYPE.to_owned(),
            verification_material: MaterialWire {
                public_key: PublicKeyWire { hint: base64::encode(self.key_hint.as_bytes()) },
                tlog_entries: Vec::new(),
                timestamp_verification_data: None,
            },
            dsse_envelope: EnvelopeWire {
                payload: self.payload.clone(),
                payload_type: PAYLOAD_TYPE.to_owned(),
                signatures: vec![SignatureWire { sig: self.signature.clone(), keyid: String::new() }],
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{SigstoreBundle, SigstoreBundleError};
    use crate::model::digest::Sha256Digest;

    fn bundle() -> SigstoreBundle {
        SigstoreBundle { key_hint: Sha256Digest::of(b"key"), payload: b"{}".to_vec(), signature: vec![1, 2, 3] }
    }

    #[test]
    fn reads_what_it_writes() {
        let bytes = bundle().encode().expect("bytes");
        assert_eq!(SigstoreBundle::decode(&bytes).expect("bundle"), bundle());
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
    fn rejects_two_signatures_other_versions_and_what_cannot_be_verified() {
        let text = String::from_utf8(bundle().encode().expect("bytes")).expect("text");
        let signature = "{\n        \"sig\": \"AQID\"\n      }";
        assert!(text.contains(signature), "{text}");
        let two = text.replace(signature, &format!("{signature},{signature}"));
        assert!(matches!(SigstoreBundle::decode(two.as_bytes()), Err(SigstoreBundleError::Signatures(2))));
        let older = text.replace("v0.3+json", "v0.2+json");
        assert!(matches!(SigstoreBundle::decode(older.as_bytes()), Err(SigstoreBundleError::MediaType(_))));
        let stamped = text.replace("\"publicKey\"", "\"tlogEntries\": [{}], \"publicKey\"");
        assert!(matches!(SigstoreBundle::decode(stamped.as_bytes()), Err(SigstoreBundleError::Unsupported(_))));
        let payload = text.replace("application/vnd.in-toto+json", "text/plain");
        assert!(matches!(SigstoreBundle::decode(payload.as_bytes()), Err(SigstoreBundleError::PayloadType(_))));
    }
}
