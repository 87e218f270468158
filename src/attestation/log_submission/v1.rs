//! Rekor v1 (sigstore/rekor, openapi.yaml): the whole envelope as a `dsse` 0.0.1 entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attestation::sigstore_bundle::{InclusionProof, LogEntry};
use crate::model::base64;
use crate::model::digest::Sha256Digest;
use crate::model::statement::PAYLOAD_TYPE;

use super::{LogAnswerError, Submission, ours, read};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestWire {
    api_version: &'static str,
    kind: &'static str,
    spec: RequestSpecWire,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestSpecWire {
    proposed_content: ProposedWire,
}

#[derive(Serialize)]
struct ProposedWire {
    envelope: String,
    verifiers: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EnvelopeWire {
    payload: String,
    payload_type: &'static str,
    signatures: [EnvelopeSignatureWire; 1],
}

#[derive(Serialize)]
struct EnvelopeSignatureWire {
    sig: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryWire {
    #[serde(with = "base64::bytes")]
    body: Vec<u8>,
    integrated_time: i64,
    #[serde(rename = "logID")]
    log_id: String,
    log_index: u64,
    verification: Option<VerificationWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VerificationWire {
    inclusion_proof: Option<ProofWire>,
    signed_entry_timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProofWire {
    checkpoint: String,
    hashes: Vec<String>,
    log_index: u64,
    root_hash: String,
    tree_size: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyWire {
    api_version: String,
    kind: String,
    spec: BodySpecWire,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodySpecWire {
    payload_hash: HashWire,
    signatures: Vec<BodySignatureWire>,
}

#[derive(Deserialize)]
struct HashWire {
    algorithm: String,
    value: String,
}

#[derive(Deserialize)]
struct BodySignatureWire {
    #[serde(with = "base64::bytes")]
    signature: Vec<u8>,
    #[serde(with = "base64::bytes")]
    verifier: Vec<u8>,
}

pub(super) fn request(submission: &Submission<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let envelope = serde_json::to_string(&EnvelopeWire {
        payload: base64::encode(submission.signed.payload),
        payload_type: PAYLOAD_TYPE,
        signatures: [EnvelopeSignatureWire { sig: base64::encode(submission.signed.signature) }],
    })?;
    serde_json::to_vec(&RequestWire {
        api_version: "0.0.1",
        kind: "dsse",
        spec: RequestSpecWire {
            proposed_content: ProposedWire {
                envelope,
                verifiers: vec![base64::encode(pem(submission.certificate).as_bytes())],
            },
        },
    })
}

fn pem(certificate: &[u8]) -> String {
    // Fails only for labels that are none.
    der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, certificate).unwrap_or_default()
}

pub(super) fn entry_of_answer(submission: &Submission<'_>, answer: &[u8]) -> Result<LogEntry, LogAnswerError> {
    let entries: BTreeMap<String, EntryWire> = read("expected one entry by its identifier", answer)?;
    let mut entries = entries.into_values();
    let (Some(wire), None) = (entries.next(), entries.next()) else {
        return Err(LogAnswerError::Malformed("expected exactly one entry"));
    };
    check_body(submission, &wire.body)?;
    let verification = wire.verification.ok_or(LogAnswerError::Missing("an inclusion proof"))?;
    let promise = verification.signed_entry_timestamp.ok_or(LogAnswerError::Missing("a signed time"))?;
    let promise = base64::decode(&promise).map_err(|_| LogAnswerError::Malformed("the signed time is not base64"))?;
    let hex = |text: &str| from_hex(text).ok_or(LogAnswerError::Malformed("a hash is not hexadecimal"));
    let proof = match verification.inclusion_proof {
        None => None,
        Some(proof) => Some(InclusionProof {
            log_index: proof.log_index,
            root_hash: hex(&proof.root_hash)?,
            tree_size: proof.tree_size,
            hashes: proof.hashes.iter().map(|hash| hex(hash)).collect::<Result<_, _>>()?,
            checkpoint: proof.checkpoint,
        }),
    };
    Ok(LogEntry {
        log_index: wire.log_index,
        log_id: hex(&wire.log_id)?,
        kind: "dsse".to_owned(),
        version: "0.0.1".to_owned(),
        integrated_time: Some(wire.integrated_time),
        promise: Some(promise),
        proof,
        body: wire.body,
    })
}

fn check_body(submission: &Submission<'_>, bytes: &[u8]) -> Result<(), LogAnswerError> {
    let body: BodyWire = read("the body is not a dsse entry", bytes)?;
    if body.kind != "dsse" || body.api_version != "0.0.1" {
        let got = format!("{}/{}", body.kind, body.api_version);
        return Err(LogAnswerError::Kind { got, expected: "dsse/0.0.1" });
    }
    let digest = Sha256Digest::of(submission.signed.payload).to_hex();
    let hash = &body.spec.payload_hash;
    ours("digest", hash.algorithm == "sha256" && hash.value.eq_ignore_ascii_case(&digest))?;
    let [signature] = body.spec.signatures.as_slice() else {
        return Err(LogAnswerError::NotOurs("number of signatures"));
    };
    ours("signature", signature.signature == submission.signed.signature)?;
    let certificate = der::pem::decode_vec(&signature.verifier);
    ours("certificate", certificate.is_ok_and(|(_, der)| der == submission.certificate))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    Sha256Digest::parse_hex(text).ok().map(|digest| digest.as_bytes().to_vec())
}
