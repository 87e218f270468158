//! RG-13: the SBOM is there, well-formed, and describes exactly this device, version and these files.

use std::collections::BTreeMap;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, SBOM_ENTRY, shortened};
use crate::gate::evidence::Evidence;
use crate::model::digest::Sha256Digest;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::sbom::component::Kind;
use crate::sbom::cyclonedx::{UDI_DI, UDI_SCOPE};
use crate::sbom::document::Component;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(13),
    slug: "sbom-from-this-build",
    title: "The SBOM is present, well-formed and describes this device, version and these files",
    clauses: &[
        "fdc524b.b3",
        "iso13485.4.2.3",
        "iso13485.7.3.4",
        "iso13485.7.3.10",
        "fda-cyber.V.A.4.a",
        "iec81001-5-1.8",
        "cra.I.II.1",
    ],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-13-sbom-from-this-build.md"),
};

const NEXT: &str = "Make the SBOM again from this build and make a new candidate";

/// RG-13.
#[derive(Debug)]
pub struct SbomFromThisBuild;

impl Check for SbomFromThisBuild {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return Outcome::violated(finding),
        };
        let mut findings = Vec::new();
        compare_file(evidence, &sbom, &mut findings);
        compare_device(evidence, &sbom.document.metadata.component, &mut findings);
        compare_files(evidence, &sbom.document.metadata.component, &mut findings);
        let device = &sbom.document.metadata.component;
        let tools: Vec<String> = sbom.document.metadata.tools.components.iter().map(tool).collect();
        let shows = format!(
            "{} {} with {} files and {} components, written by {} at {}",
            device.name,
            device.version.as_deref().unwrap_or_default(),
            device.components.len(),
            sbom.document.components.len(),
            tools.join(", "),
            sbom.document.metadata.timestamp.as_str()
        );
        Outcome::judge(shortened(findings), vec![EvidenceRef::new(sbom.entry().as_str(), shows)])
    }
}

fn tool(component: &Component) -> String {
    format!("{} {}", component.name, component.version.as_deref().unwrap_or("(no version)"))
}

/// The file in the container is the document that was signed, and the only one.
fn compare_file(evidence: &Evidence<'_>, sbom: &DeviceSbom<'_>, findings: &mut Vec<Finding>) {
    let signed = sbom.signed.statement.predicate.0.get().as_bytes();
    let mut seen = false;
    for (entry, bytes) in &evidence.sbom_files {
        if entry.as_str() != SBOM_ENTRY {
            let message = format!("SBOM file is not expected (expected only {SBOM_ENTRY})");
            findings.push(Finding::new("sbom-file-unexpected", entry.as_str(), message, NEXT));
        } else if *bytes != signed {
            let (got, expected) = (Sha256Digest::of(bytes), Sha256Digest::of(signed));
            let message = format!("file is not the document that was signed (got {got}, expected {expected})");
            findings.push(Finding::new("sbom-file-differs", SBOM_ENTRY, message, NEXT));
        }
        seen |= entry.as_str() == SBOM_ENTRY;
    }
    if !seen {
        let message = "SBOM file is not there (expected the document that was signed)";
        findings.push(Finding::new("sbom-file-missing", SBOM_ENTRY, message, NEXT));
    }
}

/// Name, version and UDI of the root component are those of the batch.
fn compare_device(evidence: &Evidence<'_>, device: &Component, findings: &mut Vec<Finding>) {
    let batch = evidence.batch;
    let udi = batch.udi.as_ref();
    for (code, what, got, expected) in [
        ("root-name-differs", "name", Some(device.name.as_str()), Some(batch.device.name.as_str())),
        ("root-version-differs", "version", device.version.as_deref(), Some(batch.version.as_str())),
        ("udi-differs", "UDI scope", device.property(UDI_SCOPE), udi.map(|udi| udi.scope.as_str())),
        ("udi-differs", "UDI device identifier", device.property(UDI_DI), udi.and_then(|udi| udi.di.as_deref())),
    ] {
        if got != expected {
            let show = |value: Option<&str>| value.map_or_else(|| "none".to_owned(), |text| format!("{text:?}"));
            let message =
                format!("{what} of the root component differs (got {}, expected {})", show(got), show(expected));
            findings.push(Finding::new(code, device.label(), message, NEXT));
        }
    }
    if !matches!(device.kind, Kind::Application | Kind::Firmware) {
        let message = format!("root component is of type {:?} (expected application or firmware)", device.kind);
        findings.push(Finding::new("root-type-unexpected", device.label(), message, NEXT));
    }
}

/// The files inside the root component are the artifacts of the batch: all of them, nothing else.
fn compare_files(evidence: &Evidence<'_>, device: &Component, findings: &mut Vec<Finding>) {
    if evidence.artifacts.is_empty() {
        let message = "batch has no artifact (got 0, expected at least 1)";
        findings.push(Finding::new("no-artifact", device.label(), message, "Name the products in [release] artifacts"));
    }
    let mut listed: BTreeMap<&str, &Component> = BTreeMap::new();
    for file in &device.components {
        if file.kind != Kind::File || listed.insert(&file.name, file).is_some() {
            let message = "component inside the device is no file, or stands there twice";
            findings.push(Finding::new("file-unexpected", &file.name, message, NEXT));
        }
    }
    for artifact in evidence.artifacts {
        let name = artifact.name.as_str();
        let Some(file) = listed.remove(name) else {
            let message = "artifact of the batch is not listed in the SBOM";
            findings.push(Finding::new("file-missing", name, message, NEXT));
            continue;
        };
        if file.sha256() != Some(artifact.sha256) {
            let got = file.sha256().map_or_else(|| "no SHA-256".to_owned(), |digest| digest.to_string());
            let message = format!("hash in the SBOM differs (got {got}, expected {})", artifact.sha256);
            findings.push(Finding::new("file-hash-differs", name, message, NEXT));
        }
    }
    for name in listed.keys() {
        let message = "SBOM lists a file that is no artifact of the batch";
        findings.push(Finding::new("file-unexpected", *name, message, NEXT));
    }
}
