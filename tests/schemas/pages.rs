//! Format pages name every key of their schema, and show what the encoder really writes.

use std::collections::{BTreeMap, BTreeSet};

use batchseal::evidence::layout;
use batchseal::model::document::TestResult;
use batchseal::model::statement::Predicate;
use batchseal::model::summary::VerificationSummary;
use batchseal::sbom::predicate::CycloneDx;
use serde_json::Value;

use crate::coverage::resolve;
use crate::examples::{self, Example};
use crate::files::{path, read, schema, stems};

/// Definitions with a page of their own, which other pages link instead of repeating.
const ELSEWHERE: [(&str, &[&str]); 3] = [
    ("batch.md", &["batch", "device", "udi"]),
    ("result.md", &["result", "checkResult", "outcome", "evidenceRef", "finding", "tool"]),
    ("record.md", &["artifact", "attempt"]),
];

fn page_path(page: &str) -> String {
    format!("docs/formats/{page}.md")
}

/// Rows of the page's tables, as heading and key with the whole row.
fn rows(page: &str) -> BTreeMap<(String, String), String> {
    let mut heading = String::new();
    let mut rows = BTreeMap::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            heading = title.trim_matches('`').to_owned();
        }
        if let Some(key) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            let twice = rows.insert((heading.clone(), key.to_owned()), line.to_owned());
            assert!(twice.is_none(), "{heading}: two rows for {key}");
        }
    }
    rows
}

/// Keys of an object or of all its choices, each with whether it is required.
fn keys(node: &Value) -> BTreeMap<String, bool> {
    let mut keys = BTreeMap::new();
    for node in node.get("oneOf").and_then(Value::as_array).into_iter().flatten().chain([node]) {
        for key in node.get("properties").and_then(Value::as_object).into_iter().flat_map(|object| object.keys()) {
            keys.insert(key.clone(), node["required"].as_array().unwrap().iter().any(|required| required == key));
        }
    }
    keys
}

#[test]
fn every_page_has_a_row_for_every_key_and_no_other() {
    for Example { page, .. } in examples::all() {
        let (schema, text) = (schema(page), read(&page_path(page)));
        let own = format!("{page}.md");
        let linked: BTreeMap<&str, &str> = ELSEWHERE
            .iter()
            .filter(|(file, _)| *file != own)
            .flat_map(|(file, names)| names.iter().map(move |name| (*name, *file)))
            .collect();
        let root = if schema["type"] == "array" { resolve(&schema, &schema["items"]) } else { &schema };
        let mut objects = vec![("Fields".to_owned(), root)];
        objects.extend(schema["$defs"].as_object().unwrap().iter().map(|(name, node)| (name.clone(), node)));
        let mut expected = BTreeMap::new();
        for (name, node) in objects.iter().filter(|(name, node)| name == "Fields" || *node != root) {
            match linked.get(name.as_str()) {
                Some(file) => assert!(text.contains(&format!("]({file}")), "{own} does not link {file} for {name}"),
                None => expected.extend(keys(node).into_iter().map(|(key, needed)| ((name.clone(), key), needed))),
            }
        }
        let rows = rows(&text);
        let found: BTreeSet<_> = rows.keys().cloned().collect();
        assert_eq!(found, expected.keys().cloned().collect(), "{own}");
        for (place, required) in expected {
            assert_eq!(!rows[&place].contains("optional"), required, "{own}: {place:?}");
        }
    }
}

#[test]
fn every_example_is_what_the_encoder_writes() {
    for Example { page, predicate_type, text } in examples::all() {
        let file = page_path(page);
        let shown = read(&file);
        let (before, rest) = shown.split_once("```json\n").unwrap_or_else(|| panic!("{file} has no example"));
        let (example, after) = rest.split_once("```").unwrap();
        if example != text && std::env::var_os("BATCHSEAL_RENEW_EXAMPLES").is_some() {
            std::fs::write(path(&file), format!("{before}```json\n{text}```{after}")).unwrap();
        } else {
            assert_eq!(example, text, "{file}: run once with BATCHSEAL_RENEW_EXAMPLES=1 and look at the change");
        }
        assert!(shown.contains(&format!("](../schemas/{page}.schema.json)")), "{file} does not link its schema");
        assert!(predicate_type.is_none_or(|uri| before.contains(&format!("`{uri}`"))), "{file} has no predicate type");
    }
}

#[test]
fn the_index_names_every_page_entry_and_predicate_type() {
    let index = read("docs/formats/README.md");
    let pages = stems("docs/formats", ".md").into_iter().filter(|stem| stem != "README");
    for page in pages.chain(["evidence-bundle".to_owned()]) {
        assert!(index.contains(&format!("]({page}.md)")), "{page} is not linked");
    }
    let folders = [layout::ATTESTATIONS, layout::SBOMS, layout::APPROVALS, layout::LOCKFILES];
    let entries = [layout::TAG_ENTRY, layout::COMMIT_ENTRY, layout::TREE_ENTRY, layout::BUILD_LOG_ENTRY];
    let copies = [layout::PIPELINE_KEY_ENTRY];
    for entry in layout::REQUIRED_WHEN_SEALED.iter().chain(&folders).chain(&entries).chain(&copies) {
        assert!(index.contains(&format!("`{entry}")), "{entry} is not described");
    }
    let own = examples::all().into_iter().filter_map(|example| example.predicate_type);
    for uri in own.chain([VerificationSummary::TYPE, TestResult::TYPE, CycloneDx::TYPE]) {
        assert!(index.contains(&format!("`{uri}`")), "{uri} is not described");
    }
}
