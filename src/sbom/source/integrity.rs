//! Subresource Integrity metadata (W3C SRI section 3.5), as npm-like lockfiles record digests.

use std::collections::BTreeMap;

use crate::model::base64;
use crate::sbom::document::{Hash, HashAlgorithm};

/// Digests in `text`, a list of `<algorithm>-<base64>[?options]` between spaces.
///
/// SHA-1 and MD5 are left out. So is an algorithm named twice with different values: SRI then accepts
/// either file, so that nobody can say which of them was meant.
///
/// Text that cannot be read is refused in every lockfile. SRI section 3.3.3 and npm pass over it, and
/// install the package unchecked; a digest that somebody damaged must not turn into a missing one.
///
/// # Errors
/// What is wrong, where an entry of an accepted algorithm is no digest of it.
pub(super) fn digests(text: &str) -> Result<Vec<Hash>, String> {
    let mut found: BTreeMap<HashAlgorithm, Option<Hash>> = BTreeMap::new();
    for entry in text.split_ascii_whitespace() {
        let Some((algorithm, value)) = entry.split_once('-') else {
            return Err(format!("integrity {entry:?} (expected <algorithm>-<base64>)"));
        };
        let Some(algorithm) = HashAlgorithm::of_word(algorithm) else { continue };
        let value = value.split('?').next().unwrap_or_default();
        let hash = base64::decode(value).ok().and_then(|bytes| Hash::of_bytes(algorithm, &bytes));
        let Some(hash) = hash else {
            return Err(format!("integrity {entry:?} (expected base64 of a {} digest)", algorithm.as_str()));
        };
        let same = |known: &mut Option<Hash>| *known = known.take().filter(|known| *known == hash);
        found.entry(algorithm).and_modify(same).or_insert_with(|| Some(hash.clone()));
    }
    Ok(found.into_values().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::digests;

    const A: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const B: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    #[test]
    fn keeps_accepted_algorithms_and_leaves_out_the_rest() {
        let hashes = digests(&format!("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= {A}?x {A}")).unwrap();
        let [hash] = hashes.as_slice() else { panic!("one digest") };
        assert_eq!(hash.content.as_str(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn leaves_out_an_algorithm_with_two_values() {
        assert_eq!(digests(&format!("{A} {B}")).unwrap(), []);
    }

    #[test]
    fn rejects_what_is_no_digest() {
        for text in ["sha512-AAAA", "sha256-!", "sha256"] {
            assert!(digests(text).is_err(), "{text}");
        }
    }
}
