//! What the fuzz targets share: their names, how an input is cut into files, and what must hold of a graph.

use batchseal::model::time::Timestamp;
use batchseal::sbom::cyclonedx::{self, Header};
use batchseal::sbom::document::Document;
use batchseal::sbom::graph::ComponentGraph;
use batchseal::sbom::inventory::Inventory;
use batchseal::sbom::source::Files;
use batchseal::sbom::{foreign, import, spdx2, spdx3};

/// The line before each further file of an input; the path follows it.
const MARK: &[u8] = b"%%% ";

/// Name of the program that runs: several targets share one source.
pub fn own_name() -> String {
    let program = std::env::current_exe().expect("own path");
    program.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

/// Name of the target of a path: lower case, and `-` between what is neither letter nor digit.
pub fn target_of(path: &str) -> String {
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Cuts an input into files: the first one is `first`, every other one has its path in the line before it.
pub fn files(first: &str, input: &[u8]) -> Files {
    let mut files = Files::new();
    let mut name = first.to_owned();
    let mut text = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(MARK) {
            Some(path) => {
                files.insert(std::mem::take(&mut name), std::mem::take(&mut text));
                name = String::from_utf8_lossy(path).trim_end().to_owned();
            }
            None => text.extend_from_slice(line),
        }
    }
    files.insert(name, text);
    files
}

/// What a graph is written as, every reader of ours must read.
///
/// # Panics
/// When one does not.
pub fn written_is_readable(graph: &ComponentGraph) {
    let header = header();
    if let Ok(bytes) = cyclonedx::document(graph, &header) {
        let document = Document::parse(&bytes).expect("own CycloneDX, own reader");
        let _ = import::graph(&Inventory::from(&document), "own.cdx.json").expect("own CycloneDX as a graph");
        imports(&bytes, "own CycloneDX");
    }
    if let Ok(bytes) = spdx2::document(graph, &header) {
        imports(&bytes, "own SPDX 2.3");
    }
    if let Ok(bytes) = spdx3::document(graph, &header) {
        imports(&bytes, "own SPDX 3.0");
    }
}

fn imports(bytes: &[u8], what: &str) {
    let inventory = foreign::read(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    import::graph(&inventory, "own").unwrap_or_else(|error| panic!("{what} as a graph: {error}"));
}

fn header() -> Header<'static> {
    Header {
        name: "pump",
        version: "1.0.0",
        manufacturer: Some("Example Devices (demo)"),
        udi: None,
        artifacts: &[],
        batch: None,
        timestamp: Timestamp::parse("2026-01-02T03:04:05Z").expect("time"),
        tool_version: "0.0.0",
    }
}
