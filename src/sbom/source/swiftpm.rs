//! SwiftPM: `Package.resolved`, versions 1 to 3 (swift-package-manager, `ResolvedPackagesStore.swift`).
//!
//! It pins packages to versions or revisions. Revisions are SHA-1 and therefore no digests. The manifest
//! is a Swift program: what it asks for and how it is named is not known without running it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::address::Address;
use super::{Files, Package, Project, Resolution, SourceError};
use crate::model::json;
use crate::sbom::purl;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "Package.resolved";
const NO_EDGES: &str = "it names no edges between packages and does not say which only serve tests: all are shown as \
                        dependencies of the project, and it has no digests but revisions";

#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// Version 1.
#[derive(Deserialize)]
struct Old {
    object: OldPins,
}

#[derive(Deserialize)]
struct OldPins {
    pins: Vec<OldPin>,
}

#[derive(Deserialize)]
struct OldPin {
    package: String,
    #[serde(rename = "repositoryURL")]
    location: String,
    state: State,
}

/// Versions 2 and 3, which differ in `originHash` only.
#[derive(Deserialize)]
struct Pins {
    pins: Vec<Pin>,
}

#[derive(Deserialize)]
struct Pin {
    identity: String,
    kind: Kind,
    location: String,
    state: State,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    RemoteSourceControl,
    LocalSourceControl,
    Registry,
}

#[derive(Deserialize)]
struct State {
    revision: Option<String>,
    version: Option<String>,
}

/// Reads `Package.resolved`.
///
/// # Errors
/// [`SourceError`] where it is absent, malformed or of another version.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let bytes = super::bytes(files, LOCKFILE)?;
    let mut root = Package::new(folder, "", purl::generic(folder, "", None)?);
    let (mut packages, mut seen) = (Vec::new(), BTreeSet::new());
    for pin in pins(bytes)? {
        if !seen.insert(pin.identity.to_lowercase()) {
            return Err(malformed(format!("{} is pinned twice", pin.identity)));
        }
        let package = package(&pin)?;
        if !root.depends_on.insert(package.purl.clone()) {
            return Err(malformed(format!("{} is pinned twice", package.purl)));
        }
        packages.push(package);
    }
    let incomplete = (!packages.is_empty()).then(|| NO_EDGES.to_owned());
    Ok(Resolution { projects: vec![Project::new(root)], packages, incomplete })
}

fn malformed(message: impl ToString) -> SourceError {
    SourceError::malformed(LOCKFILE, message)
}

fn pins(bytes: &[u8]) -> Result<Vec<Pin>, SourceError> {
    match json::decode::<Version>(bytes).map_err(malformed)?.version {
        1 => {
            let old: Old = serde_json::from_slice(bytes).map_err(malformed)?;
            let kind = Kind::RemoteSourceControl;
            let pin = |pin: OldPin| Pin { identity: pin.package, kind, location: pin.location, state: pin.state };
            Ok(old.object.pins.into_iter().map(pin).collect())
        }
        2 | 3 => Ok(serde_json::from_slice::<Pins>(bytes).map_err(malformed)?.pins),
        other => Err(SourceError::Version { file: LOCKFILE.to_owned(), got: other.to_string(), expected: "1, 2 or 3" }),
    }
}

fn package(pin: &Pin) -> Result<Package, SourceError> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    // A branch names what moves; the revision is what was built.
    let version = given(&pin.state.version)
        .or_else(|| given(&pin.state.revision))
        .ok_or_else(|| malformed(format!("{} has neither a version nor a revision", pin.identity)))?;
    let (name, source_url) = match pin.kind {
        Kind::RemoteSourceControl => {
            let address = Address::parse(&pin.location).ok_or_else(|| {
                malformed(format!("{} has the location {:?} (expected host and path)", pin.identity, pin.location))
            })?;
            let is_web = pin.location.starts_with("https://") || pin.location.starts_with("http://");
            let name = format!("{}/{}", address.host, address.path);
            (name.clone(), is_web.then(|| format!("https://{name}")))
        }
        // Its location is a folder of the computer that resolved it.
        Kind::LocalSourceControl => (pin.identity.clone(), None),
        // The identity of a registry is scope.name (SE-0292); it has no host.
        Kind::Registry => (pin.identity.replacen('.', "/", 1), None),
    };
    let mut package = Package::new(&pin.identity, &version, purl::package("swift", &name, &version)?);
    package.source_url = source_url;
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::{LOCKFILE, read};
    use crate::sbom::source::{Files, Resolution, SourceError};

    fn of(text: &str) -> Result<Resolution, SourceError> {
        read(&Files::from([(LOCKFILE.to_owned(), text.as_bytes().to_vec())]), "app")
    }

    fn pin(identity: &str, kind: &str, location: &str, state: &str) -> String {
        let pin = format!(r#"{{"identity":"{identity}","kind":"{kind}","location":"{location}","state":{state}}}"#);
        format!(r#"{{"pins":[{pin}],"version":2}}"#)
    }

    #[test]
    fn a_pin_is_named_by_its_repository_and_version_or_else_revision() {
        for (kind, location, state, expected) in [
            ("remoteSourceControl", "https://u:p@GitHub.com/a/B.git", r#"{"version":"1.0.0"}"#, "github.com/a/B@1.0.0"),
            ("remoteSourceControl", "git@host.org:a/b.git", r#"{"branch":"main","revision":"ab"}"#, "host.org/a/b@ab"),
            (
                "remoteSourceControl",
                "ssh://git@host.org:22/a/b",
                r#"{"version":null,"revision":"ab"}"#,
                "host.org/a/b@ab",
            ),
            ("registry", "", r#"{"version":"2.0.0"}"#, "mona/list@2.0.0"),
        ] {
            let resolution = of(&pin("mona.list", kind, location, state)).expect(location);
            assert_eq!(resolution.packages[0].purl, format!("pkg:swift/{expected}"));
            let source = resolution.packages[0].source_url.as_deref();
            assert_eq!(source, location.contains("https").then_some("https://github.com/a/B"));
        }
    }

    #[test]
    fn version_1_gives_the_same_as_version_2() {
        let state = r#"{"branch":null,"revision":"ab","version":"1.0.0"}"#;
        let old = format!(
            r#"{{"object":{{"pins":[{{"package":"b","repositoryURL":"https://h.org/a/b","state":{state}}}]}},"version":1}}"#
        );
        let new = pin("b", "remoteSourceControl", "https://h.org/a/b.git", state);
        assert_eq!(of(&old).expect("version 1"), of(&new).expect("version 2"));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(matches!(read(&Files::new(), "app"), Err(SourceError::Absent(_))));
        assert!(matches!(of(r#"{"pins":[],"version":4}"#), Err(SourceError::Version { .. })));
        let remote = "remoteSourceControl";
        for text in [
            pin("b", "other", "https://h.org/a/b", r#"{"version":"1"}"#),
            pin("b", remote, "https://h.org/a/b", r#"{"branch":"main"}"#),
            pin("b", remote, "https://h.org/a/b", r#"{"version":1}"#),
            pin("b", remote, "https://h.org/../b", r#"{"version":"1"}"#),
            pin("b", remote, "/folder/b", r#"{"version":"1"}"#),
            r#"{"pins":[],"version":2,"version":3}"#.to_owned(),
            r#"{"version":2}"#.to_owned(),
            "[".repeat(1_000_000),
        ] {
            assert!(matches!(of(&text), Err(SourceError::Malformed { .. })), "{text:.99}");
        }
        let one = pin("b", remote, "https://h.org/a/b", r#"{"version":"1"}"#);
        let inner = &one[one.find('[').expect("[") + 1..one.find(']').expect("]")];
        assert!(of(&format!(r#"{{"pins":[{inner},{inner}],"version":3}}"#)).is_err());
    }
}
