//! Batchseal: release evidence for medical-device software.
//!
//! Layers look only down (see `docs/design/layers.md`):
//!
//! ```text
//! model < policy < {provenance, sbom, intake, attestation} < gate < evidence < report < adapters < commands < main
//! ```

pub mod adapters;
pub mod attestation;
pub mod commands;
pub mod evidence;
pub mod exit;
pub mod gate;
pub mod intake;
pub mod model;
pub mod policy;
pub mod provenance;
pub mod report;
pub mod sbom;
