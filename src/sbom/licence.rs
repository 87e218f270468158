//! Declared licences: an SPDX expression where the text is one, the text itself where it is not.
//!
//! SPDX specification 2.3 annex D; names are those of the SPDX licence list of the `spdx` crate.

/// Longest text kept for a licence that is no SPDX expression, in characters.
const MAX_NAME: usize = 200;

/// What a package declares about its licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licence {
    /// A valid SPDX expression in its canonical spelling.
    Expression(String),
    /// Text that is no SPDX expression, or a licence file, as declared.
    Named(String),
    /// Nothing is declared.
    Undeclared,
}

impl Licence {
    /// From a manifest's `license` and `license-file`.
    #[must_use]
    pub fn declared(text: Option<&str>, file: Option<&str>) -> Self {
        match (text.map(str::trim).filter(|text| !text.is_empty()), file) {
            (Some(text), _) => Self::parse(text),
            (None, Some(file)) => Self::Named(clip(&format!("licence file {file} of the package"))),
            (None, None) => Self::Undeclared,
        }
    }

    /// The expression or name; `None` where nothing is declared.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Expression(text) | Self::Named(text) => Some(text),
            Self::Undeclared => None,
        }
    }

    /// Whether text is an SPDX expression, in any spelling that has one.
    #[must_use]
    pub fn is_expression(text: &str) -> bool {
        matches!(Self::declared(Some(text), None), Self::Expression(_))
    }

    fn parse(text: &str) -> Self {
        // Long nested text is not worth a parser's stack.
        if text.len() > 4096 {
            return Self::Named(clip(text));
        }
        let canonical = spdx::Expression::canonicalize(text).ok().flatten().unwrap_or_else(|| text.to_owned());
        match spdx::Expression::parse(&canonical) {
            Ok(expression) => Self::Expression(expression.to_string()),
            Err(_) => Self::Named(clip(text)),
        }
    }
}

fn clip(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::Licence;

    #[test]
    fn old_spellings_become_spdx_expressions() {
        for (text, expected) in [
            ("MIT", "MIT"),
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
        ] {
            assert_eq!(Licence::declared(Some(text), None), Licence::Expression(expected.to_owned()));
        }
    }

    #[test]
    fn keeps_other_text_as_a_name_and_never_guesses() {
        assert_eq!(Licence::declared(Some("Our Own"), None), Licence::Named("Our Own".to_owned()));
        assert_eq!(
            Licence::declared(None, Some("LICENSE.txt")),
            Licence::Named("licence file LICENSE.txt of the package".to_owned())
        );
        assert_eq!(Licence::declared(Some("  "), None), Licence::Undeclared);
        let deep = "(".repeat(1_000_000);
        assert!(matches!(Licence::declared(Some(&deep), None), Licence::Named(name) if name.len() == 200));
    }
}
