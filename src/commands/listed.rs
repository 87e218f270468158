//! What the policy's `evidence.toml` lists, as something to take in.

use std::path::{Path, PathBuf};

use crate::adapters::files;
use crate::intake::document::DocumentIdentity;
use crate::intake::junit::RunFacts;
use crate::intake::scan::Stated;
use crate::policy::error::FileKind;
use crate::policy::evidence::{EvidenceList, ListedDocument, ListedTests};
use crate::policy::release::Policy;

use super::attest::{Intake, unusable_facts};
use super::failure::{Failure, input, usage};
use super::session;

/// The list that the policy names, or an empty one.
///
/// # Errors
/// [`Failure`] with exit 3 for a file that cannot be read, 2 for one that is malformed.
pub fn listed(policy: &Policy, root: &Path) -> Result<EvidenceList, Failure> {
    let Some(path) = &policy.release.evidence else {
        return Ok(EvidenceList::empty());
    };
    let limit = FileKind::Evidence.max_bytes() as u64;
    let bytes = files::read(&session::in_tree(root, Path::new(path)), limit).map_err(input)?;
    EvidenceList::parse(&bytes, path).map_err(usage)
}

/// Everything on the list, with paths below `root`.
///
/// # Errors
/// [`Failure`] with exit 2 for an executor that cannot stand in a statement.
pub fn intakes(list: &EvidenceList, root: &Path) -> Result<Vec<Intake>, Failure> {
    let report = |tests: &ListedTests| {
        let facts = RunFacts::new(tests.suite.as_deref(), tests.executor.as_deref()).map_err(unusable_facts)?;
        Ok(Intake::Junit(session::in_tree(root, Path::new(&tests.file)), facts))
    };
    let mut intakes = list.tests.iter().map(report).collect::<Result<Vec<_>, Failure>>()?;
    let in_tree = |path: &String| session::in_tree(root, Path::new(path));
    intakes.extend(list.scans.iter().map(|path| Intake::Scan(in_tree(path), Stated::default())));
    intakes.extend(list.sarif.iter().map(|path| Intake::Sarif(in_tree(path))));
    intakes.extend(list.coverage.iter().map(|path| Intake::Coverage(in_tree(path))));
    let documents = list.documents.iter().map(|document| Intake::Document(in_tree(&document.file), identity(document)));
    intakes.extend(documents);
    Ok(intakes)
}

/// Paths of the reports that the build may write, and of the documents that must be there before it, relative to the repository root.
#[must_use]
pub fn paths(list: &EvidenceList) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let tests = list.tests.iter().map(|tests| &tests.file);
    let others = list.scans.iter().chain(&list.sarif).chain(&list.coverage);
    (
        tests.chain(others).map(PathBuf::from).collect(),
        list.documents.iter().map(|document| PathBuf::from(&document.file)).collect(),
    )
}

fn identity(document: &ListedDocument) -> DocumentIdentity {
    DocumentIdentity {
        kind: document.kind.clone(),
        id: document.id.clone(),
        revision: document.revision.clone(),
        approver: document.approver.clone(),
        approved_on: document.approved_on.clone(),
        covers_version: document.covers.clone(),
    }
}
