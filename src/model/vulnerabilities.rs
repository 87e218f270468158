//! in-toto vulnerabilities predicate v0.2 (attestation/spec/predicates/vulns_02.md): what a scanner found.
//!
//! The fields that the specification leaves to scanners (`annotations`) are kept as they are; three keys of them
//! have a meaning here ([`PURL`], [`COMPONENT`], [`ALIASES`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::statement::Predicate;
use super::time::Timestamp;

/// Annotation with the package URL of the component that a finding is about.
pub const PURL: &str = "purl";
/// Annotation with the `bom-ref` of that component in the scanned SBOM.
pub const COMPONENT: &str = "bom-ref";
/// Annotation with other names of the vulnerability: a list of texts.
pub const ALIASES: &str = "aliases";

/// Predicate `https://in-toto.io/attestation/vulns/v0.2`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Vulnerabilities {
    /// Who scanned, with which data, and what was found.
    pub scanner: Scanner,
    /// When.
    pub metadata: ScanMetadata,
}

impl Predicate for Vulnerabilities {
    const TYPE: &'static str = "https://in-toto.io/attestation/vulns/v0.2";
}

/// `scanner`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Scanner {
    /// Which scanner it is, as a URI.
    pub uri: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// The data that it compared with.
    pub db: Database,
    /// What it found; empty where it found nothing.
    pub result: Vec<FoundVulnerability>,
}

/// `scanner.db`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Database {
    /// Where the data come from, as a URI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uri: Option<String>,
    /// Their version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// When they were last updated.
    pub last_update: Timestamp,
}

/// `scanner.result[]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FoundVulnerability {
    /// Name of the vulnerability: a CVE, GHSA, RUSTSEC or other id.
    pub id: String,
    /// How severe it is, by any number of methods.
    pub severity: Vec<ScoredSeverity>,
    /// What else the scanner says.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub annotations: Vec<BTreeMap<String, Value>>,
}

/// `scanner.result[].severity[]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoredSeverity {
    /// Method, such as `cvss_score`.
    pub method: String,
    /// Score by that method, as text.
    pub score: String,
}

/// `metadata`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ScanMetadata {
    /// Start of the scan.
    pub scan_started_on: Timestamp,
    /// Its end.
    pub scan_finished_on: Timestamp,
}

impl FoundVulnerability {
    /// Package URL of the component that it is about, where the scanner says it.
    #[must_use]
    pub fn purl(&self) -> Option<&str> {
        self.annotation(PURL).and_then(Value::as_str)
    }

    /// `bom-ref` of that component, where the scanner says it.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        self.annotation(COMPONENT).and_then(Value::as_str)
    }

    /// Its id and its other names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let lists = self.annotations.iter().filter_map(|annotation| annotation.get(ALIASES)?.as_array());
        std::iter::once(self.id.as_str()).chain(lists.flatten().filter_map(Value::as_str))
    }

    /// The highest number that a method with `cvss` in its name gives; `None` where none does.
    ///
    /// Other numbers, such as an EPSS probability, are no severity.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        let cvss = self.severity.iter().filter(|severity| severity.method.to_ascii_lowercase().contains("cvss"));
        cvss.filter_map(|severity| Score::parse(&severity.score)).max()
    }

    fn annotation(&self, name: &str) -> Option<&Value> {
        self.annotations.iter().find_map(|annotation| annotation.get(name))
    }
}

/// A CVSS score, 0.0 to 10.0 in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u8);

impl Score {
    /// Reads `9`, `9.8` or `10.0`; anything else, and any further digit that is not 0, is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(rest) || !rest.bytes().skip(1).all(|b| b == b'0') {
            return None;
        }
        let tenth = rest.bytes().next().map_or(0, |b| b - b'0');
        let score = whole.parse::<u8>().ok()?.checked_mul(10)?.checked_add(tenth)?;
        (score <= 100).then_some(Self(score))
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::{FoundVulnerability, Score, Vulnerabilities};
    use crate::model::json;

    #[test]
    fn reads_scores_and_nothing_that_resembles_them() {
        for (text, shown) in [("9.8", "9.8"), ("10", "10.0"), ("0.0", "0.0"), ("7.50", "7.5")] {
            assert_eq!(Score::parse(text).map(|score| score.to_string()).as_deref(), Some(shown), "{text}");
        }
        for text in ["", "high", "10.1", "-1", "9.85", "9.", ".5", "1e1", "999", "CVSS:3.1/AV:N", "9,8", "+9"] {
            assert_eq!(Score::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_and_component_come_from_the_annotations() {
        let found: FoundVulnerability = json::decode(
            br#"{"id":"GHSA-1","severity":[{"method":"cvss_score","score":"5.0"},{"method":"nvd","score":"high"},
            {"method":"CVSS","score":"7.1"},{"method":"epss","score":"9.9"}],
            "annotations":[{"x":1},{"purl":"pkg:cargo/a@1.0.0","bom-ref":"r","aliases":["CVE-1",2]}]}"#,
        )
        .expect("finding");
        assert_eq!(found.names().collect::<Vec<_>>(), ["GHSA-1", "CVE-1"]);
        assert_eq!((found.purl(), found.component()), (Some("pkg:cargo/a@1.0.0"), Some("r")));
        assert_eq!(found.score(), Score::parse("7.1"));
    }

    #[test]
    fn refuses_a_predicate_with_less_or_more_than_the_specification() {
        let whole = r#"{"scanner":{"uri":"u","db":{"lastUpdate":"2026-11-20T00:00:00Z"},"result":[]},
            "metadata":{"scanStartedOn":"2026-11-23T09:00:00Z","scanFinishedOn":"2026-11-23T09:01:00Z"}}"#;
        assert!(json::decode::<Vulnerabilities>(whole.as_bytes()).is_ok());
        for (from, to) in [
            ("\"uri\":\"u\",", ""),
            (",\"result\":[]", ""),
            ("[]", "null"),
            ("lastUpdate", "updated"),
            ("2026-11-20T00:00:00Z", "2026-11-20"),
            ("\"uri\"", "\"more\":1,\"uri\""),
            ("scanFinishedOn", "finished"),
        ] {
            assert!(json::decode::<Vulnerabilities>(whole.replacen(from, to, 1).as_bytes()).is_err(), "{from}");
        }
    }
}
