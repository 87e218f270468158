//! What a profile may ask of a document or of a component, and whether it is there.

use std::borrow::Cow;

/// An attribute of an SBOM, whatever each profile calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// Who wrote the SBOM.
    AuthorName,
    /// A signature over the SBOM.
    AuthorSignature,
    /// Name of its format.
    FormatName,
    /// Version of its format.
    FormatVersion,
    /// In which phase of the product's life it was made.
    GenerationContext,
    /// When it was made.
    Timestamp,
    /// Programs that wrote it.
    ToolName,
    /// Their versions.
    ToolVersion,
    /// Version of the SBOM itself.
    SbomVersion,
    /// Unique device identifier of what it is about.
    DeviceIdentifier,
    /// Supplier of the component.
    SupplierName,
    /// Name of the component.
    ComponentName,
    /// Version of the component.
    VersionString,
    /// Hash of the component.
    ComponentHash,
    /// Algorithm of that hash.
    HashAlgorithm,
    /// Unique identifier of the component.
    UniqueIdentifier,
    /// Licence of the component.
    Licence,
    /// How the component relates to another one.
    Relationship,
    /// Level of support.
    SupportLevel,
    /// Last day of support.
    EndOfSupport,
}

impl Attribute {
    /// The attribute in lower-case words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorName => "author name",
            Self::AuthorSignature => "author signature",
            Self::FormatName => "format name",
            Self::FormatVersion => "format version",
            Self::GenerationContext => "generation context",
            Self::Timestamp => "timestamp",
            Self::ToolName => "tool name",
            Self::ToolVersion => "tool version",
            Self::SbomVersion => "sbom version",
            Self::DeviceIdentifier => "device identifier",
            Self::SupplierName => "supplier name",
            Self::ComponentName => "component name",
            Self::VersionString => "version string",
            Self::ComponentHash => "component hash",
            Self::HashAlgorithm => "hash algorithm",
            Self::UniqueIdentifier => "unique identifier",
            Self::Licence => "licence",
            Self::Relationship => "relationship",
            Self::SupportLevel => "level of support",
            Self::EndOfSupport => "end of support",
        }
    }

    /// The words with hyphens: `component-hash`.
    #[must_use]
    pub fn slug(self) -> String {
        self.as_str().replace(' ', "-")
    }

    /// Whether it is asked once of the document, and not of every component.
    #[must_use]
    pub fn is_of_document(self) -> bool {
        self < Self::SupplierName
    }
}

/// Whether an attribute is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence<'a> {
    /// It has a value.
    Present,
    /// It is declared unknown, in a way that the profile accepts.
    DeclaredUnknown {
        /// The recorded reason.
        justification: Option<&'a str>,
    },
    /// It has neither.
    Missing {
        /// Why what stands there does not count.
        note: Option<Cow<'static, str>>,
    },
    /// It is not asked of this component.
    NotAsked,
}

impl Presence<'_> {
    /// Missing, with nothing there.
    pub const ABSENT: Self = Self::Missing { note: None };

    /// Present or missing.
    #[must_use]
    pub const fn of(there: bool) -> Self {
        if there { Self::Present } else { Self::ABSENT }
    }

    /// Missing, because what stands there does not count.
    #[must_use]
    pub fn not_counted(note: impl Into<Cow<'static, str>>) -> Self {
        Self::Missing { note: Some(note.into()) }
    }

    /// The word used in reports.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::DeclaredUnknown { .. } => "declared-unknown",
            Self::Missing { .. } => "missing",
            Self::NotAsked => "not-asked",
        }
    }

    /// The recorded reason for an unknown value.
    #[must_use]
    pub const fn justification(&self) -> Option<&str> {
        match self {
            Self::DeclaredUnknown { justification } => *justification,
            _ => None,
        }
    }

    /// Why what stands there does not count.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Missing { note } => note.as_deref(),
            _ => None,
        }
    }
}
