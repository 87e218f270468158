//! The paragraphs of a status file: which packages there are, and what each says.

use super::relation::{self, Atom};
use crate::sbom::source::{self, Files, SourceError};

/// The state of a package that is wholly there.
pub(super) const INSTALLED: &str = "installed";
/// States in which the files of a package are there, or some of them.
const THERE: [&str; 6] =
    [INSTALLED, "triggers-pending", "triggers-awaited", "half-configured", "unpacked", "half-installed"];
/// States in which they are not.
const GONE: [&str; 2] = ["not-installed", "config-files"];

/// One installed package.
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    pub(super) arch: &'a str,
    /// `Multi-Arch: foreign`: it serves packages of every architecture.
    pub(super) is_foreign: bool,
    pub(super) state: &'a str,
    /// Each needs one of its alternatives.
    pub(super) depends: Vec<Vec<Atom<'a>>>,
    pub(super) provides: Vec<Atom<'a>>,
    /// Name of the source package where it is another one, and its version where that is another one.
    pub(super) source: Option<(&'a str, Option<&'a str>)>,
    pub(super) maintainer: Option<&'a str>,
    pub(super) homepage: Option<&'a str>,
}

/// Fields of a paragraph that are used, as written.
#[derive(Default)]
struct Fields<'a> {
    at: usize,
    values: Vec<(&'a str, &'a str)>,
}

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value).filter(|value| !value.is_empty())
    }
}

const USED: [&str; 11] = [
    "Package",
    "Version",
    "Architecture",
    "Multi-Arch",
    "Status",
    "Depends",
    "Pre-Depends",
    "Provides",
    "Source",
    "Maintainer",
    "Homepage",
];

/// Adds the installed packages of a file; `has_status` where each paragraph must give its state.
///
/// # Errors
/// [`SourceError`] naming the line.
pub(super) fn read<'a>(
    files: &'a Files,
    file: &str,
    has_status: bool,
    entries: &mut Vec<Entry<'a>>,
) -> Result<(), SourceError> {
    let fail = |at: usize, what: String| SourceError::malformed(file, format!("line {at}: {what}"));
    let mut fields = Fields::default();
    let text = source::text(files, file)?;
    // Where the last field that is used begins, if the lines that follow may belong to it.
    let (mut start, mut open) = (0, None);
    for (at, line) in text.split('\n').chain([""]).enumerate() {
        let end = start + line.len();
        if line.trim().is_empty() {
            let whole = std::mem::take(&mut fields);
            if !whole.values.is_empty() {
                entries.extend(entry(&whole, has_status).map_err(|what| fail(whole.at, what))?);
            }
            open = None;
        } else if line.starts_with([' ', '\t']) {
            if let (Some(from), Some(last)) = (open, fields.values.last_mut()) {
                last.1 = text[from..end].trim();
            }
        } else {
            let (key, value) = line.split_once(':').ok_or_else(|| fail(at + 1, format!("no field: {line:.80?}")))?;
            fields.at = if fields.values.is_empty() { at + 1 } else { fields.at };
            let is_used = USED.iter().any(|used| used.eq_ignore_ascii_case(key));
            if is_used && fields.get(key).is_some() {
                return Err(fail(at + 1, format!("a second field {key}")));
            }
            open = is_used.then_some(start + key.len() + 1);
            fields.values.extend(is_used.then(|| (key, value.trim())));
        }
        start = end + 1;
    }
    Ok(())
}

fn entry<'a>(fields: &Fields<'a>, has_status: bool) -> Result<Option<Entry<'a>>, String> {
    let needed = |name: &str| fields.get(name).ok_or_else(|| format!("a package without {name}"));
    let name = needed("Package")?;
    let state = match fields.get("Status") {
        Some(status) => status.split_ascii_whitespace().nth(2).unwrap_or(status),
        None if has_status => return Err(format!("{name} has no Status")),
        None => INSTALLED,
    };
    if GONE.contains(&state) {
        return Ok(None);
    }
    if !THERE.contains(&state) {
        return Err(format!("{name} has the state {state:.80?} (expected one of {})", THERE.join(", ")));
    }
    let relations = |field: &str| relation::read(fields.get(field).unwrap_or_default());
    let mut depends = relations("Depends")?;
    depends.extend(relations("Pre-Depends")?);
    let version = needed("Version")?;
    Ok(Some(Entry {
        name,
        version,
        arch: needed("Architecture")?,
        is_foreign: fields.get("Multi-Arch") == Some("foreign"),
        state,
        depends,
        provides: relations("Provides")?.into_iter().flatten().collect(),
        source: fields.get("Source").and_then(|source| other_source(source, name, version)),
        maintainer: fields.get("Maintainer"),
        homepage: fields.get("Homepage"),
    }))
}

/// `name` or `name (version)`.
fn other_source<'a>(source: &'a str, name: &str, version: &str) -> Option<(&'a str, Option<&'a str>)> {
    let (of, at) = match source.split_once('(') {
        Some((of, rest)) => (of.trim(), rest.trim_end().strip_suffix(')').map(str::trim)),
        None => (source, None),
    };
    let at = at.filter(|at| *at != version);
    (of != name || at.is_some()).then_some((of, at))
}
