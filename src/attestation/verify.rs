//! Verification of one pipeline attestation, in this order:
//!
//! 1. the Sigstore bundle is read strictly (one statement, one signature);
//! 2. its signature, certificates, log entries and stamps verify against the verifier's anchors, and the
//!    signer is one of the verifier's ([`super::authenticate`]);
//! 3. the time of signing is known: from its own stamps and logs, from those of what encloses it, or from
//!    the verifier's leave to do without;
//! 4. the signer may sign this kind of statement, and its window covers that time;
//! 5. the payload is an in-toto Statement v1 of exactly the expected predicate type;
//! 6. `batch.json` is a subject with the digest of the batch being judged.

use crate::model::batch::{BATCH_ENTRY, Batch};
use crate::model::digest::Sha256Digest;
use crate::model::statement::{Predicate, Statement, StatementError};
use crate::model::time::Timestamp;
use crate::policy::trust::{StatementKind, Trust, TrustedSigner};

use super::authenticate::{AuthenticationError, authenticate};
use super::sigstore::TrustedTime;
use super::sigstore_bundle::{SigstoreBundle, SigstoreBundleError};
use super::verified::{Origin, Verified};

/// Why an attestation is not believed.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// Step 1.
    #[error(transparent)]
    Bundle(#[from] SigstoreBundleError),
    /// Step 2.
    #[error(transparent)]
    Authentication(#[from] AuthenticationError),
    /// Step 3.
    #[error("no trusted time: {got} timestamp authorities or logs date this signature (expected {expected})")]
    NoTrustedTime {
        /// Distinct sources that verified.
        got: usize,
        /// What the trust file asks for.
        expected: usize,
    },
    /// Step 4.
    #[error("signer {signer:?} may not sign {kind} statements")]
    MayNotSign {
        /// Name in the trust file.
        signer: String,
        /// Kind of statement.
        kind: &'static str,
    },
    /// Step 4.
    #[error("signer {signer:?} is {refusal}")]
    Window {
        /// Name in the trust file.
        signer: String,
        /// What the window says.
        refusal: String,
    },
    /// Step 5.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Step 6.
    #[error("statement is not bound to this batch (its subject batch.json has {got}, expected {expected})")]
    OtherBatch {
        /// Digest in the statement, or `no digest`.
        got: String,
        /// Digest of `batch.json`.
        expected: Sha256Digest,
    },
}

/// What an attestation is judged against.
#[derive(Debug, Clone, Copy)]
pub struct Anchor<'a> {
    /// The verifier's trust file.
    pub trust: &'a Trust,
    /// SHA-256 of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// The batch, where it can be read; workloads are matched with it.
    pub batch: Option<&'a Batch>,
    /// Day (`YYYY-MM-DD`, UTC) at which keys must be valid while nothing dates a signature.
    pub day: &'a str,
    /// What dates this attestation where it carries no stamp or log entry itself.
    pub enclosed: Enclosed,
}

/// How an attestation may be dated by what lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enclosed {
    /// By nothing: it must date itself (record, seal).
    No,
    /// It is listed by something that was dated so: it existed by then.
    Until(Timestamp),
    /// It is listed by something that nothing dates, which the verifier allowed.
    ByUndated,
}

impl Enclosed {
    /// By a statement that was verified: its earliest time, if it has one.
    #[must_use]
    pub fn by<T>(outer: &Verified<T>) -> Self {
        outer.origin().time().map_or(Self::ByUndated, Self::Until)
    }
}

/// Verifies a Sigstore bundle and returns its statement.
///
/// # Errors
/// [`VerificationError`] with the first step that fails.
pub fn verify<P: Predicate>(
    bundle: &[u8],
    kind: StatementKind,
    anchor: Anchor<'_>,
) -> Result<Verified<Statement<P>>, VerificationError> {
    let parsed = SigstoreBundle::decode(bundle)?;
    let authentic = authenticate(&parsed, bundle, anchor)?;
    for day in days(&authentic.times, anchor)? {
        authorise(authentic.signer, kind, &day)?;
    }
    let statement = Statement::<P>::decode(&parsed.payload)?;
    bind(statement.subject_digest(BATCH_ENTRY), anchor.batch_sha256)?;
    let origin = Origin {
        signer: authentic.signer.name.clone(),
        times: authentic.times,
        steps: authentic.steps,
        workload: authentic.workload,
    };
    Ok(Verified::new(statement, origin, Sha256Digest::of(&parsed.payload), Sha256Digest::of(bundle)))
}

/// Days at which the signer must be valid.
fn days(times: &[TrustedTime], anchor: Anchor<'_>) -> Result<Vec<String>, VerificationError> {
    let sources = distinct_sources(times);
    let expected = if anchor.enclosed == Enclosed::No { anchor.trust.time_sources } else { 1 };
    if sources >= expected {
        return Ok(times.iter().map(|time| time.time.in_utc().date()).collect());
    }
    match anchor.enclosed {
        Enclosed::Until(time) => Ok(vec![time.in_utc().date()]),
        _ if anchor.trust.unsafe_settings.no_trusted_time => {
            // What does date it counts all the same: a key that was revoked by then stays refused.
            let dated = times.iter().map(|time| time.time.in_utc().date());
            Ok(if times.is_empty() { vec![anchor.day.to_owned()] } else { dated.collect() })
        }
        Enclosed::No | Enclosed::ByUndated => Err(VerificationError::NoTrustedTime { got: sources, expected }),
    }
}

fn distinct_sources(times: &[TrustedTime]) -> usize {
    times.iter().map(|time| (time.source, time.anchor.as_str())).collect::<std::collections::BTreeSet<_>>().len()
}

fn authorise(signer: &TrustedSigner, kind: StatementKind, day: &str) -> Result<(), VerificationError> {
    if !signer.may_sign.contains(&kind) {
        return Err(VerificationError::MayNotSign { signer: signer.name.clone(), kind: kind.as_str() });
    }
    match signer.window.refusal(day) {
        Some(refusal) => Err(VerificationError::Window { signer: signer.name.clone(), refusal }),
        None => Ok(()),
    }
}

fn bind(got: Option<Sha256Digest>, expected: Sha256Digest) -> Result<(), VerificationError> {
    if got == Some(expected) {
        return Ok(());
    }
    let got = got.map_or_else(|| "no digest".to_owned(), |digest| digest.to_string());
    Err(VerificationError::OtherBatch { got, expected })
}
