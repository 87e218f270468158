//! RG-08: all inputs of the build are pinned and verified by hash.
//!
//! Lockfiles and pipeline definitions are read as they stand in the commit; the command is the recorded one. A tool
//! behind a script is not seen, and that is said.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::gate::source::{TREE_ENTRY, listing_of};
use crate::intake::pipeline_file::{self, Forge};
use crate::model::digest::Sha256Digest;
use crate::model::entry;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::provenance::BUILD_RECORDED;
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::policy::release::POLICY_ENTRY;
use crate::provenance::tree::{EntryMode, TreeListing, encode_path};

mod command;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(8),
    slug: "inputs-pinned",
    title: "All inputs of the build are pinned and verified by hash",
    clauses: &["iso13485.7.4.3", "iec81001-5-1.5.1.2"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-08-inputs-pinned.md"),
};

/// Most unpinned references that are listed one by one.
const SHOWN: usize = 100;

const NAME_IT: &str = "Name the committed files that define the pipeline, such as \
                       pipeline = [\".github/workflows/release.yml\"] under [release]";
const PIN: &str = "Pin it by a whole commit id or by its sha256 digest, and tag again";

/// RG-08.
#[derive(Debug)]
pub struct InputsPinned;

impl Check for InputsPinned {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        for signed in judgement.provenance_of(evidence) {
            if signed.statement.predicate.build_definition.build_type == BUILD_RECORDED {
                command::judge(signed, evidence, &mut judgement);
            }
        }
        if let Some(listing) = listing_of(evidence, &mut judgement) {
            let pins = listing.entries().iter().filter(|entry| entry.mode == EntryMode::Submodule).count();
            let shows = format!("{} pinned by commit", counted(pins, "submodule is", "submodules are"));
            judgement.saw(TREE_ENTRY, shows);
            judge_pipeline(evidence, &listing, &mut judgement);
        }
        judgement.conclude()
    }
}

fn judge_pipeline(evidence: &Evidence<'_>, listing: &TreeListing, judgement: &mut Judgement) {
    let files = &evidence.policy.release.pipeline;
    if files.is_empty() {
        let message = "the policy names no file that defines the pipeline (got none, expected [release] pipeline)";
        judgement.found("no-pipeline-named", POLICY_ENTRY, message, NAME_IT);
    }
    for path in files {
        let path = encode_path(path.as_bytes());
        let kept = entry::kept(&path).ok().and_then(|entry| evidence.lockfiles.get(&entry));
        let Some(bytes) = kept else {
            let next = "Record the release again; the recorder keeps what [release] pipeline names";
            judgement.found("pipeline-file-missing", &path, "the bundle does not keep this file", next);
            continue;
        };
        let committed = crate::provenance::tree::decode_path(path.as_bytes()).and_then(|raw| listing.sha256_of(&raw));
        let sha256 = Sha256Digest::of(bytes);
        if committed != Some(sha256) {
            let committed = committed.map_or_else(|| "no such file".to_owned(), |digest| digest.to_string());
            let message = format!("the file kept has {sha256} (expected {committed}, as committed)");
            judgement.found("pipeline-file-not-as-committed", &path, message, "Record the release again");
            continue;
        }
        judge_file(&path, bytes, judgement);
    }
}

fn judge_file(path: &str, bytes: &[u8], judgement: &mut Judgement) {
    let Some(forge) = Forge::of(path) else {
        judgement.saw(path, "as committed; what it takes from elsewhere is not seen by this version");
        return;
    };
    let references = match pipeline_file::references(bytes, forge) {
        Ok(references) => references,
        Err(error) => {
            let next = "Correct the file, or name the one that the forge really reads";
            judgement.found("pipeline-file-malformed", path, format!("the file cannot be read: {error}"), next);
            return;
        }
    };
    let unpinned = references.iter().filter(|reference| !reference.pinned);
    for reference in unpinned.clone().take(SHOWN) {
        let place = format!("{path}:{}", reference.line);
        let message = format!("{:.200?} is not pinned (expected a commit id or sha256 digest)", reference.text);
        judgement.found("reference-not-pinned", place, message, PIN);
    }
    let rest = unpinned.count().saturating_sub(SHOWN);
    if rest > 0 {
        judgement.found("more-findings", path, format!("{rest} more references are not pinned"), PIN);
    }
    judgement.saw(path, format!("{} pinned", counted(references.len(), "reference", "references")));
}
