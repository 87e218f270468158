//! One Cargo package as a component: identity, hash, licence, supplier.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cargo_metadata::Package;

use crate::model::digest::Sha256Digest;
use crate::sbom::component::{Component, Kind, Origin, Scope};
use crate::sbom::licence::Licence;
use crate::sbom::purl::{self, CargoSource, PurlError};
use crate::sbom::supplier::{self, Hints};

use super::lockfile::{LockedPackage, Lockfile};
use super::selection::has_program;
use super::{CargoGraphError, Sources};

/// Source id of crates.io, also when a mirror replaces it.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Longest description kept, in characters.
const MAX_DESCRIPTION: usize = 500;

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PackageSource<'a> {
    CratesIo,
    Registry(&'a str),
    Git { url: &'a str, commit: &'a str },
    Path,
}

fn source(package: &Package) -> PackageSource<'_> {
    let Some(source) = package.source.as_ref().map(|source| source.repr.as_str()) else { return PackageSource::Path };
    if source == CRATES_IO {
        return PackageSource::CratesIo;
    }
    if let Some(rest) = source.strip_prefix("git+") {
        let (address, commit) = rest.rsplit_once('#').unwrap_or((rest, ""));
        return PackageSource::Git { url: address.split('?').next().unwrap_or(address), commit };
    }
    PackageSource::Registry(source.split_once('+').map_or(source, |(_, address)| address))
}

/// Whether no registry vouches for the package's bytes.
pub(super) fn is_local(package: &Package) -> bool {
    matches!(source(package), PackageSource::Path | PackageSource::Git { .. })
}

/// Package URLs of the packages of a graph; a path package gives way where two would be equal.
pub(super) struct Purls(HashMap<String, String>);

impl Purls {
    pub(super) fn new<'a>(packages: impl Iterator<Item = &'a Package>) -> Result<Self, PurlError> {
        let mut purls = HashMap::new();
        let mut taken = HashSet::new();
        let (paths, others): (Vec<_>, Vec<_>) = packages.partition(|package| source(package) == PackageSource::Path);
        for package in others.into_iter().chain(paths) {
            let version = package.version.to_string();
            let write = |source| purl::cargo(package.name.as_str(), &version, source);
            let made = match source(package) {
                PackageSource::CratesIo => write(CargoSource::Plain)?,
                PackageSource::Registry(index) => write(CargoSource::Registry(&purl::without_credentials(index)))?,
                PackageSource::Git { url, commit } => {
                    write(CargoSource::Git { url: &purl::without_credentials(url), commit })?
                }
                PackageSource::Path => {
                    let plain = write(CargoSource::Plain)?;
                    if taken.contains(&plain) { write(CargoSource::Path)? } else { plain }
                }
            };
            taken.insert(made.clone());
            purls.insert(package.id.repr.clone(), made);
        }
        Ok(Self(purls))
    }

    pub(super) fn of(&self, package: &Package) -> &str {
        self.0.get(&package.id.repr).map_or("", String::as_str)
    }
}

/// Locked packages by name and version.
pub(super) struct Locked<'a>(HashMap<(&'a str, &'a str), Vec<&'a LockedPackage>>);

impl<'a> Locked<'a> {
    pub(super) fn new(lockfile: &'a Lockfile) -> Self {
        let mut packages: HashMap<_, Vec<_>> = HashMap::new();
        for package in lockfile.packages() {
            packages.entry((package.name.as_str(), package.version.as_str())).or_default().push(package);
        }
        Self(packages)
    }

    /// The locked package of the same name, version and kind of source.
    fn find(&self, package: &Package) -> Result<&'a LockedPackage, CargoGraphError> {
        let version = package.version.to_string();
        let source = package.source.as_ref().map(|source| source.repr.as_str());
        let same = |locked: &&&LockedPackage| match (source, locked.source.as_deref()) {
            (Some(got), Some(locked)) if got.starts_with("git+") => {
                locked.starts_with("git+") && got.rsplit_once('#').map(|p| p.1) == locked.rsplit_once('#').map(|p| p.1)
            }
            (got, locked) => got == locked,
        };
        let found = self.0.get(&(package.name.as_str(), version.as_str()));
        found
            .and_then(|same_name| same_name.iter().find(same).copied())
            .ok_or_else(|| CargoGraphError::NotLocked { name: package.name.to_string(), version })
    }
}

/// Makes the component of a package.
pub(super) fn make(
    package: &Package,
    purl: &str,
    scope: Scope,
    is_own: bool,
    locked: &Locked<'_>,
    sources: Sources<'_>,
) -> Result<Component, CargoGraphError> {
    let entry = locked.find(package)?;
    let mut facts = BTreeMap::from([("source", source_word(package).to_owned())]);
    let sha256 = hash(package, entry, sources, &mut facts)?;
    if let Some(library) = &package.links {
        facts.insert("links", clip(library));
    }
    let hints = Hints {
        authors: &package.authors,
        repository: package.repository.as_deref(),
        own_manufacturer: sources.manufacturer.filter(|_| is_own),
        named: None,
    };
    let licence_file = package.license_file.as_ref().and_then(|file| file.file_name());
    let git = match source(package) {
        PackageSource::Git { url, .. } => Some(url),
        _ => None,
    };
    let kind = if is_own && has_program(package) { Kind::Application } else { Kind::Library };
    Ok(Component {
        scope,
        hashes: sha256.map(Into::into).into_iter().collect(),
        licence: Licence::declared(package.license.as_deref(), licence_file),
        supplier: supplier::of(purl, sources.suppliers, hints),
        description: package.description.as_deref().map(clip).filter(|text| !text.is_empty()),
        source_url: git.or(package.repository.as_deref()).map(purl::without_credentials),
        origins: BTreeSet::from([Origin::Locked(sources.name.to_owned())]),
        facts,
        ..Component::new(purl, package.name.as_str(), &package.version.to_string(), kind)
    })
}

fn hash(
    package: &Package,
    entry: &LockedPackage,
    sources: Sources<'_>,
    facts: &mut BTreeMap<&'static str, String>,
) -> Result<Option<Sha256Digest>, CargoGraphError> {
    if is_local(package) {
        let (digest, rule) =
            sources.files.get(&package.id.repr).ok_or_else(|| CargoGraphError::NotHashed(package.name.to_string()))?;
        facts.insert("hash-of", (*rule).to_owned());
        return Ok(Some(*digest));
    }
    if entry.checksum.is_some() {
        facts.insert("hash-of", "the registry's .crate file, as locked in Cargo.lock".to_owned());
    }
    Ok(entry.checksum)
}

fn source_word(package: &Package) -> &'static str {
    match source(package) {
        PackageSource::CratesIo | PackageSource::Registry(_) => "registry",
        PackageSource::Git { .. } => "git",
        PackageSource::Path => "path",
    }
}

/// One line of limited length without control characters.
fn clip(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|character| !character.is_control()).take(MAX_DESCRIPTION).collect()
}

#[cfg(test)]
mod tests {
    use super::clip;
    use crate::sbom::purl;

    #[test]
    fn addresses_lose_their_credentials_and_nothing_else() {
        for (address, expected) in [
            ("https://user:secret@example.org/a/b", "https://example.org/a/b"),
            ("https://example.org/a@b", "https://example.org/a@b"),
            ("https://token@example.org", "https://example.org"),
            ("ssh://git@example.org/a", "ssh://example.org/a"),
            ("example.org/a", "example.org/a"),
        ] {
            assert_eq!(purl::without_credentials(address), expected);
        }
    }

    #[test]
    fn descriptions_become_one_short_line() {
        assert_eq!(clip(" a\n  b\u{7}\t c "), "a b c");
        assert_eq!(clip(&"x".repeat(1_000_000)).len(), 500);
    }
}
