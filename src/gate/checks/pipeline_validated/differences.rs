//! Every point in which the pipeline is another one than was validated.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::evidence::{Evidence, Signed};
use crate::intake::pipeline_validation::{PipelineValidation, ValidatedTool};
use crate::model::outcome::EvidenceRef;
use crate::model::provenance::{BUILD_RECORDED, InternalParameters, Provenance, Runner};
use crate::model::text::shell_word;
use crate::provenance::tree::{TreeListing, encode_path};

/// Compares files, command, tools and machine.
pub(super) fn of(validation: &PipelineValidation, evidence: &Evidence<'_>, listing: &TreeListing) -> Vec<EvidenceRef> {
    let mut found = Vec::new();
    files(validation, evidence, listing, &mut found);
    for signed in &evidence.provenance {
        let definition = &signed.statement.predicate.build_definition;
        if definition.build_type != BUILD_RECORDED {
            continue;
        }
        command(validation, signed, &mut found);
        tools(validation, signed, &mut found);
        machine(validation, signed, &mut found);
    }
    found
}

fn files(
    validation: &PipelineValidation,
    evidence: &Evidence<'_>,
    listing: &TreeListing,
    found: &mut Vec<EvidenceRef>,
) {
    let raw = |path: &str| crate::provenance::tree::decode_path(path.as_bytes());
    for file in &validation.files {
        let committed = raw(&file.path).and_then(|path| listing.sha256_of(&path));
        match committed {
            Some(sha256) if sha256 == file.sha256 => {}
            Some(sha256) => {
                found.push(EvidenceRef::new(&file.path, format!("has {sha256} (validated with {})", file.sha256)));
            }
            None => found.push(EvidenceRef::new(&file.path, "was validated, and is no file of the commit")),
        }
    }
    let validated: BTreeSet<&str> = validation.files.iter().map(|file| file.path.as_str()).collect();
    for path in &evidence.policy.release.pipeline {
        let path = encode_path(path.as_bytes());
        if !validated.contains(path.as_str()) {
            found.push(EvidenceRef::new(path, "defines the pipeline by the policy, and was not validated"));
        }
    }
    if let Some(workflow) = evidence.policy.gate.builder.as_ref().and_then(|builder| builder.workflow.as_deref()) {
        let path = encode_path(workflow.as_bytes());
        if !validated.contains(path.as_str()) && !evidence.policy.release.pipeline.iter().any(|one| one == workflow) {
            found.push(EvidenceRef::new(path, "is the workflow by the policy, and was not validated"));
        }
    }
}

fn command(validation: &PipelineValidation, signed: &Signed<Provenance>, found: &mut Vec<EvidenceRef>) {
    let command = &signed.statement.predicate.build_definition.external_parameters.command;
    if *command != validation.command {
        let words = |command: &[String]| command.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ");
        let shows = format!("command is `{}` (validated with `{}`)", words(command), words(&validation.command));
        found.push(EvidenceRef::new(signed.entry.as_str(), shows));
    }
}

fn parameters(signed: &Signed<Provenance>) -> &InternalParameters {
    &signed.statement.predicate.build_definition.internal_parameters
}

/// Every tool that did the work was validated, and every one that was validated did it.
fn tools(validation: &PipelineValidation, signed: &Signed<Provenance>, found: &mut Vec<EvidenceRef>) {
    let mut validated: BTreeMap<&str, Vec<&ValidatedTool>> = BTreeMap::new();
    for tool in &validation.tools {
        validated.entry(&tool.name).or_default().push(tool);
    }
    let recorded = &parameters(signed).toolchain;
    for tool in recorded {
        let Some(same_name) = validated.get(tool.name.as_str()) else {
            found.push(EvidenceRef::new(&tool.name, format!("{} took part, and was not validated", tool.version)));
            continue;
        };
        let same = |one: &&&ValidatedTool| {
            one.version == tool.version && one.sha256.is_none_or(|sha256| sha256 == tool.sha256)
        };
        if same_name.iter().any(|one| same(&one)) {
            continue;
        }
        let versions: Vec<&str> = same_name.iter().map(|one| one.version.as_str()).collect();
        let shows = if versions.contains(&tool.version.as_str()) {
            format!("{} is another binary than was validated ({})", tool.version, tool.sha256)
        } else {
            format!("is {} (validated with {})", tool.version, versions.join(" or "))
        };
        found.push(EvidenceRef::new(&tool.name, shows));
    }
    let took_part: BTreeSet<&str> = recorded.iter().map(|tool| tool.name.as_str()).collect();
    let absent = validated.keys().filter(|name| !took_part.contains(**name));
    found.extend(absent.map(|name| EvidenceRef::new(*name, "was validated, and took no part")));
}

/// Compared only where the validation is bound to it.
fn machine(validation: &PipelineValidation, signed: &Signed<Provenance>, found: &mut Vec<EvidenceRef>) {
    let runner = &parameters(signed).runner;
    let image = image(runner);
    for (what, expected, got) in [
        ("operating system", &validation.os_release, &runner.os_release),
        ("runner image", &validation.runner_image, &image),
    ] {
        if expected.is_some() && expected != got {
            let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not recorded".to_owned());
            let shows = format!("{what} is {} (validated with {})", said(got), said(expected));
            found.push(EvidenceRef::new(signed.entry.as_str(), shows));
        }
    }
}

/// The image as the CI tells it: `ubuntu24 20261101.1` on GitHub, the job's container image on GitLab.
fn image(runner: &Runner) -> Option<String> {
    let fact = |name: &str| runner.ci_facts.get(name).cloned();
    match (fact("ImageOS"), fact("ImageVersion")) {
        (Some(system), Some(version)) => Some(format!("{system} {version}")),
        _ => fact("CI_JOB_IMAGE"),
    }
}
