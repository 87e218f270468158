//! RG-42: products, sources and build environment lie in an archive that keeps them long enough.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::gate::ages;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::intake::archive::{self, ArchiveReceipt, Kept};
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(42),
    slug: "archived-and-retained",
    title: "Products, sources and build environment are archived for the retention time",
    clauses: &["iso13485.4.2.5", "fda-cyber.V.A.4", "fda-cyber.App1.updates", "iec62304.5.8.7", "cfr11.10c"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-42-archived-and-retained.md"),
};

const NEXT: &str = "Archive products, sources and build environment, and take the archive's receipt in as a document of kind `archive-receipt`";

/// ISO 13485:2016 4.2.5: records are kept for at least this many years from release.
const LEAST_YEARS: i32 = 2;

/// RG-42.
#[derive(Debug)]
pub struct ArchivedAndRetained;

impl Check for ArchivedAndRetained {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let mut receipts = Vec::new();
        let documents = documents::of_kind(evidence, archive::KIND, &mut judgement);
        if documents.is_empty() {
            let message = "there is no receipt of an archive (got 0, expected at least 1)";
            judgement.found("receipt-missing", archive::KIND, message, NEXT);
        }
        for controlled in documents {
            match archive::read(controlled.bytes) {
                Ok(receipt) => {
                    judge_time(&controlled, &receipt, evidence, &mut judgement);
                    receipts.push(receipt);
                }
                Err(error) => judgement.found("receipt-malformed", controlled.entry(), error.to_string(), NEXT),
            }
        }
        if !receipts.is_empty() {
            judge_kept(&receipts, evidence, &mut judgement);
        }
        judgement.conclude()
    }
}

/// It keeps everything as long as the device is supported, and two years from the record at least.
fn judge_time(
    controlled: &Controlled<'_>,
    receipt: &ArchiveReceipt,
    evidence: &Evidence<'_>,
    judgement: &mut Judgement,
) {
    let day = ages::record_day(evidence);
    let least = day.parse::<Date>().and_then(|day| day.checked_add(LEAST_YEARS.years())).map(|day| day.to_string());
    let least = least.ok().map(|least| (least, format!("{LEAST_YEARS} years after the record of {day}")));
    let support = evidence.policy.device.support_end.clone();
    let support = support.map(|end| (end, "the end of the device's support".to_owned()));
    if support.is_none() {
        let message = "nobody says how long the device is supported, so that no retention time is long enough";
        let next = "Name the last day of the device's support in [device] support-end";
        judgement.found("support-end-missing", "batchseal.toml", message, next);
    }
    for (end, what) in [least, support].into_iter().flatten() {
        // Days of one shape: the order of the text is that of the days.
        if receipt.retain_until < end {
            let message = format!("archive keeps it until {} (expected {end} or later, {what})", receipt.retain_until);
            judgement.found("retention-too-short", controlled.entry(), message, NEXT);
        }
    }
    let shows = format!("{}, {}: kept until {}", receipt.archive, receipt.location, receipt.retain_until);
    judgement.saw(controlled.entry(), shows);
}

/// The receipts together name every product by digest, and sources and a build environment.
fn judge_kept(receipts: &[ArchiveReceipt], evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for artifact in evidence.artifacts {
        if !receipts.iter().any(|receipt| receipt.kept.contains(&(Kept::Product, artifact.sha256))) {
            let message = format!("no receipt says that this product is archived ({})", artifact.sha256);
            judgement.found("product-not-archived", &artifact.name, message, NEXT);
        }
    }
    for kind in [Kept::Source, Kept::BuildEnvironment] {
        let count = receipts.iter().flat_map(|receipt| &receipt.kept).filter(|(own, _)| *own == kind).count();
        if count == 0 {
            let message = format!("no receipt names anything of kind {} (got 0, expected at least 1)", kind.as_str());
            judgement.found("not-archived", kind.as_str(), message, NEXT);
        }
    }
    let artifacts = counted(evidence.artifacts.len(), "product", "products");
    judgement.saw(archive::KIND, format!("{artifacts}, sources and build environment are named by digest"));
}
