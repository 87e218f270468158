//! The inspection of labeling (21 CFR 820.45): which files somebody examined, for what, and with what result.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::model::digest::Sha256Digest;

use super::people_toml::{MAX_ENTRIES, PeopleTomlError, day, read, schema, value, visible};

/// The kind of document.
pub const KIND: &str = "labeling-inspection";

/// A document of kind `labeling-inspection`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelingInspection {
    /// Files that were examined, each once, by digest.
    pub examined: BTreeMap<Sha256Digest, Examined>,
    /// What labeling of this device does not state, with the reason. Never UDI and version.
    pub not_applicable: BTreeMap<Aspect, String>,
}

/// One file that was examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Its name, for people.
    pub file: String,
    /// What it is.
    pub part: Part,
    /// Whether it may be used.
    pub accepted: bool,
    /// Who examined it.
    pub examiner: String,
    /// When, `YYYY-MM-DD`.
    pub date: String,
    /// Copies or screens that were looked at.
    pub sample_size: u32,
    /// What was looked for.
    pub aspects: BTreeSet<Aspect>,
}

/// What a labeling file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Label of device or package.
    Label,
    /// Text of the screen that tells what the software is (21 CFR 801.50(b)).
    AboutScreen,
    /// Instructions for use.
    Instructions,
    /// Anything else.
    Other,
}

impl Part {
    /// The words for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::AboutScreen => "about screen",
            Self::Instructions => "instructions for use",
            Self::Other => "other labeling",
        }
    }

    /// Whether the UDI must stand in it.
    #[must_use]
    pub const fn bears_udi(self) -> bool {
        matches!(self, Self::Label | Self::AboutScreen)
    }
}

/// What labeling is examined for (21 CFR 820.45(a), and the version for software).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Correct UDI.
    Udi,
    /// Correct version.
    Version,
    /// Expiration date.
    Expiration,
    /// Storage instructions.
    Storage,
    /// Handling instructions.
    Handling,
    /// Processing instructions.
    ProcessingInstructions,
}

impl Aspect {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Udi, Self::Version, Self::Expiration, Self::Storage, Self::Handling, Self::ProcessingInstructions];

    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udi => "udi",
            Self::Version => "version",
            Self::Expiration => "expiration",
            Self::Storage => "storage",
            Self::Handling => "handling",
            Self::ProcessingInstructions => "processing-instructions",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct InspectionWire {
    schema: u32,
    examined: Vec<ExaminedWire>,
    #[serde(default)]
    not_applicable: BTreeMap<Aspect, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ExaminedWire {
    file: String,
    sha256: String,
    part: Part,
    result: ResultWire,
    examiner: String,
    date: toml::value::Datetime,
    sample_size: u32,
    examined_for: Vec<Aspect>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ResultWire {
    Accepted,
    Rejected,
}

impl LabelingInspection {
    /// Reads the document.
    ///
    /// # Errors
    /// [`PeopleTomlError`] with what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, PeopleTomlError> {
        let wire: InspectionWire = read(bytes)?;
        schema(wire.schema)?;
        if wire.examined.is_empty() || wire.examined.len() > MAX_ENTRIES {
            return Err(PeopleTomlError::TooMany { what: "examined", got: wire.examined.len() });
        }
        let mut examined = BTreeMap::new();
        for entry in wire.examined {
            let (sha256, entry) = file(entry)?;
            if examined.insert(sha256, entry).is_some() {
                return Err(value("examined.sha256", &sha256.to_hex(), "each file once"));
            }
        }
        let mut not_applicable = BTreeMap::new();
        for (aspect, reason) in wire.not_applicable {
            if matches!(aspect, Aspect::Udi | Aspect::Version) {
                return Err(value("not-applicable", aspect.as_str(), "neither udi nor version"));
            }
            not_applicable.insert(aspect, visible("not-applicable", reason)?);
        }
        Ok(Self { examined, not_applicable })
    }
}

fn file(wire: ExaminedWire) -> Result<(Sha256Digest, Examined), PeopleTomlError> {
    let sha256 = Sha256Digest::parse_hex(&wire.sha256)
        .map_err(|_| value("examined.sha256", &wire.sha256, "64 lowercase hexadecimal digits"))?;
    if wire.sample_size == 0 {
        return Err(value("examined.sample-size", "0", "at least 1"));
    }
    let aspects: BTreeSet<Aspect> = wire.examined_for.iter().copied().collect();
    if aspects.is_empty() || aspects.len() != wire.examined_for.len() {
        let got: Vec<&str> = wire.examined_for.iter().map(|aspect| aspect.as_str()).collect();
        return Err(value("examined.examined-for", &got.join(", "), "at least one word, each once"));
    }
    let examined = Examined {
        file: visible("examined.file", wire.file)?,
        part: wire.part,
        accepted: matches!(wire.result, ResultWire::Accepted),
        examiner: visible("examined.examiner", wire.examiner)?,
        date: day("examined.date", wire.date)?,
        sample_size: wire.sample_size,
        aspects,
    };
    Ok((sha256, examined))
}

#[cfg(test)]
mod tests {
    use super::{Aspect, LabelingInspection, Part};
    use crate::model::digest::Sha256Digest;

    fn text() -> String {
        format!(
            "schema = 1\n[[examined]]\nfile = \"about.txt\"\nsha256 = \"{}\"\npart = \"about-screen\"\nresult = \"accepted\"\n\
             examiner = \"Labeling Specialist (example)\"\ndate = 2026-11-20\nsample-size = 1\n\
             examined-for = [\"udi\", \"version\"]\n[not-applicable]\nstorage = \"it is downloaded\"\n",
            Sha256Digest::of(b"about").to_hex()
        )
    }

    #[test]
    fn reads_what_was_examined() {
        let read = LabelingInspection::parse(text().as_bytes()).expect("inspection");
        let entry = &read.examined[&Sha256Digest::of(b"about")];
        assert_eq!(
            (entry.part, entry.accepted, entry.sample_size, entry.date.as_str()),
            (Part::AboutScreen, true, 1, "2026-11-20")
        );
        assert_eq!(entry.aspects.iter().map(|aspect| aspect.as_str()).collect::<Vec<_>>(), ["udi", "version"]);
        assert_eq!(read.not_applicable[&Aspect::Storage], "it is downloaded");
    }

    #[test]
    fn refuses_what_is_missing_unknown_or_cannot_be() {
        for (from, to) in [
            ("schema = 1", "schema = 2"),
            ("schema = 1", ""),
            ("accepted", "passed"),
            ("2026-11-20", "2026-11-20T10:00:00Z"),
            ("2026-11-20", "\"2026-11-20\""),
            ("sample-size = 1", "sample-size = 0"),
            ("sample-size = 1", "sample-size = -1"),
            ("[\"udi\", \"version\"]", "[]"),
            ("[\"udi\", \"version\"]", "[\"udi\", \"udi\"]"),
            ("[\"udi\", \"version\"]", "[\"colour\"]"),
            ("storage =", "udi ="),
            ("it is downloaded", "FILL IN"),
            ("Labeling Specialist (example)", ""),
            ("about-screen", "screen"),
            ("sha256 = \"", "sha256 = \"sha256:"),
            ("file =", "extra = 1\nfile ="),
        ] {
            let changed = text().replace(from, to);
            assert!(LabelingInspection::parse(changed.as_bytes()).is_err(), "{from} -> {to}");
        }
        let twice = text().replace("[not-applicable]", &text()[11..text().find("[not").expect("table")]);
        assert!(LabelingInspection::parse(twice.as_bytes()).is_err());
        for bytes in [&b"\xff"[..], b"", b"examined = []\nschema = 1", b"[[examined"] {
            assert!(LabelingInspection::parse(bytes).is_err());
        }
        assert!(LabelingInspection::parse(&vec![b'#'; super::super::people_toml::MAX_BYTES + 1]).is_err());
    }
}
