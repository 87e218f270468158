//! `pyproject.toml` of Poetry: what the project asks for, and whether it was changed since it was locked
//! (`Locker.is_fresh`).

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Value;

use crate::sbom::purl;
use crate::sbom::source::python::{Constraint, Constraints, GroupEntry, Part, Requirement, Spacing, digest};

use super::{Files, Index, LOCKFILE, MANIFEST, Metadata, Package, Project, SourceError, python};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest {
    #[serde(default)]
    project: Declared,
    #[serde(default)]
    dependency_groups: BTreeMap<String, Vec<GroupEntry>>,
    #[serde(default)]
    tool: Tool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Declared {
    name: Option<String>,
    version: Option<String>,
    dependencies: Vec<String>,
    optional_dependencies: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
struct Tool {
    #[serde(default)]
    poetry: Poetry,
}

type Table = BTreeMap<String, Constraints>;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Poetry {
    name: Option<String>,
    version: Option<String>,
    dependencies: Table,
    /// The group `dev` before there were groups.
    dev_dependencies: Table,
    group: BTreeMap<String, Group>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Group {
    dependencies: Table,
}

/// A direct requirement.
struct Asked {
    name: String,
    constraint: Constraint,
    /// Whether it must be locked.
    required: bool,
}

/// The project with its edges. Extras ship, for they are what its users can install; groups never do.
pub(super) fn project(
    files: &Files,
    folder: &str,
    index: &Index<'_>,
    metadata: &Metadata,
    generator: &str,
) -> Result<Project, SourceError> {
    let manifest: Manifest = python::toml(files, MANIFEST)?;
    let name = manifest.project.name.as_deref().or(manifest.tool.poetry.name.as_deref());
    let version = manifest.project.version.as_deref().or(manifest.tool.poetry.version.as_deref()).unwrap_or_default();
    let mut project = Project::new(match name {
        Some(name) => python::package(MANIFEST, name, version)?,
        None => Package::new(folder, version, purl::generic(folder, version, None)?),
    });
    let own = project.package.name.clone();
    for (asked, is_main) in [(manifest.main()?, true), (manifest.groups()?, false)] {
        let to = if is_main { &mut project.package.depends_on } else { &mut project.development };
        for asked in asked.iter().filter(|asked| asked.name != own && asked.name != "python") {
            let found = index.purls(&asked.name, &asked.constraint);
            if found.is_empty() && asked.required && !asked.constraint.is_conditional() {
                return Err(out_of_step(format!("{} is asked for, but not locked", asked.name)));
            }
            to.extend(found.into_iter().map(str::to_owned));
        }
    }
    let Project { package, development, .. } = &mut project;
    development.retain(|purl| !package.depends_on.contains(purl));
    check(files, metadata, generator)?;
    Ok(project)
}

impl Manifest {
    /// What ships. Where `[project]` names dependencies, those of Poetry only say more about them.
    fn main(&self) -> Result<Vec<Asked>, SourceError> {
        let declared = self.project.dependencies.iter().chain(self.project.optional_dependencies.values().flatten());
        let mut asked = declared.map(|text| of_requirement(text)).collect::<Result<Vec<_>, _>>()?;
        let required = asked.is_empty();
        asked.extend(of_table(&self.tool.poetry.dependencies, required));
        Ok(asked)
    }

    fn groups(&self) -> Result<Vec<Asked>, SourceError> {
        let poetry = &self.tool.poetry;
        let tables = poetry.group.values().map(|group| &group.dependencies).chain([&poetry.dev_dependencies]);
        let required = self.dependency_groups.is_empty();
        let mut asked: Vec<Asked> = tables.flat_map(|table| of_table(table, required)).collect();
        for entry in self.dependency_groups.values().flatten() {
            // All groups are read: what a group includes is there already.
            if let GroupEntry::Requirement(text) = entry {
                asked.push(of_requirement(text)?);
            }
        }
        Ok(asked)
    }
}

fn of_table(table: &Table, required: bool) -> impl Iterator<Item = Asked> {
    let each = table.iter().flat_map(|(name, all)| all.all().iter().map(move |constraint| (name, constraint)));
    each.map(move |(name, constraint)| Asked { name: python::normal(name), constraint: constraint.clone(), required })
}

fn of_requirement(text: &str) -> Result<Asked, SourceError> {
    let requirement = Requirement::parse(MANIFEST, text)?;
    let (name, constraint) = (requirement.name.clone(), Constraint::of(requirement));
    Ok(Asked { name, constraint, required: true })
}

/// Compares the digest of what counts in the manifest with the one that was locked.
fn check(files: &Files, metadata: &Metadata, generator: &str) -> Result<(), SourceError> {
    let locked = metadata.content_hash.as_deref().unwrap_or_default();
    let manifest: Value = python::toml(files, MANIFEST)?;
    let known = [content(&manifest, true, true), content(&manifest, true, false), content(&manifest, false, false)];
    let mut first = String::new();
    // Poetry before 2.3 left groups out, and before 2.0 `[project]` too.
    let count = match release(generator) {
        Some((..2, _)) => 3,
        Some((2, 0..3)) => 2,
        _ => 1,
    };
    for content in known.iter().take(count) {
        let none = || SourceError::malformed(MANIFEST, "a date or a number that Poetry cannot hash");
        let digest = digest(content, Spacing::Wide).ok_or_else(none)?;
        if digest == locked {
            return Ok(());
        }
        first = if first.is_empty() { digest } else { first };
    }
    let got: String = locked.chars().take(64).collect();
    Err(out_of_step(format!("it was locked for content-hash {got:?} (expected {first})")))
}

/// The version of Poetry in the comment at the top of a lockfile, major and minor.
fn release(generator: &str) -> Option<(u64, u64)> {
    let version = generator.split_once("Poetry ")?.1.split(' ').next()?;
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

const PROJECT: [&str; 3] = ["requires-python", "dependencies", "optional-dependencies"];
/// These count as null where they are not there, unless other tables name dependencies.
const LEGACY: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];

fn pick<'a>(table: Option<&'a Value>, key: &str) -> Option<Part<'a>> {
    table?.get(key).map(Part::Value)
}

/// What counts in a manifest (`Locker._get_content_hash`).
fn content(manifest: &Value, with_project: bool, with_groups: bool) -> Part<'_> {
    let declared = manifest.get("project").filter(|_| with_project);
    let project: BTreeMap<_, _> =
        PROJECT.iter().filter_map(|key| Some(((*key).to_owned(), pick(declared, key)?))).collect();
    let groups = manifest.get("dependency-groups").filter(|_| with_groups);
    let groups = groups.filter(|groups| groups.as_table().is_some_and(|table| !table.is_empty()));
    let tool = manifest.get("tool").and_then(|tool| tool.get("poetry"));
    let has_other = !project.is_empty() || groups.is_some();
    let mut poetry = BTreeMap::new();
    for key in LEGACY {
        let part = pick(tool, key).or((!has_other).then_some(Part::Null));
        poetry.extend(part.map(|part| (key.to_owned(), part)));
    }
    poetry.extend(pick(tool, "group").map(|part| ("group".to_owned(), part)));
    if !has_other {
        return Part::Table(poetry);
    }
    let tool = Part::Table(BTreeMap::from([("poetry".to_owned(), Part::Table(poetry))]));
    let mut all = BTreeMap::from([("tool".to_owned(), tool)]);
    if !project.is_empty() {
        all.insert("project".to_owned(), Part::Table(project));
    }
    all.extend(groups.map(|groups| ("dependency-groups".to_owned(), Part::Value(groups))));
    Part::Table(all)
}

fn out_of_step(what: String) -> SourceError {
    SourceError::out_of_step(LOCKFILE, MANIFEST, what)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Spacing, Value, content, digest, release};

    /// The digest that Poetry 2.3 and later write for a manifest.
    pub(in super::super) fn content_hash(manifest: &str) -> String {
        let manifest = Value::Table(manifest.parse().expect("TOML"));
        digest(&content(&manifest, true, true), Spacing::Wide).expect("digest")
    }

    #[test]
    fn digests_are_those_of_poetry() {
        // Computed by `Locker._get_content_hash` of Poetry 2.5.1.
        for (manifest, expected) in [
            ("", "115cf985d932e9bf5f540555bbdd75decbb62cac81e399375fc19f6277f8c1d8"),
            (
                "[tool.poetry.dependencies]\npython = \"^3\"\nb = {version = \"é\", extras = [\"x\"]}\n[tool.poetry.group.t.dependencies]\nc = \"1\"\n",
                "336413da34bdc7db4647aecef9dadaa3f5687c5d5c815053862eb0d155a4bf0b",
            ),
            (
                "[project]\nname = \"a\"\ndependencies = [\"b>=1\"]\n[tool.poetry.dependencies]\nb = {source = \"m\"}\n",
                "93846bcbc329a81179c91d07537b25c1bba8ef448999f577645d87db20f857ed",
            ),
            (
                "[dependency-groups]\nt = [\"b\", {include-group = \"u\"}]\nu = []\n",
                "7742fc8c31439559f7f9d07299fd70b24a15e93ac98c834cd5a79345a02de41c",
            ),
        ] {
            assert_eq!(content_hash(manifest), expected, "{manifest}");
        }
    }

    #[test]
    fn the_release_is_read_from_the_comment() {
        let line = "# This file is automatically @generated by Poetry 1.8.4 and should not be changed by hand.";
        assert_eq!(release(line), Some((1, 8)));
        assert_eq!(release("# Poetry is fine"), None);
        assert_eq!(release("[[package]]"), None);
    }
}
