//! Names of test suites, as policies require them and reports carry them.

use std::fmt;

/// A suite in kebab case, such as `unit` or `system`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuiteName(String);

/// Text that is no name of a suite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("suite {0:?} is malformed (expected 1 to 40 lowercase letters, digits and hyphens, beginning with a letter)")]
pub struct SuiteNameError(String);

impl SuiteName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`SuiteNameError`].
    pub fn parse(text: &str) -> Result<Self, SuiteNameError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good = (1..=40).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(allowed)
            && !text.ends_with('-');
        if good { Ok(Self(text.to_owned())) } else { Err(SuiteNameError(text.chars().take(60).collect())) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SuiteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::SuiteName;

    #[test]
    fn names_are_kebab_case() {
        for text in ["unit", "system-2", "a"] {
            assert_eq!(SuiteName::parse(text).expect("name").as_str(), text);
        }
        for text in ["", "Unit", "unit-", "2nd", "a b", &"a".repeat(41)] {
            assert!(SuiteName::parse(text).is_err(), "{text:?}");
        }
    }
}
