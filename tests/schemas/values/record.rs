//! Values of the batch record and of the ledger of attempts.

use batchseal::model::batch::SchemaVersion;
use batchseal::model::name::Version;
use batchseal::model::record::{
    ArtifactRecord, Attempt, ChangesSince, ConcessionRef, Disposition, EntryDigest, PreviousRelease, Quantities, Record,
};
use batchseal::model::sbom_changes::{Change, ChangedField, PartRef, SbomChanges};

use super::{artifact_name, bare_tool, batch, check, device, entry, every, git, result, sha256, time, tool};

pub fn artifact() -> ArtifactRecord {
    ArtifactRecord {
        name: artifact_name("pumpctl-linux-x86_64"),
        sha256: sha256("pumpctl"),
        size: 1_482_752,
        target: Some("x86_64-unknown-linux-gnu".to_owned()),
        variant: Some("two channels".to_owned()),
        disposition: Some(Disposition::Release),
    }
}

fn digest(name: &str, size: u64) -> EntryDigest {
    EntryDigest { name: entry(name), sha256: sha256(name), size }
}

fn previous() -> PreviousRelease {
    PreviousRelease {
        device: device(),
        version: Version::parse("1.3.2").unwrap(),
        bundle_sha256: sha256("infusion-pump-controller-1.3.2.evidence.zip"),
        artifacts: vec![ArtifactRecord { sha256: sha256("pumpctl 1.3.2"), size: 1_475_003, ..artifact() }],
        commit: Some(git("9")),
        udi: Some(batch::udi_of("1.3.2")),
        labeling: Some(vec![sha256("about screen of 1.3.2")]),
    }
}

/// Attempts that came far enough for a record, and not.
pub fn changes(fields: &[ChangedField]) -> ChangesSince {
    let part = |name: &str, version: &str| PartRef {
        name: name.to_owned(),
        version: version.to_owned(),
        reference: format!("pkg:cargo/{name}@{version}"),
    };
    let change =
        |field| Change { part: part("serde", "1.0.229"), field, from: "1.0.228".to_owned(), to: "1.0.229".to_owned() };
    ChangesSince {
        version: Version::parse("1.3.0").expect("version"),
        sbom_sha256: sha256("sbom of 1.3.0"),
        changes: SbomChanges {
            added: vec![part("toml", "1.2.0")],
            removed: vec![part("old", "0.1.0")],
            changed: fields.iter().copied().map(change).collect(),
        },
    }
}

pub const ALL: [ChangedField; 7] = [
    ChangedField::Version,
    ChangedField::Supplier,
    ChangedField::Licence,
    ChangedField::LevelOfSupport,
    ChangedField::EndOfSupport,
    ChangedField::Scope,
    ChangedField::Hash,
];

fn attempts() -> Vec<Attempt> {
    vec![
        Attempt { started_at: time("2026-11-23T09:12:44Z"), ended: "build failed".to_owned(), record_sha256: None },
        Attempt {
            started_at: time("2026-11-23T10:01:03Z"),
            ended: "candidate FAILED".to_owned(),
            record_sha256: Some(sha256("first record")),
        },
    ]
}

/// The example of the page.
pub fn full() -> Record {
    Record {
        schema_version: SchemaVersion,
        batch: batch::full(),
        created_at: time("2026-11-23T12:05:10Z"),
        tool: tool(),
        artifacts: vec![artifact()],
        quantities: Some(Quantities::of(&[artifact()], None)),
        entries: vec![digest("attestations/provenance-build.sigstore.json", 7311), digest("batch.json", 412)],
        candidate_gate: result::candidate(),
        pending: Vec::new(),
        first_release: false,
        previous: vec![previous()],
        attempts: attempts(),
        sbom_changes: Some(changes(&[ChangedField::Version])),
        concessions: Vec::new(),
    }
}

pub fn all() -> Vec<Record> {
    let bare_artifact = ArtifactRecord { target: None, variant: None, disposition: None, size: 0, ..artifact() };
    let concession = ConcessionRef { check: check(14), entry: entry("evidence/documents/concession.pdf") };
    let bare = Record {
        tool: bare_tool(),
        artifacts: vec![bare_artifact.clone()],
        pending: vec![check(1), check(99)],
        first_release: true,
        quantities: None,
        previous: vec![PreviousRelease {
            artifacts: vec![bare_artifact],
            udi: None,
            labeling: None,
            commit: None,
            ..previous()
        }],
        attempts: Vec::new(),
        sbom_changes: Some(changes(&ALL)),
        concessions: vec![concession],
        ..full()
    };
    let mut all = vec![full(), bare, Record { sbom_changes: None, ..full() }];
    for disposition in every!(Disposition: Release, Hold, Scrap) {
        let artifacts = vec![ArtifactRecord { disposition: Some(disposition), ..artifact() }];
        let previous = vec![PreviousRelease { artifacts: artifacts.clone(), ..previous() }];
        all.push(Record { artifacts, previous, ..full() });
    }
    all.extend(batch::all().into_iter().map(|batch| {
        let previous = vec![PreviousRelease { udi: batch.udi.clone(), ..previous() }];
        Record { batch, previous, ..full() }
    }));
    all.extend(result::all().into_iter().map(|candidate_gate| Record { candidate_gate, ..full() }));
    all
}

pub fn all_attempts() -> Vec<Vec<Attempt>> {
    vec![attempts(), Vec::new()]
}
