//! `requirements.txt` of pins (pip, "Requirements File Format"; comments of pip-compile and uv).
//!
//! A requirement without one version locks nothing and is refused. Where comments say what asked for an
//! entry (`# via`), they are the edges. Constraints (`-c`) add no package: they are not read.

use std::collections::{BTreeMap, BTreeSet};

use crate::sbom::purl;

use super::python::{self, normal};
use super::{Files, Package, Project, Resolution, SourceError};

mod entry;
mod lines;

use entry::Entry;

/// Name of the lockfile; one that is named to the program may have any name that ends in [`ENDING`].
pub(super) const LOCKFILE: &str = "requirements.txt";
/// End of the names of such files.
pub(super) const ENDING: &str = ".txt";

/// Most entries of one name: each edge to it is one edge to each of them.
const MAX_ENTRIES: usize = 64;
/// Most files that include one another.
const MAX_FILES: usize = 100;

/// A package with what asked for it.
struct Pin<'a> {
    package: Package,
    via: Option<Vec<&'a str>>,
}

/// Files that the files read so far include.
pub(super) fn more(files: &Files) -> Vec<String> {
    let mut all = BTreeSet::new();
    for file in files.keys().take(MAX_FILES) {
        all.extend(includes(files, file).unwrap_or_default().into_iter().map(|(_, path)| path));
    }
    all.into_iter().filter(|path| !files.contains_key(path)).take(MAX_FILES).collect()
}

/// Reads the file that no other one includes, with those that it includes.
///
/// # Errors
/// [`SourceError`] where a file is absent or malformed, or a requirement is not pinned.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let mut included = BTreeSet::new();
    for file in files.keys() {
        for (number, path) in includes(files, file)? {
            if !files.contains_key(&path) || files.len() > MAX_FILES {
                let message = format!("line {number}: {path} is not there, or there are more than {MAX_FILES} files");
                return Err(SourceError::malformed(file, message));
            }
            included.insert(path);
        }
    }
    let mut mains = files.keys().filter(|file| !included.contains(*file));
    let main = match (mains.next(), files.keys().next()) {
        (Some(main), _) => main,
        (None, None) => return Err(SourceError::Absent(LOCKFILE.to_owned())),
        (None, Some(file)) => return Err(SourceError::malformed(file, "it includes itself")),
    };
    let (mut pins, mut versions) = (Vec::new(), BTreeMap::new());
    for file in files.keys() {
        add_pins(files, file, &mut pins, &mut versions)?;
    }
    resolution(main, pins, folder)
}

fn lines_of<'a>(files: &'a Files, file: &str) -> Result<Vec<lines::Line<'a>>, SourceError> {
    Ok(lines::of(super::text(files, file)?))
}

/// The files that one includes, with the numbers of the lines.
fn includes(files: &Files, file: &str) -> Result<Vec<(usize, String)>, SourceError> {
    let mut all = Vec::new();
    for line in lines_of(files, file)?.iter().filter(|line| line.text.starts_with('-')) {
        if let Entry::Include(path) = Entry::read(file, line.number, &line.text)? {
            let error = || {
                let message = format!("line {}: {path:.120?} is not in the folder of the lockfile", line.number);
                SourceError::malformed(file, message)
            };
            all.push((line.number, inside(file, &path).ok_or_else(error)?));
        }
    }
    Ok(all)
}

/// A path relative to a file, from the folder of the lockfile; `None` outside of it.
fn inside(file: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains([':', '\\', '$']) {
        return None;
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Version of each name so far, and whether it is for some environments only.
type Versions = BTreeMap<String, (String, bool)>;

fn add_pins<'a>(
    files: &'a Files,
    file: &str,
    pins: &mut Vec<Pin<'a>>,
    versions: &mut Versions,
) -> Result<(), SourceError> {
    for line in lines_of(files, file)? {
        let Entry::Package(package, has_marker) = Entry::read(file, line.number, &line.text)? else { continue };
        let known = versions.entry(package.name.clone()).or_insert_with(|| (package.version.clone(), has_marker));
        if known.0 != package.version && !(known.1 && has_marker) {
            let message = format!(
                "line {}: {} is pinned at {} (expected {}, as before)",
                line.number, package.name, package.version, known.0
            );
            return Err(SourceError::malformed(file, message));
        }
        pins.push(Pin { package: *package, via: lines::via(&line.comments) });
    }
    Ok(())
}

fn resolution(main: &str, mut pins: Vec<Pin<'_>>, folder: &str) -> Result<Resolution, SourceError> {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, pin) in pins.iter().enumerate() {
        let entries = by_name.entry(pin.package.name.clone()).or_default();
        if entries.len() == MAX_ENTRIES {
            let message = format!("more than {MAX_ENTRIES} entries of {}", pin.package.name);
            return Err(SourceError::malformed(main, message));
        }
        entries.push(at);
    }
    let mut project = Project::new(Package::new(folder, "", purl::generic(folder, "", None)?));
    let mut edges: Vec<(usize, String)> = Vec::new();
    let (mut silent, mut unknown) = (0_usize, BTreeSet::new());
    for pin in &pins {
        silent += usize::from(pin.via.is_none());
        let mut is_asked = false;
        for name in pin.via.iter().flatten().filter(|name| is_package(name)) {
            let name = normal(name.split('[').next().unwrap_or(name));
            match by_name.get(&name) {
                Some(from) => edges.extend(from.iter().map(|at| (*at, pin.package.purl.clone()))),
                None => drop(unknown.insert(name)),
            }
            is_asked = true;
        }
        // What a file asks for, and what nothing is known to ask for, is a dependency of the project.
        let by_file = pin.via.iter().flatten().any(|name| !is_package(name) && !name.starts_with("-c"));
        if by_file || !is_asked {
            project.package.depends_on.insert(pin.package.purl.clone());
        }
    }
    for (from, to) in edges {
        if pins[from].package.purl != to {
            pins[from].package.depends_on.insert(to);
        }
    }
    let packages: Vec<Package> = pins.into_iter().map(|pin| pin.package).collect();
    let apart = unreached(&project.package, &packages);
    let incomplete = reason(silent, packages.len(), &unknown, apart.len());
    project.package.depends_on.extend(apart);
    Ok(Resolution { projects: vec![project], packages, incomplete })
}

/// Files and projects are written with a space: `-r requirements.in`, `viewer (pyproject.toml)`.
fn is_package(name: &str) -> bool {
    !name.starts_with('-') && !name.contains([' ', '/'])
}

/// Packages that no edge from the project leads to: they are locked, so that they belong to it.
fn unreached(project: &Package, packages: &[Package]) -> BTreeSet<String> {
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        edges.entry(&package.purl).or_default().extend(package.depends_on.iter().map(String::as_str));
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut queue: Vec<&str> = project.depends_on.iter().map(String::as_str).collect();
    while let Some(purl) = queue.pop() {
        if seen.insert(purl) {
            queue.extend(edges.get(purl).into_iter().flatten());
        }
    }
    edges.keys().filter(|purl| !seen.contains(**purl)).map(|purl| (*purl).to_owned()).collect()
}

fn reason(silent: usize, count: usize, unknown: &BTreeSet<String>, apart: usize) -> Option<String> {
    if silent > 0 {
        let what = "they are shown as dependencies of the project";
        return Some(format!("{silent} of {count} entries do not say what asked for them (# via): {what}"));
    }
    if let Some(name) = unknown.iter().next() {
        return Some(format!("{} names that asked for entries are not in it ({name})", unknown.len()));
    }
    (apart > 0).then(|| format!("{apart} entries only ask for one another"))
}

#[cfg(test)]
mod tests;
