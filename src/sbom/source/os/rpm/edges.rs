//! Who needs whom: requirements against what is provided and against the files that packages hold.

use std::collections::{BTreeSet, HashMap};

use super::capability::Capability;
use super::package::Installed;
use super::rich::Rich;
use crate::sbom::source::SourceError;
use crate::sbom::source::os::{Index, Unmet};

/// Folders that are links to the same one below `/usr` wherever there is one `usr` only.
const MERGED: [&[u8]; 4] = [b"/bin/", b"/sbin/", b"/lib/", b"/lib64/"];

/// Who provides a capability, by the place of the package.
struct Provider<'a> {
    package: usize,
    range: Capability<'a>,
}

/// For each package, those that it needs.
///
/// # Errors
/// [`SourceError`] for a malformed header.
pub(super) fn edges(
    file: &str,
    installed: &[Installed<'_>],
    unmet: &mut Unmet,
) -> Result<Vec<BTreeSet<usize>>, SourceError> {
    let needs = needs(file, installed)?;
    let mut index = index(file, installed, &needs)?;
    let mut edges = Vec::with_capacity(installed.len());
    for (at, (package, needs)) in installed.iter().zip(&needs).enumerate() {
        let mut all = BTreeSet::new();
        for (range, rich) in needs {
            let met = rich.met(&mut |capability| {
                let providers = index.of(capability.name)?.iter();
                let fitting = providers.filter(|provider| provider.range.overlaps(capability));
                Ok::<_, SourceError>(fitting.map(|provider| provider.package).collect())
            })?;
            match met {
                Some(providers) => all.extend(providers),
                None => unmet.add(package.name, &range.written()),
            }
        }
        all.remove(&at);
        edges.push(all);
    }
    Ok(edges)
}

type Needs<'a> = Vec<(Capability<'a>, Rich<'a>)>;

/// What each package requires, as written and as read.
fn needs<'a>(file: &str, installed: &[Installed<'a>]) -> Result<Vec<Needs<'a>>, SourceError> {
    let of = |package: &Installed<'a>| {
        let read = |range| Rich::read(range).map(|rich| (range, rich));
        package.requires()?.into_iter().map(read).collect::<Result<Needs<'a>, String>>()
    };
    installed.iter().map(|package| of(package).map_err(|what| package.refused(file, &what))).collect()
}

/// Who provides what: capabilities, and of all files those that are required.
fn index<'a>(
    file: &'a str,
    installed: &[Installed<'a>],
    needs: &[Needs<'a>],
) -> Result<Index<'a, Provider<'a>>, SourceError> {
    let mut paths = Paths::default();
    for (_, rich) in needs.iter().flatten() {
        rich.each(&mut |capability| paths.want(capability.name));
    }
    let mut index = Index::new(file);
    for (at, package) in installed.iter().enumerate() {
        for range in package.provides().map_err(|what| package.refused(file, &what))? {
            index.add(range.name, Provider { package: at, range });
        }
        let mut held = |names: &Names<'a>, name| {
            for path in names.get(name).into_iter().flatten() {
                index.add(path, Provider { package: at, range: Capability { name: path, flags: 0, version: b"" } });
            }
        };
        let files = package.files(|folder| paths.wanted.get(folder), &mut held);
        files.map_err(|what| package.refused(file, &what))?;
    }
    Ok(index)
}

type Names<'a> = HashMap<&'a [u8], Vec<&'a [u8]>>;

/// Paths that are required, so that of all files only these are kept.
#[derive(Default)]
struct Paths<'a> {
    /// By folder, then by name: as they are required.
    wanted: HashMap<Vec<u8>, Names<'a>>,
}

impl<'a> Paths<'a> {
    fn want(&mut self, path: &'a [u8]) {
        let Some(end) = path.iter().rposition(|byte| *byte == b'/').filter(|_| path.starts_with(b"/")) else { return };
        let (folder, name) = path.split_at(end + 1);
        let mut want = |folder: Vec<u8>| {
            let paths = self.wanted.entry(folder).or_default().entry(name).or_default();
            if !paths.contains(&path) {
                paths.push(path);
            }
        };
        want(folder.to_vec());
        if MERGED.iter().any(|merged| folder.starts_with(merged)) {
            want([b"/usr", folder].concat());
        }
    }
}
