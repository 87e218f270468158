//! The SBOM as an in-toto predicate: the document's own bytes, kept as they are.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::statement::Predicate;

/// Predicate `https://cyclonedx.org/bom`: a CycloneDX JSON document, byte for byte.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CycloneDx(pub Box<RawValue>);

impl Predicate for CycloneDx {
    const TYPE: &'static str = "https://cyclonedx.org/bom";
}
