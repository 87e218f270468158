//! Why a key in a token (PKCS#11) cannot be used. Nothing of a PIN stands in any of it.

use std::borrow::Cow;

use crate::model::hint::Hint;

use super::pin::PinError;

/// Variable that names the module where the URI does not.
pub const MODULE_VARIABLE: &str = "BATCHSEAL_PKCS11_MODULE";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The program was built without the feature.
    #[error("this build of batchseal cannot use keys in tokens (it lacks the feature pkcs11)")]
    NotBuilt,
    /// Nothing names a module.
    #[error("PKCS#11 module is not named")]
    NoModule,
    /// No file of that name.
    #[error("PKCS#11 module {name:?} was not found (looked in {})", .places.join(", "))]
    ModuleNotFound {
        /// `module-name`.
        name: String,
        /// Folders.
        places: Vec<String>,
    },
    /// The library cannot be loaded or started.
    #[error("PKCS#11 module {path} cannot be used: {reason}")]
    Module {
        /// Path of the library.
        path: String,
        /// The loader's or the module's words.
        reason: String,
    },
    /// The URI fits no token or several.
    #[error("{got} of the module fit the URI (expected exactly one; found {})", listed(.found))]
    Token {
        /// `no token`, or `2 tokens`.
        got: String,
        /// Labels of all tokens.
        found: Vec<String>,
    },
    /// Too many wrong PINs.
    #[error("PIN of token {token:?} is locked after too many wrong tries")]
    Locked {
        /// Label.
        token: String,
    },
    /// A wrong PIN.
    #[error("PIN of token {token:?} is wrong ({tries})")]
    PinWrong {
        /// Label.
        token: String,
        /// What the token says of further tries.
        tries: &'static str,
    },
    /// No PIN.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The URI fits no key or several.
    #[error("{got} of token {token:?} fit the URI (expected exactly one; found {})", listed(.found))]
    Key {
        /// `no private key`, or `2 private keys`.
        got: String,
        /// Label of the token.
        token: String,
        /// Labels of its private keys.
        found: Vec<String>,
    },
    /// No public half.
    #[error(
        "public key of {key:?} is not on the token, or not once (expected one public key or certificate with its id)"
    )]
    NoPublicKey {
        /// Label of the key.
        key: String,
    },
    /// Another algorithm.
    #[error("key {key:?} is of another algorithm (expected ECDSA P-256, ECDSA P-384 or Ed25519)")]
    Algorithm {
        /// Label of the key.
        key: String,
    },
    /// A key that wants a PIN for each signature.
    #[error("key {key:?} asks for the PIN at every signature (CKA_ALWAYS_AUTHENTICATE), which a pipeline cannot give")]
    AlwaysAuthenticate {
        /// Label of the key.
        key: String,
    },
    /// Anything else that the module says.
    #[error("token failed at {action}: {reason}")]
    Failed {
        /// What was asked.
        action: &'static str,
        /// Name of the return value.
        reason: String,
    },
}

fn listed(labels: &[String]) -> String {
    const MOST: usize = 20;
    if labels.is_empty() {
        return "none".to_owned();
    }
    let mut words: Vec<String> = labels.iter().take(MOST).map(|label| format!("{label:?}")).collect();
    if labels.len() > MOST {
        words.push(format!("{} more", labels.len() - MOST));
    }
    words.join(", ")
}

impl Hint for TokenError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::NotBuilt => "Use a build with default features, or another kind of key".into(),
            Self::NoModule => {
                format!("Add ?module-path=/PATH/TO/MODULE.so to the URI, or set {MODULE_VARIABLE}").into()
            }
            Self::ModuleNotFound { .. } => "Give the whole path with module-path".into(),
            Self::Module { .. } => "Check the path and that the module is for this kind of machine".into(),
            Self::Token { .. } => "Choose one token in the URI: token=LABEL or serial=NUMBER".into(),
            Self::Locked { .. } => "Unlock it with the token's own tool and its security officer's PIN (or PUK)".into(),
            Self::PinWrong { .. } => "Correct the PIN before trying again: tokens lock after a few wrong ones".into(),
            Self::Pin(error) => return error.hint(),
            Self::Key { .. } => "Choose one key in the URI: object=LABEL, id=%01, or both".into(),
            Self::NoPublicKey { .. } => "Put the public key or its certificate on the token with the same id".into(),
            Self::Algorithm { .. } | Self::AlwaysAuthenticate { .. } => {
                "Make a key for the pipeline on the token, such as an EC key over P-256".into()
            }
            Self::Failed { .. } => "Look at the token with its own tool, such as pkcs11-tool --list-objects".into(),
        })
    }
}
