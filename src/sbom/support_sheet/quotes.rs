//! Quotes of a CSV file that nothing closes (RFC 4180 section 2, rules 5 to 7).
//!
//! The reader takes the end of the file for the end of such a cell, and with it every line that follows.

/// Line, from 1, of the quote that opens a cell and is never closed.
pub(super) fn unclosed(text: &str, separator: u8) -> Option<usize> {
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

#[cfg(test)]
mod tests {
    use super::unclosed;

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
}
