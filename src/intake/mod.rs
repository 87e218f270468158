//! Intake: foreign evidence becomes a strict type and a statement; its bytes are kept as they are.

pub mod analysis;
pub mod coverage;
pub mod document;
pub mod junit;
pub mod sarif;
