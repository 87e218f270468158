//! RG-39: events happened in the permitted order.
//!
//! Record and seal are dated by stamps and logs; people's own times must lie between them. Readings of
//! ordinary clocks alone count only where the verifier's trust file says `[unsafe] no-trusted-time`. Compared
//! in UTC with the trust file's allowance.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, ReleaseEvidence};
use crate::gate::judgement::Judgement;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::result::CheckResult;
use crate::model::seal::SEAL_ENTRY;
use crate::model::time::Timestamp;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(39),
    slug: "times-in-order",
    title: "Events happened in the permitted order",
    clauses: &["iso13485.8.2.6", "cfr11.10e", "cfr11.10f"],
    severity: Severity::Block,
    release_only: true,
    page: include_str!("../../../docs/checks/RG-39-times-in-order.md"),
};

/// RG-39.
#[derive(Debug)]
pub struct TimesInOrder;

impl Check for TimesInOrder {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let Some(release) = &evidence.release else {
            return Outcome::Inconclusive { reason: "there is no signed record with a time".to_owned() };
        };
        let mut judgement = Judgement::default();
        judge_trusted_time(evidence, &mut judgement);
        let order = Order { skew: evidence.trust.skew_seconds.max(0) };
        let recorded =
            Event::new(RECORD_ENTRY, release.record.origin().time().unwrap_or(release.record.predicate.created_at));
        for signed in judgement.provenance_of(evidence) {
            let built = Event::new(signed.entry.as_str(), signed.statement.predicate.run_details.metadata.finished_on);
            order.judge(&built, &recorded, &mut judgement);
        }
        judge_people(release, &recorded, order, &mut judgement);
        judgement.conclude()
    }
}

/// The record must be dated by others than its signer, or the trust file makes clock readings count.
fn judge_trusted_time(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let times = evidence.release.iter().flat_map(|release| &release.record.origin().times);
    let sources: Vec<String> =
        times.map(|time| format!("{} by {} {}", time.time, time.source.as_str(), time.anchor)).collect();
    if !sources.is_empty() {
        judgement.saw(RECORD_SIGNED_ENTRY, format!("is dated {}", sources.join(", ")));
    } else if evidence.trust.unsafe_settings.no_trusted_time {
        judgement.saw("trust file", "clock readings are believed by [unsafe] no-trusted-time");
    } else {
        judgement.found(
            "no-trusted-time",
            RECORD_SIGNED_ENTRY,
            "there is no trusted time (got clock readings, expected stamps)",
            "Sign with a timestamp authority ([signing] in batchseal.toml), or set `[unsafe] no-trusted-time = true` in the trust file",
        );
    }
}

/// Record ≤ each approval ≤ the authoriser's ≤ the seal.
fn judge_people(release: &ReleaseEvidence<'_>, recorded: &Event, order: Order, judgement: &mut Judgement) {
    let sealed = Event::new("release gate", release.now);
    order.judge(recorded, &sealed, judgement);
    let events = || {
        release.approvals.iter().map(|(entry, approval)| {
            (approval.predicate.role.is_authoriser(), Event::new(entry.as_str(), approval.predicate.signed_at))
        })
    };
    for (_, signed) in events() {
        order.judge(recorded, &signed, judgement);
        order.judge(&signed, &sealed, judgement);
    }
    for (entry, approval) in &release.approvals {
        let Some(time) = approval.origin().time() else { continue };
        let stamped = Event::new(&format!("stamp over {entry}"), time);
        order.judge(&Event::new(entry.as_str(), approval.predicate.signed_at), &stamped, judgement);
        order.judge(recorded, &stamped, judgement);
        order.judge(&stamped, &sealed, judgement);
    }
    for withdrawn in &release.withdrawn {
        let taken_back = Event::new(withdrawn.withdrawal_entry.as_str(), withdrawn.withdrawal.predicate.signed_at);
        let signed = Event::new(withdrawn.entry.as_str(), withdrawn.approval.predicate.signed_at);
        order.judge(recorded, &signed, judgement);
        order.judge(&signed, &taken_back, judgement);
        order.judge(&taken_back, &sealed, judgement);
        for (_, last) in events().filter(|(authoriser, _)| *authoriser) {
            order.judge(&taken_back, &last, judgement);
        }
    }
    for (_, last) in events().filter(|(authoriser, _)| *authoriser) {
        for (_, other) in events().filter(|(authoriser, _)| !*authoriser) {
            order.judge(&other, &last, judgement);
        }
    }
    if let Some(seal) = release.seal {
        order.judge(&sealed, &Event::new(SEAL_ENTRY, seal.predicate.sealed_at), judgement);
    }
}

/// Something that happened, and when.
struct Event {
    name: String,
    at: Timestamp,
}

impl Event {
    fn new(name: &str, at: Timestamp) -> Self {
        Self { name: name.to_owned(), at }
    }
}

/// Comparison of two clocks.
#[derive(Clone, Copy)]
struct Order {
    skew: i64,
}

impl Order {
    fn judge(self, first: &Event, then: &Event, judgement: &mut Judgement) {
        let late = first.at.seconds_since(then.at);
        if late > self.skew {
            let message = format!(
                "happened at {}, {late} s before {} at {} (expected after it; allowance {} s)",
                then.at, first.name, first.at, self.skew
            );
            judgement.found("out-of-order", &then.name, message, "Set the clocks and repeat the step");
        } else {
            judgement.saw(&then.name, format!("{} is not before {} at {}", then.at, first.name, first.at));
        }
    }
}
