//! RG-41: the bundle is complete, and every file in it is bound.
//!
//! Both ways: what a verified statement names is there with that digest, and what is there is named
//! by a verified statement, by `batch.json`, by the policy's digest or by the signed record.

use std::collections::{BTreeMap, BTreeSet};

use crate::attestation::verified::Verified;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, ReleaseEvidence, Signed};
use crate::gate::judgement::Judgement;
use crate::gate::source::{COMMIT_ENTRY, COMMITS_ENTRY, TAG_ENTRY, TREE_ENTRY};
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::entry::{AFTER_RECORD, APPROVALS, PIPELINE_KEY_ENTRY, SCANS, comes_after_record};
use crate::model::name::EntryName;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::{EntryDigest, RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::result::CheckResult;
use crate::model::seal::SEAL_ENTRY;
use crate::model::statement::ResourceDescriptor;
use crate::policy::release::POLICY_ENTRY;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(41),
    slug: "bundle-complete",
    title: "The bundle is complete, and every file in it is bound",
    clauses: &["iso13485.4.2.5", "iso13485.7.5.9.1", "iec62304.8.3", "cfr11.10a", "cfr11.10b"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-41-bundle-complete.md"),
};

const NEXT: &str = "Make the candidate again, and add or remove nothing by hand";

/// RG-41.
#[derive(Debug)]
pub struct BundleComplete;

impl Check for BundleComplete {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let mut bound = Bound::default();
        bind_fixed(evidence, &mut bound);
        bind_statements(evidence, &mut bound);
        bind_sboms(evidence, &mut bound, &mut judgement);
        if let Some(release) = &evidence.release {
            bind_release(release, evidence, &mut bound);
            judge_record(release, evidence, &mut judgement);
        }
        judge_present(&bound, evidence, &mut judgement);
        judge_byproducts(evidence, &mut judgement);
        judge_extra(&bound, evidence, &mut judgement);
        judgement.conclude()
    }
}

/// What is bound: names with their digest, bare digests, and names that only the seal binds.
#[derive(Default)]
struct Bound {
    entries: BTreeMap<String, BTreeSet<Sha256Digest>>,
    digests: BTreeSet<Sha256Digest>,
    later: BTreeSet<String>,
}

impl Bound {
    fn entry(&mut self, name: impl ToString, sha256: Sha256Digest) {
        self.entries.entry(name.to_string()).or_default().insert(sha256);
    }

    fn digests_of(&mut self, descriptors: &[ResourceDescriptor]) {
        let hexes = descriptors.iter().filter_map(|descriptor| descriptor.digest.get("sha256"));
        self.digests.extend(hexes.filter_map(|hex| Sha256Digest::parse_hex(hex).ok()));
    }
}

fn bind_fixed(evidence: &Evidence<'_>, bound: &mut Bound) {
    bound.entry(BATCH_ENTRY, evidence.batch_sha256);
    bound.entry(POLICY_ENTRY, evidence.policy.sha256);
    let git = &evidence.git;
    bound.entry(TREE_ENTRY, evidence.batch.tree_sha256);
    let raw = [(COMMIT_ENTRY, git.commit), (COMMITS_ENTRY, git.commits), (TAG_ENTRY, git.tag), (TREE_ENTRY, git.tree)];
    for (name, content) in raw {
        if let Some(content) = content {
            bound.entry(name, Sha256Digest::of(content));
        }
    }
    for (name, content) in &evidence.lockfiles {
        bound.entry(name, Sha256Digest::of(content));
    }
    bound.later.insert(PIPELINE_KEY_ENTRY.to_owned());
}

fn bind_statements(evidence: &Evidence<'_>, bound: &mut Bound) {
    bind_carriers(&evidence.provenance, bound);
    bind_carriers(&evidence.sboms, bound);
    bind_carriers(&evidence.scans, bound);
    bind_carriers(&evidence.tests, bound);
    bind_carriers(&evidence.documents, bound);
    for signed in &evidence.provenance {
        bound.digests_of(&signed.statement.predicate.run_details.byproducts);
        bound.digests_of(&signed.statement.predicate.build_definition.resolved_dependencies);
    }
    for signed in &evidence.documents {
        let content = &signed.statement.predicate.content;
        bound.entry(&content.entry, content.sha256);
    }
    // The report of a scanner is a subject of the statement that was made from it.
    for subject in evidence.scans.iter().flat_map(|signed| &signed.statement.subject) {
        if subject.name.strip_prefix(SCANS).is_some_and(|rest| rest.starts_with('/')) {
            bound.entry(&subject.name, subject.digest.sha256());
        }
    }
    for (entry, concession) in &evidence.concessions {
        bound.entry(entry, concession.payload_sha256());
        bound.entry(format!("{}.sshsig", stem_of(entry)), concession.bundle_sha256());
    }
    for descriptor in evidence.tests.iter().flat_map(|signed| &signed.statement.predicate.configuration) {
        let sha256 = descriptor.digest.get("sha256").and_then(|hex| Sha256Digest::parse_hex(hex).ok());
        let entry = descriptor.name.as_deref().filter(|name| name.starts_with("evidence/"));
        if let (Some(entry), Some(sha256)) = (entry, sha256) {
            bound.entry(entry, sha256);
        }
    }
}

fn bind_carriers<P>(statements: &[Signed<P>], bound: &mut Bound) {
    for signed in statements {
        bound.entry(&signed.entry, signed.statement.bundle_sha256());
    }
}

/// An SBOM file is bound when a verified SBOM statement carries exactly its document.
fn bind_sboms(evidence: &Evidence<'_>, bound: &mut Bound, judgement: &mut Judgement) {
    for (name, content) in &evidence.sbom_files {
        let document = content.trim_ascii();
        if evidence.sboms.iter().any(|signed| signed.statement.predicate.0.get().as_bytes() == document) {
            bound.entry(name, Sha256Digest::of(content));
        }
    }
    for signed in &evidence.sboms {
        let document = signed.statement.predicate.0.get().as_bytes();
        if !evidence.sbom_files.values().any(|content| content.trim_ascii() == document) {
            let message = "the SBOM that this statement carries is not there as a file";
            judgement.found("sbom-file-missing", &signed.entry, message, NEXT);
        }
    }
}

fn bind_release(release: &ReleaseEvidence<'_>, evidence: &Evidence<'_>, bound: &mut Bound) {
    bound.entry(RECORD_ENTRY, release.record.payload_sha256());
    bound.entry(RECORD_SIGNED_ENTRY, release.record.bundle_sha256());
    bound.later.extend(AFTER_RECORD.map(str::to_owned));
    for signed in &release.countersignatures {
        bound.entry(&signed.entry, signed.statement.bundle_sha256());
    }
    // A refused one fails RG-11.
    bound.later.extend(release.refused_countersignatures.iter().map(|refused| refused.entry.to_string()));
    for withdrawn in &release.withdrawn {
        bind_signature(&withdrawn.entry, &withdrawn.approval, bound);
        bind_signature(&withdrawn.withdrawal_entry, &withdrawn.withdrawal, bound);
    }
    for (entry, approval) in &release.approvals {
        bind_signature(entry, approval, bound);
    }
    // A refused approval fails RG-38; its files are not extra as well.
    let refused = release.refused_approvals.iter().map(|refused| stem_of(&refused.entry));
    let stems: BTreeSet<&str> = refused.collect();
    let files = evidence.entries.keys().filter(|name| name.is_in(APPROVALS) && stems.contains(stem_of(name)));
    bound.later.extend(files.map(ToString::to_string));
}

/// A person's statement, its signature, and the stamp over that.
fn bind_signature<T>(entry: &EntryName, signed: &Verified<T>, bound: &mut Bound) {
    let stem = stem_of(entry);
    bound.entry(format!("{stem}.json"), signed.payload_sha256());
    bound.entry(format!("{stem}.sshsig"), signed.bundle_sha256());
    // A stamp that verified is bound to the signature by its imprint.
    if !signed.origin().times.is_empty() {
        bound.later.insert(format!("{stem}.tsr"));
    }
}

/// `approvals/01-reviewer` of `approvals/01-reviewer.sshsig`.
fn stem_of(entry: &EntryName) -> &str {
    let text = entry.as_str();
    [".json", ".sshsig", ".tsr"].iter().find_map(|extension| text.strip_suffix(extension)).unwrap_or(text)
}

/// Everything that is named is there, with that digest.
fn judge_present(bound: &Bound, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let there: BTreeMap<&str, &EntryDigest> =
        evidence.entries.iter().map(|(name, entry)| (name.as_str(), entry)).collect();
    for (name, digests) in &bound.entries {
        let Some(entry) = there.get(name.as_str()) else {
            judgement.found("entry-missing", name, "a verified statement names this file, but it is not there", NEXT);
            continue;
        };
        if digests.iter().all(|digest| *digest == entry.sha256) {
            judgement.saw(name, entry.sha256.to_string());
        } else {
            let message = format!("file has {} (expected {digests:?})", entry.sha256);
            judgement.found("entry-differs", name, message, NEXT);
        }
    }
    // The tree listing is bound by the batch's digest; the commit only by its git id, which RG-01 judges, and the
    // commits before it by theirs, which RG-30 judges.
    if !bound.entries.contains_key(COMMIT_ENTRY) {
        judgement.found("entry-missing", COMMIT_ENTRY, "the raw commit is not there", NEXT);
    }
}

/// Every byproduct of a build, such as its log, is there as a file.
fn judge_byproducts(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for signed in &evidence.provenance {
        for byproduct in &signed.statement.predicate.run_details.byproducts {
            let sha256 = byproduct.digest.get("sha256").and_then(|hex| Sha256Digest::parse_hex(hex).ok());
            if !evidence.entries.values().any(|entry| Some(entry.sha256) == sha256) {
                let name = byproduct.name.as_deref().unwrap_or("without a name");
                let digest = sha256.map_or_else(|| "no SHA-256".to_owned(), |digest| digest.to_string());
                let message = format!("byproduct {name} with {digest} is not there as a file");
                judgement.found("byproduct-missing", &signed.entry, message, NEXT);
            }
        }
    }
}

/// Everything that is there is named. Raw evidence may be named by its digest alone.
fn judge_extra(bound: &Bound, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for (name, entry) in evidence.entries {
        let named = bound.entries.contains_key(name.as_str()) || bound.later.contains(name.as_str());
        if named {
            continue;
        }
        if name.is_in("evidence") && bound.digests.contains(&entry.sha256) {
            judgement.saw(name, format!("{} is named by a verified provenance", entry.sha256));
        } else {
            let message = format!("file with {} is not named by any verified statement", entry.sha256);
            judgement.found("entry-not-bound", name, message, NEXT);
        }
    }
}

/// The record lists what is there, and says what came before it.
fn judge_record(release: &ReleaseEvidence<'_>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let record = &release.record.predicate;
    for listed in &record.entries {
        match evidence.entries.get(&listed.name) {
            None => {
                judgement.found("entry-missing", &listed.name, "the record lists this file, but it is not there", NEXT)
            }
            Some(entry) => {
                let digests = (&entry.sha256, &listed.sha256);
                judgement.equal("entry-differs-from-record", (&listed.name, "SHA-256"), digests, NEXT);
                judgement.equal("entry-differs-from-record", (&listed.name, "size"), (&entry.size, &listed.size), NEXT);
            }
        }
    }
    let listed: BTreeSet<&EntryName> = record.entries.iter().map(|listed| &listed.name).collect();
    // A seal is never among the gate's entries, so one that lies there was planted.
    let early = |name: &&EntryName| name.as_str() == SEAL_ENTRY || !comes_after_record(name);
    for name in evidence.entries.keys().filter(early) {
        if !listed.contains(name) {
            judgement.found("entry-not-in-record", name, "file is there, but the record does not list it", NEXT);
        }
    }
    judge_identity(release, evidence, judgement);
    let (files, earlier) = (record.entries.len(), record.previous.len());
    judgement.saw(RECORD_ENTRY, format!("lists {files} files and {earlier} earlier releases"));
}

/// The record is of this batch and these artifacts, and links to what came before.
fn judge_identity(release: &ReleaseEvidence<'_>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let record = &release.record.predicate;
    if record.batch != *evidence.batch {
        let message = "the batch inside the record is another one than batch.json";
        judgement.found("record-of-other-batch", RECORD_ENTRY, message, NEXT);
    }
    if record.artifacts != evidence.artifacts {
        let message = "the artifacts inside the record are others than those of the batch";
        judgement.found("record-of-other-artifacts", RECORD_ENTRY, message, NEXT);
    }
    let subjects = release.record.subject.iter().map(|subject| (subject.name.as_str(), subject.digest.sha256()));
    let subjects: BTreeMap<&str, Sha256Digest> = subjects.collect();
    for artifact in evidence.artifacts {
        if subjects.get(artifact.name.as_str()) != Some(&artifact.sha256) {
            let message = format!("artifact with {} is no subject of the record", artifact.sha256);
            judgement.found("artifact-not-in-record", &artifact.name, message, NEXT);
        }
    }
    let earlier = record.previous.len();
    if record.first_release != record.previous.is_empty() {
        let message = format!("record says first release: {}, and names {earlier} earlier ones", record.first_release);
        judgement.found(
            "previous-not-linked",
            RECORD_ENTRY,
            message,
            "Give the earlier sealed bundles with `--previous`",
        );
    }
}
