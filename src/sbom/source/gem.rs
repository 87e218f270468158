//! Bundler: `Gemfile.lock` (rubygems, `bundler/lib/bundler/lockfile_parser.rb`).
//!
//! Groups are in the `Gemfile`, a Ruby program: every gem ships. Its plain lines are compared. A gem for several platforms has an
//! entry for each; an edge leads to all of them. Gems of `PATH` are code of the work tree: projects.

use std::collections::{BTreeMap, BTreeSet};

use super::{Files, Package, Project, Resolution, SourceError};
use crate::sbom::document::{Hash, HashAlgorithm};
use crate::sbom::purl;

mod gemfile;
mod version;

use gemfile::Gemfile;
pub(super) use gemfile::MANIFEST;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "Gemfile.lock";

/// The gem that no lockfile holds as an entry (`SpecSet#for` takes it as there).
const BUNDLER: &str = "bundler";

/// Most entries of one gem: each edge to it is one edge to each of them.
const MAX_PLATFORMS: usize = 64;

/// Reads `Gemfile.lock`.
///
/// # Errors
/// [`SourceError`] where it is absent or malformed, or the `Gemfile` asks for what is not locked.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lock = Lock::parse(super::text(files, LOCKFILE)?)?;
    if files.contains_key(MANIFEST) {
        lock.in_step(&Gemfile::read(super::text(files, MANIFEST)?))?;
    }
    let mut of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for entry in &lock.entries {
        let entries = of.entry(entry.name).or_default();
        if entries.len() == MAX_PLATFORMS {
            return Err(SourceError::malformed(
                LOCKFILE,
                format!("more than {MAX_PLATFORMS} entries of {}", entry.name),
            ));
        }
        entries.push(entry.purl()?);
    }
    let mut packages = Vec::new();
    if let Some(version) = lock.bundler.filter(|_| !of.contains_key(BUNDLER) && lock.needs_bundler()) {
        let purl = purl::gem(BUNDLER, version, None)?;
        of.insert(BUNDLER, vec![purl.clone()]);
        packages.push(Package::new(BUNDLER, version, purl));
    }
    let (root, unused) = lock.root(folder, &of)?;
    let mut projects = vec![Project::new(root)];
    for entry in &lock.entries {
        let package = lock.package(entry, &of)?;
        if entry.source == Source::Path { projects.push(Project::new(package)) } else { packages.push(package) }
    }
    // Bundler locks no entry of a gem that the Gemfile asks for on other platforms only.
    let incomplete = (!unused.is_empty())
        .then(|| format!("the Gemfile asks for {}, locked for none of its platforms", unused.join(", ")));
    Ok(Resolution { projects, packages, incomplete })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Gem,
    Git,
    Path,
}

/// A line of `specs:` with those that are indented below it.
struct Entry<'a> {
    source: Source,
    remote: &'a str,
    name: &'a str,
    /// Version and platform as written, the key of `CHECKSUMS`.
    full: &'a str,
    needs: Vec<&'a str>,
}

impl Entry<'_> {
    /// Versions of gems have no `-`; what follows it is the platform.
    fn version(&self) -> (&str, Option<&str>) {
        self.full.split_once('-').map_or((self.full, None), |(version, platform)| (version, Some(platform)))
    }

    fn purl(&self) -> Result<String, SourceError> {
        let (version, platform) = self.version();
        Ok(purl::gem(self.name, version, platform)?)
    }
}

#[derive(Default)]
struct Lock<'a> {
    entries: Vec<Entry<'a>>,
    /// Names with their requirements; `None` without.
    asked: BTreeMap<&'a str, Option<&'a str>>,
    checksums: BTreeMap<(&'a str, &'a str), Vec<Hash>>,
    bundler: Option<&'a str>,
}

impl<'a> Lock<'a> {
    fn parse(text: &'a str) -> Result<Self, SourceError> {
        let mut lock = Self::default();
        let (mut section, mut remote) = ("", "");
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let fail =
                |message: &str| SourceError::malformed(LOCKFILE, format!("line {}: {message}: {:.80?}", at + 1, line));
            let words = line.trim_start_matches(' ');
            match (section, line.len() - words.len()) {
                (_, 0) => {
                    if !line.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ') {
                        return Err(fail("no section"));
                    }
                    (section, remote) = (line.trim_end(), "");
                }
                ("GEM" | "GIT" | "PATH", 2) => {
                    let (key, value) = words.split_once(':').ok_or_else(|| fail("no option"))?;
                    remote = if key == "remote" { value.trim() } else { remote };
                }
                ("GEM", 4) => lock.entry(Source::Gem, remote, words).map_err(fail)?,
                ("GIT", 4) => lock.entry(Source::Git, remote, words).map_err(fail)?,
                ("PATH", 4) => lock.entry(Source::Path, remote, words).map_err(fail)?,
                ("GEM" | "GIT" | "PATH", 6) => {
                    let entry = lock.entries.last_mut().ok_or_else(|| fail("a dependency of no gem"))?;
                    entry.needs.push(item(words).map_err(fail)?.0);
                }
                ("DEPENDENCIES", 2) => {
                    let (name, requirement) = item(words.trim_end_matches('!')).map_err(fail)?;
                    lock.asked.insert(name, requirement);
                }
                ("CHECKSUMS", 2) => lock.checksum(words).map_err(fail)?,
                ("BUNDLED WITH", _) => lock.bundler = Some(words.trim_end()),
                // What is built on, and plugins of Bundler: nothing of it is in the product.
                ("PLATFORMS" | "RUBY VERSION" | "PLUGIN SOURCE", _) => {}
                _ => return Err(fail("unexpected line")),
            }
        }
        Ok(lock)
    }

    fn entry(&mut self, source: Source, remote: &'a str, words: &'a str) -> Result<(), &'static str> {
        let (name, full) = item(words)?;
        let full = full.filter(|full| !full.contains(' ')).ok_or("a gem without one version")?;
        self.entries.push(Entry { source, remote, name, full, needs: Vec::new() });
        Ok(())
    }

    /// `name (version) sha256=<hex>,...`, or without digest where Bundler had none.
    fn checksum(&mut self, words: &'a str) -> Result<(), &'static str> {
        let end = words.find(')').map_or(words.len(), |at| at + 1);
        let (head, digests) = words.split_at_checked(end).ok_or("a malformed checksum")?;
        let (name, full) = item(head)?;
        let mut hashes = Vec::new();
        for digest in digests.trim().split(',').filter(|digest| !digest.is_empty()) {
            let (algorithm, hex) = digest.split_once('=').ok_or("a malformed checksum")?;
            let Some(algorithm) = HashAlgorithm::of_word(algorithm) else { continue };
            hashes.push(Hash::of_hex(algorithm, hex).ok_or("a checksum of another length")?);
        }
        match self.checksums.insert((name, full.ok_or("a checksum of no version")?), hashes) {
            None => Ok(()),
            Some(_) => Err("a second checksum of one gem"),
        }
    }

    fn needs_bundler(&self) -> bool {
        self.asked.contains_key(BUNDLER) || self.entries.iter().any(|entry| entry.needs.contains(&BUNDLER))
    }

    /// The folder, which depends on what the `Gemfile` asks for, and what is locked for no platform.
    fn root(&self, folder: &str, of: &BTreeMap<&str, Vec<String>>) -> Result<(Package, Vec<&'a str>), SourceError> {
        let mut root = Package::new(folder, "", purl::generic(folder, "", None)?);
        let mut unused = Vec::new();
        for name in self.asked.keys() {
            root.depends_on.extend(of.get(name).into_iter().flatten().cloned());
            if !of.contains_key(name) {
                unused.push(*name);
            }
        }
        for entry in &self.entries {
            let asked = self.asked.get(entry.name).copied().flatten();
            let allows = |asked: &&str| version::allows(asked, entry.version().0) == Some(false);
            if let Some(asked) = asked.filter(allows).filter(|asked| asked.strip_prefix("= ") != Some(entry.full)) {
                let what = format!("{} is locked at {} (expected {asked})", entry.name, entry.full);
                return Err(SourceError::out_of_step(LOCKFILE, MANIFEST, what));
            }
        }
        Ok((root, unused))
    }

    /// The plain lines of the `Gemfile` are what `DEPENDENCIES` recorded of it.
    fn in_step(&self, gemfile: &Gemfile) -> Result<(), SourceError> {
        let fail = |what: String| Err(SourceError::out_of_step(LOCKFILE, MANIFEST, what));
        for (name, clauses) in &gemfile.asked {
            let Some(locked) = self.asked.get(name.as_str()) else {
                return fail(format!("{name} is not locked as a dependency (expected it)"));
            };
            let Some(asked) = clauses else { continue };
            let is_any = |clause: &String| clause != ">= 0";
            let asked: BTreeSet<String> = asked.iter().filter(|clause| is_any(clause)).cloned().collect();
            let locked: BTreeSet<String> =
                locked.iter().flat_map(|text| text.split(',')).map(gemfile::clause).collect();
            if asked != locked {
                let word = |clauses: BTreeSet<String>| match clauses.is_empty() {
                    true => "any version".to_owned(),
                    false => clauses.into_iter().collect::<Vec<_>>().join(", "),
                };
                return fail(format!("{name} is locked for {} (expected {})", word(locked), word(asked)));
            }
        }
        match self.asked.keys().find(|name| gemfile.is_whole && !gemfile.asked.contains_key(**name)) {
            Some(extra) => fail(format!("{extra} is locked as a dependency (expected none)")),
            None => Ok(()),
        }
    }

    fn package(&self, entry: &Entry<'_>, of: &BTreeMap<&str, Vec<String>>) -> Result<Package, SourceError> {
        let (version, _) = entry.version();
        let mut package = Package::new(entry.name, version, entry.purl()?);
        for name in &entry.needs {
            match of.get(name) {
                Some(purls) => package.depends_on.extend(purls.iter().cloned()),
                None if *name == BUNDLER => {}
                None => {
                    let message = format!("{} needs {name}, which is not locked", entry.name);
                    return Err(SourceError::malformed(LOCKFILE, message));
                }
            }
        }
        if let Some(hashes) = self.checksums.get(&(entry.name, entry.full)).filter(|_| entry.source == Source::Gem) {
            package.hashes.clone_from(hashes);
            package.hash_of = Some("the .gem file".to_owned());
        }
        let is_public = entry.source == Source::Git && entry.remote.starts_with("https://");
        package.source_url = Some(entry.remote.to_owned()).filter(|url| is_public && !url.contains('@'));
        Ok(package)
    }
}

/// `name` or `name (text)`.
fn item(words: &str) -> Result<(&str, Option<&str>), &'static str> {
    let words = words.trim_end();
    let (name, text) = match words.split_once(" (") {
        None => (words, None),
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').ok_or("a parenthesis is not closed")?)),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if name.is_empty() || !name.bytes().all(is_name) || text == Some("") {
        return Err("no name of a gem");
    }
    Ok((name, text))
}

#[cfg(test)]
mod tests;
