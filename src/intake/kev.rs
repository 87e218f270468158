//! CISA's Known Exploited Vulnerabilities catalogue, as CISA publishes it in JSON.
//!
//! Read for its day and its CVE ids only; every other field is kept in the bytes.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::model::json::{self, JsonError};
use crate::model::time::Timestamp;

/// Kind of the document that holds the catalogue.
pub const KIND: &str = "kev-catalog";

/// Largest catalogue, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// A catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KevCatalog {
    /// `catalogVersion`.
    pub version: String,
    /// When CISA released it.
    pub released: Timestamp,
    /// Ids of the vulnerabilities in it.
    pub ids: BTreeSet<String>,
}

/// Why bytes are no catalogue.
#[derive(Debug, thiserror::Error)]
pub enum KevError {
    /// Too large to be looked at.
    #[error("KEV catalogue has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not JSON, or of another shape.
    #[error("KEV catalogue cannot be read: {0}")]
    Json(#[from] JsonError),
    /// A day that is none.
    #[error("dateReleased is {0:?} (expected a time of RFC 3339 with an offset)")]
    Released(String),
    /// Cut off, or not the whole catalogue.
    #[error("KEV catalogue says that it lists {said} vulnerabilities, and lists {listed}")]
    Count {
        /// `count`.
        said: u64,
        /// Entries.
        listed: usize,
    },
    /// A catalogue of nothing.
    #[error("KEV catalogue lists no vulnerability")]
    Empty,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    catalog_version: String,
    date_released: String,
    count: u64,
    vulnerabilities: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "cveID")]
    cve: String,
}

/// Reads a catalogue.
///
/// # Errors
/// [`KevError`].
pub fn read(bytes: &[u8]) -> Result<KevCatalog, KevError> {
    if bytes.len() > MAX_BYTES {
        return Err(KevError::TooLarge(bytes.len()));
    }
    json::check_foreign(bytes)?;
    let wire: Wire = serde_json::from_slice(bytes).map_err(JsonError::Shape)?;
    let released = Timestamp::parse(&wire.date_released)
        .map_err(|_| KevError::Released(wire.date_released.chars().take(60).collect()))?;
    let listed = wire.vulnerabilities.len();
    if u64::try_from(listed).ok() != Some(wire.count) {
        return Err(KevError::Count { said: wire.count, listed });
    }
    let ids: BTreeSet<String> = wire.vulnerabilities.into_iter().map(|entry| entry.cve).collect();
    if ids.is_empty() {
        return Err(KevError::Empty);
    }
    Ok(KevCatalog { version: wire.catalog_version, released, ids })
}

#[cfg(test)]
mod tests {
    use super::{KevError, read};

    const CATALOG: &str = r#"{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2026.11.20",
        "dateReleased":"2026-11-20T17:04:19.9796Z","count":1,"vulnerabilities":[{"cveID":"CVE-2025-48384","product":"Git"}]}"#;

    #[test]
    fn reads_day_and_ids() {
        let catalog = read(CATALOG.as_bytes()).expect("catalogue");
        assert_eq!(catalog.released.in_utc().date(), "2026-11-20");
        assert!(catalog.ids.contains("CVE-2025-48384") && catalog.version == "2026.11.20");
    }

    #[test]
    fn refuses_what_is_no_whole_catalogue() {
        assert!(matches!(read(CATALOG.replace(":1,", ":2,").as_bytes()), Err(KevError::Count { said: 2, listed: 1 })));
        assert!(matches!(read(CATALOG.replace("2026-11-20T", "x").as_bytes()), Err(KevError::Released(_))));
        for (from, to) in [("\"cveID\"", "\"cve\""), ("dateReleased", "date"), ("]}", "")] {
            assert!(read(CATALOG.replace(from, to).as_bytes()).is_err(), "{from}");
        }
        let empty = r#"{"catalogVersion":"1","dateReleased":"2026-11-20T17:04:19Z","count":0,"vulnerabilities":[]}"#;
        assert!(matches!(read(empty.as_bytes()), Err(KevError::Empty)));
    }
}
