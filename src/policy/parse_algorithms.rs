//! `algorithms` in `trust.toml`: which of the closed list count (design rule 8).

use crate::model::algorithm::{Algorithms, SignatureAlgorithm};

use super::error::quote;
use super::reader::{Item, one_of};
use super::text_rules::{each, unique};

/// Reads the list; a broken algorithm is refused by name.
pub(super) fn algorithms(item: &Item<'_>) -> Option<Algorithms> {
    let entries = item.some_list("at least one algorithm, such as \"ed25519\"")?;
    let algorithms = each(&entries, algorithm)?;
    unique(algorithms.iter().zip(&entries))?;
    Some(Algorithms::only(algorithms))
}

fn algorithm(item: &Item<'_>) -> Option<SignatureAlgorithm> {
    let word = item.string()?;
    match SignatureAlgorithm::refusal(word) {
        Some(reason) => item.refuse_as(
            format!("{} ({reason})", quote(word)),
            one_of(SignatureAlgorithm::WORDS.iter().map(|(word, _)| quote(word))),
        ),
        None => item.word(&SignatureAlgorithm::WORDS),
    }
}
