//! RG-30: every change since the last release was approved.
//!
//! The ids of `git/commits.txt` are computed again and its parents are walked from the batch's commit, so that no
//! commit can be left out. What a message says of change and reviewer is the word of whoever made the commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, PreviousReleases};
use crate::gate::judgement::{Judgement, shortened};
use crate::gate::source::COMMITS_ENTRY;
use crate::model::digest::GitId;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::policy::pipeline::ChangesPolicy;
use crate::provenance::commit_message::{NamedPerson, Trailers};
use crate::provenance::history::{History, HistoryError, ListedCommit, Since};

mod coverage;
mod exceptions;

use coverage::Coverage;
use exceptions::Exceptions;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(30),
    slug: "changes-approved",
    title: "Every change since the last release was approved",
    clauses: &["cfr820.10c", "iso13485.7.3.9", "iec62304.8.2.1", "iec62304.8.2.4"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-30-changes-approved.md"),
};

/// Most changes that a result lists.
const SHOWN: usize = 100;

const RECORD_AGAIN: &str =
    "Record the release again from a full clone, with the earlier sealed bundles given by `--previous`";
const NAME_IT: &str = "Name change and reviewer in the message of the commit, or of the merge that brings it in; \
                       for a commit that stands already, list it in a document of kind change-exceptions";

/// RG-30.
#[derive(Debug)]
pub struct ChangesApproved;

impl Check for ChangesApproved {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let history = match history(evidence) {
            Ok(history) => history,
            Err(finding) => return Outcome::violated(finding),
        };
        let bases = bases(evidence);
        let since = history.since(&evidence.batch.commit, &bases);
        let gaps = gaps(&history, &since);
        if !gaps.is_empty() {
            return Outcome::Violated { findings: shortened(gaps, COMMITS_ENTRY) };
        }
        let brought = Brought::of(&history, &since, &evidence.policy.gate.changes);
        if evidence.previous == PreviousReleases::FirstRelease && bases.is_empty() && brought.names_nothing() {
            return brought.first_release();
        }
        judge(&brought, evidence, &bases)
    }
}

fn history(evidence: &Evidence<'_>) -> Result<History, Finding> {
    let Some(bytes) = evidence.git.commits else {
        let message = "the commits since the last release are not there";
        return Err(Finding::new("history-missing", COMMITS_ENTRY, message, RECORD_AGAIN));
    };
    History::parse(bytes).map_err(|error| {
        let code = match error {
            HistoryError::OtherId { .. } => "commit-id-differs",
            _ => "history-malformed",
        };
        Finding::new(code, COMMITS_ENTRY, error.to_string(), RECORD_AGAIN)
    })
}

/// Commits whose history counts as approved: those of earlier releases, and the policy's baseline.
fn bases(evidence: &Evidence<'_>) -> Vec<GitId> {
    let mut bases: Vec<GitId> = evidence.policy.gate.changes.since.iter().cloned().collect();
    if let PreviousReleases::Given(previous) = &evidence.previous {
        bases.extend(previous.iter().filter_map(|release| release.commit.clone()));
    }
    bases
}

/// What keeps the list from being all that the release brings.
fn gaps(history: &History, since: &Since) -> Vec<Finding> {
    let missing = since.missing.iter().map(|(id, child)| {
        let child = child.as_ref().map_or_else(|| "the batch".to_owned(), |child| format!("commit {child}"));
        let message =
            format!("commit {id}, which {child} names, is not listed and not shown to belong to an earlier release");
        Finding::new("history-incomplete", id.as_str(), message, RECORD_AGAIN)
    });
    let unreached = since.unreached.iter().filter_map(|place| history.at(*place)).map(|commit| {
        let message = "commit is listed, and neither the release nor an earlier one leads to it";
        Finding::new("commit-not-reached", commit.id.as_str(), message, RECORD_AGAIN)
    });
    missing.chain(unreached).collect()
}

/// The commits that a release brings, with what their messages say.
struct Brought<'a> {
    history: &'a History,
    fresh: &'a [usize],
    trailers: BTreeMap<usize, Trailers>,
    coverage: Coverage,
    changes: &'a ChangesPolicy,
}

impl<'a> Brought<'a> {
    fn of(history: &'a History, since: &'a Since, changes: &'a ChangesPolicy) -> Self {
        let commits = since.fresh.iter().filter_map(|place| Some((*place, history.at(*place)?)));
        let read = |commit: &ListedCommit| Trailers::of(&commit.message, &changes.trailers, &changes.review_trailers);
        let trailers: BTreeMap<usize, Trailers> = commits.map(|(place, commit)| (place, read(commit))).collect();
        let coverage = Coverage::of(history, &since.fresh, &trailers);
        Self { history, fresh: &since.fresh, trailers, coverage, changes }
    }

    /// Commits that make a change themselves.
    fn changing(&self) -> impl Iterator<Item = (usize, &'a ListedCommit)> {
        let commits = self.fresh.iter().filter_map(|place| Some((*place, self.history.at(*place)?)));
        commits.filter(|(_, commit)| !commit.is_merge())
    }

    fn names_nothing(&self) -> bool {
        !self.fresh.is_empty() && self.trailers.values().all(Trailers::is_empty)
    }

    /// A project that begins with this asks a person once, instead of rewriting its history.
    fn first_release(&self) -> Outcome {
        let commits = counted(self.fresh.len(), "commit", "commits");
        let authors: BTreeSet<&str> = self.changing().map(|(_, commit)| commit.header.author.email.as_str()).collect();
        let shows = format!("{commits} by {}", counted(authors.len(), "author", "authors"));
        Outcome::NeedsHuman {
            question: format!(
                "This is the first release, and none of its {commits} names a change or a review. Was everything in it approved?"
            ),
            evidence: vec![EvidenceRef::new(COMMITS_ENTRY, shows)],
        }
    }

    /// What a commit lacks: by its own message, and by those of the merges that brought it in.
    fn lacks(&self, place: usize, commit: &ListedCommit) -> Vec<Finding> {
        let own = self.trailers.get(&place);
        let said: Vec<&Trailers> =
            own.into_iter().chain(self.coverage.merges(place).filter_map(|merge| self.trailers.get(&merge))).collect();
        let mut authors = vec![NamedPerson::of(&commit.header.author)];
        authors.extend(own.into_iter().flat_map(|own| own.co_authors.iter().cloned()));
        let mut reviewers = said.iter().flat_map(|trailers| &trailers.reviewers).peekable();
        let about = |code, message| Finding::new(code, commit.id.as_str(), message, NAME_IT);
        let shown = format!("{:?} by {}", commit.subject(), commit.header.author.name);
        let mut lacks = Vec::new();
        if said.iter().all(|trailers| trailers.changes.is_empty()) {
            let expected = self.changes.trailers.join(", ");
            lacks.push(about("commit-without-change", format!("{shown} names no change (expected one of {expected})")));
        }
        if reviewers.peek().is_none() {
            let expected = self.changes.review_trailers.join(", ");
            let message = format!("{shown} names no reviewer (expected one of {expected})");
            lacks.push(about("commit-without-review", message));
        } else if reviewers.all(|reviewer| authors.iter().any(|author| author.may_be(reviewer))) {
            let message = format!("{shown} was reviewed by its author only (expected another person)");
            lacks.push(about("reviewed-by-author", message));
        }
        lacks
    }

    /// How many commits name each change, and how many there are.
    fn shown(&self, bases: &[GitId]) -> Vec<EvidenceRef> {
        let mut named: BTreeMap<&str, usize> = BTreeMap::new();
        for change in self.trailers.values().flat_map(|trailers| &trailers.changes) {
            *named.entry(change).or_default() += 1;
        }
        let since = match bases {
            [] => "since the beginning".to_owned(),
            bases => format!("since {}", counted(bases.len(), "earlier commit", "earlier commits")),
        };
        let merges = self.fresh.len() - self.changing().count();
        let commits = counted(self.fresh.len(), "commit", "commits");
        let shows = format!(
            "{commits} {since}, {} among them, {}",
            counted(merges, "merge", "merges"),
            counted(named.len(), "change", "changes")
        );
        let rest = named.len().saturating_sub(SHOWN);
        let mut shown = vec![EvidenceRef::new(COMMITS_ENTRY, shows)];
        let count = |count| counted(count, "commit names it", "commits name it");
        shown.extend(named.into_iter().take(SHOWN).map(|(change, times)| EvidenceRef::new(change, count(times))));
        if rest > 0 {
            shown.push(EvidenceRef::new(COMMITS_ENTRY, format!("{rest} more changes")));
        }
        shown
    }
}

fn judge(brought: &Brought<'_>, evidence: &Evidence<'_>, bases: &[GitId]) -> Outcome {
    let mut judgement = Judgement::default();
    let exceptions = Exceptions::of(evidence, &mut judgement);
    let mut findings = judgement.into_findings();
    let mut excepted = Vec::new();
    for (place, commit) in brought.changing() {
        let lacks = brought.lacks(place, commit);
        match exceptions.of_commit(&commit.id).filter(|_| !lacks.is_empty()) {
            Some(exception) => match exception.refusal(commit) {
                Some(refused) => findings.push(refused),
                None => excepted.push(exception.shown(commit)),
            },
            None => findings.extend(lacks),
        }
    }
    if !findings.is_empty() {
        return Outcome::Violated { findings: shortened(findings, COMMITS_ENTRY) };
    }
    let mut shown = brought.shown(bases);
    if excepted.is_empty() {
        return Outcome::satisfied(shown);
    }
    let count = counted(excepted.len(), "commit was", "commits were");
    shown.extend(excepted);
    Outcome::NeedsHuman {
        question: format!("{count} excepted from change control. Are these exceptions acceptable?"),
        evidence: shown,
    }
}
