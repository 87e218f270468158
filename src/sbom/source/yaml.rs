//! Lockfiles in YAML.

use serde::de::DeserializeOwned;

use crate::model::yaml;

use super::SourceError;

/// Reads one document.
pub(super) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, SourceError> {
    let value = yaml::value(text).map_err(|what| SourceError::malformed(file, what))?;
    serde_json::from_value(value).map_err(|error| SourceError::malformed(file, error))
}
