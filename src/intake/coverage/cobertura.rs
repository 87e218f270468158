//! Cobertura XML, as Cobertura, coverage.py, gcovr, coverlet and cargo-llvm-cov write it.
//!
//! The totals of the root element count where they are there; else the `<line>` elements of the classes do. Those of
//! methods repeat lines of their class and are passed over. A document type is usual here and names an address that
//! is never fetched; one that declares entities is refused.

use roxmltree::{Document, Node, ParsingOptions};

use super::{Coverage, CoverageError, Covered, Format};

/// Most XML nodes in a report.
const MAX_NODES: u32 = 10_000_000;

/// Longest version kept, in characters.
const MAX_VERSION: usize = 80;

pub(super) fn parse(text: &str) -> Result<Coverage, CoverageError> {
    if text.contains("<!ENTITY") {
        return Err(CoverageError::Entities);
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)?;
    let root = document.root_element();
    if root.tag_name().name() != "coverage" {
        return Err(CoverageError::Root(root.tag_name().name().chars().take(40).collect()));
    }
    let (lines, branches) = counted(root)?;
    let stated = |covered, valid| -> Result<Option<(u64, u64)>, CoverageError> {
        Ok(number(root, covered)?.zip(number(root, valid)?))
    };
    let lines = match stated("lines-covered", "lines-valid")? {
        Some((covered, valid)) => Covered::new("lines", covered, valid)?,
        None => lines,
    };
    let branches = match stated("branches-covered", "branches-valid")? {
        // Writers that measure no branches say 0 of 0.
        Some((_, 0)) if branches.valid == 0 => None,
        Some((covered, valid)) => Some(Covered::new("branches", covered, valid)?),
        None => (branches.valid > 0).then_some(branches),
    };
    let version = root.attribute("version").map(str::trim).filter(|text| crate::model::text::shows_something(text));
    let version =
        version.map(|text| crate::model::text::for_terminal(text).chars().take(MAX_VERSION).collect::<String>());
    Ok(Coverage { format: Format::Cobertura, version, lines, branches })
}

/// An attribute of the root.
fn number(root: Node<'_, '_>, attribute: &'static str) -> Result<Option<u64>, CoverageError> {
    root.attribute(attribute).map(|text| parsed(attribute, text)).transpose()
}

fn parsed(attribute: &'static str, text: &str) -> Result<u64, CoverageError> {
    let refused =
        || CoverageError::Number { attribute, got: text.chars().take(40).collect(), expected: "a whole number" };
    text.trim().parse().map_err(|_| refused())
}

/// Lines and branches of all classes.
fn counted(root: Node<'_, '_>) -> Result<(Covered, Covered), CoverageError> {
    let (mut lines, mut branches) = (Covered::default(), Covered::default());
    let of_class = |node: &Node<'_, '_>| {
        let class = node.parent_element().and_then(|lines| lines.parent_element());
        class.is_some_and(|class| class.has_tag_name("class"))
    };
    for line in root.descendants().filter(|node| node.has_tag_name("line") && of_class(node)) {
        lines.add(parsed("hits", line.attribute("hits").unwrap_or_default())? > 0);
        if let Some(condition) = line.attribute("condition-coverage") {
            let (covered, valid) = condition_coverage(condition)?;
            branches.covered += covered;
            branches.valid += valid;
        }
    }
    Ok((lines, branches))
}

/// `50% (1/2)`.
fn condition_coverage(text: &str) -> Result<(u64, u64), CoverageError> {
    let refused = || CoverageError::Number {
        attribute: "condition-coverage",
        got: text.chars().take(40).collect(),
        expected: "a share such as 50% (1/2)",
    };
    let inside = text.split_once('(').and_then(|(_, rest)| rest.trim_end().strip_suffix(')')).ok_or_else(refused)?;
    let (covered, valid) = inside.split_once('/').ok_or_else(refused)?;
    let (covered, valid) = (covered.trim().parse().map_err(|_| refused())?, valid.trim().parse::<u64>());
    let Covered { covered, valid } = Covered::new("branches", covered, valid.map_err(|_| refused())?)?;
    // Keeps the sums far from overflow.
    if valid > 1_000_000 { Err(refused()) } else { Ok((covered, valid)) }
}
