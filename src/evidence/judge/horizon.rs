//! Step 7: what dates the evidence still holds on the day asked about, by itself or by renewals.

use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, Enclosed};
use crate::evidence::addenda::{self, Addenda, Dated, Horizon, Renewed, Surroundings};
use crate::evidence::answer::WITHDRAWN;
use crate::evidence::approvals::Approvals;
use crate::evidence::candidate::Candidate;
use crate::evidence::judgement::Problem;
use crate::evidence::notices;
use crate::model::addendum::NoticeKind;
use crate::model::record::RECORD_SIGNED_ENTRY;
use crate::model::seal::{SEAL_ENTRY, Seal};
use crate::model::statement::Statement;
use crate::model::time::Timestamp;

use super::Notebook;

/// Days before the end from which on a renewal is asked for.
const NOTICE_DAYS: i64 = 180;

/// Step 7. Gives the end of the evidence, where it is dated and the end is known.
pub(super) fn step_horizon(
    candidate: &Candidate<'_>,
    approvals: &Approvals,
    seal: Option<&Verified<Statement<Seal>>>,
    around: &Surroundings,
    day: &str,
    notebook: &mut Notebook,
) -> Option<Timestamp> {
    let title = "what was said after sealing, and what dates the evidence still holds";
    let (trust, batch_sha256) = (candidate.trust, candidate.batch_sha256);
    let anchor = Anchor { trust, batch_sha256, batch: Some(&candidate.batch), day, enclosed: Enclosed::No };
    let sealed_at = seal.and_then(|seal| seal.origin().time());
    let Addenda { renewals, notices, mut problems } =
        addenda::collect(around, candidate.artifacts(), sealed_at, anchor);
    let mut held: Vec<String> = renewals.iter().map(renewed).collect();
    for notice in &notices {
        match notice.predicate.kind {
            NoticeKind::Amendment => held.push(notices::amended(notice)),
            NoticeKind::Withdrawal => {
                problems.push(Problem::new(WITHDRAWN, SEAL_ENTRY, notices::withdrawn(notice)));
            }
        }
    }
    // Noon of the day: whoever asks does not ask for the second.
    let Ok(at) = Timestamp::parse(&format!("{day}T12:00:00Z")) else {
        problems.push(Problem::new("no-day", "day", format!("{day} is no day")));
        notebook.step(title, held, problems);
        return None;
    };
    let mut end = Horizon(None);
    for dated in dated(candidate, approvals, seal) {
        let horizon = addenda::horizon(&dated, &renewals);
        if addenda::holds(&dated, &renewals, at) {
            end = end.earlier(horizon);
        } else {
            problems.push(ended(&dated, horizon, day));
        }
    }
    if problems.is_empty() {
        held.extend(until(end, at, seal.is_some_and(|seal| seal.origin().time().is_some())));
    }
    notebook.step(title, held, problems);
    end.0
}

fn renewed(renewal: &Renewed) -> String {
    let times: Vec<String> = renewal.times.iter().map(|time| format!("{} by {}", time.time, time.anchor)).collect();
    format!("renewed by addendum {:02}: {}", renewal.number, times.join(", "))
}

/// Everything whose date counts. Approvals without a stamp are dated by record and seal.
fn dated<'a>(
    candidate: &'a Candidate<'_>,
    approvals: &'a Approvals,
    seal: Option<&'a Verified<Statement<Seal>>>,
) -> Vec<Dated<'a>> {
    let needed = candidate.trust.time_sources;
    let record = (RECORD_SIGNED_ENTRY.to_owned(), &candidate.record.origin().times, needed);
    let seal = seal.map(|seal| (SEAL_ENTRY.to_owned(), &seal.origin().times, needed));
    let approvals = approvals.verified.iter().map(|(entry, approval)| (entry.to_string(), &approval.origin().times, 1));
    let further = candidate
        .countersignatures
        .verified
        .iter()
        .map(|signed| (signed.entry.to_string(), &signed.statement.origin().times, needed));
    std::iter::once(record)
        .chain(further)
        .chain(seal)
        .chain(approvals)
        // What nothing dates was allowed or refused in the step before.
        .filter(|(_, times, _)| !times.is_empty())
        .map(|(what, times, needed)| {
            // Fewer sources than asked for were allowed or refused in the step before.
            let allowed = if candidate.trust.unsafe_settings.no_trusted_time { 1 } else { needed };
            Dated { what, times, needed: allowed }
        })
        .collect()
}

fn ended(dated: &Dated<'_>, horizon: Horizon, day: &str) -> Problem {
    let until = horizon.0.map_or_else(|| "an unknown day".to_owned(), |until| until.in_utc().date());
    let sentence = format!(
        "the stamp over {} was good until {until} and was not renewed in time, so nothing dates it on {day}",
        dated.what
    );
    Problem::new("stamp-ended", dated.what.as_str(), sentence)
}

fn until(end: Horizon, at: Timestamp, dated: bool) -> Vec<String> {
    match end.0 {
        None if dated => vec!["no end is known: a Sigstore instance of the trust file dates it".to_owned()],
        None => vec!["nothing dates it, as the step before says".to_owned()],
        Some(end) => {
            let mut words = vec![format!("good until {}", end.in_utc().date())];
            if end.seconds_since(at) < NOTICE_DAYS * 86_400 {
                words.push("RENEW SOON: make an archive stamp with `batchseal renew` before that day".to_owned());
            }
            words
        }
    }
}
