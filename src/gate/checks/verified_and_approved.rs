//! RG-37: the batch record is verified and approved by distinct persons.
//!
//! Persons are counted by their name in the verifier's roster, not by keys or printed text.

use std::collections::{BTreeMap, BTreeSet};

use crate::attestation::sshsig::VerifiedApproval;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, ReleaseEvidence};
use crate::gate::judgement::Judgement;
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

/// The policy's roles; release is never authorised without an authoriser.
fn required_roles(evidence: &Evidence<'_>) -> BTreeSet<Role> {
    let authoriser = Role::parse(Role::AUTHORISER).ok();
    evidence.policy.release.approvals.iter().cloned().chain(authoriser).collect()
}

fn ask(roles: &BTreeSet<Role>) -> Outcome {
    let names: Vec<&str> = roles.iter().map(Role::as_str).collect();
    Outcome::NeedsHuman {
        question: format!("Do distinct persons approve this batch record in the roles {}?", names.join(", ")),
        evidence: vec![EvidenceRef::new(POLICY_ENTRY, format!("requires the roles {}", names.join(", ")))],
    }
}

fn judge_release(release: &ReleaseEvidence<'_>, roles: &BTreeSet<Role>, evidence: &Evidence<'_>) -> Outcome {
    let mut judgement = Judgement::default();
    for (entry, approval) in &release.approvals {
        judge_approval(entry, approval, &mut judgement);
    }
    if evidence.trust.unsafe_settings.no_human_release {
        judgement.saw("trust file", "approvals are waived by the verifier's trust file [unsafe] no-human-release");
        return judgement.conclude();
    }
    for role in roles {
        judge_role(role, release, &mut judgement);
    }
    judge_persons(release, &mut judgement);
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

fn judge_role(role: &Role, release: &ReleaseEvidence<'_>, judgement: &mut Judgement) {
    let in_role = release.approvals.iter().filter(|(_, approval)| approval.predicate.role == *role);
    let approved = in_role.clone().filter(|(_, approval)| approval.predicate.decision == Decision::Approved).count();
    if approved == 0 {
        let message = format!("nobody approved as {role} (got 0, expected at least 1)");
        judgement.found("role-missing", role, message, APPROVE);
    }
    let count = in_role.count();
    if role.is_authoriser() && count > 1 {
        let message = format!("{count} signatures were made as {role} (expected exactly 1)");
        judgement.found("authoriser-not-single", role, message, "Keep the one authorisation that was made last");
    }
}

/// Distinct roles are distinct persons.
fn judge_persons(release: &ReleaseEvidence<'_>, judgement: &mut Judgement) {
    let mut roles_of: BTreeMap<&str, BTreeSet<&Role>> = BTreeMap::new();
    for (_, approval) in &release.approvals {
        roles_of.entry(approval.signer()).or_default().insert(&approval.predicate.role);
    }
    for (person, roles) in roles_of.iter().filter(|(_, roles)| roles.len() > 1) {
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let message = format!("one person signed as {} (expected one person a role)", names.join(" and "));
        judgement.found("one-person-several-roles", person, message, APPROVE);
    }
}
