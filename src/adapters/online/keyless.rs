//! Keyless signing with Sigstore: a key that lives as long as this process, a certificate for its
//! identity, entries of transparency logs and stamps.
//!
//! Each signature is made in this order; whatever is missing or not ours ends the signing:
//!
//! 1. a certificate is at hand that stays in force for a minute; else a token is got and checked, and a
//!    certificate asked for;
//! 2. the key signs;
//! 3. every log takes the signature, every timestamp authority stamps it;
//! 4. the certificate is still in force.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::adapters::clock;
use crate::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use crate::attestation::certificate_request::IssuedCertificate;
use crate::attestation::log_submission::Submission;
use crate::attestation::sign::{Signed, Signer, SignerError, Witness};
use crate::attestation::signing_services::SigningServices;
use crate::model::hint::Hint;
use crate::model::key::PublicKey;

use super::client::Client;
use super::error::{Service, ServiceError};
use super::identity::{TokenError, TokenSource};
use super::{authority, log, stamp_authority};

/// Signs with the identity of whoever runs it.
pub struct KeylessSigner {
    key: PipelineKey,
    client: Arc<Client>,
    services: SigningServices,
    tokens: TokenSource,
    audience: String,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    newest: Option<Arc<IssuedCertificate>>,
    /// What each thread has signed with last: a newer certificate of another thread must not get into a
    /// bundle whose log entry holds the older one.
    signed_with: HashMap<ThreadId, Arc<IssuedCertificate>>,
    /// The key signs a message the same way each time, and a log takes an entry once: who signs again gets
    /// what was said the first time. By signature and certificate.
    witnessed: HashMap<(Vec<u8>, Vec<u8>), Witness>,
}

impl KeylessSigner {
    /// A signer with a new key. Nothing is sent before the first signature.
    ///
    /// Call [`SigningServices::check_public`] before.
    #[must_use]
    pub fn new(client: Arc<Client>, services: SigningServices, tokens: TokenSource, audience: &str) -> Self {
        Self {
            key: PipelineKey::generate(KeyAlgorithm::P256),
            client,
            services,
            tokens,
            audience: audience.to_owned(),
            held: Mutex::default(),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // What is inside is whole at any time.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn certificate(&self) -> Result<Arc<IssuedCertificate>, SignerError> {
        let mut held = self.held();
        if let Some(newest) = held.newest.as_ref().filter(|newest| newest.is_usable(clock::now().unix())) {
            return Ok(Arc::clone(newest));
        }
        let token = self.tokens.token(&self.client, &self.audience, clock::now()).map_err(of_token)?;
        let issued = authority::certificate(
            &self.client,
            self.services.authority(),
            &token,
            &self.key,
            self.services.expects_sct(),
            clock::now,
        )?;
        let issued = Arc::new(issued);
        held.newest = Some(Arc::clone(&issued));
        Ok(issued)
    }

    /// Every log and every timestamp authority, one after the other.
    fn ask(&self, signed: Signed<'_>, certificate: &[u8]) -> Result<Witness, ServiceError> {
        let submission = Submission { signed, certificate };
        let mut witness = Witness::default();
        for service in self.services.logs() {
            witness.log_entries.push(log::submit(&self.client, service, &submission)?);
        }
        for authority in self.services.stamp_authorities() {
            witness.stamps.push(stamp_authority::stamp(&self.client, authority, signed.signature)?);
        }
        Ok(witness)
    }

    fn signed_with(&self) -> Option<Arc<IssuedCertificate>> {
        self.held().signed_with.get(&thread::current().id()).cloned()
    }
}

fn of_token(error: TokenError) -> SignerError {
    match error {
        TokenError::Service(error) => error.into(),
        other => {
            let hint = other.hint().map(|hint| format!(". {hint}")).unwrap_or_default();
            SignerError::Identity(format!("{other}{hint}"))
        }
    }
}

impl Signer for KeylessSigner {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let certificate = self.certificate()?;
        self.held().signed_with.insert(thread::current().id(), certificate);
        self.key.sign(message)
    }

    /// The leaf only: verifiers hold the authority's certificates in their trusted root.
    fn certificates(&self) -> Vec<Vec<u8>> {
        self.signed_with().map(|certificate| certificate.leaf.clone()).into_iter().collect()
    }

    fn witness(&self, signed: Signed<'_>) -> Result<Witness, SignerError> {
        let certificate =
            self.signed_with().ok_or_else(|| SignerError::Key("nothing was signed with a certificate".to_owned()))?;
        let same = (signed.signature.to_vec(), certificate.leaf.clone());
        if let Some(witness) = self.held().witnessed.get(&same) {
            return Ok(witness.clone());
        }
        let witness = self.ask(signed, &certificate.leaf)?;
        if clock::now().unix() > certificate.not_after {
            let reason = "its certificate expired while logs and timestamp authorities were answering";
            let authority = self.services.authority();
            return Err(ServiceError::answer(Service::CertificateAuthority, authority, reason).into());
        }
        self.held().witnessed.insert(same, witness.clone());
        Ok(witness)
    }
}

impl fmt::Debug for KeylessSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keyless signer at {} with {:?}", self.services.authority(), self.tokens)
    }
}
