//! `components.lock`: the recorded SHA-256 of every file that a declared component covers.
//!
//! Lines as `sha256sum` writes them, grouped by component, sorted; `sha256sum -c` reads them too:
//!
//! ```text
//! # Files of the components that components.toml declares. Written by batchseal sbom declare --update.
//! # component pkg:generic/zlib@1.3.1
//! 9f86d08…  third_party/zlib/adler32.c
//! ```
//!
//! Bytes of paths outside 0x21 to 0x7e and `%` are percent-encoded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::digest::Sha256Digest;
use crate::policy::error::quote;

/// Name of the file, beside `components.toml`.
pub const RECORD_NAME: &str = "components.lock";
/// Largest record, in bytes.
pub const MAX_BYTES: usize = 256 << 20;

const HEAD: &str =
    "# Files of the components that components.toml declares. Written by batchseal sbom declare --update.\n";
const COMPONENT: &str = "# component ";

/// Digests by encoded path.
pub type Digests = BTreeMap<String, Sha256Digest>;

/// Digests of the covered files by package URL of the component.
pub type Covered = BTreeMap<String, Digests>;

/// Bytes that [`encode`] would not have written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{RECORD_NAME}:{line}: got {got}, expected {expected}")]
pub struct RecordError {
    /// From 1.
    pub line: usize,
    got: String,
    expected: &'static str,
}

/// Writes a record; the same digests give the same bytes.
#[must_use]
pub fn encode(covered: &Covered) -> Vec<u8> {
    let mut text = HEAD.to_owned();
    for (purl, digests) in covered.iter().filter(|(_, digests)| !digests.is_empty()) {
        let _ = writeln!(text, "{COMPONENT}{purl}");
        for (path, digest) in digests {
            let _ = writeln!(text, "{}  {path}", digest.to_hex());
        }
    }
    text.into_bytes()
}

/// Reads a record.
///
/// # Errors
/// [`RecordError`] with the first line that is wrong.
pub fn parse(bytes: &[u8]) -> Result<Covered, RecordError> {
    let refused = |line, got: &str, expected| RecordError { line, got: quote(got), expected };
    if bytes.len() > MAX_BYTES {
        let got = format!("{} bytes", bytes.len());
        return Err(RecordError { line: 1, got, expected: "at most 256 MiB" });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| refused(1, "bytes that are not UTF-8", "ASCII lines"))?;
    let mut covered = Covered::new();
    let mut current: Option<&mut Digests> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(purl) = line.strip_prefix(COMPONENT) {
            if covered.contains_key(purl) {
                return Err(refused(number, line, "each component once"));
            }
            current = Some(covered.entry(purl.to_owned()).or_default());
        } else if !line.starts_with('#') {
            let expected = "a SHA-256, two spaces and a path, below a component";
            let (hex, path) = line.split_once("  ").ok_or_else(|| refused(number, line, expected))?;
            let digest = Sha256Digest::parse_hex(hex).map_err(|_| refused(number, line, expected))?;
            let digests = current.as_deref_mut().ok_or_else(|| refused(number, line, expected))?;
            if path.is_empty() || digests.insert(path.to_owned(), digest).is_some() {
                return Err(refused(number, line, "each path once"));
            }
        }
    }
    Ok(covered)
}

/// The hash of a component: that of its one file, or of the sorted lines `<sha256> <path>\n`.
#[must_use]
pub fn digest_of(digests: &Digests, single: bool) -> Sha256Digest {
    if let (true, 1, Some(only)) = (single, digests.len(), digests.values().next()) {
        return *only;
    }
    let mut lines = String::new();
    for (path, digest) in digests {
        let _ = writeln!(lines, "{} {path}", digest.to_hex());
    }
    Sha256Digest::of(lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Covered, Digests, digest_of, encode, parse};
    use crate::model::digest::Sha256Digest;

    fn covered() -> Covered {
        let digests = |paths: &[&str]| -> Digests {
            paths.iter().map(|path| ((*path).to_owned(), Sha256Digest::of(path.as_bytes()))).collect()
        };
        [("pkg:generic/a@1", digests(&["x/a.c", "x/b%20c.c"])), ("pkg:generic/m@2", digests(&["m.onnx"]))]
            .into_iter()
            .map(|(purl, digests)| (purl.to_owned(), digests))
            .collect()
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(parse(&encode(&covered())), Ok(covered()));
        assert_eq!(parse(b""), Ok(Covered::new()));
    }

    #[test]
    fn refuses_lines_that_nobody_wrote_and_names_them() {
        let good = String::from_utf8(encode(&covered())).expect("text");
        let first = good.lines().nth(2).expect("line").to_owned();
        for (text, line) in [
            (first.clone(), 1),
            (format!("{good}{first}\nx"), 8),
            (format!("{good}# component pkg:generic/a@1\n"), 7),
            (format!("# component a\n{first}\n{first}\n"), 3),
            ("# component a\nabc  d\n".to_owned(), 2),
            ("# component a\n\n".to_owned(), 2),
        ] {
            assert_eq!(parse(text.as_bytes()).expect_err("refused").line, line, "{text}");
        }
    }

    #[test]
    fn a_single_file_keeps_its_own_digest_and_a_list_does_not() {
        let model = &covered()["pkg:generic/m@2"];
        assert_eq!(digest_of(model, true), Sha256Digest::of(b"m.onnx"));
        assert_ne!(digest_of(model, false), Sha256Digest::of(b"m.onnx"));
    }
}
