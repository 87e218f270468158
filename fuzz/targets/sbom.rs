//! Feeds the reader of other people's SBOMs; each format has a target, so that each has a corpus.

#![no_main]

use batchseal::sbom::{document::Document, foreign, import};
use batchseal_fuzz::written_is_readable;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = Document::parse(input);
    let Ok(inventory) = foreign::read(input) else { return };
    if let Ok(graph) = import::graph(&inventory, "theirs") {
        written_is_readable(&graph);
    }
});
