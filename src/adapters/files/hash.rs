//! SHA-256 of files, on all cores.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::open::{Unchanged, open_regular, read_some};
use super::{BUFFER, FileError, io_error};
use crate::adapters::terminal::Terminal;
use crate::model::digest::{Hasher, Sha256Digest};

/// Below this many bytes a progress bar would only flicker.
const WORTH_A_BAR: u64 = 64 << 20;

/// Streams a regular file through SHA-256; size and modification time must stay the same meanwhile.
///
/// # Errors
/// [`FileError`].
pub fn hash(path: &Path) -> Result<(Sha256Digest, u64), FileError> {
    hash_with(path, &ProgressBar::hidden())
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
    let bar = progress(total, terminal);
    // A bridge hands out jobs one by one in their order; splitting the list would not.
    let mut results: Vec<_> = jobs.into_iter().par_bridge().map(|(at, _, path)| (at, hash_with(path, &bar))).collect();
    bar.finish_and_clear();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn hash_with(path: &Path, bar: &ProgressBar) -> Result<(Sha256Digest, u64), FileError> {
    let mut file = open_regular(path)?;
    let unchanged = Unchanged::of(&file, path)?;
    let mut hasher = Hasher::new();
    // One byte more than the file, so that a small file needs no large buffer and its end is seen.
    let room = usize::try_from(unchanged.size().saturating_add(1)).unwrap_or(BUFFER);
    let mut buffer = vec![0; room.min(BUFFER)];
    loop {
        let count = read_some(&mut file, &mut buffer).map_err(io_error("reading", path))?;
        if count == 0 {
            break;
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
        bar.inc(count as u64);
    }
    let (digest, size) = hasher.finish();
    unchanged.check(&file, path, size)?;
    Ok((digest, size))
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
