//! The reference pages name every key that the parsers accept, and no other.

use std::collections::BTreeSet;

use batchseal::policy::evidence::EvidenceList;
use batchseal::policy::keys::{
    COMPONENTS_TABLES, EVIDENCE_TABLES, POLICY_TABLES, SUPPORT_TABLES, TRUST_TABLES, TableKeys,
};
use batchseal::policy::support::SupportFile;
use batchseal::sbom::declared;

const POLICY_PAGE: &str = include_str!("../../docs/reference/batchseal-toml.md");
const TRUST_PAGE: &str = include_str!("../../docs/reference/trust-toml.md");
const COMPONENTS_PAGE: &str = include_str!("../../docs/reference/components-toml.md");
const EVIDENCE_PAGE: &str = include_str!("../../docs/reference/evidence-toml.md");
const SUPPORT_PAGE: &str = include_str!("../../docs/reference/support-toml.md");

/// Rows `| `key` | …` below a heading, as (heading, key).
fn rows(page: &str) -> BTreeSet<(String, String)> {
    let mut heading = String::new();
    let mut rows = BTreeSet::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title.trim_matches('`').trim_matches(['[', ']']).to_owned();
        }
        if let Some(key) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            rows.insert((heading.clone(), key.to_owned()));
        }
    }
    rows
}

fn accepted(tables: &[TableKeys]) -> BTreeSet<(String, String)> {
    let title = |table: &str| if table.is_empty() { "Top of the file".to_owned() } else { table.to_owned() };
    tables.iter().flat_map(|(table, keys)| keys.iter().map(move |key| (title(table), (*key).to_owned()))).collect()
}

#[test]
fn the_policy_page_names_every_key() {
    let mut rows = rows(POLICY_PAGE);
    assert!(rows.remove(&("gate.severity".to_owned(), "RG-NN".to_owned())), "[gate.severity] has no row");
    assert_eq!(rows, accepted(POLICY_TABLES));
}

#[test]
fn the_trust_page_names_every_key() {
    assert_eq!(rows(TRUST_PAGE), accepted(TRUST_TABLES));
}

#[test]
fn the_pages_of_components_and_support_name_every_key() {
    assert_eq!(rows(COMPONENTS_PAGE), accepted(COMPONENTS_TABLES));
    assert_eq!(rows(SUPPORT_PAGE), accepted(SUPPORT_TABLES));
    assert_eq!(rows(EVIDENCE_PAGE), accepted(EVIDENCE_TABLES));
}

#[test]
fn the_examples_on_the_pages_load() {
    let example = |page: &str| {
        let text = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        text.to_owned()
    };
    declared::parse(example(COMPONENTS_PAGE).as_bytes(), "page").unwrap_or_else(|errors| panic!("{errors}"));
    let list =
        EvidenceList::parse(example(EVIDENCE_PAGE).as_bytes(), "page").unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((list.tests.len(), list.documents.len()), (1, 1));
    SupportFile::parse(example(SUPPORT_PAGE).as_bytes(), "page").unwrap_or_else(|errors| panic!("{errors}"));
    let policy = crate::fixtures::parse_policy(&example(POLICY_PAGE)).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(policy.unfilled.is_empty());
    let text = example(TRUST_PAGE).replace("ssh-ed25519 AAAA…", &crate::fixtures::ssh(3));
    let text = text.replace("sha256:…", &policy.sha256.to_string());
    crate::fixtures::parse_trust(&text).unwrap_or_else(|errors| panic!("{errors}"));
}
