//! SSH signatures of git tags and commits (openssh PROTOCOL.sshsig), judged against the roster.
//!
//! 1. the armour is closed, nothing follows it, and its key is of a type that the roster may hold;
//! 2. it was made for the namespace `git` (`gitformat-signature(5)`), with SHA-256 or SHA-512;
//! 3. it verifies over the payload with the key in it;
//! 4. that key is a key of a person of the roster;
//! 5. the person's window covers every day asked about.
//!
//! Who makes the tag says when in the tag itself; that time is a claim, and nothing here looks at it.

use crate::model::base64;
use crate::policy::trust::Trust;

use super::sshsig::{algorithm_of, same_key};

/// Namespace in which git signs.
pub const GIT_NAMESPACE: &str = "git";

/// Longest armour that is read, in bytes; one with a P-384 key has about 500.
const MAX_ARMOUR: usize = 64 << 10;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// Line length of the armour that `ssh-keygen` writes.
const LINE: usize = 70;

/// Longest name or key type that a message repeats, in characters.
const SHOWN: usize = 80;

/// Types of keys that a roster may hold.
const KEY_TYPES: [&str; 3] = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"];

/// Why a signature is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitSignatureError {
    /// Step 1: no closed armour of one SSH signature.
    #[error("the armour cannot be read: {0}")]
    Armour(String),
    /// Step 1: bytes that no signature covers.
    #[error("something follows the armour, which the signature does not cover")]
    Followed,
    /// Step 2.
    #[error("it was made for namespace {0:?} (expected {GIT_NAMESPACE:?})")]
    Namespace(String),
    /// Step 3.
    #[error("it does not verify over these bytes")]
    Signature,
}

/// What a signature that is no forgery says of its maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitSigner {
    /// A person of the roster, whose signature counts.
    Person {
        /// Printed name.
        name: String,
    },
    /// A person of the roster outside their window.
    OutsideWindow {
        /// Printed name.
        name: String,
        /// What the window says.
        refusal: String,
    },
    /// A key of nobody in the roster, or a pipeline's.
    Unknown {
        /// `SHA256:…` of the key.
        fingerprint: String,
        /// Name of the pipeline whose key it is.
        pipeline: Option<String>,
    },
    /// A type of key that is not verified here: nothing is known of the signature.
    Unsupported {
        /// Type of the key, as the signature claims it.
        key_type: String,
    },
}

/// Judges the SSH signature `armour` of `payload`, steps 1 to 5.
///
/// `days` (`YYYY-MM-DD`, UTC) are the days at which the person must be valid; none of them is no answer, so there
/// must be one at least for a signature to count.
///
/// # Errors
/// [`GitSignatureError`] with the first of steps 1 to 3 that fails.
pub fn verify(payload: &[u8], armour: &[u8], trust: &Trust, days: &[String]) -> Result<GitSigner, GitSignatureError> {
    let body = body(armour)?;
    let blob = base64::decode(&body).map_err(|error| GitSignatureError::Armour(error.to_string()))?;
    let key_type = key_type(&blob).ok_or_else(|| GitSignatureError::Armour("it names no key".to_owned()))?;
    if !KEY_TYPES.contains(&key_type.as_str()) {
        return Ok(GitSigner::Unsupported { key_type });
    }
    let signature = read(&body)?;
    if signature.namespace() != GIT_NAMESPACE {
        return Err(GitSignatureError::Namespace(signature.namespace().chars().take(SHOWN).collect()));
    }
    ssh_key::PublicKey::from(signature.public_key().clone())
        .verify(GIT_NAMESPACE, payload, &signature)
        .map_err(|_| GitSignatureError::Signature)?;
    Ok(signer(signature.public_key(), trust, days))
}

fn signer(key: &ssh_key::public::KeyData, trust: &Trust, days: &[String]) -> GitSigner {
    let person = trust.persons.iter().find(|person| person.ssh_keys.iter().any(|known| known.key_data() == key));
    let Some(person) = person else {
        let pipeline =
            trust.signers.iter().find(|signer| signer.identity.key().is_some_and(|known| same_key(known, key)));
        return GitSigner::Unknown {
            fingerprint: key.fingerprint(ssh_key::HashAlg::Sha256).to_string(),
            pipeline: pipeline.map(|signer| signer.name.clone()),
        };
    };
    let name = person.name.clone();
    let permitted = algorithm_of(key).map_or(Ok(()), |algorithm| trust.algorithms.permit(algorithm));
    let refusal = match days {
        _ if permitted.is_err() => Some("signing with an algorithm that the trust file's list leaves out".to_owned()),
        [] => Some("valid on days that nobody named".to_owned()),
        days => days.iter().find_map(|day| person.window.refusal(day)),
    };
    match refusal {
        Some(refusal) => GitSigner::OutsideWindow { name, refusal },
        None => GitSigner::Person { name },
    }
}

/// The base64 of a closed armour that is the last thing there, on one line.
///
/// Like `ssh-keygen`, it takes lines of any length after a first line of nothing but its mark; unlike it, nothing
/// may follow the end.
fn body(armour: &[u8]) -> Result<String, GitSignatureError> {
    let malformed = |what: &str| GitSignatureError::Armour(what.to_owned());
    if armour.len() > MAX_ARMOUR {
        return Err(malformed("it is too long"));
    }
    let text = std::str::from_utf8(armour).map_err(|_| malformed("it is no text"))?;
    let Some(rest) = text.strip_prefix(BEGIN).and_then(|rest| rest.strip_prefix('\n')) else {
        return Err(malformed("its first line is not only its mark"));
    };
    let mut lines = rest.lines().map(|line| line.trim_end_matches([' ', '\t']));
    let mut body = String::new();
    let closed = lines.by_ref().any(|line| {
        let end = line == END;
        if !end {
            body.push_str(line);
        }
        end
    });
    if !closed {
        return Err(malformed("it is not closed"));
    }
    if lines.any(|line| !line.is_empty()) { Err(GitSignatureError::Followed) } else { Ok(body) }
}

/// Reads the signature, and writes it again: the reader lets some wrong lengths pass.
fn read(body: &str) -> Result<ssh_key::SshSig, GitSignatureError> {
    let armour = ssh_keygen_form(body);
    let read = ssh_key::SshSig::from_pem(&armour);
    let signature = read.map_err(|error| GitSignatureError::Armour(error.to_string()))?;
    match signature.to_pem(ssh_key::LineEnding::LF) {
        Ok(again) if again == armour => Ok(signature),
        _ => Err(GitSignatureError::Armour("its lengths are wrong".to_owned())),
    }
}

/// The armour as `ssh-keygen` writes it, which is the only form that the reader knows.
fn ssh_keygen_form(body: &str) -> String {
    let mut armour = format!("{BEGIN}\n");
    let mut rest = body;
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        armour.push_str(line);
        armour.push('\n');
        rest = after;
    }
    armour.push_str(END);
    armour.push('\n');
    armour
}

/// The key's type as the signature claims it: magic, version, public key, and in it its type first.
fn key_type(blob: &[u8]) -> Option<String> {
    let key = blob.strip_prefix(b"SSHSIG")?.get(4..)?;
    let (key, _) = string(key)?;
    let (name, _) = string(key)?;
    let name = std::str::from_utf8(name).ok().filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()))?;
    Some(name.chars().take(SHOWN).collect())
}

/// One `string` of RFC 4251 section 5, and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
