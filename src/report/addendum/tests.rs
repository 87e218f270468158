//! What the addendum lists, and what foreign text cannot do in it.

use super::{Addendum, Tally, csv, html};
use crate::model::digest::Sha256Digest;
use crate::sbom::component::Kind;
use crate::sbom::foreign;
use crate::sbom::inventory::{Answer, Format, Inventory, Item};
use crate::sbom::support::SupportLevel;

fn inventory(components: Vec<Item>) -> Inventory {
    let device = Item { version: Some(Answer::Known("1.4.0".to_owned())), ..Item::new("d", Kind::Firmware, "pump") };
    let components: Vec<Item> = std::iter::once(device).chain(components).collect();
    Inventory {
        format: Format { name: "CycloneDX", version: "1.6", encoding: "JSON" },
        identity: Some("urn:uuid:1".to_owned()),
        revision: Some("1".to_owned()),
        timestamp: Some("2026-11-23T13:05:00Z".to_owned()),
        authors: vec!["Example Devices (demo)".to_owned()],
        tools: Vec::new(),
        contexts: Vec::new(),
        signature_named: false,
        primary: Some("d".to_owned()),
        components,
        dependencies: Default::default(),
        parts: [("d".to_owned(), ["file".to_owned()].into())].into(),
        completeness: Vec::new(),
    }
}

fn addendum(components: Vec<Item>) -> Addendum {
    Addendum::new("sbom.cdx.json", Sha256Digest::of(b"x"), &inventory(components), "0.1.0")
}

fn with(name: &str, level: Option<Answer<SupportLevel>>, end: Option<Answer<String>>) -> Item {
    Item { support_level: level, end_of_support: end, ..Item::new(name, Kind::Library, name) }
}

#[test]
fn shipped_components_only_and_no_cell_is_blank() {
    let because = || Some("no answer".to_owned());
    let made = addendum(vec![
        with("b", Some(Answer::Known(SupportLevel::Abandoned)), Some(Answer::Known("2026-12-31".to_owned()))),
        with("a", Some(Answer::Unknown { because: because() }), Some(Answer::Unknown { because: because() })),
        with("c", None, Some(Answer::Known("soon".to_owned()))),
        Item { excluded: true, ..with("tool", None, None) },
        Item::new("file", Kind::File, "pump.bin"),
    ]);
    let words: Vec<[&str; 4]> =
        made.rows.iter().map(|row| [&row.name, &row.level, &row.end, &row.justification].map(String::as_str)).collect();
    assert_eq!(
        words,
        [
            ["a", "unknown: no answer", "unknown: no answer", "not recorded"],
            ["b", "abandoned", "2026-12-31", "not recorded"],
            ["c", "not recorded", "soon", "not recorded"],
        ]
    );
    assert_eq!(made.levels, Tally { recorded: 1, unknown: 1, missing: 1 });
    assert_eq!(made.ends, Tally { recorded: 1, unknown: 1, missing: 1 });
    assert_eq!((made.gaps(), made.outside), (2, 1));
    assert_eq!(csv(&made).matches("\"\"").count(), 0, "a blank cell");
}

#[test]
fn both_forms_name_the_sbom_and_the_device() {
    let made = addendum(vec![with("a", None, None)]);
    let digest = Sha256Digest::of(b"x").to_hex();
    let (table, page) = (csv(&made), html(&made).expect("page"));
    for expected in ["pump", "1.4.0", "urn:uuid:1, version 1", &digest] {
        assert!(table.contains(expected) && page.contains(expected), "{expected}");
    }
    for expected in ["sbom.cdx.json", "CycloneDX 1.6 JSON", "not a claim of compliance", "Example Devices (demo)"] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(html(&addendum(Vec::new())).expect("page").contains("lists no shipped component"));
}

#[test]
fn foreign_text_is_neither_markup_nor_a_formula() {
    let hostile = "=1+1<script>alert('x')</script>\u{202e}\" onload=\"x";
    let made = addendum(vec![Item {
        version: Some(Answer::Known("<img src=https://example.org/x>".to_owned())),
        properties: vec![("cdx:fda:justification".to_owned(), "</td></table><b>\n".to_owned())],
        ..with(hostile, None, None)
    }]);
    let page = html(&made).expect("page");
    for refused in ["<script", "<img", "<b>", "onload=\"", "\u{202e}", "<link", "url("] {
        assert!(!page.contains(refused), "{refused}");
    }
    assert!(page.contains("&lt;script&gt;") && page.contains("\\u{202e}"));
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    assert!(csv(&made).contains("\r\n\"'=1+1<script>"));
}

#[test]
fn an_sbom_of_somebody_else_is_taken_and_nothing_is_invented() {
    let text = br#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
        {"type":"library","name":"a","version":"1","properties":[{"name":"cdx:fda:level-of-support","value":"Active"}]}]}"#;
    let inventory = foreign::read(text).expect("SBOM");
    let made = Addendum::new("x.json", Sha256Digest::of(text), &inventory, "0.1.0");
    assert_eq!((made.device.as_str(), made.identity.as_str()), ("not recorded", "not recorded"));
    assert_eq!((made.rows.len(), made.rows[0].level.as_str()), (1, "not recorded"));
}
