//! OSV-Scanner's JSON report (google/osv-scanner, `--format json`).
//!
//! It groups the records that speak of one vulnerability; a group is one finding. It says neither its version nor
//! the day of its data nor when it scanned: the caller has to.

use std::collections::{BTreeMap, BTreeSet};

use packageurl::PackageUrl;
use serde::Deserialize;

use crate::model::vulnerabilities::{FoundVulnerability, ScoredSeverity};

use super::{Report, ScanError, shape};

const SCANNER: &str = "https://github.com/google/osv-scanner";
const DATABASE: &str = "https://osv.dev";

#[derive(Deserialize)]
struct Wire {
    results: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(default)]
    packages: Vec<Packages>,
}

#[derive(Deserialize)]
struct Packages {
    package: Package,
    #[serde(default)]
    vulnerabilities: Vec<Record>,
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    ecosystem: String,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    severity: Vec<Severity>,
}

#[derive(Deserialize)]
struct Severity {
    #[serde(rename = "type")]
    kind: String,
    score: String,
}

#[derive(Deserialize)]
struct Group {
    ids: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    max_severity: String,
}

/// Reads a report.
pub(super) fn read(bytes: &[u8]) -> Result<Report, ScanError> {
    let wire: Wire = shape(bytes)?;
    let packages = wire.results.into_iter().flat_map(|source| source.packages);
    Ok(Report {
        scanner: Some(SCANNER.to_owned()),
        version: None,
        database: Some(DATABASE.to_owned()),
        database_version: None,
        database_date: None,
        started: None,
        finished: None,
        result: packages.flat_map(|packages| of_package(&packages)).collect(),
        subjects: None,
    })
}

fn of_package(packages: &Packages) -> Vec<FoundVulnerability> {
    let records: BTreeMap<&str, &Record> =
        packages.vulnerabilities.iter().map(|record| (record.id.as_str(), record)).collect();
    let grouped: BTreeSet<&str> = packages.groups.iter().flat_map(|group| &group.ids).map(String::as_str).collect();
    let groups = packages.groups.iter().filter_map(|group| {
        let (first, others) = group.ids.split_first()?;
        let of_group: Vec<&Record> = group.ids.iter().filter_map(|id| records.get(id.as_str()).copied()).collect();
        let highest = Some(&group.max_severity).filter(|score| !score.is_empty());
        let highest = highest.map(|score| ScoredSeverity { method: "cvss_max".to_owned(), score: score.clone() });
        let names = others.iter().chain(&group.aliases).chain(of_group.iter().flat_map(|record| &record.aliases));
        Some(finding(&packages.package, first, names, highest, &of_group))
    });
    let alone = packages.vulnerabilities.iter().filter(|record| !grouped.contains(record.id.as_str()));
    let alone = alone.map(|record| finding(&packages.package, &record.id, &record.aliases, None, &[record]));
    groups.chain(alone).collect()
}

fn finding<'a>(
    package: &Package,
    id: &str,
    names: impl IntoIterator<Item = &'a String>,
    highest: Option<ScoredSeverity>,
    records: &[&Record],
) -> FoundVulnerability {
    let names: BTreeSet<&String> = names.into_iter().filter(|name| *name != id).collect();
    let stated = records.iter().flat_map(|record| &record.severity);
    let stated: BTreeSet<ScoredSeverity> =
        stated.map(|one| ScoredSeverity { method: one.kind.to_lowercase(), score: one.score.clone() }).collect();
    let present = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    super::found(
        id.to_owned(),
        highest.into_iter().chain(stated).collect(),
        purl(package),
        names.into_iter().cloned().collect(),
        [
            ("name", present(&package.name)),
            ("version", present(&package.version)),
            ("ecosystem", present(&package.ecosystem)),
        ],
    )
}

/// The package URL, for the ecosystems whose names make one (ossf.github.io/osv-schema, "Defined ecosystems").
fn purl(package: &Package) -> Option<String> {
    let (kind, split) = match package.ecosystem.split(':').next().unwrap_or_default() {
        "crates.io" => ("cargo", None),
        "npm" => ("npm", Some('/')),
        "PyPI" => ("pypi", None),
        "Go" => ("golang", Some('/')),
        "RubyGems" => ("gem", None),
        "NuGet" => ("nuget", None),
        "Packagist" => ("composer", Some('/')),
        "Maven" => ("maven", Some(':')),
        "ConanCenter" => ("conan", None),
        "SwiftURL" => ("swift", Some('/')),
        _ => return None,
    };
    let (namespace, name) = match split.and_then(|split| package.name.rsplit_once(split)) {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, package.name.as_str()),
    };
    let mut purl = PackageUrl::new(kind.to_owned(), name.to_owned()).ok()?;
    if let Some(namespace) = namespace {
        purl.with_namespace(namespace.to_owned()).ok()?;
    }
    if !package.version.is_empty() {
        purl.with_version(package.version.clone()).ok()?;
    }
    Some(purl.to_string())
}
