//! PINs of tokens: from a variable, a descriptor, a private file, or the person at the terminal.
//!
//! A PIN is wiped when dropped; no error and no message holds any of it.

use std::borrow::Cow;
use std::path::Path;

use zeroize::Zeroizing;

use crate::model::hint::Hint;
use crate::policy::pkcs11_uri::PinSource;

use super::dialogue::{Dialogue, DialogueError};
use super::files::FileError;
use super::key_source;
use super::pipeline_key_error::PipelineKeyError;

/// Longest PIN, in bytes.
const MAX_PIN: usize = 255;

/// Why there is no PIN.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// The variable or the file.
    #[error(transparent)]
    Source(#[from] PipelineKeyError),
    /// The descriptor.
    #[error("PIN cannot be read: {0}")]
    Descriptor(#[from] FileError),
    /// Nobody to ask.
    #[error("PIN of the token is not given, and nobody can be asked: {0}")]
    Dialogue(#[from] DialogueError),
    /// Not one line of text.
    #[error("PIN from {0} is empty or no single line of at most {MAX_PIN} bytes")]
    Form(&'static str),
}

impl Hint for PinError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Source(error) => error.hint(),
            Self::Dialogue(_) => Some("Add ?pin-source=env:NAME, fd:N or file:/PATH to the URI".into()),
            Self::Descriptor(_) | Self::Form(_) => None,
        }
    }
}

/// Gets the PIN of the named token.
///
/// # Errors
/// [`PinError`].
pub fn load(
    source: Option<&PinSource>,
    token: &str,
    dialogue: &mut dyn Dialogue,
) -> Result<Zeroizing<String>, PinError> {
    match source {
        Some(PinSource::Env(name)) => line(&*key_source::variable(name, "PIN")?, "the environment"),
        Some(PinSource::Descriptor(number)) => {
            line(&*key_source::passphrase_from_descriptor(*number)?, "the descriptor")
        }
        Some(PinSource::File(path)) => {
            let bytes = key_source::read_private(Path::new(path))?;
            line(std::str::from_utf8(&bytes).map_err(|_| PinError::Form("the file"))?, "the file")
        }
        None => line(&*dialogue.ask_secret(&format!("PIN of token {token:?}:"))?, "the terminal"),
    }
}

/// One line, without its end.
fn line(text: &str, source: &'static str) -> Result<Zeroizing<String>, PinError> {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let sound = (1..=MAX_PIN).contains(&line.len()) && !line.chars().any(char::is_control);
    if sound { Ok(Zeroizing::new(line.to_owned())) } else { Err(PinError::Form(source)) }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn takes_one_line_and_nothing_else() {
        for text in ["1234", "1234\n", "1234\r\n"] {
            assert_eq!(line(text, "x").expect("a PIN").as_str(), "1234");
        }
        for text in ["", "\n", "1234\n\n", "12\n34", "12\t34", &"1".repeat(256)] {
            let error = line(text, "the file").expect_err("no PIN");
            assert!(!format!("{error} {error:?}").contains("12"), "{error}");
        }
    }
}
