//! Which hashes of a component count.

use crate::sbom::inventory::Item;

use super::attribute::Presence;
use super::catalogue::Profile;
use super::presence::shortened;
use super::words::says_something;

/// Most hashes of a foreign document that a note quotes.
const MAX_QUOTED: usize = 3;

/// Hexadecimal digits of a digest, by the plain name of its algorithm. BLAKE3 has no length of its own.
const DIGITS: [(&str, usize); 18] = [
    ("adler32", 8),
    ("md2", 32),
    ("md4", 32),
    ("md5", 32),
    ("sha1", 40),
    ("sha224", 56),
    ("sha256", 64),
    ("sha384", 96),
    ("sha512", 128),
    ("sha3224", 56),
    ("sha3256", 64),
    ("sha3384", 96),
    ("sha3512", 128),
    ("blake2b256", 64),
    ("blake2b384", 96),
    ("blake2b512", 128),
    ("streebog256", 64),
    ("streebog512", 128),
];

pub(super) fn presence<'a>(item: &'a Item, profile: &Profile) -> Presence<'a> {
    let stated: Vec<_> = item.hashes.iter().filter(|(_, value)| says_something(value)).collect();
    let counts = |algorithm: &str, value: &str| {
        (!profile.approved_hashes_only || is_approved(algorithm)) && fault(algorithm, value).is_none()
    };
    if stated.is_empty() || stated.iter().any(|(algorithm, value)| counts(algorithm, value)) {
        return Presence::of(!stated.is_empty());
    }
    let shown = stated.iter().take(MAX_QUOTED).map(|(algorithm, value)| {
        let fault = fault(algorithm, value).map(|fault| format!(" {fault}")).unwrap_or_default();
        format!("{}{fault}", shortened(algorithm))
    });
    let expected = if profile.approved_hashes_only {
        "SHA-256, SHA-384 or SHA-512"
    } else {
        "a digest as long as its algorithm makes it"
    };
    let shown: Vec<String> = shown.collect();
    Presence::not_counted(format!("only {}, which does not count (expected {expected})", shown.join(", ")))
}

/// Why a value is no digest of its algorithm; nothing is known of algorithms that are not listed.
fn fault(algorithm: &str, value: &str) -> Option<String> {
    let name = plain(algorithm);
    let (_, digits) = DIGITS.iter().find(|(own, _)| *own == name)?;
    if !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some("that is not hexadecimal".to_owned());
    }
    (value.len() != *digits).then(|| format!("with {} digits instead of {digits}", value.len()))
}

/// SHA-2 and SHA-3 of 256 bits and more.
fn is_approved(algorithm: &str) -> bool {
    ["sha256", "sha384", "sha512", "sha3256", "sha3384", "sha3512"].contains(&plain(algorithm).as_str())
}

/// The name of an algorithm, however a format spells it (`SHA-256`, `SHA256`, `sha3_256`).
fn plain(algorithm: &str) -> String {
    algorithm.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
