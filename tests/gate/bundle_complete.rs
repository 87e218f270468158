//! RG-41.

use batchseal::gate::checks::bundle_complete::BundleComplete as Check;
use batchseal::gate::evidence::Refused;
use batchseal::model::digest::Sha256Digest;

use crate::fixture::statements::{self, entry};
use crate::fixture::{World, add, assert_found, assert_satisfied};

#[test]
fn accepts_bundle_in_which_every_file_is_bound() {
    let world = World::new();
    let shown = ["batch.json", "sbom/device.cdx.json", "evidence/build/log.txt", "evidence/junit/unit.xml", "git/tag"];
    assert_satisfied(&world.candidate(&Check), &shown);
    assert_satisfied(&world.release(&Check), &["record.json", "approvals/02-authoriser.sshsig"]);
}

#[test]
fn rejects_every_file_that_is_missing() {
    let names = [
        "batch.json",
        "policy/batchseal.toml",
        "git/tag",
        "git/commit",
        "git/tree.txt",
        "attestations/provenance-build.sigstore.json",
        "evidence/lockfiles/Cargo.lock",
        "evidence/junit/unit.xml",
        "evidence/documents/risk.txt",
        "sbom/device.cdx.json",
    ];
    for name in names {
        let mut world = World::new();
        world.edit_entries = Box::new(move |entries| assert!(entries.remove(&entry(name)).is_some(), "{name}"));
        assert_found(&world.candidate(&Check), &["entry-missing"]);
        assert_found(&world.release(&Check), &["entry-missing"]);
    }
}

#[test]
fn rejects_every_file_that_was_altered() {
    let names: Vec<String> = World::new().files.keys().map(ToString::to_string).collect();
    for name in names {
        let mut world = World::new();
        let altered = name.clone();
        world.edit_entries = Box::new(move |entries| add(entries, &altered, b"altered"));
        // The log is bound by its digest alone.
        let by_digest = name.ends_with("log.txt");
        let mut expected = if by_digest { vec!["byproduct-missing", "entry-not-bound"] } else { vec!["entry-differs"] };
        assert_found(&world.candidate(&Check), &expected);
        expected.push("entry-differs-from-record");
        expected.sort_unstable();
        assert_found(&world.release(&Check), &expected);
    }
}

#[test]
fn rejects_missing_build_log() {
    let mut world = World::new();
    world.remove_file("evidence/build/log.txt");
    assert_found(&world.candidate(&Check), &["byproduct-missing"]);
}

#[test]
fn rejects_files_that_nothing_binds() {
    for name in
        ["evidence/extra.txt", "attestations/extra.sigstore.json", "sbom/extra.json", "trust/other.pub", "notes.txt"]
    {
        let mut world = World::new();
        world.edit_entries = Box::new(move |entries| add(entries, name, b"extra"));
        assert_found(&world.candidate(&Check), &["entry-not-bound"]);
        assert_found(&world.release(&Check), &["entry-not-bound", "entry-not-in-record"]);
    }
}

#[test]
fn allows_pages_and_verdict_only_after_the_record() {
    let mut world = World::new();
    world.edit_entries = Box::new(|entries| {
        for name in ["INDEX.html", "HOW-TO-VERIFY.md", "SHA256SUMS", "verdict.sigstore.json", "result.sigstore.json"] {
            add(entries, name, b"page");
        }
    });
    assert_satisfied(&world.release(&Check), &["record.json"]);
    assert_found(&world.candidate(&Check), &["entry-not-bound"]);
}

#[test]
fn rejects_exchanged_record_and_approval_files() {
    for name in ["record.json", "record.sigstore.json", "approvals/01-reviewer.json", "approvals/01-reviewer.sshsig"] {
        let mut world = World::new();
        world.edit_entries = Box::new(move |entries| add(entries, name, b"other"));
        assert_found(&world.release(&Check), &["entry-differs"]);
    }
    let mut world = World::new();
    world.edit_entries = Box::new(|entries| add(entries, "approvals/03-safety.json", b"late"));
    assert_found(&world.release(&Check), &["entry-not-bound"]);
    world.refused_approvals = vec![Refused { entry: entry("approvals/03-safety.sshsig"), reason: "late".to_owned() }];
    assert_satisfied(&world.release(&Check), &["record.json"]);
}

#[test]
fn rejects_size_that_differs_from_the_record() {
    let mut world = World::new();
    world.edit_entries = Box::new(|entries| {
        if let Some(tag) = entries.get_mut(&entry("git/tag")) {
            tag.size += 1;
        }
    });
    assert_found(&world.release(&Check), &["entry-differs-from-record"]);
}

#[test]
fn rejects_sbom_file_that_no_statement_carries() {
    let mut world = World::new();
    let other = statements::SBOM.replace("pump", "pomp");
    world.files.insert(entry("sbom/device.cdx.json"), other.into_bytes());
    assert_found(&world.candidate(&Check), &["entry-not-bound", "sbom-file-missing"]);
    let padded = format!("{}\n", statements::SBOM);
    world.files.insert(entry("sbom/device.cdx.json"), padded.into_bytes());
    assert_satisfied(&world.candidate(&Check), &["sbom/device.cdx.json"]);
}

#[test]
fn rejects_document_whose_statement_names_other_bytes() {
    let mut world = World::new();
    world.documents[0].predicate.content.sha256 = Sha256Digest::of(b"other revision");
    assert_found(&world.candidate(&Check), &["entry-differs"]);
}

#[test]
fn rejects_record_without_link_to_what_came_before() {
    let mut world = World::new();
    world.record.first_release = false;
    assert_found(&world.release(&Check), &["previous-not-linked"]);
}

#[test]
fn rejects_record_of_another_batch_or_other_artifacts() {
    let mut world = World::new();
    world.record.batch.tag = "v1.2.4".to_owned();
    assert_found(&world.release(&Check), &["record-of-other-batch"]);
    let mut world = World::new();
    world.record.artifacts.clear();
    assert_found(&world.release(&Check), &["artifact-not-in-record", "record-of-other-artifacts"]);
}

#[test]
fn further_signatures_and_withdrawals_are_bound() {
    let mut world = World::new();
    world.trust_signer(8, None);
    world.countersigners = vec![8];
    world.withdrawn = vec![0];
    let shown = ["record.signer-8.sigstore.json", "approvals/01-reviewer.withdrawal.sshsig"];
    assert_satisfied(&world.release(&Check), &shown);
    world.edit_entries = Box::new(|entries| add(entries, "record.qa.sigstore.json", b"x"));
    assert_found(&world.release(&Check), &["entry-not-bound"]);
    world.refused_countersignatures =
        vec![Refused { entry: entry("record.qa.sigstore.json"), reason: "it is over another record".to_owned() }];
    assert_satisfied(&world.release(&Check), &shown);
}
