//! Where a byte lies in a text: line and column, both from 1.

use std::fmt;

/// Line and column, from 1; the column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The line starts of a text.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Finds the line starts once.
    pub(super) fn of(text: &'t str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// Line of a byte offset, from 1; an offset behind the end lies in the last line.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// Line and column of a byte offset; an offset within a character counts as its first byte.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.line(offset);
        let start = self.start(line);
        let before = self.text.get(start..).unwrap_or_default();
        let column = before.char_indices().take_while(|(at, one)| start + at + one.len_utf8() <= offset).count() + 1;
        Place { line, column }
    }

    /// Text of a line (from 1) without its line break.
    pub(super) fn text_of(&self, line: usize) -> &'t str {
        let start = self.start(line);
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Place};

    #[test]
    fn counts_lines_and_characters_from_one() {
        let lines = Lines::of("ab\r\nä=x\n");
        assert_eq!(lines.place(0), Place { line: 1, column: 1 });
        assert_eq!(lines.place(1), Place { line: 1, column: 2 });
        assert_eq!(lines.place(6), Place { line: 2, column: 2 });
        assert_eq!(lines.place(9), Place { line: 3, column: 1 });
        assert_eq!(lines.text_of(2), "ä=x");
        assert_eq!(lines.text_of(9), "");
    }

    #[test]
    fn survives_offsets_outside_and_within_a_character() {
        let lines = Lines::of("ä");
        assert_eq!(lines.place(1), Place { line: 1, column: 1 });
        assert_eq!(lines.place(99), Place { line: 1, column: 2 });
        assert_eq!(Lines::of("").place(5), Place { line: 1, column: 1 });
    }
}
