//! Alpine: `lib/apk/db/installed` (the installed database of apk-tools 2 and 3; `apk-package(5)`, wiki "Apk spec").
//!
//! A requirement names a package or what one provides (`so:`, `cmd:`, `pc:`, a path). Versions are not compared:
//! apk installs one package of a name only, and holds what is installed to be consistent. `!name` is a conflict
//! and gives no edge. The checksum `C:` is SHA-1 and is left out.

use std::collections::BTreeSet;

use super::release::{self, Release};
use super::{Index, Unmet};
use crate::sbom::graph::DerivedFrom;
use crate::sbom::licence::Licence;
use crate::sbom::purl;
use crate::sbom::source::{self, Files, Package, Reader, Resolution, SourceError};

const FILE: &str = "lib/apk/db/installed";
const FILE_USR: &str = "usr/lib/apk/db/installed";

/// Where it lies up to Alpine 3.22.
pub(super) const LIB: Reader = Reader { name: "apk", lockfile: FILE, beside: &release::FILES, more: None, read };
/// Where it lies in systems with one `usr`.
pub(super) const USR_LIB: Reader =
    Reader { name: "apk", lockfile: FILE_USR, beside: &release::FILES, more: None, read };

/// One installed package.
#[derive(Default)]
struct Entry<'a> {
    at: usize,
    /// Whether `P:`, `V:` and `A:` were there.
    seen: [bool; 3],
    name: &'a str,
    version: &'a str,
    arch: Option<&'a str>,
    needs: &'a str,
    provides: &'a str,
    licence: Option<&'a str>,
    homepage: Option<&'a str>,
    maintainer: Option<&'a str>,
    origin: Option<&'a str>,
    commit: Option<&'a str>,
    /// What of it could not be installed, in the letters of apk.
    broken: Option<&'a str>,
}

fn read(files: &Files, _: &str) -> Result<Resolution, SourceError> {
    let file = super::present(files, &[FILE, FILE_USR])?;
    let release = Release::read(files)?;
    let entries = entries(file, source::text(files, file)?)?;
    let mut index = Index::new(file);
    for (at, entry) in entries.iter().enumerate() {
        index.add(entry.name.as_bytes(), at);
        let provided: BTreeSet<&str> = entry.provides.split_ascii_whitespace().map(name_of).collect();
        provided.into_iter().filter(|name| *name != entry.name).for_each(|name| index.add(name.as_bytes(), at));
    }
    let distro = release.distro();
    let purls: Vec<String> =
        entries.iter().map(|entry| entry.purl(release.namespace(), &distro)).collect::<Result<_, _>>()?;
    let (mut packages, mut unmet) = (Vec::with_capacity(entries.len()), Unmet::default());
    for (at, entry) in entries.iter().enumerate() {
        let mut needs: BTreeSet<usize> = BTreeSet::new();
        for need in entry.needs.split_ascii_whitespace().filter(|need| !need.starts_with('!')) {
            let providers = index.of(name_of(need).as_bytes())?;
            if providers.is_empty() {
                unmet.add(entry.name, need);
            }
            needs.extend(providers.iter().copied().filter(|provider| *provider != at));
        }
        packages.push(entry.package(&purls[at], needs.into_iter().map(|need| purls[need].clone()).collect()));
    }
    super::resolution(&release, packages, unmet.sentence())
}

/// The name in `name>=1.2`, `name@repository`, `so:libc.so.6=6`.
fn name_of(text: &str) -> &str {
    text.split(['<', '>', '=', '~', '@']).next().unwrap_or_default()
}

fn entries<'a>(file: &str, text: &'a str) -> Result<Vec<Entry<'a>>, SourceError> {
    let mut entries = Vec::new();
    let mut entry = Entry::default();
    for (at, line) in text.split('\n').map(|line| line.trim_end_matches('\r')).chain([""]).enumerate() {
        let fail = |at: usize, what: String| Err(SourceError::malformed(file, format!("line {at}: {what}")));
        if line.is_empty() {
            let whole = std::mem::take(&mut entry);
            if whole.at > 0 {
                if whole.name.is_empty() || whole.version.is_empty() {
                    return fail(whole.at, "a package without P: or V:".to_owned());
                }
                entries.push(whole);
            }
            continue;
        }
        if entry.at == 0 {
            entry.at = at + 1;
        }
        match line.split_once(':') {
            Some((key, value)) if key.len() == 1 && key.is_ascii() => {
                if !entry.put(key, value.trim()) {
                    return fail(at + 1, format!("a second {key}: in one package (expected one)"));
                }
            }
            _ => return fail(at + 1, format!("no field: {line:.80?}")),
        }
    }
    Ok(entries)
}

impl<'a> Entry<'a> {
    /// Takes a field; `false` for a second one of those that make the identity.
    fn put(&mut self, key: &str, value: &'a str) -> bool {
        let given = Some(value).filter(|value| !value.is_empty());
        let identity = ["P", "V", "A"].iter().position(|known| *known == key);
        if identity.and_then(|at| self.seen.get_mut(at)).is_some_and(|seen| std::mem::replace(seen, true)) {
            return false;
        }
        match key {
            "P" => self.name = value,
            "V" => self.version = value,
            "A" => self.arch = given,
            "D" => self.needs = value,
            "p" => self.provides = value,
            "L" => self.licence = given,
            "U" => self.homepage = given,
            "m" => self.maintainer = given,
            "o" => self.origin = given,
            "c" => self.commit = given,
            "f" => self.broken = given,
            _ => {}
        }
        true
    }

    fn purl(&self, namespace: &str, distro: &str) -> Result<String, SourceError> {
        let upstream = self.origin.filter(|origin| *origin != self.name);
        let qualifiers = [("arch", self.arch), ("distro", Some(distro)), ("upstream", upstream)];
        Ok(purl::installed("apk", (namespace, self.name), self.version, &qualifiers)?)
    }

    fn package(&self, purl: &str, depends_on: BTreeSet<String>) -> Package {
        let mut package = Package { depends_on, ..Package::new(self.name, self.version, purl.to_owned()) };
        package.licence = Licence::declared(self.licence, None);
        package.named_supplier = self.maintainer.map(|name| (name.to_owned(), DerivedFrom::PackageMaintainer));
        package.facts.extend(self.homepage.map(|url| ("homepage", url.to_owned())));
        package.facts.extend(self.origin.map(|origin| ("source-package", format!("{origin} {}", self.version))));
        package.facts.extend(self.commit.map(|commit| ("source-commit", commit.to_owned())));
        package.facts.extend(self.broken.map(|broken| ("package-state", format!("broken ({broken})"))));
        package
    }
}

#[cfg(test)]
mod tests;
