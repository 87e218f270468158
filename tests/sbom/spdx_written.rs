//! SPDX as it is written: valid, the same bytes each time, and read back with the same facts.

use std::collections::BTreeSet;

use batchseal::model::batch::{Udi, UdiScope};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::time::Timestamp;
use batchseal::sbom::cyclonedx::Header;
use batchseal::sbom::document::Cpe;
use batchseal::sbom::foreign;
use batchseal::sbom::graph::{Component, ComponentGraph, Kind, Scope, Supplier};
use batchseal::sbom::inventory::{Answer, IdentifierKind, Inventory, Item};
use batchseal::sbom::licence::Licence;
use batchseal::sbom::support::{Support, SupportLevel};
use batchseal::sbom::{spdx2, spdx3};

use crate::sample;

/// The sample, with a component that has every field.
fn graph() -> ComponentGraph {
    let mut parts = sample::graph().into_parts();
    let full = Component {
        kind: Kind::DeviceDriver,
        scope: Scope::DevelopmentOnly,
        cpe: Cpe::try_from("cpe:2.3:a:maker:full:1.0.0:*:*:*:*:*:*:*".to_owned()).ok(),
        support: Some(Support {
            level: Answer::Known(SupportLevel::ActivelyMaintained),
            end: Answer::Known("2030-12-31".to_owned()),
            replacement_plan: None,
            justification: Some("reviewed = accepted\nfor now".to_owned()),
            reviewed_by: Some("cybersecurity".to_owned()),
            reviewed_on: Some("2026-11-01".to_owned()),
        }),
        supplier: Supplier::Configured("Maker (of things)".to_owned()),
        licence: Licence::Expression("LicenseRef-own AND MIT".to_owned()),
        ..sample::component("full")
    };
    let aged = Component {
        support: Some(Support {
            level: Answer::Unknown { because: Some("no answer".to_owned()) },
            end: Answer::Unknown { because: None },
            replacement_plan: None,
            justification: None,
            reviewed_by: None,
            reviewed_on: None,
        }),
        scope: Scope::BuildTimeOnly,
        ..sample::component("aged")
    };
    for (from, to) in [("app", "full"), ("unknown", "aged"), ("full", "aged")] {
        let purl = |name: &str| format!("pkg:cargo/{name}@1.0.0");
        parts.edges.entry(purl(from)).or_default().insert(purl(to));
    }
    parts.components.extend([full, aged]);
    ComponentGraph::new(parts).expect("graph")
}

fn written(write: impl Fn(&ComponentGraph, &Header<'_>) -> Vec<u8>) -> Vec<u8> {
    let udi = Udi::new(UdiScope::Embedded, Some("00860000000109"));
    let header = Header {
        name: "infusion-pump-controller",
        version: "1.2.0+b",
        manufacturer: Some("Example Devices (demo)"),
        udi: Some(&udi),
        artifacts: &sample::artifacts(),
        batch: Some(Sha256Digest::of(b"batch")),
        timestamp: Timestamp::parse("2026-11-23T14:05:00+01:00").expect("time"),
        tool_version: "0.1.0",
    };
    write(&graph(), &header)
}

fn both() -> [(&'static str, Vec<u8>, Inventory); 2] {
    let two = written(|graph, header| spdx2::document(graph, header).expect("document"));
    let three = written(|graph, header| spdx3::document(graph, header).expect("document"));
    let read = |bytes: &[u8]| foreign::read(bytes).expect("read");
    let (old, new) = (read(&two), read(&three));
    [("2.3", two, old), ("3.0.1", three, new)]
}

fn item<'i>(inventory: &'i Inventory, name: &str) -> &'i Item {
    inventory.components.iter().find(|item| item.name == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn both_versions_are_read_back_with_every_field() {
    for (version, _, inventory) in both() {
        assert_eq!(inventory.format.version, version);
        assert_eq!(inventory.timestamp.as_deref(), Some("2026-11-23T13:05:00Z"));
        assert_eq!(inventory.authors, ["Example Devices (demo)"]);
        assert_eq!(
            (inventory.tools[0].name.as_str(), inventory.tools[0].version.as_deref()),
            ("batchseal", Some("0.1.0"))
        );
        let full = item(&inventory, "full");
        assert_eq!((full.kind, full.excluded), (Kind::DeviceDriver, true), "{version}");
        assert_eq!(full.version, Some(Answer::Known("1.0.0".to_owned())));
        assert_eq!(full.supplier, Some(Answer::Known("Maker (of things)".to_owned())));
        assert_eq!(full.supplier_source.as_deref(), Some("configured"));
        assert_eq!(full.purl(), Some("pkg:cargo/full@1.0.0"));
        assert!(full.identifiers.iter().any(|one| one.kind == IdentifierKind::Cpe));
        assert_eq!(full.hashes[0].1, Sha256Digest::of(b"full").to_hex());
        assert_eq!(full.licences, [Answer::Known("LicenseRef-own AND MIT".to_owned())]);
        assert_eq!(full.description.as_deref(), Some("a \"quoted\" line"));
        assert_eq!(full.source_url.as_deref(), Some("https://example.org/a"));
        assert_eq!(full.support_level, Some(Answer::Known(SupportLevel::ActivelyMaintained)));
        assert_eq!(full.end_of_support, Some(Answer::Known("2030-12-31".to_owned())));
        assert_eq!(full.property("batchseal:support-justification"), Some("reviewed = accepted\nfor now"));
        let aged = item(&inventory, "aged");
        assert_eq!(aged.support_level, Some(Answer::Unknown { because: Some("no answer".to_owned()) }));
        assert_eq!(aged.end_of_support, Some(Answer::Unknown { because: None }));
        let unknown = item(&inventory, "unknown");
        assert_eq!(unknown.supplier, Some(Answer::Unknown { because: Some("no answer".to_owned()) }));
        assert_eq!(unknown.licences, [Answer::Unknown { because: None }]);
        assert_eq!(item(&inventory, "pumpctl").kind, Kind::File);
    }
}

#[test]
fn relationships_come_back_with_what_is_outside_the_product() {
    for (version, _, inventory) in both() {
        let reference = |name: &str| item(&inventory, name).reference.clone();
        let set = |names: &[&str]| names.iter().map(|name| reference(name)).collect::<BTreeSet<_>>();
        let device = reference("infusion-pump-controller");
        assert_eq!(inventory.primary.as_ref(), Some(&device), "{version}");
        assert_eq!(inventory.parts[&device], set(&["another", "pumpctl"]));
        assert_eq!(inventory.dependencies[&device], set(&["app"]));
        assert_eq!(inventory.dependencies[&reference("app")], set(&["named", "unknown", "full"]));
        assert_eq!(inventory.dependencies[&reference("aged")], set(&[]));
        assert_eq!(inventory.dependencies.len(), 6);
        let excluded: Vec<&str> =
            inventory.components.iter().filter(|one| one.excluded).map(|one| one.name.as_str()).collect();
        assert_eq!(excluded, ["aged", "full", "unknown"], "{version}");
        let [statement] = inventory.completeness.as_slice() else { panic!("{:?}", inventory.completeness) };
        assert_eq!(statement.aggregate, "complete");
        assert_eq!(statement.assemblies, BTreeSet::from([device]));
        assert_eq!(statement.dependencies.len(), 6);
    }
}

#[test]
fn both_versions_say_the_same() {
    let [(_, _, mut old), (_, _, mut new)] = both();
    for inventory in [&mut old, &mut new] {
        for item in &mut inventory.components {
            item.reference = item.name.clone();
            item.hashes.iter_mut().for_each(|(algorithm, _)| *algorithm = algorithm.to_lowercase());
            item.licences.retain(|licence| licence != &Answer::Known("Our Own".to_owned()));
            // What only one of the formats asks for.
            item.properties.retain(|(name, _)| name.starts_with("batchseal:"));
        }
        inventory.components.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let named = old.components.iter_mut().find(|item| item.name == "named").expect("named");
    assert!(
        matches!(&named.licences[0], Answer::Known(text) if text.starts_with("LicenseRef-Our-Own-") || text.starts_with("LicenseRef-named-"))
    );
    named.licences.clear();
    assert_eq!(old.components, new.components);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    assert_eq!(both().map(|(_, bytes, _)| bytes), both().map(|(_, bytes, _)| bytes));
}

#[test]
fn a_document_without_manufacturer_or_files_is_written_too() {
    let header = Header {
        name: "app",
        version: "",
        manufacturer: None,
        udi: None,
        artifacts: &[],
        batch: None,
        timestamp: Timestamp::from_unix(1_800_000_000).expect("time"),
        tool_version: "0.1.0",
    };
    let two = spdx2::document(&sample::graph(), &header).expect("document");
    let three = spdx3::document(&sample::graph(), &header).expect("document");
    for bytes in [two, three] {
        let inventory = foreign::read(&bytes).expect("read");
        assert!(inventory.authors.is_empty());
        assert!(inventory.tools.iter().all(|tool| tool.name == "batchseal"));
        assert!(inventory.primary.is_some());
    }
    let other = Header { name: "other", ..header };
    let identity = |header: &Header<'_>| {
        foreign::read(&spdx2::document(&sample::graph(), header).expect("document")).expect("read").identity
    };
    assert_ne!(identity(&header), identity(&other));
}
