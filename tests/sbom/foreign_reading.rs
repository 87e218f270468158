//! What a foreign CycloneDX document says is in the inventory, whatever its encoding.

use std::collections::{BTreeMap, BTreeSet};

use batchseal::model::time::Timestamp;
use batchseal::sbom::component::Kind;
use batchseal::sbom::cyclonedx::{self, Header};
use batchseal::sbom::foreign::{self, ForeignError};
use batchseal::sbom::graph::{ComponentGraph, Supplier};
use batchseal::sbom::inventory::{Answer, Identifier, IdentifierKind, Inventory, Item, Statement, Tool};
use batchseal::sbom::licence::Licence;
use batchseal::sbom::support::{Support, SupportLevel};

use crate::sample;

const JSON: &str = include_str!("foreign/pump.json");
const XML: &str = include_str!("foreign/pump.xml");

fn read(text: &str) -> Inventory {
    foreign::read(text.as_bytes()).expect("a valid document")
}

fn refused(text: &str) -> String {
    match foreign::read(text.as_bytes()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("read: {text}"),
    }
}

fn item<'a>(inventory: &'a Inventory, name: &str) -> &'a Item {
    inventory.components.iter().find(|item| item.name == name).expect(name)
}

fn known(text: &str) -> Option<Answer<String>> {
    Some(Answer::Known(text.to_owned()))
}

#[test]
fn both_encodings_say_the_same() {
    let (json, mut xml) = (read(JSON), read(XML));
    assert_eq!((json.format.version, json.format.encoding), ("1.6", "JSON"));
    assert_eq!((xml.format.version, xml.format.encoding), ("1.6", "XML"));
    xml.format = json.format.clone();
    assert_eq!(json, xml);
}

#[test]
fn the_document_is_described() {
    let inventory = read(JSON);
    assert_eq!(inventory.identity.as_deref(), Some("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"));
    assert_eq!(inventory.revision.as_deref(), Some("2"));
    assert_eq!(inventory.timestamp.as_deref(), Some("2026-11-23T14:05:00+01:00"));
    assert_eq!(inventory.authors, ["Jane Doe", "john@example.org", "Example Devices"]);
    let tool = |name: &str, version: Option<&str>| Tool { name: name.to_owned(), version: version.map(str::to_owned) };
    assert_eq!(inventory.tools, [tool("scanner", Some("1.2")), tool("registry", None)]);
    assert_eq!(inventory.contexts, ["build", "field trial"]);
    assert!(!inventory.signature_named);
    assert_eq!(inventory.primary.as_deref(), Some("pump"));
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let expected = [("pump", set(&["ui", "lib"])), ("lib", set(&[]))];
    assert_eq!(inventory.dependencies, expected.map(|(name, of)| (name.to_owned(), of)).into());
    assert_eq!(inventory.parts, BTreeMap::from([("pump".to_owned(), set(&["ui"])), ("ui".to_owned(), set(&["#2"]))]));
    let statement =
        Statement { aggregate: "incomplete".to_owned(), assemblies: set(&["pump"]), dependencies: set(&["lib"]) };
    assert_eq!(inventory.completeness, [statement]);
}

#[test]
fn components_are_described() {
    let inventory = read(JSON);
    let names: Vec<&str> = inventory.components.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["pump", "ui", "font", "org.example/lib", "old", "plain"]);
    let pump = item(&inventory, "pump");
    assert_eq!((pump.kind, &pump.supplier), (Kind::Firmware, &known("Supplying GmbH")));
    let font = item(&inventory, "font");
    assert!(!font.referenced && font.reference == "#2");
    let lib = item(&inventory, "org.example/lib");
    assert_eq!((&lib.version, &lib.supplier), (&known("1.0"), &known("Maker")));
    let identifier = |kind, value: &str| Identifier { kind, value: value.to_owned() };
    let identifiers = [
        identifier(IdentifierKind::Purl, "pkg:maven/org.example/lib@1.0"),
        identifier(IdentifierKind::Cpe, "cpe:2.3:a:example:lib:1.0:*:*:*:*:*:*:*"),
        identifier(IdentifierKind::Swid, "swidgen-1"),
        identifier(IdentifierKind::Swhid, "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"),
        identifier(IdentifierKind::Omnibor, "gitoid:blob:sha1:a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"),
    ];
    assert_eq!(lib.identifiers, identifiers);
    assert_eq!(lib.hashes, [("MD5".to_owned(), "AB".repeat(16)), ("SHA-256".to_owned(), "0f".repeat(32))]);
    assert_eq!(lib.licences, [Answer::Known("MIT".to_owned()), Answer::Known("Our Own".to_owned())]);
    assert_eq!(lib.description.as_deref(), Some("a library"));
    assert_eq!(lib.source_url.as_deref(), Some("https://example.org/lib.git"));
    assert!(lib.excluded && !item(&inventory, "old").excluded);
    assert_eq!(lib.properties, [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
}

#[test]
fn support_is_read_from_the_properties_that_are_in_use() {
    let inventory = read(JSON);
    let lib = item(&inventory, "org.example/lib");
    assert_eq!(lib.support_level, Some(Answer::Known(SupportLevel::ActivelyMaintained)));
    assert_eq!(lib.end_of_support, known("2031-12-31"));
    let old = item(&inventory, "old");
    let unknown = |because: &str| Answer::Unknown { because: Some(because.to_owned()) };
    assert_eq!(old.end_of_support, known("2027-01-01"));
    assert_eq!(old.support_level, Some(unknown("its maker is gone")));
    assert_eq!(old.licences, [Answer::Known("MIT OR Apache-2.0".to_owned())]);
    assert_eq!(old.supplier, Some(Answer::Unknown { because: Some("nobody answered".to_owned()) }));
    let plain = item(&inventory, "plain");
    assert_eq!((&plain.support_level, &plain.end_of_support, &plain.supplier), (&None, &None, &known("NOASSERTION")));
}

/// The writer's own output, with every kind of answer in it.
#[test]
fn what_this_program_writes_is_read_back_whole() {
    let support = Support {
        level: Answer::Known(SupportLevel::Abandoned),
        end: Answer::Unknown { because: Some("no plan".to_owned()) },
        replacement_plan: None,
        justification: Some("isolated".to_owned()),
        reviewed_by: Some("security".to_owned()),
        reviewed_on: Some("2026-11-23".to_owned()),
    };
    let mut named = sample::component("named");
    named.support = Some(support);
    named.licence = Licence::Named("Our Own".to_owned());
    let mut app = sample::component("app");
    app.supplier = Supplier::Unknown { because: Some("no answer".to_owned()) };
    let graph = ComponentGraph::new(sample::parts(vec![app, named], &[("app", &["named"])])).expect("graph");
    let artifacts = sample::artifacts();
    let header = Header {
        name: "pump",
        version: "1",
        manufacturer: Some("Example Devices"),
        udi: None,
        artifacts: &artifacts,
        batch: None,
        timestamp: Timestamp::parse("2026-11-23T14:05:00Z").expect("time"),
        tool_version: "0.1.0",
    };
    let bytes = cyclonedx::document(&graph, &header).expect("document");
    let inventory = foreign::read(&bytes).expect("valid");
    assert_eq!(inventory.authors, ["Example Devices"]);
    assert_eq!(inventory.tools, [Tool { name: "batchseal".to_owned(), version: Some("0.1.0".to_owned()) }]);
    assert_eq!(inventory.contexts, ["build"]);
    let names: Vec<&str> = inventory.components.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["pump", "another", "pumpctl", "app", "named"]);
    let pump = item(&inventory, "pump");
    assert_eq!(inventory.primary.as_ref(), Some(&pump.reference));
    assert_eq!(inventory.parts[&pump.reference].len(), 2);
    assert_eq!(inventory.completeness[0].aggregate, "complete");
    for component in graph.components() {
        let read = item(&inventory, &component.name);
        let of: BTreeSet<String> = graph.dependencies(&component.id).map(str::to_owned).collect();
        assert_eq!(inventory.dependencies[&read.reference], of);
        assert_eq!(read.purl(), component.purl.as_deref());
        assert_eq!(read.hashes.len(), component.hashes.len());
        assert_eq!(read.source_url, component.source_url);
        assert_eq!(read.property("batchseal:origin"), Some("locked:Cargo.lock"));
    }
    let (app, named) = (item(&inventory, "app"), item(&inventory, "named"));
    assert_eq!(app.supplier, Some(Answer::Unknown { because: Some("no answer".to_owned()) }));
    assert_eq!(app.licences, [Answer::Known("MIT OR Apache-2.0".to_owned())]);
    assert_eq!((&named.supplier, named.supplier_source.as_deref()), (&known("Example Supplier"), Some("configured")));
    assert_eq!(named.licences, [Answer::Known("Our Own".to_owned())]);
    assert_eq!(named.support_level, Some(Answer::Known(SupportLevel::Abandoned)));
    assert_eq!(named.end_of_support, Some(Answer::Unknown { because: Some("no plan".to_owned()) }));
    assert_eq!(named.property(cyclonedx::SUPPORT_JUSTIFICATION), Some("isolated"));
    assert_eq!(named.property(cyclonedx::SUPPORT_REVIEWED_BY), Some("security"));
}

#[test]
fn rejects_what_the_schema_cannot_say() {
    let twice = JSON.replacen("\"bom-ref\": \"lib\"", "\"bom-ref\": \"ui\"", 1);
    assert!(refused(&twice).contains("components[0].bom-ref: reference \"ui\" is taken"), "{}", refused(&twice));
    let twice = XML.replacen("bom-ref=\"lib\"", "bom-ref=\"ui\"", 1);
    assert!(refused(&twice).contains("reference \"ui\" is taken"));
    let key = JSON.replacen("\"group\"", "\"name\": \"lib\", \"group\"", 1);
    assert!(refused(&key).contains("duplicate key \"name\""));
    assert!(refused(&format!("\u{feff}{JSON}")).contains("byte-order mark"));
    assert!(foreign::read(format!("\u{feff}{XML}").as_bytes()).is_ok());
    let newer = JSON.replacen("\"specVersion\": \"1.6\"", "\"specVersion\": \"1.8\"", 1);
    assert!(matches!(foreign::read(newer.as_bytes()), Err(ForeignError::Version { .. })));
    assert!(matches!(foreign::read(b"{}"), Err(ForeignError::Unknown { .. })));
    assert!(matches!(foreign::read(b"hello"), Err(ForeignError::Unknown { .. })));
}

#[test]
fn rejects_xml_that_is_more_than_a_document() {
    for (change, reason) in [
        (("<bom ", "<!DOCTYPE bom [<!ENTITY a \"b\">]><bom "), "DTD"),
        (("<bom ", "<!DOCTYPE bom><bom "), "DTD"),
        (("a library", "&unknown;"), "unknown entity"),
        (("a library</", "a library</x>"), "expected"),
        (("</bom>", "</bom><bom/>"), ""),
        (("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\""), "expected UTF-8"),
        (
            ("<group>", "<group xsi:type=\"x\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"),
            "unknown attribute",
        ),
        (("<name>plain", "<name>a</name><name>plain"), "element <name> is not allowed here"),
        (("<name>plain", "<nom/><name>plain"), "got <nom>, expected <name>"),
    ] {
        let text = XML.replacen(change.0, change.1, 1);
        assert_ne!(text, XML, "{change:?}");
        let error = refused(&text);
        assert!(error.contains("line ") && error.contains(reason), "{change:?}: {error}");
    }
}

#[test]
fn rejects_depth_without_harm() {
    let nested = |depth: usize| {
        let open = r#"{"type":"library","name":"a","components":["#.repeat(depth);
        let close = "]}".repeat(depth);
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{open}{close}]}}"#)
    };
    assert_eq!(read(&nested(30)).components.len(), 30);
    assert!(refused(&nested(40)).contains("nesting deeper than 64"));
    assert!(refused(&nested(200_000)).contains("recursion") || refused(&nested(200_000)).contains("nesting"));
    let nested = |depth: usize| {
        let open = "<components><component type=\"library\"><name>a</name>".repeat(depth);
        let close = "</component></components>".repeat(depth);
        format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">{open}{close}</bom>")
    };
    assert_eq!(read(&nested(31)).components.len(), 31);
    assert!(refused(&nested(32)).contains("deeper than 64"));
    assert!(refused(&nested(200_000)).contains("deeper than 64"));
}

#[test]
fn rejects_more_marks_than_memory_is_for() {
    for mark in ["=", "<a/>"] {
        let text = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">{}</bom>", mark.repeat(8_000_001));
        assert!(refused(&text).contains("more than 8000000 times"));
    }
}

#[test]
fn rejects_more_attributes_and_namespaces_than_time_is_for() {
    for (attribute, reason) in [("a", "400000 attributes"), ("xmlns:a", "attributes")] {
        let attributes: String = (0..400_000).map(|number| format!(" {attribute}{number}=\"urn:x\"")).collect();
        let text = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><x{attributes}/></bom>");
        assert!(refused(&text).contains(reason), "{}", refused(&text));
    }
}

/// Cut short or with one byte changed: an answer, never a panic.
#[test]
fn damaged_documents_are_judged_without_harm() {
    for whole in [JSON, XML] {
        let bytes = whole.as_bytes();
        for at in (0..bytes.len()).step_by(7) {
            assert!(foreign::read(&bytes[..at]).is_err(), "cut at {at}");
            for byte in [0, b'"', b'<', b'\\', b'}', b'&', 0xff] {
                let mut changed = bytes.to_vec();
                changed[at] = byte;
                drop(foreign::read(&changed));
            }
        }
    }
}
