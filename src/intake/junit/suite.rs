//! `<testsuites>` and `<testsuite>`: walks down, and holds the numbers against what is there.

use std::collections::HashSet;

use roxmltree::Node;

use super::case;
use super::counts::{Tally, check};
use super::{Case, CaseOutcome, JunitError, MAX_CASES, Report};

/// Deepest nesting of suites.
const MAX_DEPTH: usize = 64;

/// Most properties kept of a report.
const MAX_PROPERTIES: usize = 1000;

/// Longest name of a suite in words, in characters.
const MAX_NAME: usize = 80;

/// Reads a suite with everything in it; the numbers of all its cases.
pub(super) fn read(node: Node<'_, '_>, depth: usize, report: &mut Report) -> Result<Tally, JunitError> {
    if depth > MAX_DEPTH {
        return Err(JunitError::TooDeep(MAX_DEPTH));
    }
    let name: String = node.attribute("name").unwrap_or_default().chars().take(MAX_NAME).collect();
    let (mut own, mut below) = (Tally::default(), Tally::default());
    let mut names = HashSet::new();
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "testsuite" => below.add(&read(child, depth + 1, report)?),
            "testcase" => {
                let read = case::read(child, &name)?;
                own.take(&read, names.insert(read.name.clone()));
                report.elements += 1;
                if report.elements > MAX_CASES {
                    return Err(JunitError::TooMany);
                }
                report.add(read.name, read.case);
            }
            tag @ ("failure" | "error" | "skipped") => {
                own.outside(tag);
                report.add(name_of_suite(&name), outside(child));
            }
            _ => {}
        }
    }
    describe(node, report);
    // `<testsuites>` has no cases of its own to count.
    let nested = below.elements > 0 && node.has_tag_name("testsuite");
    let mut all = below;
    all.add(&own);
    check(node, &name, &all, nested.then_some(&own))?;
    Ok(all)
}

fn name_of_suite(name: &str) -> String {
    if name.is_empty() { "suite without a name".to_owned() } else { name.to_owned() }
}

/// A suite that broke, or was skipped, as a whole.
fn outside(node: Node<'_, '_>) -> Case {
    let message = case::message(node).map(|message| format!(": {message}")).unwrap_or_default();
    let (outcome, word) = match node.tag_name().name() {
        "skipped" => (CaseOutcome::Warned, "skipped as a whole"),
        _ => (CaseOutcome::Failed, "failed outside of its test cases"),
    };
    Case { outcome, why: Some(format!("{word}{message}")), properties: Vec::new() }
}

fn describe(node: Node<'_, '_>, report: &mut Report) {
    for (name, value) in case::properties(node) {
        if report.properties.len() < MAX_PROPERTIES {
            report.properties.entry(name).or_insert(value);
        }
    }
    if let Some(time) = node.attribute("timestamp").filter(|time| (10..=40).contains(&time.len())) {
        report.ran_at(time);
    }
}
