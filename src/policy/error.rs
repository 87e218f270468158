//! What is wrong with one of the files: every problem with its place, key, got and expected.

use std::borrow::Cow;
use std::fmt;

use crate::model::hint::Hint;
use crate::model::text::for_terminal;

use super::file::MAX_FILE;
use super::place::Place;

/// Problems kept for one file; further ones are only counted.
pub const MAX_PROBLEMS: usize = 100;

/// Longest foreign text that a message quotes, in characters.
const MAX_QUOTE: usize = 80;

/// Which of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `batchseal.toml`.
    Policy,
    /// `trust.toml`.
    Trust,
    /// `components.toml`.
    Components,
    /// `support.toml`, or its answers as a spreadsheet.
    Support,
    /// `evidence.toml`.
    Evidence,
}

impl FileKind {
    /// Largest file, in bytes; a file with an entry for each component may be large.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Policy | Self::Trust | Self::Evidence => MAX_FILE,
            Self::Components | Self::Support => 32 * MAX_FILE,
        }
    }

    /// The page that describes every key.
    #[must_use]
    pub const fn page(self) -> &'static str {
        match self {
            Self::Policy => "docs/reference/batchseal-toml.md",
            Self::Trust => "docs/reference/trust-toml.md",
            Self::Components => "docs/reference/components-toml.md",
            Self::Support => "docs/reference/support-toml.md",
            Self::Evidence => "docs/reference/evidence-toml.md",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Dotted key, such as `device.safety-class`; entries of lists are counted from 1.
    pub key: String,
    /// What stands there.
    pub got: String,
    /// What may stand there.
    pub expected: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: got {}, expected {}", self.place, self.key, self.got, self.expected)
    }
}

/// Everything that is wrong with one file, in file order; one line each when shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyErrors {
    /// File name as the caller gave it.
    pub file: String,
    /// Which file it is.
    pub kind: FileKind,
    /// At least one, at most [`MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// Problems beyond those.
    pub further: usize,
    /// Whether the trust file says `draft = true`; a draft is never believed.
    pub is_draft: bool,
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{problem}", self.file)?;
        }
        if self.further > 0 {
            write!(f, "\n{}: and {} more", self.file, self.further)?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyErrors {}

impl Hint for PolicyErrors {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let page = self.kind.page();
        let only_draft = self.is_draft && self.problems.len() == 1;
        Some(if only_draft {
            format!("check every line of {} against what you know yourself, then remove draft = true", self.file).into()
        } else {
            format!("correct {} ({page} describes every key)", self.file).into()
        })
    }
}

/// Foreign text for a message: clipped, escaped, in quotes.
#[must_use]
pub fn quote(text: &str) -> String {
    let clipped: String = text.chars().take(MAX_QUOTE).collect();
    let rest = if clipped.len() < text.len() { "…" } else { "" };
    format!("\"{}{rest}\"", for_terminal(&clipped))
}
