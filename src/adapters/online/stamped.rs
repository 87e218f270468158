//! Any signer, with stamps: the key is the user's own, the time is a timestamp authority's.

use std::sync::Arc;

use crate::attestation::service_url::ServiceUrl;
use crate::attestation::sign::{Signed, Signer, SignerError, Witness};
use crate::model::key::PublicKey;

use super::client::Client;
use super::stamp_authority;

/// A signer whose signatures are stamped by every one of the authorities.
#[derive(Debug)]
pub struct Stamped<S> {
    signer: S,
    client: Arc<Client>,
    authorities: Vec<ServiceUrl>,
}

impl<S: Signer> Stamped<S> {
    /// Wraps a signer. Without authorities it adds nothing.
    pub const fn new(signer: S, client: Arc<Client>, authorities: Vec<ServiceUrl>) -> Self {
        Self { signer, client, authorities }
    }
}

impl<S: Signer> Signer for Stamped<S> {
    fn public_key(&self) -> &PublicKey {
        self.signer.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.signer.sign(message)
    }

    fn certificates(&self) -> Vec<Vec<u8>> {
        self.signer.certificates()
    }

    fn witness(&self, signed: Signed<'_>) -> Result<Witness, SignerError> {
        let mut witness = self.signer.witness(signed)?;
        for authority in &self.authorities {
            witness.stamps.push(stamp_authority::stamp(&self.client, authority, signed.signature)?);
        }
        Ok(witness)
    }
}
