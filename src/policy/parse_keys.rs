//! Public keys in `trust.toml`: pipelines' keys (PEM) and persons' keys (OpenSSH), each used once.

use std::collections::BTreeMap;

use ssh_key::public::{EcdsaPublicKey, KeyData};

use crate::model::digest::Sha256Digest;
use crate::model::key::PublicKey;

use super::parse_trust::KeyFiles;
use super::reader::{Item, Table};
use super::text_rules::each;

const SIGNER_KEY: &str = "a public key in PEM of ECDSA P-256, ECDSA P-384, Ed25519 or ML-DSA";
const PERSON_KEY: &str = "an OpenSSH public key of type ssh-ed25519, ecdsa-sha2-nistp256 or ecdsa-sha2-nistp384";

/// A key with the place where it stands; the same key in PEM and in OpenSSH form has the same id.
pub(super) struct KeyOwner<'r> {
    id: Sha256Digest,
    item: Item<'r>,
}

/// The key of a `[[signer]]`: `key-file` or `key`, exactly one.
pub(super) fn signer_key<'r>(table: &Table<'r>, key_files: KeyFiles<'_>) -> Option<(PublicKey, KeyOwner<'r>)> {
    let (item, pem) = match (table.optional("key"), table.optional("key-file")) {
        (Some(item), None) => {
            let pem = item.secret_string(SIGNER_KEY)?.to_owned();
            (item, pem)
        }
        (None, Some(item)) => {
            let pem = key_file(&item, key_files)?;
            (item, pem)
        }
        (Some(_), Some(item)) => return item.refuse_as("both key and key-file", "one of the two"),
        (None, None) => {
            table.complain("key", "neither key nor key-file", "one of the two");
            return None;
        }
    };
    if pem.contains("PRIVATE KEY") {
        return item.refuse_as("a private key (not shown)", SIGNER_KEY);
    }
    match PublicKey::parse_pem(&pem) {
        Ok(key) => Some((key.clone(), KeyOwner { id: key.sha256(), item })),
        Err(_) => item.refuse_as("something else (not shown)", SIGNER_KEY),
    }
}

fn key_file(item: &Item<'_>, key_files: KeyFiles<'_>) -> Option<String> {
    let path = item.visible_text()?;
    match key_files(path) {
        Ok(bytes) => String::from_utf8(bytes).ok().or_else(|| item.refuse_as("a file that is not text", SIGNER_KEY)),
        Err(reason) => {
            item.refuse_as(format!("a file that cannot be read ({reason})"), "a readable file with a public key")
        }
    }
}

/// The keys of a `[[person]]`: `ssh-key` or `ssh-keys`, exactly one.
pub(super) fn person_keys<'r>(table: &Table<'r>) -> Option<(Vec<ssh_key::PublicKey>, Vec<KeyOwner<'r>>)> {
    let items = match (table.optional("ssh-key"), table.optional("ssh-keys")) {
        (Some(item), None) => vec![item],
        (None, Some(item)) => item.some_list("at least one OpenSSH public key")?,
        (Some(_), Some(item)) => return item.refuse_as("both ssh-key and ssh-keys", "one of the two"),
        (None, None) => {
            table.complain("ssh-key", "neither ssh-key nor ssh-keys", "one of the two");
            return None;
        }
    };
    let keys = each(&items, person_key)?;
    let (keys, ids): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    Some((keys, ids.into_iter().zip(items).map(|(id, item)| KeyOwner { id, item }).collect()))
}

fn person_key(item: &Item<'_>) -> Option<(ssh_key::PublicKey, Sha256Digest)> {
    let text = item.secret_string(PERSON_KEY)?;
    // RFC 4251 names the type first; what cannot be decoded may still say what it is.
    let kind = text.split(' ').next().unwrap_or_default();
    if let Some(reason) = refused_kind(kind) {
        return item.refuse_as(reason, PERSON_KEY);
    }
    let Ok(key) = ssh_key::PublicKey::from_openssh(text) else {
        return item.refuse_as("something else (not shown)", PERSON_KEY);
    };
    match pipeline_form(key.key_data()) {
        Some(same) => Some((key, same.sha256())),
        None => item.refuse_as("a key whose point is not accepted", PERSON_KEY),
    }
}

/// Why keys of a known type are refused for now.
fn refused_kind(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "ssh-rsa" => "an RSA key (not accepted yet: no maintained constant-time implementation)",
        "ssh-dss" => "a DSA key (its signatures use SHA-1)",
        "ecdsa-sha2-nistp521" => "an ECDSA P-521 key (not in the list of accepted algorithms)",
        kind if kind.starts_with("sk-") => "a FIDO security key (not accepted yet: its flags are not verified)",
        kind if kind.contains("-cert-v0") => "an OpenSSH certificate (name the key itself)",
        _ => return None,
    })
}

/// The same key as pipelines would carry it; `None` for other algorithms and for weak points.
fn pipeline_form(key: &KeyData) -> Option<PublicKey> {
    match key {
        KeyData::Ed25519(key) => {
            ed25519_dalek::VerifyingKey::from_bytes(&key.0).ok().filter(|key| !key.is_weak()).map(PublicKey::Ed25519)
        }
        KeyData::Ecdsa(EcdsaPublicKey::NistP256(point)) => {
            p256::ecdsa::VerifyingKey::from_encoded_point(point).ok().map(PublicKey::P256)
        }
        KeyData::Ecdsa(EcdsaPublicKey::NistP384(point)) => {
            p384::ecdsa::VerifyingKey::from_encoded_point(point).ok().map(PublicKey::P384)
        }
        _ => None,
    }
}

/// No key twice, above all not as pipeline and as person (design rule 3).
pub(super) fn once_each<'k, 'r: 'k>(owners: impl Iterator<Item = &'k KeyOwner<'r>>) -> Option<()> {
    let mut seen: BTreeMap<Sha256Digest, &str> = BTreeMap::new();
    let mut all = Some(());
    for owner in owners {
        if let Some(first) = seen.get(&owner.id) {
            all = owner.item.refuse_as(format!("the key of {first} again"), "a key of its own");
        } else {
            seen.insert(owner.id, &owner.item.path);
        }
    }
    all
}
