//! Provenance (slsa.dev/spec/v1.0/provenance): pure builders of what is said about a build.

pub mod redact;
pub mod remote;
pub mod statement;
