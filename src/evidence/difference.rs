//! What differs between the things that should be there and the things that are.
//!
//! Altered, missing, extra, renamed, duplicated and swapped things each get their own sentence.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::digest::Sha256Digest;
use crate::model::seal::{SEAL_ENTRY, Seal};
use crate::model::statement::Statement;

use super::judgement::Problem;
use super::layout::EntryIndex;

/// One difference, in terms of names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The name is there with other bytes.
    Altered {
        /// Name.
        name: String,
        /// Digest found.
        got: Sha256Digest,
        /// Digest expected.
        expected: Sha256Digest,
    },
    /// The name is there with the bytes of another expected name.
    Swapped {
        /// Name.
        name: String,
        /// The name whose bytes it holds.
        holds: String,
    },
    /// Nothing of this name or of its bytes is there.
    Missing {
        /// Name.
        name: String,
    },
    /// The bytes are there under a name that nothing expects.
    Renamed {
        /// Name expected.
        name: String,
        /// Name found.
        found_as: String,
    },
    /// A second copy of expected bytes under a name that nothing expects.
    Duplicated {
        /// Name expected and present.
        name: String,
        /// Name of the copy.
        copy: String,
    },
    /// A name that nothing expects, with bytes that nothing expects.
    Extra {
        /// Name.
        name: String,
    },
}

impl Difference {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Altered { .. } => "altered",
            Self::Swapped { .. } => "swapped",
            Self::Missing { .. } => "missing",
            Self::Renamed { .. } => "renamed",
            Self::Duplicated { .. } => "duplicated",
            Self::Extra { .. } => "extra",
        }
    }

    /// The name it is about.
    #[must_use]
    pub fn about(&self) -> &str {
        match self {
            Self::Altered { name, .. }
            | Self::Swapped { name, .. }
            | Self::Missing { name }
            | Self::Renamed { name, .. }
            | Self::Duplicated { name, .. }
            | Self::Extra { name } => name,
        }
    }

    /// The difference as a problem; `what` and `by` as in [`Self::sentence`].
    #[must_use]
    pub fn problem(&self, what: &str, by: &str) -> Problem {
        Problem::new(self.code(), self.about(), self.sentence(what, by))
    }

    /// One sentence; `what` is the noun (`artifact`, `entry`), `by` whoever expects it (`the record`, `the seal`).
    #[must_use]
    pub fn sentence(&self, what: &str, by: &str) -> String {
        match self {
            Self::Altered { name, got, expected } => {
                format!("{what} {name} was altered (got {got}, {by} says {expected})")
            }
            Self::Swapped { name, holds } => format!("{what} {name} was swapped: it holds the bytes of {holds}"),
            Self::Missing { name } => format!("{what} {name} is missing ({by} lists it)"),
            Self::Renamed { name, found_as } => format!("{what} {name} was renamed: its bytes are here as {found_as}"),
            Self::Duplicated { name, copy } => format!("{what} {name} is here twice: {copy} is a second copy"),
            Self::Extra { name } => format!("{what} {name} is extra ({by} does not list it)"),
        }
    }
}

/// Compares two sets of named digests; equal sets give no difference.
#[must_use]
pub fn compare(expected: &BTreeMap<String, Sha256Digest>, given: &BTreeMap<String, Sha256Digest>) -> Vec<Difference> {
    let mut differences = Vec::new();
    let owner = |digest: Sha256Digest, except: &str| {
        expected.iter().find(|(name, value)| **value == digest && name.as_str() != except).map(|(name, _)| name.clone())
    };
    let mut renamed = BTreeSet::new();
    for (name, wanted) in expected {
        match given.get(name) {
            Some(got) if got == wanted => {}
            Some(got) => differences.push(match owner(*got, name) {
                Some(holds) => Difference::Swapped { name: name.clone(), holds },
                None => Difference::Altered { name: name.clone(), got: *got, expected: *wanted },
            }),
            None => {
                let found = given.iter().find(|(other, digest)| {
                    *digest == wanted && !expected.contains_key(*other) && !renamed.contains(*other)
                });
                differences.push(match found {
                    Some((found_as, _)) => {
                        renamed.insert(found_as.clone());
                        Difference::Renamed { name: name.clone(), found_as: found_as.clone() }
                    }
                    None => Difference::Missing { name: name.clone() },
                });
            }
        }
    }
    for (name, digest) in given.iter().filter(|(name, _)| !expected.contains_key(*name) && !renamed.contains(*name)) {
        differences.push(match owner(*digest, name) {
            Some(original) => Difference::Duplicated { name: original, copy: name.clone() },
            None => Difference::Extra { name: name.clone() },
        });
    }
    differences
}

/// What the seal says of the other entries, against the entries that are there.
#[must_use]
pub fn unsealed(seal: &Statement<Seal>, index: &EntryIndex) -> Vec<Problem> {
    let expected = seal.subject.iter().map(|subject| (subject.name.clone(), subject.digest.sha256())).collect();
    let sealed = index.values().filter(|entry| entry.name.as_str() != SEAL_ENTRY);
    let given = sealed.map(|entry| (entry.name.to_string(), entry.sha256)).collect();
    compare(&expected, &given).iter().map(|difference| difference.problem("entry", "the seal")).collect()
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Sha256Digest, compare};

    fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, Sha256Digest> {
        pairs.iter().map(|(name, content)| ((*name).to_owned(), Sha256Digest::of(content.as_bytes()))).collect()
    }

    fn codes(expected: &[(&str, &str)], given: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        compare(&set(expected), &set(given)).iter().map(|d| (d.code(), d.about().to_owned())).collect()
    }

    #[test]
    fn equal_sets_do_not_differ() {
        assert!(codes(&[("a", "1"), ("b", "1")], &[("a", "1"), ("b", "1")]).is_empty());
    }

    #[test]
    fn names_each_kind_of_difference() {
        let expected = [("a", "1"), ("b", "2")];
        for (given, wanted) in [
            (vec![("a", "x"), ("b", "2")], vec![("altered", "a")]),
            (vec![("a", "2"), ("b", "1")], vec![("swapped", "a"), ("swapped", "b")]),
            (vec![("b", "2")], vec![("missing", "a")]),
            (vec![("c", "1"), ("b", "2")], vec![("renamed", "a")]),
            (vec![("a", "1"), ("b", "2"), ("c", "1")], vec![("duplicated", "a")]),
            (vec![("a", "1"), ("b", "2"), ("c", "3")], vec![("extra", "c")]),
            (vec![], vec![("missing", "a"), ("missing", "b")]),
        ] {
            let wanted: Vec<(&str, String)> = wanted.into_iter().map(|(c, n)| (c, n.to_owned())).collect();
            assert_eq!(codes(&expected, &given), wanted, "{given:?}");
        }
    }
}
