//! CycloneDX 1.5 and 1.7 as they are written: valid, and with the facts of the document of 1.6.

use batchseal::model::digest::Sha256Digest;
use batchseal::sbom::cyclonedx::versions::{self, Version};
use batchseal::sbom::document::{Component, Document, Reference};
use batchseal::sbom::foreign;
use batchseal::sbom::graph::Kind;
use batchseal::sbom::inventory::{Format, Inventory, Item};
use serde_json::{Value, json};

use crate::{sample, schema};

const BOTH: [Version; 2] = [Version::Cdx15, Version::Cdx17];

/// The sample, with a component of a kind that 1.5 does not have.
fn document() -> Document {
    let mut document = Document::parse(&sample::bytes()).expect("document");
    let key = Component::new(Kind::CryptographicAsset, "update key", Some("2"));
    let reference = Reference::try_from("update-key".to_owned()).ok();
    document.components.push(Component { bom_ref: reference, ..key });
    document
}

fn written(version: Version) -> Value {
    serde_json::from_slice(&versions::encode(&document(), version).expect("written")).expect("JSON")
}

#[test]
fn both_versions_are_valid_under_the_official_schema_and_the_altered_ones_are_not() {
    for version in BOTH {
        let Some(validator) = schema::validator_of(version.as_str()) else { return };
        let mut value = written(version);
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{version:?}: {errors:?}");
        value["components"][0]["type"] = json!("no-such-kind");
        assert!(!validator.is_valid(&value), "{version:?}");
    }
    // The document of 1.6 under another number is none of 1.5: it needs the lowering.
    let Some(validator) = schema::validator_of("1.5") else { return };
    let mut value: Value = serde_json::from_slice(&document().encode().expect("document")).expect("JSON");
    value["$schema"] = json!("http://cyclonedx.org/schema/bom-1.5.schema.json");
    value["specVersion"] = json!("1.5");
    assert!(!validator.is_valid(&value));
    assert!(foreign::read(value.to_string().as_bytes()).is_err());
}

/// What the reader of foreign documents finds, but for what a version has no field for.
fn comparable(mut inventory: Inventory) -> Inventory {
    inventory.format = Format { name: "CycloneDX", version: "", encoding: "JSON" };
    inventory.identity = None;
    for item in &mut inventory.components {
        if item.name == "update key" {
            item.kind = Kind::Data;
            item.properties.clear();
        }
    }
    inventory
}

#[test]
fn both_versions_are_read_back_with_the_same_facts() {
    let original = foreign::read(&document().encode().expect("document")).expect("read");
    for version in BOTH {
        let read = foreign::read(&versions::encode(&document(), version).expect("written")).expect("read");
        assert_eq!(read.format.version, version.as_str());
        assert_ne!(read.identity, original.identity);
        assert_eq!(comparable(read), comparable(original.clone()), "{version:?}");
    }
}

#[test]
fn what_the_old_version_has_no_field_for_is_said_otherwise() {
    let old = written(Version::Cdx15);
    let metadata = &old["metadata"];
    assert_eq!(metadata["manufacture"], json!({ "name": "Example Devices (demo)" }));
    assert_eq!(metadata["authors"], json!([{ "name": "Example Devices (demo)" }]));
    assert_eq!(metadata.get("manufacturer"), None);
    assert!(!old.to_string().contains("acknowledgement"));
    let read = foreign::read(old.to_string().as_bytes()).expect("read");
    let key: &Item = read.components.iter().find(|item| item.name == "update key").expect("component");
    assert_eq!((key.kind, key.property("batchseal:kind")), (Kind::Data, Some("cryptographic-asset")));
    // The new version keeps all three.
    let new = written(Version::Cdx17);
    assert_eq!(new["metadata"]["manufacturer"], json!({ "name": "Example Devices (demo)" }));
    assert!(new.to_string().contains("acknowledgement") && new.to_string().contains("cryptographic-asset"));
}

#[test]
fn the_same_document_gives_the_same_bytes_and_a_wrong_one_none() {
    for version in BOTH {
        assert_eq!(versions::encode(&document(), version).ok(), versions::encode(&document(), version).ok());
        let mut wrong = document();
        wrong.components[0].purl = Some("not a purl".to_owned());
        assert!(versions::encode(&wrong, version).is_err());
        let mut other = document();
        other.components[0].hashes = vec![Sha256Digest::of(b"other").into()];
        let serial = |document: &Document| {
            let bytes = versions::encode(document, version).expect("written");
            serde_json::from_slice::<Value>(&bytes).expect("JSON")["serialNumber"].clone()
        };
        assert_ne!(serial(&other), serial(&document()));
    }
}
