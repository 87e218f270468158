//! The document in CycloneDX 1.5 and 1.7, made from the one of 1.6.
//!
//! - 1.7 has all of 1.6: only `$schema`, `specVersion` and `serialNumber` differ.
//! - 1.5 has no `metadata.manufacturer`: the manufacturer becomes `metadata.manufacture` (who made the
//!   device) and the one of `metadata.authors` (who made the SBOM). It has no `acknowledgement` of
//!   licences, and no kind `cryptographic-asset`: such a component is `data` with `batchseal:kind`.
//! - A document in another version is another document, so its serial number differs; it follows from
//!   the version and the bytes of the document of 1.6.

use serde_json::{Map, Value, json};

use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};
use crate::sbom::component::Kind;
use crate::sbom::document::{Document, DocumentError, SerialNumber};
use crate::sbom::foreign::KIND;

/// A version of CycloneDX other than the one of [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 1.5.
    Cdx15,
    /// 1.7.
    Cdx17,
}

impl Version {
    /// As `specVersion` has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cdx15 => "1.5",
            Self::Cdx17 => "1.7",
        }
    }
}

/// Writes the document in another version: pretty JSON without a final newline, fields sorted by name.
///
/// # Errors
/// [`DocumentError`] for a document that [`Document::parse`] would refuse.
pub fn encode(document: &Document, version: Version) -> Result<Vec<u8>, DocumentError> {
    let bytes = document.encode()?;
    let mut value: Value = serde_json::from_slice(&bytes).map_err(JsonError::from)?;
    if version == Version::Cdx15 {
        lower(&mut value);
    }
    let seed = [format!("cyclonedx {}\n", version.as_str()).as_bytes(), &bytes].concat();
    value["$schema"] = json!(format!("http://cyclonedx.org/schema/bom-{}.schema.json", version.as_str()));
    value["specVersion"] = json!(version.as_str());
    value["serialNumber"] = json!(SerialNumber::of(Sha256Digest::of(&seed)).as_str());
    let mut written = json::encode(&value)?;
    written.pop();
    Ok(written)
}

/// Takes away what 1.5 has no field for, and says it otherwise.
fn lower(document: &mut Value) {
    if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) {
        if let Some(manufacturer) = metadata.remove("manufacturer") {
            metadata.insert("authors".to_owned(), json!([manufacturer.clone()]));
            metadata.insert("manufacture".to_owned(), manufacturer);
        }
        metadata.get_mut("component").into_iter().for_each(lower_component);
    }
    document.get_mut("components").and_then(Value::as_array_mut).into_iter().flatten().for_each(lower_component);
}

/// Only the device has components inside, so this goes one level down at most.
fn lower_component(component: &mut Value) {
    let Some(fields) = component.as_object_mut() else { return };
    for entry in list(fields, "licenses") {
        entry.as_object_mut().and_then(|entry| entry.remove("acknowledgement"));
        let named = entry.get_mut("license").and_then(Value::as_object_mut);
        named.and_then(|licence| licence.remove("acknowledgement"));
    }
    lower_kind(fields);
    list(fields, "components").iter_mut().for_each(lower_component);
}

fn lower_kind(fields: &mut Map<String, Value>) {
    let asset = Kind::CryptographicAsset.as_str();
    if fields.get("type").and_then(Value::as_str) != Some(asset) {
        return;
    }
    fields.insert("type".to_owned(), json!(Kind::Data.as_str()));
    let properties = fields.entry("properties").or_insert_with(|| json!([]));
    properties.as_array_mut().into_iter().for_each(|all| all.push(json!({ "name": KIND, "value": asset })));
}

fn list<'v>(fields: &'v mut Map<String, Value>, name: &str) -> &'v mut [Value] {
    fields.get_mut(name).and_then(Value::as_array_mut).map_or(&mut [], Vec::as_mut_slice)
}
