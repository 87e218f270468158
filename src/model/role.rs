//! Roles of persons and the meaning of their signature.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// A role in kebab case, such as `reviewer` or `authoriser`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Role(String);

/// Text that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("role {0:?} is malformed (expected 1 to 40 lowercase letters, digits and hyphens, beginning with a letter)")]
pub struct RoleError(String);

impl Role {
    /// The role that authorises release and signs last (ISO 13485:2016 8.2.6).
    pub const AUTHORISER: &'static str = "authoriser";
    /// The role that verifies the batch record (ISO 13485:2016 7.5.1).
    pub const REVIEWER: &'static str = "reviewer";

    /// Parses a role.
    ///
    /// # Errors
    /// [`RoleError`].
    pub fn parse(text: &str) -> Result<Self, RoleError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good = (1..=40).contains(&text.len())
            && text.as_bytes()[0].is_ascii_lowercase()
            && text.bytes().all(allowed)
            && !text.ends_with('-');
        if good { Ok(Self(text.to_owned())) } else { Err(RoleError(text.chars().take(60).collect())) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this role authorises release.
    #[must_use]
    pub fn is_authoriser(&self) -> bool {
        self.0 == Self::AUTHORISER
    }

    /// What a signature in this role means when it approves (21 CFR 11.50(a)(3)).
    #[must_use]
    pub fn meaning(&self) -> String {
        match self.as_str() {
            Self::AUTHORISER => "authorised release of this batch".to_owned(),
            Self::REVIEWER => "verified the batch record".to_owned(),
            other => format!("approved the batch record as {other}"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
