//! Feeds the readers of what people write: `components.toml`, `support.toml` and the filled sheet, inspections of
//! labeling, field actions, and UDIs on labels.

#![no_main]

use std::sync::LazyLock;

use batchseal::intake::field_action::FieldAction;
use batchseal::intake::labeling_inspection::LabelingInspection;
use batchseal::model::udi::in_text::mentions;
use batchseal::model::udi::{Carrier, Identifier, Issuer};
use batchseal::policy::support::SupportFile;
use batchseal::sbom::declared::{self, Covered};
use batchseal::sbom::support_sheet::{self, Sheet};
use batchseal_fuzz::{own_name, written_is_readable};
use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| match own_name().as_str() {
    "components-toml" => components,
    "support-toml" => support,
    "support-csv" => sheet,
    "labeling-inspection" => inspection,
    "field-action" => action,
    "udi" => udi,
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

fn inspection(input: &[u8]) {
    let _ = LabelingInspection::parse(input);
}

fn action(input: &[u8]) {
    let _ = FieldAction::parse(input);
}

/// What is read is written as it stood, and what is made of a version holds that version.
fn udi(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(read) = Identifier::parse(text) {
        assert_eq!(read.to_string(), text);
        mentions(text, &read, Carrier::Lot);
    }
    for (issuer, di) in [(Issuer::Gs1, "00860000000109"), (Issuer::Hibcc, "+A123BJC5D6E71")] {
        if let Ok(made) = Identifier::make(issuer, di, Carrier::Lot, text) {
            assert_eq!(made.carried(Carrier::Lot), Some(text));
        }
        let ours = Identifier::make(issuer, di, Carrier::Lot, "1.4.0").expect("a UDI");
        mentions(text, &ours, Carrier::Lot);
    }
}

/// Rules that were written are read as the same number of rules.
fn again(text: &str, count: usize) {
    let read = SupportFile::parse(text.as_bytes(), "support.toml").unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(read.rules.len(), count);
}
