//! Foreign text made safe for a terminal.

/// Replaces control, bidirectional and other invisible characters by `\u{…}` so that foreign text
/// cannot move the cursor, hide itself or reverse a line (CVE-2021-42574).
#[must_use]
pub fn for_terminal(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_deceptive(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Text as one cell or word of Markdown: control and bidi characters as in [`for_terminal`], signs that Markdown, HTML
/// or a forge's mentions would take up as entities, lines as one.
#[must_use]
pub fn for_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in for_terminal(text).chars() {
        match character {
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '(' | ')' | '{' | '}' | '!' | '|' | '<' | '>' | '&' | '#'
            | '@' => {
                out.push_str(&format!("&#{};", u32::from(character)));
            }
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// A number with its noun: `1 artifact`, `2 artifacts`.
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A word as a POSIX shell takes it back: quoted only where it must be.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | '=' | ',' | '+' | '@' | '%');
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Characters that change how other text is shown.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a text has a character that a reader sees: white space, deceptive characters and those that are
/// drawn as nothing (soft hyphen, fillers, variation selectors, blank Braille) are none.
#[must_use]
pub fn shows_something(text: &str) -> bool {
    text.chars().any(is_visible)
}

/// Words that people write where an answer is still to come, lowercase.
const PLACEHOLDERS: [&str; 9] = ["tbd", "tba", "todo", "to do", "fill in", "n/a", "na", "none", "xxx"];

/// Whether a text is an answer: it shows a letter or a digit, and is none of the words that stand for a missing one.
#[must_use]
pub fn says_something(text: &str) -> bool {
    let plain = text.trim().trim_matches(['.', '-', '?', '!', '<', '>', '[', ']', '(', ')']).trim().to_lowercase();
    plain.chars().any(char::is_alphanumeric) && !PLACEHOLDERS.contains(&plain.as_str())
}

/// Whether a reader sees the character.
#[must_use]
pub fn is_visible(character: char) -> bool {
    !character.is_whitespace()
        && !is_deceptive(character)
        && !matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    #[test]
    fn markdown_takes_nothing_of_a_name_for_its_own() {
        let name = "a|b\n<img src=x> @team #1 [x](y) `c` *d* _e_ &amp;\u{202e}";
        let text = super::for_markdown(name);
        for sign in ["|", "<", ">", "@", "[", "]", "(", "`", "*", "_", "\n", "\u{202e}"] {
            assert!(!text.contains(sign), "{sign:?} in {text}");
        }
        assert_eq!(super::for_markdown("serde 1.0.0"), "serde 1.0.0");
    }

    use super::{for_terminal, shell_word, shows_something};

    #[test]
    fn invisible_text_shows_nothing() {
        for text in ["", " \t\u{a0}\u{3000}", "\u{200b}\u{200f}", "\u{2060}\u{2064}\u{feff}", "\u{3164}", "\u{115f}"] {
            assert!(!shows_something(text), "{text:?}");
        }
        for text in ["\u{1160}", "\u{ffa0}", "\u{ad}", "\u{0}\u{7f}", "\u{202e}\u{2066}"] {
            assert!(!shows_something(text), "{text:?}");
        }
        for text in ["a", "\u{200b}0", "株", "-"] {
            assert!(shows_something(text), "{text:?}");
        }
    }

    #[test]
    fn a_placeholder_says_nothing() {
        for text in ["", " - ", "?", "TBD", "t.b.d.".replace('.', "").as_str(), "[todo]", "N/A", "none.", "\u{200b}"] {
            assert!(!super::says_something(text), "{text:?}");
        }
        for text in ["0", "None was found in the tracker", "RMF-3", "株"] {
            assert!(super::says_something(text), "{text:?}");
        }
    }

    #[test]
    fn quotes_only_what_a_shell_would_split_or_expand() {
        assert_eq!(shell_word("out/pump-1.4.0.evidence.zip"), "out/pump-1.4.0.evidence.zip");
        assert_eq!(shell_word("my out/a"), "'my out/a'");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn escapes_what_moves_or_hides_text() {
        assert_eq!(for_terminal("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(for_terminal("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(for_terminal("line\nbreak"), "line\\u{a}break");
        assert_eq!(for_terminal("Größe ✓"), "Größe ✓");
    }
}
