//! Private keys of pipelines and persons against OpenSSL, OpenSSH and a hostile agent.
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

mod algorithms;
mod chains;
mod company;
mod key_new;
mod person;
mod pipeline;
mod tools;

#[cfg(unix)]
mod agent;
#[cfg(unix)]
mod programs;
