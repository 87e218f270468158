//! What `support.toml` says, applied to a component graph.

use std::collections::HashMap;

use crate::policy::support::{Stated, SupportFile, SupportRule};

use super::graph::{Component, ComponentGraph, Conflict, Field, GraphError, Origin, Supplier};
use super::purl;

/// Finds the first rule that matches a package URL; rules without a `*` are looked up, not tried.
#[derive(Debug)]
pub struct SupportRules<'f> {
    rules: &'f [SupportRule],
    exact: HashMap<&'f str, usize>,
    patterns: Vec<usize>,
}

impl<'f> SupportRules<'f> {
    /// Prepares the rules of a file.
    #[must_use]
    pub fn of(file: &'f SupportFile) -> Self {
        let mut own = Self { rules: &file.rules, exact: HashMap::new(), patterns: Vec::new() };
        for (index, rule) in file.rules.iter().enumerate() {
            if rule.purl.contains('*') {
                own.patterns.push(index);
            } else {
                own.exact.entry(&rule.purl).or_insert(index);
            }
        }
        own
    }

    /// Index and rule of the first rule that matches.
    #[must_use]
    pub fn first(&self, purl: &str) -> Option<(usize, &'f SupportRule)> {
        let exact = purl::spellings(purl).iter().filter_map(|text| self.exact.get(text)).min().copied();
        let before = |index: &&usize| exact.is_none_or(|exact| **index < exact);
        let matches = |index: &&usize| self.rules.get(**index).is_some_and(|rule| purl::matches(&rule.purl, purl));
        let index = self.patterns.iter().take_while(before).find(matches).copied().or(exact)?;
        Some((index, self.rules.get(index)?))
    }
}

/// What applying rules showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// purl patterns of rules that no component took, in file order.
    pub unused: Vec<String>,
    /// Components of which a rule says level and end of support.
    pub with_support: usize,
    /// Components of which no rule says it.
    pub without_support: usize,
}

impl Applied {
    /// Counts over components, and names the rules that nothing took.
    #[must_use]
    pub fn count(rules: &SupportRules<'_>, taken: &[Option<usize>]) -> Self {
        let mut used = vec![false; rules.rules.len()];
        let mut applied = Self::default();
        for rule in taken {
            rule.and_then(|index| used.get_mut(index)).into_iter().for_each(|used| *used = true);
            let answers = rule.and_then(|index| rules.rules.get(index)).and_then(|rule| rule.answers.as_ref());
            *(if answers.is_some() { &mut applied.with_support } else { &mut applied.without_support }) += 1;
        }
        let unused = rules.rules.iter().zip(used).filter(|(_, used)| !used);
        applied.unused = unused.map(|(rule, _)| rule.purl.clone()).collect();
        applied
    }
}

/// Applies the first matching rule to each component; `name` is how the file is called in origins.
///
/// A supplier that people have named elsewhere stays, and a different one here is a conflict.
///
/// # Errors
/// [`GraphError`], never for a graph that was one.
pub fn support(graph: ComponentGraph, file: &SupportFile, name: &str) -> Result<(ComponentGraph, Applied), GraphError> {
    let rules = SupportRules::of(file);
    let mut parts = graph.into_parts();
    let mut taken = Vec::with_capacity(parts.components.len());
    for component in &mut parts.components {
        let found = rules.first(component.purl.as_deref().unwrap_or(&component.id));
        taken.push(found.map(|(index, _)| index));
        if let Some((_, rule)) = found {
            parts.conflicts.extend(one(component, rule, name));
        }
    }
    let applied = Applied::count(&rules, &taken);
    Ok((ComponentGraph::new(parts)?, applied))
}

fn one(component: &mut Component, rule: &SupportRule, name: &str) -> Option<Conflict> {
    let origin = || Origin::Declared(name.to_owned());
    if let Some(answers) = &rule.answers {
        component.support = Some(answers.into());
        component.field_origins.insert(Field::Support, origin());
    }
    let stated = rule.supplier.as_ref()?;
    if let (Supplier::Configured(kept), Stated::Is(other)) = (&component.supplier, stated) {
        let kept_from = component.origins.iter().find(|origin| matches!(origin, Origin::Declared(_))).cloned();
        let kept_from = kept_from.unwrap_or_else(|| Origin::Declared("batchseal.toml".to_owned()));
        return (kept != other).then(|| Conflict {
            id: component.id.clone(),
            field: Field::Supplier,
            kept: (kept.clone(), kept_from),
            other: (other.clone(), origin()),
        });
    }
    if matches!(component.supplier, Supplier::Configured(_)) {
        return None;
    }
    component.supplier = match stated {
        Stated::Is(supplier) => Supplier::Configured(supplier.clone()),
        Stated::Unknown(because) => Supplier::Unknown { because: Some(because.clone()) },
    };
    None
}
