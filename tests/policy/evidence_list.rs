//! `evidence.toml`: what is accepted, and each refusal with its place.

use batchseal::policy::evidence::EvidenceList;

fn parse(text: &str) -> Result<EvidenceList, String> {
    EvidenceList::parse(text.as_bytes(), "evidence.toml").map_err(|errors| errors.to_string())
}

const DOCUMENT: &str =
    "schema = 1\n[[document]]\nkind = \"labeling\"\nfile = \"ifu.txt\"\nid = \"IFU-1\"\nrevision = \"2\"\n";

#[test]
fn accepts_reports_and_documents_in_file_order() {
    let list = parse(&format!(
        "{DOCUMENT}approver = \"Quality Lead (example)\"\napproved-on = 2026-11-20\ncovers = \"1.4.0\"\n\
         [[tests]]\nfile = \"b.xml\"\nsuite = \"unit\"\n[[tests]]\nfile = \"a.xml\"\n"
    ))
    .expect("list");
    assert_eq!(list.tests.iter().map(|tests| tests.file.as_str()).collect::<Vec<_>>(), ["b.xml", "a.xml"]);
    assert_eq!(list.tests[0].suite.as_deref(), Some("unit"));
    assert_eq!(list.documents[0].approved_on.as_deref(), Some("2026-11-20"));
    assert_eq!(parse("schema = 1\n").map(|list| list.tests.len() + list.documents.len()), Ok(0));
}

#[test]
fn rejects_what_is_half_said_or_said_twice() {
    for (text, expected) in [
        (format!("{DOCUMENT}approver = \"Quality Lead (example)\"\n"), "both, or neither"),
        (format!("{DOCUMENT}approved-on = 2026-11-20\n"), "both, or neither"),
        (format!("{DOCUMENT}approved-on = \"2026-11-20\"\napprover = \"x\"\n"), "a date without quotes"),
        (format!("{DOCUMENT}{}", DOCUMENT.trim_start_matches("schema = 1\n")), "document[2].file"),
        ("schema = 1\n[[tests]]\nfile = \"a\"\n[[tests]]\nfile = \"a\"\n".to_owned(), "tests[2].file"),
        ("schema = 1\n[[tests]]\nfile = \"../a\"\n".to_owned(), "tests[1].file"),
        ("schema = 1\n[[tests]]\nfile = \"a\"\nsuite = \"Unit Tests\"\n".to_owned(), "tests[1].suite"),
        ("schema = 1\n[[test]]\nfile = \"a\"\n".to_owned(), "unknown key"),
        ("schema = 2\n".to_owned(), "schema"),
        (DOCUMENT.replace("IFU-1", "FILL IN: the id"), "FILL IN"),
    ] {
        let error = parse(&text).expect_err(&text);
        assert!(error.contains(expected), "{error}");
    }
}
