//! Where secrets of a known form stand in a file: the line and the kind, never the secret.

use super::shapes::ShapeStage;

/// Most places noted in one file; the rest is counted.
pub const MAX_SIGHTINGS: usize = 100;

/// Bytes worked off at a time.
const CHUNK: usize = 64 * 1024;

/// Bytes that decide whether a file is text.
const BEGINNING: usize = 8 * 1024;

/// A place at which a secret stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Line, from 1.
    pub line: u64,
    /// Form of the secret, such as `private-key` or `github-token`.
    pub kind: &'static str,
}

impl Sighting {
    /// Whether it is a private key, which no evidence ever needs.
    #[must_use]
    pub fn is_private_key(&self) -> bool {
        matches!(self.kind, "private-key" | "age-key")
    }
}

/// What was found in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sightings {
    /// The first places, by line; the first private key is always among them.
    pub places: Vec<Sighting>,
    /// All places.
    pub count: u64,
}

impl Sightings {
    pub(super) fn note(&mut self, line: u64, kind: &'static str) {
        self.count += 1;
        let sighting = Sighting { line, kind };
        let first_key = sighting.is_private_key() && self.private_key().is_none();
        if self.places.len() < MAX_SIGHTINGS || first_key {
            self.places.push(sighting);
        }
    }

    /// The first private key.
    #[must_use]
    pub fn private_key(&self) -> Option<Sighting> {
        self.places.iter().copied().find(Sighting::is_private_key)
    }
}

/// Looks for secrets by their form. Time is linear in the bytes.
#[must_use]
pub fn sightings(bytes: &[u8]) -> Sightings {
    let mut stage = ShapeStage::default();
    stage.sightings = Some(Sightings::default());
    let mut out = Vec::new();
    for chunk in bytes.chunks(CHUNK) {
        stage.push(chunk, &mut out);
        out.clear();
    }
    stage.finish(&mut out);
    stage.sightings.unwrap_or_default()
}

/// Whether a file is text that can be looked through: it begins without a NUL byte.
#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    !bytes.get(..BEGINNING).unwrap_or(bytes).contains(&0)
}

#[cfg(test)]
mod tests {
    use super::{MAX_SIGHTINGS, Sighting, is_text, sightings};

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIExample\n-----END PRIVATE KEY-----";
    const TOKEN: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

    #[test]
    fn names_line_and_kind_of_every_secret() {
        let text = format!("one\r\ntwo {TOKEN} and {TOKEN}\n\n{KEY}\nlast https://u:hunter22@host/x");
        let found = sightings(text.as_bytes());
        let at = |line, kind| Sighting { line, kind };
        let expected = [at(2, "github-token"), at(2, "github-token"), at(4, "private-key"), at(7, "url-credentials")];
        assert_eq!(found.places, expected);
        assert_eq!((found.count, found.private_key()), (4, Some(at(4, "private-key"))));
        assert_eq!(sightings(b"nothing here\n").count, 0);
    }

    #[test]
    fn a_private_key_is_named_after_any_number_of_tokens() {
        let text = format!("{}{KEY}\n", format!("{TOKEN}\n").repeat(MAX_SIGHTINGS + 50));
        let found = sightings(text.as_bytes());
        assert_eq!(found.count, MAX_SIGHTINGS as u64 + 51);
        assert_eq!(found.private_key().map(|key| key.line), Some(MAX_SIGHTINGS as u64 + 51));
    }

    #[test]
    fn lines_are_right_in_files_of_many_chunks() {
        let text = format!("{}\n{TOKEN}\n", "z".repeat(300_000));
        assert_eq!(sightings(text.as_bytes()).places, [Sighting { line: 2, kind: "github-token" }]);
    }

    #[test]
    fn text_begins_without_a_nul_byte() {
        assert!(is_text(b"") && is_text("Größe".as_bytes()) && is_text(b"\xff\xfe"));
        assert!(!is_text(b"\x7fELF\x02\x01\x01\x00"));
    }
}
