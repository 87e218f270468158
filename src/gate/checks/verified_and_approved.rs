//! RG-37: the batch record is verified and approved by distinct persons.
//!
//! Persons are counted by their name in the verifier's roster, not by keys or printed text; a deputy and the person
//! deputised for count as one.

use std::collections::{BTreeMap, BTreeSet};

use crate::attestation::sshsig::VerifiedApproval;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, ReleaseEvidence};
use crate::gate::judgement::Judgement;
use crate::gate::persons::Persons;
use crate::model::approval::Decision;
use crate::model::name::EntryName;
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::result::{CheckResult, Stage};
use crate::model::role::Role;
use crate::policy::release::POLICY_ENTRY;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(37),
    slug: "verified-and-approved",
    title: "The batch record is verified and approved by distinct persons",
    clauses: &["iso13485.7.5.1", "iso13485.8.2.6", "cfr11.50"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-37-verified-and-approved.md"),
};

const APPROVE: &str = "Have a person who holds the role sign the candidate with `batchseal approve`";

/// RG-37.
#[derive(Debug)]
pub struct VerifiedAndApproved;

impl Check for VerifiedAndApproved {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let roles = required_roles(evidence);
        match (&evidence.release, evidence.stage) {
            (Some(release), Stage::Release) => judge_release(release, &roles, evidence),
            (None, Stage::Release) => {
                Outcome::Inconclusive { reason: "there is no signed record to approve".to_owned() }
            }
            (_, Stage::Candidate) => ask(&roles),
        }
    }
}

/// How many persons each role needs: one in each of the policy's, never without an authoriser, or as many as the
/// trust file asks for.
fn required_roles(evidence: &Evidence<'_>) -> BTreeMap<Role, usize> {
    let authoriser = Role::parse(Role::AUTHORISER).ok();
    let policy = evidence.policy.release.approvals.iter().cloned().chain(authoriser);
    let mut required: BTreeMap<Role, usize> = policy.map(|role| (role, 1)).collect();
    required.extend(evidence.device.approvals.iter().map(|(role, count)| (role.clone(), *count)));
    required
}

fn ask(roles: &BTreeMap<Role, usize>) -> Outcome {
    let words =
        |(role, count): (&Role, &usize)| if *count > 1 { format!("{role} ({count})") } else { role.to_string() };
    let names: Vec<String> = roles.iter().map(words).collect();
    Outcome::NeedsHuman {
        question: format!("Do distinct persons approve this batch record in the roles {}?", names.join(", ")),
        evidence: vec![EvidenceRef::new(POLICY_ENTRY, format!("requires the roles {}", names.join(", ")))],
    }
}

fn judge_release(release: &ReleaseEvidence<'_>, roles: &BTreeMap<Role, usize>, evidence: &Evidence<'_>) -> Outcome {
    let mut judgement = Judgement::default();
    for (entry, approval) in &release.approvals {
        judge_approval(entry, approval, &mut judgement);
    }
    for withdrawn in &release.withdrawn {
        let said = &withdrawn.withdrawal.predicate;
        let shows = format!("{} ({}) withdrew it at {}: {}", said.printed_name, said.role, said.signed_at, said.reason);
        judgement.saw(&withdrawn.entry, shows);
    }
    if evidence.trust.unsafe_settings.no_human_release {
        judgement.saw("trust file", "approvals are waived by the verifier's trust file [unsafe] no-human-release");
        return judgement.conclude();
    }
    let persons = Persons::of(release.approvals.iter().map(|(_, approval)| approval));
    for (role, needed) in roles {
        judge_role(role, *needed, release, &persons, &mut judgement);
    }
    judge_persons(release, &persons, &mut judgement);
    judgement.conclude()
}

/// A rejection stops the batch; name and meaning are what 21 CFR 11.50 wants shown.
fn judge_approval(entry: &EntryName, approval: &VerifiedApproval, judgement: &mut Judgement) {
    let said = &approval.predicate;
    if said.decision == Decision::Rejected {
        let reason = said.reason.as_deref().unwrap_or("no reason given");
        let message = format!("{} ({}) rejected the batch: {reason}", said.printed_name, said.role);
        judgement.found("rejected", entry, message, "Resolve what the person objects to and make a new candidate");
        return;
    }
    for (what, text) in [("printed name", &said.printed_name), ("meaning", &said.meaning)] {
        if text.trim().is_empty() {
            judgement.found("signature-incomplete", entry, format!("{what} of the signature is empty"), APPROVE);
        }
    }
    let shows = format!("{} ({}) at {}: {}", said.printed_name, said.role, said.signed_at, said.meaning);
    judgement.saw(entry, shows);
}

fn judge_role(
    role: &Role,
    needed: usize,
    release: &ReleaseEvidence<'_>,
    persons: &Persons<'_>,
    judgement: &mut Judgement,
) {
    let in_role = release.approvals.iter().filter(|(_, approval)| approval.predicate.role == *role);
    let approved = in_role.clone().filter(|(_, approval)| approval.predicate.decision == Decision::Approved);
    let got = persons.count(approved.map(|(_, approval)| approval.signer()));
    if got == 0 {
        let message = format!("nobody approved as {role} (got 0, expected at least {needed})");
        judgement.found("role-missing", role, message, APPROVE);
    } else if got < needed {
        let message = format!("{got} of the persons needed approved as {role} (expected at least {needed})");
        judgement.found("too-few-persons", role, message, APPROVE);
    }
    let count = in_role.count();
    if role.is_authoriser() && count > 1 {
        let message = format!("{count} signatures were made as {role} (expected exactly 1)");
        judgement.found("authoriser-not-single", role, message, "Keep the one authorisation that was made last");
    }
}

/// Distinct roles are distinct persons.
fn judge_persons(release: &ReleaseEvidence<'_>, persons: &Persons<'_>, judgement: &mut Judgement) {
    let mut roles_of: BTreeMap<usize, BTreeSet<&Role>> = BTreeMap::new();
    for (_, approval) in &release.approvals {
        if let Some(who) = persons.who(approval.signer()) {
            roles_of.entry(who).or_default().insert(&approval.predicate.role);
        }
    }
    for (who, roles) in roles_of.iter().filter(|(_, roles)| roles.len() > 1) {
        let (names, roles) = (persons.names(*who), roles.iter().map(|role| role.as_str()).collect::<Vec<_>>());
        let whom = if names.len() > 1 { "a person and the deputy, who count as one," } else { "one person" };
        let message = format!("{whom} signed as {} (expected one person a role)", roles.join(" and "));
        judgement.found("one-person-several-roles", names.join(" and "), message, APPROVE);
    }
}
