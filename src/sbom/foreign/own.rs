//! What this product writes into SPDX documents as names and values, since SPDX has no field for it:
//! annotations `batchseal:<name>=<value>` in SPDX 2, properties of an extension in SPDX 3.

use crate::sbom::component::Kind;
use crate::sbom::cyclonedx::{
    SUPPLIER, SUPPLIER_SOURCE, SUPPLIER_UNKNOWN_BECAUSE, SUPPORT_END, SUPPORT_END_UNKNOWN_BECAUSE, SUPPORT_LEVEL,
    SUPPORT_LEVEL_UNKNOWN_BECAUSE,
};
use crate::sbom::inventory::{Answer, Item};
use crate::sbom::support::{SupportLevel, contradicted_end, contradicted_level};

/// Property with the kind of a component that SPDX has no word for.
pub(in crate::sbom) const KIND: &str = "batchseal:kind";
/// Property of the document: how complete it is, in the words of CycloneDX.
pub(in crate::sbom) const COMPLETENESS: &str = "batchseal:completeness";

/// A text of the form `batchseal:<name>=<value>`.
pub(super) fn property(text: &str) -> Option<(&str, &str)> {
    text.split_once('=').filter(|(name, _)| name.starts_with("batchseal:") && name.len() > "batchseal:".len())
}

/// Moves what the properties say of a field of the component into that field, and sorts the rest.
pub(super) fn adopt(item: &mut Item) {
    let mut rest = Vec::with_capacity(item.properties.len());
    let (mut level_because, mut end_because) = (None, None);
    let pairs: Vec<_> = item.properties.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let two_levels = contradicted_level(&pairs).is_some();
    let two_ends = contradicted_end(&pairs).is_some();
    for (name, value) in std::mem::take(&mut item.properties) {
        match name.as_str() {
            // Which of two values is meant nobody can tell: they stay what they are.
            SUPPORT_LEVEL if two_levels => rest.push((name, value)),
            SUPPORT_END if two_ends => rest.push((name, value)),
            SUPPLIER if value == "unknown" => {
                item.supplier.get_or_insert(Answer::Unknown { because: None });
            }
            SUPPLIER_SOURCE => item.supplier_source = Some(value),
            SUPPLIER_UNKNOWN_BECAUSE => item.supplier = Some(Answer::Unknown { because: Some(value) }),
            SUPPORT_LEVEL => {
                item.support_level =
                    Some(SupportLevel::parse(&value).map_or(Answer::Unknown { because: None }, Answer::Known));
            }
            SUPPORT_END if value == "unknown" => item.end_of_support = Some(Answer::Unknown { because: None }),
            SUPPORT_END => item.end_of_support = Some(Answer::Known(value)),
            SUPPORT_LEVEL_UNKNOWN_BECAUSE => level_because = Some(value),
            SUPPORT_END_UNKNOWN_BECAUSE => end_because = Some(value),
            KIND if Kind::parse(&value).is_some() => item.kind = Kind::parse(&value).unwrap_or(item.kind),
            _ => rest.push((name, value)),
        }
    }
    if let (Some(Answer::Unknown { because }), Some(reason)) = (&mut item.support_level, level_because) {
        *because = Some(reason);
    }
    if let (Some(Answer::Unknown { because }), Some(reason)) = (&mut item.end_of_support, end_because) {
        *because = Some(reason);
    }
    rest.sort();
    item.properties = rest;
}
