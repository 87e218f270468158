//! `pom.xml` (Maven POM reference 4.0.0), as far as it can be read without running Maven: what it says
//! without properties, parents and profiles.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node, ParsingOptions};

use super::tree::Coordinates;
use crate::sbom::source::SourceError;

/// Most XML nodes of a manifest.
const MAX_NODES: u32 = 1_000_000;

/// A manifest. What holds a property is `None`.
#[derive(Debug)]
pub(super) struct Pom {
    group: Option<String>,
    artifact: Option<String>,
    version: Option<String>,
    /// Folders of modules, or their manifests.
    pub(super) modules: Vec<String>,
    /// Direct dependencies by group and artifact, with their version where it is a plain one.
    dependencies: BTreeMap<(String, String), BTreeSet<Option<String>>>,
    /// Whether nothing but `dependencies` can add direct dependencies.
    is_whole: bool,
}

impl Pom {
    /// Reads the manifest at `path`.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, SourceError> {
        let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)
            .map_err(|error| SourceError::malformed(path, error))?;
        let project = document.root_element();
        if project.tag_name().name() != "project" {
            return Err(SourceError::malformed(path, format!("<{}> (expected <project>)", project.tag_name().name())));
        }
        let parent = child(project, "parent");
        let own_or_parents = |name| value(project, name).or_else(|| parent.and_then(|parent| value(parent, name)));
        let modules = child(project, "modules").into_iter().flat_map(|list| list.children());
        let mut pom = Self {
            group: plain(own_or_parents("groupId")),
            artifact: plain(value(project, "artifactId")),
            version: plain(own_or_parents("version")),
            modules: modules.filter_map(|node| plain(content(node))).collect(),
            dependencies: BTreeMap::new(),
            is_whole: parent.is_none() && child(project, "profiles").is_none(),
        };
        for node in child(project, "dependencies").into_iter().flat_map(|list| list.children()) {
            if node.tag_name().name() != "dependency" {
                continue;
            }
            let (Some(group), Some(artifact)) = (plain(value(node, "groupId")), plain(value(node, "artifactId")))
            else {
                pom.is_whole = false;
                continue;
            };
            // A range is no version.
            let version = plain(value(node, "version")).filter(|text| !text.starts_with(['[', '(']));
            let version = version.filter(|text| !matches!(text.as_str(), "LATEST" | "RELEASE"));
            pom.dependencies.entry((group, artifact)).or_default().insert(version);
        }
        Ok(pom)
    }

    /// Whether the tree of these coordinates is that of this manifest.
    pub(super) fn is_of(&self, root: &Coordinates) -> bool {
        let fits = |own: &Option<String>, got: &String| own.as_ref().is_none_or(|own| own == got);
        self.artifact.is_some()
            && fits(&self.group, &root.group)
            && fits(&self.artifact, &root.artifact)
            && fits(&self.version, &root.version)
    }

    /// Its coordinates, for people.
    pub(super) fn shown(&self) -> String {
        let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
        format!("{}:{}:{}", word(&self.group), word(&self.artifact), word(&self.version))
    }

    /// Compares direct dependencies.
    ///
    /// # Errors
    /// The first difference.
    pub(super) fn check<'a, I>(&self, root: &Coordinates, direct: impl Fn() -> I) -> Result<(), String>
    where
        I: Iterator<Item = &'a Coordinates>,
    {
        let mut in_tree: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for node in direct() {
            in_tree.entry((&node.group, &node.artifact)).or_default().push(&node.version);
        }
        for ((group, artifact), versions) in &self.dependencies {
            let Some(got) = in_tree.get(&(group.as_str(), artifact.as_str())) else {
                return Err(format!("{group}:{artifact} is not below {root}"));
            };
            let wrong = got.iter().find(|got| !versions.iter().any(|version| is_version(version.as_deref(), got)));
            if let Some(wrong) = wrong {
                let expected = versions.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" or ");
                return Err(format!("{group}:{artifact} is in the tree at {wrong} (expected {expected})"));
            }
        }
        let known =
            |group: &str, artifact: &str| self.dependencies.contains_key(&(group.to_owned(), artifact.to_owned()));
        match in_tree.keys().find(|(group, artifact)| self.is_whole && !known(group, artifact)) {
            Some((group, artifact)) => Err(format!("{group}:{artifact} is below {root} and not asked for")),
            None => Ok(()),
        }
    }
}

/// A snapshot may be in the tree by the time of its build.
fn is_version(asked: Option<&str>, got: &str) -> bool {
    asked.is_none_or(|asked| {
        asked == got || asked.strip_suffix("SNAPSHOT").is_some_and(|head| !head.is_empty() && got.starts_with(head))
    })
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn value<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(content)
}

fn content<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.text().map(str::trim).filter(|text| node.is_element() && !text.is_empty())
}

fn plain(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.contains("${")).map(str::to_owned)
}
