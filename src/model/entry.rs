//! Names of the entries of a batch, each said once.

use super::name::{EntryName, NameError};
use super::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use super::seal::SEAL_ENTRY;

/// Raw tag object.
pub const TAG_ENTRY: &str = "git/tag";
/// Raw commit object.
pub const COMMIT_ENTRY: &str = "git/commit";
/// Raw commits since the last release.
pub const COMMITS_ENTRY: &str = "git/commits.txt";
/// Sorted tree listing.
pub const TREE_ENTRY: &str = "git/tree.txt";
/// Redacted build log.
pub const BUILD_LOG_ENTRY: &str = "evidence/build/log.txt";
/// Folder of raw evidence.
pub const EVIDENCE: &str = "evidence";
/// Folder of lockfiles and of the other committed files that the SBOM was made from.
pub const LOCKFILES: &str = "evidence/lockfiles";
/// Folder of Sigstore bundles made before the record.
pub const ATTESTATIONS: &str = "attestations";
/// Folder of SBOM files.
pub const SBOMS: &str = "sbom";
/// Folder of raw reports of vulnerability scanners.
pub const SCANS: &str = "evidence/scan";
/// The device's SBOM.
pub const SBOM_ENTRY: &str = "sbom/device.cdx.json";
/// Its attestation.
pub const SBOM_SIGNED_ENTRY: &str = "attestations/sbom-device.sigstore.json";
/// Folder of concessions, made before the record.
pub const CONCESSIONS: &str = "concessions";
/// Folder of approvals.
pub const APPROVALS: &str = "approvals";
/// Signed VSA.
pub const VERDICT_ENTRY: &str = "verdict.sigstore.json";
/// Signed per-check result.
pub const RESULT_ENTRY: &str = "result.sigstore.json";
/// First page.
pub const INDEX_ENTRY: &str = "INDEX.html";
/// Instructions for foreign eyes.
pub const HOW_TO_ENTRY: &str = "HOW-TO-VERIFY.md";
/// Digest list for `sha256sum -c`.
pub const SUMS_ENTRY: &str = "SHA256SUMS";
/// Public key of the pipeline; a convenience copy, never an anchor.
pub const PIPELINE_KEY_ENTRY: &str = "trust/pipeline.pub";

/// Entries that come into being after the record, beside the approvals; the seal binds them.
pub const AFTER_RECORD: [&str; 5] = [VERDICT_ENTRY, RESULT_ENTRY, INDEX_ENTRY, HOW_TO_ENTRY, SUMS_ENTRY];

/// Entry that keeps a committed file, from its path as `git/tree.txt` spells it.
///
/// Names of entries hold letters, digits, `.`, `_` and `-` only, and none of their parts begins with `.` or `-`
/// or ends with `.`: such a byte, and the `_` of a `_-` that stands in the path itself, is written as `_-` with
/// two hexadecimal digits.
///
/// # Errors
/// [`NameError`] for paths that no entry can have, such as one with a part that Windows reserves.
pub fn kept(path: &str) -> Result<EntryName, NameError> {
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return EntryName::parse(path);
    }
    let mut name = format!("{LOCKFILES}/");
    let bytes = path.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let (first, last) = (before.is_none_or(|b| *b == b'/'), bytes.get(at + 1).is_none_or(|b| *b == b'/'));
        let plain = match byte {
            b'/' => true,
            b'.' => !first && !last,
            b'-' => !first,
            b'_' => bytes.get(at + 1) != Some(&b'-'),
            _ => byte.is_ascii_alphanumeric(),
        };
        if plain {
            name.push(char::from(*byte));
        } else {
            name.push_str(&format!("_-{byte:02X}"));
        }
    }
    EntryName::parse(&name)
}

/// Path of the committed file that an entry keeps; `None` for any other entry.
#[must_use]
pub fn kept_path(entry: &EntryName) -> Option<String> {
    let mut rest = entry.as_str().strip_prefix(LOCKFILES)?.strip_prefix('/')?;
    let mut path = Vec::with_capacity(rest.len());
    while let Some((plain, escaped)) = rest.split_once("_-") {
        path.extend_from_slice(plain.as_bytes());
        path.push(u8::from_str_radix(escaped.get(..2)?, 16).ok()?);
        rest = escaped.get(2..)?;
    }
    path.extend_from_slice(rest.as_bytes());
    let path = String::from_utf8(path).ok()?;
    // One file has one entry: any other spelling is none.
    kept(&path).is_ok_and(|own| own == *entry).then_some(path)
}

/// Longest name in the entry of a further signature over the record, in characters.
const MAX_COUNTERSIGNER: usize = 40;

/// Entry of a further signature over the record; the name is lowercase letters, digits and hyphens.
///
/// # Errors
/// [`NameError`] for any other name.
pub fn countersignature(name: &str) -> Result<EntryName, NameError> {
    let text = format!("record.{name}.sigstore.json");
    let entry = EntryName::parse(&text)?;
    // Another name would be another kind of entry.
    if countersigner(&entry).is_some() { Ok(entry) } else { EntryName::parse("") }
}

/// The name in the entry of a further signature over the record; `None` for any other entry.
#[must_use]
pub fn countersigner(entry: &EntryName) -> Option<&str> {
    let name = entry.as_str().strip_prefix("record.")?.strip_suffix(".sigstore.json")?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let good = (1..=MAX_COUNTERSIGNER).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with('-')
        && !name.ends_with('-');
    good.then_some(name)
}

/// Whether an entry is made with or after the record, so that the record cannot list it.
#[must_use]
pub fn comes_after_record(name: &EntryName) -> bool {
    let text = name.as_str();
    AFTER_RECORD.contains(&text)
        || [RECORD_ENTRY, RECORD_SIGNED_ENTRY, SEAL_ENTRY].contains(&text)
        || name.is_in(APPROVALS)
        || countersigner(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::{comes_after_record, countersignature, countersigner, kept, kept_path};
    use crate::model::name::EntryName;

    #[test]
    fn every_path_has_one_entry_and_is_read_back() {
        for (path, entry) in [
            ("Cargo.lock", "Cargo.lock"),
            ("my_app/ui/package-lock.json", "my_app/ui/package-lock.json"),
            ("packages/@scope/x%20y/package.json", "packages/_-40scope/x_-2520y/package.json"),
            ("a_-40/yarn.lock", "a_-5F-40/yarn.lock"),
            (".config/-x/y./go.sum", "_-2Econfig/_-2Dx/y_-2E/go.sum"),
        ] {
            let name = kept(path).expect("entry");
            assert_eq!(name.as_str(), format!("evidence/lockfiles/{entry}"));
            assert_eq!(kept_path(&name).as_deref(), Some(path));
        }
    }

    #[test]
    fn further_signatures_have_a_name_of_their_own_and_come_after_the_record() {
        let entry = countersignature("site-2").expect("entry");
        assert_eq!((entry.as_str(), countersigner(&entry)), ("record.site-2.sigstore.json", Some("site-2")));
        assert!(comes_after_record(&entry));
        for name in ["", "QA", "-a", "a-", "a.b", "a/b", &"a".repeat(41)] {
            assert!(countersignature(name).is_err(), "{name}");
        }
        for name in ["record.sigstore.json", "record.QA.sigstore.json", "attestations/record.qa.sigstore.json"] {
            assert_eq!(countersigner(&EntryName::parse(name).expect("name")), None, "{name}");
        }
    }

    #[test]
    fn other_spellings_and_other_entries_keep_no_path() {
        for name in ["evidence/lockfiles/a_-41/yarn.lock", "evidence/lockfiles/a_-4", "evidence/x/Cargo.lock", "sbom/a"]
        {
            assert_eq!(EntryName::parse(name).ok().as_ref().and_then(kept_path), None, "{name}");
        }
        assert!(kept("con/yarn.lock").is_err() && kept("../yarn.lock").is_err() && kept("").is_err());
    }
}
