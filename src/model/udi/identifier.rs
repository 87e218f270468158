//! A whole UDI: made of a device identifier and a version, or read.

use std::fmt;

use super::error::{MAX_UDI, shown};
use super::{Carrier, Issuer, UdiError, gs1, hibcc, iccbba};

/// What a production identifier tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// Lot or batch.
    Lot,
    /// Day of manufacture.
    Manufactured,
    /// Last day of use.
    Expires,
    /// Serial number.
    Serial,
    /// Software version.
    Version,
}

impl PartKind {
    /// The words for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lot => "lot number",
            Self::Manufactured => "date of manufacture",
            Self::Expires => "expiration date",
            Self::Serial => "serial number",
            Self::Version => "software version",
        }
    }
}

/// A whole UDI: a device identifier and at least one production identifier. `Display` gives the human-readable form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    issuer: Issuer,
    di: String,
    parts: Vec<(PartKind, String)>,
    text: String,
}

impl Identifier {
    /// The identifier of a device whose version stands in one production identifier.
    ///
    /// # Errors
    /// [`UdiError`]: a malformed device identifier, or a version that cannot be that production identifier.
    pub fn make(issuer: Issuer, di: &str, carrier: Carrier, version: &str) -> Result<Self, UdiError> {
        issuer.check_di(di)?;
        let text = match issuer {
            Issuer::Gs1 => gs1::make(di, carrier, version)?,
            Issuer::Hibcc => hibcc::make(di, carrier, version)?,
            Issuer::Iccbba => return Err(UdiError::NotMade(Issuer::Iccbba)),
        };
        // A value that looks like an identifier of its own would be read as another UDI.
        match Self::parse(&text) {
            Ok(read) if read.di == di && read.parts == [(carrier.kind(), version.to_owned())] => Ok(read),
            _ => Err(UdiError::Ambiguous(shown(version))),
        }
    }

    /// Reads the human-readable form of any of the three agencies.
    ///
    /// # Errors
    /// [`UdiError`] with what is wrong.
    pub fn parse(text: &str) -> Result<Self, UdiError> {
        if text.len() > MAX_UDI {
            return Err(UdiError::TooLong(text.len()));
        }
        let (issuer, di, parts) = match text.as_bytes() {
            [b'(', ..] => {
                let (di, parts) = gs1::parse(text)?;
                (Issuer::Gs1, di, parts)
            }
            [b'+' | b'*', ..] => {
                let (di, parts) = hibcc::parse(text)?;
                (Issuer::Hibcc, di, parts)
            }
            [b'=', ..] => {
                let (di, parts) = iccbba::parse(text)?;
                (Issuer::Iccbba, di, parts)
            }
            _ => return Err(UdiError::UnknownAgency(shown(text))),
        };
        Ok(Self { issuer, di, parts, text: text.to_owned() })
    }

    /// Issuing agency.
    #[must_use]
    pub const fn issuer(&self) -> Issuer {
        self.issuer
    }

    /// Device identifier, as `Udi::di` spells it.
    #[must_use]
    pub fn di(&self) -> &str {
        &self.di
    }

    /// Production identifiers in the order in which they are written.
    #[must_use]
    pub fn parts(&self) -> &[(PartKind, String)] {
        &self.parts
    }

    /// Value of a production identifier.
    #[must_use]
    pub fn part(&self, kind: PartKind) -> Option<&str> {
        self.parts.iter().find(|(own, _)| *own == kind).map(|(_, value)| value.as_str())
    }

    /// Value of the production identifier that carries the version.
    #[must_use]
    pub fn carried(&self, carrier: Carrier) -> Option<&str> {
        self.part(carrier.kind())
    }

    /// Whether the date of manufacture is this day (`YYYY-MM-DD`); `None` without one.
    #[must_use]
    pub fn is_made_on(&self, day: &str) -> Option<bool> {
        let stated = self.part(PartKind::Manufactured)?;
        let digits: String = day.chars().filter(char::is_ascii_digit).collect();
        Some(match self.issuer {
            Issuer::Gs1 => gs1::is_day(stated, &digits),
            Issuer::Hibcc => stated == digits,
            // Year and day of the year: told by shape only, so never shown to agree.
            Issuer::Iccbba => false,
        })
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
