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

#[cfg(test)]
mod tests {
    use super::{KeylessError, signer_of};
    use crate::attestation::sigstore::{CertificateClaims, Subject};
    use crate::model::batch::{Batch, Device, Purpose, SchemaVersion};
    use crate::model::digest::{GitId, Sha256Digest};
    use crate::model::name::{DeviceName, Version};
    use crate::policy::identity::{KeylessIdentity, SignerIdentity, Template};
    use crate::policy::trust::{TrustedSigner, Window};

    const COMMIT: &str = "0123456789012345678901234567890123456789";
    const WORKFLOW: &str = "https://github.com/example/pump/.github/workflows/release.yml@refs/tags/v1.4.0";

    fn batch() -> Batch {
        Batch {
            schema_version: SchemaVersion,
            device: Device {
                name: DeviceName::parse("pump").expect("name"),
                manufacturer: "Example Devices".to_owned(),
                mdf: None,
            },
            version: Version::parse("1.4.0").expect("version"),
            udi: None,
            tag: "v1.4.0".to_owned(),
            commit: GitId::parse(COMMIT).expect("commit"),
            tree_sha256: Sha256Digest::of(b"tree"),
            purpose: Purpose::Production,
        }
    }

    fn claims() -> CertificateClaims {
        let text = |text: &str| Some(text.to_owned());
        CertificateClaims {
            subject: Some(Subject::Uri(WORKFLOW.to_owned())),
            issuer: text("https://token.actions.githubusercontent.com"),
            workflow: text(WORKFLOW),
            workflow_digest: text(COMMIT),
            runner: text("github-hosted"),
            repository_id: text("1"),
            owner_id: text("2"),
            trigger: text("push"),
            reference: text("refs/tags/v1.4.0"),
            commit: text(COMMIT),
            ..CertificateClaims::default()
        }
    }

    fn signer() -> TrustedSigner {
        let workflow = Template::parse(&WORKFLOW.replace("v1.4.0", "{tag}"));
        TrustedSigner {
            counts_as: None,
            name: "release workflow".to_owned(),
            may_sign: std::collections::BTreeSet::new(),
            identity: SignerIdentity::Keyless(Box::new(KeylessIdentity {
                root: "instance".to_owned(),
                issuer: "https://token.actions.githubusercontent.com".to_owned(),
                subject: workflow.clone().expect("template"),
                workflow,
                workflow_digest: Template::parse("{commit}"),
                repository_id: Some("1".to_owned()),
                owner_id: Some("2".to_owned()),
                runner: Some("github-hosted".to_owned()),
                trigger: Some("push".to_owned()),
                reference: Template::parse("refs/tags/{tag}"),
                of_batch: true,
            })),
            window: Window::default(),
        }
    }

    fn matched(claims: &CertificateClaims, change: impl Fn(&mut KeylessIdentity)) -> Result<(), KeylessError> {
        let mut signer = signer();
        let SignerIdentity::Keyless(identity) = &mut signer.identity else { return Ok(()) };
        change(identity);
        let identity = identity.as_ref().clone();
        signer_of(claims, std::iter::once((&signer, &identity)), Some(&batch())).map(|_| ())
    }

    #[test]
    fn every_claim_must_be_exactly_the_named_one() {
        assert_eq!(matched(&claims(), |_| ()), Ok(()));
        type Change = fn(&mut CertificateClaims) -> &mut Option<String>;
        let fields: [(&str, Change); 9] = [
            ("issuer", |claims| &mut claims.issuer),
            ("workflow", |claims| &mut claims.workflow),
            ("workflow-digest", |claims| &mut claims.workflow_digest),
            ("repository-id", |claims| &mut claims.repository_id),
            ("owner-id", |claims| &mut claims.owner_id),
            ("runner", |claims| &mut claims.runner),
            ("trigger", |claims| &mut claims.trigger),
            ("ref", |claims| &mut claims.reference),
            ("commit", |claims| &mut claims.commit),
        ];
        for (name, field) in fields {
            let value = field(&mut claims()).clone().expect("value");
            for other in [None, Some(String::new()), Some(format!("{value}x")), Some(value.to_uppercase())] {
                if other.as_deref() == Some(value.as_str()) {
                    continue;
                }
                let mut changed = claims();
                *field(&mut changed) = other.clone();
                let error = matched(&changed, |_| ()).expect_err(name).to_string();
                assert!(error.contains(&format!("{name} is ")), "{name} {other:?}: {error}");
            }
        }
        let mut person = claims();
        person.subject = Some(Subject::Email("somebody@example.com".to_owned()));
        assert!(matched(&person, |_| ()).is_err());
    }

    #[test]
    fn a_claim_that_the_trust_file_does_not_name_refuses_the_certificate() {
        assert!(matched(&claims(), |identity| identity.repository_id = None).is_err());
        assert!(matched(&claims(), |identity| identity.owner_id = None).is_err());
        assert!(matched(&claims(), |identity| identity.runner = None).is_err());
        assert!(matched(&claims(), |identity| identity.trigger = None).is_err());
        assert!(matched(&claims(), |identity| identity.workflow = None).is_err());
        assert_eq!(matched(&claims(), |identity| identity.workflow_digest = None), Ok(()));
    }

    #[test]
    fn a_sealing_workflow_may_run_at_another_commit_and_not_on_another_ref() {
        let mut elsewhere = claims();
        elsewhere.commit = Some("f".repeat(40));
        elsewhere.reference = Some("refs/heads/main".to_owned());
        let main = |identity: &mut KeylessIdentity| {
            identity.of_batch = false;
            identity.reference = Template::parse("refs/heads/main");
        };
        assert_eq!(matched(&elsewhere, main), Ok(()));
        assert!(matched(&elsewhere, |_| ()).is_err());
        elsewhere.reference = Some("refs/heads/mine".to_owned());
        assert!(matched(&elsewhere, main).is_err());
        let nobody = signer_of(&claims(), std::iter::empty(), Some(&batch())).expect_err("no signer");
        assert!(matches!(nobody, KeylessError::NoSigner { .. }));
    }
}
