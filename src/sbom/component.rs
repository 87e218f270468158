//! One component, in no particular SBOM format: what it is, where it comes from, who supplies it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::digest::Sha256Digest;

pub use crate::model::component::{Kind, Scope};

use super::document::{Cpe, Hash};
use super::licence::Licence;
use super::support::Support;

/// One package that went into the product, or into building it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Identity, unique in a graph: the package URL, else a reference with a namespace before it.
    pub id: String,
    /// Name in its ecosystem.
    pub name: String,
    /// Version in its ecosystem; empty where nobody knows it.
    pub version: String,
    /// Package URL, where it has one.
    pub purl: Option<String>,
    /// Common Platform Enumeration 2.3, where somebody has stated it.
    pub cpe: Option<Cpe>,
    /// What it is.
    pub kind: Kind,
    /// Shipped, or only used to build.
    pub scope: Scope,
    /// Digests of what the fact `hash-of` names, where they are known; each algorithm once.
    pub hashes: Vec<Hash>,
    /// Declared licence.
    pub licence: Licence,
    /// Who supplies it.
    pub supplier: Supplier,
    /// One line of description.
    pub description: Option<String>,
    /// Where its source is developed; absolute and without credentials.
    pub source_url: Option<String>,
    /// What somebody has recorded of its support.
    pub support: Option<Support>,
    /// Where it comes from: every file that names it.
    pub origins: BTreeSet<Origin>,
    /// Where single fields come from that come from elsewhere than the component.
    pub field_origins: BTreeMap<Field, Origin>,
    /// Further facts by property name (without the product's prefix), such as `hash-of`.
    pub facts: BTreeMap<&'static str, String>,
}

impl Component {
    /// A component of which nothing but its identity, a package URL, is known.
    #[must_use]
    pub fn new(purl: &str, name: &str, version: &str, kind: Kind) -> Self {
        Self { purl: Some(purl.to_owned()), ..Self::without_purl(purl, name, version, kind) }
    }

    /// A component that no package URL names.
    #[must_use]
    pub fn without_purl(id: &str, name: &str, version: &str, kind: Kind) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            purl: None,
            cpe: None,
            kind,
            scope: Scope::Shipped,
            hashes: Vec::new(),
            licence: Licence::Undeclared,
            supplier: Supplier::Unknown { because: None },
            description: None,
            source_url: None,
            support: None,
            origins: BTreeSet::new(),
            field_origins: BTreeMap::new(),
            facts: BTreeMap::new(),
        }
    }

    /// The SHA-256, where it is known.
    #[must_use]
    pub fn sha256(&self) -> Option<Sha256Digest> {
        self.hashes.iter().find_map(Hash::as_sha256)
    }
}

/// A file that says something of a component, and what kind of file it is. Paths are relative, with `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// What a package manager resolved or installed.
    Locked(String),
    /// What people have written down.
    Declared(String),
    /// Taken from something that is not meant to say it, in one word.
    Derived(&'static str),
    /// The SBOM of somebody else.
    Imported(String),
}

impl fmt::Display for Origin {
    /// `locked:ui/package-lock.json` and the like.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(file) => write!(out, "locked:{file}"),
            Self::Declared(file) => write!(out, "declared:{file}"),
            Self::Derived(from) => write!(out, "derived:{from}"),
            Self::Imported(file) => write!(out, "imported:{file}"),
        }
    }
}

/// A field of a component that may come from elsewhere than the component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Version.
    Version,
    /// Common Platform Enumeration.
    Cpe,
    /// Digests.
    Hash,
    /// Licence.
    Licence,
    /// Supplier.
    Supplier,
    /// Level and end of support.
    Support,
    /// Description.
    Description,
    /// Where its source is developed.
    SourceUrl,
}

impl Field {
    /// The word used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Cpe => "cpe",
            Self::Hash => "hash",
            Self::Licence => "licence",
            Self::Supplier => "supplier",
            Self::Support => "support",
            Self::Description => "description",
            Self::SourceUrl => "source-url",
        }
    }
}

/// Who supplies a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supplier {
    /// The policy says so.
    Configured(String),
    /// Taken from something that is not meant to name a supplier.
    Derived {
        /// Name.
        name: String,
        /// Where it was taken from.
        from: DerivedFrom,
    },
    /// The SBOM of somebody else says so.
    Imported {
        /// Name.
        name: String,
        /// The SBOM.
        from: String,
    },
    /// Nobody knows.
    Unknown {
        /// The policy's recorded reason, if any.
        because: Option<String>,
    },
}

/// Where a derived supplier was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DerivedFrom {
    /// `authors` of the Cargo manifest.
    CargoAuthors,
    /// Owner part of the repository's address.
    RepositoryOwner,
    /// Owner that the namespace of the package URL names.
    PurlNamespace,
    /// A member of the workspace that the manufacturer builds.
    WorkspaceMember,
    /// Who maintains the package for its distribution.
    PackageMaintainer,
    /// The vendor that the package names.
    PackageVendor,
    /// `os-release`.
    OsRelease,
}

impl DerivedFrom {
    /// The word used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CargoAuthors => "cargo-authors",
            Self::RepositoryOwner => "repository-owner",
            Self::PurlNamespace => "purl-namespace",
            Self::WorkspaceMember => "workspace-member",
            Self::PackageMaintainer => "package-maintainer",
            Self::PackageVendor => "package-vendor",
            Self::OsRelease => "os-release",
        }
    }
}
