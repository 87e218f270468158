//! Stage 2: secrets known by their form, found line by line.
//!
//! Forms: access tokens with a published prefix (GitHub, GitLab, AWS, Slack, npm, crates.io, PyPI, Google,
//! Vault, Docker), JSON Web Tokens (RFC 7519), `Authorization` headers and `Bearer` credentials (RFC 9110
//! section 11.6.2, RFC 6750), userinfo in URLs (RFC 3986 section 3.2.1) and private keys in PEM (RFC 7468).
//!
//! A line longer than [`CAP`] is worked off in pieces that overlap by [`HOLD`] bytes.

use super::mark;
use super::sightings::Sightings;
use super::tokens::{self, Class, Found, is_credential, is_token, is_word, prefixed, run, starts_with_ignoring_case};

/// Bytes of one line held before it is worked off in pieces.
const CAP: usize = 64 * 1024;

/// Bytes by which such pieces overlap: more than any form needs before it is recognised.
const HOLD: usize = 4 * 1024;

/// Lines after which a private key that never ends is taken to have ended.
const MAX_PEM_LINES: u32 = 1024;

fn is_header_value(byte: u8) -> bool {
    !matches!(byte, b'"' | b'\'' | b'\n' | b'\r')
}

fn is_userinfo(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'@')
}

/// Bytes that a form begins with; all others are passed over quickly.
const BEGINS: [bool; 256] = {
    let mut begins = tokens::FIRST;
    let mut place = 0;
    while place < OTHER_BEGINNINGS.len() {
        begins[OTHER_BEGINNINGS[place] as usize] = true;
        place += 1;
    }
    begins
};

/// Of JSON Web Tokens, headers, URLs and PEM.
const OTHER_BEGINNINGS: &[u8] = b"eaAbB:-";

/// The search over one stream.
#[derive(Default)]
pub(super) struct ShapeStage {
    pending: Vec<u8>,
    /// A secret that went on beyond the last piece.
    swallowing: Option<Class>,
    /// Lines of a private key seen so far; 0 outside of one.
    pem_lines: u32,
    /// Place in the line before which no JSON Web Token can begin: keeps the search linear.
    no_jwt_before: usize,
    count: u64,
    /// Line feeds seen so far.
    line: u64,
    /// What was found where, for those who asked.
    pub(super) sightings: Option<Sightings>,
}

impl ShapeStage {
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = rest.len().min(CAP - self.pending.len());
            let end = rest[..room].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (piece, after) = rest.split_at(end.map_or(room, |place| place + 1));
            self.pending.extend_from_slice(piece);
            rest = after;
            if let Some(end) = end {
                self.work_off(true, out);
                self.line += u64::from(piece.get(end) == Some(&b'\n'));
            } else if self.pending.len() >= CAP {
                self.work_off(false, out);
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.work_off(true, out);
        self.swallowing = None;
        self.pem_lines = 0;
    }

    /// Works off the pending line, or all but the last [`HOLD`] bytes of an unfinished one.
    fn work_off(&mut self, complete: bool, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.pending);
        let limit = if complete { line.len() } else { line.len().saturating_sub(HOLD) };
        self.no_jwt_before = 0;
        let mut at = self.resume(&line, limit, complete);
        while at < limit {
            if let Some(begin) = pem_begin(&line, at) {
                self.redacted("private-key", out);
                self.pem_lines = 1;
                at = self.pem(&line, begin, limit);
            } else if let Some(found) = self.find(&line, at) {
                out.extend_from_slice(line.get(at..found.start).unwrap_or_default());
                self.redacted(found.kind, out);
                at = found.end;
                if at == line.len() && !complete {
                    self.swallowing = Some(found.class);
                }
            } else {
                // The byte looked at, and all after it that no form begins with.
                let plain = 1 + run(&line[..limit], at + 1, |byte| !BEGINS[usize::from(byte)]);
                out.extend_from_slice(&line[at..at + plain]);
                at += plain;
            }
        }
        self.pending = line.get(at..).unwrap_or_default().to_vec();
    }

    fn redacted(&mut self, kind: &'static str, out: &mut Vec<u8>) {
        self.count += 1;
        if let Some(sightings) = &mut self.sightings {
            sightings.note(self.line + 1, kind);
        }
        mark(kind, out);
    }

    /// Goes on with what an earlier piece or line began; the place where ordinary text begins.
    fn resume(&mut self, line: &[u8], limit: usize, complete: bool) -> usize {
        if let Some(class) = self.swallowing {
            let end = line.iter().position(|byte| !class(*byte)).unwrap_or(line.len());
            if end < line.len() || complete {
                self.swallowing = None;
            }
            return end;
        }
        if self.pem_lines == 0 {
            return 0;
        }
        self.pem_lines += 1;
        self.pem(line, 0, limit)
    }

    /// Passes over a private key from `from` on; the place after its end, or `limit`.
    fn pem(&mut self, line: &[u8], from: usize, limit: usize) -> usize {
        const END: &[u8] = b"-----END ";
        let rest = line.get(from..).unwrap_or_default();
        if let Some(end) = find_bytes(rest, END) {
            self.pem_lines = 0;
            let after = &rest[end + END.len()..];
            return from + end + END.len() + find_bytes(after, b"-----").map_or(after.len(), |dashes| dashes + 5);
        }
        if self.pem_lines > MAX_PEM_LINES {
            self.pem_lines = 0;
        }
        limit.max(from)
    }

    fn find(&mut self, line: &[u8], at: usize) -> Option<Found> {
        match (line[at], *line.get(at + 1)?) {
            (b':', b'/') => userinfo(line, at),
            (b'e', b'y') => self.jwt(line, at),
            (b'a' | b'A', b'u' | b'U') | (b'b' | b'B', b'e' | b'E') => header(line, at),
            _ => prefixed(line, at),
        }
    }

    fn jwt(&mut self, line: &[u8], at: usize) -> Option<Found> {
        if at < self.no_jwt_before || !line[at..].starts_with(b"eyJ") {
            return None;
        }
        let segment = |byte: u8| is_word(byte) || byte == b'-';
        let dot = at + run(line, at, segment);
        let well_formed = dot >= at + 8 && line.get(dot) == Some(&b'.') && {
            line[dot + 1..].iter().take_while(|byte| segment(**byte)).take(5).count() == 5
        };
        if !well_formed {
            self.no_jwt_before = dot;
            return None;
        }
        Some(Found { start: at, end: at + run(line, at, is_token), kind: "jwt", class: is_token })
    }
}

fn find_bytes(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// `Authorization: …` (also as in JSON or a shell word) and `Bearer …` alone.
fn header(line: &[u8], at: usize) -> Option<Found> {
    const HEADER: &[u8] = b"authorization";
    if starts_with_ignoring_case(line, at, HEADER) {
        let colon = at + HEADER.len() + run(line, at + HEADER.len(), |byte| matches!(byte, b'"' | b'\'' | b' '));
        if !matches!(line.get(colon), Some(b':' | b'=')) {
            return None;
        }
        let start = colon + 1 + run(line, colon + 1, |byte| matches!(byte, b'"' | b'\'' | b' ' | b'\t'));
        let end = start + run(line, start, is_header_value);
        return (end > start).then_some(Found { start, end, kind: "authorization", class: is_header_value });
    }
    if starts_with_ignoring_case(line, at, b"bearer ") {
        let start = at + 7;
        let length = run(line, start, is_credential);
        let end = start + length;
        return (length >= 16).then_some(Found { start, end, kind: "bearer", class: is_credential });
    }
    None
}

/// `://user:password@` and `://token@`; a short lowercase name alone, such as `git`, is no secret.
fn userinfo(line: &[u8], at: usize) -> Option<Found> {
    if !line[at..].starts_with(b"://") {
        return None;
    }
    let start = at + 3;
    let mut end = start + run(line, start, is_userinfo);
    // A password may hold an unescaped '@': the last one before the host's end counts.
    let mut last = None;
    while line.get(end) == Some(&b'@') {
        last = Some(end);
        end += 1 + run(line, end + 1, is_userinfo);
    }
    let end = last?;
    let name = &line[start..end];
    let harmless = name.len() <= 16 && name.iter().all(u8::is_ascii_lowercase);
    (!harmless).then_some(Found { start, end, kind: "url-credentials", class: |_| false })
}

/// The end of `-----BEGIN … PRIVATE KEY` at this place.
fn pem_begin(line: &[u8], at: usize) -> Option<usize> {
    if line[at] != b'-' {
        return None;
    }
    let label = line[at..].strip_prefix(b"-----BEGIN ")?;
    let label = &label[..label.len().min(60)];
    let end = find_bytes(label, b"-----")?;
    find_bytes(&label[..end], b"PRIVATE KEY").map(|_| at + b"-----BEGIN ".len() + end + 5)
}

#[cfg(test)]
mod tests {
    use super::{CAP, HOLD, ShapeStage};

    fn redact(text: &str) -> String {
        let mut out = Vec::new();
        let mut stage = ShapeStage::default();
        stage.push(text.as_bytes(), &mut out);
        stage.finish(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn redacts_each_form() {
        for (text, expected) in [
            ("t=ghs_0123456789abcdefghij0123456789", "t=[redacted:github-token]"),
            ("github_pat_11ABCDEFG0123456789_abc x", "[redacted:github-token] x"),
            ("id AKIAIOSFODNN7EXAMPLE.", "id [redacted:aws-key]."),
            ("xoxb-123456789012-abc", "[redacted:slack-token]"),
            ("a eyJhbGciOi.eyJzdWIiOi.c2ln b", "a [redacted:jwt] b"),
            ("> authorization: Basic dXNlcjpwYXNz\n> next", "> authorization: [redacted:authorization]\n> next"),
            ("{\"Authorization\": \"token abc def\"}", "{\"Authorization\": \"[redacted:authorization]\"}"),
            ("use Bearer 0123456789abcdef+/= now", "use Bearer [redacted:bearer] now"),
            ("clone https://u:p@ss@host/r.git", "clone https://[redacted:url-credentials]@host/r.git"),
            ("https://0123456789abcdef@host", "https://[redacted:url-credentials]@host"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter",
                "[redacted:private-key]\nafter",
            ),
            ("k='-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----' x", "k='[redacted:private-key]' x"),
        ] {
            assert_eq!(redact(text), expected, "{text}");
        }
    }

    #[test]
    fn leaves_what_only_looks_alike() {
        for text in [
            "ghp_short",
            "ssh://git@host/r",
            "https://host/@scope/pkg",
            "authorization is granted",
            "bearer of news",
            "eyJ.eyJ.x",
            "XAKIAIOSFODNN7EXAMPLE",
            "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
            "https://host:8443/a@b",
            "scion0123456789012345678901234567890123",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn redacts_across_the_pieces_of_an_endless_line() {
        for lead in (CAP - HOLD - 40..CAP - HOLD + 3).chain(CAP - 40..CAP + 3) {
            let text = format!("{} ghp_{} tail", "z".repeat(lead), "Z".repeat(36));
            assert_eq!(redact(&text), format!("{} [redacted:github-token] tail", "z".repeat(lead)), "{lead}");
        }
        let text = format!("ghp_{} tail", "Z".repeat(3 * CAP));
        assert_eq!(redact(&text), "[redacted:github-token] tail");
        let pem = format!("-----BEGIN PRIVATE KEY-----{}-----END PRIVATE KEY----- tail", "Z".repeat(3 * CAP));
        assert_eq!(redact(&pem), "[redacted:private-key] tail");
    }

    #[test]
    fn takes_a_private_key_that_never_ends_as_ended_at_last() {
        let text = format!("-----BEGIN PRIVATE KEY-----\n{}visible\n", "x\n".repeat(2000));
        let shown = redact(&text);
        assert!(shown.starts_with("[redacted:private-key]") && shown.ends_with("visible\n"));
    }
}
