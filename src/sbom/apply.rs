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

#[cfg(test)]
mod tests {
    use super::{SupportRules, support};
    use crate::policy::support::SupportFile;
    use crate::sbom::declared;
    use crate::sbom::declared::Covered;
    use crate::sbom::graph::{ComponentGraph, Supplier};
    use crate::sbom::inventory::Answer;

    const REVIEW: &str = "reviewed-by = \"R\"\nreviewed-on = 2026-01-02\n";

    fn file(text: &str) -> SupportFile {
        let text = format!("schema = 1\n{}", text.replace("@REVIEW", REVIEW));
        SupportFile::parse(text.as_bytes(), "support.toml").unwrap_or_else(|errors| panic!("{errors}"))
    }

    fn graph() -> ComponentGraph {
        let text = "schema = 1\n[[component]]\nname = \"a\"\nversion = \"1\"\nkind = \"library\"\nsupplier = \"A\"\n\
            [[component]]\nname = \"b\"\nversion = \"2\"\nkind = \"data\"\nsupplier-unknown-because = \"lost\"\n";
        let declared = declared::parse(text.as_bytes(), "components.toml").expect("valid");
        declared::add(None, &declared, &Covered::new(), "components.toml").expect("graph")
    }

    #[test]
    fn the_first_match_wins_whether_it_is_looked_up_or_tried() {
        let text = "[[support]]\npurl = \"pkg:generic/a@1\"\nsupplier = \"1\"\n[[support]]\npurl = \"pkg:generic/*\"\n\
            supplier = \"2\"\n[[support]]\npurl = \"pkg:generic/b\"\nsupplier = \"3\"\n";
        let file = file(text);
        let rules = SupportRules::of(&file);
        let first = |purl: &str| rules.first(purl).map(|(index, _)| index);
        assert_eq!(first("pkg:generic/a@1"), Some(0));
        assert_eq!(first("pkg:generic/a@2"), Some(1));
        assert_eq!(first("pkg:generic/b@2"), Some(1));
        assert_eq!(first("pkg:cargo/a@1"), None);
    }

    #[test]
    fn answers_are_applied_with_their_origin_and_what_nothing_took_is_named() {
        let file = file(
            "[[support]]\npurl = \"pkg:generic/b\"\nsupplier = \"B\"\nlevel = \"abandoned\"\n\
             end-unknown-because = \"never said\"\n@REVIEW[[support]]\npurl = \"pkg:npm/*\"\nsupplier = \"N\"\n",
        );
        let (graph, applied) = support(graph(), &file, "support.toml").expect("graph");
        assert_eq!((applied.with_support, applied.without_support), (1, 1));
        assert_eq!(applied.unused, ["pkg:npm/*"]);
        let b = graph.component("pkg:generic/b@2").expect("b");
        assert_eq!(b.supplier, Supplier::Configured("B".to_owned()));
        let end = b.support.as_ref().map(|support| support.end.clone());
        assert_eq!(end, Some(Answer::Unknown { because: Some("never said".to_owned()) }));
        assert!(b.field_origins.values().any(|origin| origin.to_string() == "declared:support.toml"));
        assert_eq!(graph.component("pkg:generic/a@1").expect("a").support, None);
    }

    #[test]
    fn a_supplier_that_people_named_elsewhere_stays_and_is_shown_as_a_conflict() {
        let file = file("[[support]]\npurl = \"pkg:generic/a\"\nsupplier = \"Other\"\n");
        let (graph, _) = support(graph(), &file, "support.toml").expect("graph");
        let a = graph.component("pkg:generic/a@1").expect("a");
        assert_eq!(a.supplier, Supplier::Configured("A".to_owned()));
        let conflicts: Vec<_> = graph.conflicts().collect();
        assert_eq!((conflicts.len(), conflicts[0].other.0.as_str()), (1, "Other"));
        assert_eq!(conflicts[0].kept.1.to_string(), "declared:components.toml");
    }
}
