//! Whether one attribute is there.

use crate::model::text::shows_something;
use crate::sbom::component::Kind;
use crate::sbom::cyclonedx::UDI_DI;
use crate::sbom::inventory::{Answer, Inventory, Item};

use super::attribute::{Attribute, Presence};
use super::catalogue::{Element, Part, Profile, UnknownRule};
use super::relations::Relations;
use super::words::{Meaning, meaning, says_something};
use super::{hash, identifier, support};

/// Properties by which an author says that one field is unknown, or withheld, by its name in the CISA
/// document (CycloneDX property taxonomy, proposal 186).
const SAID_UNKNOWN: [&str; 2] = ["cdx:cisa:unknown-information", "cdx:cisa:withheld-information"];

pub(super) fn of_document(inventory: &Inventory, attribute: Attribute) -> Presence<'_> {
    let any = |texts: &[String]| Presence::of(texts.iter().any(|text| says_something(text)));
    let one = |text: Option<&String>| Presence::of(text.is_some_and(|text| says_something(text)));
    match attribute {
        Attribute::AuthorName => any(&inventory.authors),
        Attribute::AuthorSignature if inventory.signature_named => Presence::Present,
        Attribute::AuthorSignature => {
            Presence::not_counted("the document holds and names none; one that lies beside it is not seen")
        }
        Attribute::FormatName => Presence::of(says_something(inventory.format.name)),
        Attribute::FormatVersion => Presence::of(says_something(inventory.format.version)),
        Attribute::GenerationContext => any(&inventory.contexts),
        Attribute::Timestamp => one(inventory.timestamp.as_ref()),
        Attribute::ToolName => Presence::of(inventory.tools.iter().any(|tool| says_something(&tool.name))),
        Attribute::ToolVersion => tool_version(inventory),
        // SPDX has no revision: a changed document has another identity.
        Attribute::SbomVersion => one(inventory.revision.as_ref().or(inventory.identity.as_ref())),
        Attribute::DeviceIdentifier => Presence::of(primary(inventory).is_some_and(has_device_identifier)),
        _ => Presence::NotAsked,
    }
}

fn tool_version(inventory: &Inventory) -> Presence<'_> {
    let without = inventory.tools.iter().find(|tool| !tool.version.as_deref().is_some_and(says_something));
    match without {
        Some(tool) => Presence::not_counted(format!("tool {:?} has none", shortened(&tool.name))),
        None => Presence::of(!inventory.tools.is_empty()),
    }
}

fn primary(inventory: &Inventory) -> Option<&Item> {
    let reference = inventory.primary.as_deref()?;
    inventory.components.iter().find(|item| item.reference == reference)
}

/// Our own property, or one of another namespace that ends in the same word.
fn has_device_identifier(item: &Item) -> bool {
    let names = |name: &str| {
        let last = name.rsplit(':').next().unwrap_or(name);
        name == UDI_DI || last.eq_ignore_ascii_case("udi") || last.eq_ignore_ascii_case("udi-di")
    };
    item.properties.iter().any(|(name, value)| names(name) && says_something(value))
}

pub(super) fn of_component<'a>(
    item: &'a Item,
    element: &Element,
    profile: &Profile,
    relations: &Relations<'a>,
) -> Presence<'a> {
    let own_product = relations.is_primary(item) || (item.kind == Kind::File && relations.is_part(item));
    if element.part == Part::Support && (item.excluded || own_product) {
        return Presence::NotAsked;
    }
    let presence = match element.attribute {
        Attribute::SupplierName => answer(item.supplier.as_ref(), profile),
        // A package may well be called "unknown" or "none".
        Attribute::ComponentName => Presence::of(shows_something(&item.name)),
        Attribute::VersionString => answer(item.version.as_ref(), profile),
        Attribute::ComponentHash => hash::presence(item, profile),
        Attribute::HashAlgorithm => Presence::of(item.hashes.iter().any(|(algorithm, _)| says_something(algorithm))),
        Attribute::UniqueIdentifier => identifier::presence(item),
        Attribute::Licence => licence(item, profile),
        Attribute::Relationship => relations.presence(item),
        Attribute::SupportLevel => support::level(item, profile),
        Attribute::EndOfSupport => support::end(item, profile),
        _ => Presence::NotAsked,
    };
    match presence {
        Presence::Missing { .. } if is_said_unknown(item, element, profile) => {
            Presence::DeclaredUnknown { justification: None }
        }
        other => other,
    }
}

pub(super) fn answer<'a>(answer: Option<&'a Answer<String>>, profile: &Profile) -> Presence<'a> {
    match answer {
        None => Presence::ABSENT,
        Some(Answer::Unknown { because }) => unknown(because.as_deref(), profile),
        Some(Answer::Known(text)) => match meaning(text) {
            Meaning::Value => Presence::Present,
            Meaning::Unknown => unknown(None, profile),
            Meaning::Nothing => Presence::not_counted(format!("{:?} is no value", shortened(text))),
        },
    }
}

pub(super) fn unknown<'a>(because: Option<&'a str>, profile: &Profile) -> Presence<'a> {
    let justification = because.filter(|text| says_something(text));
    match (profile.unknown, justification) {
        (UnknownRule::Explicit, _) | (UnknownRule::Justified, Some(_)) => Presence::DeclaredUnknown { justification },
        (UnknownRule::Justified, None) => Presence::not_counted("declared unknown without a recorded reason"),
        (UnknownRule::Never, _) => Presence::not_counted("declared unknown, which this profile does not accept"),
    }
}

fn is_said_unknown(item: &Item, element: &Element, profile: &Profile) -> bool {
    let says = |(name, value): &(String, String)| SAID_UNKNOWN.contains(&name.as_str()) && value == element.name;
    profile.unknown == UnknownRule::Explicit && item.properties.iter().any(says)
}

fn licence<'a>(item: &'a Item, profile: &Profile) -> Presence<'a> {
    let stated = item.licences.iter().find(|one| one.known().is_some_and(|text| says_something(text)));
    answer(stated.or_else(|| item.licences.first()), profile)
}

/// The beginning of a foreign text, for a note.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
