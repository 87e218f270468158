//! Access tokens with a published prefix, and the classes of bytes that secrets are made of.

/// Which bytes belong to a form once it has begun.
pub(super) type Class = fn(u8) -> bool;

/// A recognised secret in a line: where it ends, and what may go on after the end of a piece.
pub(super) struct Found {
    /// First redacted byte; bytes before it are shown.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: &'static str,
    pub(super) class: Class,
}

struct Token {
    prefix: &'static [u8],
    kind: &'static str,
    /// Bytes of `class` that must follow the prefix.
    minimum: usize,
    class: Class,
    /// Whether it must not follow a letter, digit or underscore.
    bounded: bool,
}

const fn token(prefix: &'static [u8], kind: &'static str, minimum: usize, class: Class, bounded: bool) -> Token {
    Token { prefix, kind, minimum, class, bounded }
}

const TOKENS: &[Token] = &[
    token(b"ghp_", "github-token", 20, is_token, false),
    token(b"gho_", "github-token", 20, is_token, false),
    token(b"ghu_", "github-token", 20, is_token, false),
    token(b"ghs_", "github-token", 20, is_token, false),
    token(b"ghr_", "github-token", 20, is_token, false),
    token(b"github_pat_", "github-token", 20, is_token, false),
    token(b"glpat-", "gitlab-token", 16, is_token, false),
    token(b"gldt-", "gitlab-token", 16, is_token, true),
    token(b"glrt-", "gitlab-token", 16, is_token, true),
    token(b"glptt-", "gitlab-token", 16, is_token, true),
    token(b"glcbt-", "gitlab-token", 16, is_token, true),
    token(b"AKIA", "aws-key", 16, is_upper, true),
    token(b"ASIA", "aws-key", 16, is_upper, true),
    token(b"xoxa-", "slack-token", 10, is_token, false),
    token(b"xoxb-", "slack-token", 10, is_token, false),
    token(b"xoxe", "slack-token", 10, is_token, true),
    token(b"xoxp-", "slack-token", 10, is_token, false),
    token(b"xoxr-", "slack-token", 10, is_token, false),
    token(b"xoxs-", "slack-token", 10, is_token, false),
    token(b"npm_", "npm-token", 30, is_token, true),
    token(b"cio", "crates-io-token", 32, is_word, true),
    token(b"pypi-", "pypi-token", 50, is_token, true),
    token(b"AIza", "google-key", 35, is_token, true),
    token(b"hvs.", "vault-token", 24, is_token, true),
    token(b"dckr_pat_", "docker-token", 20, is_token, true),
    token(b"AGE-SECRET-KEY-", "age-key", 20, is_token, false),
];

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

pub(super) fn is_token(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'-' | b'.')
}

pub(super) fn is_credential(byte: u8) -> bool {
    is_token(byte) || matches!(byte, b'~' | b'+' | b'/' | b'=')
}

/// Number of bytes of a class from a place on.
pub(super) fn run(line: &[u8], from: usize, class: impl Fn(u8) -> bool) -> usize {
    line.get(from..).unwrap_or_default().iter().take_while(|byte| class(**byte)).count()
}

/// Whether a word stands at a place, in any case.
pub(super) fn starts_with_ignoring_case(line: &[u8], at: usize, word: &[u8]) -> bool {
    line.get(at..at + word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The bytes that a token begins with.
pub(super) const FIRST: [bool; 256] = {
    let mut first = [false; 256];
    let mut place = 0;
    while place < TOKENS.len() {
        first[TOKENS[place].prefix[0] as usize] = true;
        place += 1;
    }
    first
};

/// A token that begins at this place.
pub(super) fn prefixed(line: &[u8], at: usize) -> Option<Found> {
    let first = *line.get(at)?;
    if !FIRST[usize::from(first)] {
        return None;
    }
    let bounded = at.checked_sub(1).and_then(|before| line.get(before)).is_none_or(|byte| !is_word(*byte));
    TOKENS.iter().filter(|token| token.prefix.first() == Some(&first) && (bounded || !token.bounded)).find_map(
        |token| {
            let rest = line.get(at..)?.strip_prefix(token.prefix)?;
            let length = run(rest, 0, token.class);
            let end = at + token.prefix.len() + length;
            (length >= token.minimum).then_some(Found { start: at, end, kind: token.kind, class: token.class })
        },
    )
}
