//! RG-22: this very SBOM was scanned for known vulnerabilities, with recent data.

use crate::gate::ages::{record_day, utc_day, wrong_age};
use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::findings::{NEXT, digest_of, scans_of, target_of};
use crate::gate::judgement::Judgement;
use crate::gate::products::Products;
use crate::intake::scan;
use crate::model::digest::Sha256Digest;
use crate::model::entry::{SBOM_ENTRY, SCANS};
use crate::model::name::EntryName;
use crate::model::outcome::{CheckId, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::{counted, shows_something};
use crate::model::vulnerabilities::Vulnerabilities;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(22),
    slug: "scanned-for-vulnerabilities",
    title: "This SBOM was scanned for known vulnerabilities with recent data",
    clauses: &["fdc524b.b2", "fda-cyber.V.A.4.b", "fda-cyber.V.C", "iec81001-5-1.5.7.3"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-22-scanned-for-vulnerabilities.md"),
};

const SCAN_AGAIN: &str = "Update the scanner's data, scan the SBOM again and take the report in";
const REPORT_AGAIN: &str = "Take the scanner's report in again with `batchseal attest scan`, unchanged";

/// RG-22.
#[derive(Debug)]
pub struct ScannedForVulnerabilities;

impl Check for ScannedForVulnerabilities {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let mut judgement = Judgement::default();
        let scans = scans_of(evidence, &sbom);
        judge_bound(evidence, &sbom, scans.len(), &mut judgement);
        let products = Products::of(&sbom.document);
        for signed in scans {
            judge_scanner(signed, &mut judgement);
            judge_days(signed, evidence, &mut judgement);
            judge_report(signed, evidence, &mut judgement);
            judge_components(signed, &products, &mut judgement);
        }
        judgement.conclude()
    }
}

/// At least one scan is of this SBOM, and none is of another.
fn judge_bound(evidence: &Evidence<'_>, sbom: &DeviceSbom<'_>, bound: usize, judgement: &mut Judgement) {
    let expected = digest_of(sbom);
    for signed in &evidence.scans {
        let got = signed.statement.subject_digest(SBOM_ENTRY);
        if got != Some(expected) {
            let got = got.map_or_else(|| "no SBOM".to_owned(), |digest| digest.to_string());
            let message = format!("scan is of another SBOM (got {got}, expected {expected})");
            judgement.found("scan-of-other-sbom", &signed.entry, message, SCAN_AGAIN);
        }
    }
    if bound == 0 {
        let refused = evidence.refused.iter().find(|refused| refused.entry.as_str().contains("/scan-"));
        let because = refused.map(|one| format!("; {} is refused: {}", one.entry, one.reason)).unwrap_or_default();
        let message = format!("there is no verified scan of this SBOM (got 0, expected at least 1){because}");
        judgement.found("scan-missing", SCANS, message, NEXT);
    }
}

fn judge_scanner(signed: &Signed<Vulnerabilities>, judgement: &mut Judgement) {
    let scanner = &signed.statement.predicate.scanner;
    let version = scanner.version.as_deref().unwrap_or_default();
    for (what, text) in [("the scanner", scanner.uri.as_str()), ("the version of the scanner", version)] {
        if !shows_something(text) {
            let message = format!("scan does not name {what}");
            judgement.found("scanner-not-named", &signed.entry, message, REPORT_AGAIN);
        }
    }
    let found = counted(scanner.result.len(), "finding", "findings");
    let shows = format!("{found} by {} {version}, data of {}", scanner.uri, utc_day(scanner.db.last_update));
    judgement.saw(&signed.entry, shows);
}

/// The data were recent, the scan too, and one came after the other.
fn judge_days(signed: &Signed<Vulnerabilities>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let predicate = &signed.statement.predicate;
    let day = record_day(evidence);
    let data = utc_day(predicate.scanner.db.last_update);
    let (started, finished) = (predicate.metadata.scan_started_on, predicate.metadata.scan_finished_on);
    if let Some(wrong) = wrong_age(&data, &day, evidence.policy.gate.ages.advisory_days) {
        judgement.found("data-too-old", &signed.entry, format!("vulnerability data {wrong}"), SCAN_AGAIN);
    }
    // That the scan itself is recent follows from its data: it cannot be older than they are.
    if let Some(wrong) = wrong_age(&utc_day(finished), &day, u16::MAX) {
        judgement.found("scan-after-record", &signed.entry, format!("scan {wrong}"), REPORT_AGAIN);
    }
    if finished < started || data > utc_day(finished) {
        let message = format!(
            "scan started at {started} and ended at {finished}, with data of {data} (expected one after the other)"
        );
        judgement.found("times-contradict", &signed.entry, message, REPORT_AGAIN);
    }
}

/// The signed findings are those of the report that is kept, read again.
fn judge_report(signed: &Signed<Vulnerabilities>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let subjects = &signed.statement.subject;
    let report = subjects.iter().find_map(|subject| {
        let entry = EntryName::parse(&subject.name).ok().filter(|entry| entry.is_in(SCANS))?;
        Some((entry, subject.digest.sha256()))
    });
    let Some((entry, sha256)) = report else {
        let message = "scan statement names no report of a scanner (expected one below evidence/scan)";
        judgement.found("report-missing", &signed.entry, message, REPORT_AGAIN);
        return;
    };
    let Some(bytes) = evidence.files.get(&entry).filter(|bytes| Sha256Digest::of(bytes) == sha256) else {
        let message = format!("the report that {} names is not there as signed", signed.entry);
        judgement.found("report-missing", &entry, message, REPORT_AGAIN);
        return;
    };
    match scan::read(bytes) {
        Err(error) => judgement.found("report-malformed", &entry, error.to_string(), REPORT_AGAIN),
        Ok(report) => match report.difference(&signed.statement.predicate) {
            Some(what) => {
                let message = format!("{what} in {} differ from what the report says", signed.entry);
                judgement.found("report-differs", &entry, message, REPORT_AGAIN);
            }
            None => judgement.saw(&entry, format!("says what {} says", signed.entry)),
        },
    }
}

/// What the scanner speaks of is in this SBOM: else it looked at something else.
fn judge_components(signed: &Signed<Vulnerabilities>, products: &Products<'_>, judgement: &mut Judgement) {
    let named = signed.statement.predicate.scanner.result.iter().filter_map(|found| {
        let name = found.component().or(found.purl())?;
        target_of(found, products).is_none().then_some((name, found))
    });
    let findings = named.map(|(name, found)| {
        let message = format!("{} is found in a component that the SBOM does not have", found.id);
        Finding::new("component-unknown", name, message, SCAN_AGAIN)
    });
    judgement.note(shortened(findings.collect()));
}
