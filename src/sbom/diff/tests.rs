//! Pairing, changes of version and of single fields.

use super::changes;
use crate::model::sbom_changes::ChangedField;
use crate::sbom::component::Kind;
use crate::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item};
use crate::sbom::support::SupportLevel;

fn item(name: &str, version: &str) -> Item {
    let purl = Identifier { kind: IdentifierKind::Purl, value: format!("pkg:npm/{name}@{version}") };
    Item {
        identifiers: vec![purl],
        version: Some(Answer::Known(version.to_owned())),
        ..Item::new(&format!("{name}-{version}"), Kind::Library, name)
    }
}

fn inventory(components: Vec<Item>) -> Inventory {
    Inventory {
        primary: Some("app-1".to_owned()),
        components,
        ..Inventory::new(Format { name: "CycloneDX", version: "1.6", encoding: "JSON" })
    }
}

#[test]
fn says_what_came_went_and_changed_its_version() {
    let old = inventory(vec![item("app", "1"), item("gone", "1.0.0"), item("same", "2.0.0"), item("moved", "1.0.0")]);
    let new = inventory(vec![item("app", "1"), item("come", "1.0.0"), item("same", "2.0.0"), item("moved", "1.1.0")]);
    let found = changes(&old, &new);
    let names = |list: &[crate::model::sbom_changes::PartRef]| {
        list.iter().map(|part| part.reference.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&found.added), ["pkg:npm/come@1.0.0"]);
    assert_eq!(names(&found.removed), ["pkg:npm/gone@1.0.0"]);
    assert_eq!(found.changed.len(), 1);
    let change = &found.changed[0];
    assert_eq!((change.field, change.from.as_str(), change.to.as_str()), (ChangedField::Version, "1.0.0", "1.1.0"));
    assert!(changes(&new, &new).is_empty());
}

#[test]
fn versions_of_one_package_are_paired_by_version_first() {
    let old = inventory(vec![item("lodash", "3.0.0"), item("lodash", "4.0.0")]);
    let new = inventory(vec![item("lodash", "4.0.0"), item("lodash", "4.1.0")]);
    let found = changes(&old, &new);
    assert_eq!((found.added.len(), found.removed.len(), found.changed.len()), (0, 0, 1));
    assert_eq!((found.changed[0].from.as_str(), found.changed[0].to.as_str()), ("3.0.0", "4.1.0"));
    let more = inventory(vec![item("lodash", "5.0.0"), item("lodash", "6.0.0")]);
    let found = changes(&old, &more);
    assert_eq!((found.added.len(), found.removed.len(), found.changed.len()), (2, 2, 0));
}

#[test]
fn compares_supplier_licence_support_scope_and_digests_of_one_version() {
    let old = inventory(vec![Item {
        hashes: vec![("SHA-256".to_owned(), "aa".to_owned()), ("MD5".to_owned(), "1".to_owned())],
        ..item("a", "1.0.0")
    }]);
    let new = inventory(vec![Item {
        supplier: Some(Answer::Known("A makers".to_owned())),
        licences: vec![Answer::Known("MIT".to_owned())],
        support_level: Some(Answer::Known(SupportLevel::Abandoned)),
        end_of_support: Some(Answer::Unknown { because: None }),
        excluded: true,
        hashes: vec![("SHA256".to_owned(), "AB".to_owned())],
        ..item("a", "1.0.0")
    }]);
    let fields: Vec<ChangedField> = changes(&old, &new).changed.iter().map(|change| change.field).collect();
    assert_eq!(
        fields,
        [
            ChangedField::Supplier,
            ChangedField::Licence,
            ChangedField::LevelOfSupport,
            ChangedField::EndOfSupport,
            ChangedField::Scope,
            ChangedField::Hash
        ]
    );
    let other_algorithm =
        inventory(vec![Item { hashes: vec![("SHA-512".to_owned(), "cc".to_owned())], ..item("a", "1.0.0") }]);
    assert!(changes(&old, &other_algorithm).is_empty());
}
