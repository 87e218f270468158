//! One vulnerability has many names: which names belong together, by the word of scanners and of VEX statements.

use std::collections::HashMap;

/// Names in groups; letter case is disregarded.
#[derive(Debug, Default)]
pub struct Aliases {
    numbers: HashMap<String, usize>,
    parents: Vec<usize>,
}

impl Aliases {
    /// Notes that these names mean one vulnerability.
    pub fn join<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        let mut first = None;
        for name in names {
            let number = self.number(name);
            let own = self.root(number);
            let head = *first.get_or_insert(own);
            if let Some(parent) = self.parents.get_mut(own) {
                *parent = head;
            }
        }
    }

    /// The group of a name that was noted.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<usize> {
        let mut at = *self.numbers.get(&name.to_ascii_uppercase())?;
        while let Some(parent) = self.parents.get(at).copied().filter(|parent| *parent != at) {
            at = parent;
        }
        Some(at)
    }

    fn number(&mut self, name: &str) -> usize {
        let next = self.parents.len();
        let number = *self.numbers.entry(name.to_ascii_uppercase()).or_insert(next);
        if number == next {
            self.parents.push(next);
        }
        number
    }

    /// The root of a group; every second step on the way is left out from then on.
    fn root(&mut self, mut at: usize) -> usize {
        loop {
            let parent = self.parents.get(at).copied().unwrap_or(at);
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if parent == at {
                return at;
            }
            if let Some(own) = self.parents.get_mut(at) {
                *own = above;
            }
            at = above;
        }
    }

    /// Shortens every way, so that [`Aliases::group`] is quick.
    pub fn flatten(&mut self) {
        for at in 0..self.parents.len() {
            let root = self.root(at);
            if let Some(parent) = self.parents.get_mut(at) {
                *parent = root;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Aliases;

    #[test]
    fn names_that_share_one_name_are_one_group() {
        let mut aliases = Aliases::default();
        aliases.join(["GHSA-1", "CVE-1"]);
        aliases.join(["RUSTSEC-1"]);
        aliases.join(["cve-2"]);
        aliases.join(["RUSTSEC-1", "cve-1"]);
        aliases.flatten();
        assert_eq!(aliases.group("ghsa-1"), aliases.group("RUSTSEC-1"));
        assert_ne!(aliases.group("CVE-2"), aliases.group("CVE-1"));
        assert_eq!(aliases.group("CVE-3"), None);
    }

    #[test]
    fn long_chains_end_soon() {
        let names: Vec<String> = (0..100_000).map(|number| format!("N-{number}")).collect();
        let mut aliases = Aliases::default();
        for pair in names.windows(2).rev() {
            aliases.join(pair.iter().map(String::as_str));
        }
        aliases.flatten();
        assert_eq!(aliases.group("N-0"), aliases.group("N-99999"));
    }
}
