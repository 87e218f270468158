//! RG-02: the sources are clean, and every byte of them is pinned.
//!
//! The tree id is recomputed from `git/tree.txt` and compared with the tree that the raw commit
//! names; the listing's own SHA-256 is compared with `batch.json` and the provenance.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::gate::source::{COMMIT_ENTRY, TREE_ENTRY, commit_of};
use crate::model::digest::Sha256Digest;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::provenance::{Provenance, SourceState};
use crate::model::result::CheckResult;
use crate::provenance::tree::{EntryMode, TreeListing};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(2),
    slug: "clean-source",
    title: "The sources are clean, and every byte of them is pinned",
    clauses: &["iso13485.7.5.9", "iec62304.8.1.3"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-02-clean-source.md"),
};

const RECORD_AGAIN: &str = "Record the build again from a clean, full clone of the tag";

/// RG-02.
#[derive(Debug)]
pub struct CleanSource;

impl Check for CleanSource {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let listing = judge_listing(evidence, &mut judgement);
        for signed in judgement.provenance_of(evidence) {
            judge_state(signed, evidence, &mut judgement);
            if let Some(listing) = &listing {
                judge_submodules(signed, listing, &mut judgement);
            }
        }
        judgement.conclude()
    }
}

/// Binds `git/tree.txt` to the batch by SHA-256 and to the commit by the recomputed tree id.
fn judge_listing(evidence: &Evidence<'_>, judgement: &mut Judgement) -> Option<TreeListing> {
    let commit = commit_of(evidence, judgement);
    let Some(content) = evidence.git.tree else {
        judgement.found("tree-listing-missing", TREE_ENTRY, "the tree listing is not there", RECORD_AGAIN);
        return None;
    };
    let sha256 = Sha256Digest::of(content);
    let expected = &evidence.batch.tree_sha256;
    judgement.equal("tree-digest-differs", (TREE_ENTRY, "SHA-256"), (&sha256, expected), RECORD_AGAIN);
    let listing = match TreeListing::parse(content) {
        Ok(listing) => listing,
        Err(error) => {
            let message = format!("the tree listing cannot be read: {error}");
            judgement.found("tree-listing-malformed", TREE_ENTRY, message, RECORD_AGAIN);
            return None;
        }
    };
    match (listing.root_id(), commit) {
        (Some(root), Some(commit)) => {
            let what = (COMMIT_ENTRY, "tree of the commit");
            if judgement.equal("tree-id-differs", what, (&commit.tree, &root), RECORD_AGAIN) {
                let count = listing.entries().len();
                judgement.saw(TREE_ENTRY, format!("{count} paths hash to tree {root} of the commit; {sha256}"));
            }
        }
        (None, _) => {
            judgement.found("tree-id-unknown", TREE_ENTRY, "no tree id can be computed from the listing", RECORD_AGAIN);
        }
        // A commit that does not hold has its own finding.
        (Some(_), None) => {}
    }
    Some(listing)
}

fn judge_state(signed: &Signed<Provenance>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let parameters = &signed.statement.predicate.build_definition.internal_parameters;
    let source = &parameters.source;
    let about = &signed.entry;
    let digests = (&source.tree_sha256, &evidence.batch.tree_sha256);
    judgement.equal("recorded-tree-differs", (about, "tree digest recorded"), digests, RECORD_AGAIN);
    judgement.equal(
        "recorded-commit-differs",
        (about, "commit recorded"),
        (&source.commit, &evidence.batch.commit),
        RECORD_AGAIN,
    );
    if source.shallow {
        let message = "the clone was shallow (expected full history)";
        judgement.found("shallow-clone", about, message, "Fetch the full history (fetch-depth 0) and record again");
    }
    for (code, when, paths) in
        [("changed-before-build", "before", &source.changes_before), ("changed-by-build", "by", &source.changes_after)]
    {
        if !paths.is_empty() {
            judgement.found(code, about, changed(when, paths), RECORD_AGAIN);
        }
    }
    for refusal in &parameters.overridden_refusals {
        let message = format!("a refusal of the recorder was overridden: {refusal}");
        judgement.found("refusal-overridden", about, message, "Record again without --unsafe-record-anyway");
    }
    judgement.saw(about, unchanged(source));
}

fn changed(when: &str, paths: &[String]) -> String {
    let shown: Vec<&String> = paths.iter().take(10).collect();
    format!("{} paths were changed {when} the build, such as {shown:?} (expected none)", paths.len())
}

fn unchanged(source: &SourceState) -> String {
    format!(
        "{} changes before and {} after the build, {} submodules (asserted by the pipeline)",
        source.changes_before.len(),
        source.changes_after.len(),
        source.submodules.len()
    )
}

/// Submodules of the tree and of the provenance are the same, pinned and checked out as pinned.
fn judge_submodules(signed: &Signed<Provenance>, listing: &TreeListing, judgement: &mut Judgement) {
    const NEXT: &str =
        "Check out every submodule as the tree pins it (`git submodule update --init --recursive`) and record again";
    let recorded = &signed.statement.predicate.build_definition.internal_parameters.source.submodules;
    let about = |path: &str| format!("{}: {path}", signed.entry.file_name());
    let pinned: Vec<_> = listing.entries().iter().filter(|entry| entry.mode == EntryMode::Submodule).collect();
    for entry in &pinned {
        let path = String::from_utf8_lossy(&entry.path);
        let Some(submodule) = recorded.iter().find(|submodule| submodule.path.as_bytes() == entry.path) else {
            let message = format!("submodule pinned to {} is not recorded", entry.id);
            judgement.found("submodule-not-recorded", about(&path), message, NEXT);
            continue;
        };
        let place = about(&path);
        judgement.equal("submodule-differs", (&place, "commit recorded"), (&submodule.commit, &entry.id), NEXT);
        match &submodule.checked_out {
            Some(got) => {
                judgement.equal("submodule-moved", (&place, "commit checked out"), (got, &entry.id), NEXT);
            }
            None => judgement.found("submodule-absent", &place, "submodule was not checked out", NEXT),
        }
    }
    for submodule in recorded {
        if !pinned.iter().any(|entry| entry.path == submodule.path.as_bytes()) {
            let message = "submodule is recorded, but the tree does not pin it";
            judgement.found("submodule-not-pinned", about(&submodule.path), message, NEXT);
        }
    }
}
