//! A person's SSH key as a signer of DSSE envelopes: the same key, over the envelope's bytes instead of an SSHSIG.

use std::sync::Mutex;

use ssh_key::{PrivateKey, Signature};

use crate::attestation::person::public_key;
use crate::attestation::sign::{Signed, Signer, SignerError, Witness};
use crate::model::key::PublicKey;

use super::person_key::{Passphrase, PersonKey};
use super::person_key_error::PersonKeyError;
use super::ssh_agent::SshAgent;
use super::stamping;

/// Who holds the key, unlocked for one signature.
pub(super) enum Unlocked<'k> {
    /// A key file.
    File(Box<PrivateKey>),
    /// An agent, and the blob that names the key in it.
    Agent(&'k SshAgent, Vec<u8>),
}

/// Signs envelopes for a person.
pub struct PersonSigner<'k> {
    public: PublicKey,
    // Agents are asked over one connection after another; the lock is never contended.
    holder: Mutex<Unlocked<'k>>,
    timestamp_authority: Option<String>,
}

impl<'k> PersonSigner<'k> {
    /// Opens the key for signing; asks for the passphrase of an encrypted file.
    ///
    /// # Errors
    /// [`PersonKeyError`].
    pub fn open(
        key: &'k PersonKey,
        passphrase: &mut Passphrase<'_>,
        timestamp_authority: Option<String>,
    ) -> Result<Self, PersonKeyError> {
        let algorithm = key.public_key().algorithm();
        let public = public_key(key.public_key().key_data())
            .ok_or_else(|| PersonKeyError::Algorithm { got: algorithm.as_str().to_owned() })?;
        Ok(Self { public, holder: Mutex::new(key.unlocked(passphrase)?), timestamp_authority })
    }
}

impl Signer for PersonSigner<'_> {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let refused = |error: &dyn std::fmt::Display| SignerError::Key(error.to_string());
        let holder = self.holder.lock().map_err(|_| SignerError::Key("another signature failed".to_owned()))?;
        let made = match &*holder {
            Unlocked::File(key) => signature::Signer::try_sign(&**key, message).map_err(|error| refused(&error))?,
            Unlocked::Agent(agent, blob) => {
                let answer = agent.sign(blob, message).map_err(|error| refused(&error))?;
                Signature::try_from(answer.as_slice()).map_err(|error| refused(&error))?
            }
        };
        plain(&self.public, &made).ok_or_else(|| SignerError::Key("signature is of another algorithm".to_owned()))
    }

    fn witness(&self, signed: Signed<'_>) -> Result<Witness, SignerError> {
        let stamps = self.timestamp_authority.iter().map(|url| stamping::stamp(url, signed.signature));
        Ok(Witness { log_entries: Vec::new(), stamps: stamps.collect::<Result<_, _>>()? })
    }
}

/// The signature as envelopes carry it: DER for ECDSA, 64 bytes for Ed25519.
fn plain(key: &PublicKey, made: &Signature) -> Option<Vec<u8>> {
    match key {
        PublicKey::P256(_) => p256::ecdsa::Signature::try_from(made).ok().map(|made| made.to_der().as_bytes().to_vec()),
        PublicKey::P384(_) => p384::ecdsa::Signature::try_from(made).ok().map(|made| made.to_der().as_bytes().to_vec()),
        PublicKey::Ed25519(_) => Some(made.as_bytes().to_vec()),
        PublicKey::MlDsa(_) => None,
    }
}
