//! Keys in tokens (PKCS#11 v3.1, v2.40): smart cards, HSMs, SoftHSM. The key never leaves its token.
//!
//! 1. The module is loaded and started; exactly one token must fit the URI, before any PIN is sent anywhere.
//! 2. One login with the PIN. 3. Exactly one private key must fit. 4. Its public half is read from the token.
//!
//! Dropping the key logs out, closes the session and ends the module.

use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use pkcs8::der::{Decode, Encode};
use sha2::{Digest, Sha256, Sha384};
use zeroize::Zeroizing;

use crate::attestation::sign::{Signer, SignerError};
use crate::model::key::PublicKey;
use crate::model::text::counted;
use crate::policy::pkcs11_uri::{Pkcs11Uri, TokenChoice};

use super::pin::PinError;
use super::token_error::TokenError;
use super::{token_forms, token_module};

/// A private key in a token, ready to sign.
pub struct TokenKey {
    public: PublicKey,
    key: ObjectHandle,
    // Dropped in this order: the session is closed before its module ends.
    session: Mutex<Session>,
    _module: Running,
}

/// A started module; ends when dropped.
struct Running(Pkcs11);

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing can be done about a module that does not end well, and nothing is signed any more.
        let _ = self.0.clone().finalize();
    }
}

impl Drop for TokenKey {
    fn drop(&mut self) {
        let session = self.session.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = session.logout();
    }
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "key in a token of {:?}", self.public)
    }
}

/// `map_err` for what a module answers.
fn failed(action: &'static str) -> impl Fn(Error) -> TokenError {
    move |error| TokenError::Failed { action, reason: reason(&error) }
}

/// The name of the return value; the library's sentences are long and speak to programmers.
fn reason(error: &Error) -> String {
    match error {
        Error::Pkcs11(value, _) => format!("{value:?}"),
        other => other.to_string(),
    }
}

impl TokenKey {
    /// Opens the key that the URI names; `pin` is asked once, with the token's label, where the token wants one.
    ///
    /// # Errors
    /// [`TokenError`], never with anything of the PIN.
    pub fn open(
        uri: &Pkcs11Uri,
        pin: &mut dyn FnMut(&str) -> Result<Zeroizing<String>, PinError>,
    ) -> Result<Self, TokenError> {
        let path = token_module::find(uri.module.as_ref())?;
        let refuse = |error: Error| TokenError::Module { path: path.display().to_string(), reason: reason(&error) };
        let module = Pkcs11::new(&path).map_err(refuse)?;
        module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(refuse)?;
        let module = Running(module);
        let (slot, label) = one_token(&module.0, &uri.token)?;
        let session = module.0.open_ro_session(slot).map_err(failed("opening a session"))?;
        log_in(&module.0, slot, &label, &session, pin)?;
        let key = one_key(&session, uri, &label)?;
        let public = public_half(&session, key)?;
        Ok(Self { public, key, session: Mutex::new(session), _module: module })
    }
}

impl Signer for TokenKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let (mechanism, data) = match self.public {
            PublicKey::P256(_) => (Mechanism::Ecdsa, Sha256::digest(message).to_vec()),
            PublicKey::P384(_) => (Mechanism::Ecdsa, Sha384::digest(message).to_vec()),
            PublicKey::Ed25519(_) => (Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure)), message.to_vec()),
            PublicKey::MlDsa(_) => return Err(SignerError::Key("ML-DSA keys in tokens are not supported".to_owned())),
        };
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let raw = session
            .sign(&mechanism, self.key, &data)
            .map_err(|error| SignerError::Key(format!("the token answered {}", reason(&error))))?;
        token_forms::signature(&self.public, raw)
            .ok_or_else(|| SignerError::Key("the token answered with something that is no signature".to_owned()))
    }
}

/// The one token that the URI names, and its label. No PIN has been sent to any token yet.
fn one_token(module: &Pkcs11, choice: &TokenChoice) -> Result<(Slot, String), TokenError> {
    let mut found = Vec::new();
    let mut fitting = Vec::new();
    let library = fits_library(module, choice)?;
    for slot in module.get_slots_with_initialized_token().map_err(failed("listing tokens"))? {
        let label = module.get_token_info(slot).map_err(failed("reading a token"))?.label().to_owned();
        if library && fits(module, slot, choice)? {
            fitting.push((slot, label.clone()));
        }
        found.push(label);
    }
    let got = if fitting.is_empty() { "no token".to_owned() } else { counted(fitting.len(), "token", "tokens") };
    match (fitting.pop(), fitting.is_empty()) {
        (Some(one), true) => Ok(one),
        _ => Err(TokenError::Token { got, found }),
    }
}

fn is(wanted: Option<&String>, got: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == got)
}

fn fits_library(module: &Pkcs11, choice: &TokenChoice) -> Result<bool, TokenError> {
    let library = module.get_library_info().map_err(failed("reading about the module"))?;
    let version = (library.library_version().major(), library.library_version().minor());
    Ok(is(choice.library_manufacturer.as_ref(), library.manufacturer_id())
        && is(choice.library_description.as_ref(), library.library_description())
        && choice.library_version.is_none_or(|wanted| wanted == version))
}

fn fits(module: &Pkcs11, slot: Slot, choice: &TokenChoice) -> Result<bool, TokenError> {
    let token = module.get_token_info(slot).map_err(failed("reading a token"))?;
    let place = module.get_slot_info(slot).map_err(failed("reading a slot"))?;
    Ok(is(choice.label.as_ref(), token.label())
        && is(choice.manufacturer.as_ref(), token.manufacturer_id())
        && is(choice.model.as_ref(), token.model())
        && is(choice.serial.as_ref(), token.serial_number())
        && is(choice.slot_description.as_ref(), place.slot_description())
        && is(choice.slot_manufacturer.as_ref(), place.manufacturer_id())
        && choice.slot_id.is_none_or(|wanted| wanted == slot.id()))
}

fn log_in(
    module: &Pkcs11,
    slot: Slot,
    label: &str,
    session: &Session,
    pin: &mut dyn FnMut(&str) -> Result<Zeroizing<String>, PinError>,
) -> Result<(), TokenError> {
    let state = || module.get_token_info(slot).map_err(failed("reading a token"));
    let before = state()?;
    if before.user_pin_locked() {
        return Err(TokenError::Locked { token: label.to_owned() });
    }
    if !before.login_required() {
        return Ok(());
    }
    // A token with a key pad of its own asks there.
    let pin = if before.protected_authentication_path() { None } else { Some(pin(label)?) };
    let pin = pin.map(|pin| AuthPin::new(Box::from(pin.as_str())));
    match session.login(UserType::User, pin.as_ref()) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(TokenError::Locked { token: label.to_owned() }),
        Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _)) => {
            let after = state()?;
            if after.user_pin_locked() {
                return Err(TokenError::Locked { token: label.to_owned() });
            }
            let tries = match (after.user_pin_final_try(), after.user_pin_count_low()) {
                (true, _) => "one more wrong PIN locks the token",
                (false, true) => "few tries are left before the token locks",
                (false, false) => "the token does not say how many tries are left",
            };
            Err(TokenError::PinWrong { token: label.to_owned(), tries })
        }
        Err(error) => Err(failed("logging in")(error)),
    }
}

fn one_key(session: &Session, uri: &Pkcs11Uri, token: &str) -> Result<ObjectHandle, TokenError> {
    let class = Attribute::Class(ObjectClass::PRIVATE_KEY);
    let mut template = vec![class.clone()];
    template.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
    template.extend(uri.id.clone().map(Attribute::Id));
    let looking = failed("looking for keys");
    let mut fitting = session.find_objects(&template).map_err(&looking)?;
    let count = fitting.len();
    match (fitting.pop(), count) {
        (Some(one), 1) => Ok(one),
        _ => {
            let all = session.find_objects(&[class]).map_err(&looking)?;
            let found = all.into_iter().map(|key| label_of(session, key)).collect();
            let got =
                if count == 0 { "no private key".to_owned() } else { counted(count, "private key", "private keys") };
            Err(TokenError::Key { got, token: token.to_owned(), found })
        }
    }
}

fn attributes(session: &Session, object: ObjectHandle, which: &[AttributeType]) -> Result<Vec<Attribute>, TokenError> {
    session.get_attributes(object, which).map_err(failed("reading a key"))
}

fn label_of(session: &Session, object: ObjectHandle) -> String {
    let read = attributes(session, object, &[AttributeType::Label]).unwrap_or_default();
    read.into_iter()
        .find_map(|attribute| match attribute {
            Attribute::Label(label) => Some(String::from_utf8_lossy(&label).into_owned()),
            _ => None,
        })
        .unwrap_or_default()
}

/// The public key beside a private one: an object or a certificate with its id, or its label where it has no id.
fn public_half(session: &Session, key: ObjectHandle) -> Result<PublicKey, TokenError> {
    let label = label_of(session, key);
    let mut link = Attribute::Label(label.clone().into_bytes());
    for attribute in attributes(session, key, &[AttributeType::Id, AttributeType::AlwaysAuthenticate])? {
        match attribute {
            Attribute::AlwaysAuthenticate(true) => return Err(TokenError::AlwaysAuthenticate { key: label }),
            Attribute::Id(id) if !id.is_empty() => link = Attribute::Id(id),
            _ => {}
        }
    }
    let mut halves = Vec::new();
    for class in [ObjectClass::PUBLIC_KEY, ObjectClass::CERTIFICATE] {
        let objects = session.find_objects(&[Attribute::Class(class), link.clone()]);
        for object in objects.map_err(failed("looking for public keys"))? {
            let half = if class == ObjectClass::PUBLIC_KEY {
                key_object(session, object)?
            } else {
                certificate_object(session, object)?
            };
            let half = half.ok_or_else(|| TokenError::Algorithm { key: label.clone() })?;
            if !halves.contains(&half) {
                halves.push(half);
            }
        }
    }
    match (halves.pop(), halves.is_empty()) {
        (Some(half), true) => Ok(half),
        _ => Err(TokenError::NoPublicKey { key: label }),
    }
}

fn key_object(session: &Session, object: ObjectHandle) -> Result<Option<PublicKey>, TokenError> {
    let (mut params, mut point) = (Vec::new(), Vec::new());
    for attribute in attributes(session, object, &[AttributeType::EcParams, AttributeType::EcPoint])? {
        match attribute {
            Attribute::EcParams(bytes) => params = bytes,
            Attribute::EcPoint(bytes) => point = bytes,
            _ => {}
        }
    }
    Ok(token_forms::public_key(&params, &point))
}

fn certificate_object(session: &Session, object: ObjectHandle) -> Result<Option<PublicKey>, TokenError> {
    let value =
        attributes(session, object, &[AttributeType::Value])?.into_iter().find_map(|attribute| match attribute {
            Attribute::Value(der) => Some(der),
            _ => None,
        });
    let certificate = value.and_then(|der| x509_cert::Certificate::from_der(&der).ok());
    let key = certificate.and_then(|certificate| certificate.tbs_certificate.subject_public_key_info.to_der().ok());
    Ok(key.and_then(|der| PublicKey::parse_der(&der).ok()))
}
