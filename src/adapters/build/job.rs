//! One child process and everything it starts, from spawn until nothing of it is alive.
//!
//! 1. Descriptors above 2 are marked close-on-exec; the environment is cleared; standard input is null.
//! 2. Standard output and error share one pipe, so that the order of what is written is kept.
//! 3. After the child ended, the processes it left behind get a grace, then SIGTERM, then SIGKILL.
//! 4. The pipe must reach its end: whoever still holds it is a process that was not found.
//!
//! The child stays in the terminal's foreground process group: Ctrl-C reaches it as it reaches us.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, PipeReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::descendants::{Ending, Watch};
use super::lookup::{LookupFailure, find_program};
use super::process::{BuildError, shield};

/// Bytes read from the child at a time.
const CHUNK: usize = 64 * 1024;

/// How often the child is looked after while it is silent.
const PULSE: Duration = Duration::from_millis(20);

/// How often ended orphans are collected during the build.
const REAP_EVERY: Duration = Duration::from_secs(2);

/// From SIGTERM to SIGKILL.
const TERM_TO_KILL: Duration = Duration::from_secs(2);

/// From SIGKILL to giving up, and how long the pipe may stay open when nobody is left.
const GIVE_UP: Duration = Duration::from_secs(10);

/// Children are awaited process-wide, so only one job runs at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What to run.
pub(super) struct Job<'a> {
    pub(super) program: &'a OsStr,
    pub(super) arguments: &'a [OsString],
    pub(super) variables: &'a BTreeMap<OsString, OsString>,
    pub(super) folder: &'a Path,
    /// Whether standard error is taken in too, or thrown away.
    pub(super) with_errors: bool,
    /// How long what was left behind may go on by itself.
    pub(super) grace: Duration,
    /// How long the child itself may take.
    pub(super) deadline: Option<Duration>,
}

/// How a job ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// Whether the deadline passed and the child was ended.
    pub(super) timed_out: bool,
    /// Processes left behind that had to be ended.
    pub(super) stragglers: Vec<String>,
}

/// Runs a job to its very end, giving its output to `sink` as it comes.
pub(super) fn run(job: &Job<'_>, sink: &mut dyn FnMut(&[u8])) -> Result<Ended, BuildError> {
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    shield();
    let watch =
        Watch::begin().map_err(|source| BuildError::Guard { what: "watching the build's processes", source })?;
    let (mut child, reader) = spawn(job)?;
    let mut output = Output { events: forward(reader), open: true, sink };
    let outcome = await_child(job, &mut child, &watch, &mut output);
    // Whatever happened above, nothing of the build stays alive.
    let stragglers = end_stragglers(job, &watch, &mut output);
    let (status, timed_out) = outcome?;
    let stragglers = stragglers?;
    output.drain()?;
    Ok(Ended { status, timed_out, stragglers })
}

fn spawn(job: &Job<'_>) -> Result<(Child, PipeReader), BuildError> {
    let shown = || job.program.to_string_lossy().into_owned();
    let program = find_program(job.program, job.variables, job.folder).map_err(|failure| match failure {
        LookupFailure::NotFound => BuildError::NotFound { program: shown() },
        LookupFailure::NotExecutable => BuildError::NotExecutable { program: shown() },
    })?;
    let pipe = |source| BuildError::Guard { what: "making a pipe", source };
    let (reader, writer) = io::pipe().map_err(pipe)?;
    let mut command = Command::new(program);
    command.args(job.arguments).current_dir(job.folder).env_clear().envs(job.variables).stdin(Stdio::null());
    if job.with_errors {
        command.stderr(writer.try_clone().map_err(pipe)?);
    } else {
        command.stderr(Stdio::null());
    }
    command.stdout(writer);
    #[cfg(unix)]
    {
        std::os::unix::process::CommandExt::arg0(&mut command, job.program);
        close_fds::set_fds_cloexec_threadsafe(3, &[]);
    }
    let child = command.spawn().map_err(|source| BuildError::Spawn { program: shown(), source })?;
    // `command` holds our ends of the pipe; it goes here, so that only the child's remain.
    Ok((child, reader))
}

/// Reads the pipe in a thread of its own; the channel is short, so a slow sink slows the child.
fn forward(mut reader: PipeReader) -> Receiver<Vec<u8>> {
    let (sender, receiver): (SyncSender<Vec<u8>>, _) = sync_channel(4);
    thread::spawn(move || {
        let mut buffer = vec![0; CHUNK];
        loop {
            match reader.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    if sender.send(buffer.get(..count).unwrap_or_default().to_vec()).is_err() {
                        return;
                    }
                }
            }
        }
    });
    receiver
}

/// The child's output on its way to the sink.
struct Output<'a> {
    events: Receiver<Vec<u8>>,
    open: bool,
    sink: &'a mut dyn FnMut(&[u8]),
}

impl Output<'_> {
    /// Passes on what came, waiting for it no longer than `pulse`.
    fn pass_on(&mut self, pulse: Duration) {
        if !self.open {
            // Without a pipe to listen to, the child has ended or is about to.
            thread::sleep(pulse / 4);
            return;
        }
        match self.events.recv_timeout(pulse) {
            Ok(bytes) => (self.sink)(&bytes),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.open = false,
        }
    }

    /// Takes everything up to the end of the pipe.
    fn drain(&mut self) -> Result<(), BuildError> {
        let mut last = Instant::now();
        while self.open {
            match self.events.recv_timeout(PULSE) {
                Ok(bytes) => {
                    (self.sink)(&bytes);
                    last = Instant::now();
                }
                Err(RecvTimeoutError::Disconnected) => self.open = false,
                Err(RecvTimeoutError::Timeout) if last.elapsed() > GIVE_UP => return Err(BuildError::OutputHeld),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        Ok(())
    }
}

fn await_child(
    job: &Job<'_>,
    child: &mut Child,
    watch: &Watch,
    output: &mut Output<'_>,
) -> Result<(ExitStatus, bool), BuildError> {
    let started = Instant::now();
    let mut reaped = started;
    let mut timed_out = false;
    loop {
        output.pass_on(PULSE);
        if let Some(status) =
            child.try_wait().map_err(|source| BuildError::Guard { what: "awaiting the build", source })?
        {
            return Ok((status, timed_out));
        }
        if job.deadline.is_some_and(|deadline| started.elapsed() > deadline) && !timed_out {
            timed_out = true;
            let _ = child.kill();
        }
        if reaped.elapsed() > REAP_EVERY {
            watch.reap(Some(child.id()));
            reaped = Instant::now();
        }
    }
}

/// Waits for what the child left behind, then ends it; the words for what had to be ended.
fn end_stragglers(job: &Job<'_>, watch: &Watch, output: &mut Output<'_>) -> Result<Vec<String>, BuildError> {
    let looking = |source| BuildError::Guard { what: "looking for processes the build left behind", source };
    let started = Instant::now();
    let mut ended = Vec::new();
    let mut asked = None;
    while let Some(alive) = watch.alive().map_err(looking)? {
        let waited = started.elapsed();
        if waited >= job.grace + TERM_TO_KILL + GIVE_UP {
            return Err(BuildError::Unstoppable { processes: alive });
        }
        if waited >= job.grace + TERM_TO_KILL {
            watch.end(Ending::Force);
        } else if waited >= job.grace && asked.is_none() {
            watch.end(Ending::Ask);
            asked = Some(waited);
        }
        if waited >= job.grace {
            ended.extend(alive);
        }
        output.pass_on(PULSE);
    }
    ended.sort();
    ended.dedup();
    Ok(ended)
}
