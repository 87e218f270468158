//! Declared components as part of a graph: `components.toml` and the digests of the files it covers.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::components::{DeclaredComponent, DeclaredComponents, PRODUCT, Syntax};
use crate::policy::error::PolicyErrors;
use crate::policy::support::Stated;

use super::document::{Cpe, Iri};
use super::graph::{Completeness, Component, ComponentGraph, Excluded, GraphError, Origin, Parts, Scope, Supplier};
use super::licence::Licence;
use super::purl;

pub mod compare;
pub mod cover;
pub mod record;

pub use compare::{Difference, Differences, compare};
pub use record::Covered;

/// What is said of the hash of a component with several files.
const HASH_OF_FILES: &str = "the sorted lines \"<sha256> <path>\\n\" of its files in the repository";
/// What is said of the hash of a component that is one file.
const HASH_OF_FILE: &str = "its file in the repository";
/// What is said of a hash that a person wrote down.
const HASH_DECLARED: &str = "what people have declared";

/// What the other standards say that `components.toml` quotes.
const SYNTAX: Syntax = Syntax {
    generic_purl: |name, version| purl::generic(name, version, None).ok(),
    is_purl_of: purl::is_canonical_of,
    is_cpe: |text| Cpe::try_from(text.to_owned()).is_ok(),
    is_licence: Licence::is_expression,
    is_address: |text| Iri::try_from(text.to_owned()).is_ok(),
};

/// Parses the bytes of a `components.toml`; `file_name` is how messages name it.
///
/// # Errors
/// [`PolicyErrors`] with everything that is wrong.
pub fn parse(bytes: &[u8], file_name: &str) -> Result<DeclaredComponents, PolicyErrors> {
    DeclaredComponents::parse(bytes, file_name, &SYNTAX)
}

/// Why declared components do not fit into a graph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeclaredError {
    /// What a lockfile says already.
    #[error("{file} declares {purl}, which {origin} names already")]
    Repeated {
        /// `components.toml` as people are shown it.
        file: String,
        /// The component.
        purl: String,
        /// Who names it.
        origin: String,
    },
    /// A name that stands for nothing.
    #[error("{file}: {purl}: {key} names {named:?} (expected a declared name, a package URL of the SBOM{more})")]
    Unknown {
        /// `components.toml` as people are shown it.
        file: String,
        /// The component.
        purl: String,
        /// `depends-on` or `used-by`.
        key: &'static str,
        /// As written.
        named: String,
        /// ` or "product"`, or nothing.
        more: &'static str,
    },
    /// A name that stands for several.
    #[error("{file}: {purl}: {key} names {named:?}, which are several (expected a package URL with its version)")]
    Several {
        /// `components.toml` as people are shown it.
        file: String,
        /// The component.
        purl: String,
        /// `depends-on` or `used-by`.
        key: &'static str,
        /// As written.
        named: String,
    },
    /// The whole is no graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// Adds declared components to a graph, or makes a graph of them alone.
///
/// `covered` are the digests of their files; `file` is how `components.toml` is called in origins.
///
/// # Errors
/// [`DeclaredError`].
pub fn add(
    graph: Option<ComponentGraph>,
    declared: &DeclaredComponents,
    covered: &Covered,
    file: &str,
) -> Result<ComponentGraph, DeclaredError> {
    let mut parts = graph.map_or_else(nothing, ComponentGraph::into_parts);
    let own: BTreeSet<&str> = declared.components.iter().map(|own| own.purl.as_str()).collect();
    if let Some(there) = parts.components.iter().find(|there| own.contains(there.id.as_str())) {
        let origins: Vec<String> = there.origins.iter().map(ToString::to_string).collect();
        let (file, purl) = (file.to_owned(), there.id.clone());
        return Err(DeclaredError::Repeated { file, purl, origin: origins.join(", ") });
    }
    let names = Names::of(&parts, declared);
    let mut unstated = Vec::new();
    for own in &declared.components {
        let found = |key, named: &str| names.find(named).map_err(|error| error.told(file, own, key, named));
        let mut to = BTreeSet::new();
        for named in own.depends_on.iter().flatten() {
            to.insert(found("depends-on", named)?);
        }
        parts.edges.entry(own.purl.clone()).or_default().extend(to);
        for named in &own.used_by {
            if named == PRODUCT {
                parts.roots.insert(own.purl.clone());
            } else {
                parts.edges.entry(found("used-by", named)?).or_default().insert(own.purl.clone());
            }
        }
        if own.depends_on.is_none() {
            unstated.push(own.purl.as_str());
        }
    }
    note_unstated(&mut parts.completeness, &unstated, file);
    parts.facts.insert("declared-components", declared.components.len().to_string());
    parts.components.extend(declared.components.iter().map(|own| component(own, covered, file)));
    lower_scopes(&mut parts, declared);
    Ok(ComponentGraph::new(parts)?)
}

fn nothing() -> Parts {
    Parts {
        components: Vec::new(),
        edges: BTreeMap::new(),
        roots: BTreeSet::new(),
        completeness: Completeness::Complete,
        excluded: Excluded { count: 0, reason: "there is no lockfile".to_owned() },
        facts: BTreeMap::new(),
        conflicts: BTreeSet::new(),
    }
}

/// Where nobody has said what a component depends on, the graph is not all there is.
fn note_unstated(completeness: &mut Completeness, unstated: &[&str], file: &str) {
    let Some(first) = unstated.first() else { return };
    let more = unstated.len() - 1;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let own = format!("{file}: nobody has stated what {first}{more} depends on (depends-on)");
    *completeness = match completeness {
        Completeness::Complete => Completeness::Incomplete { reason: own },
        Completeness::Incomplete { reason } => Completeness::Incomplete { reason: format!("{reason}; {own}") },
    };
}

fn component(own: &DeclaredComponent, covered: &Covered, file: &str) -> Component {
    let mut component = Component::new(&own.purl, &own.name, &own.version, own.kind);
    component.cpe = own.cpe.clone().and_then(|cpe| Cpe::try_from(cpe).ok());
    component.scope = own.scope;
    component.supplier = match &own.supplier {
        Stated::Is(name) => Supplier::Configured(name.clone()),
        Stated::Unknown(because) => Supplier::Unknown { because: Some(because.clone()) },
    };
    component.licence = Licence::declared(own.licence.as_deref(), None);
    component.description.clone_from(&own.description);
    component.source_url.clone_from(&own.source_url);
    component.origins.insert(Origin::Declared(file.to_owned()));
    component.facts.extend(own.pedigree.clone().map(|text| ("pedigree", text)));
    let files = covered.get(&own.purl).filter(|files| !files.is_empty());
    let (hash, hash_of) = match files {
        Some(files) if own.is_single_file() => (Some(record::digest_of(files, true)), HASH_OF_FILE),
        Some(files) => {
            component.facts.insert("files", files.len().to_string());
            (Some(record::digest_of(files, false)), HASH_OF_FILES)
        }
        None => (own.sha256, HASH_DECLARED),
    };
    if let Some(hash) = hash {
        component.hashes.push(hash.into());
        component.facts.insert("hash-of", hash_of.to_owned());
    }
    component
}

/// What a declared component that ships depends on ships too.
fn lower_scopes(parts: &mut Parts, declared: &DeclaredComponents) {
    let mut scopes: BTreeMap<&str, &mut Scope> =
        parts.components.iter_mut().map(|component| (component.id.as_str(), &mut component.scope)).collect();
    let mut open: Vec<(&str, Scope)> = declared.components.iter().map(|own| (own.purl.as_str(), own.scope)).collect();
    while let Some((id, scope)) = open.pop() {
        for next in parts.edges.get(id).into_iter().flatten() {
            if let Some(there) = scopes.get_mut(next.as_str()).filter(|there| ***there > scope) {
                **there = scope;
                open.push((next, scope));
            }
        }
    }
}

/// What names stand for: identities, declared names, and package URLs without their version.
struct Names(BTreeMap<String, Named>);

enum Named {
    One(String),
    Several,
}

enum NameError {
    Unknown,
    Several,
}

impl Names {
    fn of(parts: &Parts, declared: &DeclaredComponents) -> Self {
        let mut names = Self(BTreeMap::new());
        let ids = parts.components.iter().map(|component| component.id.as_str());
        for id in ids.chain(declared.components.iter().map(|own| own.purl.as_str())) {
            let others = purl::spellings(id).into_iter().skip(1).filter(|other| *other != id);
            others.collect::<BTreeSet<_>>().into_iter().for_each(|other| names.add(other, id));
        }
        declared.components.iter().for_each(|own| names.add(&own.name, &own.purl));
        // A whole identity stands for itself, whatever else it may be the beginning of.
        let ids = parts.components.iter().map(|component| component.id.as_str());
        for id in ids.chain(declared.components.iter().map(|own| own.purl.as_str())) {
            names.0.insert(id.to_owned(), Named::One(id.to_owned()));
        }
        names
    }

    fn add(&mut self, name: &str, id: &str) {
        let several = self.0.contains_key(name);
        self.0.insert(name.to_owned(), if several { Named::Several } else { Named::One(id.to_owned()) });
    }

    fn find(&self, name: &str) -> Result<String, NameError> {
        match self.0.get(name) {
            Some(Named::One(id)) => Ok(id.clone()),
            Some(Named::Several) => Err(NameError::Several),
            None => Err(NameError::Unknown),
        }
    }
}

impl NameError {
    fn told(&self, file: &str, own: &DeclaredComponent, key: &'static str, named: &str) -> DeclaredError {
        let (file, purl, named) = (file.to_owned(), own.purl.clone(), named.to_owned());
        let more = if key == "used-by" { ", or \"product\"" } else { "" };
        match self {
            Self::Unknown => DeclaredError::Unknown { file, purl, key, named, more },
            Self::Several => DeclaredError::Several { file, purl, key, named },
        }
    }
}

#[cfg(test)]
mod tests;
