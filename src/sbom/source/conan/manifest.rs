//! `conanfile.txt`: what the project asks for, by section.

use std::collections::{BTreeMap, BTreeSet};

use super::MANIFEST;
use crate::sbom::source::{self, Files, SourceError};

/// Names with the version where it is one and no range.
type Asked = BTreeMap<String, Option<String>>;

/// The sections that name packages.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) requires: Asked,
    build: Asked,
    tests: Asked,
}

impl Manifest {
    /// Reads the manifest where it is there.
    pub(super) fn read(files: &Files) -> Result<Option<Self>, SourceError> {
        if !files.contains_key(MANIFEST) {
            return Ok(None);
        }
        let mut manifest = Self::default();
        let mut section = "";
        for (at, line) in source::text(files, MANIFEST)?.lines().enumerate() {
            let fail =
                |message: &str| SourceError::malformed(MANIFEST, format!("line {}: {message}: {line:.80?}", at + 1));
            let line = line.split(" #").next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(rest) = line.strip_prefix('[') {
                section = rest.strip_suffix(']').ok_or_else(|| fail("no section"))?;
                continue;
            }
            let asked = match section {
                "requires" => &mut manifest.requires,
                "build_requires" | "tool_requires" => &mut manifest.build,
                "test_requires" => &mut manifest.tests,
                "" => return Err(fail("a line of no section")),
                _ => continue,
            };
            let (name, rest) = line.split_once('/').ok_or_else(|| fail("expected name/version"))?;
            let version = rest.split(['@', '#']).next().unwrap_or_default();
            // Ranges and aliases name what is chosen elsewhere.
            let version = Some(version).filter(|_| !rest.starts_with(['[', '(']));
            asked.insert(name.to_owned(), version.map(str::to_owned));
        }
        Ok(Some(manifest))
    }

    /// Whether the manifest asks for the package for tests and for nothing else.
    pub(super) fn only_tests(&self, name: &str) -> bool {
        self.tests.contains_key(name) && !self.requires.contains_key(name)
    }

    /// Compares what is asked for with what is locked, by name and version.
    ///
    /// # Errors
    /// The first difference.
    pub(super) fn check(&self, locked: &BTreeSet<(&str, &str)>) -> Result<(), String> {
        for (name, version) in [&self.requires, &self.build, &self.tests].into_iter().flatten() {
            let mut versions = locked.range((name.as_str(), "")..).take_while(|(other, _)| other == name).peekable();
            let Some((_, first)) = versions.peek().copied() else {
                return Err(format!("{name} is not locked"));
            };
            if let Some(version) = version.as_deref().filter(|version| !versions.any(|(_, got)| got == version)) {
                return Err(format!("{name} is locked at {first} (expected {version})"));
            }
        }
        Ok(())
    }

    /// Compares direct dependencies that ship, too, which must be those that are asked for.
    ///
    /// # Errors
    /// The first that nobody asks for.
    pub(super) fn check_direct<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> Result<(), String> {
        match names.find(|name| !self.requires.contains_key(*name)) {
            None => Ok(()),
            Some(name) => Err(format!("{name} is locked and not asked for")),
        }
    }
}
