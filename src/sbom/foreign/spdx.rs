//! What SPDX 2 and SPDX 3 have in common: how a document is recognised, and the rules of single values.

use std::collections::HashSet;

use crate::model::json;
use crate::model::time::Timestamp;
use crate::sbom::inventory::{Inventory, Tool};

use super::schema::Fault;
use super::tree::Json;
use super::{ForeignError, spdx2, spdx3};

/// Longest licence expression that is parsed, in bytes.
const MAX_EXPRESSION: usize = 16 << 10;

/// Reads an SPDX document in JSON; `None` where the bytes are none.
pub(super) fn read(bytes: &[u8]) -> Option<Result<Inventory, ForeignError>> {
    let is_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let text = std::str::from_utf8(bytes).ok().filter(|_| is_object)?;
    (text.contains("\"spdxVersion\"") || text.contains("\"@context\"")).then(|| {
        let tree = parse(bytes)?;
        match (tree.get("spdxVersion").is_some(), tree.get("@context").is_some()) {
            (true, _) => spdx2::read(&tree),
            (false, true) => spdx3::read(&tree),
            (false, false) => {
                Err(ForeignError::Unknown { got: "JSON with neither spdxVersion nor @context".to_owned() })
            }
        }
    })
}

fn parse(bytes: &[u8]) -> Result<Json<'_>, ForeignError> {
    let invalid =
        |message: String| ForeignError::Invalid { format: "JSON".to_owned(), place: "document".to_owned(), message };
    json::check(bytes).map_err(|error| invalid(error.to_string()))?;
    serde_json::from_slice(bytes).map_err(|error| invalid(error.to_string()))
}

/// A fault as an error of the format.
pub(super) fn invalid(version: &str, fault: Fault) -> ForeignError {
    ForeignError::Invalid { format: format!("SPDX {version}"), place: fault.place, message: fault.message }
}

/// `Ok` where the condition holds, else what is expected.
pub(super) fn expect(holds: bool, expected: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(expected.to_owned()) }
}

/// `YYYY-MM-DDThh:mm:ssZ`, the one form that SPDX has.
pub(super) fn is_time(text: &str) -> bool {
    text.len() == 20 && text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T') && Timestamp::parse(text).is_ok()
}

/// An absolute IRI as far as both versions ask for one: a scheme, something behind it, no white space.
pub(super) fn is_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
    !rest.is_empty()
        && scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && scheme.bytes().all(plain)
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

/// Whether a digest has the length that its algorithm gives it, and only hexadecimal digits.
/// Algorithms whose length varies, and those of no known length, may have any.
pub(super) fn is_digest(algorithm: &str, value: &str) -> bool {
    let plain: String = algorithm.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let digits = match plain.as_str() {
        "ADLER32" => Some(8),
        "MD2" | "MD4" | "MD5" => Some(32),
        "SHA1" => Some(40),
        "SHA224" | "SHA3224" => Some(56),
        "SHA256" | "SHA3256" | "BLAKE2B256" => Some(64),
        "SHA384" | "SHA3384" | "BLAKE2B384" => Some(96),
        "SHA512" | "SHA3512" | "BLAKE2B512" => Some(128),
        "MD6" | "BLAKE3" => None,
        _ => return !value.is_empty(),
    };
    digits.map_or(!value.is_empty() && value.len().is_multiple_of(2), |digits| value.len() == digits)
        && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Judges a licence expression: identifiers of the licence list (deprecated ones too), `LicenseRef-…`
/// of `own`, and `DocumentRef-…:LicenseRef-…` of a document in `documents`.
///
/// # Errors
/// What is expected instead.
pub(super) fn licence(text: &str, own: &HashSet<&str>, documents: &HashSet<&str>) -> Result<(), String> {
    if matches!(text, "NONE" | "NOASSERTION") {
        return Ok(());
    }
    expression(text)?;
    for word in text.split(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')')) {
        let word = word.strip_suffix('+').unwrap_or(word);
        match word.split_once(':') {
            Some((document, _)) if document.starts_with("DocumentRef-") => {
                expect(documents.contains(document), "a document that externalDocumentRefs names")?;
            }
            _ if word.starts_with("LicenseRef-") => {
                expect(own.contains(word), "a LicenseRef- that hasExtractedLicensingInfos explains")?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Judges the grammar of a licence expression and the identifiers of the licence list in it.
///
/// # Errors
/// What is expected instead.
pub(super) fn expression(text: &str) -> Result<(), String> {
    expect(text.len() <= MAX_EXPRESSION, "a licence expression of at most 16 KiB")?;
    let mode = spdx::ParseMode { allow_deprecated: true, allow_postfix_plus_on_gpl: true, ..spdx::ParseMode::STRICT };
    match spdx::Expression::parse_mode(text, mode) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("a licence expression of SPDX; {}", error.reason)),
    }
}

/// `<name>-<version>`, where what is behind a dash begins with a digit.
pub(super) fn tool(text: &str) -> Tool {
    let dashes = text.match_indices('-').map(|(at, _)| at);
    let versions = dashes.filter(|at| text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit));
    let versions: Vec<usize> = versions.collect();
    let dotted = versions.iter().find(|at| text.get(**at..).is_some_and(|rest| rest.contains('.')));
    match dotted.or(versions.last()).and_then(|at| text.split_at_checked(*at)) {
        Some((name, version)) if !name.is_empty() => {
            Tool { name: name.to_owned(), version: version.strip_prefix('-').map(str::to_owned) }
        }
        _ => Tool { name: text.to_owned(), version: None },
    }
}

/// The address of a repository, as the download locations of version control are written (section 7.7).
pub(super) fn repository(location: &str) -> Option<String> {
    let scheme = location.split_once("://")?.0;
    let (tool, _) = scheme.split_once('+').unwrap_or((scheme, ""));
    ["git", "hg", "svn", "bzr"].contains(&tool).then(|| location.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{is_digest, is_iri, is_time, licence, repository, tool};

    #[test]
    fn times_are_in_utc_and_whole_seconds() {
        assert!(is_time("2026-11-23T14:05:00Z"));
        for text in
            ["2026-11-23T14:05:00+00:00", "2026-11-23T14:05:00.5Z", "2026-11-23 14:05:00Z", "2026-13-23T14:05:00Z", ""]
        {
            assert!(!is_time(text), "{text}");
        }
    }

    #[test]
    fn digests_have_the_length_of_their_algorithm() {
        assert!(is_digest("SHA256", &"a".repeat(64)) && is_digest("SHA3-384", &"0".repeat(96)));
        assert!(is_digest("sha3_256", &"A".repeat(64)) && is_digest("BLAKE3", "00ff") && is_digest("falcon", "any"));
        assert!(!is_digest("SHA256", &"a".repeat(63)) && !is_digest("SHA1", &"g".repeat(40)));
        assert!(!is_digest("MD6", "") && !is_digest("BLAKE3", "abc"));
    }

    #[test]
    fn iris_have_a_scheme_and_no_white_space() {
        assert!(is_iri("https://example.org/a#b") && is_iri("urn:x:y") && is_iri("git+https://example.org"));
        assert!(!is_iri("example.org") && !is_iri("https:") && !is_iri("1a:b") && !is_iri("https://a b"));
    }

    #[test]
    fn licences_are_on_the_list_or_explained() {
        let (own, documents) = (HashSet::from(["LicenseRef-1"]), HashSet::from(["DocumentRef-a"]));
        for text in [
            "MIT",
            "NONE",
            "NOASSERTION",
            "GPL-2.0",
            "GPL-2.0+",
            "(MIT AND LicenseRef-1) OR Apache-2.0",
            "DocumentRef-a:LicenseRef-9",
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ] {
            assert_eq!(licence(text, &own, &documents), Ok(()), "{text}");
        }
        for text in ["", "My Licence", "MIT AND", "(MIT", "LicenseRef-2", "DocumentRef-b:LicenseRef-9", "Unknown-1.0"] {
            assert!(licence(text, &own, &documents).is_err(), "{text}");
        }
    }

    #[test]
    fn tools_are_taken_apart() {
        for (text, name, version) in [
            ("syft-1.4.1", "syft", Some("1.4.1")),
            ("cargo-sbom-v0", "cargo-sbom-v0", None),
            ("batchseal-0.1.0-rc.1", "batchseal", Some("0.1.0-rc.1")),
            ("scanner-7", "scanner", Some("7")),
            ("-1", "-1", None),
        ] {
            let tool = tool(text);
            assert_eq!((tool.name.as_str(), tool.version.as_deref()), (name, version));
        }
    }

    #[test]
    fn only_addresses_of_version_control_say_where_the_source_is() {
        assert!(
            repository("git+https://example.org/a.git@abc").is_some() && repository("git://example.org/a").is_some()
        );
        assert!(repository("https://example.org/a.tar.gz").is_none() && repository("NOASSERTION").is_none());
    }
}
