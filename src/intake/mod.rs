//! Intake: foreign evidence becomes a strict type and a statement; its bytes are kept as they are.

pub mod change_exceptions;
pub mod document;
pub mod junit;
pub mod pipeline_file;
pub mod pipeline_validation;
pub mod qualification;
mod written;

pub use written::WrittenError;
