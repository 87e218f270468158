//! The components of an SBOM as a table (RFC 4180), for spreadsheets and databases: one line each, in
//! document order, the product and its files too.
//!
//! Cells say `unknown: <reason>` where the SBOM does, and are empty where it says nothing. Several values
//! of one cell are divided by a space (hashes, as `<algorithm>:<hexadecimal>`) or by `; `.

use crate::model::component::Scope;
use crate::sbom::inventory::{IdentifierKind, Inventory, Item};

use super::csv_row::{MARK, push_row};
use super::item_words::{
    NOT_RECORDED, answer, end_of_support, identifier_of, justification, level_of_support, licences, origins, plain,
};

/// Columns in their order.
pub const COLUMNS: [&str; 15] = [
    "reference",
    "purl",
    "cpe",
    "kind",
    "name",
    "version",
    "supplier",
    "supplier-source",
    "licence",
    "hashes",
    "scope",
    "level-of-support",
    "end-of-support",
    "justification",
    "origins",
];

/// The table with its head; UTF-8 with its mark, lines end in CR LF.
#[must_use]
pub fn csv(inventory: &Inventory) -> String {
    let mut text = String::from(MARK);
    push_row(&mut text, &COLUMNS);
    for item in &inventory.components {
        push_row(&mut text, &cells(item));
    }
    text
}

fn cells(item: &Item) -> [String; COLUMNS.len()] {
    [
        // Made up by the reader where the document has none, so it would name nothing.
        if item.referenced { item.reference.clone() } else { String::new() },
        item.purl().unwrap_or_default().to_owned(),
        identifier_of(item, IdentifierKind::Cpe).unwrap_or_default().to_owned(),
        item.kind.as_str().to_owned(),
        item.name.clone(),
        or_empty(answer(item.version.as_ref())),
        or_empty(answer(item.supplier.as_ref())),
        item.supplier_source.clone().unwrap_or_default(),
        or_empty(licences(item)),
        hashes(item),
        scope(item),
        or_empty(level_of_support(item)),
        or_empty(end_of_support(item)),
        or_empty(justification(item)),
        origins(item).join("; "),
    ]
}

fn or_empty(words: String) -> String {
    if words == NOT_RECORDED { String::new() } else { words }
}

fn hashes(item: &Item) -> String {
    let one = |(algorithm, value): &(String, String)| format!("{}:{}", plain(algorithm), plain(value));
    item.hashes.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Our own word where the document has it, else only whether the component ships.
fn scope(item: &Item) -> String {
    let own = item.property("batchseal:scope").map(str::to_owned);
    own.unwrap_or_else(|| if item.excluded { "excluded".to_owned() } else { Scope::Shipped.as_str().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, cells, csv};
    use crate::sbom::component::Kind;
    use crate::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item};
    use crate::sbom::support::SupportLevel;

    fn inventory(components: Vec<Item>) -> Inventory {
        Inventory { components, ..Inventory::new(Format { name: "CycloneDX", version: "1.6", encoding: "JSON" }) }
    }

    #[test]
    fn every_column_holds_its_fact() {
        let identifier = |kind, value: &str| Identifier { kind, value: value.to_owned() };
        let item = Item {
            version: Some(Answer::Known("1.0".to_owned())),
            supplier: Some(Answer::Known("A, Inc.".to_owned())),
            supplier_source: Some("configured".to_owned()),
            identifiers: vec![
                identifier(IdentifierKind::Purl, "pkg:npm/a@1.0"),
                identifier(IdentifierKind::Cpe, "cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*"),
            ],
            hashes: vec![("SHA-256".to_owned(), "ab".to_owned()), ("SHA-512".to_owned(), "cd".to_owned())],
            licences: vec![Answer::Known("MIT".to_owned())],
            excluded: true,
            support_level: Some(Answer::Known(SupportLevel::NoLongerMaintained)),
            end_of_support: Some(Answer::Unknown { because: Some("no answer".to_owned()) }),
            properties: [
                ("batchseal:origin", "locked:a.lock"),
                ("batchseal:origin", "locked:b.lock"),
                ("batchseal:scope", "build-time-only"),
                ("batchseal:support-justification", "because"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            ..Item::new("ref-a", Kind::Library, "a")
        };
        assert_eq!(
            cells(&item),
            [
                "ref-a",
                "pkg:npm/a@1.0",
                "cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*",
                "library",
                "a",
                "1.0",
                "A, Inc.",
                "configured",
                "MIT",
                "SHA-256:ab SHA-512:cd",
                "build-time-only",
                "no longer maintained",
                "unknown: no answer",
                "because",
                "locked:a.lock; locked:b.lock",
            ]
        );
    }

    #[test]
    fn what_is_not_there_is_empty_and_foreign_text_never_a_formula() {
        let item = Item { referenced: false, ..Item::new("#1", Kind::File, "=cmd|' /C calc'!A0\"\r\n") };
        let text = csv(&inventory(vec![item]));
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(lines[0].split(',').count(), COLUMNS.len());
        let expected = r#""","","","file","'=cmd|' /C calc'!A0""\u{d}\u{a}","","","","","","shipped","","","","""#;
        assert_eq!(lines[1], expected);
    }
}
