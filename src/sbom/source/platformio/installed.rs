//! Libraries that PlatformIO installed: `.piopm`, what it took, and the manifest of each.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::FOLDER;
use super::requirement::{Requirement, purl_of};
use crate::model::json;
use crate::sbom::licence::Licence;
use crate::sbom::purl;
use crate::sbom::source::{Files, Package, SourceError, address};

/// `.piopm`.
#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    version: String,
    spec: Option<Spec>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Spec {
    owner: Option<String>,
    id: Option<u64>,
    name: Option<String>,
    uri: Option<String>,
}

/// `library.json`, as far as it matters here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Manifest {
    license: Option<serde_json::Value>,
    dependencies: Option<serde_json::Value>,
}

/// An installed library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Library {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) owner: Option<String>,
    pub(super) id: Option<String>,
    /// Name under which it was asked for.
    pub(super) spec_name: Option<String>,
    pub(super) uri: Option<String>,
    pub(super) purl: String,
    /// Names of what it needs.
    pub(super) needs: Vec<String>,
    licence: Licence,
}

impl Library {
    /// The package, still without edges.
    pub(super) fn package(&self) -> Package {
        let mut package = Package::new(&self.name, &self.version, self.purl.clone());
        package.licence = self.licence.clone();
        package.source_url = self.uri.as_deref().and_then(|uri| address::web(repository(uri)));
        package
    }
}

/// Libraries by environment and folder.
pub(super) fn libraries(files: &Files) -> Result<BTreeMap<String, BTreeMap<String, Library>>, SourceError> {
    let mut environments: BTreeMap<String, BTreeMap<String, Library>> = BTreeMap::new();
    for (path, bytes) in files.range(FOLDER.to_owned()..).take_while(|(path, _)| path.starts_with(FOLDER)) {
        let Some(folder) = path.strip_suffix("/.piopm") else { continue };
        let folder = folder.strip_suffix("/.git").unwrap_or(folder);
        let mut parts = folder.split('/').skip(2);
        let (Some(environment), Some(name)) = (parts.next(), parts.next()) else { continue };
        let wire: Wire = json::decode(bytes).map_err(|error| SourceError::malformed(path, error))?;
        if wire.kind != "library" {
            return Err(SourceError::malformed(path, format!("type {:.40?} (expected \"library\")", wire.kind)));
        }
        let library = library(files, folder, wire)?;
        environments.entry(environment.to_owned()).or_default().insert(name.to_owned(), library);
    }
    Ok(environments)
}

fn library(files: &Files, folder: &str, wire: Wire) -> Result<Library, SourceError> {
    let Spec { owner, id, name, uri } = wire.spec.unwrap_or_default();
    let path = format!("{folder}/library.json");
    let manifest = files.get(&path).map(|bytes| json::decode::<Manifest>(bytes));
    let manifest = manifest.transpose().map_err(|error| SourceError::malformed(&path, error))?;
    let properties = files.get(&format!("{folder}/library.properties")).filter(|_| manifest.is_none());
    let manifest = manifest.unwrap_or_default();
    let mut needs = Vec::new();
    if let Some(value) = &manifest.dependencies {
        names(value, &mut needs);
    }
    if let Some(text) = properties.map(|bytes| String::from_utf8_lossy(bytes)) {
        let depends = text.lines().filter_map(|line| line.strip_prefix("depends="));
        needs.extend(depends.flat_map(|list| list.split(',')).map(|item| name_before_version(item).to_owned()));
    }
    let purl = match &uri {
        None => purl_of(owner.as_deref(), &wire.name, &wire.version)?,
        Some(uri) => purl_of_address(uri, &wire.name, &wire.version, commit(files, folder))?,
    };
    Ok(Library {
        purl,
        owner,
        id: id.map(|id| id.to_string()),
        spec_name: name,
        uri,
        needs,
        licence: Licence::declared(manifest.license.as_ref().and_then(serde_json::Value::as_str), None),
        name: wire.name,
        version: wire.version,
    })
}

/// `dependencies` is a list of objects or names, or an object of versions by name.
fn names(value: &serde_json::Value, to: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => {
            for item in items {
                let name = item.as_str().or_else(|| item.get("name")?.as_str());
                to.extend(name.map(|name| Requirement::parse(name).name.to_owned()));
            }
        }
        serde_json::Value::Object(items) => {
            to.extend(items.keys().map(|name| Requirement::parse(name).name.to_owned()));
        }
        serde_json::Value::String(list) => to.extend(list.split(',').map(|name| name.trim().to_owned())),
        _ => {}
    }
}

/// `Name (>=1.0.0)` of `library.properties`.
fn name_before_version(item: &str) -> &str {
    item.split('(').next().unwrap_or(item).trim()
}

fn purl_of_address(uri: &str, name: &str, version: &str, commit: Option<&str>) -> Result<String, SourceError> {
    let is_local = uri.starts_with("file:");
    let place = repository(uri);
    Ok(match (uri.starts_with("git+"), commit) {
        (true, Some(commit)) => address::purl(place, name, commit)?,
        (false, _) if !is_local && uri.starts_with("http") => {
            let place = purl::without_credentials(uri);
            purl::qualified("generic", name, version, &[("download_url", Some(&place))])?
        }
        _ => purl_of(None, name, version)?,
    })
}

/// The address without the scheme of PlatformIO and without what was checked out.
fn repository(uri: &str) -> &str {
    let place = uri.strip_prefix("git+").unwrap_or(uri);
    place.split('#').next().unwrap_or(place)
}

/// The commit that is checked out: that of `HEAD`, or of the branch that it names.
fn commit<'a>(files: &'a Files, folder: &str) -> Option<&'a str> {
    let text = |path: String| files.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()).map(str::trim);
    let head = text(format!("{folder}/.git/HEAD"))?;
    let commit = match head.strip_prefix("ref: ") {
        Some(name) => text(format!("{folder}/.git/{name}"))?,
        None => head,
    };
    let is_hex = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex && matches!(commit.len(), 40 | 64)).then_some(commit)
}
