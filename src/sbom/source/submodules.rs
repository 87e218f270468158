//! Git submodules: `.gitmodules` (gitmodules(5)) with the commits that git's index pins.
//!
//! The commits are in no file that could be read on its own: whoever reads the folder hands them over
//! as [`PINS`]. What a submodule needs in turn is its own matter: it has lockfiles of its own.

use std::collections::BTreeMap;

use super::{Files, Package, Project, Resolution, SourceError, address};
use crate::sbom::purl;

/// Name of the file.
pub const LOCKFILE: &str = ".gitmodules";
/// Name under which the pins of the index are handed over: lines `<commit> <path>` of its entries of
/// mode 160000. No such file is on disk.
pub const PINS: &str = ".git/submodules";

/// One submodule. Later keys of a section win, as they do for git.
#[derive(Default)]
struct Module {
    path: Option<String>,
    url: Option<String>,
}

/// Reads `.gitmodules`.
///
/// # Errors
/// [`SourceError`] where it or the pins are absent, it is malformed, or one names what the other does not.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let modules = modules(super::text(files, LOCKFILE)?)?;
    let pins = files.get(PINS).ok_or_else(|| SourceError::Absent("git's index of this folder".to_owned()))?;
    let pins = std::str::from_utf8(pins).map_err(|error| SourceError::malformed(PINS, error))?;
    let mut commits: BTreeMap<&str, &str> = BTreeMap::new();
    for line in pins.lines() {
        let (commit, path) =
            line.split_once(' ').ok_or_else(|| SourceError::malformed(PINS, "expected commit and path"))?;
        commits.insert(path, commit);
    }
    let mut root = Package::new(folder, "", purl::generic(folder, "", None)?);
    let mut packages = Vec::new();
    for (name, module) in &modules {
        let fail = |key: &str| SourceError::malformed(LOCKFILE, format!("submodule {name:.80?} has no {key}"));
        let path = module.path.as_deref().ok_or_else(|| fail("path"))?;
        let url = module.url.as_deref().ok_or_else(|| fail("url"))?;
        let commit = commits.remove(path.trim_end_matches('/')).ok_or_else(|| {
            let what = format!("submodule {path} has no commit there (or two sections name its path)");
            SourceError::out_of_step("git's index", LOCKFILE, what)
        })?;
        let called = Some(address::last_part(url)).filter(|text| !text.is_empty() && !text.starts_with('.'));
        let called = called.unwrap_or_else(|| address::last_part(path));
        let mut package = Package::new(called, commit, address::purl(url, called, commit)?);
        package.source_url = address::web(url);
        root.depends_on.insert(package.purl.clone());
        packages.push(package);
    }
    match commits.into_keys().next() {
        None => Ok(Resolution { projects: vec![Project::new(root)], packages, incomplete: None }),
        Some(path) => {
            Err(SourceError::out_of_step("git's index", LOCKFILE, format!("it pins {path}, which has no section")))
        }
    }
}

/// The sections `submodule`, by name (git-config(1), "Syntax").
fn modules(text: &str) -> Result<BTreeMap<String, Module>, SourceError> {
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    let mut section = None;
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let fail = |what: &str| SourceError::malformed(LOCKFILE, format!("line {}: {what}: {line:.80?}", at + 1));
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(head) = line.strip_prefix('[') {
            let head = head.strip_suffix(']').ok_or_else(|| fail("no section"))?;
            let name = head.split_once(char::is_whitespace).filter(|(kind, _)| kind.eq_ignore_ascii_case("submodule"));
            let name = name.map(|(_, name)| value(name).ok_or_else(|| fail("no section"))).transpose()?;
            if let Some(name) = &name {
                modules.entry(name.clone()).or_default();
            }
            section = name;
            continue;
        }
        let (key, text) = line.split_once('=').unwrap_or((line, "true"));
        let text = value(text).ok_or_else(|| fail("no value"))?;
        let Some(module) = section.as_ref().and_then(|name| modules.get_mut(name)) else { continue };
        match key.trim().to_ascii_lowercase().as_str() {
            "path" => module.path = Some(text),
            "url" => module.url = Some(text),
            _ => {}
        }
    }
    Ok(modules)
}

/// A value with its quotes resolved, up to a comment; `None` where it goes on in the next line.
fn value(text: &str) -> Option<String> {
    let (mut value, mut kept, mut is_quoted) = (String::new(), 0, false);
    let mut letters = text.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '#' | ';' if !is_quoted => break,
            '\\' => value.push(match letters.next()? {
                'n' => '\n',
                't' => '\t',
                other @ ('"' | '\\') => other,
                _ => return None,
            }),
            other => value.push(other),
        }
        if is_quoted || !letter.is_whitespace() {
            kept = value.len();
        }
    }
    value.truncate(kept);
    (!is_quoted).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{LOCKFILE, PINS, read};
    use crate::sbom::source::{Files, Resolution, SourceError};

    const MODULES: &str = "# ours\n[submodule \"libs/Net\"]\n\tpath = libs/Net\n\turl = https://github.com/Owner/Net.git\n\
        [core]\n\tpath = x\n[submodule \"b c\"]\n\turl = \"../b c.git\" ; beside\n\tpath = \"b c\"\n\tbranch = main\n";
    const COMMITS: &str = "0123456789012345678901234567890123456789 libs/Net\nab b c\n";

    fn of(modules: &str, pins: &str) -> Result<Resolution, SourceError> {
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        read(&Files::from([file(LOCKFILE, modules), file(PINS, pins)]), "app")
    }

    #[test]
    fn a_submodule_is_its_repository_at_the_commit_of_the_index() {
        let resolution = of(MODULES, COMMITS).expect("reads");
        let purls: Vec<&str> = resolution.packages.iter().map(|package| package.purl.as_str()).collect();
        let expected = ["pkg:generic/b%20c@ab", "pkg:github/owner/net@0123456789012345678901234567890123456789"];
        assert_eq!(purls, expected);
        assert_eq!(resolution.packages[1].source_url.as_deref(), Some("https://github.com/Owner/Net"));
        assert_eq!(resolution.incomplete, None);
        assert_eq!(resolution.graph(LOCKFILE, &[], None).expect("graph").len(), 3);
        assert!(of("", "").expect("none").packages.is_empty());
    }

    #[test]
    fn refuses_pins_and_sections_that_do_not_fit() {
        for pins in ["ab b c\n", "", "ab b c\nab libs/Net\nab other\n"] {
            assert!(matches!(of(MODULES, pins), Err(SourceError::OutOfStep { .. })), "{pins}");
        }
        let twice = MODULES.replace("path = \"b c\"", "path = libs/Net");
        assert!(matches!(of(&twice, COMMITS), Err(SourceError::OutOfStep { .. })));
        let alone = Files::from([(LOCKFILE.to_owned(), MODULES.as_bytes().to_vec())]);
        assert!(matches!(read(&alone, "app"), Err(SourceError::Absent(_))));
    }

    #[test]
    fn refuses_what_git_does_not_read() {
        for text in [
            "[submodule \"a\"\n",
            "[submodule \"a]\n",
            "[submodule \"a\"]\npath = \"a\n",
            "[submodule \"a\"]\npath = a \\\n b\n",
            "[submodule \"a\"]\npath = a\n",
            "[submodule \"a\"]\nurl = a\n",
        ] {
            assert!(matches!(of(text, "ab a\n"), Err(SourceError::Malformed { .. })), "{text}");
        }
        assert!(matches!(of(MODULES, "ab"), Err(SourceError::Malformed { .. })));
    }
}
