//! Debian and Ubuntu: `var/lib/dpkg/status`, and the files of `var/lib/dpkg/status.d` in images without dpkg
//! (`deb-control(5)`, `dpkg(1)`, Debian Policy chapters 5 and 7, the multi-arch specification).
//!
//! A package counts as installed when its files are there: also while it is unpacked, half installed or half
//! configured, which the fact `package-state` then says. `Depends` and `Pre-Depends` are edges; of alternatives,
//! those that are installed and fit.

use std::collections::BTreeSet;

use super::release::{self, Release};
use super::{Index, Unmet};
use crate::sbom::graph::DerivedFrom;
use crate::sbom::purl;
use crate::sbom::source::{Files, Package, Reader, Resolution, SourceError};

mod relation;
mod stanza;
mod version;

use relation::Atom;
use stanza::Entry;

const FILE: &str = "var/lib/dpkg/status";
const FOLDER: &str = "var/lib/dpkg/status.d/";
/// The architectures that dpkg knows; the first one is its own.
const ARCHITECTURES: &str = "var/lib/dpkg/arch";

/// `status`.
pub(super) const STATUS: Reader = Reader {
    name: "dpkg",
    lockfile: FILE,
    beside: &[FOLDER, ARCHITECTURES, release::FILES[0], release::FILES[1]],
    more: None,
    read,
};

/// `status.d` alone.
pub(super) const STATUS_FOLDER: Reader = Reader {
    name: "dpkg",
    lockfile: FOLDER,
    beside: &[FILE, ARCHITECTURES, release::FILES[0], release::FILES[1]],
    more: None,
    read,
};

struct Provider<'a> {
    entry: usize,
    /// `None` for what is provided without a version, which meets no requirement with one.
    version: Option<&'a str>,
}

fn read(files: &Files, _: &str) -> Result<Resolution, SourceError> {
    let file = super::present(files, &[FILE, FOLDER])?;
    let release = Release::read(files)?;
    let entries = entries(files)?;
    let native = native(files, &entries)?;
    let mut index = Index::new(file);
    for (entry, package) in entries.iter().enumerate() {
        index.add(package.name.as_bytes(), Provider { entry, version: Some(package.version) });
        for provided in &package.provides {
            index.add(provided.name.as_bytes(), Provider { entry, version: provided.version() });
        }
    }
    let distro = release.distro();
    let purls: Vec<String> =
        entries.iter().map(|entry| entry.purl(release.namespace(), &distro)).collect::<Result<_, _>>()?;
    let (mut packages, mut unmet) = (Vec::with_capacity(entries.len()), Unmet::default());
    for (at, entry) in entries.iter().enumerate() {
        let mut needs = BTreeSet::new();
        for alternatives in &entry.depends {
            let met = met(entry, alternatives, &entries, &mut index, native)?;
            if met.is_empty() {
                unmet.add(entry.name, &relation::written(alternatives));
            }
            needs.extend(met);
        }
        needs.remove(&at);
        packages.push(entry.package(&purls[at], needs.into_iter().map(|need| purls[need].clone()).collect()));
    }
    super::resolution(&release, packages, unmet.sentence())
}

/// Places of those that meet one of the alternatives.
fn met(
    of: &Entry<'_>,
    alternatives: &[Atom<'_>],
    entries: &[Entry<'_>],
    index: &mut Index<'_, Provider<'_>>,
    native: Option<&str>,
) -> Result<BTreeSet<usize>, SourceError> {
    let mut met = BTreeSet::new();
    for atom in alternatives {
        let fits = |provider: &&Provider<'_>| {
            atom.fits(provider.version) && arch_fits(atom, of, &entries[provider.entry], native)
        };
        met.extend(index.of(atom.name.as_bytes())?.iter().filter(fits).map(|provider| provider.entry));
    }
    Ok(met)
}

fn entries(files: &Files) -> Result<Vec<Entry<'_>>, SourceError> {
    let mut entries = Vec::new();
    if files.contains_key(FILE) {
        stanza::read(files, FILE, true, &mut entries)?;
    }
    let of_folder = files.keys().filter(|name| name.starts_with(FOLDER) && !name.ends_with(".md5sums"));
    for name in of_folder {
        stanza::read(files, name, false, &mut entries)?;
    }
    Ok(entries)
}

/// The architecture of the system: what dpkg has noted, else that of dpkg itself.
fn native<'a>(files: &'a Files, entries: &[Entry<'a>]) -> Result<Option<&'a str>, SourceError> {
    if files.contains_key(ARCHITECTURES) {
        let first = super::super::text(files, ARCHITECTURES)?.lines().next().map(str::trim);
        if let Some(first) = first.filter(|first| !first.is_empty()) {
            return Ok(Some(first));
        }
    }
    Ok(entries.iter().find(|entry| entry.name == "dpkg").map(|entry| entry.arch))
}

/// Whether a package is one of the architecture that a requirement means: its own if it names none.
fn arch_fits(atom: &Atom<'_>, of: &Entry<'_>, by: &Entry<'_>, native: Option<&str>) -> bool {
    let real = |arch| if arch == "all" { native } else { Some(arch) };
    let wanted = match atom.arch {
        Some("any") => return true,
        Some("native") => native,
        Some(arch) => Some(arch),
        None if by.is_foreign => return true,
        None => real(of.arch),
    };
    // Where nobody knows what the architecture of the system is, any will do.
    match (wanted, real(by.arch)) {
        (Some(wanted), Some(arch)) => wanted == arch,
        _ => true,
    }
}

impl Entry<'_> {
    fn purl(&self, namespace: &str, distro: &str) -> Result<String, SourceError> {
        let upstream = self.source.map(|(name, version)| match version {
            Some(version) => format!("{name}@{version}"),
            None => name.to_owned(),
        });
        let qualifiers = [("arch", Some(self.arch)), ("distro", Some(distro)), ("upstream", upstream.as_deref())];
        Ok(purl::installed("deb", (namespace, self.name), self.version, &qualifiers)?)
    }

    fn package(&self, purl: &str, depends_on: BTreeSet<String>) -> Package {
        let mut package = Package { depends_on, ..Package::new(self.name, self.version, purl.to_owned()) };
        package.named_supplier = self.maintainer.map(|name| (name.to_owned(), DerivedFrom::PackageMaintainer));
        let (source, version) = self.source.unwrap_or((self.name, None));
        package.facts.insert("source-package", format!("{source} {}", version.unwrap_or(self.version)));
        package.facts.extend(self.homepage.map(|url| ("homepage", url.to_owned())));
        package.facts.extend((self.state != stanza::INSTALLED).then(|| ("package-state", self.state.to_owned())));
        package
    }
}

#[cfg(test)]
mod tests;
