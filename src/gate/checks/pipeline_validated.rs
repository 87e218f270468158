//! RG-09: the pipeline is the one that was validated.
//!
//! A controlled document is compared with the tree of the commit, and with command, tools and machine of the
//! provenance. A person decides about differences.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::gate::source::listing_of;
use crate::intake::pipeline_validation::{self, KIND, PipelineValidation};
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::provenance::BUILD_RECORDED;
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::provenance::tree::TreeListing;

mod differences;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(9),
    slug: "pipeline-validated",
    title: "The pipeline is the one that was validated",
    clauses: &["iso13485.4.2.4", "iso13485.7.5.6"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-09-pipeline-validated.md"),
};

/// Most differences that a person is shown one by one.
const SHOWN: usize = 100;

const NEXT: &str = "Validate the pipeline, and take the approved record of it in as a document of kind \
                    pipeline-validation";

/// RG-09.
#[derive(Debug)]
pub struct PipelineValidated;

impl Check for PipelineValidated {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let validated = read(evidence, &mut judgement);
        let listing = listing_of(evidence, &mut judgement);
        let provenance = judgement.provenance_of(evidence);
        if !provenance.iter().any(|one| one.statement.predicate.build_definition.build_type == BUILD_RECORDED) {
            let message = "no build was recorded, so no pipeline can be held against its validation";
            judgement.found("no-recorded-build", "provenance", message, "Run the build under `batchseal record`");
        }
        let Some(listing) = listing.filter(|_| !judgement.has_findings()) else { return judgement.conclude() };
        nearest(&validated, evidence, &listing)
    }
}

type Validated<'e> = Vec<(Controlled<'e>, PipelineValidation)>;

fn read<'e>(evidence: &'e Evidence<'_>, judgement: &mut Judgement) -> Validated<'e> {
    let mut validated = Vec::new();
    for document in documents::approved(evidence, KIND, judgement, NEXT) {
        match pipeline_validation::parse(document.bytes) {
            Ok(read) => {
                let latest = documents::judging_day(evidence);
                if read.validated_on > latest {
                    let message = format!(
                        "{} says that it ended on {} (expected {latest} or earlier)",
                        read.report, read.validated_on
                    );
                    judgement.found("validated-in-future", document.entry(), message, NEXT);
                }
                validated.push((document, read));
            }
            Err(error) => {
                let message = format!("{} cannot be read: {error}", document.shown());
                judgement.found("validation-malformed", document.entry(), message, NEXT);
            }
        }
    }
    validated
}

/// The validation with the fewest differences decides; without any difference nobody is asked.
fn nearest(validated: &Validated<'_>, evidence: &Evidence<'_>, listing: &TreeListing) -> Outcome {
    let compared = validated
        .iter()
        .map(|(document, validation)| (document, validation, differences::of(validation, evidence, listing)));
    let Some((document, validation, mut differences)) = compared.min_by_key(|(_, _, found)| found.len()) else {
        return Outcome::Inconclusive { reason: "no validation was there to look at".to_owned() };
    };
    let PipelineValidation { report, validated_on, files, tools, .. } = validation;
    let (files, tools) = (counted(files.len(), "file", "files"), counted(tools.len(), "tool", "tools"));
    let shows = format!(
        "{report} of {validated_on} covers {files}, {tools} and the command ({})",
        document.shown_with_approval()
    );
    let shown = EvidenceRef::new(document.entry().as_str(), shows);
    if differences.is_empty() {
        return Outcome::satisfied([shown]);
    }
    let count = counted(differences.len(), "point", "points");
    let rest = differences.len().saturating_sub(SHOWN);
    differences.truncate(SHOWN);
    if rest > 0 {
        differences.push(EvidenceRef::new(document.entry().as_str(), format!("{rest} more differences")));
    }
    Outcome::NeedsHuman {
        question: format!(
            "The pipeline differs in {count} from the one validated as {report}. Is that validation still good for it?"
        ),
        evidence: std::iter::once(shown).chain(differences).collect(),
    }
}
