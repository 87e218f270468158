//! The world: the only layer with IO, one file for each outside thing.
#![allow(clippy::disallowed_methods, reason = "this layer is where the world is touched")]

pub mod attempts;
pub mod batch_folder;
pub mod approvals;
pub mod cargo;
pub mod archive;
pub mod build;
pub mod archive;
pub mod clock;
pub mod dialogue;
pub mod evidence_file;
pub mod example;
pub mod cargo_manifest;
pub mod config;
pub mod files;
pub mod own_program;
pub mod throw_away;
pub mod program;
pub mod sealing;
pub mod git;
pub mod key_source;
pub mod new_file;
pub mod person_key;
pub mod person_key_error;
pub mod pipeline_key;
pub mod pipeline_key_error;
pub mod ssh_agent;
pub mod package_files;
pub mod terminal;
