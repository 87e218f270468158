//! To be filled.
pub mod explanation;
