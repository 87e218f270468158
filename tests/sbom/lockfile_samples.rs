//! Lockfiles of published projects, with the counts that their own tools gave.

use std::path::PathBuf;

use batchseal::sbom::source::{Files, READERS, Reader};

/// Folder, reader, components of the graph (the project counts).
const SAMPLES: [(&str, &str, usize); 7] = [
    ("go-slsa-verifier", "Go", 107),
    ("gem-loopworkspace", "Bundler", 97),
    ("npm-cgm-remote-monitor", "npm", 984),
    ("poetry-ventilator", "Poetry", 46),
    ("swiftpm-loopworkspace", "SwiftPM", 20),
    ("uv-ruff", "uv", 15),
    ("yarn-tidepool-uploader", "Yarn", 1608),
];

#[test]
fn every_sample_is_read_whole() {
    let data = std::env::var_os("BATCHSEAL_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    for (folder, name, expected) in SAMPLES {
        let path = data.join("lockfiles").join(folder);
        if !path.is_dir() {
            println!("skipped: {folder} is not there");
            continue;
        }
        let is_there = |reader: &&Reader| reader.name == name && path.join(reader.lockfile).is_file();
        let reader = READERS.iter().find(is_there).expect("reader");
        let files: Files = std::iter::once(&reader.lockfile)
            .chain(reader.beside)
            .filter_map(|file| Some(((*file).to_owned(), std::fs::read(path.join(file)).ok()?)))
            .collect();
        let resolution = (reader.read)(&files, folder).expect("resolution");
        let graph = resolution.graph(reader.lockfile, &[], None).expect("graph");
        assert_eq!(graph.len(), expected, "{folder}");
    }
}
