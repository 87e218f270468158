//! What a commit message says of the change and of who reviewed it: its trailers (git-interpret-trailers(1)).
//!
//! A trailer counts wherever it stands in the body, in a line of its own without leading blanks: forges join
//! the messages of several commits into one, and put lines of their own behind a trailer.

use crate::model::text::shows_something;

use super::git_object::Identity;

/// Trailer that names a further author.
const CO_AUTHOR: &str = "Co-authored-by";

/// Longest value of a trailer, in characters.
const MAX_VALUE: usize = 200;

/// Most values of one trailer in one message.
const MAX_VALUES: usize = 100;

/// A person as a trailer or a commit names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPerson {
    name: String,
    email: String,
}

impl NamedPerson {
    /// Reads `Name <mail>`, a name, or a mail address. `None` where nothing is said.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, email) = match text.split_once('<') {
            Some((name, rest)) => (name, rest.split('>').next().unwrap_or_default()),
            None if text.contains('@') && !text.trim().contains(' ') => ("", text),
            None => (text, ""),
        };
        let person = Self { name: folded(name), email: folded(email) };
        (!person.name.is_empty() || !person.email.is_empty()).then_some(person)
    }

    /// The same of a commit's author.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        Self { name: folded(&identity.name), email: folded(&identity.email) }
    }

    /// Whether both may be one person: the same name, or the same mail address.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        let same = |one: &str, two: &str| !one.is_empty() && one == two;
        same(&self.name, &other.name) || same(&self.email, &other.email)
    }
}

/// Lower case, with one blank between words.
fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let text = words.join(" ");
    if shows_something(&text) { text } else { String::new() }
}

/// What the trailers of a message say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trailers {
    /// Changes that the commit belongs to.
    pub changes: Vec<String>,
    /// Who reviewed it.
    pub reviewers: Vec<NamedPerson>,
    /// Further authors.
    pub co_authors: Vec<NamedPerson>,
}

impl Trailers {
    /// Reads a message; names of trailers are compared ignoring case.
    #[must_use]
    pub fn of(message: &str, changes: &[String], reviews: &[String]) -> Self {
        let mut trailers = Self::default();
        // The first paragraph is the subject.
        for line in message.lines().skip_while(|line| !line.trim().is_empty()) {
            let Some((name, value)) = trailer(line) else { continue };
            let named = |names: &[String]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
            if named(changes) && trailers.changes.len() < MAX_VALUES {
                trailers.changes.push(value.chars().take(MAX_VALUE).collect());
            } else if named(reviews) && trailers.reviewers.len() < MAX_VALUES {
                trailers.reviewers.extend(NamedPerson::parse(value));
            } else if name.eq_ignore_ascii_case(CO_AUTHOR) && trailers.co_authors.len() < MAX_VALUES {
                trailers.co_authors.extend(NamedPerson::parse(value));
            }
        }
        trailers
    }

    /// Whether neither a change nor a review is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.reviewers.is_empty()
    }
}

/// Name and value of `Name: value`, or of `Name #12`, which forges take for the same.
fn trailer(line: &str) -> Option<(&str, &str)> {
    let end = line.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'-')?;
    let (name, rest) = line.split_at_checked(end)?;
    let value = match rest.strip_prefix(':') {
        Some(value) => value.trim(),
        None => rest.strip_prefix(' ').filter(|value| value.starts_with('#') && value.len() > 1)?.trim(),
    };
    (!name.is_empty() && shows_something(value)).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::{NamedPerson, Trailers};

    fn read(message: &str) -> Trailers {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Trailers::of(message, &names(&["Change-Id", "Closes"]), &names(&["Reviewed-by"]))
    }

    fn person(text: &str) -> NamedPerson {
        NamedPerson::parse(text).expect("person")
    }

    #[test]
    fn reads_trailers_of_the_body_ignoring_case() {
        let read = read(
            "Subject\n\nText.\n\nchange-id: CR-7\nCloses #12\nReviewed-By: R <r@x>\nCo-authored-by: A <a@x>\n\n--\nz",
        );
        assert_eq!(read.changes, ["CR-7", "#12"]);
        assert_eq!(read.reviewers, [person("r <R@x>")]);
        assert_eq!(read.co_authors, [person("A <a@x>")]);
    }

    #[test]
    fn passes_over_the_subject_quoted_lines_and_empty_values() {
        for message in [
            "Change-Id: CR-7",
            "S\nChange-Id: CR-7",
            "S\n\n    Change-Id: CR-7",
            "S\n\nChange-Id:",
            "S\n\nCloses 12",
            "S\n\nChange-Id: \u{200b}",
            "",
        ] {
            assert!(read(message).is_empty(), "{message:?}");
        }
        assert!(read("S\n\nReviewed-by: <>").reviewers.is_empty());
    }

    #[test]
    fn one_name_or_one_address_is_one_person() {
        assert!(person("Dev  Eloper <a@x>").may_be(&person("dev eloper <b@x>")));
        assert!(person("dev@x.example").may_be(&person("Someone <DEV@x.example>")));
        assert!(!person("A <a@x>").may_be(&person("B <b@x>")));
        assert!(!person("A").may_be(&person("b@x.example")));
    }
}
