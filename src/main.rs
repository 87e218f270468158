//! The thin program: parse, run, map to an exit code.

use std::process::ExitCode;

use clap::Parser;

use batchseal::adapters::terminal::Terminal;
use batchseal::commands::{self, Cli};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(&cli) {
        Ok(status) => status.into(),
        Err(failure) => {
            let terminal = Terminal::detect(cli.quiet);
            for line in failure.lines() {
                terminal.diagnostic(&line);
            }
            failure.status().into()
        }
    }
}
