//! The world: the only layer with IO, one file for each outside thing.
#![allow(clippy::disallowed_methods, reason = "this layer is where the world is touched")]

pub mod addenda;
pub mod approvals;
pub mod archive;
pub mod attempts;
pub mod batch_folder;
pub mod build;
pub mod cache;
pub mod cargo;
pub mod cargo_manifest;
pub mod clock;
pub mod config;
pub mod declared_files;
pub mod dialogue;
pub mod evidence_file;
pub mod example;
pub mod files;
pub mod git;
pub mod key_source;
pub mod lockfiles;
pub mod new_file;
#[cfg(feature = "online")]
pub mod online;
pub mod own_program;
pub mod package_files;
pub mod person_key;
pub mod person_key_error;
pub mod person_signer;
pub mod pin;
pub mod pipeline_key;
pub mod pipeline_key_error;
pub mod pipeline_signer;
pub mod program;
pub mod sealing;
mod signer_process;
pub mod signer_program;
pub mod ssh_agent;
pub mod stamping;
pub mod terminal;
pub mod throw_away;
pub mod token_error;
#[cfg(feature = "pkcs11")]
mod token_forms;
#[cfg(feature = "pkcs11")]
pub mod token_key;
#[cfg(feature = "pkcs11")]
mod token_module;
pub mod trust_roots;
