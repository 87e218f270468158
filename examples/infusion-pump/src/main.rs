//! `pumpctl`: the controller's bench program. Exit codes: 0 done, 1 an alarm stopped the infusion,
//! 2 usage, 3 input.

use std::process::ExitCode;

use pumpctl::library::{BUILT_IN, DrugLibrary, EXPECTED_SHA256};
use pumpctl::pump::Motor;
use pumpctl::scenario::Scenario;

const USAGE: &str = "usage: pumpctl --version | --about | drugs | check-library FILE | run SCENARIO";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["--version"] => said(&format!("pumpctl {}", pumpctl::about::VERSION)),
        ["--about"] => said(&pumpctl::about::text()),
        ["drugs"] => drugs(),
        ["check-library", file] => check_library(file),
        ["run", file] => run(file),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(3)
    })
}

type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

fn said(text: &str) -> Outcome {
    println!("{text}");
    Ok(ExitCode::SUCCESS)
}

fn drugs() -> Outcome {
    let library = DrugLibrary::load(BUILT_IN, EXPECTED_SHA256)?;
    for drug in library.drugs() {
        println!("{}\t{}\thard limit {} ng/kg/min", drug.id, drug.name, drug.dose_hard_max.0);
    }
    Ok(ExitCode::SUCCESS)
}

fn check_library(file: &str) -> Outcome {
    let library = DrugLibrary::load(&std::fs::read_to_string(file)?, EXPECTED_SHA256)?;
    said(&library.title())
}

fn run(file: &str) -> Outcome {
    let library = DrugLibrary::load(BUILT_IN, EXPECTED_SHA256)?;
    let pump = Scenario::parse(&std::fs::read_to_string(file)?)?.run(&library)?;
    for line in pump.log().lines() {
        println!("{line}");
    }
    Ok(if pump.motor() == Motor::Alarmed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
