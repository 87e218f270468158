//! Services on loopback that answer well, badly, slowly and never.
#![cfg(feature = "online")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests"
)]
#![allow(missing_docs, reason = "tests")]

mod certificate;
mod client;
mod identity;
mod instance;
mod keyless;
mod real;
mod server;
mod stamps;
mod tls;
mod trust_repository;
