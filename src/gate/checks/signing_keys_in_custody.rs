//! RG-12: signing keys are kept as the policy wants.
//!
//! Two sources: by what the statements were signed, as the trust file knows the signer, and where the policy says that
//! the pipeline's key is. Where a key really lies is not in any signature.

use std::collections::BTreeMap;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::RECORD_SIGNED_ENTRY;
use crate::model::result::CheckResult;
use crate::policy::identity::SignerIdentity;
use crate::policy::release::{KeySource, POLICY_ENTRY};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(12),
    slug: "signing-keys-in-custody",
    title: "Signing keys are kept as the policy wants",
    clauses: &["iec81001-5-1.5.8.4"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-12-signing-keys-in-custody.md"),
};

const KEEP_IT: &str = "Sign with a key in a token (`pkcs11:`), by a program of a key service, or with the pipeline's own \
                       identity ([signing.keyless])";

const SIGN_SO: &str = "Sign as [signing] of the policy says, or correct the policy and have the verifier accept it";

/// RG-12.
#[derive(Debug)]
pub struct SigningKeysInCustody;

impl Check for SigningKeysInCustody {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let provenance = judgement.provenance_of(evidence);
        judge_source(&evidence.policy.signing.key, &mut judgement);
        let mut signers: BTreeMap<&str, String> = BTreeMap::new();
        collect(provenance, &mut signers);
        collect(&evidence.sboms, &mut signers);
        collect(&evidence.tests, &mut signers);
        collect(&evidence.documents, &mut signers);
        if let Some(release) = &evidence.release {
            signers.entry(release.record.signer()).or_insert_with(|| RECORD_SIGNED_ENTRY.to_owned());
        }
        // Who signed the provenance is the pipeline that the policy speaks of.
        let pipeline: Vec<&str> = provenance.iter().map(|signed| signed.statement.signer()).collect();
        for (signer, entry) in &signers {
            judge_signer(signer, entry, pipeline.contains(signer), evidence, &mut judgement);
        }
        judgement.conclude()
    }
}

/// Each signer with the first statement that it signed.
fn collect<'e, P>(statements: &'e [Signed<P>], signers: &mut BTreeMap<&'e str, String>) {
    for signed in statements {
        signers.entry(signed.statement.signer()).or_insert_with(|| signed.entry.to_string());
    }
}

fn judge_source(key: &KeySource, judgement: &mut Judgement) {
    let raw = |what: &str| {
        format!("the policy takes the signing key from {what} (expected one that does not leave its place)")
    };
    match key {
        KeySource::Env(name) => {
            judgement.found("raw-key", POLICY_ENTRY, raw(&format!("the variable {name}")), KEEP_IT);
        }
        KeySource::File(_) => judgement.found("raw-key", POLICY_ENTRY, raw("a file"), KEEP_IT),
        KeySource::Pkcs11(_) => judgement.saw(POLICY_ENTRY, "the key is in a PKCS#11 token"),
        KeySource::Program(_) => judgement.saw(POLICY_ENTRY, "a program of a key service signs"),
        KeySource::Keyless(_) => {
            judgement.saw(POLICY_ENTRY, "a key is made for each run, under the pipeline's identity")
        }
    }
}

fn judge_signer(signer: &str, entry: &str, pipeline: bool, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let known = evidence.trust.signers.iter().find(|known| known.name == signer);
    let Some(identity) = known.map(|known| &known.identity) else {
        let message = format!("the trust file names no signer {signer:?}");
        judgement.found("signer-unknown", entry, message, SIGN_SO);
        return;
    };
    let expected = pipeline.then_some(matches!(evidence.policy.signing.key, KeySource::Keyless(_)));
    judge_identity((signer, entry), identity, expected, judgement);
}

/// `keyless` says what the policy expects of the pipeline; it expects nothing of others.
fn judge_identity(
    (signer, entry): (&str, &str),
    identity: &SignerIdentity,
    keyless: Option<bool>,
    judgement: &mut Judgement,
) {
    let is_keyless = matches!(identity, SignerIdentity::Keyless(_));
    match keyless {
        Some(expected) if expected != is_keyless => {
            let words = |keyless: bool| if keyless { "the pipeline's own identity" } else { "a key that lasts" };
            let (got, expected) = (words(is_keyless), words(expected));
            let message = format!("{signer:?} signed with {got} (expected {expected}, as the policy says)");
            judgement.found("signed-otherwise", entry, message, SIGN_SO);
        }
        None if !is_keyless => {
            let message = format!("{signer:?} is not the pipeline, and nothing says where its key is kept");
            judgement.found("custody-unknown", entry, message, KEEP_IT);
        }
        Some(_) | None => judgement.saw(entry, format!("signed by {signer:?}: {}", identity.in_words())),
    }
}

#[cfg(test)]
mod tests {
    use super::judge_identity;
    use crate::gate::judgement::Judgement;
    use crate::model::key::PublicKey;
    use crate::policy::identity::{KeylessIdentity, SignerIdentity, Template};

    fn keyless() -> SignerIdentity {
        SignerIdentity::Keyless(Box::new(KeylessIdentity {
            root: "instance".to_owned(),
            issuer: "https://issuer.example".to_owned(),
            subject: Template::literal("https://github.com/example/pump"),
            workflow: None,
            workflow_digest: None,
            repository_id: None,
            owner_id: None,
            runner: None,
            trigger: None,
            reference: None,
            of_batch: true,
        }))
    }

    fn key() -> SignerIdentity {
        let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("fixed bytes are a key");
        SignerIdentity::Key(PublicKey::P256(*key.verifying_key()))
    }

    fn code(identity: &SignerIdentity, keyless: Option<bool>) -> Option<String> {
        let mut judgement = Judgement::default();
        judge_identity(("signer", "entry"), identity, keyless, &mut judgement);
        judgement.into_findings().pop().map(|finding| finding.code)
    }

    #[test]
    fn the_pipeline_signs_as_its_policy_says() {
        assert_eq!(code(&keyless(), Some(true)), None);
        assert_eq!(code(&key(), Some(false)), None);
        assert_eq!(code(&keyless(), Some(false)).as_deref(), Some("signed-otherwise"));
        assert_eq!(code(&key(), Some(true)).as_deref(), Some("signed-otherwise"));
    }

    #[test]
    fn nobody_knows_where_others_keep_their_keys() {
        assert_eq!(code(&keyless(), None), None);
        assert_eq!(code(&key(), None).as_deref(), Some("custody-unknown"));
    }
}
