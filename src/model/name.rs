//! Names that are safe as file names, container entries and Markdown: parsed once, trusted after.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Longest name, in bytes.
pub const MAX_NAME: usize = 200;

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {got:?} is not usable ({reason})")]
pub struct NameError {
    what: &'static str,
    got: String,
    reason: &'static str,
}

fn refuse(what: &'static str, got: &str, reason: &'static str) -> NameError {
    NameError { what, got: got.chars().take(80).collect(), reason }
}

/// Names that Windows gives to devices, in any case and with any extension.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// One segment: ASCII `[A-Za-z0-9._-]`, no leading dot or hyphen, no trailing dot, not reserved on Windows.
fn check_segment(what: &'static str, whole: &str, segment: &str) -> Result<(), NameError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if segment.is_empty() {
        return Err(refuse(what, whole, "a part of it is empty"));
    }
    if !segment.bytes().all(allowed) {
        return Err(refuse(what, whole, "expected only ASCII letters, digits, '.', '_' and '-'"));
    }
    if segment.starts_with(['.', '-']) || segment.ends_with('.') {
        return Err(refuse(what, whole, "a part of it begins with '.' or '-', or ends with '.'"));
    }
    let stem = segment.split('.').next().unwrap_or(segment).to_ascii_lowercase();
    if RESERVED.contains(&stem.as_str()) {
        return Err(refuse(what, whole, "Windows reserves this name"));
    }
    Ok(())
}

macro_rules! segment_name {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Parses one file-name-safe segment.
            ///
            /// # Errors
            /// [`NameError`] with the reason.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                if text.len() > MAX_NAME {
                    return Err(refuse($what, text, "it is longer than 200 bytes"));
                }
                check_segment($what, text, text)?;
                Ok(Self(text.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

segment_name!(
    /// File name of a shipped artifact: the `name` of its in-toto subject.
    ArtifactName,
    "artifact name"
);
segment_name!(
    /// Name of the device; first part of every container's file name.
    DeviceName,
    "device name"
);

/// Release version: the batch number. `+` is allowed (SemVer build metadata), spaces are not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// Parses a version of at most 64 bytes.
    ///
    /// # Errors
    /// [`NameError`] with the reason.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.len() > 64 {
            return Err(refuse("version", text, "it is longer than 64 bytes"));
        }
        check_segment("version", text, &text.replace('+', "_"))?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The version as part of a file name (`+` written as `_`).
    #[must_use]
    pub fn file_part(&self) -> String {
        self.0.replace('+', "_")
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Path of an entry in a container: segments joined by `/`, each safe on every platform.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EntryName(String);

impl EntryName {
    /// Parses `segment(/segment)*`, at most [`MAX_NAME`] bytes.
    ///
    /// # Errors
    /// [`NameError`] with the reason.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.len() > MAX_NAME {
            return Err(refuse("entry name", text, "it is longer than 200 bytes"));
        }
        for segment in text.split('/') {
            check_segment("entry name", text, segment)?;
        }
        Ok(Self(text.to_owned()))
    }

    /// The path with `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Whether the entry lies under `folder` (given without a slash).
    #[must_use]
    pub fn is_in(&self, folder: &str) -> bool {
        self.0.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for EntryName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{ArtifactName, EntryName, Version};

    #[test]
    fn accepts_ordinary_names() {
        for name in ["INDEX.html", "attestations/sbom-pumpctl.sigstore.json", "git/tag", "approvals/01-reviewer.json"] {
            assert!(EntryName::parse(name).is_ok(), "{name}");
        }
        assert!(Version::parse("1.2.3-rc.1+build.5").is_ok());
        assert_eq!(Version::parse("1.0.0+b").map(|v| v.file_part()), Ok("1.0.0_b".to_owned()));
    }

    #[test]
    fn rejects_names_that_escape_hide_or_collide() {
        for name in [
            "",
            "/a",
            "a/",
            "a//b",
            "../a",
            "a/../b",
            "./a",
            ".git/x",
            "a\\b",
            "a b",
            "ä",
            "con",
            "NUL.txt",
            "com1.json",
            "a.",
            "-rf",
            "a/\u{202e}b",
            "a\0b",
            "a:b",
        ] {
            assert!(EntryName::parse(name).is_err(), "{name:?} was accepted");
        }
        assert!(EntryName::parse(&"a".repeat(201)).is_err());
        assert!(ArtifactName::parse("a/b").is_err());
        assert!(Version::parse("1.0 beta").is_err());
        assert!(Version::parse("").is_err());
    }

    #[test]
    fn knows_its_folder() {
        let name = EntryName::parse("sbom/a.cdx.json").expect("name");
        assert!(name.is_in("sbom"));
        assert!(!name.is_in("sb"));
        assert_eq!(name.file_name(), "a.cdx.json");
    }
}
