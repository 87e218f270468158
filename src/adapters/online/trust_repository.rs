//! Trust roots from a TUF repository (The Update Framework 1.0; Sigstore's `trusted_root.json` and
//! `signing_config.json` are its targets).
//!
//! The one anchor is the `root.json` that the user gives. What was got is kept in the user's cache, and
//! verified from that root again each time.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use sigstore_tuf::transport::FetchFuture;
use sigstore_tuf::{FileStore, Repository, StoreRepository, Updater};

use crate::adapters::cache;
use crate::attestation::service_url::ServiceUrl;
use crate::model::digest::Sha256Digest;
use crate::model::time::Timestamp;

use super::client::{Client, Request};
use super::error::{Service, ServiceError};

/// Target with the trust root of a Sigstore instance.
pub const TRUSTED_ROOT: &str = "trusted_root.json";
/// Target with the services of a Sigstore instance.
pub const SIGNING_CONFIG: &str = "signing_config.v0.2.json";

/// Largest file of a repository, in bytes.
const MAX_FILE: u64 = 8 << 20;

/// A verified target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their digest, to pin.
    pub sha256: Sha256Digest,
}

/// Why there is no trust root.
#[derive(Debug, thiserror::Error)]
pub enum TrustRepositoryError {
    /// The repository is out of reach.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// What it holds does not verify from the root that was given, is expired, or is not there.
    #[error("{place} cannot be believed: {reason}")]
    Refused {
        /// Repository or cache.
        place: String,
        /// Why.
        reason: String,
    },
    /// No folder to look in.
    #[error("there is no cache folder (neither XDG_CACHE_HOME nor a home folder)")]
    NoCache,
}

/// Refreshes the repository's metadata and gets targets, in the order of `names`, through the user's cache.
///
/// # Errors
/// [`TrustRepositoryError`].
pub fn refresh(
    client: Arc<Client>,
    url: &ServiceUrl,
    root: &[u8],
    names: &[&str],
    now: Timestamp,
) -> Result<Vec<Target>, TrustRepositoryError> {
    let folder = folder_name(root).and_then(|name| cache::folder(&name)).ok_or(TrustRepositoryError::NoCache)?;
    refresh_into(&folder, client, url, root, names, now)
}

/// The same with a cache of one's own. Without what was seen before, an older state cannot be told from the newest.
///
/// # Errors
/// [`TrustRepositoryError`].
pub fn refresh_into(
    folder: &Path,
    client: Arc<Client>,
    url: &ServiceUrl,
    root: &[u8],
    names: &[&str],
    now: Timestamp,
) -> Result<Vec<Target>, TrustRepositoryError> {
    let repository = HttpRepository { client, url: url.clone() };
    get(repository, url.origin(), root, FileStore::new(folder), names, now)
}

/// The same from what [`refresh`] left in the cache, without a network: as current as its expiry times say.
///
/// # Errors
/// [`TrustRepositoryError`].
pub fn cached(root: &[u8], names: &[&str], now: Timestamp) -> Result<Vec<Target>, TrustRepositoryError> {
    let folder = folder_name(root).and_then(|name| cache::folder(&name)).ok_or(TrustRepositoryError::NoCache)?;
    of_folder(&folder, root, names, now)
}

/// The same from a folder, such as another user's cache or an unpacked one.
///
/// # Errors
/// [`TrustRepositoryError`].
pub fn of_folder(
    folder: &Path,
    root: &[u8],
    names: &[&str],
    now: Timestamp,
) -> Result<Vec<Target>, TrustRepositoryError> {
    let place = folder.display().to_string();
    let store = FileStore::new(folder);
    get(StoreRepository::new(store.clone()), &place, root, store, names, now)
}

/// Each root has a cache of its own: two repositories never mix.
fn folder_name(root: &[u8]) -> Option<String> {
    Sha256Digest::of(root).to_hex().get(..32).map(|name| format!("tuf-{name}"))
}

fn get(
    repository: impl Repository + 'static,
    place: &str,
    root: &[u8],
    store: FileStore,
    names: &[&str],
    now: Timestamp,
) -> Result<Vec<Target>, TrustRepositoryError> {
    let refused = |error: sigstore_tuf::Error| refusal(place, error);
    let now = jiff::Timestamp::from_second(now.unix()).unwrap_or(jiff::Timestamp::MAX);
    let mut updater = Updater::new(repository, root).map_err(refused)?.with_store(store);
    ready(place, updater.refresh(now))?.map_err(refused)?;
    let mut targets = Vec::new();
    for name in names {
        let bytes = ready(place, updater.get_target(name, now))?.map_err(refused)?;
        targets.push(Target { sha256: Sha256Digest::of(&bytes), bytes });
    }
    Ok(targets)
}

/// Failures of the transport come back as they went in.
fn refusal(place: &str, error: sigstore_tuf::Error) -> TrustRepositoryError {
    let mut reason = error.to_string();
    if let sigstore_tuf::Error::Transport { source: Some(source), .. } = error {
        match source.downcast::<ServiceError>() {
            Ok(error) => return TrustRepositoryError::Service(*error),
            Err(source) => reason = format!("{reason}: {source}"),
        }
    }
    TrustRepositoryError::Refused { place: place.to_owned(), reason }
}

/// Runs a future that never waits: both repositories answer before they return.
fn ready<F: Future>(place: &str, future: F) -> Result<F::Output, TrustRepositoryError> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => {
            Err(TrustRepositoryError::Refused { place: place.to_owned(), reason: "it waits for ever".to_owned() })
        }
    }
}

struct HttpRepository {
    client: Arc<Client>,
    url: ServiceUrl,
}

impl HttpRepository {
    /// Object stores answer 403 for what is not there; the end of the chain of roots is found that way.
    fn fetch(&self, path: &str, limit: u64) -> sigstore_tuf::Result<Option<Vec<u8>>> {
        let transport = |error: ServiceError| sigstore_tuf::Error::transport_with_source("repository failed", error);
        let url = self.url.join(path);
        let url = url.map_err(|error| transport(ServiceError::answer(Service::TrustRepository, &self.url, error)))?;
        let request = Request {
            service: Service::TrustRepository,
            url: &url,
            content: None,
            accept: "*/*",
            bearer: None,
            secrets: &[],
            limit: limit.min(MAX_FILE),
        };
        let answer = self.client.send(&request).map_err(transport)?;
        if answer.status == 404 || answer.status == 403 {
            return Ok(None);
        }
        answer.content(&request, &[200]).map(Some).map_err(transport)
    }
}

impl Repository for HttpRepository {
    fn fetch_metadata<'a>(&'a self, name: &'a str, max_length: u64) -> FetchFuture<'a> {
        Box::pin(std::future::ready(self.fetch(name, max_length)))
    }

    fn fetch_target<'a>(&'a self, path: &'a str, max_length: u64) -> FetchFuture<'a> {
        Box::pin(std::future::ready(self.fetch(&format!("targets/{path}"), max_length)))
    }
}
