//! Feeds the readers of what people write: `components.toml`, `support.toml` and the filled sheet.

#![no_main]

use std::sync::LazyLock;

use batchseal::policy::support::SupportFile;
use batchseal::sbom::declared::{self, Covered};
use batchseal::sbom::support_sheet::{self, Sheet};
use batchseal_fuzz::{own_name, written_is_readable};
use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| match own_name().as_str() {
    "components-toml" => components,
    "support-toml" => support,
    "support-csv" => sheet,
    name => panic!("no reader for {name}"),
});

fuzz_target!(|input: &[u8]| FEED(input));

fn components(input: &[u8]) {
    let Ok(declared) = declared::parse(input, "components.toml") else { return };
    if let Ok(graph) = declared::add(None, &declared, &Covered::new(), "components.toml") {
        written_is_readable(&graph);
    }
}

fn support(input: &[u8]) {
    if let Ok(file) = SupportFile::parse(input, "support.toml") {
        again(&support_sheet::to_toml(&file.rules), file.rules.len());
    }
}

fn sheet(input: &[u8]) {
    let Ok(Sheet { rules, .. }) = support_sheet::read(input, "support.csv") else { return };
    if !rules.is_empty() {
        again(&support_sheet::to_toml(&rules), rules.len());
    }
}

/// Rules that were written are read as the same number of rules.
fn again(text: &str, count: usize) {
    let read = SupportFile::parse(text.as_bytes(), "support.toml").unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(read.rules.len(), count);
}
