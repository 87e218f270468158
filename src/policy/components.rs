//! `components.toml`: components that no package manager knows, as people declare them.

use crate::model::component::{Kind, Scope};
use crate::model::digest::Sha256Digest;

use super::support::Stated;

/// Most declared components.
pub const MAX_DECLARED: usize = 10_000;
/// Most patterns of one component.
pub const MAX_FILE_PATTERNS: usize = 100;
/// What `used-by` calls the product itself.
pub const PRODUCT: &str = "product";

/// A valid `components.toml`. Made only by [`DeclaredComponents::parse`].
#[derive(Debug, Clone)]
pub struct DeclaredComponents {
    /// Components in file order.
    pub components: Vec<DeclaredComponent>,
    /// SHA-256 of the file's bytes.
    pub sha256: Sha256Digest,
}

/// One `[[component]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredComponent {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// What it is.
    pub kind: Kind,
    /// Package URL: as declared, else `pkg:generic/<name>@<version>`; unique in the file.
    pub purl: String,
    /// CPE 2.3 formatted string.
    pub cpe: Option<String>,
    /// Who supplies it.
    pub supplier: Stated<String>,
    /// SPDX expression.
    pub licence: Option<String>,
    /// One line of description.
    pub description: Option<String>,
    /// Where its source is developed.
    pub source_url: Option<String>,
    /// What was done to it since it left its supplier.
    pub pedigree: Option<String>,
    /// Files that it is made of.
    pub files: Vec<FilePattern>,
    /// Recorded digest over those files, or of the component where it has none here.
    pub sha256: Option<Sha256Digest>,
    /// Whether it ships.
    pub scope: Scope,
    /// Names or package URLs of what it depends on; `None` where nobody has said.
    pub depends_on: Option<Vec<String>>,
    /// Names or package URLs of what depends on it; the word `product` is the product itself.
    pub used_by: Vec<String>,
}

/// A path of the repository in which `*` stands for any text without `/`, and a part `**` for any parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePattern {
    /// The pattern without a leading `!`.
    pub path: String,
    /// Whether it takes files out again (a leading `!`).
    pub takes_out: bool,
}

impl FilePattern {
    /// Parts before the first one with a `*`: a folder, or the file itself.
    #[must_use]
    pub fn fixed_part(&self) -> &str {
        let Some(star) = self.path.find('*') else { return &self.path };
        self.path.get(..star).and_then(|head| head.rsplit_once('/')).map_or("", |(folder, _)| folder)
    }

    /// Whether it can only be one file.
    #[must_use]
    pub fn is_single(&self) -> bool {
        !self.takes_out && !self.path.contains('*')
    }
}

impl DeclaredComponent {
    /// Whether its digest is that of one file and not of a list of files.
    #[must_use]
    pub fn is_single_file(&self) -> bool {
        matches!(self.files.as_slice(), [only] if only.is_single())
    }
}

/// What text of other standards must look like; a higher layer knows those standards.
#[derive(Debug, Clone, Copy)]
pub struct Syntax {
    /// The package URL of a name and version that no package manager knows.
    pub generic_purl: fn(&str, &str) -> Option<String>,
    /// Whether text is a package URL in canonical spelling of this version, or of none.
    pub is_purl_of: fn(&str, &str) -> bool,
    /// Whether text is a CPE 2.3 formatted string.
    pub is_cpe: fn(&str) -> bool,
    /// Whether text is an SPDX expression.
    pub is_licence: fn(&str) -> bool,
    /// Whether text is an address of a web page or repository.
    pub is_address: fn(&str) -> bool,
}
