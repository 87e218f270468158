//! RG-20: third-party components are approved SOUP items.

use batchseal::gate::checks::soup_approved::SoupApproved;
use batchseal::model::outcome::Outcome;
use batchseal::sbom::document::{ComponentScope, Organization};

use crate::world::{World, assert_satisfied, codes, described};

const HEADER: &str = "title,manufacturer,version,purl,approved-by,approved-on\n";

fn row(title: &str, version: &str, purl: &str) -> String {
    format!("{title},Example Supplier,{version},{purl},Quality Lead (example),2026-11-01\n")
}

fn judge(world: &World) -> Outcome {
    world.judge(&SoupApproved)
}

fn with_register(rows: &[String]) -> World {
    let mut world = World::new();
    world.add_paper("soup-register", "soup.csv", format!("{HEADER}{}", rows.concat()).as_bytes());
    world
}

fn all() -> [String; 2] {
    [row("app", "1.0.0", "pkg:cargo/app@1.0.0"), row("lib", "1.*", "pkg:cargo/lib-*")]
}

#[test]
fn satisfied_when_every_component_is_registered_in_its_version() {
    assert_satisfied(&judge(&with_register(&all())));
    // Two registers count together.
    let mut world = with_register(&all()[..1]);
    world.add_paper("soup-register", "more.csv", format!("{HEADER}{}", all()[1]).as_bytes());
    assert_satisfied(&judge(&world));
}

#[test]
fn a_component_without_a_package_url_is_named_by_its_title() {
    let mut world = World::with(|document| described(document, "lib-b").purl = None);
    let rows = [all()[0].clone(), row("lib-a", "1.0.0", "pkg:cargo/lib-a"), row("lib-b", "1.0.0", "")];
    world.add_paper("soup-register", "soup.csv", format!("{HEADER}{}", rows.concat()).as_bytes());
    assert_satisfied(&judge(&world));
}

#[test]
fn violated_without_a_register_or_with_one_that_does_not_count() {
    assert_eq!(codes(&judge(&World::new())), ["document-missing"]);
    let mut other = with_register(&all());
    other.papers[0].covers_version = Some("1.1.0".to_owned());
    assert_eq!(codes(&judge(&other)), ["document-of-other-version"]);
    let mut unapproved = with_register(&all());
    unapproved.papers[0].approver = None;
    assert_eq!(codes(&judge(&unapproved)), ["document-not-approved"]);
    let mut changed = with_register(&all());
    changed.kept.values_mut().for_each(|bytes| bytes.push(b' '));
    assert_eq!(codes(&judge(&changed)), ["document-differs"]);
}

#[test]
fn violated_by_a_component_or_version_that_nobody_approved() {
    assert_eq!(codes(&judge(&with_register(&all()[..1]))), ["not-in-register"; 2]);
    let older = [all()[0].clone(), row("lib", "0.9", "pkg:cargo/lib-*")];
    assert_eq!(codes(&judge(&with_register(&older))), ["version-not-approved"; 2]);
    let later = all().map(|row| row.replace("2026-11-01", "2026-12-01"));
    assert_eq!(codes(&judge(&with_register(&later))), ["approved-later"; 3]);
}

#[test]
fn violated_by_a_register_that_cannot_be_read() {
    for bytes in ["\u{0}", "title,manufacturer\na,b\n", HEADER, "[[soup]]\ntitle = 1\n"] {
        let mut world = World::new();
        world.add_paper("soup-register", "soup.csv", bytes.as_bytes());
        assert_eq!(codes(&judge(&world)), ["register-malformed"], "{bytes}");
    }
    let nameless = all().map(|row| row.replace("Example Supplier", ""));
    assert_eq!(codes(&judge(&with_register(&nameless))), ["register-malformed"]);
}

#[test]
fn not_asked_of_what_does_not_ship_or_is_the_manufacturers_own() {
    let world = World::with(|document| {
        let maker = document.metadata.manufacturer.clone().expect("manufacturer").name;
        described(document, "app").supplier = Some(Organization { name: maker });
        described(document, "lib-a").scope = Some(ComponentScope::Excluded);
        described(document, "lib-b").scope = Some(ComponentScope::Excluded);
    });
    let Outcome::NotApplicable { reason } = judge(&world) else { panic!("applies") };
    assert!(reason.contains("no third-party component"), "{reason}");
}

#[test]
fn inconclusive_when_there_is_no_sbom() {
    let mut world = with_register(&all());
    world.documents.clear();
    assert!(matches!(judge(&world), Outcome::Inconclusive { .. }));
}
