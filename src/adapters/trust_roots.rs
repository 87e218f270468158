//! Refreshing a `trusted_root.json` from a TUF repository, where this build talks to a network.

use std::path::Path;

use crate::model::time::Timestamp;

/// Target with the trust root of a Sigstore instance.
pub const TRUSTED_ROOT: &str = "trusted_root.json";

/// Why there is no trust root.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The address cannot be used, or this build has no network.
    #[error("repository of trust roots cannot be asked: {0}")]
    Unusable(String),
    /// Out of reach.
    #[error("{0}")]
    OutOfReach(String),
    /// What came does not verify from the root that was given, is expired, older than before, or not there.
    #[error("{0}")]
    Refused(String),
}

/// Gets the newest `trusted_root.json` that verifies from the pinned `root`. What was seen before is kept in `cache`, or
/// in the user's own cache.
///
/// # Errors
/// [`RefreshError`].
#[cfg(feature = "online")]
pub fn refresh(url: &str, root: &[u8], cache: Option<&Path>, now: Timestamp) -> Result<Vec<u8>, RefreshError> {
    use super::online::signing;
    use super::online::trust_repository::{self as repository, TrustRepositoryError};
    use crate::attestation::service_url::{PlainHttp, ServiceUrl};

    let unusable = |error: &dyn std::fmt::Display| RefreshError::Unusable(error.to_string());
    let url = ServiceUrl::parse(url, PlainHttp::Loopback).map_err(|error| unusable(&error))?;
    let client = signing::client().map_err(|error| unusable(&error))?;
    let names = [repository::TRUSTED_ROOT];
    let got = match cache {
        Some(folder) => repository::refresh_into(folder, client, &url, root, &names, now),
        None => repository::refresh(client, &url, root, &names, now),
    };
    let targets = got.map_err(|error| match error {
        TrustRepositoryError::Service(error) => RefreshError::OutOfReach(error.to_string()),
        TrustRepositoryError::NoCache => unusable(&error),
        TrustRepositoryError::Refused { .. } => RefreshError::Refused(error.to_string()),
    })?;
    let target = targets.into_iter().next();
    target.map(|target| target.bytes).ok_or_else(|| RefreshError::Refused(format!("{TRUSTED_ROOT} is not there")))
}

/// This build has no network.
///
/// # Errors
/// [`RefreshError::Unusable`], always.
#[cfg(not(feature = "online"))]
pub fn refresh(_: &str, _: &[u8], _: Option<&Path>, _: Timestamp) -> Result<Vec<u8>, RefreshError> {
    Err(RefreshError::Unusable("it needs a network, and this build has none".to_owned()))
}
