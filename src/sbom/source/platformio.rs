//! PlatformIO: `platformio.ini` with the libraries that it installed in `.pio/libdeps`
//! (docs.platformio.org, "lib_deps" and "library.json"; platformio-core, `package/meta.py`).
//!
//! There is no lockfile. Where an environment is installed, the `.piopm` of each library is what was
//! taken, and its manifest names the edges. Where it is not, what `lib_deps` pins exactly is all that is
//! known, and what it does not pin is refused.

mod ini;
mod installed;
mod requirement;

use std::collections::{BTreeMap, BTreeSet};

use super::{Files, Package, Project, Resolution, SourceError};
use crate::sbom::purl;
use ini::Configuration;
use installed::Library;
use requirement::Requirement;

/// Name of the manifest.
pub(super) const MANIFEST: &str = "platformio.ini";
/// What PlatformIO writes beside each library that it installed, and what git says of its clones.
pub(super) const BESIDE: [&str; 6] = [
    ".pio/libdeps/*/*/.piopm",
    ".pio/libdeps/*/*/library.json",
    ".pio/libdeps/*/*/library.properties",
    ".pio/libdeps/*/*/.git/.piopm",
    ".pio/libdeps/*/*/.git/HEAD",
    ".pio/libdeps/*/*/.git/refs/heads/*",
];
const FOLDER: &str = ".pio/libdeps";
/// Most entries of one `lib_deps`: each is held against each installed library.
const MAX_ASKED: usize = 1000;

/// Reads `platformio.ini` with what is installed.
///
/// # Errors
/// [`SourceError`] where it is absent or malformed, an environment is installed and does not fit it, or is
/// not installed and not pinned.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let configuration =
        Configuration::parse(super::text(files, MANIFEST)?).map_err(|error| SourceError::malformed(MANIFEST, error))?;
    let installed = installed::libraries(files)?;
    let mut whole = Whole {
        root: Package::new(folder, "", purl::generic(folder, "", None)?),
        packages: Vec::new(),
        platforms: BTreeSet::new(),
        gaps: BTreeSet::new(),
    };
    for environment in configuration.environments() {
        let fail = |message| SourceError::malformed(MANIFEST, message);
        let platform = configuration.list(environment, "platform").map_err(fail)?;
        whole.platforms.extend(platform);
        let asked = configuration.list(environment, "lib_deps").map_err(fail)?;
        if asked.len() > MAX_ASKED {
            return Err(fail(format!("{environment} has {} lib_deps (expected at most {MAX_ASKED})", asked.len())));
        }
        let asked: Vec<Requirement<'_>> = asked.iter().map(|text| Requirement::parse(text)).collect();
        let name = environment.strip_prefix("env:").unwrap_or(environment);
        match installed.get(name) {
            Some(libraries) => whole.installed(name, &asked, libraries)?,
            None => whole.pinned(name, &asked)?,
        }
    }
    Ok(whole.resolution())
}

/// What all environments need.
struct Whole {
    root: Package,
    packages: Vec<Package>,
    platforms: BTreeSet<String>,
    /// What is not known, in words.
    gaps: BTreeSet<String>,
}

impl Whole {
    fn installed(
        &mut self,
        environment: &str,
        asked: &[Requirement<'_>],
        libraries: &BTreeMap<String, Library>,
    ) -> Result<(), SourceError> {
        let mut named: BTreeMap<String, Vec<&Library>> = BTreeMap::new();
        for library in libraries.values() {
            named.entry(library.name.to_lowercase()).or_default().push(library);
        }
        for requirement in asked.iter().filter(|asked| !libraries.values().any(|library| asked.is_met_by(library))) {
            self.missing(environment, requirement, &named)?;
        }
        let direct = libraries.values().filter(|library| asked.iter().any(|asked| asked.is_met_by(library)));
        self.root.depends_on.extend(direct.map(|library| library.purl.clone()));
        let mut needed: BTreeSet<&str> = BTreeSet::new();
        for library in libraries.values() {
            let mut package = library.package();
            // Libraries of the framework are not installed, and those that do not fit the board neither.
            let found = library.needs.iter().filter_map(|name| named.get(&name.to_lowercase())).flatten();
            for need in found.filter(|need| need.purl != library.purl) {
                package.depends_on.insert(need.purl.clone());
                needed.insert(&need.purl);
            }
            self.packages.push(package);
        }
        // Whatever is installed may be linked.
        let rest = libraries.values().map(|library| library.purl.as_str()).filter(|purl| !needed.contains(purl));
        self.root.depends_on.extend(rest.map(str::to_owned));
        Ok(())
    }

    /// What is asked for and is no installed library.
    fn missing(
        &mut self,
        environment: &str,
        requirement: &Requirement<'_>,
        named: &BTreeMap<String, Vec<&Library>>,
    ) -> Result<(), SourceError> {
        if requirement.is_link() {
            self.linked(requirement);
        } else if requirement.is_bare() {
            // The framework may bring it along.
            self.gaps.insert(format!("what {requirement} is, which is not installed as a library of its own"));
        } else {
            let same = named.get(&requirement.name.to_lowercase()).and_then(|list| list.first());
            let got = same.map_or("not installed".to_owned(), |one| format!("installed at {}", one.version));
            let what = format!("{requirement} of environment {environment} is {got}");
            return Err(SourceError::out_of_step(&format!("{FOLDER}/{environment}"), MANIFEST, what));
        }
        Ok(())
    }

    fn pinned(&mut self, environment: &str, asked: &[Requirement<'_>]) -> Result<(), SourceError> {
        for requirement in asked {
            if requirement.is_link() {
                self.linked(requirement);
                continue;
            }
            let Some(package) = requirement.pinned()? else {
                let message = format!(
                    "{requirement} of environment {environment} is not pinned to one version, and {FOLDER}/{environment} \
                     is not there (run pio pkg install, or write owner/name@1.2.3)"
                );
                return Err(SourceError::malformed(MANIFEST, message));
            };
            self.gaps.insert(format!("what the libraries of environment {environment} need, which is not installed"));
            self.root.depends_on.insert(package.purl.clone());
            self.packages.push(package);
        }
        Ok(())
    }

    fn linked(&mut self, requirement: &Requirement<'_>) {
        self.gaps.insert(format!("what {} holds, which is a link to a folder", requirement.name));
    }

    fn resolution(mut self) -> Resolution {
        if !self.platforms.is_empty() {
            let names = self.platforms.iter().take(20).cloned().collect::<Vec<_>>().join(", ");
            self.gaps.insert(format!("the frameworks and tools of {names}"));
        }
        let gaps = self.gaps.into_iter().take(20).collect::<Vec<_>>().join("; ");
        let incomplete = (!gaps.is_empty()).then(|| format!("it does not tell: {gaps}"));
        Resolution { projects: vec![Project::new(self.root)], packages: self.packages, incomplete }
    }
}

#[cfg(test)]
mod tests;
