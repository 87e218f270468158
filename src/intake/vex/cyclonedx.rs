//! VEX in CycloneDX: `vulnerabilities[].analysis` of a CycloneDX JSON document (1.4 to 1.7).
//!
//! A vulnerability without analysis is one that nobody has decided on: under investigation.

use serde::Deserialize;

use super::{VexDocument, VexError, VexProduct, VexStatement, VexStatus, said, shape, time};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    bom_format: String,
    spec_version: String,
    #[serde(default)]
    metadata: Option<MetadataWire>,
    #[serde(default)]
    vulnerabilities: Vec<VulnerabilityWire>,
}

#[derive(Deserialize)]
struct MetadataWire {
    #[serde(default)]
    timestamp: Option<String>,
}

#[derive(Deserialize)]
struct VulnerabilityWire {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    references: Vec<ReferenceWire>,
    #[serde(default)]
    recommendation: Option<String>,
    #[serde(default)]
    workaround: Option<String>,
    #[serde(default)]
    updated: Option<String>,
    #[serde(default)]
    analysis: Option<AnalysisWire>,
    #[serde(default)]
    affects: Vec<AffectsWire>,
}

#[derive(Deserialize)]
struct ReferenceWire {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnalysisWire {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    justification: Option<String>,
    #[serde(default)]
    response: Vec<String>,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    first_issued: Option<String>,
    #[serde(default)]
    last_updated: Option<String>,
}

#[derive(Deserialize)]
struct AffectsWire {
    #[serde(rename = "ref")]
    reference: String,
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<VexDocument, VexError> {
    let wire: Wire = shape(bytes)?;
    let known = ["1.4", "1.5", "1.6", "1.7"].contains(&wire.spec_version.as_str());
    if wire.bom_format != "CycloneDX" || !known || wire.vulnerabilities.is_empty() {
        return Err(VexError::Kind);
    }
    let own = wire.metadata.and_then(|metadata| metadata.timestamp);
    let statements = wire.vulnerabilities.into_iter().enumerate();
    let statements: Result<Vec<_>, _> = statements.map(|(at, one)| statement(at + 1, one, own.as_deref())).collect();
    Ok(VexDocument { format: "CycloneDX", statements: statements? })
}

fn statement(number: usize, wire: VulnerabilityWire, document: Option<&str>) -> Result<VexStatement, VexError> {
    let Some(id) = wire.id else {
        return Err(VexError::Value { what: "id", number, got: String::new(), expected: "the id of a vulnerability" });
    };
    let analysis = wire.analysis.unwrap_or(AnalysisWire {
        state: None,
        justification: None,
        response: Vec::new(),
        detail: None,
        first_issued: None,
        last_updated: None,
    });
    let status = status(number, analysis.state.as_deref())?;
    let when = [&analysis.last_updated, &analysis.first_issued, &wire.updated];
    let when = when.into_iter().flatten().map(String::as_str).next().or(document);
    let at = time(number, when.ok_or(VexError::NoTime(number))?)?;
    let detail = said(analysis.detail);
    let responses = said(Some(analysis.response.join(", ")));
    let actions = [responses, said(wire.recommendation), said(wire.workaround)];
    let action = actions.into_iter().flatten().collect::<Vec<_>>().join("; ");
    Ok(VexStatement {
        number,
        vulnerability: std::iter::once(id).chain(wire.references.into_iter().map(|other| other.id)).collect(),
        products: wire
            .affects
            .into_iter()
            .map(|affected| VexProduct { names: vec![affected.reference], parts: Vec::new() })
            .collect(),
        status,
        justification: said(analysis.justification),
        impact: detail,
        action: said(Some(action)),
        at,
    })
}

/// The states of CycloneDX in the words of VEX; a false positive does not affect.
fn status(number: usize, state: Option<&str>) -> Result<VexStatus, VexError> {
    match state {
        Some("not_affected" | "false_positive") => Ok(VexStatus::NotAffected),
        Some("exploitable") => Ok(VexStatus::Affected),
        Some("resolved" | "resolved_with_pedigree") => Ok(VexStatus::Fixed),
        Some("in_triage") | None => Ok(VexStatus::UnderInvestigation),
        Some(other) => {
            let expected = "a state of CycloneDX, such as not_affected or exploitable";
            Err(VexError::Value { what: "state", number, got: super::clipped(other), expected })
        }
    }
}
