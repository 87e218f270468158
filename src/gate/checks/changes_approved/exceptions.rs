//! Commits that a controlled document excepts from change control.

use std::collections::BTreeMap;

use crate::gate::documents;
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::intake::change_exceptions::{self, ChangeException, KIND};
use crate::model::digest::GitId;
use crate::model::outcome::{EvidenceRef, Finding};
use crate::provenance::commit_message::NamedPerson;
use crate::provenance::history::ListedCommit;

const NEXT: &str = "Correct the document of kind change-exceptions (commit,reason,approved-by), approve it for this \
                    version and make a new candidate";

/// What the documents say, by commit.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    by_commit: BTreeMap<GitId, Excepted>,
}

/// An exception with the document that makes it.
#[derive(Debug)]
pub(super) struct Excepted {
    exception: ChangeException,
    document: String,
}

impl Exceptions {
    /// Reads the documents of this version; where none is taken in, nothing is excepted.
    pub(super) fn of(evidence: &Evidence<'_>, judgement: &mut Judgement) -> Self {
        let mut exceptions = Self::default();
        if !evidence.documents.iter().any(|signed| signed.statement.predicate.kind == KIND) {
            return exceptions;
        }
        for document in documents::current(evidence, KIND, judgement, NEXT) {
            match change_exceptions::read(document.entry().as_str(), document.bytes) {
                Ok(read) => {
                    let excepted =
                        |exception: ChangeException| Excepted { exception, document: document.shown_with_approval() };
                    let each = read.into_iter().map(|one| (one.commit.clone(), excepted(one)));
                    exceptions.by_commit.extend(each);
                }
                Err(error) => {
                    judgement.found("exceptions-malformed", document.entry(), error.to_string(), NEXT);
                }
            }
        }
        exceptions
    }

    /// The exception of a commit.
    pub(super) fn of_commit(&self, id: &GitId) -> Option<&Excepted> {
        self.by_commit.get(id)
    }
}

impl Excepted {
    /// Nobody excepts a commit of one's own.
    pub(super) fn refusal(&self, commit: &ListedCommit) -> Option<Finding> {
        let approver = NamedPerson::parse(&self.exception.approved_by);
        let author = NamedPerson::of(&commit.header.author);
        approver.is_none_or(|approver| approver.may_be(&author)).then(|| {
            let message = format!("exception of the commit is approved by its author, {}", self.exception.approved_by);
            Finding::new("exception-by-author", commit.id.as_str(), message, NEXT)
        })
    }

    /// For a person to judge.
    pub(super) fn shown(&self, commit: &ListedCommit) -> EvidenceRef {
        let ChangeException { reason, approved_by, .. } = &self.exception;
        let (subject, author) = (commit.subject(), &commit.header.author.name);
        let shows = format!("{subject:?} by {author}: {reason} (approved by {approved_by}, {})", self.document);
        EvidenceRef::new(commit.id.as_str(), shows)
    }
}
