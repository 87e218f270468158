//! Which signer of the trust file a workload's certificate belongs to (design rule 4).

use crate::model::batch::Batch;
use crate::policy::identity::{KeylessIdentity, Template};
use crate::policy::trust::TrustedSigner;

use super::sigstore::CertificateClaims;

/// Why a workload is no signer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeylessError {
    /// The trust file has signers of this instance, and none is like it.
    #[error("certificate of {subject} is no signer of the trust file; nearest is {signer:?}: {}", differences.join("; "))]
    OtherWorkload {
        /// Name in the certificate.
        subject: String,
        /// The signer with the fewest differences.
        signer: String,
        /// Each claim that differs.
        differences: Vec<String>,
    },
    /// The trust file has no signer of this instance.
    #[error("certificate of {subject} is no signer of the trust file (it names no signer of this Sigstore instance)")]
    NoSigner {
        /// Name in the certificate.
        subject: String,
    },
    /// Workloads are matched with the batch.
    #[error("certificate of {subject} cannot be matched: the batch cannot be read")]
    NoBatch {
        /// Name in the certificate.
        subject: String,
    },
}

/// The signer whose every claim is exactly this certificate's.
pub(super) fn signer_of<'a>(
    claims: &CertificateClaims,
    signers: impl Iterator<Item = (&'a TrustedSigner, &'a KeylessIdentity)>,
    batch: Option<&Batch>,
) -> Result<&'a TrustedSigner, KeylessError> {
    let subject = claims.subject_words().to_owned();
    let Some(batch) = batch else { return Err(KeylessError::NoBatch { subject }) };
    let mut nearest: Option<(&TrustedSigner, Vec<String>)> = None;
    for (signer, identity) in signers {
        let differences = differences(claims, identity, batch);
        if differences.is_empty() {
            return Ok(signer);
        }
        if nearest.as_ref().is_none_or(|(_, fewest)| differences.len() < fewest.len()) {
            nearest = Some((signer, differences));
        }
    }
    Err(match nearest {
        Some((signer, differences)) => {
            KeylessError::OtherWorkload { subject, signer: signer.name.clone(), differences }
        }
        None => KeylessError::NoSigner { subject },
    })
}

/// What the certificate says otherwise than the trust file and the batch.
fn differences(claims: &CertificateClaims, identity: &KeylessIdentity, batch: &Batch) -> Vec<String> {
    let of = |template: &Option<Template>| template.as_ref().map(|template| template.of(batch));
    let commit = identity.of_batch.then(|| batch.commit.to_string());
    let same = [
        ("subject", claims.subject.as_ref().map(super::sigstore::Subject::as_str), Some(identity.subject.of(batch))),
        ("issuer", claims.issuer.as_deref(), Some(identity.issuer.clone())),
        ("workflow", claims.workflow.as_deref(), of(&identity.workflow)),
        ("workflow-digest", claims.workflow_digest.as_deref(), of(&identity.workflow_digest)),
        ("repository-id", claims.repository_id.as_deref(), identity.repository_id.clone()),
        ("owner-id", claims.owner_id.as_deref(), identity.owner_id.clone()),
        ("runner", claims.runner.as_deref(), identity.runner.clone()),
        ("trigger", claims.trigger.as_deref(), identity.trigger.clone()),
        ("ref", claims.reference.as_deref(), of(&identity.reference)),
        ("commit", claims.commit.as_deref(), commit),
    ];
    // A workflow's own commit is the batch's where it lies in the same repository; naming it is the
    // verifier's choice. Where the commit is not the batch's, the ref alone is compared.
    let may_be_unnamed = |what: &str| what == "workflow-digest" || (what == "commit" && !identity.of_batch);
    same.into_iter()
        .filter(|(what, got, expected)| match expected {
            Some(expected) => *got != Some(expected.as_str()),
            None => got.is_some() && !may_be_unnamed(what),
        })
        .map(|(what, got, expected)| {
            let expected =
                expected.map_or_else(|| "nothing, for the trust file names none".to_owned(), |e| format!("{e:?}"));
            let got = got.map_or_else(|| "nothing".to_owned(), |got| format!("{got:?}"));
            format!("{what} is {got} (expected {expected})")
        })
        .collect()
}
