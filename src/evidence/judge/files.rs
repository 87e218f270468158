//! Steps 10 and 11: the files beside the bundle, and the ledger of earlier releases.

use std::collections::BTreeMap;

use crate::evidence::difference::compare;
use crate::evidence::judgement::Problem;
use crate::model::digest::Sha256Digest;
use crate::model::name::Version;
use crate::model::record::{ArtifactRecord, PreviousRelease, Record};

use super::{Files, Notebook};

/// Step 10.
pub(super) fn step_files(artifacts: &[ArtifactRecord], files: Files, notebook: &mut Notebook) {
    let title = "files are the products of this batch";
    let (ships, withheld): (Vec<_>, Vec<_>) = artifacts.iter().partition(|one| one.ships());
    let expected: BTreeMap<String, Sha256Digest> =
        ships.iter().map(|artifact| (artifact.name.to_string(), artifact.sha256)).collect();
    let (mut given, partial) = match files {
        Files::BundleOnly => {
            notebook.step(title, vec!["not judged: --bundle-only".to_owned()], Vec::new());
            return;
        }
        Files::Whole(given) => (given, false),
        Files::Partial(given) => (given, true),
    };
    let kept_back: Vec<Problem> = withheld.into_iter().filter_map(|one| is_given(one, &mut given)).collect();
    let problems: Vec<Problem> = compare(&expected, &given)
        .iter()
        .filter(|difference| !(partial && difference.code() == "missing"))
        .map(|difference| difference.problem("artifact", "the record"))
        .chain(kept_back)
        .chain((given.is_empty()).then(|| Problem::new("missing", "files", "no file was given to judge")))
        .collect();
    let mut held = vec![format!("{} of {} products given", given.len(), expected.len())];
    if partial && given.len() < expected.len() {
        held.push("the others were not judged: --partial".to_owned());
    }
    notebook.step(title, held, problems);
}

/// A file that the record holds back or scraps is none of the products.
fn is_given(artifact: &ArtifactRecord, given: &mut BTreeMap<String, Sha256Digest>) -> Option<Problem> {
    given.remove(artifact.name.as_str())?;
    let sentence = format!(
        "{} does not ship: the record gives it the disposition {}",
        artifact.name,
        artifact.disposition().as_str()
    );
    Some(Problem::new("withheld", artifact.name.as_str(), sentence))
}

/// Step 11.
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
    for other in previous.iter().filter(|earlier| earlier.device != batch.device.name) {
        let sentence = format!("the earlier release given is of {}, not of {}", other.device, batch.device.name);
        problems.push(Problem::new("previous-of-other-device", other.device.as_str(), sentence));
    }
    for earlier in previous.iter().filter(|earlier| earlier.device == batch.device.name) {
        if is_newer(&earlier.version, &batch.version) {
            let sentence = format!("this is a rollback: {} {} was released before it", earlier.device, earlier.version);
            problems.push(Problem::new("rollback", earlier.version.as_str(), sentence));
        }
        if record.first_release {
            let sentence =
                format!("the record claims a first release, and {} {} was given", earlier.device, earlier.version);
            problems.push(Problem::new("not-first-release", earlier.version.as_str(), sentence));
        }
        if earlier.version.file_part() == batch.version.file_part()
            && digests(&earlier.artifacts) != digests(&record.artifacts)
        {
            let sentence = format!("version {} was sealed before with other products", earlier.version);
            problems.push(Problem::new("version-reused", earlier.version.as_str(), sentence));
        }
    }
    notebook.step(title, vec![format!("{} earlier releases looked at", previous.len())], problems);
}

/// Whether one version is newer than another by Semantic Versioning 2.0.0; versions of other forms
/// have no order.
fn is_newer(one: &Version, other: &Version) -> bool {
    match (semver::Version::parse(one.as_str()), semver::Version::parse(other.as_str())) {
        (Ok(one), Ok(other)) => one.cmp_precedence(&other).is_gt(),
        _ => false,
    }
}

fn digests(artifacts: &[ArtifactRecord]) -> BTreeMap<String, Sha256Digest> {
    artifacts.iter().map(|artifact| (artifact.name.to_string(), artifact.sha256)).collect()
}

#[cfg(test)]
mod tests {
    use super::{ArtifactRecord, BTreeMap, Sha256Digest, Version, is_given, is_newer};
    use crate::model::name::ArtifactName;
    use crate::model::record::Disposition;

    #[test]
    fn a_file_that_is_kept_back_is_none_of_the_products() {
        let name = ArtifactName::parse("pump-arm").expect("name");
        let digest = Sha256Digest::of(b"arm");
        let held = ArtifactRecord { disposition: Some(Disposition::Hold), ..ArtifactRecord::new(name, digest, 3) };
        let mut given = BTreeMap::from([("pump-arm".to_owned(), digest), ("pump".to_owned(), digest)]);
        let problem = is_given(&held, &mut given).expect("it was given");
        assert!(problem.sentence.contains("disposition hold"), "{}", problem.sentence);
        assert_eq!((given.len(), is_given(&held, &mut given)), (1, None));
    }

    #[test]
    fn orders_versions_by_semantic_versioning() {
        let newer = |one: &str, other: &str| {
            is_newer(&Version::parse(one).expect("one"), &Version::parse(other).expect("other"))
        };
        assert!(newer("1.10.0", "1.9.0") && newer("1.0.0", "1.0.0-rc.1"));
        assert!(!newer("1.0.0", "1.0.0") && !newer("1.0.0+a", "1.0.0+b") && !newer("0.9.0", "1.0.0"));
        assert!(!newer("build-7", "1.0.0"));
    }
}
