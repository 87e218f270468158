//! Rules about the project itself: checks and their pages, layers, exit codes, words, file sizes.
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

mod checks;
mod exit_codes;
mod file_sizes;
mod fuzzing;
mod layers;
mod sources;
mod words;
