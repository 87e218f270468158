//! The drug library: parsed strictly, and only if it is the released one (SRS-015).

use std::num::NonZeroU64;

use semver::{Version, VersionReq};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::dose::Dose;

/// SHA-256 of the library that this binary was built and tested with, in hex.
pub const EXPECTED_SHA256: &str = env!("PUMPCTL_LIBRARY_SHA256");

/// The library that is part of the binary.
pub const BUILT_IN: &str = include_str!("../library/drug-library.toml");

/// Largest library that is read, in bytes.
pub const SIZE_MAX: usize = 64 * 1024;

/// One drug with its limits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Drug {
    /// Short id.
    pub id: String,
    /// Name and strength as on the label.
    pub name: String,
    /// Concentration in ng/mL.
    pub concentration: NonZeroU64,
    /// Smallest dose.
    pub dose_min: Dose,
    /// Largest dose without a confirmation.
    pub dose_soft_max: Dose,
    /// Largest dose.
    pub dose_hard_max: Dose,
    /// Largest bolus in µL; 0 means that there is none.
    pub bolus_max: u64,
    /// Time between two boluses in s.
    pub bolus_lockout: u64,
}

/// A library that passed every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrugLibrary {
    name: String,
    revision: u32,
    drugs: Vec<Drug>,
}

/// Why a library is not used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Not the library that was released with this software.
    #[error("drug library is sha256:{got} (expected sha256:{expected})")]
    Mismatch {
        /// Digest of the bytes at hand.
        got: String,
        /// Digest built into the software.
        expected: String,
    },
    /// Too large.
    #[error("drug library has {0} bytes (at most {SIZE_MAX})")]
    Size(usize),
    /// Not TOML, or not of this shape.
    #[error("drug library cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Made for other software.
    #[error("drug library is for software {wanted} (this is {got})")]
    Software {
        /// What the library asks for.
        wanted: String,
        /// This software.
        got: String,
    },
    /// Two entries with one id.
    #[error("drug {0:?} stands in the library twice")]
    Duplicate(String),
    /// Limits that contradict each other.
    #[error("limits of drug {0:?} are out of order (expected minimum, soft limit, hard limit)")]
    Limits(String),
    /// An empty library.
    #[error("drug library holds no drug")]
    Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: Schema,
    name: String,
    revision: u32,
    software: VersionReq,
    drug: Vec<Drug>,
}

/// The one format version, so that another one is refused while parsing.
#[derive(Deserialize)]
#[serde(try_from = "u8")]
struct Schema;

impl TryFrom<u8> for Schema {
    type Error = String;

    fn try_from(got: u8) -> Result<Self, String> {
        if got == 1 { Ok(Self) } else { Err(format!("schema is {got} (expected 1)")) }
    }
}

impl DrugLibrary {
    /// Reads the library that this software was released with, and no other.
    ///
    /// # Errors
    /// [`LibraryError`]; the digest is looked at before anything is parsed.
    pub fn load(text: &str, expected_sha256: &str) -> Result<Self, LibraryError> {
        if text.len() > SIZE_MAX {
            return Err(LibraryError::Size(text.len()));
        }
        let got = sha256_hex(text.as_bytes());
        if got != expected_sha256 {
            return Err(LibraryError::Mismatch { got, expected: expected_sha256.to_owned() });
        }
        Self::parse(text)
    }

    fn parse(text: &str) -> Result<Self, LibraryError> {
        let raw: Raw = toml::from_str(text)?;
        let Raw { schema: Schema, name, revision, software, drug: drugs } = raw;
        let running = Version::parse(crate::about::VERSION).ok();
        if !running.is_some_and(|version| software.matches(&version)) {
            let got = crate::about::VERSION.to_owned();
            return Err(LibraryError::Software { wanted: software.to_string(), got });
        }
        if drugs.is_empty() {
            return Err(LibraryError::Empty);
        }
        for (index, drug) in drugs.iter().enumerate() {
            if drugs.iter().take(index).any(|earlier| earlier.id == drug.id) {
                return Err(LibraryError::Duplicate(drug.id.clone()));
            }
            if drug.dose_min > drug.dose_soft_max || drug.dose_soft_max > drug.dose_hard_max {
                return Err(LibraryError::Limits(drug.id.clone()));
            }
        }
        Ok(Self { name, revision, drugs })
    }

    /// The drug of this id.
    #[must_use]
    pub fn drug(&self, id: &str) -> Option<&Drug> {
        self.drugs.iter().find(|drug| drug.id == id)
    }

    /// All drugs, in the order of the library.
    #[must_use]
    pub fn drugs(&self) -> &[Drug] {
        &self.drugs
    }

    /// Name and revision, such as `example-ward rev 7`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} rev {}", self.name, self.revision)
    }
}

/// SHA-256 in lowercase hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, DrugLibrary, EXPECTED_SHA256, LibraryError, sha256_hex};

    fn load(text: &str) -> Result<DrugLibrary, LibraryError> {
        DrugLibrary::load(text, &sha256_hex(text.as_bytes()))
    }

    #[test]
    fn reads_the_released_library() {
        let library = DrugLibrary::load(BUILT_IN, EXPECTED_SHA256).unwrap();
        assert_eq!(library.title(), "example-ward rev 7");
        assert!(library.drug("exampline").is_some());
        assert!(library.drug("unknown").is_none());
    }

    #[test]
    fn refuses_a_library_for_other_software() {
        let text = BUILT_IN.replace(">=1.4.0, <2.0.0", ">=2.0.0");
        assert!(matches!(load(&text), Err(LibraryError::Software { .. })));
    }

    #[test]
    fn refuses_limits_out_of_order() {
        let text = BUILT_IN.replace("dose-soft-max = 10_000", "dose-soft-max = 30_000");
        assert!(matches!(load(&text), Err(LibraryError::Limits(id)) if id == "exampline"));
    }

    #[test]
    fn refuses_a_drug_that_stands_twice() {
        let text = BUILT_IN.replace("id = \"demonidol\"", "id = \"exampline\"");
        assert!(matches!(load(&text), Err(LibraryError::Duplicate(_))));
    }

    #[test]
    fn refuses_unknown_fields_and_a_concentration_of_zero() {
        assert!(load(&BUILT_IN.replace("revision = 7", "revision = 7\nextra = 1")).is_err());
        assert!(load(&BUILT_IN.replace("concentration = 10_000", "concentration = 0")).is_err());
        assert!(load(&BUILT_IN.replace("schema = 1", "schema = 2")).is_err());
    }
}
