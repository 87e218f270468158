//! `SHA256SUMS`: the digests of a container's entries, as `sha256sum -c` reads them (GNU coreutils).
//!
//! For people with ordinary tools. It lists neither itself nor the seal, and it proves nothing alone:
//! the seal's statement covers it like every other entry.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::container::MAX_ENTRIES;
use crate::model::digest::{DigestError, Sha256Digest};
use crate::model::hint::Hint;
use crate::model::name::{EntryName, NameError};
use crate::model::record::EntryDigest;
use crate::model::seal::SEAL_ENTRY;

pub use crate::model::entry::SUMS_ENTRY;

/// Why a list was refused. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SumsError {
    /// Not ASCII, or no newline at its end.
    #[error("{SUMS_ENTRY} is malformed (expected ASCII lines, each ended by a newline)")]
    NotLines,
    /// More lines than a container has entries.
    #[error("{SUMS_ENTRY} has more than {limit} lines")]
    TooMany {
        /// Limit.
        limit: usize,
    },
    /// Not a digest, two spaces and a name.
    #[error("{SUMS_ENTRY} line {line} is malformed (expected a SHA-256 in hexadecimal, two spaces and a name)")]
    Line {
        /// Line number.
        line: usize,
    },
    /// A digest that is none.
    #[error("{SUMS_ENTRY} line {line}")]
    Digest {
        /// Line number.
        line: usize,
        /// Why.
        source: DigestError,
    },
    /// A name that is unsafe somewhere.
    #[error("{SUMS_ENTRY} line {line}")]
    Name {
        /// Line number.
        line: usize,
        /// Why.
        source: NameError,
    },
    /// Not sorted by bytes, or a name twice, or the list or the seal in the list.
    #[error(
        "{SUMS_ENTRY} line {line} is out of place (got {name}, expected sorted names, without the list and the seal)"
    )]
    Place {
        /// Line number.
        line: usize,
        /// The name there.
        name: EntryName,
    },
}

impl Hint for SumsError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed("take the list out of the sealed container again; it is never edited by hand"))
    }
}

/// Writes the list, sorted by name, without itself and the seal.
#[must_use]
pub fn encode(entries: &[EntryDigest]) -> String {
    let sorted: BTreeMap<&EntryName, Sha256Digest> =
        entries.iter().filter(|entry| is_listed(&entry.name)).map(|entry| (&entry.name, entry.sha256)).collect();
    sorted.iter().map(|(name, sha256)| format!("{}  {name}\n", sha256.to_hex())).collect()
}

/// Reads a list; accepts exactly what [`encode`] writes.
///
/// # Errors
/// [`SumsError`] naming the line.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<EntryName, Sha256Digest>, SumsError> {
    let mut sums = BTreeMap::new();
    let Ok(text) = std::str::from_utf8(bytes) else { return Err(SumsError::NotLines) };
    if text.is_empty() {
        return Ok(sums);
    }
    let lines = text.strip_suffix('\n').filter(|_| text.is_ascii()).ok_or(SumsError::NotLines)?;
    for (at, text) in lines.split('\n').enumerate() {
        if at >= MAX_ENTRIES {
            return Err(SumsError::TooMany { limit: MAX_ENTRIES });
        }
        let line = at + 1;
        let (hex, name) = text.split_once("  ").ok_or(SumsError::Line { line })?;
        let sha256 = Sha256Digest::parse_hex(hex).map_err(|source| SumsError::Digest { line, source })?;
        let name = EntryName::parse(name).map_err(|source| SumsError::Name { line, source })?;
        let sorted = sums.last_key_value().is_none_or(|(last, _)| *last < name);
        if !sorted || !is_listed(&name) {
            return Err(SumsError::Place { line, name });
        }
        sums.insert(name, sha256);
    }
    Ok(sums)
}

fn is_listed(name: &EntryName) -> bool {
    !matches!(name.as_str(), SUMS_ENTRY | SEAL_ENTRY)
}

#[cfg(test)]
mod tests {
    use super::{encode, parse};
    use crate::model::digest::Sha256Digest;
    use crate::model::name::EntryName;
    use crate::model::record::EntryDigest;

    fn digest(name: &str) -> EntryDigest {
        let name = EntryName::parse(name).expect("name");
        let bytes = name.as_str().as_bytes().to_vec();
        EntryDigest { sha256: Sha256Digest::of(&bytes), size: bytes.len() as u64, name }
    }

    #[test]
    fn lists_every_entry_but_itself_and_the_seal_sorted() {
        let text = encode(&["seal.sigstore.json", "git/tag", "SHA256SUMS", "batch.json", "INDEX.html"].map(digest));
        let names: Vec<&str> = text.lines().filter_map(|line| line.split_once("  ").map(|pair| pair.1)).collect();
        assert_eq!(names, ["INDEX.html", "batch.json", "git/tag"]);
        let parsed = parse(text.as_bytes()).expect("list");
        assert_eq!(parsed.get(&digest("git/tag").name), Some(&digest("git/tag").sha256));
        assert_eq!(parsed.len(), 3);
        assert_eq!(parse(b"").map(|sums| sums.len()), Ok(0));
    }

    #[test]
    fn rejects_lists_that_the_writer_does_not_write() {
        let good = encode(&["a", "b"].map(digest));
        let (first, second) = good.split_at(good.len() / 2);
        for (bad, reason) in [
            (good.trim_end().to_owned(), "newline"),
            (good.replace('\n', "\r\n"), "not usable"),
            (good.replace("  ", " *"), "two spaces"),
            (good.replace("  a", "   a"), "not usable"),
            (good.replace("  a", "  ../a"), "not usable"),
            (good.replace("  a", "  ä"), "newline"),
            (format!("{second}{first}"), "out of place"),
            (format!("{first}{first}"), "out of place"),
            (good.replace("  b", "  seal.sigstore.json"), "out of place"),
            (format!("\n{good}"), "two spaces"),
            (good.to_uppercase(), "hexadecimal"),
        ] {
            let error = parse(bad.as_bytes()).expect_err(&bad);
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            assert!(format!("{error} {cause}").contains(reason), "{bad:?}: {error} {cause}");
        }
        assert!(parse(b"\xff\n").is_err());
    }
}
