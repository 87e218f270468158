//! Step 6: trusted time, or the verifier's leave to do without.

use crate::attestation::verified::{Origin, Verified};
use crate::evidence::candidate::Candidate;
use crate::evidence::judgement::Problem;
use crate::model::record::RECORD_SIGNED_ENTRY;
use crate::model::seal::{SEAL_ENTRY, Seal};
use crate::model::statement::Statement;
use crate::model::time::Timestamp;

use super::Notebook;

/// Step 6. Record and seal must be dated by others than their signers, in this order, and what they assert
/// must not be later than that.
pub(super) fn step_time(
    candidate: &Candidate<'_>,
    seal: Option<&Verified<Statement<Seal>>>,
    day: &str,
    notebook: &mut Notebook,
) {
    let title = "time is trusted";
    let Some(seal) = seal else {
        let sentence = "without a verified seal nothing says when the batch was sealed";
        notebook.step(title, Vec::new(), vec![Problem::new("no-trusted-time", SEAL_ENTRY, sentence)]);
        return;
    };
    let (mut held, mut problems) = (Vec::new(), Vec::new());
    let skew = candidate.trust.skew_seconds.max(0);
    let record = &candidate.record;
    let events = [
        (RECORD_SIGNED_ENTRY, "recorded", record.origin(), record.predicate.created_at),
        (SEAL_ENTRY, "sealed", seal.origin(), seal.predicate.sealed_at),
    ];
    for (entry, verb, origin, asserted) in events {
        match origin.time() {
            Some(time) => {
                held.push(format!("{verb} at {time}, as {} says", sources(origin)));
                problems.extend(later(entry, asserted, time, skew));
                problems.extend(to_come(entry, time, skew, day));
            }
            None if candidate.trust.unsafe_settings.no_trusted_time => held.push(format!(
                "no trusted time: {verb} at {asserted} as the pipeline asserts; allowed by [unsafe] no-trusted-time"
            )),
            None => problems.push(Problem::new(
                "no-trusted-time",
                entry,
                format!("{entry} carries no stamp, so the time in it cannot be trusted"),
            )),
        }
    }
    if let (Some(recorded), Some(sealed)) = (record.origin().time(), seal.origin().time())
        && recorded.seconds_since(sealed) > skew
    {
        let sentence = format!("the record is dated {recorded}, after the seal at {sealed}");
        problems.push(Problem::new("sealed-before-recorded", SEAL_ENTRY, sentence));
    }
    notebook.step(title, held, problems);
}

/// A statement that claims to be made after somebody saw its signature.
fn later(entry: &str, asserted: Timestamp, time: Timestamp, skew: i64) -> Option<Problem> {
    (asserted.seconds_since(time) > skew).then(|| {
        let sentence = format!("{entry} says {asserted}, which is later than its trusted time {time}");
        Problem::new("asserted-after-trusted-time", entry, sentence)
    })
}

/// A time that has not come yet on the day asked about: one of the two clocks is wrong.
fn to_come(entry: &str, time: Timestamp, skew: i64, day: &str) -> Option<Problem> {
    time.is_after_day(day, skew).then(|| {
        let sentence = format!("the trusted time of {entry} is {time}, and it is judged on {day}");
        Problem::new("dated-in-the-future", entry, sentence)
    })
}

fn sources(origin: &Origin) -> String {
    let each: Vec<String> =
        origin.times.iter().map(|time| format!("{} {}", time.source.as_str(), time.anchor)).collect();
    each.join(" and ")
}
