//! `[release]`: tag, roles, products and how Cargo builds them.

use std::collections::BTreeMap;

use crate::model::batch::BATCH_ENTRY;
use crate::model::name::ArtifactName;
use crate::model::role::Role;

use super::keys;
use super::parse_facts::PURPOSES;
use super::reader::{Item, Table};
use super::release::{ArtifactPolicy, CargoPolicy, ReleasePolicy, SbomPolicy, TagPattern};
use super::text_rules::{each, is_branch_name, quoted_words, unique};

/// Branches where the file names none.
const DEFAULT_BRANCHES: [&str; 2] = ["main", "master"];

/// Reads `[release]`.
pub(super) fn release(table: &Table<'_>) -> Option<ReleasePolicy> {
    let tag = table.required("tag", "a pattern such as \"v{version}\"").and_then(|item| tag(&item));
    let purpose = table
        .required("purpose", &quoted_words(PURPOSES.iter().map(|(word, _)| *word)))
        .and_then(|item| item.word(&PURPOSES));
    let first_release = switch(table, "first-release");
    let field_action = table.optional_as("field-action", |item| item.boolean());
    let confidential = table.optional_as("confidential", |item| item.boolean());
    let evidence = table.optional_as("evidence", |item| item.repository_path().map(str::to_owned));
    let branches = match table.optional("branches") {
        Some(item) => branches(&item),
        None => Some(DEFAULT_BRANCHES.map(str::to_owned).to_vec()),
    };
    let approvals = table
        .required("approvals", "a list of roles such as [\"reviewer\", \"authoriser\"]")
        .and_then(|item| approvals(&item));
    let artifacts =
        table.required("artifacts", "at least one { path = \"…\", name = \"…\" }").and_then(|item| artifacts(&item));
    let cargo = match table.optional("cargo") {
        Some(item) => item.table(keys::CARGO).and_then(|table| cargo(&table)).map(Some),
        None => Some(None),
    };
    let sbom = match table.optional("sbom") {
        Some(item) => item.table(keys::SBOM).and_then(|table| sbom(&table)),
        None => Some(SbomPolicy::default()),
    };
    Some(ReleasePolicy {
        tag: tag?,
        purpose: purpose?,
        first_release: first_release?,
        field_action: field_action?,
        confidential: confidential?,
        branches: branches?,
        approvals: approvals?,
        artifacts: artifacts?,
        cargo: cargo?,
        sbom: sbom?,
        evidence: evidence?,
    })
}

/// A key that is false unless given.
fn switch(table: &Table<'_>, key: &str) -> Option<bool> {
    table.optional(key).map_or(Some(false), |item| item.boolean())
}

fn tag(item: &Item<'_>) -> Option<TagPattern> {
    let expected = "a tag with {version} exactly once, such as \"v{version}\"";
    let text = item.string_or(expected)?;
    let pattern = TagPattern::parse(text).filter(|_| is_branch_name(&text.replace("{version}", "1.0.0")));
    pattern.or_else(|| item.refuse(expected))
}

fn branches(item: &Item<'_>) -> Option<Vec<String>> {
    let entries = item.some_list("at least one branch name")?;
    let names = each(&entries, |entry| {
        let name = entry.string()?;
        if is_branch_name(name) { Some(name.to_owned()) } else { entry.refuse("a branch name") }
    })?;
    unique(names.iter().zip(&entries))?;
    Some(names)
}

fn approvals(item: &Item<'_>) -> Option<Vec<Role>> {
    let entries = item.some_list("a list of roles that contains \"authoriser\"")?;
    let roles = each(&entries, role)?;
    unique(roles.iter().zip(&entries))?;
    if roles.iter().any(Role::is_authoriser) {
        Some(roles)
    } else {
        item.refuse_as("a list without \"authoriser\"", "the role that authorises release among them")
    }
}

/// A role of either file.
pub(super) fn role(item: &Item<'_>) -> Option<Role> {
    let expected = "a role of lowercase letters, digits and hyphens, such as \"reviewer\"";
    Role::parse(item.string_or(expected)?).ok().or_else(|| item.refuse(expected))
}

fn artifacts(item: &Item<'_>) -> Option<Vec<ArtifactPolicy>> {
    let artifacts = item.tables(keys::ARTIFACT, artifact)?;
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut paths: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Some(());
    for (index, (read, path, name)) in artifacts.iter().enumerate() {
        if let Some(first) = names.insert(read.name.as_str().to_ascii_lowercase(), index + 1) {
            all = name.refuse(format!("a name of its own (artifact {first} has it, ignoring case)"));
        }
        if let Some(first) = paths.insert(read.path.clone(), index + 1) {
            all = path.refuse(format!("a path of its own (artifact {first} has it)"));
        }
    }
    all?;
    Some(artifacts.into_iter().map(|(artifact, _, _)| artifact).collect())
}

fn artifact<'r>(table: &Table<'r>) -> Option<(ArtifactPolicy, Item<'r>, Item<'r>)> {
    let path_item = table.required("path", "a path relative to the repository root");
    let path = path_item.as_ref().and_then(Item::repository_path);
    let name_item = table.required("name", "a file-name-safe name");
    let name = name_item.as_ref().and_then(artifact_name);
    let target = match table.optional("target") {
        Some(item) => item.cargo_word(".").map(|text| Some(text.to_owned())),
        None => Some(None),
    };
    let built_elsewhere = switch(table, "built-elsewhere");
    let artifact =
        ArtifactPolicy { path: path?.to_owned(), name: name?, target: target?, built_elsewhere: built_elsewhere? };
    Some((artifact, path_item?, name_item?))
}

fn artifact_name(item: &Item<'_>) -> Option<ArtifactName> {
    let expected = "a file-name-safe name of ASCII letters, digits, '.', '_' and '-'";
    let text = item.string_or(expected)?;
    if text.eq_ignore_ascii_case(BATCH_ENTRY) {
        return item.refuse("another name, for batch.json is a subject of every statement");
    }
    ArtifactName::parse(text).ok().or_else(|| item.refuse(expected))
}

fn cargo(table: &Table<'_>) -> Option<CargoPolicy> {
    let packages = table
        .required("packages", "a list of package names")
        .and_then(|item| words(&item.some_list("at least one package name")?, ""));
    let profile = match table.optional("profile") {
        Some(item) => item.cargo_word("").map(str::to_owned),
        None => Some("release".to_owned()),
    };
    let features_item = table.optional("features");
    let features = match &features_item {
        Some(item) => item.list("a list of feature names").and_then(|list| words(&list, "+./?")),
        None => Some(Vec::new()),
    };
    let all_features = switch(table, "all-features");
    let no_default_features = switch(table, "no-default-features");
    let manifest = match table.optional("manifest") {
        Some(item) => manifest(&item),
        None => Some("Cargo.toml".to_owned()),
    };
    let (features, all_features) = (features?, all_features?);
    if let Some(item) = features_item.filter(|_| all_features && !features.is_empty()) {
        return item.refuse_as("features beside all-features = true", "one of the two");
    }
    Some(CargoPolicy {
        packages: packages?,
        profile: profile?,
        features,
        all_features,
        no_default_features: no_default_features?,
        manifest: manifest?,
    })
}

fn sbom(table: &Table<'_>) -> Option<SbomPolicy> {
    let paths = |key| match table.optional(key) {
        Some(item) => paths(&item),
        None => Some(Vec::new()),
    };
    let path = |key| match table.optional(key) {
        Some(item) => item.repository_path().map(|path| Some(path.to_owned())),
        None => Some(None),
    };
    let (lockfiles, imports) = (paths("lockfiles"), paths("imports"));
    let (components, support) = (path("components"), path("support"));
    Some(SbomPolicy { lockfiles: lockfiles?, imports: imports?, components: components?, support: support? })
}

fn paths(item: &Item<'_>) -> Option<Vec<String>> {
    let entries = item.list("a list of paths relative to the repository root")?;
    let paths = each(&entries, |entry| entry.repository_path().map(str::to_owned))?;
    unique(paths.iter().zip(&entries))?;
    Some(paths)
}

fn words(entries: &[Item<'_>], extra: &str) -> Option<Vec<String>> {
    let words = each(entries, |entry| entry.cargo_word(extra).map(str::to_owned))?;
    unique(words.iter().zip(entries))?;
    Some(words)
}

fn manifest(item: &Item<'_>) -> Option<String> {
    let path = item.repository_path()?;
    if path.rsplit('/').next() == Some("Cargo.toml") {
        Some(path.to_owned())
    } else {
        item.refuse("a path that ends in Cargo.toml")
    }
}
