//! Where the schema and our reader judge a changed document differently, on purpose, and why.

use crate::mutation::Mutant;

/// The side that accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerant {
    Schema,
    Reader,
}

/// One kind of disagreement.
pub struct Disagreement {
    pub tolerant: Tolerant,
    /// Changes that it is about.
    pub changes: &'static [&'static str],
    /// Documents and ends of places that it is about; empty for all.
    pub places: &'static [(&'static str, &'static str)],
    pub reason: &'static str,
}

impl Disagreement {
    pub fn covers(&self, document: &str, mutant: &Mutant, tolerant: Tolerant) -> bool {
        let here = |(of, end): &(&str, &str)| (*of == "*" || *of == document) && mutant.place.ends_with(end);
        self.tolerant == tolerant
            && (self.changes.is_empty() || self.changes.contains(&mutant.change))
            && (self.places.is_empty() || self.places.iter().any(here))
    }
}

/// Changes of a text that leave it a text.
const ANY_TEXT: &[&str] = &[];

pub const DISAGREEMENTS: &[Disagreement] = &[
    Disagreement {
        tolerant: Tolerant::Reader,
        changes: &["null"],
        places: &[
            ("approval", "/deputyFor"),
            ("approval", "/reason"),
            ("approval", "/evidenceSha256"),
            ("*", "/udi"),
            ("*", "/udi/di"),
            ("*", "/udi/issuer"),
            ("*", "/udi/pi"),
            ("*", "/udi/full"),
            ("*", "/device/mdf"),
            ("document", "/approver"),
            ("document", "/coversVersion"),
            ("provenance", "/repository"),
            ("provenance", "/exitCode"),
            ("provenance", "/runner/kernel"),
            ("provenance", "/runner/osRelease"),
            ("provenance", "/submodules/*/checkedOut"),
            ("provenance", "/submodules/*/url"),
            ("provenance", "/tagObject"),
            ("provenance", "/resolvedDependencies/*/name"),
            ("provenance", "/resolvedDependencies/*/uri"),
            ("provenance", "/resolvedDependencies/*/mediaType"),
            ("provenance", "/byproducts/*/name"),
            ("provenance", "/byproducts/*/uri"),
            ("provenance", "/byproducts/*/mediaType"),
            ("record", "/target"),
            ("record", "/previous/*/commit"),
            ("provenance", "/builderDependencies/*/name"),
            ("provenance", "/builderDependencies/*/uri"),
            ("provenance", "/builderDependencies/*/mediaType"),
            ("record", "/variant"),
            ("record", "/disposition"),
            ("record", "/quantities"),
            ("record", "/previous/*/labeling"),
            ("record", "/sbomChanges"),
            ("*", "/recordSha256"),
            ("*", "/tool/sha256"),
            ("*", "/trustSerial"),
            ("*", "/trustSha256"),
        ],
        reason: "the reader takes null for an absent optional key; the writer leaves the key out",
    },
    Disagreement {
        tolerant: Tolerant::Reader,
        changes: &["fields as array"],
        places: &[],
        reason: "derived readers also take an object as the array of its values; the writer never writes one",
    },
    Disagreement {
        tolerant: Tolerant::Reader,
        changes: &["array"],
        places: &[
            ("provenance", "/resolvedDependencies/*"),
            ("provenance", "/byproducts/*"),
            ("provenance", "/builderDependencies/*"),
        ],
        reason: "the same for a descriptor, all of whose keys are optional",
    },
    Disagreement {
        tolerant: Tolerant::Reader,
        changes: &["word as object"],
        places: &[],
        reason: "derived readers also take a word as an object with that key and null; the writer never writes one",
    },
    Disagreement {
        tolerant: Tolerant::Reader,
        changes: &["lower case", "blank for T", "fraction of a second", "hour offset", "time zone name", "second 60"],
        places: &[
            ("*", "/signedAt"),
            ("*", "/startedAt"),
            ("*", "/startedOn"),
            ("*", "/finishedOn"),
            ("*", "/evaluatedAt"),
            ("*", "/createdAt"),
            ("*", "/sealedAt"),
            ("*", "/renewedAt"),
        ],
        reason: "the reader takes every spelling of RFC 3339 and RFC 9557; the writer writes one",
    },
    Disagreement {
        tolerant: Tolerant::Schema,
        changes: &["30 February"],
        places: &[],
        reason: "a pattern knows no calendar",
    },
    Disagreement {
        tolerant: Tolerant::Schema,
        changes: &["whole as fraction"],
        places: &[],
        reason: "JSON Schema counts 7.0 as an integer; the reader wants it written as one",
    },
    Disagreement {
        tolerant: Tolerant::Reader,
        changes: &["no elements"],
        places: &[("*", "/conclusion/evidence"), ("*", "/conclusion/findings")],
        reason: "an outcome without ground cannot be made, but is only refused when the gate is evaluated again",
    },
    Disagreement {
        tolerant: Tolerant::Reader,
        changes: ANY_TEXT,
        places: &[
            ("document", "/kind"),
            ("provenance", "/buildType"),
            ("provenance", "/digest/sha256"),
            ("provenance", "/digest/gitCommit"),
            ("provenance", "/digest/gitTag"),
            ("*", "/findings/*/code"),
        ],
        reason: "the reader keeps the text; intake, RG-05 and the other checks judge it",
    },
];
