//! Values that stand in their field and do not count.

use std::collections::{BTreeMap, BTreeSet};

use batchseal::policy::release::SbomProfile;
use batchseal::sbom::foreign::read;
use batchseal::sbom::inventory::{Answer, Identifier, IdentifierKind, Inventory};

use super::{changed, full, inventory, known, missing};

#[test]
fn identifiers_count_only_when_well_formed() {
    let misses = |kind: IdentifierKind, value: &str| {
        let inventory = changed(|item| item.identifiers = vec![Identifier { kind, value: value.to_owned() }]);
        missing(&inventory, SbomProfile::Fda2026).len()
    };
    let (sha1, sha256) = ("0a".repeat(20), "0a".repeat(32));
    for (kind, value) in [
        (IdentifierKind::Cpe, "cpe:2.3:a:openssl:openssl:3.0.1:*:*:*:*:*:*:*".to_owned()),
        (IdentifierKind::Cpe, "cpe:2.3:a:*:openssl:*:*:*:*:*:*:*:*".to_owned()),
        (IdentifierKind::Cpe, "cpe:/a:openssl:openssl:3.0.1".to_owned()),
        (IdentifierKind::Swhid, format!("swh:1:cnt:{sha1}")),
        (IdentifierKind::Swhid, format!("swh:1:rev:{sha1};origin=https://example.org/a")),
        (IdentifierKind::Omnibor, format!("gitoid:blob:sha1:{sha1}")),
        (IdentifierKind::Omnibor, format!("gitoid:blob:sha256:{sha256}")),
        (IdentifierKind::Swid, "tag-1".to_owned()),
    ] {
        assert_eq!(misses(kind, &value), 0, "{value}");
    }
    for (kind, value) in [
        (IdentifierKind::Cpe, "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*".to_owned()),
        (IdentifierKind::Cpe, "cpe:2.3:a:*:-:1.0:*:*:*:*:*:*:*".to_owned()),
        (IdentifierKind::Cpe, "cpe:2.3:a:openssl".to_owned()),
        (IdentifierKind::Cpe, "cpe:/".to_owned()),
        (IdentifierKind::Cpe, "cpe:/x:openssl:openssl".to_owned()),
        (IdentifierKind::Cpe, "openssl".to_owned()),
        (IdentifierKind::Swhid, format!("swh:1:xyz:{sha1}")),
        (IdentifierKind::Swhid, "swh:1:cnt:0a".to_owned()),
        (IdentifierKind::Omnibor, format!("gitoid:blob:sha256:{sha1}")),
        (IdentifierKind::Omnibor, format!("gitoid:blob:md5:{sha1}")),
        (IdentifierKind::Omnibor, sha256),
        (IdentifierKind::Swid, "\u{200b}".to_owned()),
    ] {
        assert_eq!(misses(kind, &value), 1, "{value}");
    }
}

#[test]
fn a_hash_of_another_length_than_its_algorithm_does_not_count_and_the_gap_says_so() {
    let note = |algorithm: &str, value: String, id| {
        missing(&changed(|item| item.hashes = vec![(algorithm.to_owned(), value)]), id).join("; ")
    };
    let short = note("SHA-256", "ab".repeat(16), SbomProfile::Fda2026);
    let expected = "component hash of lib: only SHA-256 with 32 digits instead of 64, which does not count \
                    (expected SHA-256, SHA-384 or SHA-512)";
    assert_eq!(short, expected);
    assert!(note("SHA-512", "ab".repeat(20), SbomProfile::Fda2026).contains("SHA-512 with 40 digits instead of 128"));
    assert!(note("MD5", "ab".repeat(20), SbomProfile::Cisa2026).contains("a digest as long as its algorithm"));
    assert!(note("SHA-256", "zz".repeat(32), SbomProfile::Fda2026).contains("SHA-256 that is not hexadecimal"));
    let both = changed(|item| item.hashes.insert(0, ("SHA-512".to_owned(), "ab".repeat(20))));
    assert_eq!(missing(&both, SbomProfile::Fda2026), [""; 0]);
}

#[test]
fn invisible_text_and_words_for_nothing_are_no_value_and_no_reason() {
    for text in ["\u{200b}\u{2060}", "\u{3164}", "\u{ad}\u{ffa0}", "\u{202e}", "n.a.", "???", "Not provided.", "todo"] {
        let because = || Some(Answer::Unknown { because: Some(text.to_owned()) });
        for inventory in [
            changed(|item| item.supplier = known(text)),
            changed(|item| item.version = known(text)),
            changed(|item| item.supplier = because()),
            changed(|item| item.end_of_support = because()),
            changed(|item| item.support_level = Some(Answer::Unknown { because: Some(text.to_owned()) })),
            Inventory { authors: vec![text.to_owned()], ..inventory() },
        ] {
            assert_eq!(missing(&inventory, SbomProfile::Fda2026).len(), 1, "{text:?}");
        }
    }
    let named = |name: &str| missing(&changed(|item| item.name = name.to_owned()), SbomProfile::Fda2026);
    assert_eq!(named("\u{feff}\u{115f} "), ["component name of lib"]);
    assert_eq!([named("todo"), named("none"), named("n.a.")].concat(), [""; 0]);
}

#[test]
fn edges_to_itself_or_to_no_component_are_no_relationship() {
    let to = |from: &str, names: &[&str]| {
        (from.to_owned(), names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>())
    };
    let note = "relationship of product: the document is about it, and nothing leads from it to another component";
    for name in ["product", "elsewhere"] {
        let mut edges = inventory();
        edges.dependencies = BTreeMap::from([to("product", &[name]), to("lib", &[])]);
        assert_eq!(missing(&edges, SbomProfile::Ntia2021), [note], "{name}");
        (edges.parts, edges.dependencies) = (edges.dependencies, BTreeMap::from([to("lib", &[])]));
        assert_eq!(missing(&edges, SbomProfile::Ntia2021), [note], "{name}");
    }
    let note = "relationship of other: what is stated leads to itself or to no component of the document";
    for name in ["other", "elsewhere"] {
        let mut edges = inventory();
        edges.components.push(full("other"));
        edges.dependencies.extend([to("other", &[name])]);
        assert_eq!(missing(&edges, SbomProfile::Ntia2021), [note], "{name}");
        edges.dependencies.extend([to("other", &[name, "lib"])]);
        assert_eq!(missing(&edges, SbomProfile::Ntia2021), [""; 0], "{name}");
    }
    let absent = Inventory { primary: Some("elsewhere".to_owned()), ..inventory() };
    assert!(missing(&absent, SbomProfile::Ntia2021)[0].starts_with("relationship of document"));
}

#[test]
fn two_values_of_one_support_property_are_no_answer() {
    let document = |properties: &[(&str, &str)]| {
        let properties: Vec<_> =
            properties.iter().map(|(name, value)| serde_json::json!({"name": name, "value": value})).collect();
        let text = serde_json::json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [
            {"type": "library", "bom-ref": "lib", "name": "lib", "properties": properties},
        ]});
        let inventory = read(text.to_string().as_bytes()).expect("an SBOM");
        let lines = missing(&inventory, SbomProfile::Fda2026);
        lines.into_iter().filter(|line| line.contains("of support")).collect::<Vec<_>>()
    };
    let (level, end) = ("cdx:fda:level-of-support", "cdx:fda:end-of-support-date");
    let reason = ("cdx:fda:justification", "asked in vain");
    let fine = [(level, "abandoned"), (level, "abandoned"), (end, "2030-01-01")];
    assert_eq!(document(&fine), [""; 0]);
    let told = document(&[(level, "abandoned"), (level, "actively maintained"), (end, "2030-01-01"), reason]);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("level of support of lib: cdx:fda:level-of-support says both"), "{told:?}");
    for other in ["2031-01-01", "soon"] {
        let told = document(&[(level, "abandoned"), (end, "2030-01-01"), (end, other), reason]);
        assert!(told.len() == 1 && told[0].contains("end of support of lib: cdx:fda:end-of"), "{told:?}");
    }
    let own = "batchseal:level-of-support";
    let told = document(&[(own, "unknown"), (own, "abandoned"), (end, "2030-01-01")]);
    assert!(told.len() == 1 && told[0].contains("says both"), "{told:?}");
}
