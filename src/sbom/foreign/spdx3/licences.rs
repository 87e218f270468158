//! The licences of SPDX 3: elements of their own, which relationships join to what they are of.

use std::collections::HashMap;

use crate::sbom::inventory::Answer;

use super::super::tree::Json;
use super::graph::{Graph, reference};
use super::rules::{id, individual};

/// Deepest nesting of licence sets that is spelt out.
const MAX_DEPTH: usize = 16;
/// Longest spelling.
const MAX_TEXT: usize = 16 << 10;

/// Licences by the component that they are of.
pub(super) struct Licences<'d> {
    declared: HashMap<&'d str, Vec<Answer<String>>>,
    concluded: HashMap<&'d str, Vec<Answer<String>>>,
}

impl<'d> Licences<'d> {
    /// Collects them from the relationships of a document.
    pub(super) fn of(graph: &Graph<'d, '_>) -> Self {
        let mut licences = Self { declared: HashMap::new(), concluded: HashMap::new() };
        for one in graph.of_class("Relationship") {
            let by_component = match one.text("relationshipType") {
                Some("hasDeclaredLicense") => &mut licences.declared,
                Some("hasConcludedLicense") => &mut licences.concluded,
                _ => continue,
            };
            let Some(from) = one.get("from").and_then(reference) else { continue };
            by_component.entry(from).or_default().extend(one.list("to").iter().map(|to| answer(graph, to)));
        }
        licences
    }

    /// What is declared, else what is concluded; a known licence stands before an unknown one.
    pub(super) fn of_component(&self, component: &str) -> Vec<Answer<String>> {
        let lists = [self.declared.get(component), self.concluded.get(component)];
        let known = lists.iter().flatten().find(|list| list.iter().any(|one| one.known().is_some()));
        known.or_else(|| lists.iter().flatten().next()).map(|list| (*list).clone()).unwrap_or_default()
    }

    /// What is concluded, as properties.
    pub(super) fn concluded(&self, component: &str) -> impl Iterator<Item = (String, String)> {
        let list = self.concluded.get(component).into_iter().flatten();
        list.map(|one| ("licenseConcluded".to_owned(), one.known().map_or("NOASSERTION", String::as_str).to_owned()))
    }
}

fn answer<'d>(graph: &Graph<'d, '_>, to: &'d Json<'_>) -> Answer<String> {
    match spelt(graph, to, MAX_DEPTH) {
        Some(text) if text != "NOASSERTION" => Answer::Known(text),
        _ => Answer::Unknown { because: None },
    }
}

/// A licence as SPDX expressions spell it, or its name. Sets may share members, so length is bounded.
fn spelt<'d>(graph: &Graph<'d, '_>, value: &'d Json<'_>, depth: usize) -> Option<String> {
    let own = reference(value).unwrap_or_default();
    match individual(own) {
        Some("NoneLicense" | "NoneElement") => return Some("NONE".to_owned()),
        Some(_) => return Some("NOASSERTION".to_owned()),
        None => {}
    }
    let Some(element) = graph.resolve(value) else { return last(own) };
    let member = |name: &str| element.get(name).and_then(|one| spelt(graph, one, depth.checked_sub(1)?));
    match element.text("type")? {
        "simplelicensing_LicenseExpression" => element.text("simplelicensing_licenseExpression").map(str::to_owned),
        "expandedlicensing_ListedLicense" | "expandedlicensing_ListedLicenseException" => last(own),
        "expandedlicensing_OrLaterOperator" => Some(format!("{}+", member("expandedlicensing_subjectLicense")?)),
        "expandedlicensing_WithAdditionOperator" => Some(format!(
            "{} WITH {}",
            member("expandedlicensing_subjectExtendableLicense")?,
            member("expandedlicensing_subjectAddition")?
        )),
        "expandedlicensing_ConjunctiveLicenseSet" => set(graph, element, " AND ", depth),
        "expandedlicensing_DisjunctiveLicenseSet" => set(graph, element, " OR ", depth),
        _ => element.text("name").or_else(|| id(element)).map(str::to_owned),
    }
}

fn set<'d>(graph: &Graph<'d, '_>, element: &'d Json<'_>, word: &str, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let mut text = String::from("(");
    for (at, member) in element.list("expandedlicensing_member").iter().enumerate() {
        if at > 0 {
            text.push_str(word);
        }
        text.push_str(&spelt(graph, member, depth)?);
        if text.len() > MAX_TEXT {
            return None;
        }
    }
    text.push(')');
    Some(text)
}

/// The last part of an address, which is the identifier of a listed licence.
fn last(address: &str) -> Option<String> {
    address.rsplit('/').next().filter(|last| !last.is_empty()).map(str::to_owned)
}
