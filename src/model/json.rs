//! I-JSON (RFC 7493) for our own documents: one reading of every byte sequence, or none.
//!
//! Refused: duplicate keys, a byte-order mark, trailing bytes, integers beyond 2^53, depth over 64,
//! invalid UTF-8 and unpaired surrogates. Unknown fields are refused by the types themselves.

use std::collections::HashSet;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 64;

/// Largest integer that every JSON reader keeps exactly.
const MAX_INTEGER: u64 = 1 << 53;

/// Why a document was refused, with the byte offset of the place.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// Not I-JSON.
    #[error("{reason} at byte {offset}")]
    NotIJson {
        /// Byte offset in the document.
        offset: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// An object names the same key twice.
    #[error("duplicate key {key:?} at byte {offset}")]
    DuplicateKey {
        /// Byte offset of the second one.
        offset: usize,
        /// The key.
        key: String,
    },
    /// I-JSON, but not the document that was expected.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
}

/// Reads a document of ours: I-JSON first, then the type (which refuses unknown fields).
///
/// # Errors
/// [`JsonError`] naming the place.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    check(bytes)?;
    Ok(serde_json::from_slice(bytes)?)
}

/// Writes a document of ours: two spaces of indentation, a final newline, keys in type order.
///
/// # Errors
/// [`JsonError::Shape`] when a value cannot be written as JSON.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, JsonError> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Checks that the bytes are one I-JSON value and nothing else.
///
/// # Errors
/// [`JsonError`] naming the place.
pub fn check(bytes: &[u8]) -> Result<(), JsonError> {
    scan(bytes, true)
}

/// Checks the same of a foreign document, which may hold integers of any size.
///
/// # Errors
/// [`JsonError`] naming the place.
pub fn check_foreign(bytes: &[u8]) -> Result<(), JsonError> {
    scan(bytes, false)
}

fn scan(bytes: &[u8], exact: bool) -> Result<(), JsonError> {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err(JsonError::NotIJson { offset: 0, reason: "byte-order mark" });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| JsonError::NotIJson { offset: error.valid_up_to(), reason: "invalid UTF-8" })?;
    let mut scanner = Scanner { bytes, text, at: 0, exact };
    scanner.space();
    scanner.value(0)?;
    scanner.space();
    if scanner.at == bytes.len() { Ok(()) } else { scanner.fail("trailing bytes") }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    /// Whether integers must be within 2^53.
    exact: bool,
}

impl Scanner<'_> {
    fn fail<T>(&self, reason: &'static str) -> Result<T, JsonError> {
        Err(JsonError::NotIJson { offset: self.at, reason })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<(), JsonError> {
        if depth > MAX_DEPTH {
            return self.fail("nesting deeper than 64");
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(|_| ()),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.fail("unexpected character"),
            None => self.fail("unexpected end"),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), JsonError> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            self.fail("unexpected character")
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), JsonError> {
        self.at += 1;
        self.space();
        if self.eat(b'}') {
            return Ok(());
        }
        let mut keys = HashSet::new();
        loop {
            self.space();
            let offset = self.at;
            if self.peek() != Some(b'"') {
                return self.fail("expected a key");
            }
            let key = self.string()?;
            if !keys.insert(key.clone()) {
                return Err(JsonError::DuplicateKey { offset, key: key.chars().take(80).collect() });
            }
            self.space();
            if !self.eat(b':') {
                return self.fail("expected ':'");
            }
            self.space();
            self.value(depth + 1)?;
            self.space();
            if self.eat(b'}') {
                return Ok(());
            }
            if !self.eat(b',') {
                return self.fail("expected ',' or '}'");
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), JsonError> {
        self.at += 1;
        self.space();
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            self.space();
            self.value(depth + 1)?;
            self.space();
            if self.eat(b']') {
                return Ok(());
            }
            if !self.eat(b',') {
                return self.fail("expected ',' or ']'");
            }
        }
    }

    /// Skips a string and returns it unescaped, so that two spellings of one key are one key.
    fn string(&mut self) -> Result<String, JsonError> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        loop {
            match self.peek() {
                None => return self.fail("unterminated string"),
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(0..=0x1f) => return self.fail("control character in a string"),
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let raw = &self.text[start..self.at];
        if !escaped {
            return Ok(raw[1..raw.len() - 1].to_owned());
        }
        // serde_json refuses unknown escapes and unpaired surrogates (RFC 7493 section 2.1).
        serde_json::from_str(raw)
            .map_err(|_| JsonError::NotIJson { offset: start, reason: "malformed escape in a string" })
    }

    fn number(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        self.eat(b'-');
        let digits = self.digits();
        let leading_zero = self.bytes.get(self.at - digits) == Some(&b'0') && digits > 1;
        if digits == 0 || leading_zero {
            return self.fail("malformed number");
        }
        let integer = &self.text[self.at - digits..self.at];
        let mut whole = true;
        if self.eat(b'.') {
            whole = false;
            if self.digits() == 0 {
                return self.fail("malformed number");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            if self.digits() == 0 {
                return self.fail("malformed number");
            }
        }
        if self.exact && whole && !integer.parse::<u64>().is_ok_and(|value| value <= MAX_INTEGER) {
            return Err(JsonError::NotIJson { offset: start, reason: "integer beyond 2^53" });
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }
}

#[cfg(test)]
mod tests;
