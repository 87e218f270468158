//! What the parts list of the first page shows.

use minijinja::AutoEscape;
use serde::Serialize;

use super::{PartRow, PartsTable, table};
use crate::evidence::layout::EntryMap;
use crate::model::name::EntryName;
use crate::report::page::render;

const FOREIGN: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5",
    "metadata":{"component":{"type":"application","bom-ref":"app","name":"app","components":[
        {"type":"file","bom-ref":"app.bin","name":"app.bin"}]}},
    "components":[
        {"type":"library","bom-ref":"b","name":"b <b>","version":"2","supplier":{"name":"B"},
         "licenses":[{"license":{"id":"MIT"}},{"license":{"name":"Own"}}],
         "properties":[{"name":"batchseal:supplier-source","value":"derived:repository-owner"},
                       {"name":"batchseal:level-of-support","value":"abandoned"},
                       {"name":"batchseal:end-of-support","value":"2026-12-31"},
                       {"name":"batchseal:origin","value":"locked:1"},{"name":"batchseal:origin","value":"locked:2"},
                       {"name":"batchseal:origin","value":"locked:3"},{"name":"batchseal:origin","value":"locked:4"}]},
        {"type":"library","bom-ref":"a","name":"a","scope":"excluded"},
        {"type":"library","bom-ref":"c","name":"c"}]}"#;

fn of(files: &[(&str, &str)]) -> PartsTable {
    let entries: EntryMap<'_> =
        files.iter().map(|(name, text)| (EntryName::parse(name).expect("name"), text.as_bytes())).collect();
    table(&entries)
}

#[test]
fn every_component_has_its_row_and_the_product_has_none() {
    let made = of(&[("sbom/other.cdx.json", FOREIGN), ("git/commit", "no SBOM")]);
    assert_eq!((made.shipped, made.build_only, made.left_out, made.unread), (2, 1, 0, 0));
    let names: Vec<&str> = made.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["b <b>", "c", "a"]);
    let expected = PartRow {
        build_only: false,
        name: "b <b>".to_owned(),
        version: "2".to_owned(),
        supplier: "B (derived)".to_owned(),
        supplier_known: true,
        licence: "MIT; Own".to_owned(),
        level: Some("abandoned".to_owned()),
        level_known: true,
        end: Some("2026-12-31".to_owned()),
        end_known: true,
        origin: "locked:1, locked:2, locked:3 and 1 more".to_owned(),
        purl: String::new(),
    };
    assert_eq!(made.rows[0], expected);
    let silent = &made.rows[1];
    assert_eq!((silent.supplier.as_str(), silent.supplier_known), ("not recorded", false));
    assert_eq!((silent.level.as_deref(), silent.end.as_deref()), (Some("not recorded"), Some("not recorded")));
    assert_eq!(silent.origin, "sbom/other.cdx.json");
    assert_eq!((made.rows[2].build_only, made.rows[2].level.as_deref()), (true, None));
}

#[test]
fn two_documents_that_say_the_same_give_one_row_and_what_is_no_sbom_is_counted() {
    let ours = FOREIGN.replace("\"name\":\"c\"", "\"name\":\"d\"");
    let made = of(&[("sbom/1.json", FOREIGN), ("sbom/2.json", &ours), ("sbom/3.json", "{}"), ("sbom/4.json", "[")]);
    let with_origin = made.rows.iter().filter(|row| row.name == "b <b>").count();
    assert_eq!((with_origin, made.rows.len(), made.unread), (1, 5, 2));
}

#[test]
fn a_big_table_is_cut_and_says_so() {
    let components: Vec<String> =
        (0..5_001).map(|at| format!(r#"{{"type":"library","name":"n{at}","bom-ref":"{at}"}}"#)).collect();
    let text = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}}"#, components.join(","));
    let made = of(&[("sbom/big.json", &text)]);
    assert_eq!((made.rows.len(), made.shipped, made.left_out), (5_000, 5_001, 1));
}

/// The part of the page that shows the table.
#[derive(Serialize)]
struct Context {
    parts: PartsTable,
}

#[test]
fn the_page_shows_every_column_escaped() {
    let page = include_str!("../templates/index.html");
    let (_, from) = page.split_once("<h2>What is in it</h2>").expect("section");
    let (section, _) = from.split_once("<h2>").expect("end");
    let section: &'static str = section;
    let made = Context { parts: of(&[("sbom/other.cdx.json", FOREIGN), ("sbom/x.json", "{}")]) };
    let shown = render("section.html", section, AutoEscape::Html, &made).expect("section");
    for expected in
        ["b &lt;b&gt;", "B (derived)", "abandoned", "2026-12-31", "not asked", "not recorded", "not listed here: 1."]
    {
        assert!(shown.contains(expected), "{expected} is not in {shown}");
    }
    assert!(!shown.contains("<b>"));
}
