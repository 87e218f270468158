//! Small literals, each accept with its sibling reject.

use super::{LOCKFILE, MANIFEST, read};
use crate::sbom::source::{Files, Resolution, SourceError};

/// A manifest without sources, and one with a category and names in no normal form.
const PLAIN: &str = "[packages]\nb = \"*\"\n";
const NAMED: &str = "[[source]]\nname = \"pypi\"\nurl = \"https://pypi.org/simple\"\nverify_ssl = true\n\
                     [packages]\nB_b = {version = \"*\", extras = [\"x\"]}\n[docs]\nSphinx = \"*\"\n";
/// Computed by `Pipfile.calculate_hash` of Pipenv 2026.10.3, and by `plette`, which older releases use.
const PLAIN_HASH: &str = "a6c0876834eadb4f29c71231d544da09f43fdae7988c524751faa941053ce29c";
const NAMED_HASH: &str = "0f3ac307ff73c57427b8a87bb3b30b279e28980a971059ee7c1c54374039281b";
const NAMED_OLD_HASH: &str = "862c42bf24a71fc9b8b04dbbea109ef1f5d854d0182f59e075eb59210b4775d9";

fn of(hash: &str, manifest: &str, categories: &str) -> Result<Resolution, SourceError> {
    let lock = format!(
        "{{\"_meta\":{{\"hash\":{{\"sha256\":\"{hash}\"}},\"pipfile-spec\":6,\"requires\":{{}},\"sources\":[]}},{categories}}}"
    );
    let files = [(LOCKFILE, lock), (MANIFEST, manifest.to_owned())];
    read(&Files::from(files.map(|(name, text)| (name.to_owned(), text.into_bytes()))), "device")
}

fn one(locked: &str) -> Result<Resolution, SourceError> {
    of(PLAIN_HASH, PLAIN, &format!("\"default\":{{\"b\":{locked}}},\"develop\":{{}}"))
}

#[test]
fn only_what_develop_alone_holds_does_not_ship() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let categories = format!(
        "\"default\":{{\"b\":{{\"version\":\"==1\",\"hashes\":[\"{digest}\"]}}}},\"develop\":{{\"b\":{{\"version\":\"==1\"}},\
         \"c\":{{\"version\":\"==2\"}}}},\"docs\":{{\"d\":{{\"version\":\"===3.0.post1\"}}}}"
    );
    let resolution = of(PLAIN_HASH, PLAIN, &categories).expect("resolution");
    let project = &resolution.projects[0];
    assert!(project.package.depends_on.iter().eq(["pkg:pypi/b@1", "pkg:pypi/d@3.0.post1"]));
    assert!(project.development.iter().eq(["pkg:pypi/c@2"]));
    let graph = resolution.graph(LOCKFILE, &[], None).expect("graph");
    assert_eq!(graph.len(), 4);
    let other = format!("sha256:{}", "b".repeat(64));
    let twice = format!(
        "\"default\":{{\"b\":{{\"version\":\"==1\",\"hashes\":[\"{digest}\"]}}}},\"develop\":{{\"b\":{{\"version\":\"==1\",\"hashes\":[\"{other}\"]}}}}"
    );
    assert!(of(PLAIN_HASH, PLAIN, &twice).expect("resolution").graph(LOCKFILE, &[], None).is_err());
}

#[test]
fn the_digest_of_the_manifest_is_compared() {
    for hash in [NAMED_HASH, NAMED_OLD_HASH] {
        assert!(of(hash, NAMED, "\"default\":{}").expect("resolution").incomplete.is_none());
        let changed = NAMED.replace("\"x\"", "\"y\"");
        assert!(matches!(of(hash, &changed, "\"default\":{}"), Err(SourceError::OutOfStep { .. })));
    }
}

#[test]
fn packages_from_elsewhere_are_named() {
    let commit = "0123456789012345678901234567890123456789";
    let git = one(&format!("{{\"git\":\"https://u:p@example.org/b.git\",\"ref\":\"{commit}\"}}")).expect("resolution");
    assert!(git.packages[0].purl.starts_with("pkg:pypi/b?vcs_url=git%2Bhttps:"), "{}", git.packages[0].purl);
    assert_eq!(git.packages[0].source_url.as_deref(), Some("https://example.org/b.git"));
    let file = one("{\"file\":\"https://example.org/b-1.5-py3-none-any.whl#x\"}").expect("resolution");
    assert_eq!(file.packages[0].purl, "pkg:pypi/b@1.5");
    assert!(one("{\"editable\":true,\"path\":\".\"}").expect("resolution").packages.is_empty());
    assert!(one("{\"version\":\"*\"}").expect("resolution").incomplete.expect("reason").contains("no version (b)"));
    for locked in
        ["{}", "{\"version\":\">=1\"}", "{\"version\":\"==1.*\"}", "{\"version\":\"==\"}", "{\"git\":\"https://x\"}"]
    {
        assert!(one(locked).expect_err(locked).to_string().contains("b "), "{locked}");
    }
}

#[test]
fn other_versions_and_hostile_bytes_are_refused() {
    let mut files = Files::from([(MANIFEST.to_owned(), PLAIN.as_bytes().to_vec())]);
    assert!(matches!(read(&files, "device"), Err(SourceError::Absent(_))));
    let lock = "{\"_meta\":{\"hash\":{},\"pipfile-spec\":5}}";
    files.insert(LOCKFILE.to_owned(), lock.as_bytes().to_vec());
    assert!(matches!(read(&files, "device"), Err(SourceError::Version { .. })));
    let deep = format!("{{\"default\":{}", "[".repeat(100_000));
    for bytes in ["", "[]", "{}", "{\"_meta\":{}}", deep.as_str()] {
        files.insert(LOCKFILE.to_owned(), bytes.as_bytes().to_vec());
        assert!(matches!(read(&files, "device"), Err(SourceError::Malformed { .. })), "{bytes:.20}");
    }
    assert!(of(PLAIN_HASH, PLAIN, "\"default\":{\"b/c\":{\"version\":\"==1\"}}").is_err());
}
