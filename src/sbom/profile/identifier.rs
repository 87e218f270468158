//! Which identifiers of a component count: well-formed ones.

use crate::sbom::foreign::is_cpe_name;
use crate::sbom::inventory::{Identifier, IdentifierKind, Item};
use crate::sbom::purl;

use super::attribute::Presence;
use super::presence::shortened;
use super::words::says_something;

pub(super) fn presence(item: &Item) -> Presence<'_> {
    if item.identifiers.iter().any(identifies) {
        return Presence::Present;
    }
    match item.identifiers.first() {
        None => Presence::ABSENT,
        Some(first) => {
            let scheme = match first.kind {
                IdentifierKind::Purl => "package URL",
                IdentifierKind::Cpe => "CPE name of a product",
                IdentifierKind::Swid => "SWID tag",
                IdentifierKind::Swhid => "SWHID",
                IdentifierKind::Omnibor => "OmniBOR identifier",
            };
            Presence::not_counted(format!("{:?} is no {scheme}", shortened(&first.value)))
        }
    }
}

fn identifies(identifier: &Identifier) -> bool {
    let value = identifier.value.as_str();
    match identifier.kind {
        IdentifierKind::Purl => purl::is_purl(value),
        IdentifierKind::Cpe => is_cpe_of_a_product(value),
        IdentifierKind::Swid => says_something(value),
        IdentifierKind::Swhid => is_swhid(value),
        IdentifierKind::Omnibor => is_gitoid(value),
    }
}

/// A well-formed name (NIST IR 7695 section 6) in which vendor or product is more than a wildcard.
fn is_cpe_of_a_product(text: &str) -> bool {
    let named = |field: &str| !field.chars().all(|letter| matches!(letter, '*' | '-' | '?'));
    let (rest, formatted) = match text.strip_prefix("cpe:2.3:") {
        Some(rest) => (rest, true),
        None => (text.split_once(":/").map_or("", |(_, rest)| rest), false),
    };
    let mut fields = rest.split(':');
    let part = fields.next().unwrap_or_default();
    let part_fits = matches!(part, "a" | "h" | "o") || (formatted && matches!(part, "*" | "-"));
    is_cpe_name(text) && part_fits && fields.take(2).any(named)
}

/// Core of a Software Heritage identifier (ISO/IEC 18670), with or without qualifiers.
fn is_swhid(text: &str) -> bool {
    let core = text.split(';').next().unwrap_or_default();
    let object = core.strip_prefix("swh:1:").and_then(|rest| rest.split_once(':'));
    object
        .is_some_and(|(kind, digest)| matches!(kind, "cnt" | "dir" | "rel" | "rev" | "snp") && is_lower_hex(digest, 40))
}

fn is_gitoid(text: &str) -> bool {
    let object = text.strip_prefix("gitoid:blob:").and_then(|rest| rest.split_once(':'));
    object.is_some_and(|(algorithm, digest)| match algorithm {
        "sha1" => is_lower_hex(digest, 40),
        "sha256" => is_lower_hex(digest, 64),
        _ => false,
    })
}

fn is_lower_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
