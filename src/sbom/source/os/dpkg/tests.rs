//! Status files of dpkg: relations, architectures, states, refusals, size.

use std::collections::BTreeMap;

use super::{FILE, FOLDER, read};
use crate::sbom::graph::{Completeness, ComponentGraph, Supplier};
use crate::sbom::source::Files;

fn files(status: &str) -> Files {
    Files::from([
        (FILE.to_owned(), status.as_bytes().to_vec()),
        ("var/lib/dpkg/arch".to_owned(), b"amd64\ni386\n".to_vec()),
        ("etc/os-release".to_owned(), b"ID=debian\nVERSION_ID=12\n".to_vec()),
    ])
}

/// A paragraph; further lines end with a line feed each.
fn package(name: &str, more: &str) -> String {
    let arch = if more.contains("Architecture:") { "" } else { "Architecture: amd64\n" };
    let status = if more.contains("Status:") { "" } else { "Status: install ok installed\n" };
    let version = if more.contains("\nVersion:") { "" } else { "Version: 1.0-1\n" };
    format!("Package: {name}\n{status}{arch}{version}{more}\n")
}

fn graph(files: &Files) -> ComponentGraph {
    read(files, "root").expect("resolution").graph(FILE, &[], Some("Maker")).expect("graph")
}

/// Names with architecture of what each package needs.
fn edges(graph: &ComponentGraph) -> BTreeMap<String, Vec<String>> {
    let name = |purl: &str| {
        let component = graph.component(purl).expect("component");
        let arch = if purl.contains("arch=i386") { ":i386" } else { "" };
        format!("{}{arch}", component.name)
    };
    let needs = |purl: &str| graph.dependencies(purl).map(name).collect();
    graph.components().filter_map(|component| Some((name(component.purl.as_deref()?), needs(&component.id)))).collect()
}

#[test]
fn alternatives_and_what_is_provided_lead_to_what_is_installed() {
    let graph = graph(&files(
        &[
            package("a", "Depends: b (>= 1.0) | nothing, mail, old (<< 2) | b,\n c (>= 3)\nPre-Depends: d\n"),
            package("b", "Description: two\n lines: of it\n .\n"),
            package("c", "Provides: c (= 4)\n"),
            package("d", "Provides: mail, mail (= 3)\n"),
            package("e", "Provides: mail\nDepends: mail (>= 2), e\n"),
            package("old", "\nVersion: 2.0\n").replace("\n\nVersion", "\nVersion"),
        ]
        .concat(),
    ));
    let edges = edges(&graph);
    assert_eq!(edges["a"], ["b", "c", "d", "e"]);
    assert_eq!(edges["e"], ["d"]);
    assert_eq!(edges["debian"], ["a", "old"]);
    assert_eq!(graph.completeness(), &Completeness::Complete);
}

#[test]
fn what_is_not_met_is_said_and_loses_no_package() {
    let graph = graph(&files(&[package("a", "Depends: b (>= 2) | none\n"), package("b", "")].concat()));
    let Completeness::Incomplete { reason } = graph.completeness() else { panic!("complete") };
    assert!(reason.ends_with("1 requirements are met by no installed package, such as: a needs b (>= 2) | none"));
    assert_eq!(edges(&graph)["debian"], ["a", "b"]);
}

#[test]
fn architectures_are_told_apart() {
    let graph = graph(&files(
        &[
            package("libc", "Multi-Arch: same\n"),
            package("libc", "Multi-Arch: same\nArchitecture: i386\n"),
            package("tool", "Multi-Arch: foreign\n"),
            package("perl", "Multi-Arch: allowed\n"),
            package("game", "Architecture: i386\nDepends: libc, tool, perl:any, data\n"),
            package("data", "Architecture: all\nDepends: libc, only:i386\n"),
            package("only", "Architecture: i386\n"),
            package("strict", "Architecture: i386\nDepends: perl | tool\n"),
        ]
        .concat(),
    ));
    let edges = edges(&graph);
    assert_eq!(edges["data"], ["libc", "only:i386"]);
    assert_eq!(edges["strict:i386"], ["tool"]);
    // Data for the native architecture serves no foreign package unless it says so.
    assert_eq!(edges["game:i386"], ["libc:i386", "perl", "tool"]);
}

#[test]
fn half_states_are_said_and_removed_packages_left_out() {
    let graph = graph(&files(
        &[
            package("a", "Status: hold ok half-configured\n"),
            package("b", "Status: deinstall ok config-files\n"),
            package("c", "Status: unknown ok not-installed\n"),
            package("d", "Status: deinstall ok installed\n"),
        ]
        .concat(),
    ));
    assert_eq!(edges(&graph).into_keys().collect::<Vec<_>>(), ["a", "d", "debian"]);
    let state = |name: &str| {
        let component = graph.components().find(|component| component.name == name).expect("component");
        component.facts.get("package-state").cloned()
    };
    assert_eq!((state("a").as_deref(), state("d")), (Some("half-configured"), None));
}

#[test]
fn identity_source_and_maintainer_are_kept() {
    let more = "Source: gcc-12 (12.2.0)\nMaintainer: Team, GCC <gcc@example.org>\nHomepage: https://example.org/\n";
    let graph = graph(&files(&(package("libgcc", more) + &package("x", "Source: xx\n"))));
    let purls: Vec<_> = graph.components().filter_map(|component| component.purl.clone()).collect();
    assert_eq!(
        purls,
        [
            "pkg:deb/debian/libgcc@1.0-1?arch=amd64&distro=debian-12&upstream=gcc-12%4012.2.0",
            "pkg:deb/debian/x@1.0-1?arch=amd64&distro=debian-12&upstream=xx",
            "pkg:generic/debian@12",
        ]
    );
    let libgcc = graph.components().next().expect("libgcc");
    assert!(matches!(&libgcc.supplier, Supplier::Derived { name, from }
        if name == "Team, GCC" && from.as_str() == "package-maintainer"));
    assert_eq!(
        (libgcc.facts["source-package"].as_str(), libgcc.facts["homepage"].as_str()),
        ("gcc-12 12.2.0", "https://example.org/")
    );
}

#[test]
fn images_without_dpkg_have_a_file_for_each_package() {
    let mut files = files("");
    files.remove(FILE);
    let control =
        |name: &str, more: &str| format!("Package: {name}\nArchitecture: amd64\nVersion: 1\n{more}").into_bytes();
    files.insert(format!("{FOLDER}libc6"), control("libc6", ""));
    files.insert(format!("{FOLDER}libc6.md5sums"), b"0 usr/lib/libc.so".to_vec());
    files.insert(format!("{FOLDER}libssl3"), control("libssl3", "Depends: libc6 (>= 0.9), debconf\n"));
    let graph = graph(&files);
    assert_eq!(edges(&graph)["libssl3"], ["libc6"]);
    assert!(matches!(graph.completeness(), Completeness::Incomplete { .. }));
}

#[test]
fn refuses_what_is_no_status_file() {
    for (status, expected) in [
        (package("a", "no field\n"), "line 5: no field"),
        (package("a", "Status: install ok broken\n"), "has the state \"broken\""),
        ("Package: a\nVersion: 1\nArchitecture: amd64\n".to_owned(), "line 1: a has no Status"),
        ("Status: install ok installed\n".to_owned(), "a package without Package"),
        (package("a", "Depends: b (1)\n"), "is no relation"),
        (package("a", "Source: x\nSource: y\n"), "a second field Source"),
    ] {
        let error = read(&files(&status), "root").expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
    let mut unnamed = files(&package("a", ""));
    unnamed.remove("etc/os-release");
    assert!(read(&unnamed, "root").expect_err("refused").to_string().contains("os-release"));
}

#[test]
fn a_large_system_is_read_in_time_that_grows_with_its_size() {
    let packages = (0..50_000).map(|at| package(&format!("p{at}"), &format!("Depends: p{}, x\nProvides: v\n", at / 2)));
    let status: String = packages.chain([package("x", "")]).collect();
    assert_eq!(graph(&files(&status)).len(), 50_002);
    let hostile: String = (0..5_000).map(|at| package(&format!("p{at}"), "Depends: v\nProvides: v\n")).collect();
    assert!(read(&files(&hostile), "root").expect_err("refused").to_string().contains("possible providers"));
}
