//! Grype's JSON report (anchore/grype, `grype -o json`).
//!
//! It names scanner, version and time; the day of its data stands in `descriptor.db.built` or, since its sixth
//! database, in `descriptor.db.status.built`.

use serde::Deserialize;

use crate::model::time::Timestamp;
use crate::model::vulnerabilities::{FoundVulnerability, ScoredSeverity};

use super::{Report, ScanError, shape, time};

const GRYPE: &str = "https://github.com/anchore/grype";

#[derive(Deserialize)]
struct Wire {
    matches: Vec<Match>,
    descriptor: Descriptor,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Match {
    vulnerability: Vulnerability,
    #[serde(default)]
    related_vulnerabilities: Vec<Vulnerability>,
    artifact: Artifact,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: String,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    cvss: Vec<Cvss>,
}

#[derive(Deserialize)]
struct Cvss {
    metrics: Metrics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    base_score: f64,
}

#[derive(Deserialize)]
struct Artifact {
    name: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    purl: Option<String>,
}

#[derive(Deserialize)]
struct Descriptor {
    name: String,
    version: String,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    db: Option<Db>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Db {
    #[serde(default)]
    built: Option<String>,
    #[serde(default)]
    schema_version: Option<serde_json::Value>,
    #[serde(default)]
    status: Option<Box<Db>>,
}

/// Reads a report.
pub(super) fn read(bytes: &[u8]) -> Result<Report, ScanError> {
    let wire: Wire = shape(bytes)?;
    if wire.descriptor.name != "grype" {
        return Err(ScanError::Kind);
    }
    let db = wire.descriptor.db.as_ref();
    let db = db.and_then(|db| db.status.as_deref()).or(db);
    let optional = |what, text: Option<&String>| -> Result<Option<Timestamp>, ScanError> {
        text.map(|text| time(what, text)).transpose()
    };
    let scanned = optional("timestamp", wire.descriptor.timestamp.as_ref())?;
    let version = db.and_then(|db| db.schema_version.as_ref());
    Ok(Report {
        scanner: Some(GRYPE.to_owned()),
        version: Some(wire.descriptor.version).filter(|version| !version.is_empty()),
        database: None,
        database_version: version.map(|version| version.as_str().map_or_else(|| version.to_string(), str::to_owned)),
        database_date: optional("built", db.and_then(|db| db.built.as_ref()))?,
        started: scanned,
        finished: scanned,
        result: wire.matches.into_iter().map(found).collect(),
        subjects: None,
    })
}

fn found(one: Match) -> FoundVulnerability {
    let all = || std::iter::once(&one.vulnerability).chain(&one.related_vulnerabilities);
    let mut severity: Vec<ScoredSeverity> = all()
        .flat_map(|vulnerability| &vulnerability.cvss)
        .map(|cvss| ScoredSeverity {
            method: "cvss_score".to_owned(),
            score: format!("{:.1}", cvss.metrics.base_score),
        })
        .collect();
    severity.sort();
    severity.dedup();
    let words = one.vulnerability.severity.iter().filter(|word| !word.is_empty());
    severity.extend(words.map(|word| ScoredSeverity { method: "grype".to_owned(), score: word.clone() }));
    let aliases = one.related_vulnerabilities.iter().map(|other| other.id.clone());
    let mut aliases: Vec<String> = aliases.filter(|id| *id != one.vulnerability.id).collect();
    aliases.sort();
    aliases.dedup();
    let purl = one.artifact.purl.filter(|purl| !purl.is_empty());
    super::found(
        one.vulnerability.id,
        severity,
        purl,
        aliases,
        [("name", Some(one.artifact.name)), ("version", one.artifact.version)],
    )
}
