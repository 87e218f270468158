//! Hashing beside `openssl dgst`: a ratio in one run. `cargo test --release --test container -- --ignored --nocapture speed`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use batchseal::adapters::files;
use batchseal::adapters::terminal::Terminal;

const SIZE: u64 = 1 << 30;
const ROUNDS: usize = 7;

fn best(mut run: impl FnMut()) -> Duration {
    let timed = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..ROUNDS).map(timed).min().unwrap()
}

fn gigabytes_per_second(bytes: u64, taken: Duration) -> f64 {
    f64::from(u32::try_from(bytes >> 20).unwrap()) * 1.048_576e-3 / taken.as_secs_f64()
}

#[test]
#[ignore = "measures; needs a release build and a quiet machine"]
fn hashing_keeps_up_with_openssl() {
    let shared_memory = Path::new("/dev/shm");
    let folder =
        if shared_memory.is_dir() { tempfile::tempdir_in(shared_memory) } else { tempfile::tempdir() }.unwrap();
    let paths: Vec<PathBuf> = (0..2).map(|n| folder.path().join(format!("{n}.bin"))).collect();
    let block: Vec<u8> = (0..1_u32 << 20).map(|at| (at.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0]).collect();
    for path in &paths {
        let mut file = std::fs::File::create(path).unwrap();
        (0..SIZE >> 20).for_each(|_| file.write_all(&block).unwrap());
    }
    let openssl = best(|| {
        let status = Command::new("openssl").args(["dgst", "-sha256"]).arg(&paths[0]).output().unwrap().status;
        assert!(status.success());
    });
    let ours = best(|| assert!(files::hash(&paths[0]).is_ok()));
    let quiet = Terminal { quiet: true, colour: false, progress: false };
    let both = best(|| assert!(files::hash_many(&paths, quiet).iter().all(Result::is_ok)));
    println!("openssl dgst: {:.3} GB/s", gigabytes_per_second(SIZE, openssl));
    println!("files::hash: {:.3} GB/s", gigabytes_per_second(SIZE, ours));
    println!("files::hash_many, 2 files: {:.3} GB/s", gigabytes_per_second(2 * SIZE, both));
    println!("ratio: {:.3}", openssl.as_secs_f64() / ours.as_secs_f64());
}
