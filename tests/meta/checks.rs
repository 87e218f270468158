//! A check is one file, one registry line, one page and one test module, all of one name.

use batchseal::gate::catalogue::{catalogue, clause, published};
use batchseal::gate::check::CheckMeta;
use batchseal::gate::registry::{CHECKS, find, not_judged};
use batchseal::model::outcome::CheckId;

use crate::sources::{files, read};

const SECTIONS: [&str; 7] = [
    "## Requirement",
    "## What is looked at",
    "## Passes when",
    "## Fails when",
    "## Remediation",
    "## Concession",
    "## Since version",
];

/// Of every check, in id order.
fn metas() -> Vec<&'static CheckMeta> {
    CHECKS.iter().map(|check| check.meta()).collect()
}

fn module(meta: &CheckMeta) -> String {
    meta.slug.replace('-', "_")
}

#[test]
fn registry_is_in_id_order_without_repeats() {
    let ids: Vec<CheckId> = CHECKS.iter().map(|check| check.meta().id).collect();
    assert!(!ids.is_empty());
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    let mut slugs: Vec<&str> = metas().iter().map(|meta| meta.slug).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), ids.len(), "slugs repeat");
    assert!(not_judged().iter().all(|id| find(*id).is_none()));
}

#[test]
fn every_check_has_file_page_and_test_module_and_none_is_left_over() {
    let mut sources: Vec<String> = metas().iter().map(|meta| format!("src/gate/checks/{}.rs", module(meta))).collect();
    sources.push("src/gate/checks/mod.rs".to_owned());
    sources.sort();
    let top = |path: &String| path.matches('/').count() == 3;
    let there: Vec<String> = files("src/gate/checks", &["rs"]).into_iter().filter(top).collect();
    assert_eq!(there, sources, "check files and registry differ");
    let pages: Vec<String> = metas().iter().map(|meta| format!("docs/checks/{}-{}.md", meta.id, meta.slug)).collect();
    assert_eq!(files("docs/checks", &["md"]), pages, "pages and registry differ");
    let folders = ["tests/gate", "tests/gate_sbom"];
    for meta in metas() {
        let module = module(meta);
        let line = format!("mod {module};");
        let folder = folders.into_iter().find(|folder| read(&format!("{folder}/main.rs")).contains(&line));
        let folder = folder.unwrap_or_else(|| panic!("neither of {folders:?} has a module {module}"));
        assert!(read(&format!("{folder}/{module}.rs")).contains("#[test]"), "{module} has no test");
    }
}

#[test]
fn every_page_is_embedded_begins_with_id_and_title_and_has_all_sections() {
    for meta in metas() {
        let page = read(&format!("docs/checks/{}-{}.md", meta.id, meta.slug));
        assert_eq!(page, meta.page, "{} embeds another page", meta.id);
        assert_eq!(page.lines().next(), Some(format!("# {} {}", meta.id, meta.title).as_str()));
        let headings: Vec<&str> = page.lines().filter(|line| SECTIONS.contains(line)).collect();
        assert_eq!(headings, SECTIONS, "sections of {}", meta.id);
        assert!(!page.contains("\n\n\n"), "{} has an empty section", meta.id);
    }
}

#[test]
fn titles_are_sentences_without_period_that_state_what_holds() {
    for meta in metas() {
        assert!(
            !meta.title.ends_with('.') && meta.title.starts_with(|c: char| c.is_ascii_uppercase()),
            "{}",
            meta.title
        );
        let slug_is_kebab = meta.slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        assert!(slug_is_kebab && !meta.slug.is_empty(), "{}", meta.slug);
    }
}

#[test]
fn checks_and_clauses_name_each_other() {
    for meta in metas() {
        assert!(!meta.clauses.is_empty(), "{} names no clause", meta.id);
        assert!(published(meta.id).is_some(), "{} is not in the catalogue", meta.id);
        for id in meta.clauses {
            let clause = clause(id).unwrap_or_else(|| panic!("{} names the unknown clause {id}", meta.id));
            assert!(clause.checks().contains(&meta.id), "{id} does not name {}", meta.id);
        }
    }
    for clause in &catalogue().clauses {
        for id in clause.checks() {
            let named = find(id).is_none_or(|check| check.meta().clauses.contains(&clause.id.as_str()));
            assert!(named, "{id} does not name {}", clause.id);
        }
    }
}
