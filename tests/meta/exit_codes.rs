//! `docs/exit-codes.md` and `ExitStatus` say the same.

use batchseal::exit::ExitStatus;

use crate::sources::read;

/// Rows of the first Markdown table whose first cell is a number.
fn rows(page: &str) -> Vec<(String, String)> {
    let cells = |line: &str| -> Option<(String, String)> {
        let (code, meaning) = line.strip_prefix('|')?.strip_suffix('|')?.split_once('|')?;
        let code = code.trim();
        code.parse::<u8>().ok()?;
        Some((code.to_owned(), meaning.trim().to_owned()))
    };
    page.lines().filter_map(cells).collect()
}

#[test]
fn page_and_program_have_the_same_table() {
    let program: Vec<(String, String)> =
        ExitStatus::ALL.iter().map(|(status, meaning)| (status.code().to_string(), (*meaning).to_owned())).collect();
    assert_eq!(rows(&read("docs/exit-codes.md")), program);
}

#[test]
fn codes_are_unique_and_in_order() {
    assert!(ExitStatus::ALL.is_sorted_by(|(a, _), (b, _)| a.code() < b.code()));
}

#[test]
fn rows_skips_head_and_rule() {
    let page = "| Code | Meaning |\n|---|---|\n| 0 | done |\ntext\n";
    assert_eq!(rows(page), [("0".to_owned(), "done".to_owned())]);
}
