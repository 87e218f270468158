//! `metadata` of CycloneDX 1.6, as far as this product writes it.

use serde::{Deserialize, Serialize};

use super::component::{Component, Organization, Property};
use super::field::{self, DateTime};

/// `metadata`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Metadata {
    /// When the document was made.
    pub timestamp: DateTime,
    /// What the document describes: always the build.
    pub lifecycles: Vec<Lifecycle>,
    /// The program that wrote it.
    pub tools: Tools,
    /// Author of the SBOM, where known.
    #[serde(default, deserialize_with = "field::present", skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<Organization>,
    /// The device, with its files inside.
    pub component: Component,
    /// Further facts.
    pub properties: Vec<Property>,
}

/// `metadata.lifecycles[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    /// Phase.
    pub phase: Phase,
}

/// Phase of a lifecycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Made while building.
    Build,
}

/// `metadata.tools`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    /// Programs.
    pub components: Vec<Component>,
}
