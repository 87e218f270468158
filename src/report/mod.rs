//! Pages and texts for people; every foreign word is escaped for its place.

pub mod changes;
pub mod explanation;
pub mod gate;
pub mod how_to;
pub mod judgement;
pub mod page;
mod parts;
pub mod sbom_check;
pub mod sbom_diff;
