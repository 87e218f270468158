//! The tree in its three spellings (maven-dependency-plugin, `tree` goal; maven-dependency-tree).

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::model::json;
use crate::sbom::graph::Scope;

/// What names a file of a Maven repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coordinates {
    pub(super) group: String,
    pub(super) artifact: String,
    /// Type: `jar` unless said otherwise.
    pub(super) kind: String,
    /// Empty where there is none.
    pub(super) classifier: String,
    pub(super) version: String,
}

impl fmt::Display for Coordinates {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { group, artifact, version, .. } = self;
        write!(to, "{group}:{artifact}:{version}")
    }
}

/// A line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) coordinates: Coordinates,
    /// Scope that Maven gave it; roots ship.
    pub(super) scope: Scope,
    /// Whether another node of its name was taken in its stead.
    pub(super) is_omitted: bool,
    /// Index of what it hangs below; `None` for a project.
    pub(super) parent: Option<usize>,
}

/// The ways in which a level of the tree is drawn.
const LEVELS: [&str; 7] = ["+- ", "\\- ", "|  ", "   ", "├─ ", "└─ ", "│  "];

/// Reads the tree as text; the trees of several projects may follow one another.
pub(super) fn of_text(text: &str) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    let mut above: Vec<usize> = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fail = |message: String| format!("line {}: {message}", at + 1);
        let (mut depth, mut label) = (0, line);
        while let Some(rest) = LEVELS.iter().find_map(|level| label.strip_prefix(level)) {
            (depth, label) = (depth + 1, rest);
        }
        if depth > above.len() {
            return Err(fail("it is more than one level below the line above".to_owned()));
        }
        above.truncate(depth);
        let parent = above.last().copied();
        above.push(nodes.len());
        nodes.push(node(label, parent).map_err(fail)?);
    }
    Ok(nodes)
}

/// Reads the tree in Trivial Graph Format: lines `id label`, `#`, lines `id id scope`.
pub(super) fn of_tgf(text: &str) -> Result<Vec<Node>, String> {
    let mut labels: Vec<&str> = Vec::new();
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let mut parents: Vec<Option<usize>> = Vec::new();
    let mut is_past = false;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fail = |message: &str| format!("line {}: {message}", at + 1);
        if line.trim() == "#" {
            if std::mem::replace(&mut is_past, true) {
                return Err(fail("a second tree (write the trees of several projects as text)"));
            }
            continue;
        }
        let (id, rest) = line.split_once(' ').ok_or_else(|| fail("expected an id and a text"))?;
        if is_past {
            let to = rest.split(' ').next().unwrap_or_default();
            let (Some(from), Some(to)) = (ids.get(id), ids.get(to)) else {
                return Err(fail("an edge of a node that is not there"));
            };
            if parents[*to].replace(*from).is_some() {
                return Err(fail("a second edge to one node"));
            }
        } else {
            // Ids are hash codes of Java: two nodes may share one.
            if ids.insert(id, labels.len()).is_some() {
                return Err(fail("an id is there twice (write the tree as text)"));
            }
            labels.push(rest);
            parents.push(None);
        }
    }
    if parents.iter().filter(|parent| parent.is_none()).count() > 1 {
        return Err("it has several nodes that nothing leads to".to_owned());
    }
    labels.into_iter().zip(parents).map(|(label, parent)| node(label, parent)).collect()
}

/// A node as JSON. What is omitted is not marked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    group_id: String,
    artifact_id: String,
    version: String,
    #[serde(rename = "type")]
    kind: String,
    scope: String,
    classifier: String,
    #[serde(default)]
    children: Vec<Wire>,
}

/// Reads the tree as JSON.
pub(super) fn of_json(bytes: &[u8]) -> Result<Vec<Node>, String> {
    let root: Wire = json::decode(bytes).map_err(|error| error.to_string())?;
    let mut nodes = Vec::new();
    let mut queue = vec![(root, None)];
    while let Some((wire, parent)) = queue.pop() {
        let at = nodes.len();
        let coordinates = Coordinates {
            group: wire.group_id,
            artifact: wire.artifact_id,
            kind: wire.kind,
            classifier: wire.classifier,
            version: wire.version,
        };
        check(&coordinates)?;
        let scope = if parent.is_none() { Scope::Shipped } else { scope(&wire.scope)? };
        nodes.push(Node { coordinates, scope, is_omitted: false, parent });
        queue.extend(wire.children.into_iter().map(|child| (child, Some(at))));
    }
    Ok(nodes)
}

/// `group:artifact:type[:classifier]:version:scope`, of a project without the scope; notes follow in
/// parentheses, and a node that is omitted stands in them as a whole.
fn node(label: &str, parent: Option<usize>) -> Result<Node, String> {
    let fail = || {
        let cut: String = label.chars().take(120).collect();
        format!("{cut:?} is no module (expected group:artifact:type:version:scope)")
    };
    let omitted = label.strip_prefix('(').map(|inner| inner.split_once(" - ").ok_or_else(fail)).transpose()?;
    let name = match omitted {
        Some((name, notes)) if notes.contains("omitted ") => name,
        Some(_) => return Err(fail()),
        None => label.split_once(" (").map_or(label, |(name, _)| name),
    };
    let parts: Vec<&str> = name.trim_end().split(':').collect();
    let (group, artifact, kind, classifier, version, given) = match (parent, parts.as_slice()) {
        (None, [group, artifact, kind, version]) => (group, artifact, kind, "", version, "compile"),
        (None, [group, artifact, kind, classifier, version]) => {
            (group, artifact, kind, *classifier, version, "compile")
        }
        (Some(_), [group, artifact, kind, version, scope]) => (group, artifact, kind, "", version, *scope),
        (Some(_), [group, artifact, kind, classifier, version, scope]) => {
            (group, artifact, kind, *classifier, version, *scope)
        }
        _ => return Err(fail()),
    };
    let coordinates = Coordinates {
        group: (*group).to_owned(),
        artifact: (*artifact).to_owned(),
        kind: (*kind).to_owned(),
        classifier: classifier.to_owned(),
        version: (*version).to_owned(),
    };
    check(&coordinates).map_err(|_| fail())?;
    Ok(Node { coordinates, scope: scope(given)?, is_omitted: omitted.is_some(), parent })
}

/// A module of scope `provided` is left to what the product runs in, and `system` to nobody else.
fn scope(text: &str) -> Result<Scope, String> {
    match text {
        "compile" | "runtime" | "system" => Ok(Scope::Shipped),
        "provided" => Ok(Scope::BuildTimeOnly),
        "test" => Ok(Scope::DevelopmentOnly),
        other => {
            let cut: String = other.chars().take(40).collect();
            Err(format!("scope {cut:?} (expected compile, runtime, provided, system or test)"))
        }
    }
}

fn check(coordinates: &Coordinates) -> Result<(), String> {
    let Coordinates { group, artifact, kind, classifier, version } = coordinates;
    let is_odd =
        |text: &String| text.contains(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '\\' | ':'));
    let parts = [group, artifact, kind, classifier, version];
    if parts.into_iter().any(is_odd) || [group, artifact, kind, version].into_iter().any(String::is_empty) {
        return Err(format!("{:?} is no module", coordinates.to_string().chars().take(120).collect::<String>()));
    }
    Ok(())
}
