//! Unique device identification (21 CFR 830.3): what `batch.json` says of it, and the identifiers of the three
//! issuing agencies that 21 CFR 830.100 accredits.
//!
//! A UDI is a device identifier (DI) and a production identifier (PI). Software without a package conveys its version
//! in the PI (21 CFR 801.50(a)); GUDID counts a software version as a lot number, so the lot is where it goes unless
//! the policy says otherwise.

mod error;
pub mod gs1;
pub mod hibcc;
pub mod iccbba;
mod identifier;
pub mod in_text;

use serde::{Deserialize, Serialize};

pub use error::UdiError;
use error::shown;
pub use identifier::{Identifier, PartKind};

/// UDI of the batch as `batch.json` states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Udi {
    /// `samd`, `embedded` or `none`.
    pub scope: UdiScope,
    /// Device identifier (GTIN-14 for GS1), text so that leading zeros stay.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub di: Option<String>,
    /// Issuing agency, where the policy names it; otherwise the shape of `di` tells.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issuer: Option<Issuer>,
    /// Production identifier that carries the version, where the policy names one; otherwise the lot.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pi: Option<Carrier>,
    /// The whole UDI of this version in its human-readable form; absent where none can be made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub full: Option<String>,
}

impl Udi {
    /// A UDI of which nothing but scope and device identifier is stated.
    #[must_use]
    pub fn new(scope: UdiScope, di: Option<&str>) -> Self {
        Self { scope, di: di.map(str::to_owned), issuer: None, pi: None, full: None }
    }

    /// Scope and device identifier in words; `not configured` without a UDI.
    #[must_use]
    pub fn in_words(udi: Option<&Self>) -> String {
        let Some(udi) = udi else { return "not configured".to_owned() };
        match (udi.scope, udi.di.as_deref()) {
            (UdiScope::None, None) => "none".to_owned(),
            (scope, di) => format!("{} {}", scope.as_str(), di.unwrap_or("without device identifier")),
        }
    }

    /// The agency: the one that is named, else the one whose identifiers look like `di`.
    #[must_use]
    pub fn agency(&self) -> Option<Issuer> {
        self.issuer.or_else(|| Issuer::of(self.di.as_deref()?))
    }

    /// Whether the version must stand in the production identifier: software with a UDI of its own (21 CFR 801.50),
    /// and wherever the policy names the identifier that carries it. The PI of a device with embedded software is
    /// otherwise given where its hardware is made.
    #[must_use]
    pub const fn conveys_version(&self) -> bool {
        matches!(self.scope, UdiScope::Samd) || (self.pi.is_some() && !matches!(self.scope, UdiScope::None))
    }

    /// The identifier of one version.
    ///
    /// # Errors
    /// [`UdiError`] where there is no device identifier, or the version cannot be a production identifier.
    pub fn of_version(&self, version: &str) -> Result<Identifier, UdiError> {
        let di = self.di.as_deref().ok_or(UdiError::NoDeviceIdentifier)?;
        let issuer = self.agency().ok_or_else(|| UdiError::UnknownAgency(shown(di)))?;
        Identifier::make(issuer, di, self.pi.unwrap_or_default(), version)
    }

    /// This UDI with the whole identifier of a version, where one can be made.
    #[must_use]
    pub fn with_version(&self, version: &str) -> Self {
        let full = match self.scope {
            UdiScope::None => None,
            UdiScope::Samd | UdiScope::Embedded => self.of_version(version).ok(),
        };
        Self { full: full.map(|identifier| identifier.to_string()), ..self.clone() }
    }
}

/// Whether the software has a UDI of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UdiScope {
    /// Software as a medical device, or separately distributed software.
    Samd,
    /// Firmware recorded under the device's UDI.
    Embedded,
    /// No UDI.
    None,
}

impl UdiScope {
    /// The word in the files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Samd => "samd",
            Self::Embedded => "embedded",
            Self::None => "none",
        }
    }
}

/// Issuing agencies that FDA has accredited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Issuer {
    /// GS1 (GTIN and application identifiers).
    Gs1,
    /// Health Industry Business Communications Council.
    Hibcc,
    /// ICCBBA (ISBT 128).
    Iccbba,
}

impl Issuer {
    /// The word in the files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gs1 => "gs1",
            Self::Hibcc => "hibcc",
            Self::Iccbba => "iccbba",
        }
    }

    /// The agency whose device identifiers begin like this text; it may still be malformed.
    #[must_use]
    pub fn of(di: &str) -> Option<Self> {
        match di.as_bytes() {
            [b'=', b'/', ..] => Some(Self::Iccbba),
            [b'+', ..] => Some(Self::Hibcc),
            digits if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => Some(Self::Gs1),
            _ => None,
        }
    }

    /// Looks at a device identifier of this agency.
    ///
    /// # Errors
    /// [`UdiError`] with what is wrong.
    pub fn check_di(self, di: &str) -> Result<(), UdiError> {
        match self {
            Self::Gs1 => gs1::check_gtin(di),
            Self::Hibcc => hibcc::check_primary(di),
            Self::Iccbba => iccbba::check_di(di),
        }
    }
}

/// Production identifiers that can carry a software version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// Lot or batch number: GS1 (10), HIBCC `$`.
    #[default]
    Lot,
    /// Serial number: GS1 (21), HIBCC `$+`.
    Serial,
    /// GS1 (8012), software version. Known to GS1; that FDA accepts it as a production identifier is not confirmed.
    Version,
}

impl Carrier {
    /// The word in the files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lot => "lot",
            Self::Serial => "serial",
            Self::Version => "version",
        }
    }

    const fn kind(self) -> PartKind {
        match self {
            Self::Lot => PartKind::Lot,
            Self::Serial => PartKind::Serial,
            Self::Version => PartKind::Version,
        }
    }
}
