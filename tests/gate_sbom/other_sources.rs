//! RG-18 over components that do not come from Cargo: they are made again from the kept files.

use batchseal::gate::checks::sbom_complete::SbomComplete;
use batchseal::model::outcome::Outcome;
use batchseal::sbom::document::{Aggregate, Component, Dependency, Document, Property, Reference};
use batchseal::sbom::graph::Kind;

use crate::world::{World, assert_satisfied, codes, entry};

const NUGET: &str = "evidence/lockfiles/ui/packages.lock.json";
const LOCK: &str = r#"{"version":1,"dependencies":{"net8.0":{
    "A":{"type":"Direct","resolved":"1.0.0","dependencies":{"B":"2.0.0"}},"B":{"type":"Transitive","resolved":"2.0.0"}}}}"#;

fn reference(name: &str) -> Reference {
    Reference::try_from(name.to_owned()).expect("reference")
}

fn add(document: &mut Document, purl: &str, version: Option<&str>, to: &[&str]) {
    let name = purl.trim_start_matches("pkg:nuget/").split('@').next().expect("name");
    let component = Component {
        bom_ref: Some(reference(purl)),
        purl: Some(purl.to_owned()),
        ..Component::new(Kind::Library, name, version)
    };
    document.components.push(component);
    let depends_on = to.iter().map(|to| reference(to)).collect();
    document.dependencies.push(Dependency { reference: reference(purl), depends_on });
    document.compositions[0].dependencies.push(reference(purl));
}

/// The usual Cargo product with an application of two NuGet packages beside it, changed as asked.
fn world(change: impl FnOnce(&mut Document)) -> World {
    let mut world = World::with(|document| {
        add(document, "pkg:nuget/ui", Some("1.2.0"), &["pkg:nuget/A@1.0.0"]);
        add(document, "pkg:nuget/A@1.0.0", Some("1.0.0"), &["pkg:nuget/B@2.0.0"]);
        add(document, "pkg:nuget/B@2.0.0", Some("2.0.0"), &[]);
        document.dependencies[0].depends_on.push(reference("pkg:nuget/ui"));
        change(document);
    });
    world.policy.release.sbom.lockfiles = vec!["ui/packages.lock.json".to_owned()];
    world.policy.release.cargo = Some(cargo());
    world.lockfiles.insert(entry(NUGET), LOCK.as_bytes().to_vec());
    world
}

fn cargo() -> batchseal::policy::release::CargoPolicy {
    batchseal::policy::release::CargoPolicy {
        packages: vec!["app".to_owned()],
        profile: "release".to_owned(),
        features: Vec::new(),
        all_features: false,
        no_default_features: false,
        manifest: "Cargo.toml".to_owned(),
    }
}

fn judge(world: &World) -> Outcome {
    world.judge(&SbomComplete)
}

#[test]
fn satisfied_when_the_kept_files_say_the_same() {
    let outcome = judge(&world(|_| {}));
    assert_satisfied(&outcome);
    let Outcome::Satisfied { evidence } = outcome else { unreachable!() };
    assert!(evidence.iter().any(|one| one.shows.contains("3 components made again")), "{evidence:?}");
}

#[test]
fn violated_when_a_component_is_left_out_or_slipped_in() {
    let without = world(|document| {
        document.components.pop();
        document.dependencies.pop();
        document.compositions[0].dependencies.pop();
        document.dependencies.iter_mut().for_each(|list| list.depends_on.retain(|to| !to.as_str().contains("/B@")));
    });
    assert_eq!(codes(&judge(&without)), ["component-missing", "dependency-missing"]);
    let extra = world(|document| {
        add(document, "pkg:nuget/C@1.0.0", Some("1.0.0"), &[]);
        document.dependencies[0].depends_on.push(reference("pkg:nuget/C@1.0.0"));
    });
    assert_eq!(codes(&judge(&extra)), ["component-not-locked"]);
}

#[test]
fn violated_when_version_or_edges_differ() {
    let version = world(|document| {
        let last = document.components.last_mut().expect("B");
        last.version = Some("2.0.1".to_owned());
    });
    assert_eq!(codes(&judge(&version)), ["component-differs"]);
    let edge = world(|document| {
        let list = document.dependencies.last_mut().expect("B");
        list.depends_on.push(reference("pkg:nuget/A@1.0.0"));
    });
    assert_eq!(codes(&judge(&edge)), ["dependency-not-locked"]);
    let root = world(|document| {
        document.dependencies[0].depends_on.retain(|to| to.as_str() != "pkg:nuget/ui");
        document.dependencies[1].depends_on.push(reference("pkg:nuget/ui"));
    });
    assert!(codes(&judge(&root)).contains(&"dependency-missing"));
}

#[test]
fn violated_when_a_named_file_is_not_kept_or_not_read() {
    let mut absent = world(|_| {});
    absent.lockfiles.remove(&entry(NUGET));
    assert!(codes(&judge(&absent)).contains(&"source-unreadable"));
    let mut broken = world(|_| {});
    broken.lockfiles.insert(entry(NUGET), b"{".to_vec());
    assert!(codes(&judge(&broken)).contains(&"source-unreadable"));
}

#[test]
fn a_product_without_cargo_needs_no_lockfile_of_cargo() {
    let mut world = world(|document| {
        document.components.drain(..3);
        let kept = |reference: &Reference| !reference.as_str().starts_with("pkg:cargo/");
        document.dependencies.retain(|list| kept(&list.reference));
        document.dependencies[0].depends_on.retain(kept);
        document.compositions[0].dependencies.retain(kept);
        document.metadata.properties.retain(|one| !one.name.starts_with("batchseal:excluded"));
        let count = Property::new("excluded-locked-packages", "0");
        document.metadata.properties.push(count);
    });
    world.policy.release.cargo = None;
    world.lockfiles.retain(|entry, _| entry.as_str() == NUGET);
    assert_satisfied(&judge(&world));
}

#[test]
fn asks_a_person_when_the_sbom_says_why_it_is_incomplete() {
    let reason = "go.mod: it names no edges";
    let incomplete = |reason: &str| {
        let reason = reason.to_owned();
        world(move |document| {
            document.compositions[0].aggregate = Aggregate::Incomplete;
            document.metadata.properties.push(Property::new("incomplete-because", reason));
        })
    };
    let Outcome::NeedsHuman { question, evidence } = judge(&incomplete(reason)) else { panic!("not asked") };
    assert!(question.contains(reason) && !evidence.is_empty(), "{question}");
    assert!(codes(&judge(&incomplete(" "))).contains(&"declared-incomplete"));
}

#[test]
fn asks_a_person_about_lockfiles_that_the_sbom_is_not_made_from() {
    let mut world = world(|_| {});
    world.lockfiles.insert(entry("evidence/lockfiles/site/yarn.lock"), b"".to_vec());
    world.lockfiles.insert(entry("evidence/lockfiles/tools/Cargo.lock"), b"version = 4\n".to_vec());
    let Outcome::NeedsHuman { question, .. } = judge(&world) else { panic!("not asked") };
    assert!(question.contains("site/yarn.lock, tools/Cargo.lock"), "{question}");
    assert!(!question.contains("packages.lock.json"), "{question}");
}

#[test]
fn own_projects_have_the_hash_of_their_committed_files() {
    let plain = world(|_| {});
    let mut bound = world(|_| {});
    bound.tree = Some(
        b"100644 0123456789012345678901234567890123456789 \
        aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ui/App.cs\n"
            .to_vec(),
    );
    assert_satisfied(&judge(&plain));
    assert_eq!(codes(&judge(&bound)), ["component-differs"], "the SBOM gives the project no hash");
}

/// The component whose package URL holds this text.
fn find<'d>(document: &'d mut Document, text: &str) -> &'d mut Component {
    document.components.iter_mut().find(|one| one.label().contains(text)).expect(text)
}

/// What is forged, and how.
type Forgery = (&'static str, fn(&mut Document));

#[test]
fn violated_when_the_sbom_says_more_than_the_kept_files() {
    let forgeries: [Forgery; 6] = [
        ("digest", |document| {
            let hash = batchseal::model::digest::Sha256Digest::of(b"invented");
            find(document, "nuget/A").hashes.push(hash.into());
        }),
        ("scope", |document| {
            let one = find(document, "nuget/A");
            one.scope = Some(batchseal::sbom::document::ComponentScope::Excluded);
            one.properties.push(Property::new("scope", "development-only"));
        }),
        ("supplier", |document| {
            let one = find(document, "nuget/A");
            one.supplier = Some(batchseal::sbom::document::Organization { name: "S".to_owned() });
            one.properties.push(Property::new("supplier-source", "configured"));
        }),
        ("support", |document| {
            find(document, "nuget/A").properties.push(Property::new("level-of-support", "actively maintained"));
        }),
        ("support of a package of Cargo", |document| {
            let one = find(document, "cargo/lib-a");
            one.properties.push(Property::new("origin", "locked:Cargo.lock"));
            one.properties.push(Property::new("end-of-support", "2099-01-01"));
        }),
        ("CPE", |document| {
            let cpe = "cpe:2.3:a:vendor:a:1.0.0:*:*:*:*:*:*:*".to_owned();
            find(document, "nuget/A").cpe = batchseal::sbom::document::Cpe::try_from(cpe).ok();
        }),
    ];
    for (what, forge) in forgeries {
        assert!(codes(&judge(&world(forge))).contains(&"component-differs"), "{what}");
    }
}

#[test]
fn violated_when_something_else_leads_to_a_component() {
    let from_cargo = world(|document| document.dependencies[1].depends_on.push(reference("pkg:nuget/A@1.0.0")));
    assert_eq!(codes(&judge(&from_cargo)), ["dependency-not-locked"]);
    let from_device = world(|document| document.dependencies[0].depends_on.push(reference("pkg:nuget/B@2.0.0")));
    assert_eq!(codes(&judge(&from_device)), ["dependency-not-locked"]);
}

#[test]
fn violated_when_the_sbom_calls_itself_complete_and_its_sources_are_not() {
    let mut world = world(|_| {});
    world.policy.release.sbom.lockfiles.push("g/gradle.lockfile".to_owned());
    world
        .lockfiles
        .insert(entry("evidence/lockfiles/g/gradle.lockfile"), b"a:b:1.0=runtimeClasspath\nempty=\n".to_vec());
    assert!(codes(&judge(&world)).contains(&"completeness-overstated"));
}
