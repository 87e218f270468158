//! What the lockfiles of Python share: names, requirements, digests of distributions.

use std::collections::{BTreeMap, BTreeSet};

use crate::sbom::document::{Hash, HashAlgorithm};
use crate::sbom::purl;

use super::{Files, Package, SourceError};

mod constraint;
mod manifest_hash;
mod version;

pub(super) use constraint::{Constraint, Constraints};
pub(super) use manifest_hash::{Part, Spacing, digest};
pub(super) use version::allows;

/// The manifest beside every Python lockfile but `Pipfile.lock` and `requirements.txt`.
pub(super) const MANIFEST: &str = "pyproject.toml";

/// Longest chain of `include-group` that is followed, in groups.
const MAX_GROUPS: usize = 10_000;

/// A name in its normal form: lower case, each run of `-`, `_` and `.` one `-`
/// (Python packaging: name normalization, once PEP 503).
pub(super) fn normal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.trim().chars() {
        match letter {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            other => out.push(other.to_ascii_lowercase()),
        }
    }
    out
}

/// A package under its normal name, with the package URL of the PyPI ecosystem.
pub(super) fn package(file: &str, name: &str, version: &str) -> Result<Package, SourceError> {
    let name = normal(name);
    if !is_name(&name) {
        let short: String = name.chars().take(80).collect();
        return Err(SourceError::malformed(file, format!("{short:?} is not the name of a Python package")));
    }
    let purl = purl::package("pypi", &name, version)?;
    Ok(Package::new(&name, version, purl))
}

fn is_name(name: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    name.bytes().all(inside) && edge(name.as_bytes().first()) && edge(name.as_bytes().last())
}

/// Whether text is one version, as far as its letters tell.
pub(super) fn is_version(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'!' | b'-' | b'_');
    !text.is_empty() && text.bytes().all(known)
}

/// A TOML file as the given type.
pub(super) fn toml<T: serde::de::DeserializeOwned>(files: &Files, file: &str) -> Result<T, SourceError> {
    toml::from_str(super::text(files, file)?).map_err(|error| SourceError::malformed(file, error))
}

/// A requirement (PEP 508) as far as it can be compared: markers are left out, because tools rewrite them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Requirement {
    /// Normal name.
    pub(super) name: String,
    /// Extras, normal.
    pub(super) extras: BTreeSet<String>,
    /// Version clauses.
    pub(super) clauses: BTreeSet<String>,
    /// What follows `@`.
    pub(super) url: Option<String>,
    /// What follows `;`.
    pub(super) marker: Option<String>,
}

impl Requirement {
    /// Reads `name [extras] (clauses | @ url) ; marker`.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, SourceError> {
        let error = || {
            let short: String = text.chars().take(120).collect();
            SourceError::malformed(file, format!("{short:?} is not a requirement (PEP 508)"))
        };
        let text = text.trim();
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let name = normal(name);
        if !is_name(&name) {
            return Err(error());
        }
        let rest = rest.trim_start();
        let (extras, rest) = match rest.strip_prefix('[') {
            None => ("", rest),
            Some(inside) => inside.split_once(']').ok_or_else(error)?,
        };
        let extras = extras.split(',').map(normal).filter(|extra| !extra.is_empty()).collect();
        let rest = rest.trim_start();
        // An address may hold `;`: only one after white space ends it (PEP 508, "Grammar").
        let end = if rest.starts_with('@') { rest.find(" ;") } else { rest.find(';') }.unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        let marker = tail.trim_start().strip_prefix(';').map(|marker| marker.trim().to_owned());
        let url = head.strip_prefix('@').map(|url| url.trim().to_owned());
        let clauses = if url.is_some() { BTreeSet::new() } else { clauses(head) };
        let known = |clause: &String| clause.starts_with(['=', '!', '<', '>', '~']);
        if !clauses.iter().all(known) {
            return Err(error());
        }
        Ok(Self { name, extras, clauses, url, marker })
    }
}

/// The clauses of a version specifier, without white space and in lower case.
pub(super) fn clauses(text: &str) -> BTreeSet<String> {
    let text = text.trim();
    let inside = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let plain = |clause: &str| clause.split_whitespace().collect::<String>().to_ascii_lowercase();
    inside.split(',').map(plain).filter(|clause| !clause.is_empty()).collect()
}

/// One entry of a group of `[dependency-groups]` (PEP 735).
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(untagged)]
pub(super) enum GroupEntry {
    /// A requirement.
    Requirement(String),
    /// All entries of another group.
    Include {
        /// The group.
        #[serde(rename = "include-group")]
        group: String,
    },
}

/// The groups of a manifest, includes replaced by what they include, under normal names.
pub(super) fn groups(
    file: &str,
    groups: &BTreeMap<String, Vec<GroupEntry>>,
) -> Result<BTreeMap<String, Vec<Requirement>>, SourceError> {
    let by_name: BTreeMap<String, &Vec<GroupEntry>> = groups.iter().map(|(name, all)| (normal(name), all)).collect();
    let mut out = BTreeMap::new();
    let mut steps = 0;
    for name in by_name.keys() {
        let mut seen = BTreeSet::from([name.clone()]);
        let mut queue = vec![name.clone()];
        let mut found = Vec::new();
        while let Some(next) = queue.pop() {
            steps += 1;
            let entries = by_name.get(&next).filter(|_| steps <= MAX_GROUPS);
            let missing =
                || SourceError::malformed(file, format!("group {next:?} is not there, or too many include it"));
            for entry in entries.ok_or_else(missing)?.iter() {
                match entry {
                    GroupEntry::Requirement(text) => found.push(Requirement::parse(file, text)?),
                    GroupEntry::Include { group } => {
                        let group = normal(group);
                        queue.extend(seen.insert(group.clone()).then_some(group));
                    }
                }
            }
        }
        out.insert(name.clone(), found);
    }
    Ok(out)
}

/// A locked file of a package: its name and its digest as `algorithm:hex`.
pub(super) type Distribution<'a> = (&'a str, &'a str);

/// Gives a package the digest of its representative file: the source distribution where one is locked,
/// else the first wheel by name. Every machine builds from or installs one of them; the source
/// distribution is the one that all of them share.
pub(super) fn represent(package: &mut Package, files: &[Distribution<'_>]) {
    let usable = files.iter().filter_map(|(name, digest)| Some((*name, hash(digest)?)));
    let is_source = |name: &str| !name.ends_with(".whl") && !name.ends_with(".egg") && !name.ends_with(".exe");
    let mut sorted: Vec<_> = usable.map(|(name, hash)| (!is_source(name), name, hash)).collect();
    sorted.sort_by(|left, right| (left.0, left.1).cmp(&(right.0, right.1)));
    let Some((is_wheel, name, hash)) = sorted.into_iter().next() else { return };
    let kind = if is_wheel { "built distribution" } else { "source distribution" };
    package.hashes = vec![hash];
    package.hash_of = Some(format!("{kind} {name}"));
}

/// Gives a package a digest where the lockfile does not say which files the digests are of: the first one.
pub(super) fn represent_nameless<'a>(package: &mut Package, digests: impl Iterator<Item = &'a str>) {
    let all: BTreeSet<&str> = digests.collect();
    let Some(hash) = all.iter().find_map(|digest| hash(digest)) else { return };
    package.hashes = vec![hash];
    package.hash_of = Some(match all.len() {
        1 => "the only distribution that is locked".to_owned(),
        count => format!("one of the {count} distributions that are locked, without names"),
    });
}

/// Name and version in the file name of a wheel or of a source distribution.
pub(super) fn name_and_version(file: &str) -> Option<(&str, &str)> {
    if let Some(wheel) = file.strip_suffix(".whl") {
        let mut parts = wheel.split('-');
        return Some((parts.next()?, parts.next()?));
    }
    let source = [".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"].iter().find_map(|end| file.strip_suffix(end))?;
    source.rsplit_once('-').filter(|(_, version)| version.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// A digest written `algorithm:hex`; `None` where the algorithm is not accepted or the digits do not fit.
pub(super) fn hash(text: &str) -> Option<Hash> {
    let (algorithm, hex) = text.split_once(':')?;
    let algorithm = match algorithm {
        "sha256" => HashAlgorithm::Sha256,
        "sha384" => HashAlgorithm::Sha384,
        "sha512" => HashAlgorithm::Sha512,
        _ => return None,
    };
    Hash::of_hex(algorithm, hex)
}

/// The file name at the end of an address or path.
pub(super) fn file_name(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
pub(super) mod tests {

    use super::{BTreeMap, GroupEntry, Requirement, groups, hash, normal, package, represent};

    #[test]
    fn names_have_one_normal_form() {
        assert_eq!(normal("Typing__Extensions.-x"), "typing-extensions-x");
        assert_eq!(package("f", "A.b", "1").expect("package").purl, "pkg:pypi/a-b@1");
        assert!(package("f", "a/b", "1").is_err() && package("f", "", "1").is_err());
    }

    #[test]
    fn requirements_are_read_in_parts() {
        let read = |text| Requirement::parse("f", text);
        let all = read("Foo_Bar [B,a] (>= 1.0, < 2) ; python_version < '3'").expect("requirement");
        assert_eq!((all.name.as_str(), all.extras.len(), all.clauses.len()), ("foo-bar", 2, 2));
        assert_eq!(all.marker.as_deref(), Some("python_version < '3'"));
        assert_eq!(
            read("a @ https://x/y;z ; os_name=='nt'").expect("requirement").url.as_deref(),
            Some("https://x/y;z")
        );
        for text in ["", "-x", "a b", "a[b", "a 1.0", "a >=1 2 x, y"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn groups_include_groups_and_refuse_missing_ones() {
        let include = |group: &str| GroupEntry::Include { group: group.to_owned() };
        let requirement = GroupEntry::Requirement("x>=1".to_owned());
        let mut all = BTreeMap::from([("A".to_owned(), vec![include("b")]), ("b".to_owned(), vec![requirement])]);
        assert_eq!(groups("f", &all).expect("groups")["a"].len(), 1);
        all.insert("c".to_owned(), vec![include("c"), include("missing")]);
        assert!(groups("f", &all).is_err());
    }

    #[test]
    fn the_source_distribution_comes_before_wheels() {
        let digest = |byte: &str| format!("sha256:{}", byte.repeat(64));
        let (a, b, c) = (digest("a"), digest("b"), digest("c"));
        let mut found = package("f", "x", "1").expect("package");
        represent(&mut found, &[("x-1-b.whl", &b), ("x-1-a.whl", &a), ("x-1.tar.gz", "md5:00")]);
        assert_eq!(found.hash_of.as_deref(), Some("built distribution x-1-a.whl"));
        represent(&mut found, &[("x-1-b.whl", &b), ("x-1.tar.gz", &c)]);
        assert_eq!(found.hash_of.as_deref(), Some("source distribution x-1.tar.gz"));
        assert!(hash("sha256:12").is_none() && hash("sha1:00").is_none());
    }
}
