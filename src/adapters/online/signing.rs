//! `[signing]`'s services, made ready: a keyless signer, or stamps over the signatures of another.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use crate::adapters::clock;
use crate::adapters::files::{self, FileError};
use crate::attestation::service_url::{PlainHttp, ServiceUrl, ServiceUrlError};
use crate::attestation::sign::Signer;
use crate::attestation::signing_services::{
    MAX_CONFIG, PublicLogError, RawServices, SigningServices, SigningServicesError,
};
use crate::model::hint::Hint;
use crate::policy::signing::{KeylessPolicy, KeylessServices, StampService};

use super::client::{Client, Patience};
use super::identity::{TokenError, TokenSource};
use super::keyless::KeylessSigner;
use super::roots::{ExtraRoots, RootsError};
use super::stamped::Stamped;

/// Why services cannot be asked; nothing was sent anywhere.
#[derive(Debug, thiserror::Error)]
pub enum OnlineSigningError {
    /// `signing-config`.
    #[error("signing configuration: {0}")]
    File(#[from] FileError),
    /// Extra roots of the system.
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// Services that are named cannot be used.
    #[error(transparent)]
    Services(#[from] SigningServicesError),
    /// An address that cannot be used.
    #[error("timestamp authority: {0}")]
    Url(#[from] ServiceUrlError),
    /// A public log without leave.
    #[error(transparent)]
    Public(#[from] PublicLogError),
    /// No identity.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl Hint for OnlineSigningError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::File(_) => Some("Correct signing-config under [signing.keyless] in batchseal.toml".into()),
            Self::Roots(_) => Some("Correct SSL_CERT_FILE, or unset it".into()),
            Self::Services(error) => error.hint(),
            Self::Url(_) => Some("Write the address as https://host[:port][/path]".into()),
            Self::Public(error) => error.hint(),
            Self::Token(error) => error.hint(),
        }
    }
}

/// A signer under the pipeline's own identity; files are looked up in `root`.
///
/// # Errors
/// [`OnlineSigningError`].
pub fn keyless(policy: &KeylessPolicy, root: &Path) -> Result<KeylessSigner, OnlineSigningError> {
    let mut services = match &policy.services {
        KeylessServices::Config(path) => {
            SigningServices::of_config(&files::read(&root.join(path), MAX_CONFIG)?, clock::now())?
        }
        KeylessServices::Urls { fulcio, rekor, stamp_authorities } => SigningServices::of_urls(&RawServices {
            fulcio: fulcio.clone(),
            rekor: rekor.iter().cloned().collect(),
            tsa: stamp_authorities.clone(),
            plain_http: false,
        })?,
    };
    if policy.private {
        services = services.marked_private();
    }
    if !policy.sct {
        services = services.without_certificate_log();
    }
    services.check_public(policy.public_log)?;
    let token_file = policy.token_file.as_ref().map(|path| root.join(path));
    let tokens = TokenSource::of_environment(token_file.as_deref())?;
    Ok(KeylessSigner::new(client()?, services, tokens, &policy.audience))
}

/// Another signer, with stamps.
///
/// # Errors
/// [`OnlineSigningError`].
pub fn stamped(
    signer: Box<dyn Signer>,
    services: &[StampService],
) -> Result<Stamped<Box<dyn Signer>>, OnlineSigningError> {
    let urls = services.iter().map(|service| ServiceUrl::parse(&service.url, PlainHttp::Loopback));
    Ok(Stamped::new(signer, client()?, urls.collect::<Result<_, _>>()?))
}

/// The client with the system's roots, and those of `SSL_CERT_FILE`.
///
/// # Errors
/// [`OnlineSigningError::Roots`].
pub fn client() -> Result<Arc<Client>, OnlineSigningError> {
    let roots = ExtraRoots::of_environment()?;
    Ok(Arc::new(Client::new(Patience::default(), roots.as_ref())))
}
