//! `[device.udi]`: scope, device identifier, issuing agency and the production identifier that carries the version.

use crate::model::udi::{Carrier, Issuer, Udi, UdiError, UdiScope, gs1};

use super::reader::{Item, Table};

const SCOPES: [(&str, UdiScope); 3] = [
    (UdiScope::Samd.as_str(), UdiScope::Samd),
    (UdiScope::Embedded.as_str(), UdiScope::Embedded),
    (UdiScope::None.as_str(), UdiScope::None),
];
const ISSUERS: [(&str, Issuer); 3] = [
    (Issuer::Gs1.as_str(), Issuer::Gs1),
    (Issuer::Hibcc.as_str(), Issuer::Hibcc),
    (Issuer::Iccbba.as_str(), Issuer::Iccbba),
];
const CARRIERS: [(&str, Carrier); 3] = [
    (Carrier::Lot.as_str(), Carrier::Lot),
    (Carrier::Serial.as_str(), Carrier::Serial),
    (Carrier::Version.as_str(), Carrier::Version),
];

/// Longest device identifier, in bytes.
const MAX_DI: usize = 50;

/// Reads `[device.udi]`.
pub(super) fn udi(table: &Table<'_>) -> Option<Udi> {
    let scope = table.required("scope", "one of \"samd\", \"embedded\", \"none\"").and_then(|item| item.word(&SCOPES));
    let issuer = table.optional_as("issuer", |item| item.word(&ISSUERS));
    let pi = table.optional_as("pi", |item| item.word(&CARRIERS));
    let item = table.optional("di");
    let (issuer, pi) = (issuer?, pi?);
    let di = match &item {
        Some(item) if item.is_fill_in() => Some(None),
        Some(item) => device_identifier(item, issuer).map(Some),
        None => Some(None),
    };
    let scope = scope?;
    match (scope, &item) {
        (UdiScope::None, Some(item)) => item.refuse("no device identifier where scope is \"none\""),
        (UdiScope::Samd | UdiScope::Embedded, None) => {
            table.complain("di", "nothing", "a device identifier where scope is not \"none\"");
            None
        }
        _ => {
            let udi = Udi { scope, di: di?, issuer, pi, full: None };
            has_carrier(table, &udi).map(|()| udi)
        }
    }
}

/// Device identifier of an issuing agency; one of digits only is a GTIN-14 (GS1). Only an agency that is named in
/// the file decides the form of any other: the gate judges the rest.
fn device_identifier(item: &Item<'_>, issuer: Option<Issuer>) -> Option<String> {
    let expected = "a device identifier as text, such as a GTIN of 14 digits in quotes";
    let text = item.string_or(expected)?;
    if !(1..=MAX_DI).contains(&text.len()) || !text.bytes().all(gs1::is_allowed) {
        return item.refuse(expected);
    }
    let issuer = issuer.or_else(|| Issuer::of(text).filter(|issuer| *issuer == Issuer::Gs1));
    match issuer.map(|issuer| issuer.check_di(text)) {
        None | Some(Ok(())) => Some(text.to_owned()),
        Some(Err(UdiError::Gtin(_))) => item.refuse("14 digits (shorter GTINs begin with zeros)"),
        Some(Err(UdiError::Check { expected, .. })) => {
            item.refuse(format!("a GTIN whose check digit is right (it would be {expected})"))
        }
        Some(Err(UdiError::Form { expected, .. })) => item.refuse(expected),
        Some(Err(error)) => item.refuse(error.to_string()),
    }
}

/// Only GS1 has an identifier for software versions.
fn has_carrier(table: &Table<'_>, udi: &Udi) -> Option<()> {
    let carrier = udi.pi.map(Carrier::as_str);
    match (udi.scope, carrier, udi.agency()) {
        (UdiScope::None, Some(_), _) => {
            table.optional("pi")?.refuse("no production identifier where scope is \"none\"")
        }
        (_, Some("version"), Some(Issuer::Hibcc | Issuer::Iccbba)) => {
            table.optional("pi")?.refuse("\"lot\" or \"serial\" (only GS1 has an identifier for versions)")
        }
        _ => Some(()),
    }
}
