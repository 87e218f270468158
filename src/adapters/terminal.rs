//! Standard output and error: results on the one, progress and diagnostics on the other.

use std::io::{self, IsTerminal, Write};

/// What the terminal can show and what the user asked for.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// `--quiet`: no progress and no notes; errors and results stay.
    pub quiet: bool,
    /// Whether results may be coloured.
    pub colour: bool,
    /// Whether progress bars may be drawn.
    pub progress: bool,
}

impl Terminal {
    /// Looks at the streams, `NO_COLOR` (no-color.org) and `TERM`.
    #[must_use]
    pub fn detect(quiet: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { quiet, colour: !plain && io::stdout().is_terminal(), progress: !quiet && io::stderr().is_terminal() }
    }

    /// Writes a result to standard output. A closed pipe is not an error.
    pub fn result(self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Writes a line of progress to standard error.
    pub fn note(self, line: &str) {
        if !self.quiet {
            self.diagnostic(line);
        }
    }

    /// Writes a line to standard error, `--quiet` or not.
    pub fn diagnostic(self, line: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{line}");
    }
}
