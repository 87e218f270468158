//! Which component of the SBOM a scanner or a VEX statement means by a name.

use std::collections::HashMap;

use crate::sbom::document::{Component, Document};
use crate::sbom::purl;

/// What a name of others means in the SBOM, from the most to the least specific.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// One component, by its position; those of one package URL are one.
    Component(usize),
    /// A package in whatever version, by the position of its first component.
    Package(usize),
    /// The whole device.
    Device,
}

/// The components of an SBOM by every name that others may use.
#[derive(Debug)]
pub struct Products<'s> {
    document: &'s Document,
    names: HashMap<String, Target>,
    packages: HashMap<usize, usize>,
}

impl<'s> Products<'s> {
    /// Looks at the device, its files and every package, also those that do not ship: a scanner finds them too.
    #[must_use]
    pub fn of(document: &'s Document) -> Self {
        let mut products = Self { document, names: HashMap::new(), packages: HashMap::new() };
        for (position, component) in document.product().enumerate() {
            products.add_exact(position, component);
        }
        for (position, component) in document.product().enumerate().skip(1) {
            products.add_package(position, component);
        }
        products
    }

    /// Components of one package URL are one; where only qualifiers differ, they are not, and the name without them is
    /// that of the first.
    fn add_exact(&mut self, position: usize, component: &Component) {
        let purl = component.purl.as_deref();
        let first = purl.and_then(|purl| self.names.get(&purl::canonical(purl)).copied());
        let own = if position == 0 { Target::Device } else { first.unwrap_or(Target::Component(position)) };
        let reference = component.bom_ref.iter().map(|reference| reference.as_str().to_owned());
        let cpe = component.cpe.iter().map(|cpe| cpe.as_str().to_owned());
        let versionless = purl.filter(|_| position == 0).map(|purl| purl::without_version(purl).to_owned());
        let spelled = purl.map(spellings).into_iter().flatten();
        for name in reference.chain(cpe).chain(spelled).chain(versionless) {
            self.names.entry(name).or_insert(own);
        }
    }

    /// A name without a version means every version, unless some component is called just that.
    fn add_package(&mut self, position: usize, component: &Component) {
        let Some(purl) = component.purl.as_deref() else { return };
        let name = purl::canonical(purl::without_version(purl));
        if let Target::Package(first) = *self.names.entry(name).or_insert(Target::Package(position)) {
            self.packages.insert(position, first);
        }
    }

    /// What a name means: a `bom-ref`, a package URL (its qualifiers count only where they are needed), a CPE, or a
    /// BOM-Link to this very SBOM.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<Target> {
        if let Some(link) = name.strip_prefix("urn:cdx:") {
            return self.names.get(&self.linked(link)?).copied();
        }
        let found = self.names.get(name);
        let found = found.or_else(|| spellings(name).into_iter().find_map(|spelled| self.names.get(&spelled)));
        found.copied()
    }

    /// The targets under which a decision about this one may stand, the most specific first.
    pub fn covering(&self, target: Target) -> impl Iterator<Item = Target> {
        let package = match target {
            Target::Component(position) => self.packages.get(&position).map(|first| Target::Package(*first)),
            _ => None,
        };
        let device = Some(Target::Device).filter(|device| *device != target);
        std::iter::once(target).chain(package).chain(device)
    }

    /// Reference inside `urn:cdx:<serial>/<version>#<bom-ref>`, where serial and version are those of this SBOM.
    fn linked(&self, link: &str) -> Option<String> {
        let (bom, reference) = link.split_once('#')?;
        let (serial, version) = bom.split_once('/')?;
        let own = self.document.serial_number.as_str();
        let same = own.strip_prefix("urn:uuid:").unwrap_or(own).eq_ignore_ascii_case(serial) && version == "1";
        same.then(|| purl::percent_decoded(reference)).flatten()
    }
}

/// The package URL as written, and in canonical spelling with and without qualifiers.
fn spellings(name: &str) -> Vec<String> {
    let mut all = vec![name.to_owned(), purl::canonical(name)];
    let path = name.split(['?', '#']).next().unwrap_or(name);
    all.push(purl::canonical(path));
    all
}
