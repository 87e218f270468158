//! The git adapter and the pure readers of git objects, held against the real `git` program.
//!
//! Without `git` the tests that build repositories print `skipped:` and return.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]
#![allow(missing_docs, reason = "tests")]

mod changes;
mod commits;
mod create;
mod files_at_head;
mod history;
mod listing;
mod objects;
mod signatures;
mod source;
mod submodules;
mod workbench;
