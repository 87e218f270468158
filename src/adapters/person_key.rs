//! Private keys of persons: OpenSSH key files and SSH agents, signing SSHSIG (openssh PROTOCOL.sshsig).

use std::path::{Path, PathBuf};

use ssh_key::public::{EcdsaPublicKey, KeyData};
use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SshSig};
use zeroize::Zeroizing;

use crate::model::approval::{Authentication, SSHSIG_NAMESPACE};
use crate::model::digest::Sha256Digest;

use super::dialogue::Dialogue;
use super::files;
use super::key_source;
use super::person_key_error::PersonKeyError;
use super::person_signer::Unlocked;
use super::ssh_agent::{AgentError, Identity, SshAgent};

/// How often a mistyped passphrase is asked for again.
const TRIES: u8 = 3;

/// Which key a person signs with, as `--key` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySelector {
    /// `PATH`: an OpenSSH private key file.
    File(PathBuf),
    /// `PATH.pub`: the agent's key with this public half.
    AgentPublic(PathBuf),
    /// `SHA256:…`: the agent's key with this fingerprint.
    AgentFingerprint(String),
    /// `agent:COMMENT`: the agent's only key with this comment.
    AgentComment(String),
}

impl KeySelector {
    /// Reads `--key`. Every text is something; whether it exists is seen on opening.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.starts_with("SHA256:") {
            Self::AgentFingerprint(text.to_owned())
        } else if let Some(comment) = text.strip_prefix("agent:") {
            Self::AgentComment(comment.to_owned())
        } else if text.ends_with(".pub") {
            Self::AgentPublic(PathBuf::from(text))
        } else {
            Self::File(PathBuf::from(text))
        }
    }
}

/// Where the passphrase of a key file comes from.
pub enum Passphrase<'a> {
    /// Typed by the person for this signature.
    Typed(&'a mut dyn Dialogue),
    /// Supplied by the environment or a descriptor.
    Supplied(Zeroizing<String>),
}

enum Holder {
    File(Box<PrivateKey>),
    Agent(SshAgent),
}

/// A key that signs for a person.
pub struct PersonKey {
    public: PublicKey,
    holder: Holder,
}

impl PersonKey {
    /// Opens the key that `--key` names; the agent is the one of `SSH_AUTH_SOCK`.
    ///
    /// # Errors
    /// [`PersonKeyError`].
    pub fn open(selector: &KeySelector) -> Result<Self, PersonKeyError> {
        match selector {
            KeySelector::File(path) => Self::from_file(path),
            other => Self::from_agent(SshAgent::from_environment()?, other),
        }
    }

    /// Reads a private key file in OpenSSH's form; an encrypted one stays so until it signs.
    ///
    /// # Errors
    /// [`PersonKeyError`].
    pub fn from_file(path: &Path) -> Result<Self, PersonKeyError> {
        let pem = key_source::read_private(path)?;
        let form = |error: ssh_key::Error| PersonKeyError::Form {
            path: path.display().to_string(),
            what: "private",
            reason: error.to_string(),
        };
        let key = PrivateKey::from_openssh(&*pem).map_err(form)?;
        let public = accepted(key.public_key().clone())?;
        Ok(Self { public, holder: Holder::File(Box::new(key)) })
    }

    /// Picks a key of an agent.
    ///
    /// # Errors
    /// [`PersonKeyError`].
    pub fn from_agent(agent: SshAgent, selector: &KeySelector) -> Result<Self, PersonKeyError> {
        let wanted = Wanted::of(selector)?;
        let mut fitting: Vec<Identity> = agent.identities()?;
        fitting.retain(|identity| wanted.fits(identity));
        let count = fitting.len();
        let (Some(identity), 1) = (fitting.pop(), count) else {
            return Err(PersonKeyError::Selection { wanted: wanted.in_words(), count });
        };
        let malformed = |_| AgentError::Malformed("public key");
        let public = accepted(PublicKey::from_bytes(&identity.blob).map_err(malformed)?)?;
        Ok(Self { public, holder: Holder::Agent(agent) })
    }

    /// The public half.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.public.fingerprint(HashAlg::Sha256).to_string()
    }

    /// How the key is held, as it will stand in the approval.
    #[must_use]
    pub fn authentication(&self, passphrase: &Passphrase<'_>) -> Authentication {
        match (&self.holder, passphrase) {
            (Holder::Agent(_), _) => Authentication::Agent,
            (Holder::File(key), _) if !key.is_encrypted() => Authentication::KeyFileWithoutPassphrase,
            (Holder::File(_), Passphrase::Typed(_)) => Authentication::KeyFileWithPassphrase,
            (Holder::File(_), Passphrase::Supplied(_)) => Authentication::KeyFileWithSuppliedPassphrase,
        }
    }

    /// Signs for the approval namespace and verifies what came back. Returns the armour.
    ///
    /// # Errors
    /// [`PersonKeyError`].
    pub fn sign(&self, message: &[u8], passphrase: &mut Passphrase<'_>) -> Result<String, PersonKeyError> {
        self.sign_in(SSHSIG_NAMESPACE, message, passphrase)
    }

    /// As [`PersonKey::sign`], for another namespace.
    ///
    /// # Errors
    /// [`PersonKeyError`].
    pub fn sign_in(
        &self,
        namespace: &'static str,
        message: &[u8],
        passphrase: &mut Passphrase<'_>,
    ) -> Result<String, PersonKeyError> {
        let failed = |error: ssh_key::Error| PersonKeyError::Sign(error.to_string());
        let signature = match &self.holder {
            Holder::File(key) if key.is_encrypted() => {
                let key = self.unlock(key, passphrase)?;
                key.sign(namespace, HashAlg::Sha512, message).map_err(failed)?
            }
            Holder::File(key) => key.sign(namespace, HashAlg::Sha512, message).map_err(failed)?,
            Holder::Agent(agent) => self.ask_agent(agent, namespace, message)?,
        };
        self.public
            .verify(namespace, message, &signature)
            .map_err(|_| PersonKeyError::WrongSignature(self.fingerprint()))?;
        signature.to_pem(LineEnding::LF).map_err(failed)
    }

    /// The key opened for a signature that is no SSHSIG.
    pub(super) fn unlocked(&self, passphrase: &mut Passphrase<'_>) -> Result<Unlocked<'_>, PersonKeyError> {
        Ok(match &self.holder {
            Holder::File(key) if key.is_encrypted() => Unlocked::File(Box::new(self.unlock(key, passphrase)?)),
            Holder::File(key) => Unlocked::File(key.clone()),
            Holder::Agent(agent) => {
                let blob = self.public.to_bytes().map_err(|error| PersonKeyError::Sign(error.to_string()))?;
                Unlocked::Agent(agent, blob)
            }
        })
    }

    fn unlock(&self, key: &PrivateKey, passphrase: &mut Passphrase<'_>) -> Result<PrivateKey, PersonKeyError> {
        let dialogue = match passphrase {
            Passphrase::Supplied(text) => return key.decrypt(text.as_bytes()).map_err(|_| PersonKeyError::Passphrase),
            Passphrase::Typed(dialogue) => dialogue,
        };
        for left in (0..TRIES).rev() {
            let text = dialogue.ask_secret(&format!("Passphrase of the key {}:", self.fingerprint()))?;
            match key.decrypt(text.as_bytes()) {
                Ok(key) => return Ok(key),
                Err(_) if left > 0 => dialogue.show("That passphrase does not open the key; try again."),
                Err(_) => break,
            }
        }
        Err(PersonKeyError::Passphrase)
    }

    fn ask_agent(&self, agent: &SshAgent, namespace: &'static str, message: &[u8]) -> Result<SshSig, PersonKeyError> {
        let failed = |error: ssh_key::Error| PersonKeyError::Sign(error.to_string());
        let data = SshSig::signed_data(namespace, HashAlg::Sha512, message).map_err(failed)?;
        let blob = agent.sign(&self.public.to_bytes().map_err(failed)?, &data)?;
        let signature = Signature::try_from(blob.as_slice()).map_err(|_| AgentError::Malformed("signature"))?;
        if signature.algorithm() != self.public.algorithm() {
            return Err(PersonKeyError::WrongSignature(self.fingerprint()));
        }
        SshSig::new(self.public.key_data().clone(), namespace, HashAlg::Sha512, signature).map_err(failed)
    }
}

/// The closed list of algorithms; security keys and RSA are refused by name until they are judged.
fn accepted(key: PublicKey) -> Result<PublicKey, PersonKeyError> {
    match key.key_data() {
        KeyData::Ed25519(_) | KeyData::Ecdsa(EcdsaPublicKey::NistP256(_) | EcdsaPublicKey::NistP384(_)) => Ok(key),
        _ => Err(PersonKeyError::Algorithm { got: key.algorithm().as_str().to_owned() }),
    }
}

enum Wanted {
    Fingerprint([u8; 32], String),
    Comment(String),
}

impl Wanted {
    fn of(selector: &KeySelector) -> Result<Self, PersonKeyError> {
        let path = match selector {
            KeySelector::AgentComment(comment) => return Ok(Self::Comment(comment.clone())),
            KeySelector::AgentFingerprint(text) => return Self::fingerprint(text),
            KeySelector::AgentPublic(path) | KeySelector::File(path) => path,
        };
        let bytes = files::read(path, 64 * 1024)?;
        let public = String::from_utf8_lossy(&bytes).parse::<PublicKey>();
        let form = |error: ssh_key::Error| PersonKeyError::Form {
            path: path.display().to_string(),
            what: "public",
            reason: error.to_string(),
        };
        Self::fingerprint(&public.map_err(form)?.fingerprint(HashAlg::Sha256).to_string())
    }

    fn fingerprint(text: &str) -> Result<Self, PersonKeyError> {
        let malformed = || PersonKeyError::Fingerprint(text.chars().take(60).collect());
        let fingerprint: ssh_key::Fingerprint = text.parse().map_err(|_| malformed())?;
        Ok(Self::Fingerprint(fingerprint.sha256().ok_or_else(malformed)?, text.to_owned()))
    }

    fn fits(&self, identity: &Identity) -> bool {
        match self {
            Self::Fingerprint(bytes, _) => Sha256Digest::of(&identity.blob).as_bytes() == bytes,
            Self::Comment(comment) => identity.comment == *comment,
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Fingerprint(_, text) => format!("the fingerprint {text}"),
            Self::Comment(comment) => format!("the comment {comment:?}"),
        }
    }
}
