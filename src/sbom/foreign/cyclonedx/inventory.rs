//! A document that was judged valid, as an inventory.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::bom::{Bom, Metadata, Program, Revision, Tools};
use super::component::Component;
use crate::sbom::inventory::{Answer, Format, Inventory, Item, Statement, Tool};

impl Bom {
    /// The inventory of the document.
    pub(super) fn inventory(self, format: Format) -> Inventory {
        let mut metadata = self.metadata;
        let mut flat = Flat::new(metadata.component.iter().chain(&self.components));
        let primary = metadata.component.take().map(|component| flat.add(component, None));
        let count = flat.items.len();
        self.components.into_iter().for_each(|component| drop(flat.add(component, None)));
        let supplier = metadata.supplier.take().and_then(|organization| organization.name);
        if let Some(item) = flat.items.first_mut().filter(|_| count > 0) {
            supply(item, supplier);
        }
        let mut dependencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for dependency in self.dependencies {
            dependencies.entry(dependency.reference).or_default().extend(dependency.depends_on);
        }
        let statements = self.compositions.into_iter().map(|composition| Statement {
            aggregate: composition.aggregate,
            assemblies: composition.assemblies.into_iter().collect(),
            dependencies: composition.dependencies.into_iter().collect(),
        });
        Inventory {
            format,
            identity: self.serial_number,
            revision: self.version.map(Revision::text),
            authors: authors(&mut metadata),
            tools: metadata.tools.map(Tools::programs).unwrap_or_default(),
            contexts: metadata.lifecycles.into_iter().filter_map(|phase| phase.phase.or(phase.name)).collect(),
            timestamp: metadata.timestamp,
            signature_named: self.signature.is_some(),
            primary,
            components: flat.items,
            dependencies,
            parts: flat.parts,
            completeness: statements.collect(),
        }
    }
}

/// The supplier of the document's component, where the component itself names none.
fn supply(item: &mut Item, supplier: Option<String>) {
    if item.supplier.as_ref().and_then(Answer::known).is_none()
        && let Some(name) = supplier
    {
        item.supplier = Some(Answer::Known(name));
    }
}

fn authors(metadata: &mut Metadata) -> Vec<String> {
    let persons = std::mem::take(&mut metadata.authors).into_iter().filter_map(|person| person.name.or(person.email));
    let mut names: Vec<String> = persons.collect();
    // 1.5 has no field for an organisation that wrote the SBOM, so some name theirs in two others.
    for organization in metadata.manufacturer.take().into_iter().chain(metadata.manufacture.take()) {
        names.extend(organization.name.filter(|name| !names.contains(name)));
    }
    names
}

impl Revision {
    fn text(self) -> String {
        match self {
            Self::Whole(number) => number.to_string(),
            Self::Other(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

impl Tools {
    fn programs(self) -> Vec<Tool> {
        let programs = match self {
            Self::Listed(programs) => programs,
            Self::Described { mut components, services } => {
                components.extend(services);
                components
            }
        };
        let named = |program: Program| {
            let name = program.name.or(program.vendor)?;
            Some(Tool { name, version: program.version })
        };
        programs.into_iter().filter_map(named).collect()
    }
}

/// Components without their nesting, which is kept beside them.
struct Flat {
    items: Vec<Item>,
    parts: BTreeMap<String, BTreeSet<String>>,
    /// References that the document uses.
    taken: HashSet<String>,
}

impl Flat {
    fn new<'a>(roots: impl Iterator<Item = &'a Component>) -> Self {
        let mut taken = HashSet::new();
        let mut open: Vec<&Component> = roots.collect();
        while let Some(component) = open.pop() {
            taken.extend(component.reference.clone());
            open.extend(&component.components);
        }
        Self { items: Vec::new(), parts: BTreeMap::new(), taken }
    }

    /// Adds a component and its parts, and returns its reference.
    fn add(&mut self, mut component: Component, holder: Option<&str>) -> String {
        let (reference, referenced) = match component.reference.take() {
            Some(reference) => (reference, true),
            None => (self.made(), false),
        };
        if let Some(holder) = holder {
            self.parts.entry(holder.to_owned()).or_default().insert(reference.clone());
        }
        let parts = std::mem::take(&mut component.components);
        self.items.push(component.item(reference.clone(), referenced));
        for part in parts {
            self.add(part, Some(&reference));
        }
        reference
    }

    /// A reference by position that the document does not use.
    fn made(&mut self) -> String {
        let mut reference = format!("#{}", self.items.len());
        while !self.taken.insert(reference.clone()) {
            reference.push('\'');
        }
        reference
    }
}
