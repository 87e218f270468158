//! Small literals, each accept with its sibling reject.

use super::{LOCKFILE, more, read};
use crate::sbom::merge::merge;
use crate::sbom::source::{Files, Resolution, SourceError};

fn files(all: &[(&str, &str)]) -> Files {
    all.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn of(text: &str) -> Result<Resolution, SourceError> {
    read(&files(&[(LOCKFILE, text)]), "device")
}

fn edges(resolution: &Resolution) -> Vec<(&str, &str)> {
    let all = resolution.projects.iter().map(|project| &project.package).chain(&resolution.packages);
    let short = |purl: &'_ str| purl.rfind('/').map_or(0, |at| at + 1);
    all.flat_map(|from| from.depends_on.iter().map(move |to| (&from.purl[short(&from.purl)..], &to[short(to)..])))
        .collect()
}

#[test]
fn comments_of_both_tools_are_edges() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let listed = format!(
        "-i https://x/simple\n--only-binary :all:\nb[x]==1 ; python_version < '3.9' \\\n    --hash={digest} \\\n    \
         --hash=md5:00\n    # via -r requirements.in\nb==2 ; python_version >= '3.9'\n    # via app (pyproject.toml)\n\
         C_c===3.0\n    # via\n    #   -c limits.txt\n    #   b\n# The following are unsafe:\n# pip\n"
    );
    let resolution = of(&listed).expect("resolution");
    let expected = [("device", "b@1"), ("device", "b@2"), ("b@1", "c-c@3.0"), ("b@2", "c-c@3.0")];
    assert_eq!(edges(&resolution), expected);
    assert_eq!(resolution.incomplete, None);
    assert_eq!(
        resolution.packages[0].hash_of.as_deref(),
        Some("one of the 2 distributions that are locked, without names")
    );
    let in_line = of("b==1  # via -r requirements.in\nc==2 # via b, d\nd==3# via\n");
    assert!(in_line.is_err(), "a # without white space before it is no comment");
    let in_line = of("b==1  # via -r requirements.in\nc==2 # via b, d\nd==3 # via c, b\n").expect("resolution");
    assert_eq!(edges(&in_line).len(), 5);
}

#[test]
fn entries_that_do_not_say_why_make_it_incomplete() {
    for (text, expected) in [
        ("b==1\nc==2 # via b\n", "1 of 2 entries"),
        ("b==1 # via setuptools\nc==2 # via -r x.in\n", "(setuptools)"),
        ("b==1 # via c\nc==2 # via b\n", "2 entries only ask for one another"),
    ] {
        let resolution = of(text).expect("resolution");
        let reason = resolution.incomplete.clone().expect("reason");
        assert!(reason.contains(expected), "{reason}");
        assert_eq!(resolution.graph(LOCKFILE, &[], None).expect("graph").len(), 3, "{text}");
    }
    assert_eq!(of("# nothing\n").expect("resolution").incomplete, None);
}

#[test]
fn what_is_not_pinned_is_refused_with_its_line() {
    for (text, expected) in [
        ("\nrequests\n", "line 2: requests is not pinned: got any version"),
        ("b>=1,<2\n", "line 1: b is not pinned: got <2,>=1"),
        ("b==1.*\n", "b is not pinned"),
        ("b==1,<2\n", "b is not pinned"),
        ("b==1\nb==2\n", "line 2: b is pinned at 2 (expected 1, as before)"),
        ("b==1 --hash=sha256:\n", "is no digest"),
        ("b==1 --hash\n", "is no digest"),
        ("b 1\n", "is not a requirement"),
        ("--frobnicate\n", "option \"--frobnicate\" is not known"),
        ("-r\n", "option \"-r\" is not known"),
        ("./lib\n", "is a path"),
        ("-e ../lib[x]\n", "is a path"),
        ("wheels/b-1-py3-none-any.whl\n", "is a path"),
        ("git+https://x/y@main#egg=b\n", "names no commit"),
        ("https://x/y\n", "names no package"),
    ] {
        let got = of(text).expect_err(text).to_string();
        assert!(got.contains(expected), "{text}: {got}");
    }
}

#[test]
fn addresses_and_commits_are_packages() {
    let commit = "0123456789012345678901234567890123456789";
    let text = format!(
        "-e .\n.[dev]\nb @ git+https://u:p@example.org/b@{commit} ; os_name == 'nt'\n-e git+ssh://git@example.org/c.git@{commit}\
         #egg=C&subdirectory=x\nhttps://example.org/d-1.5-py3-none-any.whl#sha256={}\ne @ https://example.org/e.zip\n",
        "d".repeat(64)
    );
    let resolution = of(&text).expect("resolution");
    let purls: Vec<_> = resolution.packages.iter().map(|package| package.purl.as_str()).collect();
    assert!(purls[0].starts_with("pkg:pypi/b?vcs_url=git%2Bhttps:") && !purls[0].contains("u:p"), "{purls:?}");
    assert!(purls[1].starts_with("pkg:pypi/c?vcs_url=git%2Bssh:"), "{purls:?}");
    assert_eq!(purls[2..], ["pkg:pypi/d@1.5", "pkg:pypi/e"]);
    assert_eq!(resolution.packages[2].hash_of.as_deref(), Some("built distribution d-1.5-py3-none-any.whl"));
}

#[test]
fn files_of_the_folder_are_included() {
    let mut all = files(&[("prod.txt", "-r base/a.txt\n--requirement=b.txt\n-c limits.txt\nm==1\n")]);
    assert_eq!(more(&all), ["b.txt", "base/a.txt"]);
    assert!(read(&all, "device").expect_err("absent").to_string().contains("base/a.txt is not there"));
    all.extend(files(&[("base/a.txt", "-r../b.txt\na==1\n"), ("b.txt", "b==1\n")]));
    assert!(more(&all).is_empty());
    assert_eq!(read(&all, "device").expect("resolution").packages.len(), 3);
    all.extend(files(&[("b.txt", "a==2\n")]));
    assert!(
        read(&all, "device").expect_err("two versions").to_string().contains("line 2: a is pinned at 1 (expected 2")
    );
    all.extend(files(&[("b.txt", "-r prod.txt\n")]));
    assert!(read(&all, "device").expect_err("a circle").to_string().contains("includes itself"));
    for path in ["../x.txt", "/x.txt", "https://x/y.txt", "a/../../x.txt", "${X}/y.txt", "."] {
        let error = of(&format!("-r {path}\n")).expect_err(path).to_string();
        assert!(error.contains("not in the folder"), "{error}");
    }
}

#[test]
fn digests_of_two_files_of_a_package_are_no_conflict() {
    let graph = |text: &str| of(text).expect("resolution").graph(LOCKFILE, &[], None).expect("graph");
    let digest = |byte: &str| byte.repeat(64);
    let nameless = graph(&format!("b==1 --hash=sha256:{}\n", digest("a")));
    let wheel = |byte: &str| graph(&format!("https://x/b-1-py3-none-any.whl#sha256={}\n", digest(byte)));
    assert_eq!(merge(vec![nameless, wheel("b")]).expect("graph").len(), 2);
    assert!(merge(vec![wheel("c"), wheel("b")]).is_err());
}

#[test]
fn hostile_bytes_are_refused() {
    assert!(matches!(read(&Files::new(), "device"), Err(SourceError::Absent(_))));
    assert!(matches!(
        read(&Files::from([(LOCKFILE.to_owned(), vec![0xff])]), "device"),
        Err(SourceError::Malformed { .. })
    ));
    let many: String = (0..65).map(|at| format!("b=={at} ; x\n")).collect();
    assert!(of(&many).expect_err("refused").to_string().contains("more than 64"));
    let big: String = (0..30_000).map(|at| format!("n{at}==1 \\\n    # via\n    #   n0\n    #   -r x.in\n")).collect();
    assert_eq!(of(&big).expect("resolution").packages.len(), 30_000);
    assert!(of(&format!("b==1 {}", "\\\n".repeat(100_000))).is_ok());
    assert!(of(&"-r a.txt\n".repeat(1000)).is_err());
}
