//! Values of the judgement that `verify --format json` prints.

use batchseal::attestation::sigstore::{TimeSource, TrustedTime, VerifiedStep};
use batchseal::evidence::judgement::{
    Answer, JUDGEMENT_SCHEMA, Judgement, PersonSignature, Problem, Step, TrustIdentity, VerifiedSignature,
    WithdrawnSignature,
};

use super::{approval, approval_withdrawal, batch, every, record, result, sha256, time};

fn person(approval: &batchseal::model::approval::Approval) -> PersonSignature {
    PersonSignature {
        name: approval.printed_name.clone(),
        role: approval.role.clone(),
        deputy_for: approval.deputy_for.clone(),
        decision: approval.decision,
        meaning: approval.meaning.clone(),
        reason: approval.reason.clone(),
        signed_at: approval.signed_at,
        stamped_at: approval.reason.is_none().then(|| time("2026-11-23T14:32:09Z")),
        authentication: approval.authentication,
        entry: "approvals/02-authoriser.json".to_owned(),
    }
}

fn withdrawal() -> WithdrawnSignature {
    let said = approval_withdrawal::full();
    WithdrawnSignature {
        name: said.printed_name,
        role: said.role,
        reason: said.reason,
        signed_at: said.signed_at,
        approval: "approvals/01-reviewer.json".to_owned(),
        entry: "approvals/01-reviewer.withdrawal.json".to_owned(),
    }
}

fn signature() -> VerifiedSignature {
    let stamp = TrustedTime {
        time: time("2026-11-23T14:40:02Z"),
        source: TimeSource::Stamp,
        anchor: "Company TSA".to_owned(),
        until: Some(time("2036-11-22T12:00:00Z")),
    };
    let at = Some(stamp.time);
    VerifiedSignature {
        entry: "seal.sigstore.json".to_owned(),
        signer: "release pipeline".to_owned(),
        times: vec![stamp.clone(), TrustedTime { source: TimeSource::Log, until: None, ..stamp }],
        steps: vec![
            VerifiedStep { what: "envelope's signature verifies", anchor: "key of the pipeline".to_owned(), at: None },
            VerifiedStep { what: "signature is dated by a stamp", anchor: "Company TSA".to_owned(), at },
        ],
    }
}

/// A release that verifies; the example of the page.
pub fn passed() -> Judgement {
    Judgement {
        schema_version: JUDGEMENT_SCHEMA,
        answer: Answer::Passed,
        sentence: "Evidence present: infusion-pump-controller 1.4.0 was released for production; Release Manager \
                   (example) authorised release at 2026-11-23T15:32:07+01:00."
            .to_owned(),
        bundle_sha256: sha256("infusion-pump-controller-1.4.0.evidence.zip"),
        batch: Some(batch::full()),
        artifacts: vec![record::artifact()],
        steps: vec![Step {
            number: 1,
            title: "container is complete",
            held: vec!["24 entries in canonical form".to_owned()],
            problems: Vec::new(),
        }],
        checks: result::release().checks,
        people: vec![person(&approval::full())],
        withdrawals: vec![withdrawal()],
        signatures: vec![signature()],
        good_until: Some(time("2036-11-22T12:00:00Z")),
        unsafe_settings: vec!["no-trusted-time".to_owned()],
        trust: TrustIdentity { sha256: Some(sha256("trust.toml")), serial: Some(3) },
        not_judged: vec!["rollback: no earlier release was given (--previous)".to_owned()],
    }
}

/// A bundle that breaks off at the first step.
fn failed() -> Judgement {
    Judgement {
        answer: Answer::Failed,
        batch: None,
        artifacts: Vec::new(),
        steps: vec![Step {
            number: 2,
            title: "seal verifies and covers every entry",
            held: Vec::new(),
            problems: vec![Problem::new("missing", "seal.sigstore.json", "entry seal.sigstore.json is missing")],
        }],
        checks: Vec::new(),
        people: Vec::new(),
        withdrawals: Vec::new(),
        signatures: Vec::new(),
        good_until: None,
        trust: TrustIdentity { sha256: None, serial: None },
        ..passed()
    }
}

pub fn all() -> Vec<Judgement> {
    let mut all = vec![passed(), failed()];
    all.extend(every!(Answer: Passed, Failed, Rejected, Withdrawn).map(|answer| Judgement { answer, ..passed() }));
    all.extend(batch::all().into_iter().map(|batch| Judgement { batch: Some(batch), ..passed() }));
    all.extend(result::all().into_iter().map(|result| Judgement { checks: result.checks, ..passed() }));
    all.push(Judgement { people: approval::all().iter().map(person).collect(), ..passed() });
    all.extend(record::all().into_iter().map(|record| Judgement { artifacts: record.artifacts, ..passed() }));
    all
}
