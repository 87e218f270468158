//! The in-toto predicate as other tools write it, alone or in a whole statement.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::digest::Sha256Digest;
use crate::model::statement::Predicate;
use crate::model::vulnerabilities::{FoundVulnerability, ScoredSeverity, Vulnerabilities};

use super::{Report, ScanError, shape, time};

#[derive(Deserialize)]
struct StatementWire {
    #[serde(default)]
    subject: Vec<SubjectWire>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Value,
}

#[derive(Deserialize)]
struct SubjectWire {
    #[serde(default)]
    digest: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct PredicateWire {
    scanner: ScannerWire,
    metadata: MetadataWire,
}

#[derive(Deserialize)]
struct ScannerWire {
    uri: String,
    #[serde(default)]
    version: Option<String>,
    db: DatabaseWire,
    result: Vec<FoundWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DatabaseWire {
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    version: Option<String>,
    last_update: String,
}

#[derive(Deserialize)]
struct FoundWire {
    id: String,
    #[serde(default)]
    severity: Vec<SeverityWire>,
    #[serde(default)]
    annotations: Vec<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct SeverityWire {
    method: String,
    score: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetadataWire {
    scan_started_on: String,
    scan_finished_on: String,
}

/// Reads a predicate, or a statement with one.
pub(super) fn read(bytes: &[u8]) -> Result<Report, ScanError> {
    let value: Value = shape(bytes)?;
    if value.get("predicateType").is_none() {
        return report(value, None);
    }
    let statement: StatementWire = of(value)?;
    if statement.predicate_type != Vulnerabilities::TYPE {
        return Err(ScanError::PredicateType(super::clipped(&statement.predicate_type)));
    }
    let digests = statement.subject.iter().filter_map(|subject| subject.digest.get("sha256"));
    let subjects = digests.filter_map(|hex| Sha256Digest::parse_hex(hex).ok()).collect();
    report(statement.predicate, Some(subjects))
}

fn of<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, ScanError> {
    serde_json::from_value(value).map_err(|error| ScanError::Json(error.into()))
}

fn report(value: Value, subjects: Option<Vec<Sha256Digest>>) -> Result<Report, ScanError> {
    let wire: PredicateWire = of(value)?;
    let present = |text: Option<String>| text.filter(|text| !text.is_empty());
    Ok(Report {
        scanner: Some(wire.scanner.uri),
        version: present(wire.scanner.version),
        database: present(wire.scanner.db.uri),
        database_version: present(wire.scanner.db.version),
        database_date: Some(time("lastUpdate", &wire.scanner.db.last_update)?),
        started: Some(time("scanStartedOn", &wire.metadata.scan_started_on)?),
        finished: Some(time("scanFinishedOn", &wire.metadata.scan_finished_on)?),
        result: wire.scanner.result.into_iter().map(found).collect(),
        subjects,
    })
}

fn found(wire: FoundWire) -> FoundVulnerability {
    let severity = wire.severity.into_iter().map(|one| ScoredSeverity { method: one.method, score: one.score });
    FoundVulnerability { id: wire.id, severity: severity.collect(), annotations: wire.annotations }
}
