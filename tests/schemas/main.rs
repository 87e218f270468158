//! The committed JSON Schemas and format pages against the Rust types that write and read the documents.
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

mod agreement;
mod coverage;
mod disagreements;
mod documents;
mod examples;
mod files;
mod mutation;
mod pages;
mod values;
