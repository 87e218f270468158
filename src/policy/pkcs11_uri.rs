//! `pkcs11:` URIs (RFC 7512): which key, on which token, through which module, with the PIN from where.
//!
//! Stricter than the RFC: the key must be named by `object` or `id`, `pin-value` is refused (a PIN in a file or an
//! argument list is given away), and vendor attributes of the path are refused, since a choice that cannot be
//! judged matches nothing (section 2.3). Vendor attributes of the query change nothing and are passed over.

use std::fmt;

use super::text_rules::is_environment_name;

mod attributes;

use attributes::{Attributes, path_attributes, query_attributes};

/// Longest URI, in bytes.
const MAX_URI: usize = 4096;

/// A valid URI of one private key. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pkcs11Uri {
    text: String,
    /// What the token, slot and library must be called.
    pub token: TokenChoice,
    /// `CKA_LABEL` of the key (`object`).
    pub object: Option<String>,
    /// `CKA_ID` of the key (`id`).
    pub id: Option<Vec<u8>>,
    /// The module, where the URI names it.
    pub module: Option<Module>,
    /// Where the PIN comes from; a person is asked where it is not said.
    pub pin_source: Option<PinSource>,
}

/// What decides which token is meant; `None` decides nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenChoice {
    /// Label of the token (`token`).
    pub label: Option<String>,
    /// Manufacturer of the token (`manufacturer`).
    pub manufacturer: Option<String>,
    /// Model of the token (`model`).
    pub model: Option<String>,
    /// Serial number of the token (`serial`).
    pub serial: Option<String>,
    /// Number of the slot (`slot-id`).
    pub slot_id: Option<u64>,
    /// Description of the slot (`slot-description`).
    pub slot_description: Option<String>,
    /// Manufacturer of the slot (`slot-manufacturer`).
    pub slot_manufacturer: Option<String>,
    /// Manufacturer of the library (`library-manufacturer`).
    pub library_manufacturer: Option<String>,
    /// Description of the library (`library-description`).
    pub library_description: Option<String>,
    /// Version of the library (`library-version`), major and minor.
    pub library_version: Option<(u8, u8)>,
}

/// Which library reaches the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Module {
    /// `module-path`: an absolute path.
    Path(String),
    /// `module-name`: without `lib`, folder and file ending.
    Name(String),
}

/// Where a PIN comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinSource {
    /// `env:NAME`.
    Env(String),
    /// `fd:N`: an inherited descriptor.
    Descriptor(u32),
    /// `file:/PATH`: a file that only its owner can read.
    File(String),
}

/// Why text is no such URI. Never holds a value: it may be a PIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs11UriError {
    /// Another scheme.
    #[error("it does not begin with pkcs11:")]
    Scheme,
    /// Longer than any key needs.
    #[error("it is longer than {MAX_URI} bytes")]
    TooLong,
    /// An attribute without name or `=`.
    #[error("attribute {0} has no name=value form")]
    NoValue(usize),
    /// An attribute that RFC 7512 does not know, or not at that place.
    #[error("{name} is no attribute of the {place} of RFC 7512")]
    Unknown {
        /// As written, at most 40 characters.
        name: String,
        /// `path` or `query`.
        place: &'static str,
    },
    /// A choice that cannot be judged.
    #[error("{0} is a vendor's attribute, which chooses by something that is not known here")]
    Vendor(String),
    /// An attribute that stands twice.
    #[error("{0} is given twice")]
    Twice(&'static str),
    /// A value outside the grammar.
    #[error("{name} has another value than {expected}")]
    Value {
        /// The attribute.
        name: &'static str,
        /// What may stand there.
        expected: &'static str,
    },
    /// A PIN in the URI.
    #[error("pin-value gives the PIN away; name its source with pin-source=env:NAME, fd:N or file:/PATH")]
    PinValue,
    /// Both ways to name the module.
    #[error("module-path and module-name are both given")]
    TwoModules,
    /// No key is named.
    #[error("neither object nor id names the key")]
    NoKey,
}

impl Pkcs11Uri {
    /// Parses a URI of a private key.
    ///
    /// # Errors
    /// [`Pkcs11UriError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Pkcs11UriError> {
        if text.len() > MAX_URI {
            return Err(Pkcs11UriError::TooLong);
        }
        let rest = text.strip_prefix("pkcs11:").ok_or(Pkcs11UriError::Scheme)?;
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        let path = path_attributes(path)?;
        let query = query_attributes(query.unwrap_or_default())?;
        if path.text("type")?.is_some_and(|word| word != "private") {
            return Err(Pkcs11UriError::Value { name: "type", expected: "private, for a key that signs" });
        }
        let (object, id) = (path.text("object")?, path.id()?);
        if object.is_none() && id.is_none() {
            return Err(Pkcs11UriError::NoKey);
        }
        let (module, pin_source) = (query.module()?, query.pin_source()?);
        Ok(Self { text: text.to_owned(), token: path.token_choice()?, object, id, module, pin_source })
    }

    /// Whether the PIN can be had only once: from a descriptor, or from a person.
    #[must_use]
    pub const fn is_pin_given_once(&self) -> bool {
        matches!(&self.pin_source, None | Some(PinSource::Descriptor(_)))
    }

    /// The variable that holds the PIN, for those who must keep it from the build.
    #[must_use]
    pub fn pin_variable(&self) -> Option<&str> {
        match &self.pin_source {
            Some(PinSource::Env(name)) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Pkcs11Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Attributes {
    fn token_choice(&self) -> Result<TokenChoice, Pkcs11UriError> {
        Ok(TokenChoice {
            label: self.text("token")?,
            manufacturer: self.text("manufacturer")?,
            model: self.text("model")?,
            serial: self.text("serial")?,
            slot_id: self.read("slot-id", "a number", digits)?,
            slot_description: self.text("slot-description")?,
            slot_manufacturer: self.text("slot-manufacturer")?,
            library_manufacturer: self.text("library-manufacturer")?,
            library_description: self.text("library-description")?,
            library_version: self.read("library-version", "a version such as 2 or 2.6", version)?,
        })
    }

    fn module(&self) -> Result<Option<Module>, Pkcs11UriError> {
        let path = self.read("module-path", "an absolute path", |text| {
            is_absolute_path(text).then(|| Module::Path(text.to_owned()))
        })?;
        let name = self.read("module-name", "a name without folder, such as softhsm2", |text| {
            let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+');
            (!text.starts_with('.') && text.bytes().all(sound)).then(|| Module::Name(text.to_owned()))
        })?;
        if path.is_some() && name.is_some() { Err(Pkcs11UriError::TwoModules) } else { Ok(path.or(name)) }
    }

    fn pin_source(&self) -> Result<Option<PinSource>, Pkcs11UriError> {
        self.read("pin-source", "env:NAME, fd:N or file:/PATH", |text| match text.split_once(':')? {
            ("env", name) if is_environment_name(name) => Some(PinSource::Env(name.to_owned())),
            ("fd", number) => digits(number).and_then(|n| u32::try_from(n).ok()).map(PinSource::Descriptor),
            // file:/path and file:///path (RFC 8089 section 2); another host than this one has no files here.
            ("file", path) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                is_absolute_path(path).then(|| PinSource::File(path.to_owned()))
            }
            _ => None,
        })
    }
}

/// Whether text is an absolute path on Unix or Windows, whatever runs here.
pub(super) fn is_absolute_path(text: &str) -> bool {
    let drive = matches!(text.as_bytes(), [letter, b':', b'/' | b'\\', _, ..] if letter.is_ascii_alphabetic());
    (text.starts_with('/') && text.len() > 1 && !text.starts_with("//")) || drive
}

fn digits(text: &str) -> Option<u64> {
    let all = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

fn version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    let part = |text| digits(text).and_then(|number| u8::try_from(number).ok());
    Some((part(major)?, part(minor)?))
}
