//! Stamps for people: one question to a timestamp authority, where this build talks to a network.

use crate::attestation::sign::SignerError;

/// Asks the authority at `url` for a stamp over `message`: DER of a TimeStampResp.
///
/// # Errors
/// [`SignerError::Service`] when it refuses or is out of reach, [`SignerError::Key`] for an address that cannot be
/// used or a build without network.
#[cfg(feature = "online")]
pub fn stamp(url: &str, message: &[u8]) -> Result<Vec<u8>, SignerError> {
    use crate::attestation::service_url::{PlainHttp, ServiceUrl};

    let unusable =
        |error: &dyn std::fmt::Display| SignerError::Key(format!("timestamp authority cannot be asked: {error}"));
    let url = ServiceUrl::parse(url, PlainHttp::Loopback).map_err(|error| unusable(&error))?;
    let client = super::online::signing::client().map_err(|error| unusable(&error))?;
    Ok(super::online::stamp_authority::stamp(&client, &url, message)?)
}

/// This build has no network.
///
/// # Errors
/// [`SignerError::Key`], always.
#[cfg(not(feature = "online"))]
pub fn stamp(_: &str, _: &[u8]) -> Result<Vec<u8>, SignerError> {
    Err(SignerError::Key("asking for a stamp needs a network, and this build has none".to_owned()))
}
