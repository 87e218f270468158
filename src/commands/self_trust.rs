//! The pipeline's view of itself where no trust file is named: it proves that what was just signed verifies
//! under the services that the policy names, and nothing about who may sign.

use std::path::Path;

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::files;
use crate::attestation::sign::Signer;
use crate::attestation::sigstore::CertificateClaims;
use crate::evidence::claims::{self, ClaimedSigner};
use crate::exit::ExitStatus;
use crate::policy::anchors::{SigstoreInstance, StampAuthority};
use crate::policy::identity::{KeylessIdentity, SignerIdentity, Template};
use crate::policy::release::{KeySource, Policy};
use crate::policy::signing::{KeylessPolicy, KeylessServices};
use crate::policy::trust::{SignatureDemand, Trust, TrustedDevice, Window};

use super::failure::{Failure, input};

/// Largest trusted root or certificate file, in bytes.
const MAX_ROOT: u64 = 1 << 20;

/// Name of the instance in the pipeline's view.
const INSTANCE: &str = "instance of [signing.keyless]";

/// Makes the view; files of the policy are looked up in `root`.
///
/// # Errors
/// [`Failure`] with exit 2 or 3.
pub(super) fn of_policy(
    policy: &Policy,
    key: &dyn Signer,
    entries: &OwnedEntries,
    root: &Path,
) -> Result<Trust, Failure> {
    let device = TrustedDevice {
        name: policy.device.name.clone(),
        facts: policy.device.facts,
        policies: vec![policy.sha256],
        allow_purpose: vec![policy.release.purpose],
        // Without a roster no signature can count: only what does not verify is seen here.
        tag_signature: SignatureDemand::IfPresent,
        commit_signature: SignatureDemand::IfPresent,
        record_signers: 1,
        approvals: Default::default(),
    };
    let mut trust = match &policy.signing.key {
        KeySource::Keyless(keyless) => of_workload(keyless, entries, device, root)?,
        _ if policy.signing.certificates.is_some() => return Err(needs_trust_file()),
        _ => Trust::of_pipeline(key.public_key().clone(), device),
    };
    for (number, service) in policy.signing.stamp_authorities.iter().enumerate() {
        let bytes = files::read(&root.join(&service.certificates), MAX_ROOT).map_err(input)?;
        let certificates = crate::policy::certificates_of_pem(&bytes).map_err(|reason| {
            Failure::message(ExitStatus::Usage, format!("{} holds {reason}", service.certificates))
                .with_hint("Name a PEM file with the certificates of the timestamp authority")
        })?;
        let name = format!("timestamp authority {} of [signing]", number + 1);
        trust.stamp_authorities.push(StampAuthority { name, certificates, window: Window::default() });
    }
    Ok(trust)
}

/// A company's certificate is judged under a root that only a trust file names; said before anything is built.
pub(super) fn needs_trust_file() -> Failure {
    Failure::message(ExitStatus::Usage, "a company's certificate signs, and only a trust file can name its root")
        .with_hint("Name yours with --trust trust.toml, with the root as [[certificate-root]]")
}

fn of_workload(
    policy: &KeylessPolicy,
    entries: &OwnedEntries,
    device: TrustedDevice,
    root: &Path,
) -> Result<Trust, Failure> {
    let claimed = claims::read(&entries.as_map()).signers.into_iter().find_map(|(signer, _)| match signer {
        ClaimedSigner::Workload(claims) => Some(claims),
        ClaimedSigner::Key { .. } | ClaimedSigner::Holder(_) => None,
    });
    let Some(claimed) = claimed else {
        return Err(Failure::message(ExitStatus::Input, "nothing in the open batch was signed by a workload")
            .with_hint("Record the batch again with the same [signing.keyless]"));
    };
    let identity = SignerIdentity::Keyless(Box::new(identity(&claimed)));
    let mut trust = Trust::of_pipeline_identity(identity, device);
    let (logs, stamps) = match &policy.services {
        // What the configuration asks for was checked when it was signed; here it is only that all of it verifies.
        KeylessServices::Config(_) => (0, 1),
        KeylessServices::Urls { rekor, stamp_authorities, .. } => {
            (usize::from(rekor.is_some()), usize::from(!stamp_authorities.is_empty()))
        }
    };
    trust.sigstore.push(SigstoreInstance {
        name: INSTANCE.to_owned(),
        trusted_root: files::read(&root.join(&policy.trusted_root), MAX_ROOT).map_err(input)?,
        logs,
        sct: policy.sct,
        stamps,
    });
    Ok(trust)
}

/// Exactly what the certificate says.
fn identity(claims: &CertificateClaims) -> KeylessIdentity {
    let literal = |text: &Option<String>| text.as_deref().map(Template::literal);
    KeylessIdentity {
        root: INSTANCE.to_owned(),
        issuer: claims.issuer.clone().unwrap_or_default(),
        subject: Template::literal(claims.subject_words()),
        workflow: literal(&claims.workflow),
        workflow_digest: literal(&claims.workflow_digest),
        repository_id: claims.repository_id.clone(),
        owner_id: claims.owner_id.clone(),
        runner: claims.runner.clone(),
        trigger: claims.trigger.clone(),
        reference: literal(&claims.reference),
        of_batch: claims.commit.is_some(),
    }
}
