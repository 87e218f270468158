//! Rekor v2 (sigstore/rekor-tiles, rekor_service.proto): a `hashedrekord` 0.0.2 entry of the PAE's digest.
//!
//! The answer is a `TransparencyLogEntry` in protobuf's JSON mapping, without time and promise.

use serde::{Deserialize, Serialize};

use crate::attestation::sigstore_bundle::{InclusionProof, LogEntry};
use crate::model::base64;
use crate::model::digest::Sha256Digest;

use super::{LogAnswerError, Submission, ours, read};

/// ECDSA P-256 with SHA-256 (sigstore_common.proto, PublicKeyDetails).
const KEY_DETAILS: &str = "PKIX_ECDSA_P256_SHA_256";

#[derive(Serialize)]
struct RequestWire {
    #[serde(rename = "hashedRekordRequestV002")]
    request: RequestBodyWire,
}

#[derive(Serialize)]
struct RequestBodyWire {
    #[serde(with = "base64::bytes")]
    digest: Vec<u8>,
    signature: SignatureWire,
}

#[derive(Serialize, Deserialize)]
struct SignatureWire {
    #[serde(with = "base64::bytes")]
    content: Vec<u8>,
    verifier: VerifierWire,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VerifierWire {
    key_details: String,
    x509_certificate: CertificateWire,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CertificateWire {
    #[serde(with = "base64::bytes")]
    raw_bytes: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryWire {
    #[serde(default)]
    log_index: Number,
    log_id: LogIdWire,
    kind_version: KindWire,
    inclusion_proof: Option<ProofWire>,
    #[serde(with = "base64::bytes")]
    canonicalized_body: Vec<u8>,
}

/// A 64-bit integer, which protobuf writes as text and readers must also take as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Number(u64),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogIdWire {
    #[serde(with = "base64::bytes")]
    key_id: Vec<u8>,
}

#[derive(Deserialize)]
struct KindWire {
    kind: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProofWire {
    #[serde(default)]
    log_index: Number,
    #[serde(with = "base64::bytes")]
    root_hash: Vec<u8>,
    #[serde(default)]
    tree_size: Number,
    #[serde(default)]
    hashes: Vec<String>,
    checkpoint: CheckpointWire,
}

#[derive(Deserialize)]
struct CheckpointWire {
    envelope: String,
}

#[derive(Deserialize)]
struct BodyWire {
    spec: BodySpecWire,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodySpecWire {
    hashed_rekord_v002: BodyDataWire,
}

#[derive(Deserialize)]
struct BodyDataWire {
    data: DataWire,
    signature: SignatureWire,
}

#[derive(Deserialize)]
struct DataWire {
    algorithm: String,
    #[serde(with = "base64::bytes")]
    digest: Vec<u8>,
}

impl Default for Number {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Number {
    fn value(&self) -> Result<u64, LogAnswerError> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => text.parse().map_err(|_| LogAnswerError::Malformed("an index is not a number")),
        }
    }
}

fn digest(submission: &Submission<'_>) -> Vec<u8> {
    Sha256Digest::of(submission.signed.message).as_bytes().to_vec()
}

pub(super) fn request(submission: &Submission<'_>) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&RequestWire {
        request: RequestBodyWire {
            digest: digest(submission),
            signature: SignatureWire {
                content: submission.signed.signature.to_vec(),
                verifier: VerifierWire {
                    key_details: KEY_DETAILS.to_owned(),
                    x509_certificate: CertificateWire { raw_bytes: submission.certificate.to_vec() },
                },
            },
        },
    })
}

pub(super) fn entry_of_answer(submission: &Submission<'_>, answer: &[u8]) -> Result<LogEntry, LogAnswerError> {
    let wire: EntryWire = read("expected one log entry", answer)?;
    let KindWire { kind, version } = wire.kind_version;
    if kind != "hashedrekord" || version != "0.0.2" {
        return Err(LogAnswerError::Kind { got: format!("{kind}/{version}"), expected: "hashedrekord/0.0.2" });
    }
    check_body(submission, &wire.canonicalized_body)?;
    let log_index = wire.log_index.value()?;
    let proof = wire.inclusion_proof.ok_or(LogAnswerError::Missing("an inclusion proof"))?;
    let hash = |text: &String| base64::decode(text).map_err(|_| LogAnswerError::Malformed("a hash is not base64"));
    let proof = InclusionProof {
        log_index: proof.log_index.value()?,
        root_hash: proof.root_hash,
        tree_size: proof.tree_size.value()?,
        hashes: proof.hashes.iter().map(hash).collect::<Result<_, _>>()?,
        checkpoint: proof.checkpoint.envelope,
    };
    // A tiled log is one tree; verifiers take the entry's own index.
    ours("index", proof.log_index == log_index)?;
    Ok(LogEntry {
        log_index,
        log_id: wire.log_id.key_id,
        kind,
        version,
        integrated_time: None,
        promise: None,
        proof: Some(proof),
        body: wire.canonicalized_body,
    })
}

fn check_body(submission: &Submission<'_>, bytes: &[u8]) -> Result<(), LogAnswerError> {
    let body: BodyWire = read("the body is not a hashedrekord entry", bytes)?;
    let BodyDataWire { data, signature } = body.spec.hashed_rekord_v002;
    ours("digest", data.algorithm == "SHA2_256" && data.digest == digest(submission))?;
    ours("signature", signature.content == submission.signed.signature)?;
    ours("kind of key", signature.verifier.key_details == KEY_DETAILS)?;
    ours("certificate", signature.verifier.x509_certificate.raw_bytes == submission.certificate)
}
