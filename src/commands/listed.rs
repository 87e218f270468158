//! What the policy's `evidence.toml` lists, as something to take in.

use std::path::{Path, PathBuf};

use crate::adapters::files;
use crate::intake::document::DocumentIdentity;
use crate::intake::junit::RunFacts;
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
        return Ok(EvidenceList { tests: Vec::new(), documents: Vec::new() });
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
    let documents = list
        .documents
        .iter()
        .map(|document| Intake::Document(session::in_tree(root, Path::new(&document.file)), identity(document)));
    intakes.extend(documents);
    Ok(intakes)
}

/// Paths of the listed reports and of the listed documents, relative to the repository root.
#[must_use]
pub fn paths(list: &EvidenceList) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let reports = list.tests.iter().map(|tests| PathBuf::from(&tests.file)).collect();
    (reports, list.documents.iter().map(|document| PathBuf::from(&document.file)).collect())
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
