//! `batch.json`: the identity of the batch, a subject of every statement made for it.

use serde::{Deserialize, Serialize};

use super::digest::{GitId, Sha256Digest};
use super::name::{DeviceName, Version};

pub use super::udi::{Udi, UdiScope};

/// Name of the entry and of the subject.
pub const BATCH_ENTRY: &str = "batch.json";

/// One release version of one device's software (21 CFR 820.3, "batch or lot").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Batch {
    /// Version of this document's format.
    pub schema_version: SchemaVersion<1>,
    /// The device.
    pub device: Device,
    /// Release version.
    pub version: Version,
    /// Unique device identification, where one is configured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub udi: Option<Udi>,
    /// Release tag, short name.
    pub tag: String,
    /// Commit the tag points at.
    pub commit: GitId,
    /// SHA-256 of `git/tree.txt`.
    pub tree_sha256: Sha256Digest,
    /// What the batch is for.
    pub purpose: Purpose,
}

/// The device as the batch names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Device {
    /// Name, safe in file names.
    pub name: DeviceName,
    /// Legal manufacturer.
    pub manufacturer: String,
    /// Medical device file reference with revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mdf: Option<String>,
}

/// What a batch is for; only `production` verifies without the verifier's leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// For distribution.
    Production,
    /// For training people.
    Training,
    /// For showing the tool.
    Demo,
}

impl Purpose {
    /// The word used in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Training => "training",
            Self::Demo => "demo",
        }
    }
}

/// A `schemaVersion` that must be exactly `N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchemaVersion<const N: u8>;

impl<const N: u8> Serialize for SchemaVersion<N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(N)
    }
}

impl<'de, const N: u8> Deserialize<'de> for SchemaVersion<N> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let got = u64::deserialize(deserializer)?;
        if got == u64::from(N) {
            Ok(Self)
        } else {
            Err(serde::de::Error::custom(format!("schema version is {got} (expected {N})")))
        }
    }
}

impl Batch {
    /// `<device>-<version>`, the stem of every container's file name.
    #[must_use]
    pub fn stem(&self) -> String {
        format!("{}-{}", self.device.name, self.version.file_part())
    }
}
