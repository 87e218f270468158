//! `batchseal approve`: the interaction over a verified candidate, with scripted people.
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

mod authoriser;
mod interaction;
mod refusals;
mod scene;
mod statement;
