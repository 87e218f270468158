//! The packages and edges that a build compiles: what cargo-auditable would embed in the product.

use std::collections::{BTreeMap, BTreeSet};

use super::features::{Features, Side, is_active, side_of};
use super::index::{Declared, Index};
use super::selection::Resolver;
use super::{CargoGraphError, Scope};

/// What a build compiles, by position in the metadata.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) scopes: BTreeMap<usize, Scope>,
    pub(super) edges: BTreeMap<usize, BTreeSet<usize>>,
}

/// How optional dependencies are decided.
pub(super) struct Walk<'w, 'i, 'a> {
    pub(super) index: &'i Index<'a>,
    pub(super) resolver: Resolver,
    pub(super) features: &'w Features<'i, 'a>,
}

impl Walk<'_, '_, '_> {
    /// Follows normal and build dependencies from the selected packages.
    pub(super) fn from(&self, roots: &[usize]) -> Result<Built, CargoGraphError> {
        let mut built = Built::default();
        let mut seen: BTreeSet<(usize, bool)> = roots.iter().map(|root| (*root, false)).collect();
        let mut queue: Vec<(usize, Side)> = roots.iter().map(|root| (*root, Side::Target)).collect();
        for root in roots {
            built.scopes.insert(*root, Scope::Shipped);
        }
        while let Some((package, side)) = queue.pop() {
            // A selected procedural macro is the product, but runs on the host like any other.
            let side = match self.index.packages.get(package) {
                Some(entry) if entry.is_proc_macro => Side::Host,
                _ => side,
            };
            built.edges.entry(package).or_default();
            for (to, below) in self.compiled(package, side)? {
                built.edges.entry(package).or_default().insert(to);
                let scope = built.scopes.entry(to).or_insert(Scope::BuildTimeOnly);
                if below == Side::Target {
                    *scope = Scope::Shipped;
                }
                if seen.insert((to, below == Side::Host)) {
                    queue.push((to, below));
                }
            }
        }
        Ok(built)
    }

    /// Dependencies of one package that are compiled for it.
    fn compiled(&self, package: usize, side: Side) -> Result<Vec<(usize, Side)>, CargoGraphError> {
        let Some(entry) = self.index.packages.get(package) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for declared in &entry.dependencies {
            if !self.takes_part(package, side, declared) || (declared.is_build() && !entry.has_build_script) {
                continue;
            }
            let Some(to) = declared.package else {
                // Under a condition Cargo's own view of the platform decides; else its graph has a hole.
                if declared.dependency.target.is_some() {
                    continue;
                }
                return Err(CargoGraphError::NotResolved {
                    package: entry.package.name.to_string(),
                    dependency: declared.dependency.name.clone(),
                });
            };
            if self.index.packages.get(to).is_some_and(|entry| entry.has_library) {
                found.push((to, side_of(self.index, side, declared, to)));
            }
        }
        Ok(found)
    }

    fn takes_part(&self, package: usize, side: Side, declared: &Declared<'_>) -> bool {
        match self.resolver {
            Resolver::Two => self.features.takes_part(package, side, declared),
            // Cargo's graph of resolver 1 has an optional dependency exactly when it is switched on.
            Resolver::One => is_active(side, declared) && (!declared.dependency.optional || declared.package.is_some()),
        }
    }
}
