//! Steps through a text that is known to be well-formed JSON.

use std::borrow::Cow;

/// A place in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    pub(super) fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    pub(super) fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Steps over this byte and blanks around it, if it comes next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == byte;
        self.at += usize::from(found);
        self.space();
        found
    }

    /// A number, `true`, `false` or `null`, as written.
    pub(super) fn scalar(&mut self) -> &'a str {
        let start = self.at;
        while matches!(self.peek(), b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E') {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Steps over a string and returns what it says.
    pub(super) fn string(&mut self) -> Cow<'a, str> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        while !matches!(self.peek(), b'"' | 0) {
            let escape = self.peek() == b'\\';
            escaped |= escape;
            self.at += 1 + usize::from(escape);
        }
        self.at += 1;
        let raw = self.text.get(start..self.at).unwrap_or_default();
        if escaped {
            return serde_json::from_str(raw).map(Cow::Owned).unwrap_or_default();
        }
        Cow::Borrowed(raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default())
    }
}
