//! Values of approvals.

use batchseal::model::approval::{Answer, AnswerKind, Approval, Authentication, Decision};
use batchseal::model::batch::SchemaVersion;

use super::{batch, check, device, every, role, sha256, time, version};

fn answer() -> Answer {
    Answer {
        check: check(26),
        answer: AnswerKind::Accepted,
        note: "the run of 2026-11-20 used this very binary".to_owned(),
        evidence_sha256: Some(sha256("evidence/junit/system.xml")),
    }
}

/// The authoriser's; the example of the page.
pub fn full() -> Approval {
    Approval {
        schema_version: SchemaVersion,
        device: device(),
        version: version(),
        udi: Some(batch::udi()),
        printed_name: "Release Manager (example)".to_owned(),
        role: role("authoriser"),
        deputy_for: None,
        decision: Decision::Approved,
        meaning: role("authoriser").meaning(),
        reason: None,
        answers: vec![answer()],
        signed_at: time("2026-11-23T15:32:07+01:00"),
        authentication: Authentication::KeyFileWithPassphrase,
        stamped: false,
        other_approvals: vec![sha256("approvals/01-reviewer.json")],
    }
}

fn rejection() -> Approval {
    Approval {
        udi: None,
        role: role("a"),
        decision: Decision::Rejected,
        meaning: "rejected this batch".to_owned(),
        reason: Some("alarm volume was not tested".to_owned()),
        answers: Vec::new(),
        other_approvals: Vec::new(),
        ..full()
    }
}

/// Somebody else's role, and a stamp that was asked for.
fn as_deputy() -> Approval {
    let name = "Release Manager (example)";
    Approval {
        printed_name: "Deputy (example)".to_owned(),
        deputy_for: Some(name.to_owned()),
        meaning: Approval::meaning_of(&role("authoriser"), Decision::Approved, Some(name)),
        stamped: true,
        ..full()
    }
}

pub fn all() -> Vec<Approval> {
    let mut all = vec![full(), rejection(), as_deputy(), Approval { role: role(&"r".repeat(40)), ..full() }];
    all.extend(every!(Decision: Approved, Rejected).map(|decision| Approval { decision, ..full() }));
    for answered in every!(AnswerKind: Accepted, Rejected) {
        let answers = vec![Answer { answer: answered, evidence_sha256: None, ..answer() }];
        all.push(Approval { answers, ..full() });
    }
    for authentication in
        every!(Authentication: KeyFileWithPassphrase, KeyFileWithSuppliedPassphrase, KeyFileWithoutPassphrase, Agent)
    {
        all.push(Approval { authentication, ..full() });
    }
    all.extend(batch::all().into_iter().map(|batch| Approval { udi: batch.udi, ..full() }));
    all
}
