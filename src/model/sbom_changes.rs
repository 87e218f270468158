//! What changed between two SBOMs.

use serde::{Deserialize, Serialize};

/// Components that came, went and changed, each list sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SbomChanges {
    /// Only in the newer one.
    pub added: Vec<PartRef>,
    /// Only in the older one.
    pub removed: Vec<PartRef>,
    /// In both, with one field that differs.
    pub changed: Vec<Change>,
}

impl SbomChanges {
    /// Whether the two say the same.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// A component as people find it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PartRef {
    /// Name.
    pub name: String,
    /// Version; empty where none is given.
    pub version: String,
    /// Package URL, else the reference in its document.
    pub reference: String,
}

/// One field of one component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Change {
    /// The component in the newer SBOM.
    pub part: PartRef,
    /// The field.
    pub field: ChangedField,
    /// Value in the older one; empty where it has none.
    pub from: String,
    /// Value in the newer one; empty where it has none.
    pub to: String,
}

/// Fields that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangedField {
    /// Version.
    Version,
    /// Supplier.
    Supplier,
    /// Licence.
    Licence,
    /// Level of support.
    LevelOfSupport,
    /// Last day of support.
    EndOfSupport,
    /// Shipped or not.
    Scope,
    /// Digest of the same version.
    Hash,
}

impl ChangedField {
    /// The word used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Supplier => "supplier",
            Self::Licence => "licence",
            Self::LevelOfSupport => "level-of-support",
            Self::EndOfSupport => "end-of-support",
            Self::Scope => "scope",
            Self::Hash => "hash",
        }
    }
}
