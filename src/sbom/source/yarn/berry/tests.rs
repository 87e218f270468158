//! Small literals, each accept with its sibling reject.

use super::super::super::{Files, Resolution, SourceError};
use super::super::{more, read};

const LOCK: &str = r#"__metadata:
  version: 8
  cacheKey: 10c0

"demo@workspace:.":
  version: 0.0.0-use.local
  resolution: "demo@workspace:."
  dependencies:
    lod: "npm:lodash@^4.17.0"
    member: "workspace:*"
    ms: "npm:^2.0.0"
  languageName: unknown
  linkType: soft

"lod@npm:lodash@^4.17.0":
  version: 4.18.1
  resolution: "lodash@npm:4.18.1"
  dependencies:
    ms: "npm:^2.0.0"
  checksum: 10c0/757228fc68805c59789e82185135cf85f05d0b2d3d54631d680ca79ec21944ec8314d4533639a14b8bcfbd97a517e78960933041a5af17ecb693ec6eecb99a27
  languageName: node
  linkType: hard

"member@workspace:*, member@workspace:packages/m":
  version: 0.0.0-use.local
  resolution: "member@workspace:packages/m"
  languageName: unknown
  linkType: soft

"ms@npm:2.1.2":
  version: 2.1.2
  resolution: "ms@npm:2.1.2"
  languageName: node
  linkType: hard
"#;
const ROOT: &str = r#"{"name":"demo","version":"1.0.0","dependencies":{"lod":"npm:lodash@^4.17.0","member":"workspace:*"},
    "devDependencies":{"ms":"^2.0.0"},"resolutions":{"ms":"2.1.2"}}"#;

fn resolve(lock: &str, root: &str) -> Result<Resolution, SourceError> {
    let member = r#"{"name":"member","version":"0.1.0"}"#;
    let files = [("yarn.lock", lock), ("package.json", root), ("packages/m/package.json", member)];
    read(&files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into(), "folder")
}

#[test]
fn reads_workspaces_aliases_and_resolutions() {
    let found = resolve(LOCK, ROOT).unwrap();
    let root = &found.projects[0];
    let ships: Vec<&String> = root.package.depends_on.iter().collect();
    assert_eq!(ships, ["pkg:npm/lodash@4.18.1", "pkg:npm/member@0.1.0"]);
    assert_eq!(root.development.iter().collect::<Vec<_>>(), ["pkg:npm/ms@2.1.2"]);
    assert_eq!(found.packages[0].hash_of.as_deref(), Some(super::HASH_OF));
    let files: Files = [("yarn.lock".to_owned(), LOCK.as_bytes().to_vec())].into();
    assert_eq!(more(&files), ["package.json", "packages/m/package.json"]);
}

#[test]
fn rejects_what_does_not_fit() {
    for (lock, root, why) in [
        (LOCK.to_owned(), ROOT.replace("\"ms\":\"^2.0.0\"", "\"ms\":\"^2.1.0\""), "got ^2.0.0 for ms, expected ^2.1.0"),
        (LOCK.to_owned(), ROOT.replace("\"ms\":\"^2.0.0\"", ""), "got ^2.0.0 for ms, expected nothing"),
        (LOCK.to_owned(), ROOT.replace("\"ms\":\"2.1.2\"", "\"a/ms\":\"2.1.2\""), "for one parent"),
        (LOCK.to_owned(), ROOT.replace("\"ms\":\"2.1.2\"", ""), "which is not locked"),
        (LOCK.replace("4.18.1", "3.10.1"), ROOT.to_owned(), "locked at 3.10.1 (expected ^4.17.0)"),
        (LOCK.replace("\"lodash@npm", "\"loadsh@npm"), ROOT.to_owned(), "it holds loadsh 4.18.1 (expected lodash"),
        (LOCK.replace("version: 2.1.2", "version: 2.1.3"), ROOT.to_owned(), "it holds ms 2.1.2 (expected ms 2.1.3)"),
        (
            LOCK.replace(
                "\"ms@npm:2.1.2\"\n  lang",
                "\"ms@npm:2.1.2::__archiveUrl=https%3A%2F%2Fr%2Fmz%2F-%2Fmz-2.1.2.tgz\"\n  lang",
            ),
            ROOT.to_owned(),
            "serves mz 2.1.2",
        ),
        (LOCK.replace("version: 8", "version: 9"), ROOT.to_owned(), "version 9"),
        (LOCK.replace("10c0/757", "10c0/75"), ROOT.to_owned(), "checksum"),
        (LOCK.replace("workspace:packages/m", "workspace:../m"), ROOT.to_owned(), "outside"),
        (LOCK.replace("\"ms@npm:2.1.2\":", "\"ms@npm:2.1.2, ms@npm:2.1.2\":"), ROOT.to_owned(), "locked twice"),
    ] {
        let error = resolve(&lock, &root).unwrap_err().to_string();
        assert!(error.contains(why), "expected {why}: {error}");
    }
}
