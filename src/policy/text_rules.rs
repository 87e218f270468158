//! Rules for text in the files: what may become a path, a name for people, a variable or a branch.

use crate::model::text::is_deceptive;

use super::reader::{Item, one_of};

/// Longest text for people, in characters.
const MAX_TEXT: usize = 200;

/// Longest reason or justification, in characters.
const MAX_LONG_TEXT: usize = 2_000;

/// Words in names of environment variables that hold secrets.
const SECRET_WORDS: [&str; 16] = [
    "KEY",
    "KEYS",
    "APIKEY",
    "TOKEN",
    "TOKENS",
    "SECRET",
    "SECRETS",
    "PASS",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
    "AUTH",
    "COOKIE",
    "PAT",
];

impl<'r> Item<'r> {
    /// Visible text of 1 to 200 characters without surrounding spaces.
    pub(super) fn visible_text(&self) -> Option<&'r str> {
        let text = self.string()?;
        if is_visible(text) {
            Some(text)
        } else {
            self.refuse("1 to 200 visible characters without spaces around them")
        }
    }

    /// A reason or justification: visible text of 1 to 2,000 characters without surrounding spaces.
    pub(super) fn long_text(&self) -> Option<&'r str> {
        let text = self.string()?;
        if is_visible_long(text) {
            Some(text)
        } else {
            self.refuse("1 to 2000 visible characters in one line, without spaces around them")
        }
    }

    /// Visible text, or `None` when it is still marked as unfilled.
    ///
    /// The outer `None` is a problem.
    #[expect(clippy::option_option, reason = "refused, marked and given are three answers")]
    pub(super) fn markable_text(&self) -> Option<Option<&'r str>> {
        let text = self.visible_text()?;
        Some(if self.is_fill_in() { None } else { Some(text) })
    }

    /// A path of the repository: relative, `/`-separated, no `..`.
    pub(super) fn repository_path(&self) -> Option<&'r str> {
        let expected = "a path relative to the repository root with '/' and without '..', such as target/release/app";
        let text = self.string_or(expected)?;
        if is_repository_path(text) { Some(text) } else { self.refuse(expected) }
    }

    /// A word that is handed to Cargo: no leading hyphen, no spaces.
    pub(super) fn cargo_word(&self, extra: &str) -> Option<&'r str> {
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-') || extra.contains(c);
        let good = |text: &&str| (1..=100).contains(&text.len()) && !text.starts_with('-') && text.chars().all(allowed);
        match self.string()? {
            text if good(&text) => Some(text),
            _ => self.refuse("a name of letters, digits, '_' and '-'"),
        }
    }

    /// The name behind `env:`; the value is never shown, for it may be a pasted secret.
    pub(super) fn environment_source(&self) -> Option<&'r str> {
        let expected = "env:NAME";
        let name = self.secret_string(expected)?.strip_prefix("env:").filter(|name| is_environment_name(name));
        name.or_else(|| self.refuse_as("a value of another form (not shown)", expected))
    }
}

/// Checks that no two values of a list are equal; complains about the later one.
pub(super) fn unique<'i, T: Ord>(values: impl IntoIterator<Item = (T, &'i Item<'i>)>) -> Option<()> {
    let mut seen = std::collections::BTreeSet::new();
    let mut all = Some(());
    for (value, item) in values {
        if !seen.insert(value) {
            all = item.refuse("each value once");
        }
    }
    all
}

/// Whether people can read the text as it stands.
#[must_use]
pub fn is_visible(text: &str) -> bool {
    is_visible_up_to(text, MAX_TEXT)
}

/// Whether text is a reason or justification in one line.
#[must_use]
pub fn is_visible_long(text: &str) -> bool {
    is_visible_up_to(text, MAX_LONG_TEXT)
}

fn is_visible_up_to(text: &str, limit: usize) -> bool {
    !text.is_empty() && text.trim() == text && text.chars().count() <= limit && !text.chars().any(is_deceptive)
}

/// Whether text is a package URL in which `*` may stand for any text.
#[must_use]
pub fn is_purl_pattern(text: &str) -> bool {
    let sound = text.len() <= 1000 && text.bytes().all(|b| b.is_ascii_graphic());
    sound && text.strip_prefix("pkg:").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

pub(super) fn is_repository_path(text: &str) -> bool {
    let sound = |c: char| !is_deceptive(c) && !matches!(c, '\\' | ':');
    text.len() <= 1000
        && text.chars().all(sound)
        && text.split('/').all(|segment| !segment.is_empty() && segment != "." && segment != "..")
}

/// `https://host/path` or `ssh://git@host/path`, without a password, a query or a final slash.
pub(super) fn is_web_place(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("ssh://git@"));
    let sound = |b: u8| b.is_ascii_alphanumeric() || b"-._~/:".contains(&b);
    text.len() <= 500
        && rest.is_some_and(|rest| {
            let mut parts = rest.split('/');
            rest.bytes().all(sound) && rest.contains('/') && parts.all(|part| !matches!(part, "" | "." | ".."))
        })
}

/// `[A-Za-z_][A-Za-z0-9_]*`, at most 128 bytes (POSIX.1-2017 8.1 with lowercase allowed).
pub(super) fn is_environment_name(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=128).contains(&name.len()) && name.bytes().all(word) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a variable of this name probably holds a secret or leads to one.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.split('_').any(|part| SECRET_WORDS.contains(&part))
        || ["TOKEN", "SECRET", "PASSW", "PASSPHRASE", "CREDENTIAL", "PRIVATE"].iter().any(|word| name.contains(word))
}

/// Branch names that git accepts (git-check-ref-format(1)), without its rarer forms.
pub(super) fn is_branch_name(name: &str) -> bool {
    let sound = |c: char| !is_deceptive(c) && !c.is_whitespace() && !"~^:?*[\\".contains(c);
    let segment = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    (1..=200).contains(&name.len())
        && name.chars().all(sound)
        && name.split('/').all(segment)
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && name != "@"
}

/// Reads each entry of a list; `None` when one of them is refused.
pub(super) fn each<'r, T>(entries: &[Item<'r>], read: impl Fn(&Item<'r>) -> Option<T>) -> Option<Vec<T>> {
    let all: Vec<Option<T>> = entries.iter().map(read).collect();
    all.into_iter().collect()
}

/// `one of "a", "b"` for a message.
pub(super) fn quoted_words<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    one_of(words.into_iter().map(|word| format!("\"{word}\"")))
}

#[cfg(test)]
mod tests {
    use super::{is_branch_name, is_environment_name, is_repository_path, is_secret_name};

    #[test]
    fn knows_names_of_secrets() {
        for name in ["GITHUB_TOKEN", "BATCHSEAL_KEY", "ssh_auth_sock", "MYSECRETVALUE", "NPM_PAT", "DB_PASSWORD"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["CARGO_PROFILE_RELEASE_LTO", "MONKEY", "KEYBOARD_LAYOUT", "CC", "PATH"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn separates_paths_and_names_from_tricks() {
        assert!(is_repository_path("target/release/my app"));
        for path in ["", "/a", "a/../b", "..", "./a", "a//b", "a\\b", "C:/a", "a/\u{202e}b", "a\nb"] {
            assert!(!is_repository_path(path), "{path:?}");
        }
        assert!(is_branch_name("release/1.x"));
        for name in ["", "-x", "a b", "a..b", "a/", "/a", "a.lock", "x~1", "@"] {
            assert!(!is_branch_name(name), "{name:?}");
        }
        assert!(is_environment_name("_A1") && !is_environment_name("1A") && !is_environment_name("A=B"));
    }
}
