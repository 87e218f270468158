//! Every reader of what others write has a fuzz target with small seeds.

use std::collections::BTreeSet;

use batchseal::sbom::source::{DATABASES, READERS};

use crate::sources::{read, root};

/// Targets of readers that are in no list: foreign SBOMs by format, what people write, time stamps, signatures of
/// git and documents of design control.
const OTHERS: [&str; 23] = [
    "cyclonedx-json",
    "cyclonedx-xml",
    "spdx-2",
    "spdx-3",
    "components-toml",
    "support-toml",
    "support-csv",
    "time-stamp-token",
    "time-stamp-response",
    "git-signature",
    "trace",
    "anomaly-list",
    "plan-checklist",
    "scan-report",
    "vex",
    "kev-catalog",
    "soup-register",
    "soup-review-log",
    "archive-receipt",
    "junit-xml",
    "sarif",
    "cobertura-xml",
    "lcov",
];
/// Most bytes of all seeds, and most seeds of one target.
const MAX_BYTES: u64 = 1 << 20;
const MAX_SEEDS: usize = 24;

/// Name of the target of a path, as `fuzz/src/lib.rs` makes it.
fn target_of(path: &str) -> String {
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

fn targets() -> BTreeSet<String> {
    let manifest: toml::Table = read("fuzz/Cargo.toml").parse().expect("TOML");
    let programs = manifest["bin"].as_array().expect("programs");
    programs.iter().map(|program| program["name"].as_str().expect("name").to_owned()).collect()
}

#[test]
fn every_reader_has_a_fuzz_target_and_no_target_is_without_a_reader() {
    let of_files = READERS.iter().chain(DATABASES).map(|reader| target_of(reader.lockfile));
    let expected: BTreeSet<String> = of_files.chain(OTHERS.map(str::to_owned)).collect();
    assert_eq!(expected.len(), READERS.len() + DATABASES.len() + OTHERS.len(), "two readers share a name");
    assert_eq!(targets(), expected);
}

#[test]
fn every_fuzz_target_has_a_few_small_seeds() {
    let mut bytes = 0;
    for target in targets() {
        let folder = root().join("fuzz/corpus").join(&target);
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let entries: Vec<_> = entries.map(|entry| entry.expect("folder entry")).collect();
        let seeds: Vec<_> =
            entries.iter().filter(|entry| entry.file_name().to_string_lossy().starts_with("seed-")).collect();
        assert!((1..=MAX_SEEDS).contains(&seeds.len()), "{target}: {} seeds", seeds.len());
        bytes += seeds.iter().map(|seed| seed.metadata().expect("metadata").len()).sum::<u64>();
    }
    assert!(bytes < MAX_BYTES, "{bytes} bytes");
}
