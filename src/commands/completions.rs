//! `batchseal completions`: completion scripts for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;

use super::Cli;
use super::failure::Failure;

/// Arguments of `batchseal completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let script = script(args.shell).map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
    terminal.result(&script);
    Ok(ExitStatus::Done)
}

/// The completion script.
///
/// # Errors
/// When the generator writes something that is not UTF-8.
pub fn script(shell: Shell) -> Result<String, std::string::FromUtf8Error> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "batchseal", &mut bytes);
    String::from_utf8(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_subcommands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script = script(shell).unwrap();
            assert!(script.contains("approve") && script.contains("verify"), "{shell}");
        }
    }
}
