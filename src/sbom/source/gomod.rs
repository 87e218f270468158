//! Go: `go.mod` with `go.sum` (Go Modules Reference, "go.mod files" and "Authenticating modules").
//!
//! From Go 1.17 on, `go.mod` lists every module that gives a package to the build or to its tests, at
//! the selected version. It is the lockfile; `go.sum` has the digests (and is not there where there is
//! nothing to digest). Modules that `go list -m all` names beyond that give no package to the build.
//! Where the output of `go mod graph` is kept beside it, that gives the edges and those modules too.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Files, Package, Project, Resolution, SourceError};
use crate::model::base64;
use crate::sbom::document::{Hash, HashAlgorithm};
use crate::sbom::purl;

mod graph;

pub(super) use graph::GRAPH;
use graph::Graph;

/// The manifest, which is the lockfile too.
pub(super) const LOCKFILE: &str = "go.mod";
/// Digests of modules.
pub(super) const SUMS: &str = "go.sum";

/// `h1:` of `go.sum` (golang.org/x/mod/sumdb/dirhash, `Hash1`).
const HASH_OF: &str = "h1 of go.sum: the SHA-256 of the sorted list of file names and SHA-256 digests of the module";

/// Reads `go.mod` and `go.sum`.
///
/// # Errors
/// [`SourceError`] where they are malformed, or a required module has no digest in `go.sum`.
pub(super) fn read(files: &Files, _folder: &str) -> Result<Resolution, SourceError> {
    let manifest = Manifest::parse(super::text(files, LOCKFILE)?)?;
    // A module that requires nothing has no go.sum.
    let sums = sums(if files.contains_key(SUMS) { super::text(files, SUMS)? } else { "" })?;
    let module = manifest.module.as_deref().ok_or_else(|| bad("it has no module directive"))?;
    let mut root = Package::new(module, "", purl::package("golang", module, "")?);
    let (mut packages, mut replaced) = (Vec::new(), BTreeSet::new());
    for (path, (version, _)) in &manifest.requires {
        if manifest.excludes.contains(&(path.clone(), version.clone())) {
            return Err(out_of_step(format!("{path} is required at {version}, which go.mod excludes")));
        }
        let package = manifest.package(path, version, &sums, &mut replaced, true)?;
        root.depends_on.insert(package.purl.clone());
        packages.push((path.as_str(), package));
    }
    if files.contains_key(GRAPH) {
        let graph = Graph::read(super::text(files, GRAPH)?, module, &manifest)?;
        return with_graph(&graph, &manifest, &sums, root, packages);
    }
    let packages = packages.into_iter().map(|(_, package)| package).collect();
    let incomplete = manifest.incomplete(&replaced);
    Ok(Resolution { projects: vec![Project::new(root)], packages, incomplete })
}

/// The modules with the edges of the graph. Those that `go.mod` does not list give no package to the build (from
/// Go 1.17 on): what requires them does so for its own build or tests at most.
fn with_graph<'a>(
    graph: &Graph<'a>,
    manifest: &'a Manifest,
    sums: &Sums<'_>,
    mut root: Package,
    mut packages: Vec<(&'a str, Package)>,
) -> Result<Resolution, SourceError> {
    for (path, version) in graph.selected.iter().filter(|(path, _)| !manifest.requires.contains_key(**path)) {
        packages.push((path, manifest.package(path, version, sums, &mut BTreeSet::new(), false)?));
    }
    let purls: BTreeMap<&str, String> = packages.iter().map(|(path, package)| (*path, package.purl.clone())).collect();
    let lists_all = manifest.lists_all();
    for (path, package) in &mut packages {
        for to in graph.requires.get(path).into_iter().flatten() {
            let ships = !lists_all || manifest.requires.contains_key(*to);
            let list = if ships { &mut package.depends_on } else { &mut package.build };
            list.extend(purls.get(to).cloned());
        }
        // A module may require itself at another version.
        package.depends_on.remove(&package.purl);
    }
    root.depends_on.retain(|purl| *purl != root.purl);
    let packages = packages.into_iter().map(|(_, package)| package).collect();
    Ok(Resolution { projects: vec![Project::new(root)], packages, incomplete: None })
}

fn bad(message: impl ToString) -> SourceError {
    SourceError::malformed(LOCKFILE, message)
}

fn out_of_step(what: String) -> SourceError {
    SourceError::out_of_step(SUMS, LOCKFILE, what)
}

type Sums<'a> = HashMap<(&'a str, &'a str), Hash>;

/// Digests of modules; lines of `/go.mod` digests and of algorithms other than `h1` are left out.
fn sums(text: &str) -> Result<Sums<'_>, SourceError> {
    let mut sums = Sums::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fail = |message: &str| SourceError::malformed(SUMS, format!("line {}: {message}", at + 1));
        let fields: Vec<&str> = line.split_ascii_whitespace().take(4).collect();
        let &[path, version, digest] = fields.as_slice() else {
            return Err(fail("expected a module, a version and a digest"));
        };
        let Some(digest) = digest.strip_prefix("h1:").filter(|_| !version.ends_with("/go.mod")) else { continue };
        let bytes = base64::decode(digest).map_err(|_| fail("the digest is not base64"))?;
        let hash = Hash::of_bytes(HashAlgorithm::Sha256, &bytes).ok_or_else(|| fail("the digest is no SHA-256"))?;
        if sums.insert((path, version), hash.clone()).is_some_and(|known| known != hash) {
            return Err(fail("a second, different digest of the same module"));
        }
    }
    Ok(sums)
}

fn locked(path: &str, version: &str, sums: &Sums<'_>) -> Result<Package, SourceError> {
    let Some(hash) = sums.get(&(path, version)) else {
        return Err(out_of_step(format!("{path} {version} is required; got no h1: line (expected one)")));
    };
    let mut package = Package::new(path, version, purl::package("golang", path, version)?);
    package.hashes.push(hash.clone());
    package.hash_of = Some(HASH_OF.to_owned());
    Ok(package)
}

/// What takes the place of a module.
enum Target {
    Module(String, String),
    Folder(String),
}

#[derive(Default)]
struct Manifest {
    module: Option<String>,
    go: Option<String>,
    /// Version, and whether it is marked `// indirect`.
    requires: BTreeMap<String, (String, bool)>,
    excludes: BTreeSet<(String, String)>,
    /// Without a version: of every version.
    replaces: BTreeMap<(String, Option<String>), Target>,
}

impl Manifest {
    fn parse(text: &str) -> Result<Self, SourceError> {
        let mut manifest = Self::default();
        let mut block: Option<String> = None;
        for (at, line) in text.lines().enumerate() {
            let fail = |message: String| bad(format!("line {}: {message}", at + 1));
            let (mut words, indirect) = words(line).map_err(fail)?;
            match (block.take(), words.last().map(String::as_str)) {
                (kept, None) => block = kept,
                (Some(_), Some(")")) if words.len() == 1 => {}
                (Some(verb), _) => {
                    manifest.directive(&verb, &words, indirect).map_err(fail)?;
                    block = Some(verb);
                }
                (None, Some("(")) if words.len() == 2 => block = Some(words.swap_remove(0)),
                (None, _) => {
                    let verb = words.remove(0);
                    manifest.directive(&verb, &words, indirect).map_err(fail)?;
                }
            }
        }
        if block.is_some() { Err(bad("a block is not closed")) } else { Ok(manifest) }
    }

    fn directive(&mut self, verb: &str, words: &[String], indirect: bool) -> Result<(), String> {
        let once = |place: &mut Option<String>, value: &str| match place.replace(value.to_owned()) {
            None => Ok(()),
            Some(_) => Err(format!("a second {verb} directive")),
        };
        match (verb, words) {
            ("module", [path]) => once(&mut self.module, path),
            ("go", [version]) => once(&mut self.go, version),
            ("require", [path, version]) => {
                check_version(version)?;
                let known = self.requires.insert(path.clone(), (version.clone(), indirect));
                match known.filter(|(known, _)| known != version) {
                    None => Ok(()),
                    Some((known, _)) => Err(format!("{path} is required at {known} and at {version}")),
                }
            }
            ("exclude", [path, version]) => {
                self.excludes.insert((path.clone(), version.clone()));
                Ok(())
            }
            ("replace", _) => self.replace(words),
            // No module of the build: "toolchain", "godebug", "retract", "tool" and "ignore" directives.
            ("toolchain" | "godebug" | "retract" | "tool" | "ignore", [_, ..]) => Ok(()),
            _ => Err(format!("unknown or malformed directive {verb:?}")),
        }
    }

    fn replace(&mut self, words: &[String]) -> Result<(), String> {
        let at = words.iter().position(|word| word == "=>").ok_or("replace without =>")?;
        let (from, to) = (words.get(..at).unwrap_or_default(), words.get(at + 1..).unwrap_or_default());
        let from = match from {
            [path] => (path.clone(), None),
            [path, version] => (path.clone(), Some(version.clone())),
            _ => return Err("replace without one module before =>".to_owned()),
        };
        let is_folder = |path: &str| path.starts_with("./") || path.starts_with("../") || path.starts_with('/');
        let target = match to {
            [path, version] => {
                check_version(version)?;
                Target::Module(path.clone(), version.clone())
            }
            [path] if is_folder(path) || matches!(path.as_str(), "." | "..") => Target::Folder(path.clone()),
            _ => return Err("replace without a module and version, or a folder, after =>".to_owned()),
        };
        let message = format!("{} is replaced twice", from.0);
        if self.replaces.insert(from, target).is_some() { Err(message) } else { Ok(()) }
    }

    /// A replacement of one version goes before one of all versions.
    fn replacement(&self, path: &str, version: &str) -> Option<&Target> {
        let of = |version: Option<&str>| self.replaces.get(&(path.to_owned(), version.map(str::to_owned)));
        of(Some(version)).or_else(|| of(None))
    }

    /// A required module, or what replaces it; `must` have its digest where its code is in the build.
    fn package(
        &self,
        path: &str,
        version: &str,
        sums: &Sums<'_>,
        replaced: &mut BTreeSet<String>,
        must: bool,
    ) -> Result<Package, SourceError> {
        let (path, version) = match self.replacement(path, version) {
            None => (path, version),
            Some(Target::Module(path_of, version_of)) => {
                replaced.insert(format!("{path} by {path_of} {version_of}"));
                (path_of.as_str(), version_of.as_str())
            }
            // Code of a folder has no version and no digest (Go Modules Reference, "replace directive").
            Some(Target::Folder(folder)) => {
                replaced.insert(format!("{path} by the folder {folder}"));
                return Ok(Package::new(path, "", purl::package("golang", path, "")?));
            }
        };
        if must || sums.contains_key(&(path, version)) {
            return locked(path, version, sums);
        }
        Ok(Package::new(path, version, purl::package("golang", path, version)?))
    }

    /// Without a `go` directive, Go assumes 1.16.
    fn lists_all(&self) -> bool {
        let mut numbers = self.go.as_deref().unwrap_or("1.16").split('.').map(|part| {
            let digits = part.find(|character: char| !character.is_ascii_digit()).map_or(part, |end| &part[..end]);
            digits.parse::<u32>().unwrap_or(0)
        });
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (1, 17)
    }

    fn incomplete(&self, replaced: &BTreeSet<String>) -> Option<String> {
        if self.requires.is_empty() {
            return None;
        }
        let indirect = self.requires.values().filter(|(_, indirect)| *indirect).count();
        let mut reason = format!(
            "go.mod names no edges between modules: all {} are shown as required by the main module ({indirect} of \
             them it marks as indirect)",
            self.requires.len()
        );
        if !self.lists_all() {
            reason.push_str("; written for Go before 1.17, it does not list every indirect module");
        }
        for text in replaced {
            reason.push_str("; it replaces ");
            reason.push_str(text);
        }
        Some(reason)
    }
}

/// Canonical versions only: go itself writes no others, and a branch name locks nothing.
fn check_version(version: &str) -> Result<(), String> {
    let parsed = version.strip_prefix('v').map(semver::Version::parse);
    match parsed {
        Some(Ok(_)) => Ok(()),
        _ => Err(format!("{version:?} is no version (expected such as v1.2.3)")),
    }
}

/// Words of a line, and whether its comment marks it as indirect (golang.org/x/mod/modfile).
fn words(line: &str) -> Result<(Vec<String>, bool), String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("//") {
            let mut fields = comment.split_whitespace();
            let marker = fields.next();
            let alone = fields.next().is_none();
            return Ok((words, marker == Some("indirect;") && !alone || marker == Some("indirect") && alone));
        }
        let end = match first {
            '"' | '`' => {
                let inner = rest.get(1..).unwrap_or_default();
                let end = inner.find(first).ok_or("a string is not closed")?;
                let word = inner.get(..end).unwrap_or_default();
                if word.contains('\\') {
                    return Err("an escape in a string (expected none)".to_owned());
                }
                words.push(word.to_owned());
                end + 2
            }
            '(' | ')' => {
                words.push(first.to_string());
                1
            }
            _ => {
                let stop = |character: char| character.is_whitespace() || matches!(character, '(' | ')');
                let end = rest.find(stop).unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default();
                let end = word.find("//").unwrap_or(end);
                words.push(word.get(..end).unwrap_or_default().to_owned());
                end
            }
        };
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    Ok((words, false))
}

#[cfg(test)]
mod tests;
