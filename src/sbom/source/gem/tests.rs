//! Small literals, each accept with its sibling reject.

use super::{LOCKFILE, read};
use crate::sbom::source::{Files, Resolution, SourceError};

const GEMS: &str = "GEM\n  remote: https://rubygems.org/\n  specs:\n";

fn of(text: &str) -> Result<Resolution, SourceError> {
    read(&Files::from([(LOCKFILE.to_owned(), text.as_bytes().to_vec())]), "app")
}

fn edges(resolution: &Resolution, name: &str) -> Vec<String> {
    let projects = resolution.projects.iter().map(|project| &project.package);
    let found = projects.chain(&resolution.packages).find(|package| package.name == name);
    found.expect("package").depends_on.iter().cloned().collect()
}

#[test]
fn an_edge_leads_to_every_platform_of_a_gem() {
    let hex = "ab".repeat(32);
    let text = format!(
        "{GEMS}    a (1.0)\n      b (~> 2)\n    b (2.0)\n    b (2.0-java)\n\nPLATFORMS\n  java\n  ruby\n\n\
         DEPENDENCIES\n  a (= 1.0)\n\nCHECKSUMS\n  a (1.0)\n  b (2.0-java) sha256={hex},md5=00\n\nBUNDLED WITH\n   2.5.0\n"
    );
    let resolution = of(&text).expect("reads");
    assert_eq!(edges(&resolution, "app"), ["pkg:gem/a@1.0"]);
    assert_eq!(edges(&resolution, "a"), ["pkg:gem/b@2.0", "pkg:gem/b@2.0?platform=java"]);
    let hashes: Vec<usize> = resolution.packages.iter().map(|package| package.hashes.len()).collect();
    assert_eq!((hashes, resolution.incomplete), (vec![0, 0, 1], None));
}

#[test]
fn gems_of_paths_are_projects_and_gems_of_git_are_packages() {
    let text = "GIT\n  remote: https://h.org/g.git\n  revision: ab\n  specs:\n    g (1.0)\n\n\
                PATH\n  remote: .\n  specs:\n    own (0.1)\n      g\n\nDEPENDENCIES\n  g!\n  own!\n";
    let resolution = of(text).expect("reads");
    assert_eq!(resolution.projects.len(), 2);
    assert_eq!(edges(&resolution, "own"), ["pkg:gem/g@1.0"]);
    assert_eq!(resolution.packages[0].source_url.as_deref(), Some("https://h.org/g.git"));
}

#[test]
fn bundler_is_a_package_where_a_gem_needs_it_and_its_version_is_known() {
    let text = format!("{GEMS}    a (1.0)\n      bundler\n\nDEPENDENCIES\n  a\n");
    assert_eq!(of(&text).expect("reads").packages.len(), 1);
    let resolution = of(&format!("{text}\nBUNDLED WITH\n  4.0.12\n")).expect("reads");
    assert_eq!(edges(&resolution, "a"), ["pkg:gem/bundler@4.0.12"]);
}

#[test]
fn a_gem_asked_for_but_locked_for_no_platform_is_said_to_lack() {
    let resolution = of("DEPENDENCIES\n  tzinfo-data\n").expect("reads");
    assert!(resolution.incomplete.is_some_and(|reason| reason.contains("tzinfo-data")));
    let other = of(&format!("{GEMS}    a (1.1)\n\nDEPENDENCIES\n  a (= 1.0)\n"));
    assert!(matches!(other, Err(SourceError::OutOfStep { .. })));
}

#[test]
fn a_gemfile_that_asks_for_something_else_is_refused() {
    let lock = format!("{GEMS}    a (1.5)\n    b (2.0)\n\nDEPENDENCIES\n  a (>= 1.2, ~> 1.0)\n  b\n");
    let of = |gemfile: &str| {
        let files = [(LOCKFILE, lock.as_str()), (super::MANIFEST, gemfile)];
        read(&files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into(), "app")
    };
    assert!(of("gem 'a', '~> 1.0', '>= 1.2'\ngem 'b', '>= 0'\n").is_ok());
    assert!(of("gem 'a', '~> 1.0', '>= 1.2'\ngem 'b' if x\ngem 'c' unless y\n").is_ok(), "not judged");
    for (gemfile, why) in [
        ("gem 'a', '~> 1.1', '>= 1.2'\ngem 'b'\n", "a is locked for >= 1.2, ~> 1.0 (expected >= 1.2, ~> 1.1)"),
        ("gem 'a'\ngem 'b'\n", "(expected any version)"),
        ("gem 'a', '~> 1.0', '>= 1.2'\n", "b is locked as a dependency (expected none)"),
        ("gem 'c'\n", "c is not locked"),
    ] {
        let error = of(gemfile).expect_err(gemfile);
        assert!(matches!(error, SourceError::OutOfStep { .. }) && error.to_string().contains(why), "{error}");
    }
    let stale = read(&Files::from([(LOCKFILE.to_owned(), lock.replace("a (1.5)", "a (2.5)").into_bytes())]), "app");
    assert!(stale.expect_err("refused").to_string().contains("a is locked at 2.5 (expected >= 1.2, ~> 1.0)"));
}

#[test]
fn refuses_lines_of_another_form() {
    for (text, expected) in [
        (format!("{GEMS}    a (1.0)\n      b\n"), "not locked"),
        (format!("{GEMS}    a\n"), "without one version"),
        (format!("{GEMS}    a (1.0\n"), "not closed"),
        (format!("{GEMS}      a\n"), "of no gem"),
        (format!("{GEMS}   a (1.0)\n"), "unexpected line"),
        ("<<<<<<< HEAD\n".to_owned(), "no section"),
        ("NEWS\n  a\n".to_owned(), "unexpected line"),
        ("CHECKSUMS\n  a (1.0) sha256=ab\n".to_owned(), "another length"),
        ("CHECKSUMS\n  a (1.0)\n  a (1.0)\n".to_owned(), "second checksum"),
        ("DEPENDENCIES\n  a b\n".to_owned(), "no name"),
    ] {
        let got = of(&text).expect_err(&text).to_string();
        assert!(got.contains(expected), "{text}: {got}");
    }
    assert!(read(&Files::from([(LOCKFILE.to_owned(), vec![0xff])]), "app").is_err());
    let many = |count: usize| (0..count).map(|at| format!("    a (1.0-p{at})\n")).collect::<String>();
    assert!(of(&format!("{GEMS}{}", many(64))).is_ok() && of(&format!("{GEMS}{}", many(65))).is_err());
    assert!(matches!(read(&Files::new(), "app"), Err(SourceError::Absent(_))));
}
