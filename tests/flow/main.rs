//! The whole way on a real (tiny) Cargo repository, then every attack on what came out of it.
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

mod after_sealing;
mod attempts;
#[cfg(feature = "online")]
mod authority;
mod before_build;
mod concessions;
mod countersigners;
mod device;
mod interrupted;
mod messages;
mod people;
mod quality;
mod refusals;
mod signed_tag;
mod signing_files;
#[cfg(feature = "online")]
mod stamps;
mod tamper;
mod trust;
mod withdrawals;
