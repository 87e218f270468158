//! RG-44: confidential data stay where they belong.
//!
//! Text that is kept below `evidence/` is looked through again for secrets of a known form; log entries of verified
//! signatures are held against the policy's leave to publish (design rule 15).

use std::collections::BTreeMap;

use crate::attestation::sigstore::public_logs;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::RECORD_SIGNED_ENTRY;
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::policy::release::{KeySource, POLICY_ENTRY};
use crate::provenance::redact::{is_text, sightings};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(44),
    slug: "confidentiality-kept",
    title: "Confidential data stay where they belong",
    clauses: &["cfr820.35d", "iso13485.4.2.5"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-44-confidentiality-kept.md"),
};

/// Most secrets named one by one.
const MAX_NAMED: usize = 100;

const STATE: &str = "Say `confidential = true` or `false` under [release] of batchseal.toml";
const REMOVE: &str = "Take the secret out of the file, replace it wherever it is used, and release a new version";
const PERMIT: &str = "Sign with services of the company, or say `public-log = true` under [signing.keyless] before the next release; a public log forgets nothing";

/// RG-44.
#[derive(Debug)]
pub struct ConfidentialityKept;

impl Check for ConfidentialityKept {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        judge_mark(evidence.policy.release.confidential, &mut judgement);
        judge_files(evidence, &mut judgement);
        judge_logs(&logs(evidence), &evidence.policy.signing.key, &mut judgement);
        judgement.conclude()
    }
}

fn judge_mark(confidential: Option<bool>, judgement: &mut Judgement) {
    match confidential {
        Some(true) => judgement.saw(POLICY_ENTRY, "the record is marked confidential"),
        Some(false) => judgement.saw(POLICY_ENTRY, "the record is said not to be confidential"),
        None => {
            let message = "nobody says whether the record is confidential (expected true or false)";
            judgement.found("confidentiality-not-stated", POLICY_ENTRY, message, STATE);
        }
    }
}

fn judge_files(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let (mut looked_through, mut others, mut secrets) = (0, 0, 0);
    for (entry, bytes) in &evidence.files {
        if !is_text(bytes) {
            others += 1;
            continue;
        }
        looked_through += 1;
        let found = sightings(bytes);
        for place in &found.places {
            if secrets < MAX_NAMED as u64 {
                let about = format!("{entry} line {}", place.line);
                let message = format!("the line may hold a secret ({}, not shown)", place.kind);
                judgement.found("secret-in-evidence", about, message, REMOVE);
            }
            secrets += 1;
        }
        secrets += found.count - found.places.len() as u64;
    }
    if secrets > MAX_NAMED as u64 {
        let about = format!("{} more places", secrets - MAX_NAMED as u64);
        judgement.found("more-findings", about, "they may hold a secret too", REMOVE);
    }
    let (texts, others) = (counted(looked_through, "text file", "text files"), counted(others, "other", "others"));
    judgement.saw("evidence", format!("{texts} looked through for secrets of a known form, {others} not"));
}

/// Transparency logs by the entry whose signature they hold.
fn logs<'e>(evidence: &'e Evidence<'_>) -> BTreeMap<&'e str, &'e str> {
    fn add<'e, P>(statements: &'e [Signed<P>], logs: &mut BTreeMap<&'e str, &'e str>) {
        for signed in statements {
            logs.extend(signed.statement.origin().logs().map(|log| (log, signed.entry.as_str())));
        }
    }
    let mut logs = BTreeMap::new();
    add(&evidence.provenance, &mut logs);
    add(&evidence.sboms, &mut logs);
    add(&evidence.tests, &mut logs);
    add(&evidence.documents, &mut logs);
    if let Some(release) = &evidence.release {
        logs.extend(release.record.origin().logs().map(|log| (log, RECORD_SIGNED_ENTRY)));
    }
    logs
}

/// A log is public unless the policy says that it is the company's; the public-good instance's own are never that.
fn judge_logs(logs: &BTreeMap<&str, &str>, key: &KeySource, judgement: &mut Judgement) {
    let (private, permitted) = match key {
        KeySource::Keyless(keyless) => (keyless.private, keyless.public_log),
        _ => (false, false),
    };
    let known = if logs.is_empty() { Vec::new() } else { public_logs() };
    for (log, entry) in logs {
        let public = !private || known.iter().any(|known| known == log);
        if public && !permitted {
            let message = format!("signature stands in log {log}, and the policy permits no public log");
            judgement.found("public-log-not-permitted", entry, message, PERMIT);
        } else {
            let whose = if public { "which may be public, as the policy permits" } else { "which is the company's" };
            judgement.saw(entry, format!("signature stands in log {log}, {whose}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Judgement, KeySource, judge_logs, public_logs};
    use crate::model::outcome::Outcome;
    use crate::policy::signing::{KeylessPolicy, KeylessServices};

    fn keyless(private: bool, public_log: bool) -> KeySource {
        KeySource::Keyless(Box::new(KeylessPolicy {
            services: KeylessServices::Config("signing_config.json".to_owned()),
            trusted_root: "trusted_root.json".to_owned(),
            audience: "sigstore".to_owned(),
            token_file: None,
            sct: true,
            private,
            public_log,
        }))
    }

    fn judge(log: &str, key: &KeySource) -> Outcome {
        let mut judgement = Judgement::default();
        judge_logs(&BTreeMap::from([(log, "record.sigstore.json")]), key, &mut judgement);
        judgement.conclude()
    }

    #[test]
    fn a_log_needs_the_policys_leave_unless_it_is_the_companys() {
        let public = public_logs();
        assert!(!public.is_empty());
        let satisfied = |log: &str, key: &KeySource| matches!(judge(log, key), Outcome::Satisfied { .. });
        assert!(satisfied("ab", &keyless(true, false)));
        assert!(satisfied("ab", &keyless(false, true)));
        assert!(satisfied(&public[0], &keyless(false, true)));
        assert!(!satisfied("ab", &keyless(false, false)));
        assert!(!satisfied("ab", &KeySource::Env("KEY".to_owned())));
        assert!(!satisfied(&public[0], &keyless(true, false)), "the public-good log is nobody's own");
    }
}
