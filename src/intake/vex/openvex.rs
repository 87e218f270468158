//! OpenVEX 0.2.0 (openvex/spec, OPENVEX-SPEC.md). Fields of others are passed over.

use serde::Deserialize;

use super::{VexDocument, VexError, VexProduct, VexStatement, VexStatus, said, shape, time, word};

const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";

/// Section "Status Justifications" of the specification.
const JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "@context")]
    context: String,
    #[serde(rename = "@id")]
    id: String,
    author: String,
    timestamp: String,
    #[serde(default)]
    last_updated: Option<String>,
    version: u64,
    statements: Vec<StatementWire>,
}

#[derive(Deserialize)]
struct StatementWire {
    vulnerability: VulnerabilityWire,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    last_updated: Option<String>,
    #[serde(default)]
    products: Vec<ProductWire>,
    status: String,
    #[serde(default)]
    justification: Option<String>,
    #[serde(default)]
    impact_statement: Option<String>,
    #[serde(default)]
    action_statement: Option<String>,
}

#[derive(Deserialize)]
struct VulnerabilityWire {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
struct ProductWire {
    #[serde(flatten)]
    component: ComponentWire,
    #[serde(default)]
    subcomponents: Vec<ComponentWire>,
}

#[derive(Deserialize)]
struct ComponentWire {
    #[serde(rename = "@id", default)]
    id: Option<String>,
    #[serde(default)]
    identifiers: IdentifiersWire,
}

#[derive(Deserialize, Default)]
struct IdentifiersWire {
    #[serde(default)]
    purl: Option<String>,
    #[serde(default)]
    cpe22: Option<String>,
    #[serde(default)]
    cpe23: Option<String>,
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<VexDocument, VexError> {
    let wire: Wire = shape(bytes)?;
    if wire.context != CONTEXT {
        return Err(VexError::Kind);
    }
    word("@id", 0, &wire.id)?;
    word("author", 0, &wire.author)?;
    if wire.version == 0 {
        return Err(VexError::Value { what: "version", number: 0, got: "0".to_owned(), expected: "1 or more" });
    }
    let own = wire.last_updated.as_ref().unwrap_or(&wire.timestamp);
    time(0, own)?;
    let statements = wire.statements.into_iter().enumerate();
    let statements: Result<Vec<_>, _> = statements.map(|(at, one)| statement(at + 1, one, own)).collect();
    Ok(VexDocument { format: "OpenVEX 0.2.0", statements: statements? })
}

fn statement(number: usize, wire: StatementWire, document: &str) -> Result<VexStatement, VexError> {
    let expected = "one of not_affected, affected, fixed, under_investigation";
    let all = [VexStatus::NotAffected, VexStatus::Affected, VexStatus::Fixed, VexStatus::UnderInvestigation];
    let status = all.into_iter().find(|status| status.as_str() == wire.status);
    let got = super::clipped(&wire.status);
    let status = status.ok_or(VexError::Value { what: "status", number, got, expected })?;
    let justification = said(wire.justification);
    if let Some(other) = justification.as_ref().filter(|word| !JUSTIFICATIONS.contains(&word.as_str())) {
        let expected = "one of the five words of OpenVEX 0.2.0";
        return Err(VexError::Value { what: "justification", number, got: super::clipped(other), expected });
    }
    let written = wire.last_updated.or(wire.timestamp);
    Ok(VexStatement {
        number,
        vulnerability: std::iter::once(wire.vulnerability.name).chain(wire.vulnerability.aliases).collect(),
        products: wire.products.into_iter().map(product).collect(),
        status,
        justification,
        impact: said(wire.impact_statement),
        action: said(wire.action_statement),
        at: time(number, written.as_deref().unwrap_or(document))?,
    })
}

fn product(wire: ProductWire) -> VexProduct {
    VexProduct { names: names(wire.component), parts: wire.subcomponents.into_iter().map(names).collect() }
}

fn names(wire: ComponentWire) -> Vec<String> {
    let IdentifiersWire { purl, cpe22, cpe23 } = wire.identifiers;
    [wire.id, purl, cpe23, cpe22].into_iter().flatten().collect()
}
