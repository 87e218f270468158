//! Reports as common programs write them, and what contradicts itself.

use super::{CoverageError, Covered, Format, parse};

const COBERTURA: &str = r#"<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
<coverage line-rate="0.5" branch-rate="0.5" version="gcovr 7.2" timestamp="1795428000">
<packages><package name="dose"><classes><class name="dose_c" filename="dose.c">
<methods><method name="f"><lines><line number="1" hits="2"/></lines></method></methods>
<lines><line number="1" hits="2" branch="true" condition-coverage="50% (1/2)"/><line number="2" hits="0"/></lines>
</class></classes></package></packages></coverage>"#;

const LCOV: &str = "TN:\nSF:src/dose.rs\nVER:1\nFN:1,dose\nFNDA:2,dose\nFNF:1\nFNH:1\nBRDA:1,0,0,2\nBRDA:1,0,1,-\nBRF:2\nBRH:1\n\
    DA:1,2\nDA:2,0,checksum\nDA:2,1\nLF:2\nLH:1\nend_of_record\nSF:src/other.rs\nDA:9,0\nend_of_record\n";

#[test]
fn cobertura_is_counted_from_the_lines_of_classes_or_stated_by_the_root() {
    let report = parse(COBERTURA.as_bytes()).expect("report");
    assert_eq!((report.format, report.version.as_deref()), (Format::Cobertura, Some("gcovr 7.2")));
    assert_eq!(report.in_words(), "lines 1 of 2, branches 1 of 2");
    let stated = COBERTURA.replace("line-rate=\"0.5\"", "lines-covered=\"90\" lines-valid=\"100\"");
    let stated = stated.replace("branch-rate=\"0.5\"", "branches-covered=\"0\" branches-valid=\"0\"");
    let stated = stated.replace(" branch=\"true\" condition-coverage=\"50% (1/2)\"", "");
    let report = parse(stated.as_bytes()).expect("report");
    assert_eq!((report.lines, report.branches), (Covered { covered: 90, valid: 100 }, None));
    assert_eq!(report.in_words(), "lines 90 of 100, branches not measured");
}

#[test]
fn lcov_is_counted_from_its_records() {
    let report = parse(LCOV.as_bytes()).expect("report");
    assert_eq!((report.format, report.version), (Format::Lcov, None));
    assert_eq!(report.lines, Covered { covered: 2, valid: 3 });
    assert_eq!(report.branches, Some(Covered { covered: 1, valid: 2 }));
}

#[test]
fn rejects_reports_that_show_nothing_or_what_cannot_be() {
    let error = |text: &str| parse(text.as_bytes()).expect_err(text);
    assert!(matches!(error("hello"), CoverageError::Unknown));
    assert!(matches!(error(""), CoverageError::Unknown));
    assert!(matches!(error("<coverage/>"), CoverageError::Empty));
    assert!(matches!(error("<report/>"), CoverageError::Root(_)));
    assert!(matches!(error("<coverage>"), CoverageError::Xml(_)));
    assert!(matches!(parse(b"\xff"), Err(CoverageError::NotUtf8(0))));
    let entities = "<!DOCTYPE coverage [<!ENTITY a \"aaaa\">]><coverage version=\"&a;\"/>";
    assert!(matches!(error(entities), CoverageError::Entities));
    let more = COBERTURA.replace("line-rate=\"0.5\"", "lines-covered=\"101\" lines-valid=\"100\"");
    assert!(matches!(error(&more), CoverageError::MoreThanAll { what: "lines", .. }));
    assert!(matches!(error(&COBERTURA.replace("(1/2)", "(3/2)")), CoverageError::MoreThanAll { what: "branches", .. }));
    assert!(matches!(error(&COBERTURA.replace("(1/2)", "")), CoverageError::Number { .. }));
    assert!(matches!(error(&COBERTURA.replace("hits=\"0\"", "hits=\"-1\"")), CoverageError::Number { .. }));
    assert!(matches!(error(&LCOV.replace("LH:1", "LH:3")), CoverageError::MoreThanAll { what: "lines", .. }));
    assert!(matches!(error("SF:a\nDA:1,2\n"), CoverageError::Unended));
    assert!(matches!(error("TN:\nSF:a\nend_of_record\n"), CoverageError::Empty));
    for (from, to) in [
        ("DA:1,2", "DA:x,2"),
        ("DA:1,2", "DA:1"),
        ("BRDA:1,0,0,2", "BRDA:1,0,0,x"),
        ("LF:2", "LF:two"),
        ("VER:1", "XX:1"),
        ("VER:1", "nonsense"),
        ("VER:1", "SF:again"),
        ("VER:1", "end_of_record"),
    ] {
        assert!(matches!(error(&LCOV.replacen(from, to, 1)), CoverageError::Record { .. }), "{to}");
    }
}
