//! Steps 9 and 10: the files beside the bundle, and the ledger of earlier releases.

use std::collections::BTreeMap;

use crate::evidence::difference::compare;
use crate::evidence::judgement::Problem;
use crate::model::digest::Sha256Digest;
use crate::model::record::{ArtifactRecord, PreviousRelease, Record};

use super::{Files, Notebook};

/// Step 9.
pub(super) fn step_files(artifacts: &[ArtifactRecord], files: Files, notebook: &mut Notebook) {
    let title = "files are the products of this batch";
    let expected: BTreeMap<String, Sha256Digest> =
        artifacts.iter().map(|artifact| (artifact.name.to_string(), artifact.sha256)).collect();
    let (given, partial) = match files {
        Files::BundleOnly => {
            notebook.step(title, vec!["not judged: --bundle-only".to_owned()], Vec::new());
            return;
        }
        Files::Whole(given) => (given, false),
        Files::Partial(given) => (given, true),
    };
    let problems: Vec<Problem> = compare(&expected, &given)
        .iter()
        .filter(|difference| !(partial && difference.code() == "missing"))
        .map(|difference| {
            Problem::new(difference.code(), difference.about(), difference.sentence("artifact", "the record"))
        })
        .chain((given.is_empty()).then(|| Problem::new("missing", "files", "no file was given to judge")))
        .collect();
    let mut held = vec![format!("{} of {} products given", given.len(), expected.len())];
    if partial && given.len() < expected.len() {
        held.push("the others were not judged: --partial".to_owned());
    }
    notebook.step(title, held, problems);
}

/// Step 10.
pub(super) fn step_ledger(record: &Record, previous: Option<Vec<PreviousRelease>>, notebook: &mut Notebook) {
    let title = "version was never released with other products";
    let Some(previous) = previous else {
        notebook.step(
            title,
            vec!["rollback not judged: no earlier release was given (--previous)".to_owned()],
            Vec::new(),
        );
        return;
    };
    let batch = &record.batch;
    let mut problems = Vec::new();
    for earlier in previous.iter().filter(|earlier| earlier.device == batch.device.name) {
        if record.first_release {
            let sentence =
                format!("the record claims a first release, and {} {} was given", earlier.device, earlier.version);
            problems.push(Problem::new("not-first-release", earlier.version.as_str(), sentence));
        }
        if earlier.version == batch.version && digests(&earlier.artifacts) != digests(&record.artifacts) {
            let sentence = format!("version {} was sealed before with other products", earlier.version);
            problems.push(Problem::new("version-reused", earlier.version.as_str(), sentence));
        }
    }
    notebook.step(title, vec![format!("{} earlier releases looked at", previous.len())], problems);
}

fn digests(artifacts: &[ArtifactRecord]) -> BTreeMap<String, Sha256Digest> {
    artifacts.iter().map(|artifact| (artifact.name.to_string(), artifact.sha256)).collect()
}
