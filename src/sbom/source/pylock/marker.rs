//! Markers of `pylock.toml` (Python packaging, "Dependency specifiers", with `extras` and
//! `dependency_groups`): whether one can hold where no group is chosen but the default ones.
//!
//! Every platform, Python version and extra counts as possible. A marker that cannot be read may hold.

use std::collections::BTreeSet;

/// Deepest parentheses.
const MAX_DEPTH: usize = 32;

/// Whether a package of this marker may be installed without choosing a group.
pub(super) fn may_hold(marker: &str, default_groups: &BTreeSet<String>) -> bool {
    let Some(words) = words(marker) else { return true };
    let mut reader = Reader { words: &words, at: 0, default_groups };
    let value = reader.any(0);
    value.filter(|_| reader.at == words.len()).unwrap_or(true)
}

/// Words, quoted texts with their quote at the front, and parentheses.
fn words(marker: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let mut rest = marker.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '(' | ')' => 1,
            '"' | '\'' => rest.get(1..)?.find(first)? + 2,
            _ => rest.find(|letter: char| letter.is_whitespace() || "()\"'".contains(letter)).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at_checked(end)?;
        found.push(word);
        rest = after.trim_start();
    }
    Some(found)
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    default_groups: &'a BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn any(&mut self, depth: usize) -> Option<bool> {
        let mut value = self.all(depth)?;
        while self.peek() == Some("or") {
            self.at += 1;
            value |= self.all(depth)?;
        }
        Some(value)
    }

    fn all(&mut self, depth: usize) -> Option<bool> {
        let mut value = self.one(depth)?;
        while self.peek() == Some("and") {
            self.at += 1;
            value &= self.one(depth)?;
        }
        Some(value)
    }

    /// An expression in parentheses, or a comparison: everything up to the next `and`, `or` or parenthesis.
    fn one(&mut self, depth: usize) -> Option<bool> {
        if self.peek() == Some("(") {
            self.at += 1;
            let value = (depth < MAX_DEPTH).then(|| self.any(depth + 1))??;
            let closes = self.peek() == Some(")");
            self.at += 1;
            return closes.then_some(value);
        }
        let start = self.at;
        while self.peek().is_some_and(|word| !matches!(word, "and" | "or" | "(" | ")")) {
            self.at += 1;
        }
        match self.words.get(start..self.at)? {
            [] => None,
            [group, "in", "dependency_groups"] => Some(self.is_default(group)),
            [group, "not", "in", "dependency_groups"] => Some(!self.is_default(group)),
            _ => Some(true),
        }
    }

    fn is_default(&self, group: &str) -> bool {
        self.default_groups.contains(group.trim_matches(['"', '\'']))
    }
}

#[cfg(test)]
mod tests {
    use super::may_hold;

    #[test]
    fn only_groups_that_are_not_installed_by_default_are_left_out() {
        let defaults = ["main".to_owned()].into();
        for marker in [
            "",
            "python_version >= '3.11' and sys_platform != 'win32'",
            "'x' in extras",
            "'main' in dependency_groups",
            "'dev' in dependency_groups or 'x' in extras",
            "'dev' not in dependency_groups",
            "('dev' in dependency_groups and os_name == 'nt') or (\"main\" in dependency_groups)",
            "not a marker (",
            "'dev in dependency_groups",
        ] {
            assert!(may_hold(marker, &defaults), "{marker}");
        }
        for marker in [
            "'dev' in dependency_groups",
            "\"dev\" in dependency_groups and python_version < '4'",
            "('dev' in dependency_groups or 'test' in dependency_groups) and ('x' in extras)",
            "'main' not in dependency_groups",
        ] {
            assert!(!may_hold(marker, &defaults), "{marker}");
        }
        assert!(may_hold(&"(".repeat(100_000), &defaults), "too deep to be read");
    }
}
