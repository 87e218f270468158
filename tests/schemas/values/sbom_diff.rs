//! Differences of two SBOMs: with every field, and one that the example shows.

use batchseal::model::sbom_changes::ChangedField;
use batchseal::report::sbom_diff::{Compared, Side, json};

use super::{record, sha256};

pub fn all() -> Vec<String> {
    vec![compared(&record::ALL), small()]
}

pub fn small() -> String {
    compared(&[ChangedField::Version])
}

fn compared(fields: &[ChangedField]) -> String {
    let changes = record::changes(fields).changes;
    let side = |file| Side { file, sha256: sha256(file) };
    let compared = Compared::new(side("v1.3.0.cdx.json"), side("v1.4.0.cdx.json"), &changes);
    String::from_utf8(json(&compared).unwrap()).unwrap()
}
