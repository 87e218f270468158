//! Reports of vulnerability scanners: the in-toto predicate itself, OSV-Scanner JSON and Grype JSON.
//!
//! A report is read without regard to fields that have no meaning here, its bytes are kept, and what it says becomes
//! the strict predicate. What a report does not say (OSV-Scanner names neither its version nor the day of its data)
//! the caller states; what it says, the caller cannot change.

mod grype;
mod in_toto;
mod osv;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::entry::SBOM_ENTRY;
use crate::model::json::{self, JsonError};
use crate::model::name::EntryName;
use crate::model::statement::{Statement, Subject};
use crate::model::text::is_deceptive;
use crate::model::time::Timestamp;
use crate::model::vulnerabilities::{
    ALIASES, Database, FoundVulnerability, PURL, ScanMetadata, Scanner, ScoredSeverity, Vulnerabilities,
};

/// Largest report, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// Most findings of one report.
pub const MAX_FINDINGS: usize = 200_000;
/// Most names of one vulnerability.
const MAX_NAMES: usize = 200;
/// Longest name of a vulnerability, version or score, in characters.
const MAX_WORD: usize = 1000;

/// Why a report was refused.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Too large to be looked at.
    #[error("scan report has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not JSON, or not of the shape that its kind has.
    #[error("scan report cannot be read: {0}")]
    Json(#[from] JsonError),
    /// No kind of report that is known.
    #[error(
        "scan report is of no known kind (expected the predicate https://in-toto.io/attestation/vulns/v0.2, a statement with it, OSV-Scanner JSON or Grype JSON)"
    )]
    Kind,
    /// A statement of another predicate.
    #[error("predicate type is {0:?} (expected \"https://in-toto.io/attestation/vulns/v0.2\")")]
    PredicateType(String),
    /// A value that cannot be kept.
    #[error("{what} is {got:?} (expected {expected})")]
    Value {
        /// Which one.
        what: &'static str,
        /// As given.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// More findings than can be looked at.
    #[error("scan report has {0} findings (expected at most {MAX_FINDINGS})")]
    TooMany(usize),
    /// Something that neither the report nor the caller says.
    #[error("neither the scan report nor the caller says {what}")]
    Unsaid {
        /// What.
        what: &'static str,
        /// Option of the command that says it.
        option: &'static str,
    },
    /// The caller says otherwise than the report.
    #[error("{what} is {stated:?} by the caller and {reported:?} by the scan report")]
    Contradicted {
        /// What.
        what: &'static str,
        /// By the caller.
        stated: String,
        /// By the report.
        reported: String,
    },
    /// A statement about something else.
    #[error("statement of the scanner has {0} subjects, none of which is the SBOM or a product of this batch")]
    OtherSubject(usize),
}

/// A report as its scanner wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Which scanner.
    pub scanner: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where its data come from.
    pub database: Option<String>,
    /// Their version.
    pub database_version: Option<String>,
    /// When they were last updated.
    pub database_date: Option<Timestamp>,
    /// Start of the scan.
    pub started: Option<Timestamp>,
    /// Its end.
    pub finished: Option<Timestamp>,
    /// What was found.
    pub result: Vec<FoundVulnerability>,
    /// What a whole statement speaks of; `None` where the report is none.
    pub subjects: Option<Vec<Sha256Digest>>,
}

/// What the caller states beside the report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    /// Which scanner, as a URI.
    pub scanner: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// When its data were last updated.
    pub database_date: Option<Timestamp>,
    /// When it scanned.
    pub scanned_on: Option<Timestamp>,
}

/// Reads a report of any known kind.
///
/// # Errors
/// [`ScanError`].
pub fn read(bytes: &[u8]) -> Result<Report, ScanError> {
    if bytes.len() > MAX_BYTES {
        return Err(ScanError::TooLarge(bytes.len()));
    }
    json::check_foreign(bytes)?;
    let top: BTreeMap<String, &serde_json::value::RawValue> =
        serde_json::from_slice(bytes).map_err(|_| ScanError::Kind)?;
    let has = |key: &str| top.contains_key(key);
    let report = if has("predicateType") || (has("scanner") && has("metadata")) {
        in_toto::read(bytes)?
    } else if has("matches") && has("descriptor") {
        grype::read(bytes)?
    } else if has("results") {
        osv::read(bytes)?
    } else {
        return Err(ScanError::Kind);
    };
    check(&report)?;
    Ok(report)
}

impl Report {
    /// The predicate: what the report says, and what the caller states where it says nothing.
    ///
    /// # Errors
    /// [`ScanError`] for what nobody says, and for what is said differently.
    pub fn complete(&self, stated: &Stated) -> Result<Vulnerabilities, ScanError> {
        let scanner = one("which scanner it was", "--scanner", &self.scanner, &stated.scanner)?;
        let version = one("the version of the scanner", "--scanner-version", &self.version, &stated.version)?;
        let (updated, scanned) = (&stated.database_date, &stated.scanned_on);
        let last_update = one("the day of the vulnerability data", "--database-date", &self.database_date, updated)?;
        let started = one("when the scan started", "--scanned-on", &self.started, scanned)?;
        let finished = one("when the scan ended", "--scanned-on", &self.finished, scanned)?;
        let predicate = Vulnerabilities {
            scanner: Scanner {
                uri: scanner,
                version: Some(version),
                db: Database { uri: self.database.clone(), version: self.database_version.clone(), last_update },
                result: self.result.clone(),
            },
            metadata: ScanMetadata { scan_started_on: started, scan_finished_on: finished },
        };
        word("scanner", &predicate.scanner.uri)?;
        predicate.scanner.version.iter().try_for_each(|version| word("version of the scanner", version))?;
        Ok(predicate)
    }

    /// The first thing that a predicate says otherwise than this report, in words.
    #[must_use]
    pub fn difference(&self, predicate: &Vulnerabilities) -> Option<&'static str> {
        let scanner = &predicate.scanner;
        let same = |own: &Option<String>, other: Option<&String>| own.as_ref().is_none_or(|own| Some(own) == other);
        let at = |own: Option<Timestamp>, other: Timestamp| own.is_none_or(|own| own == other);
        let holds = [
            ("the findings", self.result == scanner.result),
            ("the scanner", same(&self.scanner, Some(&scanner.uri))),
            ("the version of the scanner", same(&self.version, scanner.version.as_ref())),
            ("the source of the data", same(&self.database, scanner.db.uri.as_ref())),
            ("the version of the data", same(&self.database_version, scanner.db.version.as_ref())),
            ("the day of the data", at(self.database_date, scanner.db.last_update)),
            ("the start of the scan", at(self.started, predicate.metadata.scan_started_on)),
            ("the end of the scan", at(self.finished, predicate.metadata.scan_finished_on)),
        ];
        holds.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
    }

    /// Whether a whole statement speaks of one of these; a report that is none speaks of whatever it was made of.
    #[must_use]
    pub fn speaks_of(&self, digests: &[Sha256Digest]) -> bool {
        self.subjects.as_ref().is_none_or(|subjects| subjects.iter().any(|subject| digests.contains(subject)))
    }
}

/// Statement over a report, bound to the batch, to its SBOM and to the report's own bytes.
///
/// # Errors
/// [`ScanError::OtherSubject`] when the report is a statement about neither the SBOM nor a product.
pub fn statement(
    report: &Report,
    predicate: Vulnerabilities,
    (entry, bytes): (&EntryName, &[u8]),
    sbom: Sha256Digest,
    (batch, products): (Sha256Digest, &[Sha256Digest]),
) -> Result<Statement<Vulnerabilities>, ScanError> {
    let known: Vec<Sha256Digest> = products.iter().copied().chain([sbom]).collect();
    if !report.speaks_of(&known) {
        return Err(ScanError::OtherSubject(report.subjects.as_ref().map_or(0, Vec::len)));
    }
    let mut subject = vec![
        Subject::new(BATCH_ENTRY, batch),
        Subject::new(SBOM_ENTRY, sbom),
        Subject::new(entry.as_str(), Sha256Digest::of(bytes)),
    ];
    subject.sort();
    Ok(Statement { subject, predicate })
}

/// What one side says, where both agree or one is silent.
fn one<T: Clone + PartialEq + std::fmt::Display>(
    what: &'static str,
    option: &'static str,
    reported: &Option<T>,
    stated: &Option<T>,
) -> Result<T, ScanError> {
    match (reported, stated) {
        (Some(reported), Some(stated)) if reported != stated => {
            Err(ScanError::Contradicted { what, stated: stated.to_string(), reported: reported.to_string() })
        }
        (Some(value), _) | (None, Some(value)) => Ok(value.clone()),
        (None, None) => Err(ScanError::Unsaid { what, option }),
    }
}

fn check(report: &Report) -> Result<(), ScanError> {
    if report.result.len() > MAX_FINDINGS {
        return Err(ScanError::TooMany(report.result.len()));
    }
    for found in &report.result {
        if found.names().count() > MAX_NAMES {
            let expected = "at most 200 other names";
            return Err(ScanError::Value { what: "list of aliases", got: clipped(&found.id), expected });
        }
        found.names().try_for_each(|name| word("name of a vulnerability", name))?;
        for severity in &found.severity {
            word("method of a severity", &severity.method)?;
            word("score of a severity", &severity.score)?;
        }
    }
    Ok(())
}

fn word(what: &'static str, text: &str) -> Result<(), ScanError> {
    let sound = !text.is_empty() && text.trim() == text && text.chars().count() <= MAX_WORD;
    if sound && !text.chars().any(is_deceptive) {
        return Ok(());
    }
    Err(ScanError::Value { what, got: clipped(text), expected: "1 to 1000 visible characters" })
}

fn clipped(text: &str) -> String {
    text.chars().take(60).collect()
}

fn shape<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ScanError> {
    serde_json::from_slice(bytes).map_err(|error| ScanError::Json(JsonError::Shape(error)))
}

fn time(what: &'static str, text: &str) -> Result<Timestamp, ScanError> {
    let expected = "a time of RFC 3339 with an offset";
    Timestamp::parse(text).map_err(|_| ScanError::Value { what, got: clipped(text), expected })
}

/// A finding whose component and other names stand in one annotation.
fn found(
    id: String,
    severity: Vec<ScoredSeverity>,
    purl: Option<String>,
    aliases: Vec<String>,
    more: impl IntoIterator<Item = (&'static str, Option<String>)>,
) -> FoundVulnerability {
    let mut annotation: BTreeMap<String, Value> =
        more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?)))).collect();
    annotation.extend(purl.map(|purl| (PURL.to_owned(), Value::String(purl))));
    if !aliases.is_empty() {
        annotation.insert(ALIASES.to_owned(), Value::Array(aliases.into_iter().map(Value::String).collect()));
    }
    FoundVulnerability { id, severity, annotations: vec![annotation] }
}

#[cfg(test)]
mod tests;
