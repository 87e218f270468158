//! What element profiles find in an SBOM, in four forms: for people, JSON, SARIF 2.1.0 and CSV.
//!
//! Each form is written from the same [`Checked`]; foreign text is escaped for the place it goes to.

mod csv;
mod human;
mod json;
mod sarif;

pub use csv::csv;
pub use human::human;
pub use json::json;
pub use sarif::sarif;

use crate::model::digest::Sha256Digest;
use crate::policy::release::SbomProfile;
use crate::sbom::inventory::{Inventory, Item};
use crate::sbom::profile::{Profile, Report, judge};

/// One SBOM with what each profile finds in it.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The file as the user named it.
    pub file: &'a str,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
    /// What it says.
    pub inventory: &'a Inventory,
    /// Each profile, in the order asked for.
    pub profiles: Vec<(&'static Profile, Report<'a>)>,
}

impl<'a> Checked<'a> {
    /// Judges an inventory under some profiles.
    #[must_use]
    pub fn new(file: &'a str, sha256: Sha256Digest, inventory: &'a Inventory, ids: &[SbomProfile]) -> Self {
        let judged = ids.iter().map(|id| Profile::of(*id)).map(|profile| (profile, judge(inventory, profile)));
        Self { file, sha256, inventory, profiles: judged.collect() }
    }

    /// Whether no profile misses a required attribute.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.profiles.iter().all(|(_, report)| report.is_complete())
    }
}

/// The version, where it is stated.
fn version(item: &Item) -> Option<&str> {
    item.version.as_ref().and_then(|version| version.known()).map(String::as_str)
}

/// Name and version as people know the component; not escaped.
fn label(item: &Item) -> String {
    version(item).map_or_else(|| item.name.clone(), |version| format!("{} {version}", item.name))
}
