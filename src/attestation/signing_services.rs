//! The services that keyless signing asks: from Sigstore's `signing_config.json` v0.2
//! (protobuf-specs, sigstore_trustroot.proto, SigningConfig) or from plain addresses.
//!
//! 1. services outside their window or of another API version do not count;
//! 2. of one operator only the newest API version counts;
//! 3. the selector says how many: ANY one, ALL of them, EXACT that many; fewer is an error;
//! 4. something must give a trusted time: a stamp, or a log of version 1.

use std::borrow::Cow;

use sigstore_trust_root::SigningConfig;
use sigstore_trust_root::signing_config::ServiceConfiguration;

use crate::model::hint::Hint;
use crate::model::json::{self, JsonError};
use crate::model::time::Timestamp;

use super::service_url::{PlainHttp, ServiceUrl, ServiceUrlError};

mod select;

use select::{optional, select};

/// Largest signing configuration, in bytes.
pub const MAX_CONFIG: u64 = 1 << 20;

/// Most services of one kind.
const MOST: usize = 8;

/// Domains of the public Sigstore instances: whatever a configuration says, what is sent there is public.
const PUBLIC: [&str; 2] = ["sigstore.dev", "sigstage.dev"];

/// Version of a log's API, which decides the kind of the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogVersion {
    /// Rekor v1: a `dsse` 0.0.1 entry with a signed time.
    V1,
    /// Rekor v2 (tiles): a `hashedrekord` 0.0.2 entry without a time.
    V2,
}

/// A transparency log to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogService {
    /// Its address, without `/api/…`.
    pub url: ServiceUrl,
    /// Its API.
    pub version: LogVersion,
}

/// Plain addresses, as a person writes them.
#[derive(Debug, Clone, Default)]
pub struct RawServices {
    /// Certificate authority.
    pub fulcio: String,
    /// Transparency logs with the major version of their API (1 or 2).
    pub rekor: Vec<(String, u32)>,
    /// Timestamp authorities, the whole address.
    pub tsa: Vec<String>,
    /// Whether a person accepted `http://` on other machines.
    pub plain_http: bool,
}

/// The services of one keyless signing; each of them must answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningServices {
    authority: ServiceUrl,
    logs: Vec<LogService>,
    stamp_authorities: Vec<ServiceUrl>,
    expect_sct: bool,
    private: bool,
}

/// Why there are no usable services.
#[derive(Debug, thiserror::Error)]
pub enum SigningServicesError {
    /// Not I-JSON.
    #[error("signing configuration cannot be read: {0}")]
    Json(#[from] JsonError),
    /// Not a signing configuration of version 0.2.
    #[error("signing configuration is malformed: {0}")]
    Config(#[from] sigstore_trust_root::Error),
    /// An address.
    #[error("{what}: {source}")]
    Url {
        /// Of which service.
        what: &'static str,
        /// What is wrong.
        source: ServiceUrlError,
    },
    /// Too few services are in force.
    #[error("signing configuration has {got} usable {what} (expected {expected})")]
    TooFew {
        /// Of which kind.
        what: &'static str,
        /// Usable ones.
        got: usize,
        /// What the selector asks for.
        expected: Cow<'static, str>,
    },
    /// More than any configuration needs.
    #[error("{got} services of one kind ({what}) are named (expected at most {MOST})")]
    TooMany {
        /// Of which kind.
        what: &'static str,
        /// How many.
        got: usize,
    },
    /// A log of another version.
    #[error("version of the transparency log's interface is {0} (expected 1 or 2)")]
    LogVersion(u32),
    /// A certificate of ten minutes proves nothing later without a time.
    #[error("no service gives a trusted time (expected a timestamp authority or a transparency log of version 1)")]
    NoTime,
}

impl Hint for SigningServicesError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::Json(_) | Self::Config(_) => "Get signing_config.json (version 0.2) from whoever runs the services",
            Self::Url { .. } => "Write the address as https://host[:port][/path]",
            Self::TooFew { .. } => "Get a newer signing configuration: services may have been replaced",
            Self::TooMany { .. } => "Name fewer services",
            Self::LogVersion(_) => "Set the log's version to 1 or 2",
            Self::NoTime => "Name a timestamp authority",
        }))
    }
}

/// What would be published without anybody having said so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{service} may be public: names and identities in the certificate and digests of what is signed \
     would stand there for everyone, for ever"
)]
pub struct PublicLogError {
    /// Address of the first such service.
    pub service: String,
}

impl Hint for PublicLogError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(
            "Set public-log = true under [signing.keyless] in batchseal.toml where they may stand there; services of your own need private = true (sigstore.dev is always public)",
        ))
    }
}

impl SigningServices {
    /// Reads a `signing_config.json` and selects from it at a time.
    ///
    /// # Errors
    /// [`SigningServicesError`].
    pub fn of_config(bytes: &[u8], now: Timestamp) -> Result<Self, SigningServicesError> {
        json::check_foreign(bytes)?;
        let config = SigningConfig::from_json(&String::from_utf8_lossy(bytes))?;
        let one = ServiceConfiguration::default();
        let authority = "certificate authorities";
        let fulcio = select(authority, &config.ca_urls, &one, &[1], now)?;
        let logs = optional("transparency logs", &config.rekor_tlog_urls, &config.rekor_tlog_config, &[1, 2], now)?;
        let stamps = optional("timestamp authorities", &config.tsa_urls, &config.tsa_config, &[1], now)?;
        let fulcio = fulcio.first().map(|service| service.url.clone()).unwrap_or_default();
        Self::of_urls(&RawServices {
            fulcio,
            rekor: logs.iter().map(|service| (service.url.clone(), service.major_api_version)).collect(),
            tsa: stamps.iter().map(|service| service.url.clone()).collect(),
            plain_http: false,
        })
    }

    /// Takes plain addresses.
    ///
    /// # Errors
    /// [`SigningServicesError`].
    pub fn of_urls(raw: &RawServices) -> Result<Self, SigningServicesError> {
        let plain = if raw.plain_http { PlainHttp::Named } else { PlainHttp::Loopback };
        let url = |what, text: &str| {
            ServiceUrl::parse(text, plain).map_err(|source| SigningServicesError::Url { what, source })
        };
        for (what, got) in [("transparency logs", raw.rekor.len()), ("timestamp authorities", raw.tsa.len())] {
            if got > MOST {
                return Err(SigningServicesError::TooMany { what, got });
            }
        }
        let logs = raw.rekor.iter().map(|(text, version)| {
            let version = match version {
                1 => LogVersion::V1,
                2 => LogVersion::V2,
                other => return Err(SigningServicesError::LogVersion(*other)),
            };
            Ok(LogService { url: url("transparency log", text)?, version })
        });
        let services = Self {
            authority: url("certificate authority", &raw.fulcio)?,
            logs: logs.collect::<Result<_, _>>()?,
            stamp_authorities: raw.tsa.iter().map(|text| url("timestamp authority", text)).collect::<Result<_, _>>()?,
            expect_sct: true,
            private: false,
        };
        let timed = services.logs.iter().any(|log| log.version == LogVersion::V1);
        if timed || !services.stamp_authorities.is_empty() { Ok(services) } else { Err(SigningServicesError::NoTime) }
    }

    /// The same services, which somebody marked as private in a configuration.
    #[must_use]
    pub fn marked_private(mut self) -> Self {
        self.private = true;
        self
    }

    /// The same services, of which somebody said that the authority has no certificate transparency log.
    #[must_use]
    pub fn without_certificate_log(mut self) -> Self {
        self.expect_sct = false;
        self
    }

    /// The certificate authority.
    #[must_use]
    pub const fn authority(&self) -> &ServiceUrl {
        &self.authority
    }

    /// The transparency logs, all of which must take the signature.
    #[must_use]
    pub fn logs(&self) -> &[LogService] {
        &self.logs
    }

    /// The timestamp authorities, all of which must stamp the signature.
    #[must_use]
    pub fn stamp_authorities(&self) -> &[ServiceUrl] {
        &self.stamp_authorities
    }

    /// Whether the certificate must hold the promise of a certificate transparency log (RFC 6962).
    #[must_use]
    pub const fn expects_sct(&self) -> bool {
        self.expect_sct
    }

    /// Refuses to publish what nobody allowed to be published. The certificate authority counts as a
    /// log too: it publishes each certificate. Timestamp authorities see a digest and publish nothing.
    ///
    /// # Errors
    /// [`PublicLogError`] naming the first service that is not surely private.
    pub fn check_public(&self, allowed: bool) -> Result<(), PublicLogError> {
        let mut urls = std::iter::once(&self.authority).chain(self.logs.iter().map(|log| &log.url));
        match urls.find(|url| !self.is_private(url)) {
            Some(url) if !allowed => Err(PublicLogError { service: url.origin().to_owned() }),
            _ => Ok(()),
        }
    }

    fn is_private(&self, url: &ServiceUrl) -> bool {
        let host = url.host().trim_end_matches('.');
        let public = PUBLIC
            .iter()
            .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
        !public && (self.private || url.is_loopback())
    }
}

#[cfg(test)]
mod tests;
