//! The build under rule 14 of the design: what the child sees, what is kept of it, and that nothing of
//! it outlives the recording. Real child processes; Unix only.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]
#![allow(missing_docs, reason = "tests")]

mod child;
mod log;
mod product;
mod set_aside;
mod statement;
mod straggler;
mod tools;

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use batchseal::adapters::build::environment::{BuildEnvironment, EnvironmentRules, select};
use batchseal::adapters::build::process::{BuildError, BuildOptions, BuildRun, run};
use batchseal::adapters::terminal::Terminal;
use batchseal::model::name::ArtifactName;
use batchseal::policy::release::ArtifactPolicy;

const QUIET: Terminal = Terminal { quiet: true, colour: false, progress: false };

/// The environment that a build gets from `variables` (and the tests' own `PATH`).
fn environment(variables: &[(&str, &str)], work_tree: &Path) -> BuildEnvironment {
    let own = [("PATH".into(), std::env::var_os("PATH").unwrap_or_default())];
    let given = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    select(own.into_iter().chain(given), &EnvironmentRules { listed: &[], reserved: &[], home: None, work_tree })
}

fn run_with(command: &[&str], environment: &BuildEnvironment, work_tree: &Path) -> Result<BuildRun, BuildError> {
    run_for(Duration::from_millis(200), command, environment, work_tree)
}

fn run_for(
    grace: Duration,
    command: &[&str],
    environment: &BuildEnvironment,
    work_tree: &Path,
) -> Result<BuildRun, BuildError> {
    let command: Vec<OsString> = command.iter().map(OsString::from).collect();
    run(&command, &BuildOptions { grace, ..BuildOptions::new(work_tree, environment, QUIET) })
}

/// Runs a shell script in an empty folder.
fn shell(script: &str) -> BuildRun {
    let folder = tempfile::tempdir().unwrap();
    run_with(&["sh", "-c", script], &environment(&[], folder.path()), folder.path()).unwrap()
}

/// The same with half a minute for what it leaves behind.
fn patient_shell(script: &str) -> BuildRun {
    let folder = tempfile::tempdir().unwrap();
    let environment = environment(&[], folder.path());
    run_for(Duration::from_secs(30), &["sh", "-c", script], &environment, folder.path()).unwrap()
}

/// Runs an ignored test of this program in a process of its own, after the shell words `before`
/// (`$1` is `argument`): nothing else may start processes beside a build.
fn alone(before: &str, argument: &Path, test: &str) -> BuildRun {
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let script = format!("{before} exec \"$2\" --exact {test} --ignored --nocapture");
    let words = ["sh", "-c", &script, "sh", argument.to_str().unwrap(), program.to_str().unwrap()];
    run_with(&words, &environment(&[], folder.path()), folder.path()).unwrap()
}

fn text(run: &BuildRun) -> String {
    String::from_utf8_lossy(&run.log).into_owned()
}

fn artifact(path: &str, name: &str) -> ArtifactPolicy {
    let name = ArtifactName::parse(name).unwrap();
    ArtifactPolicy {
        path: path.to_owned(),
        name,
        target: None,
        variant: None,
        built_elsewhere: false,
        disposition: Default::default(),
    }
}
