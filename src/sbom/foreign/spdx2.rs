//! SPDX 2.2 and 2.3 in JSON (spdx.github.io/spdx-spec/v2.3), held against their rules and read.
//!
//! The shape is that of the official JSON schemas, as tables in `spdx2/2.2.txt` and `spdx2/2.3.txt`;
//! beyond it the text of the specification is followed: identifiers are unique and references lead
//! somewhere, digests have the length of their algorithm, times are in UTC, licence expressions
//! parse, external references have a type that belongs to their category.
//!
//! Three habits of Yocto's documents are let through, since they are what people have: `_` and `+` in
//! identifiers, `AMENDS` in 2.2, and `packageSupplier` in 2.2.

mod inventory;
mod rules;

use std::sync::LazyLock;

use crate::sbom::inventory::{Format, Inventory};

use super::ForeignError;
use super::schema::Model;
use super::spdx::invalid;
use super::tree::{Json, Place, shown};

static V2_2: LazyLock<Model> = LazyLock::new(|| Model::parse(include_str!("spdx2/2.2.txt")));
static V2_3: LazyLock<Model> = LazyLock::new(|| Model::parse(include_str!("spdx2/2.3.txt")));

/// Reads a document that names an `spdxVersion`.
///
/// # Errors
/// [`ForeignError::Version`], or [`ForeignError::Invalid`] with the first fault.
pub(super) fn read(document: &Json<'_>) -> Result<Inventory, ForeignError> {
    let (version, model) = match document.text("spdxVersion") {
        Some("SPDX-2.2") => ("2.2", &*V2_2),
        Some("SPDX-2.3") => ("2.3", &*V2_3),
        other => {
            let got = other.map_or_else(|| "without a version".to_owned(), shown);
            return Err(ForeignError::Version { format: "SPDX", got, expected: "SPDX-2.2, SPDX-2.3 or SPDX 3.0" });
        }
    };
    let refused = |fault| invalid(version, fault);
    let rules = rules::Spdx2::of(document).map_err(refused)?;
    model.check(&rules, "Document", document, &Place::Root).map_err(refused)?;
    Ok(inventory::read(document, Format { name: "SPDX", version, encoding: "JSON" }))
}

#[cfg(test)]
mod tests;
