//! What held when a bundle verified: each step, the anchor it held against, and the times it gave.

use std::collections::BTreeSet;

use serde::Serialize;
use sigstore_types::{Bundle, SignatureContent};
use sigstore_verify::VerificationResult;

use crate::attestation::stamp::VerifiedStamp;
use crate::model::digest::to_hex;
use crate::model::time::Timestamp;

use super::SigstoreError;
use super::claims::CertificateClaims;

/// Who vouches for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeSource {
    /// A timestamp authority (RFC 3161).
    Stamp,
    /// A transparency log, by its signed promise.
    Log,
}

impl TimeSource {
    /// In the words of a sentence.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stamp => "RFC 3161 stamp",
            Self::Log => "transparency log",
        }
    }
}

/// A time that somebody else than the signer vouches for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustedTime {
    /// The time, in UTC.
    pub time: Timestamp,
    /// Who vouches for it.
    pub source: TimeSource,
    /// Its anchor: name of the authority, or key id of the log in hexadecimal.
    pub anchor: String,
    /// End of the certificate that vouches for it; a stamp must be renewed before. Logs name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl From<VerifiedStamp> for TrustedTime {
    fn from(stamp: VerifiedStamp) -> Self {
        let VerifiedStamp { time, authority, until, .. } = stamp;
        Self { time, source: TimeSource::Stamp, anchor: authority, until: Some(until) }
    }
}

/// One step of verification that held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedStep {
    /// What was verified.
    pub what: &'static str,
    /// Against which anchor, as a lower-case fragment.
    pub anchor: String,
    /// At which trusted time, where the step depends on one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// What the step of a log entry says.
const IN_LOG: &str = "signature is in a transparency log";

impl VerifiedStep {
    /// Key id, in hexadecimal, of the transparency log that this step found the signature in.
    #[must_use]
    pub fn log(&self) -> Option<&str> {
        let anchor = self.anchor.strip_prefix("log ").filter(|_| self.what == IN_LOG)?;
        anchor.split(',').next()
    }

    /// A step that does not depend on a time.
    pub(in crate::attestation) fn new(what: &'static str, anchor: impl Into<String>) -> Self {
        Self { what, anchor: anchor.into(), at: None }
    }

    /// A step that held at a time.
    pub(in crate::attestation) fn at(what: &'static str, anchor: impl Into<String>, at: Timestamp) -> Self {
        Self { what, anchor: anchor.into(), at: Some(at) }
    }
}

/// Logs with an entry in this bundle.
pub(super) fn distinct_logs(bundle: &Bundle) -> usize {
    let logs: BTreeSet<&[u8]> =
        bundle.verification_material.tlog_entries.iter().map(|entry| entry.log_id.key_id.as_bytes()).collect();
    logs.len()
}

/// The verified times with their sources. Every stamp of a bundle that verified has verified, and the crate
/// lists stamps before logs where a certificate signed, after them where a key did.
pub(super) fn times(bundle: &Bundle, result: &VerificationResult) -> Result<Vec<TrustedTime>, SigstoreError> {
    let verified = result.verified_timestamps();
    let stamps = bundle.verification_material.timestamp_verification_data.rfc3161_timestamps.len();
    let logs: Vec<String> = bundle
        .verification_material
        .tlog_entries
        .iter()
        .filter(|entry| entry.inclusion_promise.is_some() && entry.integrated_time.is_some())
        .map(|entry| to_hex(entry.log_id.key_id.as_bytes()))
        .collect();
    let stamp = (TimeSource::Stamp, "timestamp authority of the trusted root".to_owned());
    let stamps = std::iter::repeat_n(stamp, stamps);
    let logs = logs.into_iter().map(|log| (TimeSource::Log, log));
    let sources: Vec<_> =
        if result.certificate_verified() { stamps.chain(logs).collect() } else { logs.chain(stamps).collect() };
    if sources.len() < verified.len() {
        return Err(SigstoreError::Refused("a verified time has no source in the bundle".to_owned()));
    }
    let mut times = Vec::new();
    for ((source, anchor), time) in sources.into_iter().zip(verified) {
        let time = Timestamp::from_unix(time.as_second()).map_err(|error| SigstoreError::Refused(error.to_string()))?;
        times.push(TrustedTime { time, source, anchor, until: None });
    }
    times.sort();
    Ok(times)
}

/// The steps in the order of the client specification.
pub(super) fn steps(
    bundle: &Bundle,
    result: &VerificationResult,
    claims: Option<&CertificateClaims>,
    times: &[TrustedTime],
) -> Vec<VerifiedStep> {
    let mut steps = Vec::new();
    for time in times {
        let what = match time.source {
            TimeSource::Stamp => "signature is dated by a stamp",
            TimeSource::Log => "signature is dated by a transparency log's promise",
        };
        steps.push(VerifiedStep::at(what, time.anchor.clone(), time.time));
    }
    if let Some(claims) = claims.filter(|_| result.certificate_verified()) {
        for time in times {
            let anchor = format!("certificate authority of the trusted root, for {}", claims.subject_words());
            steps.push(VerifiedStep::at("certificate chains to its authority", anchor, time.time));
        }
    }
    if result.sct_verified() {
        steps.push(VerifiedStep::new("certificate is in a certificate log", "certificate log of the trusted root"));
    }
    if result.tlog_verified() {
        for entry in &bundle.verification_material.tlog_entries {
            let anchor = format!("log {}, entry {}", to_hex(entry.log_id.key_id.as_bytes()), entry.log_index.get());
            steps.push(VerifiedStep::new(IN_LOG, anchor));
        }
    }
    let (what, anchor) = match (&bundle.content, claims) {
        (SignatureContent::DsseEnvelope(_), Some(_)) => ("envelope's signature verifies", "key of the certificate"),
        (SignatureContent::DsseEnvelope(_), None) => ("envelope's signature verifies", "key that the verifier gave"),
        (_, Some(_)) => ("file's signature verifies", "key of the certificate"),
        (_, None) => ("file's signature verifies", "key that the verifier gave"),
    };
    steps.push(VerifiedStep::new(what, anchor));
    steps
}
