//! Values of gate results.

use batchseal::gate::registry::find;
use batchseal::model::batch::SchemaVersion;
use batchseal::model::outcome::{EvidenceRef, Finding, Outcome, Severity};
use batchseal::model::result::{CheckResult, GateResult, Stage, Verdict};

use super::{bare_tool, check, device, entry, every, sha256, time, tool, version};

fn title(number: u8) -> String {
    find(check(number)).unwrap().meta().title.to_owned()
}

fn held() -> CheckResult {
    CheckResult {
        id: check(1),
        title: title(1),
        severity: Severity::Block,
        conclusion: Outcome::satisfied([EvidenceRef::new("git/tag", "annotated tag v1.4.0")]),
        conceded: Vec::new(),
    }
}

fn asked() -> CheckResult {
    CheckResult {
        id: check(37),
        title: title(37),
        severity: Severity::Block,
        conclusion: Outcome::NeedsHuman {
            question: "Do distinct persons approve this batch record in the roles authoriser, reviewer?".to_owned(),
            evidence: vec![EvidenceRef::new("record.json", "the batch record")],
        },
        conceded: Vec::new(),
    }
}

/// What a candidate gate says before people are asked; part of the record's example.
pub fn candidate() -> GateResult {
    GateResult {
        schema_version: SchemaVersion,
        stage: Stage::Candidate,
        device: device(),
        version: version(),
        verdict: Verdict::Pending,
        evaluated_at: time("2026-11-23T12:05:10Z"),
        policy_sha256: sha256("policy/batchseal.toml"),
        trust_sha256: None,
        trust_serial: None,
        unsafe_settings: Vec::new(),
        tool: tool(),
        checks: vec![held(), asked()],
        not_judged: vec![check(6)],
    }
}

/// A release gate; the example of the page.
pub fn release() -> GateResult {
    let approved = EvidenceRef::new("approvals/02-authoriser.json", "authorised release of this batch");
    GateResult {
        stage: Stage::Release,
        verdict: Verdict::Passed,
        evaluated_at: time("2026-11-23T14:40:00Z"),
        trust_sha256: Some(sha256("trust.toml")),
        trust_serial: Some(3),
        unsafe_settings: vec!["no-trusted-time".to_owned()],
        checks: vec![held(), CheckResult { conclusion: Outcome::satisfied([approved]), ..asked() }],
        ..candidate()
    }
}

/// One conclusion of every kind; a kind that is not listed does not compile.
fn outcomes() -> Vec<Outcome> {
    let complete = |outcome: &Outcome| match outcome {
        Outcome::Satisfied { .. }
        | Outcome::Violated { .. }
        | Outcome::NeedsHuman { .. }
        | Outcome::NotApplicable { .. }
        | Outcome::Inconclusive { .. } => (),
    };
    let all = vec![
        held().conclusion,
        Outcome::violated(Finding::new(
            "tag-is-lightweight",
            "v1.4.0",
            "tag is lightweight (expected an annotated tag)",
            "Make the tag with `git tag -a`",
        )),
        asked().conclusion,
        Outcome::NotApplicable { reason: "no field of application".to_owned() },
        Outcome::Inconclusive { reason: "nothing was there to look at".to_owned() },
    ];
    all.iter().for_each(complete);
    all
}

pub fn all() -> Vec<GateResult> {
    let severities = every!(Severity: Info, Warn, Block);
    let weighed = severities.map(|severity| CheckResult { severity, ..held() }).to_vec();
    let mut all = vec![
        release(),
        candidate(),
        GateResult { tool: bare_tool(), not_judged: Vec::new(), ..release() },
        GateResult { checks: weighed, trust_serial: Some(1 << 53), ..release() },
    ];
    let found = outcomes().into_iter().nth(1).expect("a violation");
    let conceded = vec![entry("concessions/concession-RG-14-0123456789abcdef.json")];
    all.push(GateResult { checks: vec![CheckResult { conclusion: found, conceded, ..held() }], ..release() });
    for conclusion in outcomes() {
        all.push(GateResult { checks: vec![CheckResult { conclusion, ..held() }], ..release() });
    }
    all.extend(every!(Stage: Candidate, Release).map(|stage| GateResult { stage, ..release() }));
    all.extend(every!(Verdict: Passed, Failed, Pending).map(|verdict| GateResult { verdict, ..release() }));
    all
}
