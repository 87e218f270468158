//! Patterns of workspace folders (`packages/*`, `libs/**`, `!libs/old`), as npm, pnpm and Yarn 1 take
//! them: `*` stands for any text of one part, a part `**` for any number of folders, `!` takes away.
//!
//! Hidden folders and `node_modules` answer no star, as in the package managers.

use super::package_json::{self, FILE};
use super::{Files, SourceError};
use crate::model::pattern;

/// Most patterns of one workspace.
const MAX_PATTERNS: usize = 1_000;

/// The folders of a workspace.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// Whether a pattern takes away, and the manifests that it names.
    patterns: Vec<(bool, String)>,
}

impl Members {
    /// Patterns of `file`; those with other signs than stars are refused.
    pub(super) fn new(file: &str, patterns: &[String]) -> Result<Self, SourceError> {
        let mut members = Self::default();
        if patterns.len() > MAX_PATTERNS {
            return Err(SourceError::malformed(file, format!("more than {MAX_PATTERNS} workspace patterns")));
        }
        for text in patterns {
            let (away, folder) = text.strip_prefix('!').map_or((false, text.as_str()), |rest| (true, rest));
            let folder = folder.trim_start_matches("./").trim_end_matches('/');
            let folder = if folder.is_empty() { "." } else { folder };
            if !package_json::is_below(folder) || folder.contains(['?', '[', ']', '{', '}', '!', '(', ')']) {
                let message = format!("workspace pattern {text:?} (expected folder names, * or ** below the folder)");
                return Err(SourceError::malformed(file, message));
            }
            members.patterns.push((away, package_json::path_of(folder)));
        }
        Ok(members)
    }

    /// Patterns of the manifests to look for.
    pub(super) fn wanted(self) -> Vec<String> {
        self.patterns.into_iter().filter(|(away, _)| !away).map(|(_, pattern)| pattern).collect()
    }

    /// Manifests of members among the files, without that of the root, sorted.
    pub(super) fn found<'a>(&'a self, files: &'a Files) -> impl Iterator<Item = &'a String> {
        files.keys().filter(|path| path.ends_with(FILE) && *path != FILE && self.holds(path))
    }

    /// The last pattern that matches decides (`@npmcli/map-workspaces`).
    fn holds(&self, path: &str) -> bool {
        let last = self
            .patterns
            .iter()
            .rev()
            .find(|(away, pattern)| if *away { covers(pattern, path) } else { matches(pattern, path) });
        last.is_some_and(|(away, _)| !away)
    }

    /// The first pattern without a star that names no file there.
    pub(super) fn absent(&self, files: &Files) -> Option<&str> {
        let mut plain = self.patterns.iter().filter(|(away, pattern)| !away && !is_pattern(pattern));
        plain.find(|(_, path)| !files.contains_key(path)).map(|(_, path)| path.as_str())
    }
}

/// Whether a path holds a star.
#[must_use]
pub fn is_pattern(path: &str) -> bool {
    path.contains('*')
}

/// Whether a pattern names a path. Hidden folders and `node_modules` answer no star.
#[must_use]
pub fn matches(wanted: &str, path: &str) -> bool {
    run(wanted, path, false)
}

/// Like [`matches`], but stars stand for hidden folders too: for what takes away.
fn covers(wanted: &str, path: &str) -> bool {
    run(wanted, path, true)
}

/// Every position in the pattern that the parts read so far lead to, advanced part by part.
fn run(wanted: &str, path: &str, hidden: bool) -> bool {
    let wanted: Vec<&str> = wanted.split('/').collect();
    let mut at = vec![false; wanted.len() + 1];
    at[0] = true;
    let skip = |at: &mut Vec<bool>| {
        for (index, part) in wanted.iter().enumerate() {
            at[index + 1] |= at[index] && *part == "**";
        }
    };
    skip(&mut at);
    for part in path.split('/') {
        let starred = part != "node_modules" && (hidden || !part.starts_with('.'));
        let mut next = vec![false; at.len()];
        for (index, one) in wanted.iter().enumerate().filter(|(index, _)| at[*index]) {
            if *one == "**" {
                next[index] |= starred;
            } else if *one == part || (starred && is_pattern(one) && pattern::matches(one, part)) {
                next[index + 1] = true;
            }
        }
        skip(&mut next);
        at = next;
    }
    at.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Files, Members, matches};

    #[test]
    fn stars_stand_for_folders() {
        for (pattern, path) in [
            ("packages/*/package.json", "packages/a/package.json"),
            ("packages/a-*/package.json", "packages/a-b/package.json"),
            ("libs/**/package.json", "libs/package.json"),
            ("libs/**/package.json", "libs/a/b/package.json"),
            ("**/x/**/package.json", "a/x/b/x/package.json"),
            (".hidden/*/package.json", ".hidden/a/package.json"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("packages/*/package.json", "packages/package.json"),
            ("packages/*/package.json", "packages/a/b/package.json"),
            ("packages/*/package.json", "packages/.a/package.json"),
            ("libs/**/package.json", "libs/node_modules/a/package.json"),
            ("libs/**/package.json", "lib/package.json"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
        let (pattern, path) = (format!("{}x", "**/".repeat(1_000)), format!("{}y", "x/".repeat(1_000)));
        assert!(!matches(&pattern, &path));
    }

    #[test]
    fn what_is_taken_away_is_no_member() {
        let list = ["./packages/*", "!**/old/**", "apps/one/"].map(str::to_owned);
        let members = Members::new("package.json", &list).unwrap();
        let names = ["package.json", "packages/a/package.json", "packages/old/package.json", "apps/two/package.json"];
        let files: Files = names.map(|name| (name.to_owned(), Vec::new())).into();
        assert_eq!(members.found(&files).collect::<Vec<_>>(), ["packages/a/package.json"]);
        assert_eq!(members.absent(&files), Some("apps/one/package.json"));
        assert_eq!(members.wanted(), ["packages/*/package.json", "apps/one/package.json"]);
    }

    #[test]
    fn patterns_that_nobody_can_expand_are_refused() {
        for pattern in ["../a", "/a", "a/{b,c}", "a/[b]", "a//b", "a?", "@(a|b)"] {
            assert!(Members::new("package.json", &[pattern.to_owned()]).is_err(), "{pattern}");
        }
    }
}
