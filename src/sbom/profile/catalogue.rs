//! The four profiles as data: which attributes each asks for, by which name, and how strictly.

use crate::policy::release::SbomProfile;

use super::attribute::Attribute;

/// What a document asks of an SBOM.
#[derive(Debug)]
pub struct Profile {
    /// Which one.
    pub id: SbomProfile,
    /// The document that asks, with its edition.
    pub title: &'static str,
    /// Its attributes, those of the document first.
    pub elements: &'static [Element],
    /// When an unknown value is an answer.
    pub unknown: UnknownRule,
    /// Whether only hashes of approved algorithms count (design rule 8).
    pub approved_hashes_only: bool,
    /// What it asks for and what no reader of one document can tell.
    pub not_judged: &'static [&'static str],
}

/// One attribute that a profile asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Element {
    /// The attribute.
    pub attribute: Attribute,
    /// Its name in the document that asks.
    pub name: &'static str,
    /// How strictly.
    pub need: Need,
    /// Which part of the profile it belongs to.
    pub part: Part,
}

/// How strictly an attribute is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it, the SBOM is not complete.
    Required,
    /// Its absence is shown and never fails.
    Recommended,
}

impl Need {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Recommended => "recommended",
        }
    }
}

/// Parts of a profile that are judged apart from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What identifies document and components.
    Baseline,
    /// How long and by whom components are supported.
    Support,
}

/// When an unknown value is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownRule {
    /// Never.
    Never,
    /// When a reason is recorded.
    Justified,
    /// When it is said outright; no reason is needed.
    Explicit,
}

impl Profile {
    /// The profile of this id.
    #[must_use]
    pub fn of(id: SbomProfile) -> &'static Self {
        match id {
            SbomProfile::Fda2026 => &FDA_2026,
            SbomProfile::Cisa2026 => &CISA_2026,
            SbomProfile::Ntia2021 => &NTIA_2021,
            SbomProfile::ImdrfN73 => &IMDRF_N73,
        }
    }
}

const fn required(attribute: Attribute, name: &'static str) -> Element {
    Element { attribute, name, need: Need::Required, part: Part::Baseline }
}

const fn recommended(attribute: Attribute, name: &'static str) -> Element {
    Element { attribute, name, need: Need::Recommended, part: Part::Baseline }
}

const fn support(attribute: Attribute, name: &'static str, need: Need) -> Element {
    Element { attribute, name, need, part: Part::Support }
}

/// The baseline attributes are those of NTIA "Framing Software Component Transparency", 2nd edition
/// (2021-10), section 2.2, which the guidance names; section 2.3 there lets one be undetermined.
static FDA_2026: Profile = Profile {
    id: SbomProfile::Fda2026,
    title: "FDA premarket cybersecurity guidance (2026-02-03) V.A.4(b), with NTIA Framing, 2nd edition, 2.2",
    elements: &[
        required(Attribute::AuthorName, "Author Name"),
        required(Attribute::Timestamp, "Timestamp"),
        required(Attribute::SupplierName, "Supplier Name"),
        required(Attribute::ComponentName, "Component Name"),
        required(Attribute::VersionString, "Version String"),
        required(Attribute::ComponentHash, "Component Hash"),
        required(Attribute::UniqueIdentifier, "Unique Identifier"),
        required(Attribute::Relationship, "Relationship"),
        support(Attribute::SupportLevel, "Level of Support", Need::Required),
        support(Attribute::EndOfSupport, "End-of-Support Date", Need::Required),
    ],
    unknown: UnknownRule::Justified,
    approved_hashes_only: true,
    not_judged: &[
        "whether every component is listed, and whether what is stated is true",
        "known vulnerabilities and their assessment, which V.A.4(b) asks for beside the SBOM",
    ],
};

/// Names of Appendix A of the document: nine of the SBOM, eight of each component.
static CISA_2026: Profile = Profile {
    id: SbomProfile::Cisa2026,
    title: "CISA 2026 Minimum Elements for an SBOM v2.1 (2026-07-29)",
    elements: &[
        required(Attribute::AuthorName, "SBOM Author"),
        required(Attribute::AuthorSignature, "SBOM Author Signature"),
        required(Attribute::FormatName, "SBOM Data Format Name"),
        required(Attribute::FormatVersion, "SBOM Data Format Version"),
        required(Attribute::GenerationContext, "SBOM Generation Context"),
        required(Attribute::Timestamp, "SBOM Timestamp"),
        required(Attribute::ToolName, "SBOM Tool Name"),
        required(Attribute::ToolVersion, "SBOM Tool Version"),
        required(Attribute::SbomVersion, "SBOM Version"),
        required(Attribute::SupplierName, "Component Producer"),
        required(Attribute::ComponentName, "Component Name"),
        required(Attribute::VersionString, "Component Version"),
        required(Attribute::ComponentHash, "Component Hash Value"),
        required(Attribute::HashAlgorithm, "Component Hash Algorithm"),
        required(Attribute::UniqueIdentifier, "Component Identifiers"),
        required(Attribute::Licence, "Component License"),
        required(Attribute::Relationship, "Component Dependency Relationship"),
    ],
    unknown: UnknownRule::Explicit,
    approved_hashes_only: false,
    not_judged: &[
        "Coverage: no document can show that every component and transitive dependency is in it",
        "the practices of frequency, distribution and updates",
        "the signature: that one is named is seen, it is not verified",
    ],
};

static NTIA_2021: Profile = Profile {
    id: SbomProfile::Ntia2021,
    title: "NTIA Minimum Elements for an SBOM (2021-07-12), Data Fields",
    elements: &[
        required(Attribute::AuthorName, "Author of SBOM Data"),
        required(Attribute::Timestamp, "Timestamp"),
        required(Attribute::SupplierName, "Supplier Name"),
        required(Attribute::ComponentName, "Component Name"),
        required(Attribute::VersionString, "Version of the Component"),
        required(Attribute::UniqueIdentifier, "Other Unique Identifiers"),
        required(Attribute::Relationship, "Dependency Relationship"),
    ],
    unknown: UnknownRule::Never,
    approved_hashes_only: false,
    not_judged: &["Depth: no document can show that every top-level dependency is in it", "practices and processes"],
};

static IMDRF_N73: Profile = Profile {
    id: SbomProfile::ImdrfN73,
    title: "IMDRF N73, Principles and Practices for SBOM for Medical Device Cybersecurity",
    elements: &[
        required(Attribute::AuthorName, "Author Name"),
        required(Attribute::Timestamp, "Timestamp"),
        recommended(Attribute::DeviceIdentifier, "Unique Device Identifier"),
        required(Attribute::SupplierName, "Supplier Name"),
        required(Attribute::ComponentName, "Component Name"),
        required(Attribute::VersionString, "Version String"),
        recommended(Attribute::ComponentHash, "Component Hash"),
        required(Attribute::UniqueIdentifier, "Unique Identifier"),
        required(Attribute::Relationship, "Relationship"),
        support(Attribute::SupportLevel, "Level of Support", Need::Recommended),
        support(Attribute::EndOfSupport, "End of Support", Need::Recommended),
    ],
    unknown: UnknownRule::Justified,
    approved_hashes_only: false,
    not_judged: &["whether every component is listed, and whether what is stated is true"],
};

#[cfg(test)]
mod tests {
    use super::{Need, Part, Profile};
    use crate::policy::release::SbomProfile;

    fn counted(id: SbomProfile, part: Part, need: Need) -> usize {
        Profile::of(id).elements.iter().filter(|element| element.part == part && element.need == need).count()
    }

    #[test]
    fn profiles_have_the_number_of_elements_that_their_documents_name() {
        assert_eq!(counted(SbomProfile::Fda2026, Part::Baseline, Need::Required), 8);
        assert_eq!(counted(SbomProfile::Fda2026, Part::Support, Need::Required), 2);
        assert_eq!(counted(SbomProfile::Cisa2026, Part::Baseline, Need::Required), 17);
        assert_eq!(counted(SbomProfile::Ntia2021, Part::Baseline, Need::Required), 7);
        assert_eq!(counted(SbomProfile::ImdrfN73, Part::Baseline, Need::Required), 7);
        let of_document = |id| Profile::of(id).elements.iter().filter(|one| one.attribute.is_of_document()).count();
        assert_eq!(SbomProfile::ALL.map(of_document), [2, 9, 2, 3]);
    }

    #[test]
    fn elements_come_in_the_order_of_attributes_and_each_once() {
        for profile in SbomProfile::ALL.map(Profile::of) {
            assert!(profile.elements.is_sorted_by(|a, b| a.attribute < b.attribute), "{:?}", profile.id);
            assert_eq!(SbomProfile::parse(profile.id.as_str()), Some(profile.id));
        }
        assert_eq!(SbomProfile::parse("FDA-2026"), None);
    }
}
