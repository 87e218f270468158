//! The component graph: what a product is made of, in no particular SBOM format.
//!
//! A graph is made in one place, [`ComponentGraph::new`], which proves that identities are unique,
//! that every edge leads to a component and that nothing is unreachable. Package managers such as npm
//! allow cycles; where the resolver allows none, [`ComponentGraph::acyclic`] proves that too.

use std::collections::{BTreeMap, BTreeSet};

pub use super::component::{Component, DerivedFrom, Field, Kind, Origin, Scope, Supplier};

/// Most components of one graph.
pub const MAX_COMPONENTS: usize = 200_000;

/// Two sources that say different things of one field; the first is what the graph holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Identity of the component.
    pub id: String,
    /// The field.
    pub field: Field,
    /// What the graph holds, and where it is from.
    pub kept: (String, Origin),
    /// What the other one says.
    pub other: (String, Origin),
}

/// Whether the graph holds everything that was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// Everything that was resolved, transitively.
    Complete,
    /// Something is missing.
    Incomplete {
        /// What and why.
        reason: String,
    },
}

/// Locked packages that are not in the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// How many.
    pub count: usize,
    /// Why.
    pub reason: String,
}

/// Why components and edges are no graph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// More components than the product handles.
    #[error("graph has {got} components (expected at most {MAX_COMPONENTS})")]
    TooLarge {
        /// Number of components.
        got: usize,
    },
    /// Two components with one identity.
    #[error("two components have the identity {0:?}")]
    Duplicate(String),
    /// An edge or a root without a component.
    #[error("graph names component {0:?}, which it does not hold")]
    Unknown(String),
    /// Nothing ships.
    #[error("graph has no shipped package")]
    NoRoot,
    /// A component that nothing shipped leads to.
    #[error("component {0:?} is not reachable from the shipped packages")]
    Unreachable(String),
    /// Two sources that disagree on the digest of a component.
    #[error("component {0:?} has two different digests of one algorithm")]
    Conflict(String),
    /// A component that depends on itself, directly or not.
    #[error("component {0:?} depends on itself")]
    Cycle(String),
}

/// Components, edges and what is said of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentGraph {
    components: BTreeMap<String, Component>,
    edges: BTreeMap<String, BTreeSet<String>>,
    roots: BTreeSet<String>,
    completeness: Completeness,
    excluded: Excluded,
    facts: BTreeMap<&'static str, String>,
    conflicts: BTreeSet<Conflict>,
}

/// What [`ComponentGraph::new`] is made from. Edges and roots name components by identity.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Every component.
    pub components: Vec<Component>,
    /// Direct dependencies by depending component.
    pub edges: BTreeMap<String, BTreeSet<String>>,
    /// Packages that the product is made of directly.
    pub roots: BTreeSet<String>,
    /// Whether all of it is here.
    pub completeness: Completeness,
    /// Locked packages that are not here.
    pub excluded: Excluded,
    /// Facts about the resolution by property name (without the product's prefix).
    pub facts: BTreeMap<&'static str, String>,
    /// Where sources disagree.
    pub conflicts: BTreeSet<Conflict>,
}

impl ComponentGraph {
    /// Proves the parts to be a graph.
    ///
    /// # Errors
    /// [`GraphError`] naming the first component that does not fit.
    pub fn new(parts: Parts) -> Result<Self, GraphError> {
        if parts.components.len() > MAX_COMPONENTS {
            return Err(GraphError::TooLarge { got: parts.components.len() });
        }
        let mut components = BTreeMap::new();
        for component in parts.components {
            let id = component.id.clone();
            if components.insert(id.clone(), component).is_some() {
                return Err(GraphError::Duplicate(id));
            }
        }
        let named = parts.edges.iter().flat_map(|(from, to)| std::iter::once(from).chain(to)).chain(&parts.roots);
        if let Some(unknown) = named.into_iter().find(|purl| !components.contains_key(*purl)) {
            return Err(GraphError::Unknown(unknown.clone()));
        }
        let graph = Self {
            components,
            edges: parts.edges,
            roots: parts.roots,
            completeness: parts.completeness,
            excluded: parts.excluded,
            facts: parts.facts,
            conflicts: parts.conflicts,
        };
        graph.prove_reachable()?;
        Ok(graph)
    }

    /// Proves that no component depends on itself, directly or not.
    ///
    /// # Errors
    /// [`GraphError::Cycle`].
    pub fn acyclic(self) -> Result<Self, GraphError> {
        self.prove_acyclic().map(|()| self)
    }

    /// What the graph was made from.
    #[must_use]
    pub fn into_parts(self) -> Parts {
        Parts {
            components: self.components.into_values().collect(),
            edges: self.edges,
            roots: self.roots,
            completeness: self.completeness,
            excluded: self.excluded,
            facts: self.facts,
            conflicts: self.conflicts,
        }
    }

    /// Every component, by identity.
    pub fn components(&self) -> impl Iterator<Item = &Component> {
        self.components.values()
    }

    /// Number of components.
    #[must_use]
    pub fn len(&self) -> usize {
        self.components.len()
    }

    /// Always false: a graph has at least one shipped package.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.components.is_empty()
    }

    /// The component of this identity.
    #[must_use]
    pub fn component(&self, purl: &str) -> Option<&Component> {
        self.components.get(purl)
    }

    /// Direct dependencies of a component, sorted.
    pub fn dependencies(&self, purl: &str) -> impl Iterator<Item = &str> {
        self.edges.get(purl).into_iter().flatten().map(String::as_str)
    }

    /// Components that the product is made of directly, sorted.
    pub fn roots(&self) -> impl Iterator<Item = &Component> {
        self.roots.iter().filter_map(|purl| self.components.get(purl))
    }

    /// Whether everything is here.
    #[must_use]
    pub const fn completeness(&self) -> &Completeness {
        &self.completeness
    }

    /// Locked packages that are not here.
    #[must_use]
    pub const fn excluded(&self) -> &Excluded {
        &self.excluded
    }

    /// Facts about the resolution.
    #[must_use]
    pub const fn facts(&self) -> &BTreeMap<&'static str, String> {
        &self.facts
    }

    /// Where sources disagree, sorted.
    pub fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts.iter()
    }

    fn prove_reachable(&self) -> Result<(), GraphError> {
        let mut seen: BTreeSet<&str> = self.roots.iter().map(String::as_str).collect();
        let mut queue: Vec<&str> = seen.iter().copied().collect();
        if queue.is_empty() {
            return Err(GraphError::NoRoot);
        }
        while let Some(purl) = queue.pop() {
            queue.extend(self.dependencies(purl).filter(|next| seen.insert(next)));
        }
        match self.components.keys().find(|purl| !seen.contains(purl.as_str())) {
            Some(purl) => Err(GraphError::Unreachable(purl.clone())),
            None => Ok(()),
        }
    }

    /// Takes away components without remaining dependencies until none is left.
    fn prove_acyclic(&self) -> Result<(), GraphError> {
        let mut dependants: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        for purl in self.components.keys() {
            open.insert(purl, self.dependencies(purl).count());
            for next in self.dependencies(purl) {
                dependants.entry(next).or_default().push(purl);
            }
        }
        let mut ready: Vec<&str> = open.iter().filter(|(_, count)| **count == 0).map(|(purl, _)| *purl).collect();
        while let Some(purl) = ready.pop() {
            open.remove(purl);
            for dependant in dependants.get(purl).into_iter().flatten() {
                if let Some(count) = open.get_mut(dependant) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(dependant);
                    }
                }
            }
        }
        open.keys().next().map_or(Ok(()), |purl| Err(GraphError::Cycle((*purl).to_owned())))
    }
}
