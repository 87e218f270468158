//! One line of a table for spreadsheets (RFC 4180).
//!
//! Spreadsheets run cells that look like formulas, and names in an SBOM are foreign text. A cell that
//! begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line end gets an apostrophe before
//! it, and every cell is quoted (OWASP, CSV Injection).

use crate::model::text::for_terminal;

/// The mark by which spreadsheets know UTF-8; it stands before the first line.
pub(super) const MARK: char = '\u{feff}';

/// Appends one line, which ends in CR LF.
pub(super) fn push_row(text: &mut String, cells: &[impl AsRef<str>]) {
    for (position, cell) in cells.iter().map(AsRef::as_ref).enumerate() {
        text.push_str(if position == 0 { "\"" } else { ",\"" });
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
            text.push('\'');
        }
        text.push_str(&for_terminal(cell).replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::push_row;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut text = String::new();
        push_row(&mut text, &["=1+1", "@scope/name", "a \"b\", c", "", "x\ny", "－1", "a=b"]);
        let expected = "\"'=1+1\",\"'@scope/name\",\"a \"\"b\"\", c\",\"\",\"x\\u{a}y\",\"'－1\",\"a=b\"\r\n";
        assert_eq!(text, expected);
    }
}
