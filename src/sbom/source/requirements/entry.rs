//! One line of a requirements file: a package at one version, a file to include, or an option.

use crate::sbom::purl;

use super::{Package, SourceError, python};
use crate::sbom::source::python::Requirement;

/// What a line says.
#[derive(Debug)]
pub(super) enum Entry {
    /// A package, and whether it is for some environments only.
    Package(Box<Package>, bool),
    /// Path of a file to include, relative to this one.
    Include(String),
    /// An option, a constraint, or the project itself: nothing is locked.
    Nothing,
}

/// Options of pip that say how to find or to build, not what.
const OPTIONS: [&str; 20] = [
    "-i",
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "--no-index",
    "-f",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--require-hashes",
    "--pre",
    "--trusted-host",
    "--use-feature",
    "--always-unzip",
    "-Z",
    "--process-dependency-links",
    "-c",
    "--constraint",
    "--no-build-isolation",
];

/// Reads a line; messages do not name it.
pub(super) fn read(file: &str, text: &str) -> Result<Entry, String> {
    if !text.starts_with('-') {
        return requirement(file, text);
    }
    let end = text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len());
    let (option, value) = text.split_at(end);
    // A short option may stand before its value without a space.
    let (option, value) = match option.char_indices().nth(2) {
        Some((at, _)) if !option.starts_with("--") => text.split_at(at),
        _ => (option, value),
    };
    let value = value.trim_start_matches('=').trim();
    match option {
        "-r" | "--requirement" if !value.is_empty() => Ok(Entry::Include(value.to_owned())),
        "-e" | "--editable" if !value.is_empty() => requirement(file, value),
        option if OPTIONS.contains(&option) => Ok(Entry::Nothing),
        _ => Err(format!("option {option:.40?} is not known")),
    }
}

fn requirement(file: &str, text: &str) -> Result<Entry, String> {
    let (head, options) = text.find(" --").map_or((text, ""), |at| text.split_at(at));
    let head = head.trim();
    let digests = digests(options)?;
    if let Some((package, marker)) = in_place(file, head)? {
        return Ok(package.map_or(Entry::Nothing, |package| Entry::Package(Box::new(with(package, &digests)), marker)));
    }
    let asked = Requirement::parse(file, head).map_err(|_| format!("{head:.120?} is not a requirement"))?;
    let marker = asked.marker.is_some();
    let package = match &asked.url {
        Some(url) => of_url(file, Some(&asked.name), url)?,
        None => pinned(file, &asked)?,
    };
    Ok(Entry::Package(Box::new(with(package, &digests)), marker))
}

/// An address or path without a name before it; the project itself gives no package.
fn in_place(file: &str, head: &str) -> Result<Option<(Option<Package>, bool)>, String> {
    let (place, marker) = head.split_once(" ;").map_or((head, false), |(place, _)| (place.trim(), true));
    let path = place.split('[').next().unwrap_or(place);
    if matches!(path, "." | "./") {
        return Ok(Some((None, marker)));
    }
    let has_scheme = place.split_once("://").is_some_and(|(scheme, _)| {
        scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    });
    if has_scheme {
        return Ok(Some((Some(of_url(file, None, place)?), marker)));
    }
    if path.starts_with(['.', '/', '~']) || (path.contains('/') && !path.contains('@')) {
        return Err(format!("{place:.120?} is a path, which names no version (expected a name with == and a version)"));
    }
    Ok(None)
}

/// Values of `--hash`; other options of a requirement say how it is built.
fn digests(options: &str) -> Result<Vec<&str>, String> {
    let mut words = options.split_whitespace();
    let mut digests = Vec::new();
    while let Some(word) = words.next() {
        let Some(rest) = word.strip_prefix("--hash") else { continue };
        let digest = rest.strip_prefix('=').or_else(|| words.next().filter(|_| rest.is_empty()));
        let is_digest = |text: &&str| text.split_once(':').is_some_and(|(_, hex)| !hex.is_empty());
        digests.push(digest.filter(is_digest).ok_or_else(|| format!("{word:.40?} is no digest"))?);
    }
    Ok(digests)
}

fn with(mut package: Package, digests: &[&str]) -> Package {
    if !digests.is_empty() {
        python::represent_nameless(&mut package, digests.iter().copied());
    }
    package
}

fn pinned(file: &str, asked: &Requirement) -> Result<Package, String> {
    let mut clauses = asked.clauses.iter();
    let only = clauses.next().filter(|_| clauses.next().is_none());
    let version = only.and_then(|clause| clause.strip_prefix("===").or_else(|| clause.strip_prefix("==")));
    let exact = version.filter(|version| python::is_version(version));
    let Some(version) = exact else {
        let clauses = asked.clauses.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        let got = if clauses.is_empty() { "any version" } else { &clauses };
        return Err(format!("{} is not pinned: got {got:.80} (expected == and one version)", asked.name));
    };
    python::package(file, &asked.name, version).map_err(|error| error.to_string())
}

/// A package from git at a commit, or from one file.
fn of_url(file: &str, name: Option<&str>, url: &str) -> Result<Package, String> {
    let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
    let fragments = || fragment.split('&').filter_map(|part| part.split_once('='));
    let egg = fragments().find(|(key, _)| *key == "egg").map(|(_, egg)| egg.split('[').next().unwrap_or(egg));
    let package = |name: &str, version: &str| python::package(file, name, version).map_err(|error| error.to_string());
    let nameless = || format!("{url:.120?} names no package (expected name @ address)");
    if let Some(address) = address.strip_prefix("git+") {
        let is_commit = |text: &&str| matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
        let parts = address.rsplit_once('@').filter(|(_, commit)| is_commit(commit));
        let (address, commit) = parts.ok_or_else(|| format!("{address:.120?} names no commit (expected @ and it)"))?;
        let mut package = package(name.or(egg).ok_or_else(nameless)?, "")?;
        let address = purl::without_credentials(address);
        package.purl = purl::package_in_git("pypi", &package.name, "", &address, commit).map_err(|e| e.to_string())?;
        package.source_url = Some(address).filter(|address| address.starts_with("https://"));
        return Ok(package);
    }
    let locked = python::file_name(address);
    let known = python::name_and_version(locked);
    let version = known.map_or("", |(_, version)| version);
    let mut package = package(name.or(egg).or(known.map(|(name, _)| name)).ok_or_else(nameless)?, version)?;
    let digest = fragments().find(|(key, _)| key.starts_with("sha")).map(|(key, hex)| format!("{key}:{hex}"));
    if let Some(digest) = digest {
        python::represent(&mut package, &[(locked, &digest)]);
    }
    Ok(package)
}

impl Entry {
    /// Reads a line, with its place in errors.
    pub(super) fn read(file: &str, number: usize, text: &str) -> Result<Self, SourceError> {
        read(file, text).map_err(|message| SourceError::malformed(file, format!("line {number}: {message}")))
    }
}
