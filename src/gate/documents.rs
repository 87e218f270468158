//! Controlled documents: verified statements whose bytes are there as signed, and what makes one count for a batch.

use crate::model::digest::Sha256Digest;
use crate::model::document::Document;
use crate::model::name::EntryName;

use super::evidence::{Evidence, Signed};
use super::judgement::Judgement;

/// A verified document with its bytes, whose digest is the signed one.
#[derive(Debug, Clone, Copy)]
pub struct Controlled<'e> {
    /// The statement.
    pub signed: &'e Signed<Document>,
    /// The bytes.
    pub bytes: &'e [u8],
}

impl<'e> Controlled<'e> {
    /// What is stated of it.
    #[must_use]
    pub fn document(&self) -> &'e Document {
        &self.signed.statement.predicate
    }

    /// Entry that holds the bytes.
    #[must_use]
    pub fn entry(&self) -> &'e EntryName {
        &self.document().content.entry
    }

    /// `RMF-0001 revision 3`.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{} revision {}", self.document().document_id, self.document().revision)
    }

    /// `RMF-0001 revision 3, approved by Quality Lead (example) on 2026-11-20`.
    #[must_use]
    pub fn shown_with_approval(&self) -> String {
        match (&self.document().approver, &self.document().approved_on) {
            (Some(by), Some(on)) => format!("{}, approved by {by} on {on}", self.shown()),
            _ => self.shown(),
        }
    }
}

/// Every verified document of a kind, in entry order. One whose bytes are absent or others than signed is a finding.
pub fn of_kind<'e>(evidence: &'e Evidence<'_>, kind: &str, judgement: &mut Judgement) -> Vec<Controlled<'e>> {
    const NEXT: &str = "Make the candidate again, and add or change nothing by hand";
    let mut documents = Vec::new();
    for signed in evidence.documents.iter().filter(|signed| signed.statement.predicate.kind == kind) {
        let content = &signed.statement.predicate.content;
        match evidence.files.get(&content.entry) {
            Some(bytes) if Sha256Digest::of(bytes) == content.sha256 => documents.push(Controlled { signed, bytes }),
            Some(bytes) => {
                let message = format!("document has {} (expected {})", Sha256Digest::of(bytes), content.sha256);
                judgement.found("document-differs", &content.entry, message, NEXT);
            }
            None => {
                let message = "a verified statement names this document, and its bytes are not there";
                judgement.found("document-without-bytes", &content.entry, message, NEXT);
            }
        }
    }
    documents
}

/// The documents of a kind that count for this batch: they cover its version, and somebody approved them, not after the
/// day of judging (one day more, since it may begin earlier where people sign than in UTC). Each other one is a finding, and so is that there is none; `next` says how to supply one.
pub fn current<'e>(
    evidence: &'e Evidence<'_>,
    kind: &str,
    judgement: &mut Judgement,
    next: &str,
) -> Vec<Controlled<'e>> {
    let approved = approved(evidence, kind, judgement, next);
    let version = evidence.batch.version.as_str();
    let (current, others): (Vec<_>, Vec<_>) =
        approved.into_iter().partition(|one| one.document().covers_version.as_deref() == Some(version));
    for other in others {
        let covers = other.document().covers_version.as_deref().unwrap_or("no version");
        let message = format!("{} covers {covers} (expected {version})", other.shown());
        judgement.found("document-of-other-version", other.entry(), message, next);
    }
    current
}

/// As [`current`], whatever version the document covers.
pub fn approved<'e>(
    evidence: &'e Evidence<'_>,
    kind: &str,
    judgement: &mut Judgement,
    next: &str,
) -> Vec<Controlled<'e>> {
    let documents = of_kind(evidence, kind, judgement);
    if !evidence.documents.iter().any(|signed| signed.statement.predicate.kind == kind) {
        let message = format!("there is no verified document of kind {kind} (got 0, expected at least 1)");
        judgement.found("document-missing", kind, message, next);
    }
    documents.into_iter().filter(|one| is_approved(one, evidence, judgement, next)).collect()
}

fn is_approved(one: &Controlled<'_>, evidence: &Evidence<'_>, judgement: &mut Judgement, next: &str) -> bool {
    let (Some(_), Some(on)) = (&one.document().approver, &one.document().approved_on) else {
        let message = format!("{} names no approver and day of approval", one.shown());
        judgement.found("document-not-approved", one.entry(), message, next);
        return false;
    };
    let latest = judging_day(evidence);
    if on.as_str() <= latest.as_str() {
        return true;
    }
    let message = format!("{} says that it was approved on {on} (expected {latest} or earlier)", one.shown());
    judgement.found("document-not-approved", one.entry(), message, next);
    false
}

/// The latest day on which something may have happened that this batch relies on: that of the record's trusted time,
/// else that of judging, and one more since a day may begin earlier where people sign than it does in UTC.
#[must_use]
pub fn judging_day(evidence: &Evidence<'_>) -> String {
    let latest = evidence.days.iter().max().cloned().unwrap_or_default();
    let next = latest.parse::<jiff::civil::Date>().and_then(|day| day.tomorrow());
    next.map(|day| day.to_string()).unwrap_or(latest)
}
