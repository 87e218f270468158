//! The level of support of a component, in the words of FDA's premarket cybersecurity guidance of
//! 2026-02-03, V.A.4(b).

/// The level of support that a supplier gives, in the guidance's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupportLevel {
    /// Actively maintained.
    ActivelyMaintained,
    /// No longer maintained.
    NoLongerMaintained,
    /// Abandoned.
    Abandoned,
}

impl SupportLevel {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::ActivelyMaintained, Self::NoLongerMaintained, Self::Abandoned];

    /// The guidance's phrase.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActivelyMaintained => "actively maintained",
            Self::NoLongerMaintained => "no longer maintained",
            Self::Abandoned => "abandoned",
        }
    }

    /// The level of a phrase, letter for letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::SupportLevel;

    #[test]
    fn levels_are_the_guidance_s_phrases_and_no_others() {
        for level in SupportLevel::ALL {
            assert_eq!(SupportLevel::parse(level.as_str()), Some(level));
        }
        for text in ["Abandoned", "actively-maintained", "", "unknown"] {
            assert_eq!(SupportLevel::parse(text), None, "{text}");
        }
    }
}
