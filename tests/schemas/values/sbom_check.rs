//! Checks of small SBOMs: a bare one under every profile, and one that the example shows.

use std::collections::{BTreeMap, BTreeSet};

use batchseal::policy::release::SbomProfile;
use batchseal::report::sbom_check::{Checked, json};
use batchseal::sbom::component::Kind;
use batchseal::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item, Tool};

use super::sha256;

pub fn all() -> Vec<String> {
    let mut bare = inventory();
    bare.components.push(Item { referenced: false, ..Item::new("#2", Kind::Library, "") });
    bare.authors.clear();
    bare.timestamp = None;
    bare.tools.clear();
    bare.contexts.clear();
    (bare.identity, bare.revision) = (None, None);
    bare.format = Format { name: "", version: "", encoding: "JSON" };
    vec![checked(&bare, &SbomProfile::ALL), small()]
}

/// One component whose supplier nobody knows and that has a weak hash only.
pub fn small() -> String {
    checked(&inventory(), &[SbomProfile::Fda2026])
}

fn checked(inventory: &Inventory, profiles: &[SbomProfile]) -> String {
    let checked = Checked::new("sbom.cdx.json", sha256("sbom"), inventory, profiles);
    String::from_utf8(json(&checked).unwrap()).unwrap()
}

fn inventory() -> Inventory {
    let known = |text: &str| Some(Answer::Known(text.to_owned()));
    let purl = |text: &str| Identifier { kind: IdentifierKind::Purl, value: text.to_owned() };
    let product = Item {
        version: known("1.4.0"),
        supplier: known("Example Devices (demo)"),
        identifiers: vec![purl("pkg:generic/infusion-pump-controller@1.4.0")],
        hashes: vec![("SHA-256".to_owned(), sha256("product").to_hex())],
        ..Item::new("pump", Kind::Firmware, "infusion-pump-controller")
    };
    let library = Item {
        version: known("2.1.0"),
        supplier: Some(Answer::Unknown { because: Some("the author does not answer".to_owned()) }),
        identifiers: vec![purl("pkg:npm/left@2.1.0")],
        hashes: vec![("MD5".to_owned(), "d41d8cd98f00b204e9800998ecf8427e".to_owned())],
        ..Item::new("pkg:npm/left@2.1.0", Kind::Library, "left")
    };
    let library_reference = BTreeSet::from([library.reference.clone()]);
    Inventory {
        format: Format { name: "CycloneDX", version: "1.6", encoding: "JSON" },
        identity: Some("urn:uuid:2d711642-b726-8044-8162-7ca9fbac32f5".to_owned()),
        revision: Some("1".to_owned()),
        timestamp: Some("2026-11-23T14:05:00Z".to_owned()),
        authors: vec!["Example Devices (demo)".to_owned()],
        tools: vec![Tool { name: "a-tool".to_owned(), version: Some("3.0".to_owned()) }],
        contexts: vec!["build".to_owned()],
        signature_named: false,
        primary: Some("pump".to_owned()),
        dependencies: BTreeMap::from([("pump".to_owned(), library_reference)]),
        components: vec![product, library],
        parts: BTreeMap::new(),
        completeness: Vec::new(),
    }
}
