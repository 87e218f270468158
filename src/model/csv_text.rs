//! What a reader of CSV does not say itself: quotes that nothing closes, and the line of a record.

/// Line, from 1, of the quote that opens a cell and is never closed (RFC 4180 section 2, rules 5 to 7). A reader
/// takes the end of the file for the end of such a cell, and with it every line that follows.
#[must_use]
pub fn unclosed_quote(text: &str, separator: u8) -> Option<usize> {
    let mut open = None;
    let (mut line, mut at_start) = (1, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (open, byte) {
            // Two quotes inside a cell are one.
            (Some(_), b'"') if bytes.peek() == Some(&b'"') => drop(bytes.next()),
            (Some(_), b'"') => open = None,
            (None, b'"') if at_start => open = Some(line),
            _ => {}
        }
        at_start = open.is_none() && (byte == separator || byte == b'\n' || byte == b'\r');
        line += usize::from(byte == b'\n');
    }
    open
}

/// Where lines end: a reader's own count is one behind after `\r\n`.
#[derive(Debug)]
pub struct RecordLines<'t> {
    text: &'t [u8],
    ends: Vec<usize>,
}

impl<'t> RecordLines<'t> {
    /// Finds the line ends once.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Self { text: text.as_bytes(), ends }
    }

    /// Line, from 1, of the record that begins at this byte or behind the line ends that follow it.
    #[must_use]
    pub fn line(&self, byte: u64) -> usize {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.text.get(start..).unwrap_or_default();
        let begin = start.saturating_add(rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count());
        self.ends.partition_point(|end| *end < begin) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::{RecordLines, unclosed_quote as unclosed};

    #[test]
    fn a_quote_that_nothing_closes_is_found_with_its_line() {
        for (text, expected) in [
            ("a,b\n\"x\",\"y, \n z\"\n", None),
            ("a,\"say \"\"x\"\"\"\n", None),
            ("a,12\" pipe\n", None),
            ("", None),
            ("a,b\n1,\"x\n2,y\n", Some(2)),
            ("\"a\"\r\n1,\"x\"\"\r\n", Some(2)),
            ("a\n\"", Some(2)),
            ("\"a\n\n\"\n\"b", Some(4)),
        ] {
            assert_eq!(unclosed(text, b','), expected, "{text:?}");
        }
        assert_eq!((unclosed("a;\"b", b';'), unclosed("a;\"b", b',')), (Some(1), None));
    }

    #[test]
    fn a_record_has_the_line_on_which_it_begins() {
        let lines = RecordLines::of("a\r\n\r\nb\n");
        assert_eq!([0, 1, 3, 5, 99].map(|byte| lines.line(byte)), [1, 3, 3, 3, 4]);
        assert_eq!(RecordLines::of("").line(0), 1);
    }
}
