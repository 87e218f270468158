//! The nouns of the product: digests, names, statements, the batch and its record.
//!
//! Nothing here does IO, reads a clock or knows the command line. Everything that enters
//! the program from outside becomes one of these types or is refused.

pub mod addendum;
pub mod algorithm;
pub mod approval;
pub mod approval_withdrawal;
pub mod base64;
pub mod batch;
pub mod component;
pub mod concession;
pub mod csv_text;
pub mod digest;
pub mod document;
pub mod entry;
pub mod hint;
pub mod json;
pub mod key;
pub mod ml_dsa;
pub mod name;
pub mod outcome;
pub mod pattern;
pub mod provenance;
pub mod record;
pub mod result;
pub mod role;
pub mod sbom_changes;
pub mod seal;
pub mod statement;
pub mod suite;
pub mod summary;
pub mod support;
pub mod text;
pub mod time;
pub mod udi;
pub mod vulnerabilities;
pub mod yaml;
