//! The header lines of a git commit or tag: taken one by one, in git's order, refused when anything is amiss.

use super::git_object::{GitObjectError, Identity, MAX_CONTENT};
use crate::model::digest::GitId;
use crate::model::time::Timestamp;

/// Header lines not yet taken.
pub(super) struct Header<'a> {
    kind: &'static str,
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    pub(super) fn of(kind: &'static str, content: &'a [u8]) -> Result<Self, GitObjectError> {
        if content.len() > MAX_CONTENT {
            return Err(GitObjectError::TooLarge { kind, got: content.len() });
        }
        let end = content.windows(2).position(|pair| pair == b"\n\n").ok_or(GitObjectError::Truncated { kind })?;
        let rest = content.get(..=end).unwrap_or_default();
        if rest.contains(&0) { Err(GitObjectError::Truncated { kind }) } else { Ok(Self { kind, rest }) }
    }

    pub(super) const fn error(&self, field: &'static str) -> GitObjectError {
        GitObjectError::Field { kind: self.kind, field }
    }

    pub(super) fn next_is(&self, field: &str) -> bool {
        self.rest.strip_prefix(field.as_bytes()).is_some_and(|rest| rest.starts_with(b" "))
    }

    fn line(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..)?;
        Some(line)
    }

    pub(super) fn value(&mut self, field: &'static str) -> Result<&'a [u8], GitObjectError> {
        if !self.next_is(field) {
            return Err(self.error(field));
        }
        self.line().and_then(|line| line.get(field.len() + 1..)).ok_or_else(|| self.error(field))
    }

    pub(super) fn id(&mut self, field: &'static str) -> Result<GitId, GitObjectError> {
        let value = self.value(field)?;
        std::str::from_utf8(value).ok().and_then(|text| GitId::parse(text).ok()).ok_or_else(|| self.error(field))
    }

    pub(super) fn identity(&mut self, field: &'static str) -> Result<Identity, GitObjectError> {
        let value = self.value(field)?;
        parse_identity(value).ok_or_else(|| self.error(field))
    }

    /// Takes the optional lines.
    pub(super) fn finish(mut self) -> Result<(), GitObjectError> {
        const FIXED: [&str; 8] = ["tree", "parent", "author", "committer", "object", "type", "tag", "tagger"];
        let mut continued = false;
        while !self.rest.is_empty() {
            if FIXED.iter().any(|field| self.next_is(field)) {
                return Err(self.error("optional"));
            }
            let line = self.line().unwrap_or_default();
            let key_length = line.iter().position(|byte| *byte == b' ');
            if key_length.is_none() || (key_length == Some(0) && !continued) {
                return Err(self.error("optional"));
            }
            continued = true;
        }
        Ok(())
    }
}

/// `Name <mail> seconds +hhmm`.
fn parse_identity(line: &[u8]) -> Option<Identity> {
    let (name, rest) = split_once(line, b'<')?;
    let (email, when) = split_once(rest, b'>')?;
    if name.contains(&b'>') || email.contains(&b'<') {
        return None;
    }
    let when = std::str::from_utf8(when).ok()?.strip_prefix(' ')?;
    let (seconds, offset) = when.split_once(' ')?;
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !all_digits(seconds) || !all_digits(digits) || digits.len() != 4 {
        return None;
    }
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes: i32 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
    let hours: i32 = hours.parse().ok()?;
    let time = Timestamp::new(seconds.parse().ok()?, sign * (hours * 3600 + minutes * 60)).ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
    Some(Identity { name: text(name), email: text(email), time })
}

fn split_once(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == separator)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}
