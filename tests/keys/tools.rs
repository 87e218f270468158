//! OpenSSL and OpenSSH as judges, and a person who answers from a script.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use batchseal::adapters::dialogue::{Dialogue, DialogueError};
use zeroize::Zeroizing;

/// Whether a program is there; says so when it is not.
pub(crate) fn has(program: &str) -> bool {
    let flag = if program == "openssl" { "version" } else { "-?" };
    let found = Command::new(program).arg(flag).stdin(Stdio::null()).output().is_ok();
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

/// Runs a program to its end with an empty standard input.
pub(crate) fn run(folder: &Path, line: &[&str]) -> Output {
    let (program, rest) = line.split_first().unwrap();
    Command::new(program).args(rest).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// Runs a program that must succeed.
pub(crate) fn must(folder: &Path, line: &[&str]) -> String {
    let output = run(folder, line);
    assert!(output.status.success(), "{line:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Sets permission bits.
#[cfg(unix)]
pub(crate) fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub(crate) fn chmod(_: &Path, _: u32) {}

/// Answers from a list, in order; an empty list is an empty room.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) interactive: bool,
    pub(crate) secrets: VecDeque<&'static str>,
    pub(crate) asked: usize,
}

impl Script {
    pub(crate) fn typing(secrets: &[&'static str]) -> Self {
        Self { interactive: true, secrets: secrets.iter().copied().collect(), asked: 0 }
    }
}

impl Dialogue for Script {
    fn is_interactive(&self) -> bool {
        self.interactive
    }

    fn show(&mut self, _: &str) {}

    fn ask(&mut self, question: &str) -> Result<String, DialogueError> {
        Err(DialogueError::Ended(question.to_owned()))
    }

    fn ask_secret(&mut self, question: &str) -> Result<Zeroizing<String>, DialogueError> {
        self.asked += 1;
        let secret = self.secrets.pop_front().ok_or_else(|| DialogueError::Ended(question.to_owned()))?;
        Ok(Zeroizing::new(secret.to_owned()))
    }
}
