//! A requirement as tables of TOML and JSON write it: Poetry ("Dependency specification") and Pipenv.

use serde::Deserialize;

use super::Requirement;

/// One requirement of a name, or several for different markers.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(in crate::sbom::source) enum Constraints {
    // First, since a table may also be read from a list of its fields.
    /// Each under its own.
    Many(Vec<Constraint>),
    /// Under one marker.
    One(Constraint),
}

impl Constraints {
    /// All of them.
    pub(in crate::sbom::source) fn all(&self) -> &[Constraint] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// What is asked of a package.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(in crate::sbom::source) enum Constraint {
    /// A version.
    Version(String),
    /// More.
    Table(Box<Table>),
}

/// Fields are those of the files; others are none of our business.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::sbom::source) struct Table {
    pub(in crate::sbom::source) version: Option<String>,
    pub(in crate::sbom::source) git: Option<String>,
    pub(in crate::sbom::source) url: Option<String>,
    pub(in crate::sbom::source) path: Option<String>,
    pub(in crate::sbom::source) file: Option<String>,
    /// Name of the index.
    pub(in crate::sbom::source) source: Option<String>,
    pub(in crate::sbom::source) optional: bool,
    pub(in crate::sbom::source) markers: Option<String>,
    pub(in crate::sbom::source) python: Option<String>,
    pub(in crate::sbom::source) platform: Option<String>,
}

impl Constraint {
    /// What a requirement of another form (PEP 508) asks.
    pub(in crate::sbom::source) fn of(asked: Requirement) -> Self {
        let is_git = asked.url.as_deref().is_some_and(|url| url.starts_with("git+"));
        let (git, url) = if is_git { (asked.url, None) } else { (None, asked.url) };
        let version = asked.clauses.into_iter().collect::<Vec<_>>().join(",");
        let version = Some(version).filter(|version| !version.is_empty());
        Self::Table(Box::new(Table { version, git, url, markers: asked.marker, ..Table::default() }))
    }

    /// Whether it holds only for some extra, platform or Python.
    pub(in crate::sbom::source) fn is_conditional(&self) -> bool {
        match self {
            Self::Version(_) => false,
            Self::Table(table) => {
                table.optional || [&table.markers, &table.python, &table.platform].iter().any(|text| text.is_some())
            }
        }
    }
}
