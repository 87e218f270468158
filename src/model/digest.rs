//! Digests with their algorithm and the streaming hasher (in-toto `DigestSet`, spec/v1/digest_set.md).
//!
//! The list of algorithms is closed: SHA-256, SHA-384 and SHA-512. Git ids are identifiers, not
//! digests, and live in [`GitId`]. MD5, SHA-1 and CRC are refused by name.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;

mod sha512;

pub use sha512::Sha512Digest;

/// Why a digest was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// MD5, SHA-1, CRC and the like.
    #[error("digest algorithm {0} is not accepted (expected sha256, sha384 or sha512)")]
    Refused(String),
    /// Not 64, 96 or 128 lowercase hexadecimal digits.
    #[error("{algorithm} digest has the wrong form (got {got:?}, expected {expected} lowercase hexadecimal digits)")]
    Malformed {
        /// Algorithm whose length was expected.
        algorithm: &'static str,
        /// The text as given.
        got: String,
        /// Number of hexadecimal digits.
        expected: usize,
    },
    /// No digest at all.
    #[error("digest set is empty (expected at least one of sha256, sha384, sha512)")]
    Empty,
}

/// A SHA-256 value; the digest that binds every byte of a batch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Digest([u8; 32]);

impl Sha256Digest {
    /// Digest of bytes held in memory.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// Wraps 32 bytes computed elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lowercase hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        to_hex(&self.0)
    }

    /// Parses 64 lowercase hexadecimal digits.
    ///
    /// # Errors
    /// [`DigestError::Malformed`].
    pub fn parse_hex(text: &str) -> Result<Self, DigestError> {
        let malformed = || DigestError::Malformed { algorithm: "sha256", got: clip(text), expected: 64 };
        let bytes = from_hex(text).ok_or_else(malformed)?;
        bytes.try_into().map(Self).map_err(|_| malformed())
    }
}

impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.to_hex())
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `sha256:` and 64 digits, as people write it in the two files.
impl FromStr for Sha256Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        match text.split_once(':') {
            Some(("sha256", hex)) => Self::parse_hex(hex),
            Some((other, _)) => Err(DigestError::Refused(clip(other))),
            None => Self::parse_hex(text),
        }
    }
}

/// Bare hexadecimal in JSON, where the key names the algorithm.
impl Serialize for Sha256Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Sha256Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_hex(&text).map_err(serde::de::Error::custom)
    }
}

/// in-toto `DigestSet` of an artifact or entry: at least a SHA-256, optionally stronger ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DigestSet {
    sha256: Sha256Digest,
    others: BTreeMap<StrongAlgorithm, String>,
}

/// Accepted algorithms beside SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum StrongAlgorithm {
    Sha384,
    Sha512,
}

impl StrongAlgorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    const fn hex_length(self) -> usize {
        match self {
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }
}

impl DigestSet {
    /// The SHA-256 that every set of ours has.
    #[must_use]
    pub const fn sha256(&self) -> Sha256Digest {
        self.sha256
    }

    fn parse(map: BTreeMap<String, String>) -> Result<Self, DigestError> {
        let mut sha256 = None;
        let mut others = BTreeMap::new();
        for (algorithm, value) in map {
            match algorithm.as_str() {
                "sha256" => sha256 = Some(Sha256Digest::parse_hex(&value)?),
                "sha384" => insert_strong(&mut others, StrongAlgorithm::Sha384, value)?,
                "sha512" => insert_strong(&mut others, StrongAlgorithm::Sha512, value)?,
                _ => return Err(DigestError::Refused(clip(&algorithm))),
            }
        }
        Ok(Self { sha256: sha256.ok_or(DigestError::Empty)?, others })
    }
}

fn insert_strong(
    others: &mut BTreeMap<StrongAlgorithm, String>,
    algorithm: StrongAlgorithm,
    value: String,
) -> Result<(), DigestError> {
    let well_formed = from_hex(&value).is_some_and(|bytes| bytes.len() * 2 == algorithm.hex_length());
    if !well_formed {
        return Err(DigestError::Malformed {
            algorithm: algorithm.name(),
            got: clip(&value),
            expected: algorithm.hex_length(),
        });
    }
    others.insert(algorithm, value);
    Ok(())
}

impl From<Sha256Digest> for DigestSet {
    fn from(sha256: Sha256Digest) -> Self {
        Self { sha256, others: BTreeMap::new() }
    }
}

impl Serialize for DigestSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = BTreeMap::new();
        map.insert("sha256", self.sha256.to_hex());
        for (algorithm, value) in &self.others {
            map.insert(algorithm.name(), value.clone());
        }
        map.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DigestSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::<String, String>::deserialize(deserializer)?;
        Self::parse(map).map_err(serde::de::Error::custom)
    }
}

/// A Git object id: an identifier of 40 or 64 hexadecimal digits, never used as proof of content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct GitId(String);

impl GitId {
    /// Parses 40 (SHA-1 repositories) or 64 (SHA-256 repositories) lowercase digits.
    ///
    /// # Errors
    /// [`DigestError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let well_formed = matches!(text.len(), 40 | 64) && from_hex(text).is_some();
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(DigestError::Malformed { algorithm: "git object id", got: clip(text), expected: 40 })
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for GitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for GitId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Streaming SHA-256; the caller does the reading.
#[derive(Clone, Default)]
pub struct Hasher {
    state: sha2::Sha256,
    size: u64,
}

impl Hasher {
    /// An empty hasher.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.state.update(bytes);
        self.size = self.size.saturating_add(bytes.len() as u64);
    }

    /// Digest and number of bytes taken.
    #[must_use]
    pub fn finish(self) -> (Sha256Digest, u64) {
        (Sha256Digest(self.state.finalize().into()), self.size)
    }
}

/// Lowercase hexadecimal.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    text.as_bytes().chunks_exact(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect()
}

fn clip(text: &str) -> String {
    text.chars().take(140).collect()
}

#[cfg(test)]
mod tests {
    use super::{DigestSet, GitId, Hasher, Sha256Digest};

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn streaming_equals_one_shot() {
        let mut hasher = Hasher::new();
        hasher.update(b"ab");
        hasher.update(b"c");
        assert_eq!(hasher.finish(), (Sha256Digest::of(b"abc"), 3));
        assert_eq!(Sha256Digest::of(b"").to_hex(), EMPTY);
    }

    #[test]
    fn rejects_weak_algorithms_by_name() {
        for algorithm in ["md5", "sha1", "crc32"] {
            let json = format!("{{\"{algorithm}\":\"00\",\"sha256\":\"{EMPTY}\"}}");
            let error = serde_json::from_str::<DigestSet>(&json).expect_err("weak algorithm accepted");
            assert!(error.to_string().contains(algorithm), "{error}");
        }
    }

    #[test]
    fn rejects_uppercase_short_and_empty_digests() {
        assert!(Sha256Digest::parse_hex(&EMPTY.to_uppercase()).is_err());
        assert!(Sha256Digest::parse_hex(&EMPTY[..62]).is_err());
        assert!(serde_json::from_str::<DigestSet>("{}").is_err());
        assert!("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709".parse::<Sha256Digest>().is_err());
    }

    #[test]
    fn keeps_stronger_digests_and_checks_their_length() {
        let sha512 = "ab".repeat(64);
        let json = format!("{{\"sha256\":\"{EMPTY}\",\"sha512\":\"{sha512}\"}}");
        let set: DigestSet = serde_json::from_str(&json).expect("set");
        assert_eq!(serde_json::to_string(&set).expect("json"), json);
        assert!(serde_json::from_str::<DigestSet>(&json.replace(&sha512, "ab")).is_err());
    }

    #[test]
    fn git_ids_have_forty_or_sixty_four_digits() {
        assert!(GitId::parse(&"a".repeat(40)).is_ok());
        assert!(GitId::parse(&"a".repeat(64)).is_ok());
        assert!(GitId::parse(&"a".repeat(41)).is_err());
        assert!(GitId::parse(&"G".repeat(40)).is_err());
    }
}
