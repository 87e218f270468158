//! RG-10: the tool is the one that was qualified, and its qualification is in date.
//!
//! Compared are a controlled document and what provenance and record state of the tool. Both are the tool's own word of
//! itself, so a tool that lies is not found here; one that was updated is.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::intake::qualification::{self, KIND, QualificationResult, ToolQualification};
use crate::model::digest::Sha256Digest;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::provenance::Provenance;
use crate::model::record::RECORD_ENTRY;
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(10),
    slug: "tool-qualified",
    title: "The tool is the one that was qualified, and its qualification is in date",
    clauses: &["iso13485.4.1.6", "iso13485.7.5.6", "cfr11.10a", "fda-csa", "isotr80002-2"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-10-tool-qualified.md"),
};

const NEXT: &str = "Qualify this version of the tool for its use, and take the approved result in as a document of kind \
                    tool-qualification";

/// RG-10.
#[derive(Debug)]
pub struct ToolQualified;

impl Check for ToolQualified {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let qualified = read(evidence, &mut judgement);
        for signed in judgement.provenance_of(evidence) {
            judge_recorder(signed, &qualified, evidence, &mut judgement);
        }
        if let Some(release) = &evidence.release {
            let tool = &release.record.predicate.tool;
            let used = Used { about: RECORD_ENTRY, name: &tool.name, version: &tool.version, sha256: tool.sha256 };
            judge(&used, &qualified, evidence, &mut judgement);
        }
        judgement.conclude()
    }
}

/// A tool as evidence states it.
struct Used<'a> {
    about: &'a str,
    name: &'a str,
    version: &'a str,
    sha256: Option<Sha256Digest>,
}

type Qualified<'e> = Vec<(Controlled<'e>, ToolQualification)>;

fn read<'e>(evidence: &'e Evidence<'_>, judgement: &mut Judgement) -> Qualified<'e> {
    let mut qualified = Vec::new();
    for document in documents::approved(evidence, KIND, judgement, NEXT) {
        match qualification::parse(document.bytes) {
            Ok(read) => qualified.push((document, read)),
            Err(error) => {
                let message = format!("{} cannot be read: {error}", document.shown());
                judgement.found("qualification-malformed", document.entry(), message, NEXT);
            }
        }
    }
    qualified
}

fn judge_recorder(
    signed: &Signed<Provenance>,
    qualified: &Qualified<'_>,
    evidence: &Evidence<'_>,
    judgement: &mut Judgement,
) {
    let builder = &signed.statement.predicate.run_details.builder;
    let about = signed.entry.as_str();
    if builder.version.is_empty() {
        let message = "provenance names no version of the recorder";
        judgement.found("tool-not-recorded", about, message, "Record the release again with batchseal");
    }
    for (name, version) in &builder.version {
        let own = |named: &&crate::model::statement::ResourceDescriptor| named.name.as_ref() == Some(name);
        let digest = builder.builder_dependencies.iter().find(own).and_then(|own| own.digest.get("sha256"));
        let sha256 = digest.and_then(|hex| Sha256Digest::parse_hex(hex).ok());
        judge(&Used { about, name, version, sha256 }, qualified, evidence, judgement);
    }
}

/// One of the documents must cover the tool; where several speak of it, one is enough.
fn judge(used: &Used<'_>, qualified: &Qualified<'_>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let mut nearest: Option<(&Controlled<'_>, Difference)> = None;
    for (document, qualification) in qualified {
        let Some(difference) = difference(used, qualification, evidence) else {
            let shows = format!("{} {} is qualified until {}", used.name, used.version, qualification.expires_on);
            judgement.saw(used.about, format!("{shows} by {}", document.shown_with_approval()));
            return;
        };
        if nearest.as_ref().is_none_or(|(_, before)| difference.rank > before.rank) {
            nearest = Some((document, difference));
        }
    }
    // That no document could be read has its findings already.
    if let Some((document, Difference { code, message, .. })) = nearest {
        judgement.found(code, used.about, format!("{message} ({})", document.shown()), NEXT);
    }
}

/// Why a qualification is not this tool's; the higher the rank, the nearer it is.
struct Difference {
    rank: u8,
    code: &'static str,
    message: String,
}

fn difference(used: &Used<'_>, qualification: &ToolQualification, evidence: &Evidence<'_>) -> Option<Difference> {
    let ToolQualification { tool, version, binaries, qualified_on, expires_on, report, .. } = qualification;
    let other = |rank, code, message| Some(Difference { rank, code, message });
    if tool != used.name {
        return other(0, "tool-not-qualified", format!("tool is {} (expected {tool})", used.name));
    }
    if version != used.version {
        let message = format!("{tool} is version {} (expected {version})", used.version);
        return other(1, "tool-version-differs", message);
    }
    match used.sha256 {
        _ if binaries.is_empty() => {}
        Some(sha256) if binaries.iter().any(|binary| binary.sha256 == sha256) => {}
        Some(sha256) => {
            let message = format!("binary of {tool} has {sha256} (expected one of {} qualified)", binaries.len());
            return other(2, "tool-digest-differs", message);
        }
        None => {
            let message =
                format!("the digest of {tool} is not recorded (expected one of {} qualified)", binaries.len());
            return other(2, "tool-digest-unknown", message);
        }
    }
    if qualification.result != QualificationResult::Passed {
        return other(3, "qualification-failed", format!("{report} says that the qualification failed"));
    }
    let latest = documents::judging_day(evidence);
    if *qualified_on > latest {
        let message = format!("{report} says that it ended on {qualified_on} (expected {latest} or earlier)");
        return other(3, "qualified-in-future", message);
    }
    // What is not dated is judged as on the day of judging: nobody knows when the tool was used.
    match evidence.days.iter().find(|day| *day > expires_on) {
        Some(day) => other(3, "qualification-expired", format!("{report} counted until {expires_on} (got {day})")),
        None => None,
    }
}
