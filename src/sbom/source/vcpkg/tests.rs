//! A manifest with what vcpkg wrote of what it installed.

use super::{MANIFEST, read};
use crate::sbom::graph::Scope;
use crate::sbom::source::{Files, Resolution, SourceError};

const STATUS: &str = "vcpkg_installed/vcpkg/status";

fn port(name: &str, version: &str, triplet: &str, more: &str) -> String {
    format!(
        "Package: {name}\n{version}{more}Architecture: {triplet}\nMulti-Arch: same\nAbi: ab\nDescription: one\n    two\n\
         Status: install ok installed\n\n"
    )
}

/// Built on one kind of machine for another.
fn cross() -> String {
    let (arm, host) = ("arm64-linux", "x64-linux");
    [
        port("vcpkg-cmake", "Version: 2024-04-23\n", host, ""),
        port("zlib", "Version: 1.3.1\n", arm, "Depends: vcpkg-cmake:x64-linux\n"),
        port("curl", "Version: 8.9.1\nPort-Version: 2\n", arm, "Depends: zlib\n"),
        port("curl", "", arm, "Feature: ssl\nDepends: curl[core,x], openssl[core,y]\n"),
        port("openssl", "Version: 3.3.1\n", arm, ""),
        port("protobuf", "Version: 25.1\n", host, "Depends: zlib\n"),
        port("protobuf", "Version: 25.1\n", arm, "Depends: protobuf:x64-linux\n"),
        port("zlib", "Version: 1.3.1\n", host, ""),
        "Package: gone\nArchitecture: x64-linux\nStatus: purge ok not-installed\n\n".to_owned(),
    ]
    .concat()
}

fn of(manifest: &str, status: &str) -> Result<Resolution, SourceError> {
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    read(&Files::from([file(MANIFEST, manifest), file(STATUS, status)]), "app")
}

const ASKED: &str = r#"{"name":"pump","version-semver":"1.0.0","license":"MIT","$comment":1,
    "dependencies":["curl",{"name":"protobuf","host":true},{"name":"protobuf","default-features":false},
    {"name":"winsock","platform":"windows"}],
    "features":{"x":{"description":"x","dependencies":["gtest"]}},
    "overrides":[{"name":"curl","version":"8.9.1","port-version":2}],"builtin-baseline":"ab"}"#;

#[test]
fn packages_of_the_host_only_take_part_in_the_build() {
    let resolution = of(ASKED, &cross()).expect("reads");
    assert_eq!(resolution.incomplete, None);
    let graph = resolution.graph(MANIFEST, &[], None).expect("graph");
    let scopes: Vec<(&str, Scope)> =
        graph.components().map(|component| (component.id.as_str(), component.scope)).collect();
    let expected = [
        ("pkg:generic/pump@1.0.0", Scope::Shipped),
        ("pkg:vcpkg/curl@8.9.1?port_version=2&triplet=arm64-linux", Scope::Shipped),
        ("pkg:vcpkg/openssl@3.3.1?triplet=arm64-linux", Scope::Shipped),
        ("pkg:vcpkg/protobuf@25.1?triplet=arm64-linux", Scope::Shipped),
        ("pkg:vcpkg/protobuf@25.1?triplet=x64-linux", Scope::BuildTimeOnly),
        ("pkg:vcpkg/vcpkg-cmake@2024-04-23?triplet=x64-linux", Scope::BuildTimeOnly),
        ("pkg:vcpkg/zlib@1.3.1?triplet=arm64-linux", Scope::Shipped),
        ("pkg:vcpkg/zlib@1.3.1?triplet=x64-linux", Scope::BuildTimeOnly),
    ];
    assert_eq!(scopes, expected);
    let of_curl = graph.dependencies("pkg:vcpkg/curl@8.9.1?port_version=2&triplet=arm64-linux");
    assert!(of_curl.eq([expected[2].0, expected[6].0]));
}

#[test]
fn one_triplet_tells_the_host_apart_by_the_manifest_and_by_scripts() {
    let status = [
        port("vcpkg-cmake", "Version: 1\n", "x64-linux", ""),
        port("fmt", "Version: 11\n", "x64-linux", "Depends: vcpkg-cmake\n"),
        port("flex", "Version: 2\n", "x64-linux", ""),
    ];
    let resolution = of(r#"{"dependencies":["fmt",{"name":"flex","host":true}]}"#, &status.concat()).expect("reads");
    let graph = resolution.graph(MANIFEST, &[], None).expect("graph");
    let build: Vec<&str> = graph
        .components()
        .filter(|component| component.scope == Scope::BuildTimeOnly)
        .map(|component| component.name.as_str())
        .collect();
    assert_eq!(build, ["flex", "vcpkg-cmake"]);
}

#[test]
fn updates_change_what_the_database_says() {
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let update = port("fmt", "Version: 12\n", "x64-linux", "");
    let files = Files::from([
        file(MANIFEST, r#"{"dependencies":["fmt"]}"#),
        file(STATUS, &port("fmt", "Version: 11\n", "x64-linux", "")),
        file("vcpkg_installed/vcpkg/updates/0000000001", &update.replace("\n", "\r\n")),
        file("vcpkg_installed/vcpkg/updates/incomplete", "half"),
    ]);
    let resolution = read(&files, "app").expect("reads");
    assert_eq!(resolution.packages[0].purl, "pkg:vcpkg/fmt@12?triplet=x64-linux");
    let mut two = files;
    two.insert("build/vcpkg_installed/vcpkg/status".to_owned(), Vec::new());
    assert!(matches!(read(&two, "app"), Err(SourceError::Malformed { .. })));
}

#[test]
fn refuses_what_is_not_installed() {
    let alone = Files::from([(MANIFEST.to_owned(), ASKED.as_bytes().to_vec())]);
    let error = read(&alone, "app").expect_err("absent");
    assert!(matches!(error, SourceError::Absent(_)) && error.to_string().contains("run vcpkg install"), "{error}");
    for (manifest, expected) in [
        (ASKED.replace("\"curl\",{", "\"curl\",\"fmt\",{"), "fmt is not installed"),
        (ASKED.replace("\"port-version\":2", "\"port-version\":3"), "at 8.9.1#2 (expected 8.9.1#3)"),
        (ASKED.replace("8.9.1\",\"port-version\":2", "8.9.2#2\""), "(expected 8.9.2#2)"),
    ] {
        let error = of(&manifest, &cross()).expect_err(expected);
        assert!(matches!(error, SourceError::OutOfStep { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(of(&ASKED.replace("8.9.1\",\"port-version\":2", "8.9.1#2\""), &cross()).is_ok());
}

#[test]
fn refuses_what_vcpkg_does_not_write() {
    for status in [
        "Package fmt\n".to_owned(),
        "  more\n".to_owned(),
        "Package: fmt\nPackage: fmt\n".to_owned(),
        "Package: fmt\nStatus: install ok installed\n".to_owned(),
        port("fmt", "", "x64-linux", ""),
        port("fmt", "Version: 1\n", "x64-linux", "Depends: zlib\n"),
        port("fmt", "Version: 1\n", "x64-linux", "Depends: a b\n"),
        port("fmt", "", "x64-linux", "Feature: x\n"),
        port("fmt", "Version: 1\n", "x64-linux", "").replace("ok installed", "ok half-installed"),
    ] {
        assert!(matches!(of(r#"{"dependencies":[]}"#, &status), Err(SourceError::Malformed { .. })), "{status}");
    }
    for manifest in ["[", r#"{"dependencies":[1]}"#, r#"{"dependencies":[],"dependencies":[]}"#] {
        assert!(matches!(of(manifest, ""), Err(SourceError::Malformed { .. })));
    }
    assert!(of("{}", "").expect("nothing").packages.is_empty());
}

#[test]
fn large_databases_are_read_in_linear_time() {
    let mut status = port("p0", "Version: 1\n", "x64-linux", "");
    for at in 1..50_000 {
        status.push_str(&port(&format!("p{at}"), "Version: 1\n", "x64-linux", &format!("Depends: p{}\n", at / 2)));
    }
    let resolution = of(r#"{"dependencies":["p49999"]}"#, &status).expect("reads");
    assert_eq!(resolution.packages.len(), 50_000);
}
