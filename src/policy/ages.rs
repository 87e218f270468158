//! `[gate]`: how old what a release relies on may be.

/// How many days before the record something may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeLimits {
    /// Reviews of SOUP anomaly lists.
    pub soup_review_days: u16,
    /// Data of the vulnerability scanner.
    pub advisory_days: u16,
    /// Catalogue of known exploited vulnerabilities.
    pub kev_days: u16,
}

impl Default for AgeLimits {
    fn default() -> Self {
        Self { soup_review_days: 365, advisory_days: 7, kev_days: 14 }
    }
}
