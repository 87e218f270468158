//! Lines of a requirements file, joined and freed of comments (pip, "Requirements File Format").

/// A line with the comments that belong to it: at its end, and on the lines below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Number of its first line in the file, from 1.
    pub(super) number: usize,
    /// Without comments, joined.
    pub(super) text: String,
    /// Without the `#`.
    pub(super) comments: Vec<&'a str>,
}

/// The lines that say something.
pub(super) fn of(text: &str) -> Vec<Line<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut is_open = false;
    for (at, whole) in text.lines().enumerate() {
        let (own, comment) = split_comment(whole);
        // A comment ends a line that goes on, even where it ends in a backslash itself.
        let goes_on = comment.is_none() && own.ends_with('\\');
        let own = if goes_on { &own[..own.len() - 1] } else { own };
        match lines.last_mut().filter(|_| is_open) {
            Some(line) => line.text.push_str(own),
            None if own.trim().is_empty() => {}
            None => lines.push(Line { number: at + 1, text: own.to_owned(), comments: Vec::new() }),
        }
        is_open = goes_on;
        if let (Some(line), Some(comment)) = (lines.last_mut(), comment) {
            line.comments.push(comment);
        }
    }
    for line in &mut lines {
        line.text = line.text.trim().to_owned();
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

/// A `#` begins a comment at the start of a line and after white space; addresses may hold others.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let mut before = None;
    for (at, letter) in line.char_indices() {
        if letter == '#' && before.is_none_or(char::is_whitespace) {
            return (&line[..at], Some(&line[at + 1..]));
        }
        before = Some(letter);
    }
    (line, None)
}

/// What asked for an entry, in the words of pip-compile and uv; `None` without such a comment.
///
/// `# via a, b` or `# via` with one name on each of the next lines.
pub(super) fn via<'a>(comments: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut names = Vec::new();
    let (mut is_there, mut is_list) = (false, false);
    for comment in comments {
        let words = comment.trim();
        if let Some(rest) = words.strip_prefix("via").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])) {
            is_there = true;
            is_list = rest.is_empty();
            names.extend(rest.split(',').map(str::trim).filter(|name| !name.is_empty()));
        } else if is_list && comment.starts_with("  ") && !words.is_empty() {
            names.push(words);
        } else {
            is_list = false;
        }
    }
    is_there.then_some(names)
}

#[cfg(test)]
mod tests {
    use super::{of, via};

    #[test]
    fn lines_are_joined_and_comments_kept_apart() {
        let text =
            "\u{feff}# head\n\na==1 \\\n  --hash=x \\\n    # via\n    #   b\nc @ https://x/y#z=1  # via d, e\n \\\n\n";
        let lines = of(text);
        let texts: Vec<_> = lines.iter().map(|line| (line.number, line.text.as_str())).collect();
        assert_eq!(texts, [(3, "a==1   --hash=x"), (7, "c @ https://x/y#z=1")]);
        assert_eq!(via(&lines[0].comments).expect("via"), ["b"]);
        assert_eq!(via(&lines[1].comments).expect("via"), ["d", "e"]);
        assert!(of("").is_empty() && of("# only\n").is_empty());
    }

    #[test]
    fn other_comments_are_no_via() {
        assert_eq!(via(&[" viaduct", " note"]), None);
        assert_eq!(via(&[" via", "   a", " from https://x", "   b"]).expect("via"), ["a"]);
    }
}
