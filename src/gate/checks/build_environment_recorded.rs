//! RG-07: the build environment is recorded.
//!
//! Lockfiles are compared three ways: raw bytes in the bundle, the tree listing of the commit, and
//! `resolvedDependencies` of the provenance. The log is compared with the provenance's byproducts.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::digest::Sha256Digest;
use crate::model::entry::{self, BUILD_LOG_ENTRY};
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::provenance::{InternalParameters, Provenance};
use crate::model::result::CheckResult;
use crate::model::statement::ResourceDescriptor;
use crate::provenance::tree::TreeListing;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(7),
    slug: "build-environment-recorded",
    title: "The build environment is recorded",
    clauses: &["iso13485.4.2.3", "iso13485.6.3", "iso13485.7.3.8", "fda-cyber.App1.updates", "iec62304.5.8.5"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-07-build-environment-recorded.md"),
};

const RECORD_AGAIN: &str = "Run the build again under `batchseal record` on a machine whose toolchain it can see";
const LOCK_AGAIN: &str = "Commit the lockfile, tag that commit and record the build again";

/// RG-07.
#[derive(Debug)]
pub struct BuildEnvironmentRecorded;

impl Check for BuildEnvironmentRecorded {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        for signed in judgement.provenance_of(evidence) {
            judge_toolchain(signed, evidence, &mut judgement);
            judge_machine(signed, &mut judgement);
            judge_log(signed, evidence, &mut judgement);
        }
        judge_lockfiles(evidence, &mut judgement);
        judgement.conclude()
    }
}

fn parameters(signed: &Signed<Provenance>) -> &InternalParameters {
    &signed.statement.predicate.build_definition.internal_parameters
}

/// Cargo did the work when it was the command or when the policy says that Cargo products ship.
fn is_cargo(signed: &Signed<Provenance>, evidence: &Evidence<'_>) -> bool {
    let command = signed.statement.predicate.build_definition.external_parameters.command.first();
    let program = command.and_then(|program| program.rsplit(['/', '\\']).next());
    evidence.policy.release.cargo.is_some() || matches!(program, Some("cargo" | "cargo.exe"))
}

fn judge_toolchain(signed: &Signed<Provenance>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let tools = &parameters(signed).toolchain;
    if tools.is_empty() {
        let message = "no tool is recorded (got 0, expected the compilers and linkers)";
        judgement.found("no-toolchain", &signed.entry, message, RECORD_AGAIN);
    }
    let needed: &[&str] = if is_cargo(signed, evidence) { &["rustc", "cargo"] } else { &[] };
    for name in needed {
        if !tools.iter().any(|tool| tool.name == *name) {
            judgement.found("tool-missing", &signed.entry, format!("{name} is not recorded"), RECORD_AGAIN);
        }
    }
    for tool in tools {
        if tool.version.trim().is_empty() {
            let message = format!("version of {:?} is empty", tool.name);
            judgement.found("tool-without-version", &signed.entry, message, RECORD_AGAIN);
        } else {
            judgement.saw(&signed.entry, format!("{}: {} ({})", tool.name, tool.version, tool.sha256));
        }
    }
}

fn judge_machine(signed: &Signed<Provenance>, judgement: &mut Judgement) {
    let parameters = parameters(signed);
    let runner = &parameters.runner;
    for (what, value) in [("operating system", &runner.os), ("architecture", &runner.arch), ("CI", &runner.ci)] {
        if value.trim().is_empty() {
            let message = format!("{what} of the build machine is empty");
            judgement.found("runner-incomplete", &signed.entry, message, RECORD_AGAIN);
        }
    }
    if parameters.environment.is_empty() {
        let message = "no environment variable is recorded (expected those that the build saw)";
        judgement.found("no-environment", &signed.entry, message, RECORD_AGAIN);
    }
    let count = parameters.environment.len();
    let shows =
        format!("{} {} machine, {count} environment variables (asserted by the pipeline)", runner.os, runner.arch);
    judgement.saw(&signed.entry, shows);
}

fn judge_log(signed: &Signed<Provenance>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let entry = evidence.entries.iter().find(|(name, _)| name.as_str() == BUILD_LOG_ENTRY);
    let Some((_, log)) = entry else {
        judgement.found("no-build-log", BUILD_LOG_ENTRY, "the build log is not there", RECORD_AGAIN);
        return;
    };
    let byproducts = &signed.statement.predicate.run_details.byproducts;
    if byproducts.iter().any(|byproduct| sha256_of(byproduct) == Some(log.sha256)) {
        judgement.saw(BUILD_LOG_ENTRY, format!("{} is a byproduct of {}", log.sha256, signed.entry));
    } else {
        let message = format!("build log has {}, which is no byproduct of {}", log.sha256, signed.entry);
        judgement.found("build-log-differs", BUILD_LOG_ENTRY, message, RECORD_AGAIN);
    }
}

fn judge_lockfiles(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let cargo = evidence.provenance.iter().any(|signed| is_cargo(signed, evidence));
    let is_lockfile = |path: String| path.rsplit('/').next() == Some("Cargo.lock");
    let locked = evidence.lockfiles.keys().filter_map(entry::kept_path).any(is_lockfile);
    if cargo && !locked {
        let message = "no lockfile is kept (got 0, expected at least 1)";
        judgement.found("no-lockfile", "evidence/lockfiles", message, LOCK_AGAIN);
    }
    let listing = evidence.git.tree.and_then(|content| TreeListing::parse(content).ok());
    for (entry, content) in &evidence.lockfiles {
        let path = entry::kept_path(entry).unwrap_or_else(|| entry.to_string());
        judge_lockfile(&path, Sha256Digest::of(content), listing.as_ref(), evidence, judgement);
    }
    let Some(listing) = &listing else {
        judgement.found("no-tree-listing", "git/tree.txt", "the tree listing cannot be read", RECORD_AGAIN);
        return;
    };
    for signed in &evidence.provenance {
        judge_dependencies(signed, listing, evidence, judgement);
    }
}

/// One kept lockfile: the same bytes stand in the commit's tree and in every provenance.
fn judge_lockfile(
    path: &str,
    sha256: Sha256Digest,
    listing: Option<&TreeListing>,
    evidence: &Evidence<'_>,
    judgement: &mut Judgement,
) {
    match listing.and_then(|listing| listing.sha256_of(path.as_bytes())) {
        Some(committed) => {
            judgement.equal(
                "lockfile-not-as-committed",
                (path, "SHA-256 of the lockfile kept"),
                (&sha256, &committed),
                LOCK_AGAIN,
            );
        }
        None => judgement.found("lockfile-not-committed", path, "lockfile is no file of the commit's tree", LOCK_AGAIN),
    }
    for signed in &evidence.provenance {
        let mut recorded = dependencies(signed).iter().filter(|descriptor| describes(descriptor, path)).peekable();
        if recorded.peek().is_none() {
            let message = format!("lockfile is no resolved dependency of {}", signed.entry);
            judgement.found("lockfile-not-recorded", path, message, RECORD_AGAIN);
        } else if recorded.all(|descriptor| sha256_of(descriptor) == Some(sha256)) {
            judgement.saw(path, format!("{sha256} in bundle, commit and {}", signed.entry));
        } else {
            let message = format!("lockfile kept has {sha256}, another digest than in {}", signed.entry);
            judgement.found("lockfile-differs", path, message, RECORD_AGAIN);
        }
    }
}

/// Every dependency that is a file of the commit is kept in the bundle.
fn judge_dependencies(
    signed: &Signed<Provenance>,
    listing: &TreeListing,
    evidence: &Evidence<'_>,
    judgement: &mut Judgement,
) {
    for descriptor in dependencies(signed) {
        let names = [descriptor.name.as_deref(), descriptor.uri.as_deref()];
        let Some(path) = names.into_iter().flatten().find(|name| listing.sha256_of(name.as_bytes()).is_some()) else {
            continue;
        };
        if entry::kept(path).ok().is_none_or(|entry| !evidence.lockfiles.contains_key(&entry)) {
            let message = format!("{} resolved this file, but the bundle does not keep it", signed.entry);
            judgement.found("lockfile-not-kept", path, message, RECORD_AGAIN);
        }
    }
}

fn dependencies(signed: &Signed<Provenance>) -> &[ResourceDescriptor] {
    &signed.statement.predicate.build_definition.resolved_dependencies
}

fn describes(descriptor: &ResourceDescriptor, path: &str) -> bool {
    let is_path = |text: &String| text.strip_prefix("file:").unwrap_or(text) == path;
    descriptor.name.as_ref().is_some_and(is_path) || descriptor.uri.as_ref().is_some_and(is_path)
}

fn sha256_of(descriptor: &ResourceDescriptor) -> Option<Sha256Digest> {
    descriptor.digest.get("sha256").and_then(|hex| Sha256Digest::parse_hex(hex).ok())
}
