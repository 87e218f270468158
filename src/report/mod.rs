//! Pages and texts for people; every foreign word is escaped for its place.

pub mod addendum;
mod answers;
pub mod changes;
pub mod component_table;
pub mod conceded;
mod csv_row;
pub mod explanation;
pub mod gate;
pub mod how_to;
mod item_words;
pub mod judgement;
pub mod page;
mod parts;
pub mod people;
pub mod sbom_check;
pub mod sbom_diff;
pub mod scan_row;
pub mod signing;
