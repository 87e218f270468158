//! The two files people write: what loads, what is refused and where the message points, and the
//! commands that draft them.
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

mod anchors;
mod drafts;
mod evidence_list;
mod examples;
mod fixtures;
mod hand_written;
mod hostile;
mod load;
mod pages;
mod pipeline;
mod release_rejects;
mod signing;
mod trust_rejects;
mod udi_and_quantities;
