//! Keeps secrets out of kept logs and recorded values (`design.md` section 5, rule 14).
//!
//! Two stages in one pass, both indifferent to how the bytes are cut into chunks:
//!
//! 1. `literals`: the values of withheld environment variables, found wherever they stand.
//! 2. `shapes`: tokens, keys and credentials that are known by their form, line by line.
//!
//! A secret that was encoded anew (base64 of it, percent-encoded) is not recognised by stage 1.

mod literals;
mod shapes;
mod sightings;
mod tokens;

use std::fmt;
use std::sync::Arc;

use literals::{LiteralStage, Literals};
use shapes::ShapeStage;

pub use sightings::{MAX_SIGHTINGS, Sighting, Sightings, is_text, sightings};

/// Shortest value that is looked for; shorter ones stand everywhere by chance.
pub const MIN_SECRET: usize = 6;

/// A value that must not appear, with the name that stands in its place.
#[derive(Clone)]
pub struct Secret {
    /// Name of the environment variable.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What is to be redacted; cheap to clone.
#[derive(Clone, Default)]
pub struct Redactions {
    literals: Arc<Literals>,
}

impl fmt::Debug for Redactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactions").finish_non_exhaustive()
    }
}

impl Redactions {
    /// Takes the values that must not appear. A value of several lines is looked for line by line;
    /// lines shorter than [`MIN_SECRET`] bytes are passed over.
    #[must_use]
    pub fn new(secrets: &[Secret]) -> Self {
        let mut literals = Literals::default();
        for secret in secrets {
            for line in secret.value.split(|byte| matches!(byte, b'\n' | b'\r')) {
                let line = line.trim_ascii();
                if line.len() >= MIN_SECRET {
                    literals.add(&secret.name, line);
                }
            }
        }
        literals.link();
        Self { literals: Arc::new(literals) }
    }

    /// A redactor for one stream of bytes.
    #[must_use]
    pub fn stream(&self) -> Redactor {
        Redactor { literals: LiteralStage::new(Arc::clone(&self.literals)), shapes: ShapeStage::default() }
    }

    /// One text, redacted.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut out = Vec::with_capacity(text.len());
        let mut stream = self.stream();
        stream.push(text.as_bytes(), &mut out);
        stream.finish(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Whether a text holds something that would be redacted.
    #[must_use]
    pub fn finds_in(&self, text: &[u8]) -> bool {
        let mut out = Vec::new();
        let mut stream = self.stream();
        stream.push(text, &mut out);
        stream.finish(&mut out);
        stream.count() > 0
    }
}

/// Streaming redactor; time is linear in the bytes pushed, memory bounded.
pub struct Redactor {
    literals: LiteralStage,
    shapes: ShapeStage,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("count", &self.count()).finish_non_exhaustive()
    }
}

impl Redactor {
    /// Takes the next bytes and appends to `out` what is safe to show already: whole lines.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut between = Vec::with_capacity(bytes.len());
        self.literals.push(bytes, &mut between);
        self.shapes.push(&between, out);
    }

    /// Ends the stream: appends the rest to `out`.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let mut between = Vec::new();
        self.literals.finish(&mut between);
        self.shapes.push(&between, out);
        self.shapes.finish(out);
    }

    /// Places redacted so far.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.literals.count() + self.shapes.count()
    }
}

/// Writes the words that stand where a secret stood.
fn mark(kind: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"[redacted:");
    out.extend_from_slice(kind.as_bytes());
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::{Redactions, Secret};

    fn secret(name: &str, value: &str) -> Secret {
        Secret { name: name.to_owned(), value: value.as_bytes().to_vec() }
    }

    fn redact_in_pieces(redactions: &Redactions, pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut stream = redactions.stream();
        for piece in pieces {
            stream.push(piece, &mut out);
        }
        stream.finish(&mut out);
        out
    }

    fn contains(haystack: &[u8], needle: &[u8]) -> bool {
        haystack.windows(needle.len()).any(|window| window == needle)
    }

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJidWlsZCJ9.c2lnbmF0dXJlLWJ5dGVz";
    const PEM: &str =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIExample0123456789\nabcd==\n-----END PRIVATE KEY-----";

    #[test]
    fn no_secret_appears_wherever_the_stream_is_cut() {
        let redactions = Redactions::new(&[
            secret("DEPLOY_TOKEN", "abcabcabd"),
            secret("OTHER_TOKEN", "cabdXYZ"),
            secret("KEY", "first-line\nsecond-line"),
        ]);
        let text = format!(
            "start abcabcabcabd mid abcabcabdXYZ é {JWT}\nAuthorization: Bearer q.w-e_r\nfirst-line|second-line\n{PEM}\n\
             https://u:hunter22@host/x ghp_0123456789abcdefghijABCDEFGHIJ012345 end\r\n"
        );
        let whole = redact_in_pieces(&redactions, &[text.as_bytes()]);
        for hidden in
            ["abcabcabd", "cabdXYZ", "first-line", "second-line", JWT, "q.w-e_r", "MC4CAQ", "hunter22", "ghp_0"]
        {
            assert!(!contains(&whole, hidden.as_bytes()), "{hidden} in {}", String::from_utf8_lossy(&whole));
        }
        for kept in ["start abc", " mid ", "é", "@host/x ", " end\r\n"] {
            assert!(contains(&whole, kept.as_bytes()), "{kept} not in {}", String::from_utf8_lossy(&whole));
        }
        for cut in 0..=text.len() {
            let (left, right) = text.as_bytes().split_at(cut);
            assert_eq!(redact_in_pieces(&redactions, &[left, right]), whole, "cut at {cut}");
        }
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(redact_in_pieces(&redactions, &bytes), whole);
    }

    #[test]
    fn leaves_ordinary_text_and_bytes_alone() {
        let redactions = Redactions::new(&[secret("SHORT", "abc"), secret("T", "supersecret")]);
        let text = b"abc superset \xff\xfe ssh://git@host/r ghp_short eyJ. task-force AKIA \x1b[1m100%\rdone\n";
        assert_eq!(redact_in_pieces(&redactions, &[text]), text);
        assert!(!redactions.finds_in(text));
        assert!(redactions.finds_in(b"a supersecret"));
    }

    #[test]
    fn counts_every_place_and_names_the_variable() {
        let redactions = Redactions::new(&[secret("DEPLOY_TOKEN", "hunter22"), secret("odd\nname", "hunter33")]);
        let mut out = Vec::new();
        let mut stream = redactions.stream();
        stream.push(b"hunter22 hunter22 hunter33 glpat-0123456789abcdefghij\n", &mut out);
        stream.finish(&mut out);
        assert_eq!(stream.count(), 4);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "[redacted:DEPLOY_TOKEN] [redacted:DEPLOY_TOKEN] [redacted:secret] [redacted:gitlab-token]\n"
        );
    }

    #[test]
    fn debug_output_holds_no_value() {
        let shown = format!("{:?} {:?}", secret("NAME", "hunter22"), Redactions::new(&[secret("NAME", "hunter22")]));
        assert!(shown.contains("NAME") && !shown.contains("hunter22"), "{shown}");
    }
}
