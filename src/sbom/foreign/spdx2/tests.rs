//! Documents of SPDX 2, valid and not.

use serde_json::{Value, json};

use super::super::{ForeignError, read};
use super::{V2_2, V2_3};
use crate::sbom::component::Kind;
use crate::sbom::inventory::{Answer, IdentifierKind, Inventory};

fn package(id: &str) -> Value {
    json!({"SPDXID": format!("SPDXRef-{id}"), "name": id, "versionInfo": "1.0", "downloadLocation": "NOASSERTION",
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT", "copyrightText": "NONE", "filesAnalyzed": false})
}

fn document(relationships: &[[&str; 3]]) -> Value {
    let packages: Vec<Value> = ["app", "lib", "tool", "deep"].map(package).to_vec();
    let relationships: Vec<Value> = relationships
        .iter()
        .map(|[from, kind, to]| json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to}))
        .collect();
    json!({"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "sample",
        "documentNamespace": "https://example.org/sample-1", "packages": packages, "relationships": relationships,
        "creationInfo": {"created": "2026-11-23T14:05:00Z", "creators": ["Tool: maker-1.2", "Organization: Example ()"]}})
}

fn parsed(document: &Value) -> Result<Inventory, ForeignError> {
    read(document.to_string().as_bytes())
}

fn refused(change: impl Fn(&mut Value)) -> String {
    let mut document = document(&[["SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-app"]]);
    assert!(parsed(&document).is_ok());
    change(&mut document);
    parsed(&document).expect_err("accepted").to_string()
}

#[test]
fn the_tables_are_read_whole() {
    for (model, table) in [(&V2_2, include_str!("2.2.txt")), (&V2_3, include_str!("2.3.txt"))] {
        let lines = table.lines().filter(|line| line.starts_with("  ") && line.split_whitespace().count() == 3);
        let lines = lines.filter(|line| line.contains(" ! ") || line.contains(" ? ") || line.contains('*'));
        assert_eq!(model.listed().map(|(_, fields)| fields).sum::<usize>(), lines.count());
        assert_eq!(model.listed().count(), table.lines().filter(|line| line.starts_with("class ")).count());
    }
}

#[test]
fn directions_and_what_is_outside_the_product() {
    let inventory = parsed(&document(&[
        ["SPDXRef-app", "DESCRIBED_BY", "SPDXRef-DOCUMENT"],
        ["SPDXRef-lib", "DEPENDENCY_OF", "SPDXRef-app"],
        ["SPDXRef-tool", "BUILD_DEPENDENCY_OF", "SPDXRef-app"],
        ["SPDXRef-tool", "DEPENDS_ON", "SPDXRef-deep"],
        ["SPDXRef-lib", "CONTAINED_BY", "SPDXRef-app"],
        ["SPDXRef-lib", "DEPENDS_ON", "NONE"],
        ["SPDXRef-deep", "DEPENDS_ON", "NOASSERTION"],
        ["SPDXRef-app", "GENERATED_FROM", "SPDXRef-deep"],
    ]));
    let inventory = inventory.expect("document");
    assert_eq!(inventory.primary.as_deref(), Some("SPDXRef-app"));
    let lists: Vec<(&str, Vec<&str>)> = inventory
        .dependencies
        .iter()
        .map(|(from, to)| (from.as_str(), to.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        lists,
        [
            ("SPDXRef-app", vec!["SPDXRef-lib", "SPDXRef-tool"]),
            ("SPDXRef-lib", vec![]),
            ("SPDXRef-tool", vec!["SPDXRef-deep"])
        ]
    );
    assert!(inventory.parts["SPDXRef-app"].contains("SPDXRef-lib"));
    let excluded: Vec<&str> =
        inventory.components.iter().filter(|one| one.excluded).map(|one| one.name.as_str()).collect();
    assert_eq!(excluded, ["tool", "deep"]);
    assert_eq!(inventory.completeness[0].aggregate, "unknown");
    assert_eq!(inventory.authors, ["Example"]);
    assert_eq!(inventory.tools[0].version.as_deref(), Some("1.2"));
}

#[test]
fn fields_are_what_the_document_says_and_nothing_else() {
    let mut document = document(&[["SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-app"]]);
    let app = &mut document["packages"][0];
    app["supplier"] = "NOASSERTION".into();
    app["originator"] = "Organization: Upstream".into();
    app["validUntilDate"] = "2030-12-31T00:00:00Z".into();
    app["primaryPackagePurpose"] = "FIRMWARE".into();
    app["externalRefs"] = json!([
        {"referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:generic/app@1.0"},
        {"referenceCategory": "SECURITY", "referenceType": "http://spdx.org/rdf/references/cpe23Type",
         "referenceLocator": "cpe:2.3:a:x:app:1.0:*:*:*:*:*:*:*"}]);
    document["packages"][1]["supplier"] = "Person: Jane Doe (jane@example.org)".into();
    let inventory = parsed(&document).expect("document");
    let [app, lib, ..] = inventory.components.as_slice() else { panic!("components") };
    assert_eq!((app.kind, &app.supplier), (Kind::Firmware, &Some(Answer::Unknown { because: None })));
    assert_eq!(app.property("originator"), Some("Organization: Upstream"));
    assert_eq!(app.end_of_support, Some(Answer::Known("2030-12-31".to_owned())));
    assert_eq!(app.support_level, None);
    let kinds: Vec<IdentifierKind> = app.identifiers.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [IdentifierKind::Purl, IdentifierKind::Cpe]);
    assert_eq!(lib.supplier, Some(Answer::Known("Jane Doe".to_owned())));
    assert_eq!(lib.licences, [Answer::Known("MIT".to_owned())]);
}

#[test]
fn a_document_against_the_rules_is_refused_with_its_place() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 17] = [
        (
            |one| one["packages"][1]["SPDXID"] = "SPDXRef-app".into(),
            "packages[1].SPDXID: \"SPDXRef-app\" is the identifier",
        ),
        (|one| one["packages"][1]["SPDXID"] = "lib".into(), "packages[1].SPDXID: got \"lib\""),
        (|one| one["packages"][2]["colour"] = "red".into(), "packages[2].colour: Package has no such field"),
        (|one| one["packages"][0]["downloadLocation"] = Value::Null, "packages[0].downloadLocation: got null"),
        (|one| one["packages"][0]["licenseDeclared"] = "Mine".into(), "packages[0].licenseDeclared"),
        (|one| one["packages"][0]["licenseDeclared"] = "LicenseRef-1".into(), "hasExtractedLicensingInfos explains"),
        (|one| one["packages"][0]["supplier"] = "Example".into(), "packages[0].supplier: got \"Example\""),
        (
            |one| one["packages"][0]["checksums"] = json!([{"algorithm": "SHA256", "checksumValue": "ab"}]),
            "packages[0].checksums[0].checksumValue: got 2 digits",
        ),
        (
            |one| one["packages"][0]["checksums"] = json!([{"algorithm": "CRC", "checksumValue": "ab"}]),
            "checksums[0].algorithm: got \"CRC\"",
        ),
        (
            |one| one["relationships"][0]["relatedSpdxElement"] = "SPDXRef-none".into(),
            "relationships[0].relatedSpdxElement",
        ),
        (|one| one["relationships"][0]["relatedSpdxElement"] = "DocumentRef-x:SPDXRef-a".into(), "DocumentRef-"),
        (|one| one["relationships"][0]["relationshipType"] = "NEEDS".into(), "relationships[0].relationshipType"),
        (|one| one["creationInfo"]["created"] = "2026-11-23".into(), "creationInfo.created"),
        (|one| one["creationInfo"]["creators"] = json!([]), "creationInfo.creators: got 0 elements"),
        (|one| one["documentNamespace"] = "https://example.org/#a".into(), "documentNamespace"),
        (|one| one["dataLicense"] = "MIT".into(), "dataLicense: got \"MIT\" (expected CC0-1.0)"),
        (
            |one| {
                one["packages"][0]["externalRefs"] =
                    json!([{"referenceCategory": "SECURITY", "referenceType": "purl", "referenceLocator": "pkg:a/b"}]);
            },
            "packages[0].externalRefs[0].referenceType",
        ),
    ];
    for (change, expected) in changes {
        let told = refused(change);
        assert!(told.starts_with("not valid SPDX 2.3: ") && told.contains(expected), "{expected:?} is not in {told}");
    }
    assert!(refused(|one| one["spdxVersion"] = "SPDX-2.1".into()).contains("SPDX SPDX-2.1 is not read"));
    let twice = document(&[]).to_string().replacen('{', "{\"name\": \"a\",", 1);
    assert!(read(twice.as_bytes()).expect_err("accepted").to_string().contains("duplicate key"));
}

#[test]
fn yocto_s_habits_are_let_through_and_point_to_other_documents() {
    let digest = json!({"algorithm": "SHA1", "checksumValue": "0".repeat(40)});
    let mut document = document(&[
        ["SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Recipe-time_64"],
        ["SPDXRef-DOCUMENT", "AMENDS", "DocumentRef-package:SPDXRef-DOCUMENT"],
        ["SPDXRef-Recipe-time_64", "DEPENDS_ON", "DocumentRef-package:SPDXRef-Recipe-gcc_cross"],
    ]);
    document["spdxVersion"] = "SPDX-2.2".into();
    document["packages"] = json!([package("Recipe-time_64")]);
    document["packages"][0]["packageSupplier"] = "Organization: Example".into();
    document["externalDocumentRefs"] = json!([{"externalDocumentId": "DocumentRef-package", "spdxDocument": "http://example.org/p", "checksum": digest}]);
    let inventory = parsed(&document).expect("document");
    assert_eq!(inventory.components[0].supplier, Some(Answer::Known("Example".to_owned())));
    assert_eq!(inventory.completeness[0].aggregate, "incomplete");
    assert!(inventory.completeness[0].dependencies.contains("SPDXRef-Recipe-time_64"));
    document["spdxVersion"] = "SPDX-2.3".into();
    assert!(parsed(&document).expect_err("accepted").to_string().contains("packageSupplier"));
}
