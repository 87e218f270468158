//! One run of a signer program: standard input fed, output and errors taken in, time and size limited.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::model::text::for_terminal;

/// How often the program is looked after.
const PULSE: Duration = Duration::from_millis(10);

/// How long the pipes of an ended program may stay open.
const DRAIN: Duration = Duration::from_secs(2);

/// Most bytes of standard error that are shown.
const MAX_SHOWN: usize = 64 * 1024;

/// Longest line of standard error that is shown as one.
const MAX_LINE: usize = 1024;

/// What to run, and how far.
pub(super) struct Run<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: &'a [OsString],
    pub(super) variables: &'a BTreeMap<OsString, OsString>,
    pub(super) folder: &'a Path,
    pub(super) time_limit: Duration,
    pub(super) output_limit: usize,
}

/// How it ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) output: Vec<u8>,
    pub(super) too_much: bool,
    pub(super) timed_out: bool,
}

/// Whether a path is a file that may be executed.
pub(super) fn is_program(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && is_executable(&metadata))
}

#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
const fn is_executable(_: &std::fs::Metadata) -> bool {
    true
}

impl Run<'_> {
    /// Runs the program with `input` on its standard input.
    pub(super) fn feed(&self, input: &[u8]) -> Result<Ended, (&'static str, io::Error)> {
        let mut child = self.spawn().map_err(|error| ("starting it", error))?;
        let (output, limit) = (child.stdout.take(), self.output_limit);
        let output = aside(move |done| done.send(read_limited(output, limit)));
        let errors = child.stderr.take();
        let errors = aside(move |done| {
            show(errors);
            done.send(())
        });
        let (mut pipe, input) = (child.stdin.take(), input.to_vec());
        // A program that does not read to the end has its reasons; its exit code and its answer speak.
        let fed = aside(move |done| {
            let _ = pipe.as_mut().map(|pipe| pipe.write_all(&input));
            drop(pipe);
            done.send(())
        });
        let ended = wait(&mut child, &output, self.time_limit).map_err(|error| ("awaiting it", error));
        end_all(&mut child);
        let (status, timed_out, early) = ended?;
        let taken = early.or_else(|| output.recv_timeout(DRAIN).ok());
        let _ = errors.recv_timeout(DRAIN);
        let _ = fed.recv_timeout(DRAIN);
        let (output, too_much) = taken.ok_or_else(|| ("reading its answer", io::ErrorKind::TimedOut.into()))?;
        Ok(Ended { status, output, too_much, timed_out })
    }

    fn spawn(&self) -> io::Result<Child> {
        let mut command = Command::new(self.program);
        command
            .args(self.arguments)
            .current_dir(self.folder)
            .env_clear()
            .envs(self.variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        {
            // A group of its own, so that what it starts can be ended with it; no descriptor of ours.
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
            close_fds::set_fds_cloexec_threadsafe(3, &[]);
        }
        command.spawn()
    }
}

/// Runs work in a thread that tells when it is done; a thread stuck on a held pipe is left behind.
fn aside<T: Send + 'static, R>(work: impl FnOnce(Sender<T>) -> R + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = channel();
    thread::spawn(move || drop(work(sender)));
    receiver
}

type Taken = (Vec<u8>, bool);

/// Waits for the end, the time limit, or too much output, whatever comes first; the latter two end the program.
fn wait(child: &mut Child, output: &Receiver<Taken>, limit: Duration) -> io::Result<(ExitStatus, bool, Option<Taken>)> {
    let started = Instant::now();
    let mut early: Option<Taken> = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, false, early));
        }
        if early.is_none() {
            early = output.try_recv().ok();
        }
        let too_much = early.as_ref().is_some_and(|(_, too_much)| *too_much);
        let timed_out = started.elapsed() > limit;
        if too_much || timed_out {
            end_all(child);
            return Ok((child.wait()?, timed_out && !too_much, early));
        }
        thread::sleep(PULSE);
    }
}

/// Ends the program and, on Unix, everything else of its process group.
fn end_all(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
}

/// Everything up to the limit, and whether there was more.
fn read_limited(pipe: Option<impl Read>, limit: usize) -> Taken {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let _ = pipe.map(|pipe| pipe.take(most).read_to_end(&mut bytes));
    let too_much = bytes.len() > limit;
    bytes.truncate(limit);
    (bytes, too_much)
}

/// Shows standard error line by line, as text that cannot act on the terminal; reads on when the limit is reached.
fn show(pipe: Option<impl Read>) {
    let Some(mut pipe) = pipe else { return };
    let (mut line, mut shown) = (Vec::new(), 0_usize);
    let mut buffer = [0; 4096];
    while let Ok(count) = pipe.read(&mut buffer) {
        if count == 0 {
            break;
        }
        for byte in buffer.get(..count).unwrap_or_default() {
            if *byte == b'\n' || line.len() >= MAX_LINE {
                show_line(&mut line, &mut shown);
            }
            if *byte != b'\n' {
                line.push(*byte);
            }
        }
    }
    if !line.is_empty() {
        show_line(&mut line, &mut shown);
    }
}

fn show_line(line: &mut Vec<u8>, shown: &mut usize) {
    let before = *shown;
    *shown = before.saturating_add(line.len()).saturating_add(1);
    let text = String::from_utf8_lossy(line);
    let text = text.strip_suffix('\r').unwrap_or(&text);
    let mut err = io::stderr().lock();
    let _ = match (before <= MAX_SHOWN, *shown <= MAX_SHOWN) {
        (true, true) => writeln!(err, "signer: {}", for_terminal(text)),
        (true, false) => writeln!(err, "signer: (further lines are not shown)"),
        _ => Ok(()),
    };
    line.clear();
}
