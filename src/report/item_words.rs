//! What an SBOM says of one component, as people read it in a table: never blank.
//!
//! A value stands as written; what is declared unknown stands with its reason; what the SBOM does not
//! say is `not recorded`. Line ends become spaces, and what would hide or turn text is written out.

use crate::model::text::{for_terminal, is_deceptive};
use crate::sbom::cyclonedx::{ORIGIN, SUPPORT_JUSTIFICATION};
use crate::sbom::inventory::{Answer, IdentifierKind, Item};

/// What stands where the SBOM says nothing.
pub(super) const NOT_RECORDED: &str = "not recorded";

/// Properties that justify what is recorded of support: our own, and the one proposed for CycloneDX.
const JUSTIFICATIONS: [&str; 2] = [SUPPORT_JUSTIFICATION, "cdx:fda:justification"];

/// Foreign text on one line, visible in full.
pub(super) fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.contains(is_deceptive) { for_terminal(&text) } else { text }
}

/// An answer, or what stands for none.
pub(super) fn answer(answer: Option<&Answer<impl AsRef<str>>>) -> String {
    match answer {
        None => NOT_RECORDED.to_owned(),
        Some(Answer::Known(text)) => stated(Some(text.as_ref())),
        Some(Answer::Unknown { because }) => match because.as_deref().map(plain).filter(|text| !text.is_empty()) {
            Some(because) => format!("unknown: {because}"),
            None => "unknown: no reason recorded".to_owned(),
        },
    }
}

/// A text, or what stands for none.
pub(super) fn stated(text: Option<&str>) -> String {
    text.map(plain).filter(|text| !text.is_empty()).unwrap_or_else(|| NOT_RECORDED.to_owned())
}

/// The supplier; one that nobody stated is marked.
pub(super) fn supplier(item: &Item) -> String {
    let name = answer(item.supplier.as_ref());
    let known = item.supplier.as_ref().is_some_and(|supplier| supplier.known().is_some());
    if known && is_derived(item) { format!("{name} (derived)") } else { name }
}

fn is_derived(item: &Item) -> bool {
    item.supplier_source.as_deref().is_some_and(|from| from.starts_with("derived:"))
}

/// The level of support in FDA's words.
pub(super) fn level_of_support(item: &Item) -> String {
    let words = item.support_level.as_ref().map(|level| match level {
        Answer::Known(level) => Answer::Known(level.as_str()),
        Answer::Unknown { because } => Answer::Unknown { because: because.clone() },
    });
    answer(words.as_ref())
}

/// The last day of support.
pub(super) fn end_of_support(item: &Item) -> String {
    answer(item.end_of_support.as_ref())
}

/// Why level or day are missing or acceptable.
pub(super) fn justification(item: &Item) -> String {
    stated(JUSTIFICATIONS.into_iter().find_map(|name| item.property(name)))
}

/// The package URL, else another identifier, else the document's own reference.
pub(super) fn identifier(item: &Item) -> String {
    let other = item.identifiers.first().map(|identifier| identifier.value.as_str());
    stated(item.purl().or(other).or(Some(&item.reference)))
}

/// The first identifier of a scheme.
pub(super) fn identifier_of(item: &Item, kind: IdentifierKind) -> Option<&str> {
    item.identifiers.iter().find(|identifier| identifier.kind == kind).map(|identifier| identifier.value.as_str())
}

/// All licences, `; ` between them.
pub(super) fn licences(item: &Item) -> String {
    let all: Vec<String> = item.licences.iter().map(|licence| answer(Some(licence))).collect();
    if all.is_empty() { NOT_RECORDED.to_owned() } else { all.join("; ") }
}

/// The files that name the component, where the document says so.
pub(super) fn origins(item: &Item) -> Vec<String> {
    item.properties.iter().filter(|(name, _)| name == ORIGIN).map(|(_, origin)| plain(origin)).collect()
}

#[cfg(test)]
mod tests {
    use super::{answer, licences, plain, supplier};
    use crate::sbom::component::Kind;
    use crate::sbom::inventory::{Answer, Item};

    #[test]
    fn nothing_is_blank_and_unknown_has_its_reason() {
        let unknown = |because: Option<&str>| Answer::Unknown::<String> { because: because.map(str::to_owned) };
        assert_eq!(answer(None::<&Answer<String>>), "not recorded");
        assert_eq!(answer(Some(&Answer::Known(" \n".to_owned()))), "not recorded");
        assert_eq!(answer(Some(&Answer::Known("1.0".to_owned()))), "1.0");
        assert_eq!(answer(Some(&unknown(Some("nobody\nanswers")))), "unknown: nobody answers");
        assert_eq!(answer(Some(&unknown(None))), "unknown: no reason recorded");
        assert_eq!(answer(Some(&unknown(Some("")))), "unknown: no reason recorded");
        assert_eq!(licences(&Item::new("a", Kind::Library, "a")), "not recorded");
    }

    #[test]
    fn only_a_derived_supplier_is_marked() {
        let with = |supplier: Answer<String>, source: &str| Item {
            supplier: Some(supplier),
            supplier_source: Some(source.to_owned()),
            ..Item::new("a", Kind::Library, "a")
        };
        let known = || Answer::Known("A".to_owned());
        assert_eq!(supplier(&with(known(), "derived:cargo-authors")), "A (derived)");
        assert_eq!(supplier(&with(known(), "configured")), "A");
        let unknown = with(Answer::Unknown { because: Some("gone".to_owned()) }, "derived:cargo-authors");
        assert_eq!(supplier(&unknown), "unknown: gone");
    }

    #[test]
    fn text_that_hides_or_turns_is_written_out() {
        assert_eq!(plain("a\u{202e}b\u{1b}"), "a\\u{202e}b\\u{1b}");
        assert_eq!(plain("Größe ✓"), "Größe ✓");
    }
}
