//! Runs the build command, shows and keeps its redacted output, and says how it ended.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use crate::adapters::clock;
use crate::adapters::terminal::Terminal;
use crate::model::hint::Hint;
use crate::model::time::Timestamp;
use crate::provenance::redact::Redactor;

use super::environment::BuildEnvironment;
use super::job::{self, Job};

/// Most bytes of a build log that are kept.
pub const LOG_LIMIT: usize = 64 * 1024 * 1024;

/// How long a process that the build left behind may go on by itself.
pub const GRACE: Duration = Duration::from_secs(5);

/// Why there is no ended build to speak of.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// No command was given.
    #[error("build command is empty")]
    NoCommand,
    /// No such program.
    #[error("program {program:?} of the build command was not found")]
    NotFound {
        /// As given.
        program: String,
    },
    /// A file without leave to execute it.
    #[error("program {program:?} of the build command is not executable")]
    NotExecutable {
        /// As given.
        program: String,
    },
    /// The operating system refused to start it.
    #[error("program {program:?} could not be started: {source}")]
    Spawn {
        /// As given.
        program: String,
        /// Reason.
        source: io::Error,
    },
    /// A precaution could not be taken, so nothing is recorded.
    #[error("{what} failed: {source}")]
    Guard {
        /// What was to be done.
        what: &'static str,
        /// Reason.
        source: io::Error,
    },
    /// Processes that did not end even when killed.
    #[error("the build left processes behind that could not be ended: {}", if processes.is_empty() { "not visible to this user".to_owned() } else { processes.join(", ") })]
    Unstoppable {
        /// Names and ids.
        processes: Vec<String>,
    },
    /// Someone outside the build's process tree holds its output.
    #[error("a process outside the build's own still holds the build's output open")]
    OutputHeld,
}

impl Hint for BuildError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::NoCommand => "give the build command after `--`",
            Self::NotFound { .. } => "check the spelling and the PATH that the build sees",
            Self::NotExecutable { .. } => "make the file executable (chmod +x) and commit that",
            Self::Spawn { .. } => "run the command by hand to see why it does not start",
            Self::Guard { .. } => "make /proc readable and allow child processes in this container, then record again",
            Self::Unstoppable { .. } | Self::OutputHeld => {
                "let the build end every service it starts before it exits, then record again"
            }
        }))
    }
}

/// How to run the build.
#[derive(Debug, Clone, Copy)]
pub struct BuildOptions<'a> {
    /// Folder to run in: the work tree.
    pub work_tree: &'a Path,
    /// What the build sees.
    pub environment: &'a BuildEnvironment,
    /// Where the live output goes (standard error), unless quiet.
    pub terminal: Terminal,
    /// [`GRACE`] or another.
    pub grace: Duration,
    /// [`LOG_LIMIT`] or another, in bytes.
    pub log_limit: usize,
}

impl<'a> BuildOptions<'a> {
    /// The usual limits.
    #[must_use]
    pub const fn new(work_tree: &'a Path, environment: &'a BuildEnvironment, terminal: Terminal) -> Self {
        Self { work_tree, environment, terminal, grace: GRACE, log_limit: LOG_LIMIT }
    }
}

/// A build that ended, well or badly.
#[derive(Debug, Clone)]
pub struct BuildRun {
    /// The command, redacted.
    pub command: Vec<String>,
    /// Exit code; `None` when a signal ended it.
    pub exit_code: Option<i32>,
    /// The signal that ended it, on Unix.
    pub signal: Option<i32>,
    /// Start, by the machine's clock.
    pub started: Timestamp,
    /// End of its last process, by the machine's clock.
    pub finished: Timestamp,
    /// Redacted output, both streams in the order written, with our own closing remarks.
    pub log: Vec<u8>,
    /// Processes it left behind that had to be ended.
    pub stragglers: Vec<String>,
    /// Places redacted in the log.
    pub redactions: u64,
}

impl BuildRun {
    /// Whether it ended with exit code 0.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.exit_code == Some(0)
    }

    /// How it ended, in words.
    #[must_use]
    pub fn ending(&self) -> String {
        match (self.exit_code, self.signal) {
            (Some(code), _) => format!("exit code {code}"),
            (None, Some(signal)) => format!("ended by signal {signal}"),
            (None, None) => "ended without an exit code".to_owned(),
        }
    }
}

/// Keeps other processes of this user from reading this program's memory and environment through
/// `/proc` (proc(5), prctl(2) `PR_SET_DUMPABLE`). Linux only; call it first thing.
///
/// It does not help against a build that runs as root, nor against a key that stands in the environment of
/// the process that started this program: keep the key in a file, or use an identity instead.
pub fn shield() {
    #[cfg(target_os = "linux")]
    {
        // A kernel that refuses leaves things as they were; the build is no worse off than without.
        let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
}

/// Runs the build and returns when nothing of it is alive.
///
/// # Errors
/// [`BuildError`]; a build that ran and failed is no error but a [`BuildRun`].
pub fn run(command: &[OsString], options: &BuildOptions<'_>) -> Result<BuildRun, BuildError> {
    let (program, arguments) = command.split_first().ok_or(BuildError::NoCommand)?;
    let redactions = &options.environment.redactions;
    let job = Job {
        program,
        arguments,
        variables: &options.environment.variables,
        folder: options.work_tree,
        with_errors: true,
        grace: options.grace,
        deadline: None,
    };
    let mut log = Log::new(redactions.stream(), options);
    let started = clock::now();
    let ended = job::run(&job, &mut |bytes| log.take(bytes))?;
    let finished = clock::now();
    let (log, redacted) = log.finish(&ended.stragglers);
    Ok(BuildRun {
        command: command.iter().map(|argument| redactions.text(&argument.to_string_lossy())).collect(),
        exit_code: ended.status.code(),
        signal: signal_of(ended.status),
        started,
        finished,
        log,
        stragglers: ended.stragglers,
        redactions: redacted,
    })
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
const fn signal_of(_: ExitStatus) -> Option<i32> {
    None
}

/// The build's output: shown at once, line by line, and kept up to a limit.
struct Log {
    redactor: Redactor,
    kept: Vec<u8>,
    limit: usize,
    dropped: u64,
    show: bool,
}

impl Log {
    fn new(redactor: Redactor, options: &BuildOptions<'_>) -> Self {
        Self { redactor, kept: Vec::new(), limit: options.log_limit, dropped: 0, show: !options.terminal.quiet }
    }

    fn take(&mut self, bytes: &[u8]) {
        let mut safe = Vec::with_capacity(bytes.len());
        self.redactor.push(bytes, &mut safe);
        self.keep(&safe);
    }

    fn keep(&mut self, safe: &[u8]) {
        if self.show {
            let _ = io::stderr().lock().write_all(safe);
        }
        let room = self.limit.saturating_sub(self.kept.len()).min(safe.len());
        let (kept, dropped) = safe.split_at(room);
        if self.kept.capacity() < self.kept.len() + kept.len() {
            // In steps, so that a long log does not double its memory.
            self.kept.reserve_exact(kept.len().max(4 * 1024 * 1024));
        }
        self.kept.extend_from_slice(kept);
        self.dropped += dropped.len() as u64;
    }

    /// The kept log with closing remarks, and the number of places redacted in it.
    fn finish(mut self, stragglers: &[String]) -> (Vec<u8>, u64) {
        let mut rest = Vec::new();
        self.redactor.finish(&mut rest);
        self.keep(&rest);
        let mut remarks = Vec::new();
        if self.dropped > 0 {
            remarks.push(format!("log cut here: {} further bytes were not kept", self.dropped));
        }
        remarks.extend(stragglers.iter().map(|who| format!("{who} outlived the build command and was ended")));
        if !remarks.is_empty() && !self.kept.is_empty() && !self.kept.ends_with(b"\n") {
            self.kept.push(b'\n');
        }
        for remark in remarks {
            self.kept.extend_from_slice(format!("batchseal: {remark}\n").as_bytes());
        }
        (self.kept, self.redactor.count())
    }
}
