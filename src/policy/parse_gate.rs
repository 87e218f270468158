//! `[gate]`, `[build]` and `[[supplier]]`.

use std::collections::BTreeMap;

use crate::model::outcome::{CheckId, Severity};
use crate::model::suite::SuiteName;
use crate::model::vulnerabilities::Score;

use super::ages::AgeLimits;
use super::keys;
use super::reader::{Item, Table};
use super::release::{GatePolicy, SbomProfile, SigningPolicy, SupplierRule};
use super::text_rules::{each, is_environment_name, is_purl_pattern, is_secret_name, unique};

/// Highest number of the published catalogue of checks, RG-01 to RG-45.
pub const HIGHEST_CHECK: u8 = 45;

/// Reviews older than ten years, and vulnerability data older than one year, say nothing.
const MAX_REVIEW_DAYS: i64 = 3650;
const MAX_DATA_DAYS: i64 = 365;

/// Reads `[gate]`; `own` is the severity that a check has by itself.
pub(super) fn gate(table: &Table<'_>, own: &dyn Fn(CheckId) -> Option<Severity>) -> Option<GatePolicy> {
    let profiles = match table.optional("sbom-profiles") {
        Some(item) => sbom_profiles(&item),
        None => Some(GatePolicy::default().sbom_profiles),
    };
    let suites = table.optional_as("suites", suites);
    let severities = match table.optional("severity") {
        Some(item) => item.any_table().and_then(|table| severities(&table, own)),
        None => Some(BTreeMap::new()),
    };
    let ages = ages(table);
    let severity_threshold = table.optional_as("severity-threshold", threshold);
    Some(GatePolicy {
        sbom_profiles: profiles?,
        suites: suites?.unwrap_or_default(),
        severities: severities?,
        ages: ages?,
        severity_threshold: severity_threshold?,
    })
}

fn ages(table: &Table<'_>) -> Option<AgeLimits> {
    let days = |key, longest, default| match table.optional(key) {
        Some(item) => item.integer(1..=longest).and_then(|days| u16::try_from(days).ok()),
        None => Some(default),
    };
    let own = AgeLimits::default();
    let soup_review_days = days("soup-review-days", MAX_REVIEW_DAYS, own.soup_review_days);
    let advisory_days = days("advisory-days", MAX_DATA_DAYS, own.advisory_days);
    let kev_days = days("kev-days", MAX_DATA_DAYS, own.kev_days);
    Some(AgeLimits { soup_review_days: soup_review_days?, advisory_days: advisory_days?, kev_days: kev_days? })
}

fn threshold(item: &Item<'_>) -> Option<Score> {
    let expected = "a CVSS score in quotes, \"0.1\" to \"10.0\"";
    let lowest = Score::parse("0.1");
    let score = item.string_or(expected).map(Score::parse)?.filter(|score| Some(*score) >= lowest);
    if score.is_none() { item.refuse(expected) } else { score }
}

fn sbom_profiles(item: &Item<'_>) -> Option<Vec<SbomProfile>> {
    let words = SbomProfile::ALL.map(|profile| (profile.as_str(), profile));
    let entries = item.some_list("at least one SBOM profile, such as [\"fda-2026\"]")?;
    let profiles = each(&entries, |entry| entry.word(&words))?;
    unique(profiles.iter().zip(&entries))?;
    Some(profiles)
}

fn suites(item: &Item<'_>) -> Option<Vec<SuiteName>> {
    let entries = item.some_list("at least one test suite, such as [\"unit\", \"system\"]")?;
    let expected = "lowercase words joined by hyphens, such as \"unit\"";
    let suites =
        each(&entries, |entry| SuiteName::parse(entry.string_or(expected)?).ok().or_else(|| entry.refuse(expected)))?;
    unique(suites.iter().zip(&entries))?;
    Some(suites)
}

fn severities(table: &Table<'_>, own: &dyn Fn(CheckId) -> Option<Severity>) -> Option<BTreeMap<CheckId, Severity>> {
    let read: Vec<Option<(CheckId, Severity)>> =
        table.all().map(|(name, at, item)| severity(name, at, &item, own)).collect();
    read.into_iter().collect()
}

fn severity(
    name: &str,
    at: usize,
    item: &Item<'_>,
    own: &dyn Fn(CheckId) -> Option<Severity>,
) -> Option<(CheckId, Severity)> {
    const WORDS: [(&str, Severity); 2] = [("warn", Severity::Warn), ("block", Severity::Block)];
    let Some(id) = CheckId::parse(name).ok().filter(|id| id.number() <= HIGHEST_CHECK) else {
        let expected = format!("a check id from RG-01 to RG-{HIGHEST_CHECK}");
        item.notes.complain(at, &item.path, "an unknown check id", expected);
        return None;
    };
    let severity = item.word(&WORDS)?;
    if own(id).is_some_and(|own| severity < own) {
        return item.refuse("no less than the check's own severity, \"block\" (severities may only rise)");
    }
    Some((id, severity))
}

/// Reads `[build] environment`.
pub(super) fn build_environment(root: &Table<'_>, signing: Option<&SigningPolicy>) -> Option<Vec<String>> {
    let Some(item) = root.optional("build") else { return Some(Vec::new()) };
    let Some(item) = item.table(keys::BUILD)?.optional("environment") else { return Some(Vec::new()) };
    let entries = item.list("a list of names of environment variables")?;
    let names = each(&entries, |entry| environment_name(entry, signing))?;
    unique(names.iter().zip(&entries))?;
    Some(names)
}

/// The build never sees a secret (design rule 14).
fn environment_name(item: &Item<'_>, signing: Option<&SigningPolicy>) -> Option<String> {
    let name = item.string()?;
    if !is_environment_name(name) {
        // NAME=value is a common slip, and the value may be a secret.
        return item.refuse_as("no name of an environment variable (not shown)", "a name such as CC, without a value");
    }
    let secrets = signing.map(SigningPolicy::secret_variables).unwrap_or_default();
    if secrets.iter().any(|secret| secret.eq_ignore_ascii_case(name)) {
        return item
            .refuse("no variable that holds the signing key, its passphrase or its PIN, or that its program needs");
    }
    if is_secret_name(name) {
        return item.refuse("a variable whose name does not speak of a secret");
    }
    Some(name.to_owned())
}

/// Reads `[[supplier]]`.
pub(super) fn suppliers(root: &Table<'_>) -> Option<Vec<SupplierRule>> {
    let Some(item) = root.optional("supplier") else { return Some(Vec::new()) };
    let rules = item.tables(keys::SUPPLIER, supplier)?;
    unique(rules.iter().map(|(rule, purl)| (&rule.purl, purl)))?;
    Some(rules.into_iter().map(|(rule, _)| rule).collect())
}

fn supplier<'r>(table: &Table<'r>) -> Option<(SupplierRule, Item<'r>)> {
    let purl_item = table.required("purl", "a package URL pattern such as \"pkg:cargo/serde*\"");
    let purl = purl_item.as_ref().and_then(purl_pattern);
    let text = |key| match table.optional(key) {
        Some(item) => item.visible_text().map(|text| Some(text.to_owned())),
        None => Some(None),
    };
    let (name, unknown_because) = (text("name"), text("unknown-because"));
    let (name, unknown_because) = (name?, unknown_because?);
    match (&name, &unknown_because) {
        (Some(_), Some(_)) => {
            table.complain("name", "name and unknown-because", "one of the two");
            None
        }
        (None, None) => {
            table.complain("name", "neither name nor unknown-because", "one of the two");
            None
        }
        _ => Some((SupplierRule { purl: purl?, name, unknown_because }, purl_item?)),
    }
}

/// A package URL in which `*` stands for any text.
pub(super) fn purl_pattern(item: &Item<'_>) -> Option<String> {
    let expected = "a package URL with optional '*', such as \"pkg:cargo/serde*\"";
    let text = item.string_or(expected)?;
    if is_purl_pattern(text) { Some(text.to_owned()) } else { item.refuse(expected) }
}
