//! `batchseal trust init --from BUNDLE`: what a bundle claims, as a draft for a person to check.

use std::collections::BTreeSet;

use crate::attestation::sigstore::CertificateClaims;
use crate::evidence::claims::{ClaimedPerson, ClaimedSigner, Claims};
use crate::model::batch::Batch;
use crate::policy::trust::StatementKind;

/// TOML string of text that a stranger chose.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string().replace(['\n', '\r'], " ")
}

/// The signers as `[[signer]]` tables, with the anchors they need.
pub(super) fn signers(claims: &Claims, batch: Option<&Batch>) -> String {
    let mut text = String::new();
    for (number, (signer, kinds)) in claims.signers.iter().enumerate() {
        text.push_str("# CLAIMED by the bundle. Compare with the pipeline's own settings before you believe it.\n");
        text.push_str(&format!("[[signer]]\nname = \"signer {}\"\n", number + 1));
        text.push_str(&format!("may-sign = [{}]\n", words(kinds)));
        text.push_str("# Renewals (`batchseal renew`) need \"addendum\" in the list of whoever makes them.\n");
        match signer {
            ClaimedSigner::Key { pem: Some(pem), id } => {
                text.push_str(&format!("# sha256:{id}\nkey = \"\"\"\n{pem}\"\"\"\n"));
            }
            ClaimedSigner::Key { pem: None, id } => {
                text.push_str(&format!("key-file = \"FILL IN: file with the public key sha256:{id}\"\n"));
            }
            ClaimedSigner::Workload(claims) => text.push_str(&workload(claims, batch)),
            ClaimedSigner::Holder(subject) => {
                let line = format!("certificate-root = \"company\"\nsubject = {}\n", quoted(subject));
                text.push_str(&line);
            }
        }
        text.push('\n');
    }
    text + &anchors(claims)
}

fn words(kinds: &BTreeSet<StatementKind>) -> String {
    kinds.iter().map(|kind| format!("\"{}\"", kind.as_str())).collect::<Vec<_>>().join(", ")
}

fn workload(claims: &CertificateClaims, batch: Option<&Batch>) -> String {
    let mut text = String::from("sigstore = \"instance\"\n");
    let of_batch = batch.is_some_and(|batch| claims.commit.as_deref() == Some(batch.commit.as_str()));
    // What follows the batch is named by its place, so that the next release needs no other trust file.
    let placed = |value: &str| match batch {
        Some(batch) => value
            .replace(batch.commit.as_str(), "{commit}")
            .replace(&format!("refs/tags/{}", batch.tag), "refs/tags/{tag}"),
        None => value.to_owned(),
    };
    let lines = [
        ("issuer", claims.issuer.clone()),
        ("subject", claims.subject.as_ref().map(|subject| placed(subject.as_str()))),
        ("workflow", claims.workflow.as_deref().map(placed)),
        ("workflow-digest", claims.workflow_digest.as_deref().map(placed)),
        ("repository-id", claims.repository_id.clone()),
        ("owner-id", claims.owner_id.clone()),
        ("runner", claims.runner.clone()),
        ("trigger", claims.trigger.clone()),
        ("ref", claims.reference.as_deref().map(placed)),
    ];
    for (key, value) in lines {
        if let Some(value) = value {
            text.push_str(&format!("{key} = {}\n", quoted(&value)));
        }
    }
    if !of_batch {
        text.push_str("of-batch = false\n");
    }
    text
}

fn anchors(claims: &Claims) -> String {
    let mut text = String::new();
    let any = |wanted: fn(&ClaimedSigner) -> bool| claims.signers.iter().any(|(signer, _)| wanted(signer));
    if any(|signer| matches!(signer, ClaimedSigner::Workload(_))) {
        text.push_str(
            "# Get the instance's trusted_root.json from whoever runs it, never from the bundle.\n[[sigstore]]\nname = \"instance\"\ntrusted-root = \"trusted_root.json\"\n\n",
        );
    }
    if any(|signer| matches!(signer, ClaimedSigner::Holder(_))) {
        text.push_str(
            "# Get the root from your company's certificate authority, never from the bundle.\n[[certificate-root]]\nname = \"company\"\ncertificates-file = \"company-root.pem\"\n\n",
        );
    }
    let authorities: BTreeSet<&str> = claims.stamps.iter().map(|stamp| stamp.authority.as_str()).collect();
    for authority in authorities {
        text.push_str(&format!(
            "# CLAIMED: stamped by {}. Get its certificates from whoever runs it.\n[[timestamp-authority]]\nname = \"timestamp authority\"\ncertificates-file = \"tsa.pem\"\n\n",
            quoted(authority)
        ));
    }
    text
}

/// The people as `[[person]]` tables.
pub(super) fn people(people: &[ClaimedPerson]) -> String {
    let mut text = String::new();
    for person in people {
        let roles: Vec<String> = person.roles.iter().map(|role| quoted(role)).collect();
        text.push_str(&format!(
            "# CLAIMED by the bundle. Compare the key with the one that the person gives you.\n[[person]]\nname = {}\n",
            quoted(&person.name)
        ));
        if !roles.is_empty() {
            text.push_str(&format!("roles = [{}]\n", roles.join(", ")));
        }
        if !person.deputy_for.is_empty() {
            let whom: Vec<String> = person.deputy_for.iter().map(|name| quoted(name)).collect();
            text.push_str(&format!(
                "# Deputies need valid-from and valid-until.\ndeputy-for = [{}]\n",
                whom.join(", ")
            ));
        }
        text.push_str(&format!("ssh-key = {}\n\n", quoted(&person.ssh_key)));
    }
    text
}
