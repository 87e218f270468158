//! Coverage reports: Cobertura XML (`cobertura`) and LCOV tracefiles (`lcov`).
//!
//! Both say how many lines and branches there are and how many ran. What runs over several files is added up.

mod cobertura;
mod lcov;
#[cfg(test)]
mod tests;

/// Largest report, in bytes.
pub const MAX_BYTES: usize = 128 << 20;

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Its format.
    pub format: Format,
    /// Version of the program that wrote it, where the report names one.
    pub version: Option<String>,
    /// Lines.
    pub lines: Covered,
    /// Branches, where the program measured them.
    pub branches: Option<Covered>,
}

/// Formats of coverage reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Cobertura's XML.
    Cobertura,
    /// LCOV's tracefile.
    Lcov,
}

impl Format {
    /// The name of the format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cobertura => "Cobertura",
            Self::Lcov => "LCOV",
        }
    }
}

/// How much of how much ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Covered {
    /// Ran.
    pub covered: u64,
    /// There are; never fewer.
    pub valid: u64,
}

impl Covered {
    fn new(what: &'static str, covered: u64, valid: u64) -> Result<Self, CoverageError> {
        if covered > valid {
            return Err(CoverageError::MoreThanAll { what, covered, valid });
        }
        Ok(Self { covered, valid })
    }

    fn add(&mut self, ran: bool) {
        self.valid += 1;
        self.covered += u64::from(ran);
    }
}

impl Coverage {
    /// `lines 90 of 100, branches 7 of 10`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let lines = format!("lines {} of {}", self.lines.covered, self.lines.valid);
        match self.branches {
            Some(branches) => format!("{lines}, branches {} of {}", branches.covered, branches.valid),
            None => format!("{lines}, branches not measured"),
        }
    }
}

/// Why a report was refused.
#[derive(Debug, thiserror::Error)]
pub enum CoverageError {
    /// Too many bytes.
    #[error("coverage report has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("coverage report is not UTF-8 (first bad byte at {0})")]
    NotUtf8(usize),
    /// Neither format.
    #[error("file is no coverage report (expected Cobertura XML or an LCOV tracefile)")]
    Unknown,
    /// Not well-formed XML.
    #[error("Cobertura report is not well-formed XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// XML with entities of its own.
    #[error("Cobertura report declares entities (expected none)")]
    Entities,
    /// Another XML document.
    #[error("root element is <{0}> (expected <coverage>)")]
    Root(String),
    /// An attribute that is no number.
    #[error("{attribute} is {got:?} (expected {expected})")]
    Number {
        /// Which one.
        attribute: &'static str,
        /// As given.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// More ran than is there.
    #[error("{what}: {covered} of {valid} ran (expected no more than there are)")]
    MoreThanAll {
        /// Lines or branches.
        what: &'static str,
        /// Ran.
        covered: u64,
        /// There are.
        valid: u64,
    },
    /// A record that is no LCOV.
    #[error("line {line} of the tracefile is {got:?} (expected {expected})")]
    Record {
        /// From 1.
        line: usize,
        /// Its beginning.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A tracefile that ends inside a file's section.
    #[error("tracefile ends inside a section (expected end_of_record)")]
    Unended,
    /// Not a single line of code.
    #[error("coverage report speaks of no line of code")]
    Empty,
}

/// Reads a report of either format.
///
/// # Errors
/// [`CoverageError`].
pub fn parse(bytes: &[u8]) -> Result<Coverage, CoverageError> {
    if bytes.len() > MAX_BYTES {
        return Err(CoverageError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| CoverageError::NotUtf8(error.valid_up_to()))?;
    let text = text.trim_start_matches('\u{feff}');
    let coverage = match text.trim_start() {
        xml if xml.starts_with('<') => cobertura::parse(text)?,
        records if lcov::begins(records) => lcov::parse(text)?,
        _ => return Err(CoverageError::Unknown),
    };
    if coverage.lines.valid == 0 { Err(CoverageError::Empty) } else { Ok(coverage) }
}
