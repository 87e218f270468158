//! An installed database of Alpine: requirements, facts, refusals.

use super::{FILE, FILE_USR, read};
use crate::sbom::graph::{Completeness, ComponentGraph, Supplier};
use crate::sbom::licence::Licence;
use crate::sbom::source::Files;

const INSTALLED: &str = "C:Q1CpjMpFo3UY/Tn4CshBpA+PXMf04=
P:musl
V:1.2.5-r0
A:x86_64
L:MIT
o:musl
m:Some One <one@example.org>
c:0123456789abcdef0123456789abcdef01234567
U:https://musl.example.org/
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1OR21cpf2INrOZXtXeMnWdqhkld4=

P:busybox-binsh
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only
o:busybox
D:busybox=1.36.1-r29
p:/bin/sh cmd:sh=1.36.1-r29

P:busybox
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only
o:busybox
D:so:libc.musl-x86_64.so.1
i:musl

P:openrc
V:0.52-r0
L:BSD GPL2+
D:/bin/sh !sysvinit musl>=1.2 cmd:sh ifupdown-any@edge so:libc.musl-x86_64.so.1
f:s
";

fn files(file: &str, installed: &str) -> Files {
    let release = b"ID=alpine\nVERSION_ID=3.20.1\n".to_vec();
    Files::from([(file.to_owned(), installed.as_bytes().to_vec()), ("etc/os-release".to_owned(), release)])
}

fn graph(installed: &str) -> ComponentGraph {
    read(&files(FILE, installed), "root").expect("resolution").graph(FILE, &[], None).expect("graph")
}

#[test]
fn requirements_lead_to_names_libraries_commands_and_paths() {
    let graph = graph(INSTALLED);
    let purls: Vec<_> = graph.components().map(|component| component.id.as_str()).collect();
    let [binsh, busybox, musl, openrc, system] = purls.as_slice() else { panic!("{purls:?}") };
    assert_eq!(*binsh, "pkg:apk/alpine/busybox-binsh@1.36.1-r29?arch=x86_64&distro=alpine-3.20.1&upstream=busybox");
    assert_eq!(*openrc, "pkg:apk/alpine/openrc@0.52-r0?distro=alpine-3.20.1");
    let needs = |purl: &str| graph.dependencies(purl).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(needs(openrc), [*binsh, *musl]);
    assert_eq!(
        (needs(binsh), needs(busybox), needs(system)),
        (vec![(*busybox).to_owned()], vec![(*musl).to_owned()], vec![(*openrc).to_owned()])
    );
    let Completeness::Incomplete { reason } = graph.completeness() else { panic!("complete") };
    assert!(reason.ends_with("such as: openrc needs ifupdown-any@edge"), "{reason}");
}

#[test]
fn licence_maintainer_and_origin_are_kept_and_no_weak_digest() {
    let graph = graph(INSTALLED);
    let of = |name: &str| graph.components().find(|component| component.name == name).expect("component");
    assert_eq!(of("musl").licence, Licence::Expression("MIT".to_owned()));
    assert_eq!(of("openrc").licence, Licence::Named("BSD GPL2+".to_owned()));
    assert!(matches!(&of("musl").supplier, Supplier::Derived { name, .. } if name == "Some One"));
    assert!(of("musl").hashes.is_empty());
    assert_eq!(of("busybox").facts["source-package"], "busybox 1.36.1-r29");
    assert_eq!(of("openrc").facts["package-state"], "broken (s)");
}

#[test]
fn is_read_below_usr_too() {
    assert!(read(&files(FILE_USR, INSTALLED), "root").is_ok());
    assert!(read(&files("other", INSTALLED), "root").is_err());
}

#[test]
fn refuses_what_is_no_database() {
    for (text, expected) in [
        ("P:a\n\n", "line 1: a package without P: or V:"),
        ("P:a\nV:1\nhello\n", "line 3: no field"),
        ("P:a\nV:1\nab:c\n", "line 3: no field"),
        ("P:a\nV:1\nP:b\n", "line 3: a second P: in one package"),
        ("P:a\nV:1\nV:1\n", "line 3: a second V: in one package"),
        ("P:a\nV:1\nA:\nA:x86\n", "line 4: a second A: in one package"),
    ] {
        let error = read(&files(FILE, text), "root").expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
}
