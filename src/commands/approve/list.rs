//! `batchseal approve --list`: what waits for whom. Nothing is signed.

use std::collections::BTreeSet;

use crate::adapters::clock;
use crate::adapters::terminal::Terminal;
use crate::commands::failure::Failure;
use crate::evidence::approval::CandidateView;
use crate::evidence::roster::{self, Others};
use crate::exit::ExitStatus;
use crate::model::approval::Decision;
use crate::model::role::Role;
use crate::policy::trust::{Person, Trust};

use super::summary::{Page, signers};
use super::{Args, others};

pub(super) fn run(args: &Args, terminal: Terminal, view: &CandidateView, trust: &Trust) -> Result<ExitStatus, Failure> {
    let today = clock::now().in_utc().date();
    let (others, refused) = match &args.approvals {
        Some(folder) => others::read(folder, view, trust, &today)?,
        None => (Others::default(), Vec::new()),
    };
    let mut page = Page::default();
    page.line(&format!("{} {}: what waits for whom", view.batch.device.name, view.batch.version));
    page.row("record", &view.record_sha256.to_string());
    page.row("signed by", &signers(view));
    for (entry, reason) in &view.refused {
        page.line(&format!("  {entry} does not count: {reason}"));
    }
    page.row("gate", view.result.verdict.as_str());
    page.heading("Roles");
    for role in &view.required_roles {
        page.line(&format!("  {}", role_line(role, view, trust, &others, &today)));
    }
    page.heading("Signed");
    signed(&mut page, &others);
    for (name, reason) in &refused {
        page.line(&format!("  {name} does not count: {reason}"));
    }
    page.heading("Questions");
    let open: BTreeSet<_> = roster::unanswered(view, &others.standing).iter().map(|(id, _)| *id).collect();
    for (id, question) in &view.pending {
        let state = if open.contains(id) { "waits" } else { "answered" };
        page.line(&format!("  {id} {state}: {question}"));
    }
    if view.pending.is_empty() {
        page.line("  none");
    }
    terminal.result(&page.text);
    Ok(ExitStatus::Done)
}

/// `reviewer: waits for 1 of 2: Software Reviewer (example), …`.
fn role_line(role: &Role, view: &CandidateView, trust: &Trust, others: &Others, today: &str) -> String {
    let missing = roster::missing(view, &others.standing).into_iter().find(|(missing, ..)| missing == role);
    let Some((_, got, needed)) = missing else { return format!("{role}: signed") };
    let done: BTreeSet<&str> = others.standing.iter().map(|other| other.approval.signer()).collect();
    let may = trust.persons.iter().filter(|person| !done.contains(person.name.as_str()));
    let names: Vec<String> = may.filter_map(|person| capacity(person, role, trust, today)).collect();
    let whom = if names.is_empty() { "nobody of the roster may sign now".to_owned() } else { names.join(", ") };
    format!("{role}: waits for {} of {needed}: {whom}", needed.saturating_sub(got))
}

/// The name of a person who may sign in this role today, and whose deputy they would be.
fn capacity(person: &Person, role: &Role, trust: &Trust, today: &str) -> Option<String> {
    if person.window.refusal(today).is_some() {
        return None;
    }
    if person.roles.contains(role) {
        return Some(person.name.clone());
    }
    let deputy = person.deputy_for.iter().find(|deputy| {
        deputy.window.refusal(today).is_none()
            && trust.person(&deputy.name).is_some_and(|principal| principal.roles.contains(role))
    })?;
    Some(format!("{} (deputy of {})", person.name, deputy.name))
}

fn signed(page: &mut Page, others: &Others) {
    for other in &others.standing {
        let said = &other.approval.predicate;
        let verb = if said.decision == Decision::Approved { "approved" } else { "REJECTED" };
        let deputy = said.deputy_for.as_ref().map(|name| format!(", deputy of {name}")).unwrap_or_default();
        let name = &other.name;
        page.line(&format!(
            "  {verb} by {} as {}{deputy} at {} ({name})",
            said.printed_name, said.role, said.signed_at
        ));
    }
    for one in &others.withdrawn {
        let said = &one.withdrawal.predicate;
        page.line(&format!(
            "  withdrawn by {} as {} at {}: {} ({})",
            said.printed_name, said.role, said.signed_at, said.reason, one.name
        ));
    }
    if others.standing.is_empty() && others.withdrawn.is_empty() {
        page.line("  nobody (name the folder with the approvals: --approvals DIR)");
    }
}
