//! Talking with a person: questions, answers and passphrases.

use std::borrow::Cow;
use std::io::{self, BufRead, IsTerminal, Read, Write};

use zeroize::Zeroizing;

use crate::model::hint::Hint;
use crate::model::text::for_terminal;

/// Longest answer, in bytes.
const MAX_LINE: u64 = 16 * 1024;

/// Someone who can be asked.
pub trait Dialogue {
    /// Whether anybody is there to answer.
    fn is_interactive(&self) -> bool;

    /// Shows lines. The text is trusted to be escaped.
    fn show(&mut self, text: &str);

    /// Asks for one line; the answer has no line end and no surrounding blanks.
    ///
    /// # Errors
    /// [`DialogueError`] when nobody answers.
    fn ask(&mut self, question: &str) -> Result<String, DialogueError>;

    /// Asks for a secret, without echo.
    ///
    /// # Errors
    /// [`DialogueError`] when nobody answers.
    fn ask_secret(&mut self, question: &str) -> Result<Zeroizing<String>, DialogueError>;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum DialogueError {
    /// Standard input or error is no terminal.
    #[error("nobody can be asked: standard input and error are not a terminal")]
    NoTerminal,
    /// End of input.
    #[error("input ended before the question was answered: {0}")]
    Ended(String),
    /// Longer than any answer.
    #[error("answer is longer than {MAX_LINE} bytes")]
    TooLong,
    /// The terminal failed.
    #[error("terminal failed: {0}")]
    Io(#[from] io::Error),
}

impl Hint for DialogueError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        matches!(self, Self::NoTerminal).then(|| "Give the answers as options, or run it in a terminal".into())
    }
}

/// The person at this terminal. Questions go to standard error, results stay on standard output.
#[derive(Debug, Default)]
pub struct TerminalDialogue;

impl TerminalDialogue {
    fn require_terminal(&self) -> Result<(), DialogueError> {
        if self.is_interactive() { Ok(()) } else { Err(DialogueError::NoTerminal) }
    }
}

impl Dialogue for TerminalDialogue {
    fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn show(&mut self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{text}");
    }

    fn ask(&mut self, question: &str) -> Result<String, DialogueError> {
        self.require_terminal()?;
        let mut err = io::stderr().lock();
        write!(err, "{} ", for_terminal(question))?;
        err.flush()?;
        let mut line = String::new();
        io::stdin().lock().take(MAX_LINE + 1).read_line(&mut line)?;
        if line.is_empty() {
            return Err(DialogueError::Ended(question.to_owned()));
        }
        if line.len() as u64 > MAX_LINE {
            return Err(DialogueError::TooLong);
        }
        Ok(line.trim().to_owned())
    }

    fn ask_secret(&mut self, question: &str) -> Result<Zeroizing<String>, DialogueError> {
        self.require_terminal()?;
        Ok(Zeroizing::new(rpassword::prompt_password(format!("{} ", for_terminal(question)))?))
    }
}
