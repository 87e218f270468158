//! An SBOM of any known format, whoever made it, from a file.

use std::path::Path;

use crate::adapters::files;
use crate::commands::failure::Failure;
use crate::exit::ExitStatus;
use crate::model::digest::Sha256Digest;
use crate::model::text::for_terminal;
use crate::sbom::document::Document;
use crate::sbom::foreign::{self, ForeignError, MAX_BYTES};
use crate::sbom::inventory::Inventory;

/// What the file says, and the SHA-256 of its bytes.
///
/// # Errors
/// [`Failure`] with exit 3 when the file cannot be read or is no valid SBOM.
pub(super) fn read(path: &Path) -> Result<(Inventory, Sha256Digest), Failure> {
    let bytes = files::read(path, MAX_BYTES as u64).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let inventory = parse(&bytes).map_err(|error| refused(&path.display().to_string(), &error))?;
    Ok((inventory, Sha256Digest::of(&bytes)))
}

/// A document of ours by its own strict reader, which knows all that we write; any other by its format.
fn parse(bytes: &[u8]) -> Result<Inventory, ForeignError> {
    Document::parse(bytes).map_or_else(|_| foreign::read(bytes), |document| Ok(Inventory::from(&document)))
}

fn refused(file: &str, error: &ForeignError) -> Failure {
    let hint = match error {
        ForeignError::Unknown { .. } => "Name an SBOM; `batchseal sbom --output sbom.cdx.json` makes one",
        ForeignError::TooLarge(_) => "Check that this is the file that was meant",
        ForeignError::Version { .. } => "Make the SBOM again in a version that is read",
        ForeignError::Invalid { .. } => "Tell whoever made the SBOM; nothing in it is judged until it is valid",
    };
    Failure::message(ExitStatus::Input, format!("{}: {error}", for_terminal(file))).with_hint(hint)
}
