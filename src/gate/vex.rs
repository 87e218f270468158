//! What VEX documents decide of the components of one SBOM.
//!
//! The rule where several statements speak of one vulnerability in one component: the most specific ones count (about
//! this component, before about its package in every version, before about the whole device), and of these the newest.
//! Two of one time that say different things decide nothing.

use std::collections::HashMap;

use crate::intake::vex::{self, VexDocument, VexStatement, VexStatus};
use crate::model::outcome::Finding;

use super::aliases::Aliases;
use super::documents::{self, Controlled};
use super::evidence::Evidence;
use super::judgement::Judgement;
use super::products::{Products, Target};

/// How to supply a VEX document.
pub const NEXT: &str = "Decide on each finding in a VEX document of this version, have it approved, and take it in as a document of kind `vex`";

/// A VEX document with the controlled document that holds it.
#[derive(Debug)]
pub struct VexPaper<'e> {
    /// Which document it is.
    pub controlled: Controlled<'e>,
    /// What it says.
    pub document: VexDocument,
}

/// The VEX documents that count for this batch. `judgement` gets what is wrong with them, and that there is none.
pub fn papers<'e>(evidence: &'e Evidence<'_>, judgement: &mut Judgement) -> Vec<VexPaper<'e>> {
    let mut papers = Vec::new();
    for controlled in documents::current(evidence, vex::KIND, judgement, NEXT) {
        match vex::read(controlled.bytes) {
            Ok(document) => papers.push(VexPaper { controlled, document }),
            Err(error) => judgement.found("vex-malformed", controlled.entry(), error.to_string(), NEXT),
        }
    }
    papers
}

/// Whether any document of this kind is there, whatever it is worth.
#[must_use]
pub fn any(evidence: &Evidence<'_>) -> bool {
    evidence.documents.iter().any(|signed| signed.statement.predicate.kind == vex::KIND)
}

/// The decision on one vulnerability in one target.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'v> {
    /// The statement that counts.
    pub statement: &'v VexStatement,
    /// The document that it stands in.
    pub paper: &'v Controlled<'v>,
    /// Whether another statement of the same rank and time says otherwise.
    pub contradicted: bool,
}

impl Decision<'_> {
    /// What keeps the decision from counting: a stable code and a fragment of a sentence.
    #[must_use]
    pub fn defect(&self) -> Option<(&'static str, &'static str)> {
        let statement = self.statement;
        if self.contradicted {
            return Some(("vex-contradicted", "two statements of the same time say different things"));
        }
        match statement.status {
            VexStatus::UnderInvestigation => Some(("under-investigation", "the status is under_investigation")),
            VexStatus::NotAffected if statement.justification.is_none() && statement.impact.is_none() => {
                Some(("not-justified", "not_affected has neither a justification nor an impact statement"))
            }
            VexStatus::Affected if statement.action.is_none() => {
                Some(("no-action", "affected has no action statement"))
            }
            _ => None,
        }
    }

    /// `VEX-0001 revision 2, statement 3`.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}, statement {}", self.paper.shown(), self.statement.number)
    }

    fn take(&mut self, other: Self) {
        if other.statement.at > self.statement.at {
            *self = other;
        } else if other.statement.at == self.statement.at && other.statement.status != self.statement.status {
            self.contradicted = true;
        }
    }
}

/// Every decision by vulnerability and target.
#[derive(Debug, Default)]
pub struct Decisions<'v> {
    by_target: HashMap<(usize, Target), Decision<'v>>,
    /// The most specific decision, for findings that name no component.
    by_group: HashMap<usize, (Target, Decision<'v>)>,
    /// Products that are no part of the SBOM.
    pub unknown: Vec<Finding>,
}

impl<'v> Decisions<'v> {
    /// Sorts the statements; `aliases` must know their names.
    #[must_use]
    pub fn of(papers: &'v [VexPaper<'_>], aliases: &Aliases, products: &Products<'_>) -> Self {
        let mut decisions = Self::default();
        for paper in papers {
            for statement in &paper.document.statements {
                let group = statement.vulnerability.first().and_then(|name| aliases.group(name));
                let decision = Decision { statement, paper: &paper.controlled, contradicted: false };
                for target in decisions.targets(decision, products) {
                    if let Some(group) = group {
                        decisions.add(group, target, decision);
                    }
                }
            }
        }
        decisions
    }

    /// The decision that counts for a vulnerability in a target, or in anything where the target is not known.
    #[must_use]
    pub fn find(&self, group: usize, target: Option<Target>, products: &Products<'_>) -> Option<&Decision<'v>> {
        match target {
            Some(target) => products.covering(target).find_map(|one| self.by_target.get(&(group, one))),
            None => self.by_group.get(&group).map(|(_, decision)| decision),
        }
    }

    fn add(&mut self, group: usize, target: Target, decision: Decision<'v>) {
        self.by_target.entry((group, target)).and_modify(|own| own.take(decision)).or_insert(decision);
        let (rank, own) = self.by_group.entry(group).or_insert((target, decision));
        match rank_of(target).cmp(&rank_of(*rank)) {
            std::cmp::Ordering::Less => (*rank, *own) = (target, decision),
            std::cmp::Ordering::Equal => own.take(decision),
            std::cmp::Ordering::Greater => {}
        }
    }

    /// What a statement is about; a product or part that is unknown becomes a finding.
    fn targets(&mut self, decision: Decision<'v>, products: &Products<'_>) -> Vec<Target> {
        let mut targets = Vec::new();
        for product in &decision.statement.products {
            let whole = self.target(&product.names, decision, products);
            let parts = product.parts.iter().filter_map(|names| self.target(names, decision, products));
            let parts: Vec<Target> = parts.collect();
            match whole {
                Some(whole) if product.parts.is_empty() => targets.push(whole),
                // A part counts only as part of a product that is known.
                Some(_) => targets.extend(parts),
                None => {}
            }
        }
        targets.sort_unstable();
        targets.dedup();
        targets
    }

    fn target(&mut self, names: &[String], decision: Decision<'v>, products: &Products<'_>) -> Option<Target> {
        let found = names.iter().find_map(|name| products.resolve(name));
        if found.is_none() {
            let name = names.first().map_or("", String::as_str);
            let message = format!("{} speaks of a product that is no part of the SBOM", decision.shown());
            const NEXT: &str = "Name components as the SBOM of this version does: by package URL or `bom-ref`, and drop other products";
            self.unknown.push(Finding::new("vex-product-unknown", name, message, NEXT));
        }
        found
    }
}

const fn rank_of(target: Target) -> u8 {
    match target {
        Target::Component(_) => 0,
        Target::Package(_) => 1,
        Target::Device => 2,
    }
}

/// Every name that the statements give to vulnerabilities, joined.
pub fn join(aliases: &mut Aliases, papers: &[VexPaper<'_>]) {
    for statement in papers.iter().flat_map(|paper| &paper.document.statements) {
        aliases.join(statement.vulnerability.iter().map(String::as_str));
    }
}
