//! `component` of CycloneDX 1.6, as far as this product writes it.

use serde::{Deserialize, Serialize};

use crate::model::digest::{Sha256Digest, to_hex};
use crate::sbom::component::Kind;
use crate::sbom::purl;

use super::field::{self, Cpe, HexDigest, Iri, Reference};
use super::{DocumentError, MAX_VERSION};

/// A component: the device, one of its files, a package, or the tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Component {
    /// `type`.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// `bom-ref`.
    #[serde(rename = "bom-ref", default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub bom_ref: Option<Reference>,
    /// Who supplies it; absent where unknown.
    #[serde(default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Organization>,
    /// Name.
    pub name: String,
    /// Version.
    #[serde(default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// One line of description.
    #[serde(default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Shipped, or used to build only.
    #[serde(default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub scope: Option<ComponentScope>,
    /// Digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash>,
    /// Declared licences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<LicenceEntry>,
    /// Package URL.
    #[serde(default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    /// Common Platform Enumeration 2.3, formatted string.
    #[serde(default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub cpe: Option<Cpe>,
    /// Where its source is developed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<ExternalReference>,
    /// Files of the device; nothing has components inside but the device.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

impl Component {
    /// A component of which nothing but kind, name and version is known.
    #[must_use]
    pub fn new(kind: Kind, name: &str, version: Option<&str>) -> Self {
        Self {
            kind,
            bom_ref: None,
            supplier: None,
            name: name.to_owned(),
            version: version.map(str::to_owned),
            description: None,
            scope: None,
            hashes: Vec::new(),
            licenses: Vec::new(),
            purl: None,
            cpe: None,
            external_references: Vec::new(),
            components: Vec::new(),
            properties: Vec::new(),
        }
    }

    /// Value of the first property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|property| property.name == name).map(|property| property.value.as_str())
    }

    /// The SHA-256, where exactly one is given.
    #[must_use]
    pub fn sha256(&self) -> Option<Sha256Digest> {
        let mut found = self.hashes.iter().filter_map(Hash::as_sha256);
        let (first, second) = (found.next()?, found.next());
        second.is_none().then_some(first)
    }

    /// The reference, else the name: what people are shown.
    #[must_use]
    pub fn label(&self) -> &str {
        self.bom_ref.as_ref().map_or(&self.name, Reference::as_str)
    }

    pub(super) fn check(&self) -> Result<(), DocumentError> {
        let got = self.version.as_ref().map_or(0, |version| version.chars().count());
        if got > MAX_VERSION {
            return Err(DocumentError::Version { component: self.name.chars().take(200).collect(), got });
        }
        for hash in &self.hashes {
            if hash.content.as_str().len() != hash.algorithm.hex_length() {
                let algorithm = hash.algorithm.as_str();
                return Err(DocumentError::Hash { component: self.name.clone(), algorithm });
            }
        }
        let expressions = self.licenses.iter().filter(|entry| matches!(entry, LicenceEntry::Expression { .. })).count();
        if expressions > 0 && self.licenses.len() != 1 {
            return Err(DocumentError::Licences { component: self.name.clone() });
        }
        match self.purl.as_ref().filter(|purl| !purl::is_purl(purl)) {
            Some(purl) => {
                Err(DocumentError::Purl { component: self.name.clone(), purl: purl.chars().take(200).collect() })
            }
            None => Ok(()),
        }
    }
}

/// `component.scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentScope {
    /// Inside the product.
    Required,
    /// Not inside the product: used to build it.
    Excluded,
}

/// `organizationalEntity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Name.
    pub name: String,
}

/// `hash`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hash {
    /// Algorithm.
    #[serde(rename = "alg")]
    pub algorithm: HashAlgorithm,
    /// Value.
    pub content: HexDigest,
}

impl Hash {
    /// A hash of an accepted algorithm from its bytes; `None` where their number does not fit.
    #[must_use]
    pub fn of_bytes(algorithm: HashAlgorithm, bytes: &[u8]) -> Option<Self> {
        Self::of_hex(algorithm, &to_hex(bytes))
    }

    /// A hash of an accepted algorithm from hexadecimal digits of either case.
    #[must_use]
    pub fn of_hex(algorithm: HashAlgorithm, hex: &str) -> Option<Self> {
        let content = HexDigest::try_from(hex.to_ascii_lowercase()).ok()?;
        (hex.len() == algorithm.hex_length()).then_some(Self { algorithm, content })
    }

    /// The digest, where the algorithm is SHA-256.
    #[must_use]
    pub fn as_sha256(&self) -> Option<Sha256Digest> {
        let fits = self.algorithm == HashAlgorithm::Sha256;
        fits.then(|| Sha256Digest::parse_hex(self.content.as_str()).ok()).flatten()
    }
}

impl From<Sha256Digest> for Hash {
    fn from(digest: Sha256Digest) -> Self {
        Self { algorithm: HashAlgorithm::Sha256, content: HexDigest::from(digest) }
    }
}

/// Accepted algorithms (design rule 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HashAlgorithm {
    /// SHA-256.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// SHA-384.
    #[serde(rename = "SHA-384")]
    Sha384,
    /// SHA-512.
    #[serde(rename = "SHA-512")]
    Sha512,
}

impl HashAlgorithm {
    /// The word used in the format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The algorithm that lockfiles call by this word, such as `sha256`; weak ones are none.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    const fn hex_length(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }
}

/// `licenses[]`: a named licence, or an SPDX expression (which then stands alone).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LicenceEntry {
    /// An SPDX expression.
    Expression(LicenceExpression),
    /// Text that is none.
    Named(NamedLicenceEntry),
}

/// `{"expression": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceExpression {
    /// SPDX expression.
    pub expression: String,
    /// Always as declared by the supplier.
    pub acknowledgement: Acknowledgement,
}

/// `{"license": {"name": …}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedLicenceEntry {
    /// The licence.
    pub license: NamedLicence,
}

/// A licence that is not on the SPDX list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedLicence {
    /// Text as declared.
    pub name: String,
    /// Always as declared by the supplier.
    pub acknowledgement: Acknowledgement,
}

/// Who said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acknowledgement {
    /// The supplier.
    Declared,
}

/// `externalReferences[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalReference {
    /// What is there.
    #[serde(rename = "type")]
    pub kind: ReferenceKind,
    /// Address.
    pub url: Iri,
}

/// `externalReferences[].type`, as far as this product writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceKind {
    /// Version control.
    Vcs,
}

/// `properties[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// Name, beginning with `batchseal:`.
    pub name: String,
    /// Value.
    pub value: String,
}

impl Property {
    /// `batchseal:<name>` with a value.
    #[must_use]
    pub fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: format!("batchseal:{name}"), value: value.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Component, DocumentError};
    use crate::sbom::component::Kind;

    #[test]
    fn a_version_may_have_as_many_characters_as_the_format_allows_and_no_more() {
        let check = |length| Component::new(Kind::Library, "a", Some(&"é".repeat(length))).check();
        assert!(check(1024).is_ok());
        assert!(matches!(check(1025), Err(DocumentError::Version { got: 1025, .. })));
    }
}
