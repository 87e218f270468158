//! Time stamps: what `openssl ts` makes, what public authorities made, what attackers make of them.
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

mod attacks;
mod exchange;
mod fixture;
mod made_by_openssl;
mod public;
mod throw_away;
