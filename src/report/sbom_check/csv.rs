//! As a table (RFC 4180): one line for every attribute of the document and of each component.
//!
//! Spreadsheets run cells that look like formulas, and names in an SBOM are foreign text. A cell that
//! begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line end gets an apostrophe before
//! it, and every cell is quoted (OWASP, CSV Injection).

use crate::model::text::for_terminal;
use crate::sbom::inventory::Item;
use crate::sbom::profile::{self, Element, Presence, Profile};

use super::{Checked, version};

const HEAD: [&str; 11] = [
    "profile",
    "need",
    "attribute",
    "element",
    "of",
    "reference",
    "name",
    "version",
    "outcome",
    "justification",
    "note",
];

/// The table with its head; lines end in CR LF.
#[must_use]
pub fn csv(checked: &Checked<'_>) -> String {
    let mut text = String::new();
    push_row(&mut text, &HEAD);
    for (profile, _) in &checked.profiles {
        profile::each(checked.inventory, profile, &|_| true, &mut |item, element, presence| {
            push(&mut text, profile, item, element, &presence);
        });
    }
    text
}

fn push(text: &mut String, profile: &Profile, item: Option<&Item>, element: &Element, presence: &Presence<'_>) {
    push_row(
        text,
        &[
            profile.id.as_str(),
            element.need.as_str(),
            &element.attribute.slug(),
            element.name,
            if item.is_some() { "component" } else { "document" },
            item.map_or("", |item| &item.reference),
            item.map_or("", |item| &item.name),
            item.and_then(version).unwrap_or_default(),
            presence.word(),
            presence.justification().unwrap_or_default(),
            presence.note().unwrap_or_default(),
        ],
    );
}

fn push_row(text: &mut String, cells: &[&str]) {
    for (position, cell) in cells.iter().enumerate() {
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
