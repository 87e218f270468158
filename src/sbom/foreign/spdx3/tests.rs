//! Documents of SPDX 3, valid and not.

use serde_json::{Value, json};

use super::super::{ForeignError, read};
use super::{V3_0_0, V3_0_1};
use crate::sbom::inventory::{Answer, Inventory};

fn element(class: &str, id: &str, fields: Value) -> Value {
    let mut element = json!({"type": class, "spdxId": format!("https://example.org/{id}"), "creationInfo": "_:c"});
    for (name, value) in fields.as_object().expect("fields") {
        element[name] = value.clone();
    }
    element
}

fn document() -> Value {
    let package = |id: &str| element("software_Package", id, json!({"name": id, "software_packageVersion": "1.0"}));
    let relationship = |id: &str, fields: Value| element("LifecycleScopedRelationship", id, fields);
    let at = |id: &str| format!("https://example.org/{id}");
    json!({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-11-23T14:05:00Z",
         "createdBy": [at("maker")]},
        element("Organization", "maker", json!({"name": "Maker"})),
        element("SpdxDocument", "document", json!({"rootElement": [at("app")]})),
        package("app"),
        package("lib"),
        package("tool"),
        relationship("r1", json!({"from": at("app"), "relationshipType": "dependsOn", "to": [at("lib")], "completeness": "complete"})),
        relationship("r2", json!({"from": at("app"), "relationshipType": "dependsOn", "to": [at("tool")], "scope": "build"})),
        element("expandedlicensing_ListedLicense", "x/MIT", json!({"simplelicensing_licenseText": "…"})),
        element("Relationship", "r3", json!({"from": at("lib"), "relationshipType": "hasDeclaredLicense", "to": [at("x/MIT")]})),
        element("Relationship", "r4", json!({"from": at("app"), "relationshipType": "hasDeclaredLicense",
            "to": ["https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"]})),
    ]})
}

fn parsed(document: &Value) -> Result<Inventory, ForeignError> {
    read(document.to_string().as_bytes())
}

#[test]
fn the_tables_are_read_whole() {
    for (model, table) in [(&V3_0_0, include_str!("3.0.0.txt")), (&V3_0_1, include_str!("3.0.1.txt"))] {
        assert_eq!(model.listed().count(), table.lines().filter(|line| line.starts_with("class ")).count());
        let package = model.class("software_Package").expect("class");
        assert!(package.is_a("Element") && package.is_a("software_SoftwareArtifact") && !package.is_a("Agent"));
        assert!(model.class("Artifact").expect("class").is_abstract);
    }
}

#[test]
fn a_graph_is_read() {
    let mut document = document();
    document["@graph"][3]["suppliedBy"] = "https://example.org/maker".into();
    document["@graph"][3]["supportLevel"] = json!(["endOfSupport"]);
    document["@graph"][3]["validUntilTime"] = "2030-12-31T00:00:00Z".into();
    document["@graph"][4]["originatedBy"] = json!(["https://example.org/maker"]);
    let inventory = parsed(&document).expect("document");
    assert_eq!(inventory.identity.as_deref(), Some("https://example.org/document"));
    assert_eq!(inventory.primary.as_deref(), Some("https://example.org/app"));
    assert_eq!(inventory.authors, ["Maker"]);
    let [app, lib, tool] = inventory.components.as_slice() else { panic!("{:?}", inventory.components) };
    assert_eq!(app.supplier, Some(Answer::Known("Maker".to_owned())));
    assert_eq!((&app.support_level, app.property("supportLevel")), (&None, Some("endOfSupport")));
    assert_eq!(app.end_of_support, Some(Answer::Known("2030-12-31".to_owned())));
    assert_eq!(app.licences, [Answer::Unknown { because: None }]);
    assert_eq!((&lib.supplier, lib.property("originatedBy")), (&None, Some("Maker")));
    assert_eq!(lib.licences, [Answer::Known("MIT".to_owned())]);
    assert_eq!((lib.excluded, tool.excluded), (false, true));
    assert_eq!(inventory.dependencies["https://example.org/app"].len(), 2);
    assert_eq!(inventory.completeness[0].aggregate, "complete");
}

#[test]
fn a_document_may_import_elements_and_extend_classes() {
    let mut document = document();
    document["@graph"][6]["to"] = json!(["https://example.org/elsewhere"]);
    assert!(parsed(&document).is_err());
    document["@graph"][2]["import"] =
        json!([{"type": "ExternalMap", "externalSpdxId": "https://example.org/elsewhere"}]);
    document["@graph"][3]["extension"] = json!([{"type": "https://example.org/Own", "anything": 1}]);
    let inventory = parsed(&document).expect("document");
    assert!(inventory.completeness.iter().any(|one| one.aggregate == "incomplete"));
}

#[test]
fn a_document_against_the_rules_is_refused_with_its_place() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 12] = [
        (|graph| graph[3]["colour"] = "red".into(), "@graph[3].colour: software_Package has no such field"),
        (|graph| graph[3]["type"] = "Artifact".into(), "@graph[3]: got an object of type \"Artifact\""),
        (|graph| graph[3]["type"] = "Thing".into(), "@graph[3]: got an object of type \"Thing\""),
        (|graph| graph[4]["spdxId"] = "https://example.org/app".into(), "@graph[4]: \"https://example.org/app\" is"),
        (|graph| graph[4]["spdxId"] = "_:lib".into(), "@graph[4]: got the spdxId"),
        (|graph| graph[3]["creationInfo"] = "_:d".into(), "@graph[3].creationInfo"),
        (
            |graph| graph[3]["suppliedBy"] = "https://example.org/lib".into(),
            "expected the identifier of an object of class Agent",
        ),
        (|graph| graph[6]["to"] = json!([]), "@graph[6].to: got 0 elements"),
        (
            |graph| graph[6]["to"] = "https://example.org/lib".into(),
            "@graph[6].to: got \"https://example.org/lib\" (expected an array)",
        ),
        (|graph| graph[6]["relationshipType"] = "needs".into(), "@graph[6].relationshipType"),
        (|graph| graph[0]["created"] = "yesterday".into(), "@graph[0].created"),
        (
            |graph| graph[3]["verifiedUsing"] = json!([{"type": "Hash", "algorithm": "sha256", "hashValue": "ab"}]),
            "@graph[3].verifiedUsing[0].hashValue: got 2 digits",
        ),
    ];
    assert!(parsed(&document()).is_ok());
    for (change, expected) in changes {
        let mut document = document();
        change(&mut document["@graph"]);
        let told = parsed(&document).expect_err("accepted").to_string();
        assert!(told.starts_with("not valid SPDX 3.0.1: ") && told.contains(expected), "{expected:?} is not in {told}");
    }
    let mut other = document();
    other["@context"] = "https://spdx.org/rdf/3.1/spdx-context.jsonld".into();
    assert!(matches!(parsed(&other), Err(ForeignError::Version { .. })));
    let mut second = document();
    let copy = element("SpdxDocument", "another", json!({}));
    second["@graph"].as_array_mut().expect("graph").push(copy);
    assert!(parsed(&second).expect_err("accepted").to_string().contains("a second SpdxDocument"));
}

#[test]
fn licence_sets_that_refer_to_themselves_end() {
    let mut document = document();
    let own = "https://example.org/set";
    let set =
        element("expandedlicensing_ConjunctiveLicenseSet", "set", json!({"expandedlicensing_member": [own, own]}));
    document["@graph"].as_array_mut().expect("graph").push(set);
    document["@graph"][9]["to"] = json!([own]);
    let inventory = parsed(&document).expect("document");
    assert_eq!(inventory.components[1].licences, [Answer::Unknown { because: None }]);
}
