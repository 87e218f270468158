//! Runs this very program again, as a user would, with a chosen environment.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// Where the standard output of a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// To our standard error: progress.
    Progress,
    /// To our standard output: the result.
    Result,
}

/// What tells a program that a CI runs it. Whatever runs the demo is not the CI of the example device.
const CI_MARKS: [&str; 3] = ["CI", "GITHUB_ACTIONS", "GITLAB_CI"];

/// Runs `batchseal ARGS` in a folder, as on a machine that is no CI's; returns its exit code, or `None` when a signal ended it.
///
/// # Errors
/// What the operating system says when the program cannot be started.
pub fn run(arguments: &[&OsStr], folder: &Path, variables: &[(&str, &str)], output: Output) -> io::Result<Option<i32>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for name in CI_MARKS {
        command.env_remove(name);
    }
    for (name, value) in variables {
        command.env(name, value);
    }
    if output == Output::Progress {
        command.stdout(io::stderr());
    }
    Ok(command.status()?.code())
}
