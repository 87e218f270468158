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

    use super::{for_terminal, shell_word};

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
