//! SHA-256 of files, on all cores.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::open::{Unchanged, open_regular, read_some};
use super::{BUFFER, FileError, io_error};
use crate::adapters::terminal::Terminal;
use crate::model::digest::{Hasher, Sha256Digest};

/// Below this many bytes a progress bar would only flicker.
const WORTH_A_BAR: u64 = 64 << 20;

/// From this size on a file is read on a thread of its own while another core would be idle.
///
/// Measured on two cores with SHA extensions: 1.25 GB/s becomes 1.48 GB/s.
const WORTH_A_THREAD: u64 = 16 << 20;

/// Below this many bytes starting the threads of the pool would take longer than hashing.
const WORTH_A_POOL: u64 = 4 << 20;

/// Buffers that go round between reading and hashing, and their size.
const ROUND: usize = 3;
const ROUND_BUFFER: usize = 1 << 20;

/// Streams a regular file through SHA-256; size and modification time must stay the same meanwhile.
///
/// # Errors
/// [`FileError`].
pub fn hash(path: &Path) -> Result<(Sha256Digest, u64), FileError> {
    hash_with(path, 1, &ProgressBar::hidden())
}

/// Gives a regular file to `take`, piece by piece; size and modification time must stay the same meanwhile.
///
/// # Errors
/// [`FileError`].
pub fn stream(path: &Path, mut take: impl FnMut(&[u8])) -> Result<u64, FileError> {
    let mut file = open_regular(path)?;
    let unchanged = Unchanged::of(&file, path)?;
    let (mut buffer, mut size) = (vec![0; BUFFER], 0_u64);
    loop {
        let count = read_some(&mut file, &mut buffer).map_err(io_error("reading", path))?;
        if count == 0 {
            break;
        }
        take(buffer.get(..count).unwrap_or_default());
        size = size.saturating_add(count as u64);
    }
    unchanged.check(&file, path, size)?;
    Ok(size)
}

/// Hashes many files on all cores, the largest first; results stand in the order of `paths`.
///
/// A bar is drawn on standard error when the terminal can show one and there is more than 64 MiB.
pub fn hash_many(paths: &[PathBuf], terminal: Terminal) -> Vec<Result<(Sha256Digest, u64), FileError>> {
    let size_of = |path: &PathBuf| fs::symlink_metadata(path).map_or(0, |metadata| metadata.len());
    let mut jobs: Vec<(usize, u64, &PathBuf)> =
        paths.iter().enumerate().map(|(at, path)| (at, size_of(path), path)).collect();
    // One large file begun last would keep one core busy and the others idle.
    jobs.sort_by_key(|(at, size, _)| (std::cmp::Reverse(*size), *at));
    let total = jobs.iter().fold(0_u64, |sum, job| sum.saturating_add(job.1));
    let large = jobs.iter().filter(|job| job.1 >= WORTH_A_THREAD).count();
    let bar = progress(total, terminal);
    let run = |(at, _, path): (usize, u64, &PathBuf)| (at, hash_with(path, large, &bar));
    let mut results: Vec<_> = if total < WORTH_A_POOL {
        jobs.into_iter().map(run).collect()
    } else {
        // A bridge hands out jobs one by one in their order; splitting the list would not.
        jobs.into_iter().par_bridge().map(run).collect()
    };
    bar.finish_and_clear();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Whether reading beside the hashing of so many large files leaves no core with two things to do.
fn has_spare_core(large: usize) -> bool {
    thread::available_parallelism().is_ok_and(|cores| cores.get() >= large.saturating_mul(2))
}

/// `large` is how many files of [`WORTH_A_THREAD`] or more are hashed in this run.
fn hash_with(path: &Path, large: usize, bar: &ProgressBar) -> Result<(Sha256Digest, u64), FileError> {
    let file = open_regular(path)?;
    let unchanged = Unchanged::of(&file, path)?;
    let hashed = if unchanged.size() >= WORTH_A_THREAD && has_spare_core(large) {
        hash_beside(&file, bar)
    } else {
        // One byte more than the file, so that a small file needs no large buffer and its end is seen.
        let room = usize::try_from(unchanged.size().saturating_add(1)).unwrap_or(BUFFER);
        hash_alone(&file, vec![0; room.min(BUFFER)], bar)
    };
    let (digest, size) = hashed.map_err(io_error("reading", path))?;
    unchanged.check(&file, path, size)?;
    Ok((digest, size))
}

fn hash_alone(mut file: &File, mut buffer: Vec<u8>, bar: &ProgressBar) -> io::Result<(Sha256Digest, u64)> {
    let mut hasher = Hasher::new();
    loop {
        let count = read_some(&mut file, &mut buffer)?;
        if count == 0 {
            return Ok(hasher.finish());
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
        bar.inc(count as u64);
    }
}

/// A buffer and how much of it is filled.
type Filled = (Vec<u8>, usize);

/// Reads on a second thread while this one hashes; the same few buffers go round.
fn hash_beside(file: &File, bar: &ProgressBar) -> io::Result<(Sha256Digest, u64)> {
    let (give, empty) = sync_channel::<Vec<u8>>(ROUND);
    let (fill, filled) = sync_channel::<Filled>(ROUND);
    thread::scope(|scope| {
        let reader = thread::Builder::new().spawn_scoped(scope, move || read_all(file, &empty, &fill));
        // Without a second thread (a limit of the system) the work is done here.
        let Ok(reader) = reader else { return hash_alone(file, vec![0; BUFFER], bar) };
        for _ in 0..ROUND {
            let _ = give.send(vec![0; ROUND_BUFFER]);
        }
        let mut hasher = Hasher::new();
        while let Ok((buffer, count)) = filled.recv() {
            hasher.update(buffer.get(..count).unwrap_or_default());
            bar.inc(count as u64);
            // Refused only when the reader has ended: its last buffers are still on their way here.
            let _ = give.send(buffer);
        }
        reader.join().map_err(|_| io::Error::other("the reading thread ended early"))??;
        Ok(hasher.finish())
    })
}

/// Ends, and lets go of `fill`, at the end of the file, on an error or when nobody hashes any more.
fn read_all(mut file: &File, empty: &Receiver<Vec<u8>>, fill: &SyncSender<Filled>) -> io::Result<()> {
    while let Ok(mut buffer) = empty.recv() {
        let count = read_some(&mut file, &mut buffer)?;
        if count == 0 || fill.send((buffer, count)).is_err() {
            break;
        }
    }
    Ok(())
}

fn progress(total: u64, terminal: Terminal) -> ProgressBar {
    if !terminal.progress || total <= WORTH_A_BAR {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("hashing {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
