//! Why a pipeline's private key is not used, each with the way out. No message holds key material.

use std::borrow::Cow;

use pkcs8::ObjectIdentifier;

use crate::model::hint::Hint;

use super::files::FileError;

/// Why there is no usable private key.
#[derive(Debug, thiserror::Error)]
pub enum PipelineKeyError {
    /// No PEM at all.
    #[error("signing key is not PEM text (expected -----BEGIN PRIVATE KEY-----)")]
    NotPem,
    /// Another PEM form.
    #[error("signing key is in {form} (expected PKCS#8, -----BEGIN PRIVATE KEY-----)")]
    Form {
        /// The form in words.
        form: Cow<'static, str>,
        /// How to get PKCS#8 out of it.
        convert: &'static str,
    },
    /// An algorithm outside the closed list.
    #[error("signing key is {got} (expected ECDSA P-256, ECDSA P-384 or Ed25519)")]
    Algorithm {
        /// Name, or object identifier where it has none here.
        got: String,
    },
    /// Right form, broken content.
    #[error("signing key is damaged or its halves do not belong together")]
    Damaged,
    /// Encrypted, and nobody gave the passphrase.
    #[error("signing key is encrypted and no passphrase is given")]
    PassphraseNeeded,
    /// Wrong passphrase; a damaged file looks the same.
    #[error("signing key cannot be decrypted: the passphrase is wrong or the file is damaged")]
    PassphraseWrong,
    /// Encrypted in another way, or with parameters beyond reason.
    #[error(
        "signing key is encrypted in a way that is not accepted (expected PBES2 with scrypt or PBKDF2-SHA-2 and AES)"
    )]
    Encryption,
    /// Cannot be written.
    #[error("signing key cannot be encoded")]
    Encode,
    /// An environment variable that holds nothing usable.
    #[error("environment variable {name} for the {what} is {got}")]
    Variable {
        /// Name of the variable.
        name: String,
        /// `signing key`, `passphrase` or `PIN`.
        what: &'static str,
        /// `not set`, `empty` or `not Unicode text`.
        got: &'static str,
    },
    /// The key file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key that does not leave its token or program.
    #[error("signing key lies in no file and no variable")]
    NoFile,
    /// Others can read the key file.
    #[error("key file {path} can be read or changed by other users (mode {mode:04o}, expected 0600 or 0400)")]
    Mode {
        /// As given.
        path: String,
        /// Permission bits.
        mode: u32,
    },
}

impl PipelineKeyError {
    /// The refusal of a PEM label that is not PKCS#8.
    pub(super) fn of_label(label: &str) -> Self {
        let (form, convert): (Cow<'static, str>, _) = match label {
            "EC PRIVATE KEY" => (
                "the SEC1 form (EC PRIVATE KEY)".into(),
                "Convert it: openssl pkcs8 -topk8 -in OLD.key -out NEW.key (add -nocrypt to leave it unencrypted)",
            ),
            "RSA PRIVATE KEY" => ("the PKCS#1 form of an RSA key, and RSA keys do not sign here".into(), NEW_KEY),
            "OPENSSH PRIVATE KEY" => (
                "OpenSSH's own form".into(),
                "Make a key for the pipeline: batchseal key new (a person's SSH key never signs for a pipeline); \
                 a key that is the pipeline's own converts with ssh-keygen -p -m PKCS8 -f KEY, then \
                 openssl pkcs8 -topk8 -in KEY -out NEW.key",
            ),
            "PUBLIC KEY" => ("the form of a public key".into(), "Name the private key, the file that ends in .key"),
            other => {
                let label: String = other.chars().take(40).collect();
                (format!("the form {label:?}").into(), "Convert it: openssl pkcs8 -topk8 -in OLD.key -out NEW.key")
            }
        };
        Self::Form { form, convert }
    }

    /// The refusal of a PKCS#8 algorithm, by name where it has one.
    pub(super) fn of_algorithm(algorithm: ObjectIdentifier, curve: Option<ObjectIdentifier>) -> Self {
        let oid = algorithm.to_string();
        let got = match (oid.as_str(), curve.map(|curve| curve.to_string()).as_deref()) {
            ("1.2.840.113549.1.1.1", _) => "RSA".to_owned(),
            ("1.2.840.113549.1.1.10", _) => "RSA-PSS".to_owned(),
            ("1.2.840.10040.4.1", _) => "DSA".to_owned(),
            ("1.3.101.110" | "1.3.101.111", _) => "a key-agreement key (X25519 or X448)".to_owned(),
            ("1.3.101.113", _) => "Ed448".to_owned(),
            ("1.2.840.10045.2.1", Some("1.3.132.0.35")) => "ECDSA P-521".to_owned(),
            ("1.2.840.10045.2.1", Some("1.3.132.0.10")) => "ECDSA secp256k1".to_owned(),
            ("1.2.840.10045.2.1", Some(curve)) => format!("ECDSA over the curve {curve}"),
            ("1.2.840.10045.2.1", None) => "ECDSA over an unnamed curve".to_owned(),
            (other, _) => format!("of the algorithm {other}"),
        };
        Self::Algorithm { got }
    }
}

const NEW_KEY: &str = "Make a new key: batchseal key new, or openssl genpkey -algorithm EC -pkeyopt \
                       ec_paramgen_curve:P-256 -out NEW.key";

impl Hint for PipelineKeyError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::NotPem => "Give the PEM text itself, all lines of it, not a path to it".into(),
            Self::Form { convert, .. } => (*convert).into(),
            Self::Algorithm { .. } => NEW_KEY.into(),
            Self::PassphraseNeeded => {
                "Set signing.passphrase-env in batchseal.toml to the variable that holds it".into()
            }
            Self::PassphraseWrong => "Check the passphrase: openssl pkey -in KEY -noout asks for it".into(),
            Self::Encryption => {
                "Encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in OLD.key -out NEW.key"
                    .into()
            }
            Self::Variable { name, .. } => format!("Set {name} in the job's secrets").into(),
            Self::Mode { path, .. } => format!("Run chmod 600 {path}").into(),
            Self::Damaged | Self::Encode | Self::NoFile | Self::File(_) => return None,
        })
    }
}
