//! The safety cases of the software requirements, run against the library and against the binary
//! that ships; writes a JUnit report.
//!
//! `PUMPCTL_ARTIFACT` names the binary (default: the one Cargo has just built), `PUMPCTL_JUNIT` the
//! report (default: `target/junit.xml`). The binary is hashed before and after the run; both digests
//! stand in the report, and the run fails when they differ.

mod cases;
mod junit;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use junit::{Report, Result as CaseResult};
use pumpctl::library::sha256_hex;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("safety cases did not run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn std::error::Error>> {
    let artifact = std::env::var_os("PUMPCTL_ARTIFACT").unwrap_or_else(|| env!("CARGO_BIN_EXE_pumpctl").into());
    let artifact = PathBuf::from(artifact);
    let before = sha256_hex(&std::fs::read(&artifact)?);
    println!("running {} safety cases", cases::ALL.len());
    let results: Vec<CaseResult> = cases::ALL
        .iter()
        .map(|case| {
            let start = Instant::now();
            let failure = (case.run)(&artifact).err();
            println!("{} {} ... {}", case.requirement, case.name, if failure.is_none() { "ok" } else { "FAILED" });
            CaseResult {
                requirement: case.requirement,
                name: case.name,
                seconds: start.elapsed().as_secs_f64(),
                failure,
            }
        })
        .collect();
    let after = sha256_hex(&std::fs::read(&artifact)?);
    let report = Report { results: &results, artifact_before: &before, artifact_after: &after };
    let path = std::env::var_os("PUMPCTL_JUNIT").map_or_else(|| PathBuf::from("target/junit.xml"), PathBuf::from);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, report.to_xml())?;
    let failed: Vec<&CaseResult> = results.iter().filter(|result| result.failure.is_some()).collect();
    for result in &failed {
        eprintln!("{} {}: {}", result.requirement, result.name, result.failure.as_deref().unwrap_or_default());
    }
    if before != after {
        eprintln!("the binary changed during the run: sha256:{before} became sha256:{after}");
    }
    println!("safety result: {} passed; {} failed", results.len().saturating_sub(failed.len()), failed.len());
    Ok(failed.is_empty() && before == after)
}
