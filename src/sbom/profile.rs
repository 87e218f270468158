//! Element profiles: what regulators ask of an SBOM, judged attribute by attribute.
//!
//! [`Profile`] is data. [`judge`] looks at the document and at every component of an [`Inventory`],
//! whatever format it came in, and counts for each attribute how often it is present, declared unknown
//! or missing. There are no scores: an average would hide the one component that matters.

mod attribute;
mod catalogue;
mod hash;
mod identifier;
mod presence;
mod relations;
mod support;
mod words;

use super::inventory::{Inventory, Item};

pub use attribute::{Attribute, Presence};
pub use catalogue::{Element, Need, Part, Profile, UnknownRule};

use relations::Relations;

/// What a gap is about where it is not one component.
pub const DOCUMENT: &str = "document";

/// One attribute that has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap<'a> {
    /// The component; absent where the document as a whole is meant.
    pub item: Option<&'a Item>,
    /// What was asked for.
    pub element: &'static Element,
    /// Declared unknown, or missing.
    pub presence: Presence<'a>,
}

impl<'a> Gap<'a> {
    /// Reference of the component, or `document`.
    #[must_use]
    pub fn about(&self) -> &'a str {
        self.item.map_or(DOCUMENT, |item| item.reference.as_str())
    }

    /// Whether it is declared unknown, in a way that the profile accepts.
    #[must_use]
    pub const fn is_declared(&self) -> bool {
        matches!(self.presence, Presence::DeclaredUnknown { .. })
    }
}

/// How often an attribute was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The attribute as the profile asks for it.
    pub element: &'static Element,
    /// With a value.
    pub present: usize,
    /// Declared unknown, in a way that the profile accepts.
    pub declared_unknown: usize,
    /// Without either.
    pub missing: usize,
    /// Components of which it is not asked.
    pub not_asked: usize,
}

/// What an inventory has and lacks under a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<'a> {
    /// Components looked at, the primary one too.
    pub components: usize,
    /// Components of them that the document says are not inside the product.
    pub excluded: usize,
    /// Components whose supplier was derived and not stated.
    pub derived_suppliers: usize,
    /// Each attribute, in the profile's order.
    pub counts: Vec<Count>,
    /// Attributes without a value, in document order.
    pub gaps: Vec<Gap<'a>>,
}

impl<'a> Report<'a> {
    /// Required attributes without an answer.
    pub fn missing(&self) -> impl Iterator<Item = &Gap<'a>> {
        self.gaps.iter().filter(|gap| !gap.is_declared() && gap.element.need == Need::Required)
    }

    /// Recommended attributes without an answer; they never fail.
    pub fn recommended(&self) -> impl Iterator<Item = &Gap<'a>> {
        self.gaps.iter().filter(|gap| !gap.is_declared() && gap.element.need == Need::Recommended)
    }

    /// Attributes that are declared unknown, in a way that the profile accepts.
    pub fn declared_unknown(&self) -> impl Iterator<Item = &Gap<'a>> {
        self.gaps.iter().filter(|gap| gap.is_declared())
    }

    /// Whether no required attribute is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing().next().is_none()
    }
}

/// Judges every attribute of a profile.
#[must_use]
pub fn judge<'a>(inventory: &'a Inventory, profile: &'static Profile) -> Report<'a> {
    report(inventory, profile, &|_| true)
}

/// Judges the attributes of one part of a profile.
#[must_use]
pub fn judge_part<'a>(inventory: &'a Inventory, profile: &'static Profile, part: Part) -> Report<'a> {
    report(inventory, profile, &|element| element.part == part)
}

fn report<'a>(inventory: &'a Inventory, profile: &'static Profile, wanted: &dyn Fn(&Element) -> bool) -> Report<'a> {
    let empty = |element| Count { element, present: 0, declared_unknown: 0, missing: 0, not_asked: 0 };
    let mut counts: Vec<Count> = profile.elements.iter().filter(|element| wanted(element)).map(empty).collect();
    let mut gaps = Vec::new();
    each(inventory, profile, wanted, &mut |item, element, presence| {
        let Some(count) = counts.iter_mut().find(|count| count.element == element) else { return };
        match presence {
            Presence::Present => count.present += 1,
            Presence::NotAsked => count.not_asked += 1,
            Presence::DeclaredUnknown { .. } => count.declared_unknown += 1,
            Presence::Missing { .. } => count.missing += 1,
        }
        if !matches!(presence, Presence::Present | Presence::NotAsked) {
            gaps.push(Gap { item, element, presence });
        }
    });
    let derived = |item: &&Item| item.supplier_source.as_deref().is_some_and(|from| from.starts_with("derived:"));
    Report {
        components: inventory.components.len(),
        excluded: inventory.components.iter().filter(|item| item.excluded).count(),
        derived_suppliers: inventory.components.iter().filter(derived).count(),
        counts,
        gaps,
    }
}

/// Visits every wanted attribute of the document, then of each component in document order.
pub fn each<'a>(
    inventory: &'a Inventory,
    profile: &'static Profile,
    wanted: &dyn Fn(&Element) -> bool,
    visit: &mut dyn FnMut(Option<&'a Item>, &'static Element, Presence<'a>),
) {
    let (of_document, of_component): (Vec<&'static Element>, Vec<_>) =
        profile.elements.iter().filter(|element| wanted(element)).partition(|one| one.attribute.is_of_document());
    for element in of_document {
        visit(None, element, presence::of_document(inventory, element.attribute));
    }
    let relations = Relations::of(inventory);
    for element in of_component.iter().filter(|element| element.attribute == Attribute::Relationship) {
        if !relations.has_primary() {
            let note = "the document does not say which component it is about";
            visit(None, element, Presence::not_counted(note));
        }
    }
    for item in &inventory.components {
        for element in &of_component {
            visit(Some(item), element, presence::of_component(item, element, profile, &relations));
        }
    }
}
