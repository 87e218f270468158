//! Enriching a document of ours.

use super::{Enriched, enrich};
use crate::model::time::Timestamp;
use crate::policy::support::SupportFile;
use crate::sbom::cyclonedx::{self, Header};
use crate::sbom::declared::{self, Covered};
use crate::sbom::document::Acknowledgement;
use crate::sbom::document::{Component, Document, LicenceEntry, NamedLicence, NamedLicenceEntry};
use crate::sbom::fda_draft;

/// One component per package URL, without supplier or reason.
fn document(purls: &[&str]) -> Document {
    let entry = |(index, purl): (usize, &&str)| {
        format!(
            "[[component]]\nname = \"n{index}\"\nversion = \"1\"\nkind = \"library\"\npurl = \"{purl}\"\nsupplier-unknown-because = \"x\"\n"
        )
    };
    let text: String = purls.iter().enumerate().map(entry).collect();
    let own = declared::parse(format!("schema = 1\n{text}").as_bytes(), "c.toml").unwrap_or_else(|e| panic!("{e}"));
    let graph = declared::add(None, &own, &Covered::new(), "c.toml").expect("graph");
    let header = Header {
        name: "p",
        version: "1",
        manufacturer: None,
        udi: None,
        artifacts: &[],
        batch: None,
        timestamp: Timestamp::from_unix(1_800_000_000).expect("time"),
        tool_version: "0.1.0",
    };
    let mut document = cyclonedx::compose(&graph, &header).expect("document");
    for component in &mut document.components {
        component.properties.retain(|own| own.name != "batchseal:supplier-unknown-because");
    }
    document
}

fn file(text: &str) -> SupportFile {
    SupportFile::parse(format!("schema = 1\n{text}").as_bytes(), "s.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn supplier(component: &Component) -> Option<&str> {
    component.supplier.as_ref().map(|supplier| supplier.name.as_str())
}

#[test]
fn derives_suppliers_only_where_nobody_has_answered_and_marks_them() {
    let mut document = document(&["pkg:github/madler/zlib@1", "pkg:npm/%40angular/core@1", "pkg:npm/lodash@1"]);
    let enriched = enrich(&mut document, None, "0.1.0");
    assert_eq!((enriched.suppliers_derived, enriched.suppliers_missing), (2, 1));
    let found: Vec<Option<&str>> = document.components.iter().map(supplier).collect();
    assert_eq!(found, [Some("madler"), Some("angular"), None]);
    assert_eq!(document.components[0].property("batchseal:supplier-source"), Some("derived:purl-namespace"));
    assert!(document.components.iter().all(|one| one.property("batchseal:level-of-support").is_none()));
    Document::parse(&document.encode().expect("bytes")).expect("still of our form");
}

#[test]
fn what_people_say_comes_first_and_enriching_again_changes_nothing() {
    let rules = file(
        "[[support]]\npurl = \"pkg:github/*\"\nsupplier = \"zlib project\"\nlevel-unknown-because = \"no answer\"\n\
         end-of-support = 2030-01-01\nreviewed-by = \"QA\"\nreviewed-on = 2026-01-02\n\
         [[support]]\npurl = \"pkg:npm/lodash\"\nsupplier-unknown-because = \"moved\"\n",
    );
    let mut document = document(&["pkg:github/madler/zlib@1", "pkg:npm/lodash@1"]);
    let enriched = enrich(&mut document, Some((&rules, "s.toml")), "0.1.0");
    assert_eq!((enriched.suppliers_stated, enriched.applied.with_support), (2, 1));
    let [zlib, lodash] = document.components.as_slice() else { panic!("two components") };
    assert_eq!((supplier(zlib), zlib.property("batchseal:end-of-support")), (Some("zlib project"), Some("2030-01-01")));
    assert_eq!(zlib.property("batchseal:support-source"), Some("declared:s.toml"));
    assert_eq!((supplier(lodash), lodash.property("batchseal:supplier-unknown-because")), (None, Some("moved")));
    let before = document.clone();
    let again = enrich(&mut document, Some((&rules, "s.toml")), "0.1.0");
    assert_eq!(document, before);
    assert_eq!(again, Enriched { applied: again.applied.clone(), suppliers_stated: 1, ..Enriched::default() });
}

#[test]
fn a_licence_kept_as_text_gets_the_spelling_of_spdx_where_it_has_one() {
    let mut document = document(&["pkg:npm/a@1", "pkg:npm/b@1"]);
    for (component, name) in document.components.iter_mut().zip(["MIT/Apache-2.0", "our terms"]) {
        let license = NamedLicence { name: name.to_owned(), acknowledgement: Acknowledgement::Declared };
        component.licenses = vec![LicenceEntry::Named(NamedLicenceEntry { license })];
    }
    assert_eq!(enrich(&mut document, None, "0.1.0").licences, 1);
    assert!(
        matches!(&document.components[0].licenses[0], LicenceEntry::Expression(one) if one.expression == "MIT OR Apache-2.0")
    );
    assert!(matches!(&document.components[1].licenses[0], LicenceEntry::Named(_)));
}

#[test]
fn the_draft_profile_never_writes_an_unknown_as_a_value_and_can_be_taken_out() {
    let rules = file(
        "[[support]]\npurl = \"pkg:npm/a\"\nlevel-unknown-because = \"no answer\"\nend-of-support = 2030-01-01\n\
         reviewed-by = \"QA\"\nreviewed-on = 2026-01-02\n",
    );
    let mut document = document(&["pkg:npm/a@1", "pkg:npm/b@1"]);
    enrich(&mut document, Some((&rules, "s.toml")), "0.1.0");
    let before = document.clone();
    fda_draft::add(&mut document);
    let [a, b] = document.components.as_slice() else { panic!("two components") };
    assert_eq!(a.property("cdx:fda:level-of-support"), None);
    assert_eq!(a.property("cdx:fda:end-of-support-date"), Some("2030-01-01"));
    assert_eq!(a.property("cdx:fda:justification"), Some("level of support is unknown: no answer"));
    assert_eq!(a.property("cdx:fda:support-assessed-date"), Some("2026-01-02"));
    assert!(b.properties.iter().all(|own| !own.name.starts_with("cdx:")));
    fda_draft::remove(&mut document);
    assert_eq!(document, before);
}
