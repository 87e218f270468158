//! Suppliers: what the policy says, else what a manifest lets one derive (and marked so), else unknown.

use crate::policy::release::SupplierRule;

use super::graph::{DerivedFrom, Supplier};
use super::purl;

/// Longest derived name, in characters.
const MAX_NAME: usize = 120;

/// Forges whose addresses begin with the owner.
const FORGES: [&str; 5] = ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "git.sr.ht"];

/// What a manifest says that may hint at a supplier.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// Authors as declared, `Name <mail>`.
    pub authors: &'a [String],
    /// Address of the repository.
    pub repository: Option<&'a str>,
    /// The manufacturer, for packages of its own workspace.
    pub own_manufacturer: Option<&'a str>,
    /// A name that the package itself gives, `Name <mail>`, and where.
    pub named: Option<(&'a str, DerivedFrom)>,
}

/// Supplier of a component: the first rule that matches, else a derived one, else unknown.
#[must_use]
pub fn of(purl: &str, rules: &[SupplierRule], hints: Hints<'_>) -> Supplier {
    let rule = rules.iter().find(|rule| purl::matches(&rule.purl, purl));
    if let Some(name) = rule.and_then(|rule| rule.name.clone()) {
        return Supplier::Configured(name);
    }
    if let Some(because) = rule.and_then(|rule| rule.unknown_because.clone()) {
        return Supplier::Unknown { because: Some(because) };
    }
    let derived = |name: String, from| Supplier::Derived { name, from };
    if let Some((name, from)) = hints.named.and_then(|(text, from)| Some((author_names(&[text])?, from))) {
        return derived(name, from);
    }
    if let Some(name) = hints.own_manufacturer {
        return derived(name.to_owned(), DerivedFrom::WorkspaceMember);
    }
    if let Some(name) = author_names(hints.authors) {
        return derived(name, DerivedFrom::CargoAuthors);
    }
    match owner_of(purl, hints.repository) {
        Some((name, from)) => derived(name, from),
        None => Supplier::Unknown { because: None },
    }
}

/// The owner that addresses of repositories name, else the one that the package URL names.
pub(super) fn owner_of<'a>(
    purl: &str,
    repositories: impl IntoIterator<Item = &'a str>,
) -> Option<(String, DerivedFrom)> {
    let repository = repositories.into_iter().find_map(owner).map(|name| (name, DerivedFrom::RepositoryOwner));
    repository.or_else(|| purl::owner(purl).map(|name| (name, DerivedFrom::PurlNamespace)))
}

/// Names of the first three authors, without mail addresses.
fn author_names<T: AsRef<str>>(authors: &[T]) -> Option<String> {
    let names: Vec<&str> = authors
        .iter()
        .map(|author| author.as_ref().split('<').next().unwrap_or_default().trim())
        .filter(|name| !name.is_empty())
        .collect();
    let shown = names.get(..3).unwrap_or(&names);
    let more = if names.len() > 3 { " and others" } else { "" };
    let text: String = shown.join(", ").chars().filter(|character| !character.is_control()).take(MAX_NAME).collect();
    (!text.trim().is_empty()).then(|| format!("{text}{more}"))
}

/// First path segment of the address of a repository on a known forge.
fn owner(repository: &str) -> Option<String> {
    let rest = repository.strip_prefix("https://").or_else(|| repository.strip_prefix("http://"))?;
    let mut parts = rest.split('/');
    let host = parts.next()?;
    let owner = parts.next()?;
    let usable = !owner.is_empty()
        && owner.len() <= MAX_NAME
        && owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'));
    (FORGES.contains(&host) && usable).then(|| owner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Hints, of};
    use crate::policy::release::SupplierRule;
    use crate::sbom::graph::{DerivedFrom, Supplier};

    fn rule(purl: &str, name: Option<&str>, because: Option<&str>) -> SupplierRule {
        SupplierRule {
            purl: purl.to_owned(),
            name: name.map(str::to_owned),
            unknown_because: because.map(str::to_owned),
        }
    }

    #[test]
    fn the_first_matching_rule_wins_over_hints() {
        let rules = [rule("pkg:cargo/a*", Some("A makers"), None), rule("*", None, Some("nobody answers"))];
        let authors = ["Someone <s@example.org>".to_owned()];
        let hints = Hints { authors: &authors, ..Hints::default() };
        assert_eq!(of("pkg:cargo/ab@1.0.0", &rules, hints), Supplier::Configured("A makers".to_owned()));
        let unknown = Supplier::Unknown { because: Some("nobody answers".to_owned()) };
        assert_eq!(of("pkg:cargo/b@1.0.0", &rules, hints), unknown);
    }

    #[test]
    fn derived_names_say_where_they_come_from() {
        let authors: Vec<String> = ["A <a@x>", "B", "C", "D"].map(str::to_owned).to_vec();
        let derived = |name: &str, from| Supplier::Derived { name: name.to_owned(), from };
        let hints = Hints { authors: &authors, repository: Some("https://github.com/o/r"), ..Hints::default() };
        assert_eq!(of("pkg:cargo/x@1.0.0", &[], hints), derived("A, B, C and others", DerivedFrom::CargoAuthors));
        let hints = Hints { authors: &[], ..hints };
        assert_eq!(of("pkg:cargo/x@1.0.0", &[], hints), derived("o", DerivedFrom::RepositoryOwner));
        let scoped = of("pkg:npm/%40o/x@1.0.0", &[], Hints::default());
        assert_eq!(scoped, derived("o", DerivedFrom::PurlNamespace));
        assert_eq!(of("pkg:npm/%40o/x@1.0.0", &[], hints), derived("o", DerivedFrom::RepositoryOwner));
        let hints = Hints { own_manufacturer: Some("Example Devices (demo)"), ..hints };
        assert_eq!(
            of("pkg:cargo/x@1.0.0", &[], hints),
            derived("Example Devices (demo)", DerivedFrom::WorkspaceMember)
        );
        let hints = Hints { named: Some(("O, team <o@x>", DerivedFrom::PackageMaintainer)), ..hints };
        assert_eq!(of("pkg:deb/debian/x@1", &[], hints), derived("O, team", DerivedFrom::PackageMaintainer));
    }

    #[test]
    fn nothing_known_stays_unknown() {
        let nobody = ["<only@mail>".to_owned(), "  ".to_owned()];
        for repository in
            [None, Some("https://example.org/o/r"), Some("git@github.com:o/r"), Some("https://github.com/")]
        {
            let hints = Hints { authors: &nobody, repository, ..Hints::default() };
            assert_eq!(of("pkg:cargo/x@1.0.0", &[], hints), Supplier::Unknown { because: None });
        }
    }
}
