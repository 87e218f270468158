//! Profiles over inventories that no tool of ours made.

mod strict;

use std::collections::{BTreeMap, BTreeSet};

use batchseal::model::digest::Sha256Digest;
use batchseal::policy::release::SbomProfile;
use batchseal::report::sbom_check::{Checked, csv, human, json, sarif};
use batchseal::sbom::component::Kind;
use batchseal::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item, Statement, Tool};
use batchseal::sbom::profile::{Profile, judge};
use batchseal::sbom::support::SupportLevel;

fn known(text: &str) -> Option<Answer<String>> {
    Some(Answer::Known(text.to_owned()))
}

/// A component with a value for every attribute of every profile.
fn full(reference: &str) -> Item {
    Item {
        version: known("1.0"),
        supplier: known("Example"),
        identifiers: vec![Identifier { kind: IdentifierKind::Purl, value: format!("pkg:npm/{reference}@1.0") }],
        hashes: vec![("SHA-256".to_owned(), "ab".repeat(32))],
        licences: vec![Answer::Known("MIT".to_owned())],
        support_level: Some(Answer::Known(SupportLevel::ActivelyMaintained)),
        end_of_support: known("2036-12-31"),
        ..Item::new(reference, Kind::Library, reference)
    }
}

/// A product that depends on `lib`, complete under every profile.
fn inventory() -> Inventory {
    let mut product = full("product");
    product.properties = vec![("vendor:udi".to_owned(), "00860000000109".to_owned())];
    Inventory {
        format: Format { name: "SPDX", version: "2.3", encoding: "JSON" },
        identity: Some("https://example.org/sbom/1".to_owned()),
        revision: None,
        timestamp: Some("2026-11-23T14:05:00Z".to_owned()),
        authors: vec!["Example".to_owned()],
        tools: vec![Tool { name: "a-tool".to_owned(), version: Some("3.0".to_owned()) }],
        contexts: vec!["build".to_owned()],
        signature_named: true,
        primary: Some("product".to_owned()),
        components: vec![product, full("lib")],
        dependencies: BTreeMap::from([("product".to_owned(), BTreeSet::from(["lib".to_owned()]))]),
        parts: BTreeMap::new(),
        completeness: Vec::new(),
    }
}

/// What is missing: `attribute of reference`, with the note.
fn missing(inventory: &Inventory, id: SbomProfile) -> Vec<String> {
    let report = judge(inventory, Profile::of(id));
    let line = |gap: &batchseal::sbom::profile::Gap<'_>| {
        let note = gap.presence.note().map(|note| format!(": {note}")).unwrap_or_default();
        format!("{} of {}{note}", gap.element.attribute.as_str(), gap.about())
    };
    report.missing().map(line).collect()
}

fn changed(change: impl FnOnce(&mut Item)) -> Inventory {
    let mut inventory = inventory();
    change(&mut inventory.components[1]);
    inventory
}

#[test]
fn an_sbom_with_every_attribute_is_complete_under_every_profile() {
    for id in SbomProfile::ALL {
        assert_eq!(missing(&inventory(), id), [""; 0], "{}", id.as_str());
        let inventory = inventory();
        let report = judge(&inventory, Profile::of(id));
        assert_eq!(report.recommended().count(), 0, "{}", id.as_str());
    }
}

#[test]
fn each_profile_misses_what_it_asks_for_and_nothing_else() {
    let mut bare = inventory();
    bare.components[1] = Item::new("lib", Kind::Library, "lib");
    let counts = SbomProfile::ALL.map(|id| missing(&bare, id).len());
    // fda: supplier, version, hash, identifier, two of support; cisa: with licence and algorithm, without support.
    assert_eq!(counts, [6, 6, 3, 3]);
    let report = judge(&bare, Profile::of(SbomProfile::ImdrfN73));
    assert_eq!(report.recommended().count(), 3);
}

#[test]
fn unknown_counts_as_each_profile_says() {
    let reason = Some(Answer::Unknown { because: Some("no answer".to_owned()) });
    let without = Some(Answer::Unknown { because: None });
    let counts = |supplier: Option<Answer<String>>| {
        let inventory = changed(|item| item.supplier = supplier);
        SbomProfile::ALL.map(|id| missing(&inventory, id).len())
    };
    assert_eq!(counts(reason), [0, 0, 1, 0]);
    assert_eq!(counts(without), [1, 0, 1, 1]);
    assert_eq!(counts(known(" NOASSERTION ")), [1, 0, 1, 1]);
    assert_eq!(counts(known("n/a")), [1, 1, 1, 1]);
    assert_eq!(counts(None), [1, 1, 1, 1]);
    let said = changed(|item| {
        item.supplier = None;
        item.properties = vec![("cdx:cisa:unknown-information".to_owned(), "Component Producer".to_owned())];
    });
    assert_eq!(SbomProfile::ALL.map(|id| missing(&said, id).len()), [1, 0, 1, 1]);
    let named = changed(|item| item.name = "unknown".to_owned());
    assert_eq!(SbomProfile::ALL.map(|id| missing(&named, id).len()), [0; 4]);
}

#[test]
fn weak_hashes_do_not_count_for_fda_and_the_gap_says_so() {
    let weak = changed(|item| {
        item.hashes = [("MD5", "ab".repeat(16)), ("SHA-1", "cd".repeat(20))]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec();
    });
    let note = "component hash of lib: only MD5, SHA-1, which does not count (expected SHA-256, SHA-384 or SHA-512)";
    assert_eq!(missing(&weak, SbomProfile::Fda2026), [note]);
    assert_eq!(missing(&weak, SbomProfile::Cisa2026), [""; 0]);
    for (spelling, bytes) in [("SHA256", 32), ("sha-512", 64), ("SHA3-384", 48)] {
        let strong = changed(|item| item.hashes = vec![(spelling.to_owned(), "aB".repeat(bytes))]);
        assert_eq!(missing(&strong, SbomProfile::Fda2026), [""; 0], "{spelling}");
    }
}

#[test]
fn relationships_are_judged_from_either_end() {
    let mut loose = inventory();
    loose.dependencies.clear();
    let note = "relationship of product: the document is about it, and nothing leads from it to another component";
    assert_eq!(missing(&loose, SbomProfile::Ntia2021), [note, "relationship of lib"]);
    loose.dependencies.insert("lib".to_owned(), BTreeSet::new());
    assert_eq!(missing(&loose, SbomProfile::Ntia2021), [note]);
    loose.dependencies.clear();
    loose.parts.insert("product".to_owned(), BTreeSet::from(["lib".to_owned()]));
    assert_eq!(missing(&loose, SbomProfile::Ntia2021), [""; 0]);
    let mut none = inventory();
    none.primary = None;
    let note = "relationship of document: the document does not say which component it is about";
    assert_eq!(missing(&none, SbomProfile::Ntia2021), [note]);
    let mut declared = inventory();
    declared.completeness = vec![Statement {
        aggregate: "complete".to_owned(),
        assemblies: BTreeSet::new(),
        dependencies: BTreeSet::from(["lib".to_owned()]),
    }];
    let note = "relationship of lib: its dependencies are declared complete, but not stated";
    assert_eq!(missing(&declared, SbomProfile::Ntia2021), [note]);
}

#[test]
fn support_is_asked_of_what_ships_and_is_not_the_product() {
    let mut silent = inventory();
    for item in &mut silent.components {
        (item.support_level, item.end_of_support) = (None, None);
    }
    assert_eq!(missing(&silent, SbomProfile::Fda2026), ["level of support of lib", "end of support of lib"]);
    silent.components[1].excluded = true;
    assert_eq!(missing(&silent, SbomProfile::Fda2026), [""; 0]);
    let date = changed(|item| item.end_of_support = known("soon"));
    let note = "end of support of lib: \"soon\" is no date (expected YYYY-MM-DD)";
    assert_eq!(missing(&date, SbomProfile::Fda2026), [note]);
}

#[test]
fn identifiers_are_those_that_others_know() {
    let purl = changed(|item| item.identifiers[0].value = "npm/lib".to_owned());
    assert_eq!(missing(&purl, SbomProfile::Ntia2021), ["unique identifier of lib: \"npm/lib\" is no package URL"]);
    let cpe = changed(|item| item.identifiers[0].kind = IdentifierKind::Cpe);
    let note = "unique identifier of lib: \"pkg:npm/lib@1.0\" is no CPE name of a product";
    assert_eq!(missing(&cpe, SbomProfile::Ntia2021), [note]);
}

#[test]
fn foreign_text_is_escaped_in_every_form_for_people() {
    let nasty = changed(|item| {
        item.name = "=cmd\u{1b}[2J\u{202e}[x](http://e)".to_owned();
        item.reference = "lib".to_owned();
        item.version = None;
    });
    let checked = Checked::new("a.json", Sha256Digest::of(b""), &nasty, &[SbomProfile::Fda2026]);
    let shown = human(&checked, false);
    assert!(shown.contains("=cmd\\u{1b}[2J\\u{202e}"), "{shown}");
    assert!(csv(&checked).contains("\"'=cmd\\u{1b}"));
    let log = String::from_utf8(sarif(&checked, "0").expect("log")).expect("text");
    assert!(log.contains("\\\\[x\\\\](http://e)"), "{log}");
    assert!(
        !log.contains('\u{1b}') && !String::from_utf8(json(&checked).expect("JSON")).expect("text").contains('\u{1b}')
    );
}

#[test]
fn fifty_thousand_bare_components_are_judged_in_a_moment() {
    let mut large = inventory();
    for number in 0..50_000 {
        large.components.push(Item::new(&format!("c{number}"), Kind::Library, &format!("name {number}")));
    }
    let checked = Checked::new("large.json", Sha256Digest::of(b""), &large, &SbomProfile::ALL);
    let text = human(&checked, false);
    assert!(text.lines().count() < 400, "{}", text.lines().count());
    assert!(text.contains("    and 49990 more (--format json lists all)"), "{text}");
    assert_eq!(csv(&checked).matches("\r\n").count(), 1 + 16 + (8 + 8 + 5 + 8) * 50_002);
}
