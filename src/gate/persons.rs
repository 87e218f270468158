//! Who counts as one person in a set of approvals: whoever signed, with everybody they signed for.

use std::collections::{BTreeMap, BTreeSet};

use crate::attestation::sshsig::VerifiedApproval;

/// Names of the roster, joined where one signed as the other's deputy.
#[derive(Debug, Default)]
pub struct Persons<'a> {
    places: BTreeMap<&'a str, usize>,
    parents: Vec<usize>,
}

impl<'a> Persons<'a> {
    /// Joins the names of all approvals that stand together.
    #[must_use]
    pub fn of(approvals: impl IntoIterator<Item = &'a VerifiedApproval>) -> Self {
        let mut persons = Self::default();
        for approval in approvals {
            persons.add(approval.signer(), approval.predicate.deputy_for.as_deref());
        }
        persons
    }

    /// Adds somebody who signs, perhaps as the deputy of somebody.
    pub fn add(&mut self, signer: &'a str, deputy_for: Option<&'a str>) {
        let place = self.place(signer);
        if let Some(principal) = deputy_for {
            let other = self.place(principal);
            let (one, other) = (self.root(place), self.root(other));
            if let Some(parent) = self.parents.get_mut(one) {
                *parent = other;
            }
        }
    }

    fn place(&mut self, name: &'a str) -> usize {
        let next = self.parents.len();
        let place = *self.places.entry(name).or_insert(next);
        if place == next {
            self.parents.push(next);
        }
        place
    }

    fn root(&self, mut place: usize) -> usize {
        while let Some(parent) = self.parents.get(place).filter(|parent| **parent != place) {
            place = *parent;
        }
        place
    }

    /// Number of the person whom this name counts as; `None` for a name that was not added.
    #[must_use]
    pub fn who(&self, name: &str) -> Option<usize> {
        self.places.get(name).map(|place| self.root(*place))
    }

    /// How many persons these names are.
    #[must_use]
    pub fn count<'n>(&self, names: impl Iterator<Item = &'n str>) -> usize {
        names.filter_map(|name| self.who(name)).collect::<BTreeSet<_>>().len()
    }

    /// All names that count as one person, in order.
    #[must_use]
    pub fn names(&self, who: usize) -> Vec<&'a str> {
        self.places.iter().filter(|(_, place)| self.root(**place) == who).map(|(name, _)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Persons;

    #[test]
    fn a_deputy_and_the_person_deputised_for_are_one() {
        let mut persons = Persons::default();
        persons.add("a", None);
        persons.add("deputy", Some("a"));
        persons.add("b", None);
        assert_eq!(persons.who("a"), persons.who("deputy"));
        assert_eq!(persons.count(["a", "b", "deputy"].into_iter()), 2);
        assert_eq!(persons.names(persons.who("a").expect("known")), ["a", "deputy"]);
        assert_eq!(persons.who("c"), None);
    }

    #[test]
    fn whoever_signs_for_two_persons_joins_them() {
        let mut persons = Persons::default();
        persons.add("deputy", Some("a"));
        persons.add("deputy", Some("b"));
        persons.add("other", Some("c"));
        assert_eq!(persons.who("a"), persons.who("b"));
        assert_ne!(persons.who("a"), persons.who("c"));
    }
}
