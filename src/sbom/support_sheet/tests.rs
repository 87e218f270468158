//! Sheets out and in.

use super::{Row, Separator, Sheet, guarded, read, to_toml, unguarded, write};
use crate::policy::support::SupportFile;
use crate::sbom::component::Kind;
use crate::sbom::document::{Component, Organization, Property};

const HEAD: &str =
    "purl,level,level-unknown-because,end-of-support,end-unknown-because,reviewed-by,reviewed-on,justification";

fn sheet(lines: &str) -> Sheet {
    read(format!("{HEAD}\r\n{lines}").as_bytes(), "s.csv").unwrap_or_else(|errors| panic!("{errors}"))
}

fn problems(text: &str) -> Vec<String> {
    let errors = read(text.as_bytes(), "s.csv").expect_err("refused");
    errors.problems.iter().map(|problem| format!("{}: {}", problem.place, problem.key)).collect()
}

fn component(purl: &str, supplier: &str, source: &str) -> Component {
    let mut component = Component::new(Kind::Library, "=cmd|x", Some("1"));
    component.purl = Some(purl.to_owned());
    component.supplier = Some(Organization { name: supplier.to_owned() });
    component.properties = vec![Property::new("supplier-source", source)];
    component
}

#[test]
fn what_is_imported_loads_as_a_support_toml_with_the_same_rules() {
    let lines = "pkg:cargo/a@1,actively maintained,,2030-06-30,,\"QA, \"\"lead\"\"\",2026-01-02,\"two\r\nlines\"\r\n\
        pkg:cargo/b*,,nobody answers,,never said,QA,2026-01-02,\r\npkg:cargo/c@1,,,,,,,\r\n,,,,,,,\r\n";
    let sheet = sheet(lines);
    assert_eq!((sheet.rules.len(), sheet.unanswered), (2, 1));
    let text = to_toml(&sheet.rules);
    let file = SupportFile::parse(text.as_bytes(), "support.toml").unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(file.rules, sheet.rules);
    let answers = sheet.rules[0].answers.as_ref().expect("answers");
    assert_eq!((answers.reviewed_by.as_str(), answers.justification.as_deref()), ("QA, \"lead\"", Some("two lines")));
}

#[test]
fn marks_separators_and_column_order_of_spreadsheets_are_understood() {
    for text in [
        "\u{feff}supplier;purl\r\nS, Inc.;pkg:cargo/a\r\n",
        "sep=;\r\nPurl;Supplier\r\npkg:cargo/a;S, Inc.\r\n",
        "purl\tsupplier\npkg:cargo/a\tS, Inc.",
        "purl,name,supplier,\npkg:cargo/a,ignored,\"S, Inc.\",\n",
    ] {
        let sheet = read(text.as_bytes(), "s.csv").unwrap_or_else(|errors| panic!("{text}: {errors}"));
        assert_eq!(
            sheet.rules[0].supplier.as_ref().and_then(|s| s.known()).map(String::as_str),
            Some("S, Inc."),
            "{text}"
        );
    }
}

#[test]
fn problems_name_line_and_column() {
    for (line, expected) in [
        ("pkg:cargo/a,maintained,,2030-06-30,,Q,2026-01-02,", "2:2: level"),
        ("pkg:cargo/a,abandoned,,30.06.2030,,Q,2026-01-02,", "2:4: end-of-support"),
        ("pkg:cargo/a,abandoned,,2030-02-30,,Q,2026-01-02,", "2:4: end-of-support"),
        ("pkg:cargo/a,abandoned,,,,Q,2026-01-02,", "2:4: end-of-support"),
        ("pkg:cargo/a,abandoned,why,2030-06-30,,Q,2026-01-02,", "2:2: level"),
        ("pkg:cargo/a,abandoned,,2030-06-30,,,2026-01-02,", "2:6: reviewed-by"),
        ("pkg:cargo/a,abandoned,,2030-06-30,,Q,,", "2:7: reviewed-on"),
        ("serde,abandoned,,2030-06-30,,Q,2026-01-02,", "2:1: purl"),
        ("pkg:cargo/a,abandoned,,2030-06-30,,Q,2026-01-02,,shifted", "2:9: line"),
        ("pkg:cargo/a,,,,,,,", "1:1: s.csv"),
    ] {
        assert_eq!(problems(&format!("{HEAD}\r\n{line}\r\n")), [expected], "{line}");
    }
    let good = "pkg:cargo/a,abandoned,,2030-06-30,,Q,2026-01-02,\n";
    assert_eq!(problems(&format!("{HEAD}\n{good}{good}")), ["3:1: purl"]);
    assert_eq!(problems("name,supplier\na,b\n"), ["1:1: header"]);
    assert_eq!(problems("purl,suplier\npkg:cargo/a,b\n")[0], "1:2: header");
    assert_eq!(problems(""), ["1:1: file"]);
    assert!(read(b"purl,supplier\npkg:cargo/a,M\xfcller\n", "s.csv").is_err());
}

#[test]
fn nothing_that_is_written_runs_as_a_formula_and_it_reads_back() {
    for text in ["=1+1", "+1", "-1", "@x", "'quoted", "'=x", "plain", ""] {
        let cell = guarded(text);
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        assert_eq!(unguarded(&cell), text);
    }
    let row = Row::of_component(&component("pkg:cargo/a@1", "S", "configured")).expect("row");
    let text = String::from_utf8(write(vec![row], Separator::Comma).expect("csv")).expect("text");
    assert!(text.contains(",'=cmd|x,"), "{text}");
}

#[test]
fn a_derived_supplier_does_not_come_back_as_an_answer() {
    let rows = [
        component("pkg:cargo/a@1", "Stated", "configured"),
        component("pkg:cargo/b@1", "Guess", "derived:cargo-authors"),
    ];
    let rows: Vec<Row> = rows.iter().filter_map(Row::of_component).collect();
    let bytes = write(rows, Separator::Semicolon).expect("csv");
    assert!(String::from_utf8_lossy(&bytes).contains("Guess (derived:cargo-authors)"));
    let sheet = read(&bytes, "s.csv").unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((sheet.rules.len(), sheet.unanswered), (1, 1));
    assert_eq!(sheet.rules[0].purl, "pkg:cargo/a@1");
}
