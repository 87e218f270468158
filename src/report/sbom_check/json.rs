//! As one JSON document (`docs/formats/sbom-check.md`): every gap, nothing left out.

use serde::Serialize;

use crate::model::batch::SchemaVersion;
use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};
use crate::sbom::inventory::Item;
use crate::sbom::profile::{Count, Gap, Profile, Report};

use super::{Checked, version};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckedWire<'a> {
    schema_version: SchemaVersion<1>,
    sbom: SbomWire<'a>,
    complete: bool,
    profiles: Vec<ProfileWire<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SbomWire<'a> {
    file: &'a str,
    sha256: Sha256Digest,
    format: &'static str,
    format_version: &'static str,
    encoding: &'static str,
    components: usize,
    excluded: usize,
    derived_suppliers: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileWire<'a> {
    profile: &'static str,
    title: &'static str,
    complete: bool,
    elements: Vec<ElementWire>,
    gaps: Vec<GapWire<'a>>,
    not_judged: &'static [&'static str],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ElementWire {
    attribute: String,
    name: &'static str,
    need: &'static str,
    of: &'static str,
    present: usize,
    declared_unknown: usize,
    missing: usize,
    not_asked: usize,
}

#[derive(Serialize)]
struct GapWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<ComponentWire<'a>>,
    attribute: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct ComponentWire<'a> {
    reference: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// The document.
///
/// # Errors
/// [`JsonError`] when it cannot be written as JSON.
pub fn json(checked: &Checked<'_>) -> Result<Vec<u8>, JsonError> {
    let inventory = checked.inventory;
    let first = checked.profiles.first().map(|(_, report)| report);
    json::encode(&CheckedWire {
        schema_version: SchemaVersion,
        sbom: SbomWire {
            file: checked.file,
            sha256: checked.sha256,
            format: inventory.format.name,
            format_version: inventory.format.version,
            encoding: inventory.format.encoding,
            components: inventory.components.len(),
            excluded: first.map_or(0, |report| report.excluded),
            derived_suppliers: first.map_or(0, |report| report.derived_suppliers),
        },
        complete: checked.is_complete(),
        profiles: checked.profiles.iter().map(|(profile, report)| profile_wire(profile, report)).collect(),
    })
}

fn profile_wire<'a>(profile: &'static Profile, report: &'a Report<'a>) -> ProfileWire<'a> {
    ProfileWire {
        profile: profile.id.as_str(),
        title: profile.title,
        complete: report.is_complete(),
        elements: report.counts.iter().map(element_wire).collect(),
        gaps: report.gaps.iter().map(gap_wire).collect(),
        not_judged: profile.not_judged,
    }
}

fn element_wire(count: &Count) -> ElementWire {
    let Count { element, present, declared_unknown, missing, not_asked } = *count;
    ElementWire {
        attribute: element.attribute.slug(),
        name: element.name,
        need: element.need.as_str(),
        of: if element.attribute.is_of_document() { "document" } else { "component" },
        present,
        declared_unknown,
        missing,
        not_asked,
    }
}

fn gap_wire<'a>(gap: &'a Gap<'a>) -> GapWire<'a> {
    let component =
        |item: &'a Item| ComponentWire { reference: &item.reference, name: &item.name, version: version(item) };
    GapWire {
        component: gap.item.map(component),
        attribute: gap.element.attribute.slug(),
        outcome: gap.presence.word(),
        justification: gap.presence.justification(),
        note: gap.presence.note(),
    }
}
