//! Which servers are believed: the system's root certificates, and more of them from a PEM file.
//!
//! On Linux the system's way of reading them takes `SSL_CERT_FILE` instead of its own store, as OpenSSL
//! does; elsewhere the file adds to the store.

use std::path::{Path, PathBuf};

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::adapters::files::{self, FileError};

/// Largest file of root certificates, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Why there are no further root certificates.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// No certificate, or something broken.
    #[error("{0} holds no readable root certificates (expected PEM, -----BEGIN CERTIFICATE-----)")]
    Pem(String),
}

/// Root certificates from a file, used beside the system's.
#[derive(Debug, Clone)]
pub struct ExtraRoots(RootCerts);

impl ExtraRoots {
    /// Reads a PEM file.
    ///
    /// # Errors
    /// [`RootsError`].
    pub fn read(path: &Path) -> Result<Self, RootsError> {
        // System stores are links as a rule.
        let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let bytes = files::read(&real, MAX_FILE)?;
        let broken = || RootsError::Pem(path.display().to_string());
        let mut roots: Vec<Certificate<'static>> = Vec::new();
        for item in parse_pem(&bytes) {
            if let PemItem::Certificate(certificate) = item.map_err(|_| broken())? {
                roots.push(certificate);
            }
        }
        if roots.is_empty() { Err(broken()) } else { Ok(Self(RootCerts::new_with_certs(&roots))) }
    }

    /// Reads the file that `SSL_CERT_FILE` names, where it names one.
    ///
    /// # Errors
    /// [`RootsError`].
    pub fn of_environment() -> Result<Option<Self>, RootsError> {
        let named = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        named.map(|path| Self::read(&path)).transpose()
    }

    pub(super) fn certificates(&self) -> RootCerts {
        self.0.clone()
    }
}
