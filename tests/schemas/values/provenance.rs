//! Values of provenance: a recorded build, and products that were built elsewhere.

use std::collections::BTreeMap;

use batchseal::model::provenance::{
    BUILD_ELSEWHERE, BUILD_RECORDED, BuildDefinition, BuildMetadata, Builder, ExternalParameters, InternalParameters,
    Provenance, RunDetails, Runner, SourceState, Submodule, Tool,
};
use batchseal::model::statement::ResourceDescriptor;

use super::{git, sha256, time};

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn source() -> SourceState {
    SourceState {
        commit: git("3"),
        tag_object: Some(git("7")),
        tree_sha256: sha256("git/tree.txt"),
        shallow: false,
        branches: BTreeMap::from([("main".to_owned(), git("3"))]),
        submodules: vec![Submodule {
            path: "vendor/display".to_owned(),
            commit: git("5"),
            url: Some("https://example.com/display.git".to_owned()),
            checked_out: Some(git("5")),
        }],
        changes_before: Vec::new(),
        changes_after: Vec::new(),
    }
}

fn runner() -> Runner {
    Runner {
        os: "linux".to_owned(),
        arch: "x86_64".to_owned(),
        os_release: Some("Debian GNU/Linux 13".to_owned()),
        kernel: Some("6.12.0".to_owned()),
        ci: "github-actions".to_owned(),
        ci_facts: map(&[("GITHUB_RUN_ID", "1234567890")]),
    }
}

fn internal() -> InternalParameters {
    InternalParameters {
        source: source(),
        manifest_versions: map(&[("Cargo.toml", "1.4.0")]),
        toolchain: vec![Tool {
            name: "rustc".to_owned(),
            version: "rustc 1.90.0".to_owned(),
            sha256: sha256("rustc"),
            file_name: "rustc".to_owned(),
        }],
        runner: runner(),
        environment: map(&[("LANG", "C.UTF-8")]),
        exit_code: Some(0),
        overridden_refusals: Vec::new(),
    }
}

fn resource(name: Option<&str>, uri: Option<&str>, digest: (&str, &str)) -> ResourceDescriptor {
    ResourceDescriptor {
        name: name.map(str::to_owned),
        uri: uri.map(str::to_owned),
        digest: map(&[digest]),
        media_type: None,
        annotations: BTreeMap::new(),
    }
}

fn dependencies() -> Vec<ResourceDescriptor> {
    let uri = "git+https://example.com/pump.git@refs/tags/v1.4.0";
    let mut source = resource(Some("source"), Some(uri), ("gitCommit", git("3").as_str()));
    source.digest.insert("gitTag".to_owned(), git("7").to_string());
    source.annotations = map(&[("treeSha256", &sha256("git/tree.txt").to_hex())]);
    let submodule =
        resource(Some("vendor/display"), Some("git+https://example.com/display.git"), ("gitCommit", git("5").as_str()));
    let lockfile = resource(None, Some("Cargo.lock"), ("sha256", &sha256("Cargo.lock").to_hex()));
    let mut rustc = resource(Some("rustc"), None, ("sha256", &sha256("rustc").to_hex()));
    rustc.annotations = map(&[("fileName", "rustc"), ("version", "rustc 1.90.0")]);
    vec![source, submodule, lockfile, rustc]
}

fn run_details() -> RunDetails {
    let log = resource(Some("evidence/build/log.txt"), None, ("sha256", &sha256("log").to_hex()));
    RunDetails {
        builder: Builder {
            id: "https://batchseal.dev/builder/github-actions/v1".to_owned(),
            version: map(&[("batchseal", "0.1.0")]),
            builder_dependencies: vec![resource(Some("batchseal"), None, ("sha256", &sha256("tool").to_hex()))],
        },
        metadata: BuildMetadata {
            invocation_id: "urn:batchseal:run:6f1c2f0e5b7d4c0a9d0e3b1f8a2c4d6e".to_owned(),
            started_on: time("2026-11-23T12:01:00Z"),
            finished_on: time("2026-11-23T12:04:31Z"),
        },
        byproducts: vec![ResourceDescriptor { media_type: Some("text/plain".to_owned()), ..log }],
    }
}

/// A recorded build; the example of the page.
pub fn recorded() -> Provenance {
    Provenance {
        build_definition: BuildDefinition {
            build_type: BUILD_RECORDED.to_owned(),
            external_parameters: ExternalParameters {
                repository: Some("https://example.com/pump.git".to_owned()),
                tag: "v1.4.0".to_owned(),
                command: ["cargo", "build", "--release", "--locked"].map(str::to_owned).to_vec(),
                products: map(&[("pumpctl-linux-x86_64", "target/release/pumpctl")]),
            },
            internal_parameters: internal(),
            resolved_dependencies: dependencies(),
        },
        run_details: run_details(),
    }
}

/// One descriptor with everything and one with nothing.
fn resources() -> Vec<ResourceDescriptor> {
    let mut full = resource(Some("a"), Some("https://example.com/a"), ("sha256", &sha256("a").to_hex()));
    full.digest.extend(map(&[("gitCommit", git("3").as_str()), ("gitTag", git("7").as_str())]));
    full.media_type = Some("text/plain".to_owned());
    full.annotations = map(&[("note", "a")]);
    let empty = ResourceDescriptor {
        name: None,
        uri: None,
        digest: BTreeMap::new(),
        media_type: None,
        annotations: BTreeMap::new(),
    };
    vec![full, empty]
}

fn elsewhere() -> Provenance {
    let bare = Submodule { url: None, checked_out: None, ..source().submodules.remove(0) };
    let source = SourceState {
        tag_object: None,
        shallow: true,
        branches: BTreeMap::new(),
        submodules: vec![bare],
        changes_before: vec!["notes.txt".to_owned()],
        changes_after: vec!["Cargo.lock".to_owned()],
        ..source()
    };
    let internal_parameters = InternalParameters {
        source,
        toolchain: Vec::new(),
        runner: Runner { os_release: None, kernel: None, ..runner() },
        exit_code: None,
        overridden_refusals: vec!["the work tree had changes".to_owned()],
        ..internal()
    };
    let mut provenance = recorded();
    provenance.build_definition.build_type = BUILD_ELSEWHERE.to_owned();
    provenance.build_definition.external_parameters.repository = None;
    provenance.build_definition.external_parameters.command = Vec::new();
    provenance.build_definition.internal_parameters = internal_parameters;
    provenance.build_definition.resolved_dependencies = resources();
    provenance.run_details.byproducts = resources();
    provenance.run_details.builder.builder_dependencies = Vec::new();
    provenance
}

pub fn all() -> Vec<Provenance> {
    let mut killed = recorded();
    killed.build_definition.internal_parameters.exit_code = Some(i32::MIN);
    killed.run_details.byproducts = dependencies();
    killed.run_details.builder.builder_dependencies = [resources(), dependencies()].concat();
    vec![recorded(), elsewhere(), killed]
}
