//! The SBOM: resolution of real workspaces, the writer, the strict reader, the profile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod check;
mod command;
mod determinism;
mod foreign_corpus;
mod foreign_mutation;
mod foreign_reading;
mod git_source;
mod hand_written;
mod hostile;
mod lockfile_samples;
mod outputs;
mod profile;
mod resolution;
mod root_file_system;
mod sample;
mod schema;
mod spdx_samples;
mod spdx_written;
mod unread;
mod versions;
mod workspace;
