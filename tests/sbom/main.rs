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

mod command;
mod determinism;
mod git_source;
mod hostile;
mod lockfile_samples;
mod resolution;
mod sample;
mod schema;
mod spdx_samples;
mod spdx_written;
mod workspace;
