//! `attest junit … --tested NAME=PATH -- CMD`: runs the tests, and shows that they ran on the recorded bytes.
//!
//! 1. no report is there yet, so that what is read afterwards was written by this run;
//! 2. each artifact named has the digest that the provenance of the batch records;
//! 3. the command runs as a build does: without keys, tokens and agents, until nothing of it is alive;
//! 4. each artifact still has that digest.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::adapters::batch_folder::{MAX_ENTRY, OwnedEntries};
use crate::adapters::build::environment::EnvironmentRules;
use crate::adapters::build::process::{BuildOptions, BuildRun};
use crate::adapters::build::{environment, process};
use crate::adapters::terminal::Terminal;
use crate::adapters::{files, program};
use crate::attestation::sigstore_bundle::SigstoreBundle;
use crate::commands::failure::{Failure, input};
use crate::evidence::layout::ATTESTATIONS;
use crate::exit::ExitStatus;
use crate::intake::junit::{self, CaseOutcome};
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::name::ArtifactName;
use crate::model::provenance::Provenance;
use crate::model::statement::Statement;
use crate::policy::release::Policy;

/// `NAME=PATH`: an artifact of the batch, and the file of it that the command tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    name: ArtifactName,
    path: PathBuf,
}

impl FromStr for Tested {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or("expected NAME=PATH")?;
        let name = ArtifactName::parse(name).map_err(|error| error.to_string())?;
        Ok(Self { name, path: PathBuf::from(path) })
    }
}

/// Runs the tests; the artifacts that they were shown to run on.
///
/// # Errors
/// [`Failure`] with exit 2 for an artifact that the batch does not have, 3 for one of other bytes, for a report that
/// is there already, and for a command that fails while its reports name no failed test.
pub(super) fn run(
    tested: &[Tested],
    reports: &[PathBuf],
    command: &[OsString],
    entries: &OwnedEntries,
    policy: &Policy,
    terminal: Terminal,
) -> Result<Vec<(ArtifactName, Sha256Digest)>, Failure> {
    let recorded = recorded(entries);
    let expected =
        tested.iter().map(|one| Ok((one, expected(one, &recorded)?))).collect::<Result<Vec<_>, Failure>>()?;
    if let Some(report) = reports.iter().find(|report| report.exists() || report.is_symlink()) {
        let message = format!("report {} is there before the run (expected the command to write it)", report.display());
        return Err(Failure::message(ExitStatus::Input, message)
            .with_hint("Remove it first, so that the report can only be of this run"));
    }
    measure(&expected, "before the run")?;
    let run = tests(command, policy, terminal)?;
    measure(&expected, "after the run")?;
    if let Some(report) = reports.iter().find(|report| !report.is_file()) {
        let message = format!(
            "report {} is not there after the run, whose command ended with {}",
            report.display(),
            run.ending()
        );
        return Err(Failure::message(ExitStatus::Input, message)
            .with_hint("Name the JUnit file that the command writes, relative to this folder"));
    }
    if !run.succeeded() && !names_a_failure(reports)? {
        let message = format!("the test command ended with {}, and its reports name no failed test", run.ending());
        return Err(Failure::message(ExitStatus::Input, message)
            .with_hint("Read the command's own output above; a run that broke off is no evidence"));
    }
    Ok(expected.into_iter().map(|(one, sha256)| (one.name.clone(), sha256)).collect())
}

/// Artifacts by name as the provenance in the batch records them; the gate judges its signature.
fn recorded(entries: &OwnedEntries) -> BTreeMap<String, Sha256Digest> {
    let mut recorded = BTreeMap::new();
    for (_, bytes) in entries.0.iter().filter(|(name, _)| name.is_in(ATTESTATIONS)) {
        let Ok(bundle) = SigstoreBundle::decode(bytes) else { continue };
        let Ok(statement) = Statement::<Provenance>::decode(&bundle.payload) else { continue };
        let products = statement.subject.into_iter().filter(|subject| subject.name != BATCH_ENTRY);
        recorded.extend(products.map(|subject| (subject.name, subject.digest.sha256())));
    }
    recorded
}

fn expected(one: &Tested, recorded: &BTreeMap<String, Sha256Digest>) -> Result<Sha256Digest, Failure> {
    recorded.get(one.name.as_str()).copied().ok_or_else(|| {
        let names: Vec<&str> = recorded.keys().map(String::as_str).collect();
        let message = format!("{} is no artifact of the batch (expected one of: {})", one.name, names.join(", "));
        Failure::message(ExitStatus::Usage, message).with_hint("Name an artifact as batchseal.toml names it")
    })
}

fn measure(expected: &[(&Tested, Sha256Digest)], when: &str) -> Result<(), Failure> {
    for (one, expected) in expected {
        let (sha256, _) = files::hash(&one.path).map_err(input)?;
        if sha256 != *expected {
            let (name, path) = (&one.name, one.path.display());
            let message = format!("{name} at {path} has {sha256} {when} (expected {expected}, as recorded)");
            return Err(Failure::message(ExitStatus::Input, message)
                .with_hint("Test the artifact that the batch records, and let no test change it"));
        }
    }
    Ok(())
}

fn tests(command: &[OsString], policy: &Policy, terminal: Terminal) -> Result<BuildRun, Failure> {
    process::shield();
    let (home, folder) = (program::home(), Path::new("."));
    let environment = environment::current(&EnvironmentRules {
        listed: &policy.build_environment,
        reserved: &environment::reserved_names(&policy.signing),
        home: home.as_deref(),
        work_tree: folder,
    });
    let options = BuildOptions::new(folder, &environment, terminal);
    process::run(command, &options).map_err(|error| Failure::new(ExitStatus::Input, error))
}

fn names_a_failure(reports: &[PathBuf]) -> Result<bool, Failure> {
    for path in reports {
        let report = junit::parse(&files::read(path, MAX_ENTRY).map_err(input)?).map_err(input)?;
        if report.cases.values().any(|case| case.outcome == CaseOutcome::Failed) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::Tested;

    #[test]
    fn names_an_artifact_and_a_path() {
        let tested: Tested = "pumpctl=out/a=b".parse().expect("pair");
        assert_eq!((tested.name.as_str(), tested.path.to_str()), ("pumpctl", Some("out/a=b")));
        for text in ["pumpctl", "pumpctl=", "=x", "a/b=x"] {
            assert!(text.parse::<Tested>().is_err(), "{text}");
        }
    }
}
