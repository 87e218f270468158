//! Small literals, each accept with its sibling reject.

use super::manifest::tests::content_hash;
use super::{LOCKFILE, MANIFEST, read};
use crate::sbom::source::{Files, Resolution, SourceError};

const HEAD: &str = "[tool.poetry]\nname = \"A_pp\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.9\"\n";

/// A lockfile of the packages that fits the manifest.
fn files(lock: &str, manifest: &str) -> Files {
    let hash = content_hash(manifest);
    let metadata = format!("[metadata]\nlock-version = \"2.1\"\ncontent-hash = \"{hash}\"\n");
    [(LOCKFILE, format!("{lock}{metadata}")), (MANIFEST, manifest.to_owned())]
        .map(|(name, text)| (name.to_owned(), text.into_bytes()))
        .into()
}

fn of(lock: &str, dependencies: &str) -> Result<Resolution, SourceError> {
    read(&files(lock, &format!("{HEAD}{dependencies}")), "device")
}

fn error(lock: &str, dependencies: &str) -> String {
    of(lock, dependencies).expect_err("refused").to_string()
}

fn locked(name: &str, version: &str, rest: &str) -> String {
    format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nfiles = []\n{rest}\n")
}

fn edges(resolution: &Resolution, purl: &str) -> Vec<String> {
    let package = resolution.packages.iter().find(|package| package.purl == purl).expect("package");
    package.depends_on.iter().cloned().collect()
}

#[test]
fn groups_do_not_ship_and_extras_do() {
    let lock = [locked("b", "2", ""), locked("c", "1", ""), locked("D.d", "1", "")].concat();
    let asked = "B = \"^2\"\nc = {version = \"*\", optional = true}\n[tool.poetry.group.test.dependencies]\n\
                 d-d = \"*\"\nb = \"*\"\n";
    let resolution = of(&lock, asked).expect("resolution");
    let project = &resolution.projects[0];
    assert_eq!(project.package.purl, "pkg:pypi/a-pp@1");
    assert!(project.package.depends_on.iter().eq(["pkg:pypi/b@2", "pkg:pypi/c@1"]));
    assert!(project.development.iter().eq(["pkg:pypi/d-d@1"]));
    assert_eq!(resolution.incomplete, None);
    assert!(error(&locked("b", "2", ""), "b = \"^2\"\ne = \"*\"\n").contains("e is asked for, but not locked"));
}

#[test]
fn an_edge_leads_to_each_version_that_it_allows() {
    let several =
        "[package.dependencies]\nn = [{version = \">=1,<3\", markers = \"x\"}, {version = \"!=2\", markers = \"y\"}]";
    let lock = |rest: &str| {
        [locked("b", "1", rest), locked("n", "1", ""), locked("n", "2", ""), locked("n", "3", "")].concat()
    };
    let all = of(&lock(several), "b = \"*\"\n").expect("resolution");
    assert_eq!(edges(&all, "pkg:pypi/b@1").len(), 3);
    let one = of(&lock("[package.dependencies]\nn = \"~2\""), "b = \"*\"\nn = [\"1\", \"<=2\"]\n").expect("resolution");
    assert_eq!(edges(&one, "pkg:pypi/b@1"), ["pkg:pypi/n@2"]);
    assert_eq!(one.projects[0].package.depends_on.len(), 3);
}

#[test]
fn only_a_conditional_edge_may_lead_to_nothing() {
    let lock = |edge: &str| locked("b", "1", &format!("[package.dependencies]\nn = {edge}\nb = \"*\""));
    let resolution = of(&lock("{version = \"*\", markers = \"sys_platform == 'win32'\"}"), "b = \"*\"\n");
    let resolution = resolution.expect("resolution");
    assert!(edges(&resolution, "pkg:pypi/b@1").is_empty());
    assert!(resolution.incomplete.expect("reason").contains("(n)"));
    assert!(error(&lock("\"*\""), "b = \"*\"\n").contains("b needs n, which is not locked"));
}

#[test]
fn a_git_package_carries_address_and_commit() {
    let source = "[package.source]\ntype = \"git\"\nurl = \"https://u:p@example.org/b.git\"\nreference = \"main\"\n\
                  resolved_reference = \"0123456789012345678901234567890123456789\"";
    let lock = [locked("b", "1", source), locked("b", "1", "")].concat();
    let resolution = of(&lock, "b = {git = \"https://example.org/b.git\"}\n").expect("resolution");
    let purl = resolution.projects[0].package.depends_on.first().expect("edge");
    assert!(purl.starts_with("pkg:pypi/b@1?vcs_url=git%2Bhttps:"), "{purl}");
    assert!(!purl.contains("u:p") && purl.ends_with("0123456789012345678901234567890123456789"), "{purl}");
    assert_eq!(resolution.projects[0].package.depends_on.len(), 1);
    assert_eq!(resolution.packages[0].source_url, None);
}

#[test]
fn wheels_of_one_version_from_two_addresses_are_one_package() {
    let of_url = |platform: &str, byte: &str| {
        let digest = byte.repeat(64);
        format!(
            "[[package]]\nname = \"t\"\nversion = \"1\"\nfiles = [{{file = \"t-1-{platform}.whl\", hash = \
             \"sha256:{digest}\"}}]\n[package.source]\ntype = \"url\"\nurl = \"https://x/{platform}\"\n"
        )
    };
    let graph = |lock: &str| of(lock, "t = \"*\"\n").expect("resolution").graph(LOCKFILE, &[], None);
    assert_eq!(graph(&[of_url("linux", "a"), of_url("mac", "b")].concat()).expect("graph").len(), 2);
    let error = graph(&[of_url("linux", "a"), of_url("linux", "b")].concat()).expect_err("two digests of one file");
    assert!(error.to_string().contains("two different"), "{error}");
}

#[test]
fn files_of_older_versions_stand_apart() {
    let package = |version: &str| format!("[[package]]\nname = \"b\"\nversion = \"{version}\"\n");
    let digest = |byte: &str| byte.repeat(64);
    let manifest = format!("{HEAD}b = \"*\"\n");
    let metadata = |rest: &str| {
        let hash = content_hash(&manifest);
        format!("[metadata]\nlock-version = \"1.1\"\ncontent-hash = \"{hash}\"\n{rest}")
    };
    let named = metadata(&format!(
        "[metadata.files]\nb = [{{file = \"b-1.1.tar.gz\", hash = \"sha256:{}\"}}, {{file = \"b-1.1.1-py3-none-any.whl\", \
         hash = \"sha256:{}\"}}]\n",
        digest("a"),
        digest("b")
    ));
    let mut all = files("", &manifest);
    all.insert(LOCKFILE.to_owned(), [package("1.1"), package("1.1.1"), named].concat().into_bytes());
    let resolution = read(&all, "device").expect("resolution");
    let of: Vec<_> = resolution.packages.iter().map(|package| package.hash_of.as_deref()).collect();
    assert_eq!(of, [Some("source distribution b-1.1.tar.gz"), Some("built distribution b-1.1.1-py3-none-any.whl")]);
    let nameless = metadata(&format!("[metadata.hashes]\nb = [\"{}\", \"{}\"]\n", digest("c"), digest("d")));
    all.insert(LOCKFILE.to_owned(), [package("1.1"), nameless].concat().into_bytes());
    let resolution = read(&all, "device").expect("resolution");
    assert!(resolution.packages[0].hash_of.as_deref().expect("digest").starts_with("one of the 2"));
}

#[test]
fn a_changed_manifest_and_other_versions_are_refused() {
    let mut all = files(&locked("b", "1", ""), &format!("{HEAD}b = \"*\"\n"));
    assert!(read(&all, "device").is_ok());
    all.insert(MANIFEST.to_owned(), format!("{HEAD}b = \"^1\"\n").into_bytes());
    let error = read(&all, "device").expect_err("refused");
    assert!(matches!(&error, SourceError::OutOfStep { what, .. } if what.contains("content-hash")), "{error}");
    for (version, expected) in [("lock-version = \"3.0\"\n", "3.0"), ("", "none")] {
        all.insert(LOCKFILE.to_owned(), format!("[metadata]\n{version}").into_bytes());
        let error = read(&all, "device").expect_err("refused");
        assert!(matches!(&error, SourceError::Version { got, .. } if got == expected), "{error}");
    }
    all.remove(MANIFEST);
    assert!(matches!(read(&files("", "x = 1"), "device"), Ok(found) if found.packages.is_empty()));
    assert!(read(&all, "device").is_err() && read(&Files::new(), "device").is_err());
}

#[test]
fn hostile_bytes_are_refused() {
    let deep = format!("x = {}", "[".repeat(100_000));
    let dotted = format!("{}x = 1", "a.".repeat(100_000));
    let many = locked("b", "1", "").repeat(65);
    for lock in [deep.as_str(), dotted.as_str(), "[[package]]\nname = \"b\"\n", "[[package]]\nname = 1\n", &many] {
        assert!(matches!(of(lock, ""), Err(SourceError::Malformed { .. })), "{lock:.40}");
    }
    assert!(matches!(of(&locked("b/c", "1", ""), ""), Err(SourceError::Malformed { .. })));
    let big: String =
        (0..20_000).map(|at| locked(&format!("n{at}"), "1", "[package.dependencies]\nn1 = \"*\"")).collect();
    assert_eq!(of(&big, "n2 = \"*\"\n").expect("resolution").packages.len(), 20_000);
}
