//! Addenda: signed statements made after sealing, kept beside the bundle and chained to each other.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::approval::Authentication;
use super::batch::SchemaVersion;
use super::digest::{Sha256Digest, Sha512Digest};
use super::name::{DeviceName, Version};
use super::record::ToolIdentity;
use super::role::Role;
use super::statement::Predicate;
use super::time::Timestamp;

/// Most addenda of one bundle.
pub const MOST_ADDENDA: u32 = 99;

/// What an addendum is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddendumKind {
    /// An archive stamp over everything so far.
    Renewal,
    /// A person adds to what the record says, or corrects it.
    Amendment,
    /// A person takes the release back.
    Withdrawal,
}

impl AddendumKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Renewal, Self::Amendment, Self::Withdrawal];

    /// The word in file names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Renewal => "renewal",
            Self::Amendment => "amendment",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// Place of an addendum: `<bundle>.NN-<kind>.sigstore.json`, numbered from 01 without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddendumName {
    /// From 1 to [`MOST_ADDENDA`].
    pub number: u32,
    /// What it is for.
    pub kind: AddendumKind,
}

/// How a file beside a bundle is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// An addendum of this bundle.
    Addendum(AddendumName),
    /// Named like an addendum of this bundle, and none that is known.
    Malformed,
    /// Something else.
    Other,
}

impl AddendumName {
    /// The file name beside a bundle.
    #[must_use]
    pub fn file_name(self, bundle: &str) -> String {
        format!("{bundle}.{self}.sigstore.json")
    }

    /// Reads the name of a file that lies beside `bundle`.
    #[must_use]
    pub fn parse(bundle: &str, file: &str) -> Beside {
        let Some(rest) = file.strip_prefix(bundle).and_then(|rest| rest.strip_prefix('.')) else {
            return Beside::Other;
        };
        let Some(middle) = rest.strip_suffix(".sigstore.json") else { return Beside::Other };
        let known = middle.split_once('-').and_then(|(number, kind)| {
            let number = (number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| number.parse().ok())
                .flatten()
                .filter(|number| *number > 0)?;
            let kind = AddendumKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
            Some(Self { number, kind })
        });
        known.map_or(Beside::Malformed, Beside::Addendum)
    }
}

impl fmt::Display for AddendumName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{}", self.number, self.kind.as_str())
    }
}

/// Predicate of a renewal: everything that the archive stamp over its signature covers (RFC 4998 section 5.3: old
/// data and old stamps under a hash that is still strong).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Renewal {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Number of this addendum.
    pub number: u32,
    /// Device of the bundle.
    pub device: DeviceName,
    /// Version of the bundle.
    pub version: Version,
    /// The container.
    pub bundle: Covered,
    /// Every product that the record lists, by name.
    pub artifacts: Vec<Covered>,
    /// Every earlier addendum, by number.
    pub addenda: Vec<Covered>,
    /// Revocation lists and answers that were valid at the time, whole.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub revocation: Vec<RevocationDatum>,
    /// When, by the renewing machine's clock.
    pub renewed_at: Timestamp,
    /// The renewing tool.
    pub tool: ToolIdentity,
}

impl Predicate for Renewal {
    const TYPE: &'static str = "https://batchseal.dev/renewal/v1";
}

/// Predicate of an amendment or a withdrawal: a person's statement about a sealed bundle and its earlier addenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Notice {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// What it does.
    pub kind: NoticeKind,
    /// Number of this addendum.
    pub number: u32,
    /// Device of the bundle.
    pub device: DeviceName,
    /// Version of the bundle.
    pub version: Version,
    /// The container.
    pub bundle: Covered,
    /// Every earlier addendum, by number.
    pub addenda: Vec<Covered>,
    /// Files that an amendment speaks of; they are kept beside the bundle.
    pub documents: Vec<Covered>,
    /// Why, in the person's words.
    pub reason: String,
    /// Printed name of the signer (21 CFR 11.50(a)(1)).
    pub printed_name: String,
    /// Role signed in.
    pub role: Role,
    /// Date and time of signing at the signer's offset (11.50(a)(2)).
    pub signed_at: Timestamp,
    /// How the key was held, as seen by the tool.
    pub authentication: Authentication,
    /// The tool.
    pub tool: ToolIdentity,
}

impl Predicate for Notice {
    const TYPE: &'static str = "https://batchseal.dev/notice/v1";
}

/// What a person says of a sealed bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// It adds to the record or corrects it; what was sealed stays as it is.
    Amendment,
    /// The release is taken back: it must not be shipped or used any more.
    Withdrawal,
}

impl NoticeKind {
    /// The addendum that it is.
    #[must_use]
    pub const fn addendum(self) -> AddendumKind {
        match self {
            Self::Amendment => AddendumKind::Amendment,
            Self::Withdrawal => AddendumKind::Withdrawal,
        }
    }
}

/// A file under two hashes of different strength.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Covered {
    /// Name of the product or addendum; the container's is that of its batch.
    pub name: String,
    /// In bytes.
    #[serde(deserialize_with = "exact_size")]
    pub size: u64,
    /// SHA-256.
    pub sha256: Sha256Digest,
    /// SHA-512.
    pub sha512: Sha512Digest,
}

/// Sizes stay exact in every JSON reader (RFC 7493 section 2.2).
fn exact_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let size = u64::deserialize(deserializer)?;
    if size > 1 << 53 { Err(serde::de::Error::custom("size is beyond 2^53")) } else { Ok(size) }
}

/// A revocation list (RFC 5280 section 5) or status answer (RFC 6960) in its own encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RevocationDatum {
    /// File name.
    pub name: String,
    /// The bytes.
    #[serde(with = "super::base64::bytes")]
    pub content: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::{AddendumKind, AddendumName, Beside};

    #[test]
    fn reads_the_names_it_writes_and_marks_others_like_them() {
        let name = AddendumName { number: 3, kind: AddendumKind::Renewal };
        let file = name.file_name("pump-1.4.0.evidence.zip");
        assert_eq!(file, "pump-1.4.0.evidence.zip.03-renewal.sigstore.json");
        assert_eq!(AddendumName::parse("pump-1.4.0.evidence.zip", &file), Beside::Addendum(name));
        for file in [
            "b.+1-renewal.sigstore.json",
            "b.3-renewal.sigstore.json",
            "b.00-renewal.sigstore.json",
            "b.03-party.sigstore.json",
        ] {
            assert_eq!(AddendumName::parse("b", file), Beside::Malformed, "{file}");
        }
        for file in ["b", "c.03-renewal.sigstore.json", "b.03-renewal.json"] {
            assert_eq!(AddendumName::parse("b", file), Beside::Other, "{file}");
        }
    }
}
