//! Words that the product must not say of itself, a device or an authority.

use crate::sources::{files, read, root};

/// Claims that nobody may read out of our files, lowercase.
const CLAIMS: [&str; 14] = [
    "compliant",
    "certified",
    "certifies",
    "fda approved",
    "fda-approved",
    "approved by fda",
    "approved by the fda",
    "fda recognises",
    "fda recognizes",
    "fda-recogni",
    "fda-cleared",
    "fda cleared",
    "guarantees compliance",
    "ensures compliance",
];

/// Sentences that may hold such a word because they say that we do not claim it, lowercase.
const ALLOWED: [&str; 7] = [
    "never \"compliant\"",
    "never compliant",
    "not \"compliant\"",
    "does not make a device compliant",
    "does not make you compliant",
    "it is not certified",
    "non-compliant",
];

/// Claims in a text, with the line.
fn claims(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut line = line.to_lowercase();
        for allowed in ALLOWED {
            line = line.replace(allowed, "");
        }
        found.extend(
            CLAIMS.iter().filter(|claim| line.contains(**claim)).map(|claim| format!("{}: {claim}", number + 1)),
        );
    }
    found
}

#[test]
fn no_file_claims_what_only_people_or_authorities_can() {
    let mut paths = files("docs", &["md"]);
    paths.extend(files("src", &["rs", "toml", "md", "html", "jinja", "txt", "json"]));
    paths.extend(files("templates", &["md", "html", "yml", "toml", "jinja"]));
    paths
        .extend(["README.md", "CHANGELOG.md"].map(str::to_owned).into_iter().filter(|path| root().join(path).exists()));
    let found: Vec<String> = paths
        .iter()
        .flat_map(|path| claims(&read(path)).into_iter().map(move |claim| format!("{path}:{claim}")))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn finds_claims_and_allows_denials() {
    assert_eq!(claims("This release is FDA approved and Compliant.").len(), 2);
    assert!(claims("It says \"evidence present\", never \"compliant\".").is_empty());
    assert_eq!(claims("never \"compliant\", yet ISO certified").len(), 1);
}

#[test]
fn explanation_of_the_nickname_gives_true_title_and_no_words_to_fda() {
    let text = batchseal::report::explanation::NICKNAME;
    for needed in ["Traceability", "8.2.6", "7.5.1", "does not say CI/CD", "not FDA's words"] {
        assert!(text.contains(needed), "{needed} is missing");
    }
}
