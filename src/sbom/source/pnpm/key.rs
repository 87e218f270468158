//! Keys of packages, and the references that lead to them (`dependency-path` of pnpm's source).

use super::{LOCKFILE, SourceError};
use crate::sbom::source::package_json;

/// How a lockfile version writes keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `/name/1.0.0_peers`
    Five,
    /// `/name@1.0.0(peer@1.0.0)`
    Six,
    /// `name@1.0.0(peer@1.0.0)`, and without the peers among the packages.
    Nine,
}

impl Format {
    /// Of `lockfileVersion`.
    pub(super) fn of(version: &str) -> Result<Self, SourceError> {
        match version.strip_suffix("-inlineSpecifiers").unwrap_or(version) {
            "5" | "5.0" | "5.1" | "5.2" | "5.3" | "5.4" => Ok(Self::Five),
            "6.0" | "6.1" => Ok(Self::Six),
            "9.0" => Ok(Self::Nine),
            _ => {
                let got = version.chars().take(40).collect();
                Err(SourceError::Version { file: LOCKFILE.to_owned(), got, expected: "5.0 to 5.4, 6.0, 6.1 or 9.0" })
            }
        }
    }

    /// Key that a reference means, where it is no link (`refToRelative`).
    pub(super) fn key(self, name: &str, reference: &str) -> String {
        let bare = without_peers(reference);
        match self {
            Self::Five | Self::Six if reference.starts_with("file:") || bare.contains('/') => reference.to_owned(),
            Self::Five => format!("/{name}/{reference}"),
            Self::Six => format!("/{name}@{reference}"),
            // `name@version` has its `@` before any protocol and peer.
            Self::Nine => {
                let at = reference.find('@').filter(|at| {
                    reference.starts_with('@') || reference.find([':', '(']).is_none_or(|other| *at < other)
                });
                at.map_or_else(|| format!("{name}@{reference}"), |_| reference.to_owned())
            }
        }
    }

    /// Key among the packages.
    pub(super) fn of_package(self, key: &str) -> &str {
        if self == Self::Nine { without_peers(key) } else { key }
    }

    /// Name and version of a package, as its entry says or its key.
    pub(super) fn identity<'a>(
        self,
        key: &'a str,
        name: Option<&'a str>,
        version: Option<&'a str>,
    ) -> Result<(&'a str, &'a str), SourceError> {
        if let Some(name) = name {
            return Ok((name, version.unwrap_or_default()));
        }
        let bare = without_peers(key);
        // What precedes the first `/` is the host of a registry other than the default one.
        let path = bare.split_once('/').map(|(_, path)| path);
        let found = match self {
            Self::Five => path
                .and_then(|path| path.rsplit_once('/'))
                .map(|(name, version)| (name, version.split('_').next().unwrap_or(version))),
            Self::Six => path.and_then(package_json::split_descriptor).map(|(name, version)| (name, after_at(version))),
            Self::Nine => package_json::split_descriptor(bare).map(|(name, version)| {
                // The version of what comes from elsewhere is no part of the key.
                (name, if version.contains(':') { "" } else { after_at(version) })
            }),
        };
        let found = found.filter(|(name, _)| !name.is_empty());
        found
            .map(|(name, of_key)| (name, version.unwrap_or(of_key)))
            .ok_or_else(|| SourceError::malformed(LOCKFILE, format!("key {key:?} (expected name and version)")))
    }
}

fn after_at(version: &str) -> &str {
    version.strip_prefix('@').unwrap_or(version)
}

/// A key or version without `(peer@1.0.0(peer@1.0.0))(patch_hash=x)` at its end.
pub(super) fn without_peers(text: &str) -> &str {
    let (mut depth, mut start) = (0_usize, text.len());
    for (at, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            _ if depth == 0 => break,
            b'(' => {
                depth -= 1;
                if depth == 0 {
                    start = at;
                }
            }
            _ => {}
        }
    }
    text.get(..start).unwrap_or(text)
}

/// Folder that a path relative to `from` means, both of them relative to the lockfile.
pub(super) fn join(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::{Format, join, without_peers};

    #[test]
    fn references_lead_to_keys() {
        for (format, reference, key) in [
            (Format::Five, "1.0.0_@b+c@1.0.0", "/a/1.0.0_@b+c@1.0.0"),
            (Format::Five, "/real/1.0.0", "/real/1.0.0"),
            (Format::Five, "github.com/o/r/0123", "github.com/o/r/0123"),
            (Format::Six, "1.0.0(@b/c@1.0.0)", "/a@1.0.0(@b/c@1.0.0)"),
            (Format::Six, "file:x(b@1.0.0)", "file:x(b@1.0.0)"),
            (Format::Six, "/@s/real@1.0.0(b@1.0.0)", "/@s/real@1.0.0(b@1.0.0)"),
            (Format::Nine, "1.0.0(b@1.0.0(c@1.0.0))", "a@1.0.0(b@1.0.0(c@1.0.0))"),
            (Format::Nine, "@s/real@1.0.0", "@s/real@1.0.0"),
            (Format::Nine, "real@1.0.0(b@1.0.0)", "real@1.0.0(b@1.0.0)"),
            (Format::Nine, "https://u@h/x.tgz", "a@https://u@h/x.tgz"),
        ] {
            assert_eq!(format.key("a", reference), key, "{format:?}");
        }
    }

    #[test]
    fn keys_name_packages_or_are_refused() {
        for (format, key, found) in [
            (Format::Five, "/@s/a/1.0.0_b@1.0.0+@c+d@2.0.0", ("@s/a", "1.0.0")),
            (Format::Five, "registry.example.org/a/1.0.0-rc.1", ("a", "1.0.0-rc.1")),
            (Format::Six, "/@s/a@1.0.0(@b/c@1.0.0)(patch_hash=x)", ("@s/a", "1.0.0")),
            (Format::Six, "registry.example.org/a@1.0.0", ("a", "1.0.0")),
            (Format::Nine, "@s/a@1.0.0", ("@s/a", "1.0.0")),
            (Format::Nine, "a@file:x", ("a", "")),
        ] {
            assert_eq!(format.identity(key, None, None).unwrap(), found);
        }
        assert_eq!(Format::Five.identity("x/y", Some("n"), Some("1")).unwrap(), ("n", "1"));
        for (format, key) in [
            (Format::Five, "a"),
            (Format::Five, "/a"),
            (Format::Six, "/a"),
            (Format::Six, "/@"),
            (Format::Nine, "a"),
            (Format::Nine, ""),
        ] {
            assert!(format.identity(key, None, None).is_err(), "{key}");
        }
    }

    #[test]
    fn folders_are_joined_and_peers_cut_off() {
        assert_eq!(join("packages/a", "../b"), "packages/b");
        assert_eq!(join(".", "./x/"), "x");
        assert_eq!(join("a", ".."), ".");
        assert_eq!(join("a", "../../b"), "../b");
        assert_eq!(without_peers("a(b)c(d(e))(f)"), "a(b)c");
        assert_eq!(without_peers("a)"), "a)");
    }
}
